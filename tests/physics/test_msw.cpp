// Neutrinos that come out of matter without self-interaction (theory.md section 7 row 7, equilibrium-solver.md section
// 7).
#include "equation_of_motion.hpp"
#include "step/cells.hpp"

#include "catch.hpp"

#include <cmath>

namespace {

constexpr double theta = 0.15;

/** Neutrinos and antineutrinos of omega = 1 in one beam: particles side by side do not feel each other (1 - v.v = 0). */
host::Cells beam(const std::string& more = "") {
    host::Cells cell(1, 1, R"({"vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0.15)" + more + "}");
    cell.weight[0] = 0.5;
    for (const int type : {0, 1})
        cell.set({1, {0, 0, 1}}, type, 0, 0);
    return cell;
}

/** cos 2theta in matter: H = (s sin 2theta, 0, lambda - s cos 2theta). */
double cos_in_matter(double lambda, double sign) {
    const double x = sign * std::sin(2 * theta), z = lambda - sign * std::cos(2 * theta);
    return z / std::sqrt(x * x + z * z);
}

double survival(const host::Cells& cell, int type) {
    return 0.5 * (1 + cell.get(type, 0, 0).P.z());
}

} // namespace

TEST_CASE("MSW: the survival probability follows cos 2theta in matter, whatever the step") {
    for (const int steps : {1, 3, 100}) {
        auto cell = beam();
        cell.electron_density[0] = 20;
        CHECK(cell.apply().status == MISCID_OK);
        for (int n = 1; n <= steps; ++n) {
            const double lambda = 20.0 * (steps - n) / steps + 0.001;
            cell.electron_density[0] = lambda;
            REQUIRE(cell.apply().status == MISCID_OK);
            CHECK(cell.status[0] == MISCID_OK);
            for (const int type : {0, 1}) {
                const auto P = cell.get(type, 0, 0).P;
                const double sign = type == 0 ? 1 : -1;
                CHECK(std::abs(P.normalized().z() - cos_in_matter(lambda, sign)) < 2e-15);
                CHECK(std::abs(P.norm() - 1) < 2.3e-16 * (n + 2)); // one rounding per step
            }
        }
    }
}

TEST_CASE("MSW: full conversion leaves sin^2 theta of the neutrinos and cos^2 theta of the antineutrinos") {
    auto cell = beam();
    for (double lambda = 20; lambda > 0; lambda -= 0.5) {
        cell.electron_density[0] = lambda;
        cell.apply();
    }
    cell.electron_density[0] = 1e-14; // lambda = 0 would let them turn about B
    REQUIRE(cell.apply().status == MISCID_OK);
    CHECK(std::abs(survival(cell, 0) - std::pow(std::sin(theta), 2)) < 1e-14);
    CHECK(std::abs(survival(cell, 1) - std::pow(std::cos(theta), 2)) < 1e-14);
}

TEST_CASE("MSW: inverted ordering converts the antineutrinos instead") {
    auto cell = beam(R"(, "vacuum.ordering": "inverted")");
    for (double lambda = 20; lambda > 0.1; lambda *= 0.8) {
        cell.electron_density[0] = lambda;
        cell.apply();
    }
    cell.electron_density[0] = 1e-14;
    REQUIRE(cell.apply().status == MISCID_OK);
    CHECK(std::abs(survival(cell, 0) - std::pow(std::cos(theta), 2)) < 1e-14);
    CHECK(std::abs(survival(cell, 1) - std::pow(std::sin(theta), 2)) < 1e-14);
}

TEST_CASE("MSW: electron neutrinos made at lambda = 20 survive with P_ee = 0.0224") {
    // A nu_e at lambda = 20 is not quite an eigenstate; only its part along H is kept.
    auto cell = beam(R"(, "equilibrium.tilted": "project", "equilibrium.cold_start": "from_incoming")");
    for (double lambda = 20; lambda > 0; lambda -= 0.5) {
        cell.electron_density[0] = lambda;
        cell.apply();
    }
    cell.electron_density[0] = 1e-14;
    REQUIRE(cell.apply().status == MISCID_OK);
    CHECK(std::abs(survival(cell, 0) - 0.0224) < 5e-5);
    CHECK(std::abs(survival(cell, 0) - 0.5 * (1 - std::cos(2 * theta) * cos_in_matter(20, 1))) < 1e-14);
}

TEST_CASE("MSW: dP/dt = H x P with lambda = 20 (1 - t/T) comes to the same as T grows") {
    dynamics::Gas gas;
    gas.B = {std::sin(2 * theta), 0, -std::cos(2 * theta)};
    gas.modes = {{dynamics::Vector::UnitZ(), 1, 0}};
    const auto survival_after = [&](double T) {
        gas.lambda = [T](double t) { return 20 * (1 - t / T); };
        std::vector<double> P = {0, 0, 1};
        dynamics::integrate(gas, P, T);
        // In vacuum P then turns about B for ever: its mean is the part along B.
        const double mean = dynamics::Vector(P.data()).dot(gas.B) * gas.B.z();
        return 0.5 * (1 + mean);
    };
    const double adiabatic = 0.5 * (1 - std::cos(2 * theta) * cos_in_matter(20, 1));
    UNSCOPED_INFO(survival_after(1000) << " " << survival_after(4000));
    CHECK(std::abs(survival_after(1000) - 0.0239) < 5e-5); // theory.md section 7 row 7
    CHECK(std::abs(survival_after(4000) - adiabatic) < 5e-5);
}

TEST_CASE("MSW: a gas too thin to feel itself follows the matter alone, however thin") {
    // Two directions, so that a self-interaction is there; and the limit of a host's floor, down to nothing at all.
    for (const double weight : {1e-6, 1e-10, 1e-14, 1e-16, 1e-18, 1e-30, 1e-100, 0.0}) {
        host::Cells cell(1, 2, R"({"vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0.15})");
        cell.set_direction(1, {0.6, 0, -0.8});
        cell.weight = {weight, 2 * weight};
        for (const int type : {0, 1})
            for (const int d : {0, 1})
                cell.set({1, {0, 0, 1}}, type, 0, d);
        for (const double lambda : {20.0, 1.0, 0.1}) {
            INFO("weight " << weight << ", lambda " << lambda);
            cell.electron_density[0] = lambda;
            REQUIRE(cell.apply().status == MISCID_OK);
            CHECK(cell.status[0] == MISCID_OK);
            for (const int type : {0, 1})
                for (const int d : {0, 1})
                    CHECK(std::abs(cell.get(type, 0, d).P.z() - cos_in_matter(lambda, type == 0 ? 1 : -1)) <
                          1e-14 + 20 * weight); // mu D/|H|, with the smallest |H| = sin 2theta
        }
    }
}
