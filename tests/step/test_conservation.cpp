// What oscillations cannot change (theory.md F8, design section 4).
#include "step/random_cells.hpp"

#include "catch.hpp"

#include <cmath>

TEST_CASE("the step keeps every trace and every |P| to round-off, in every regime") {
    for (const auto& regime : host::regimes()) {
        INFO(regime.name);
        host::Cells cells(3, 9, "{" + std::string(host::mixing) + "}", 4);
        host::fill(cells, regime, 1);
        std::vector<double> trace, length;
        const auto each = [&](auto use) {
            for (int cell = 0; cell < cells.cells; ++cell)
                for (int type = 0; type < 2; ++type)
                    for (int group = 0; group < cells.groups; ++group)
                        for (int d = 0; d < cells.directions; ++d)
                            use(cells.get(type, group, d, cell));
        };
        each([&](const host::Polarization& P) {
            trace.push_back(P.P0);
            length.push_back(P.P.norm());
        });
        for (int step = 0; step < 10; ++step) {
            for (auto& electrons : cells.electron_density)
                electrons *= 0.97;
            REQUIRE(cells.apply(1).status == MISCID_OK);
            std::size_t i = 0;
            double trace_change = 0, length_change = 0;
            each([&](const host::Polarization& P) {
                trace_change = std::max(trace_change, std::abs(P.P0 - trace[i]));
                length_change = std::max(length_change, std::abs(P.P.norm() - length[i]));
                ++i;
            });
            CHECK(trace_change < 3e-16 * (step + 1));
            CHECK(length_change < 3e-16 * (step + 1));
        }
    }
}

TEST_CASE("every density matrix stays within 0 <= rho <= 1, full polarizations included") {
    host::Cells cells(2, 5, "{" + std::string(host::mixing) + "}", 1);
    host::fill(cells, {"", 5, 10}, 2);
    for (int group = 0; group < 2; ++group)
        for (int d = 0; d < 5; ++d) {
            cells.set({1, {0, 0, 1}}, 0, group, d); // nu_e full, nu_x empty
            cells.set({1.9, {0, 0, 0.1}}, 1, group, d);
        }
    for (double lambda = 10; lambda > 1; lambda *= 0.9) {
        cells.electron_density[0] = lambda;
        REQUIRE(cells.apply().status == MISCID_OK);
        for (int type = 0; type < 2; ++type)
            for (int group = 0; group < 2; ++group)
                for (int d = 0; d < 5; ++d) {
                    const auto [P0, P] = cells.get(type, group, d);
                    CHECK(P0 - P.norm() > -1e-14);
                    CHECK(P0 + P.norm() < 2 + 1e-14);
                }
    }
}

TEST_CASE("every P lies along its H: the full 3N conditions from the density matrices alone") {
    for (const auto& regime : host::regimes()) {
        host::Cells cells(2, 6, "{" + std::string(host::mixing) + "}");
        host::fill(cells, regime, 3);
        REQUIRE(cells.apply().status == MISCID_OK);
        const host::Vector B(std::sin(0.4), 0, -std::cos(0.4)), velocity(cells.velocity.data());
        host::Vector D0 = host::Vector::Zero();
        Eigen::Matrix3d D1 = Eigen::Matrix3d::Zero();
        const auto each = [&](auto use) {
            for (int type = 0; type < 2; ++type)
                for (int group = 0; group < 2; ++group)
                    for (int d = 0; d < 6; ++d)
                        use(type, group, d, type == 0 ? 1.0 : -1.0, cells.get(type, group, d).P, cells.direction_of(d));
        };
        each([&](int, int group, int d, double s, const host::Vector& P, const host::Vector& v) {
            const double w = cells.weight[host::Cells::count(group * 6 + d)];
            D0 += s * w * P;
            D1 += s * w * P * v.transpose();
        });
        INFO(regime.name);
        each([&](int type, int group, int d, double s, const host::Vector& P, const host::Vector& v) {
            const host::Vector H = s / cells.energy[host::Cells::count(group)] * B +
                                   cells.electron_density[0] * (1 - velocity.dot(v)) * host::Vector::UnitZ() + D0 -
                                   D1 * v;
            CHECK(H.cross(P).norm() < 1e-13 * H.norm() * P.norm() * std::max(1.0, regime.density));
            CHECK(std::abs(cells.p[cells.mode(type, group, d)] - P.dot(H) / H.norm()) < 1e-14);
            CHECK(std::abs(cells.hamiltonian[cells.mode(type, group, d)] / H.norm() - 1) < 1e-12);
        });
    }
}

TEST_CASE("a second step without any change changes nothing beyond round-off") {
    for (const auto& regime : host::regimes()) {
        host::Cells cells(2, 6, "{" + std::string(host::mixing) + "}");
        host::fill(cells, regime, 4);
        REQUIRE(cells.apply().status == MISCID_OK);
        const auto before = cells.numbers;
        REQUIRE(cells.apply().status == MISCID_OK);
        for (std::size_t i = 0; i < before.size(); ++i)
            CHECK(std::abs(cells.numbers[i] - before[i]) < 1e-14);
    }
}

TEST_CASE("where nothing mixes (B along z) flavor-diagonal cells stay as they are and keep their lepton number") {
    for (const auto& regime : host::regimes()) {
        host::Cells cells(2, 6, R"({"vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0})");
        host::fill(cells, regime, 5);
        const auto before = cells.numbers;
        REQUIRE(cells.apply().status == MISCID_OK);
        CHECK(cells.status[0] == MISCID_OK);
        for (std::size_t i = 0; i < before.size(); ++i)
            CHECK(std::abs(cells.numbers[i] - before[i]) < 1e-15);
    }
}

TEST_CASE("occupation form and density form of the same cell agree") {
    for (const auto& regime : host::regimes()) {
        host::Cells occupation(2, 6, "{" + std::string(host::mixing) + "}");
        host::Cells density(2, 6, "{" + std::string(host::mixing) + R"(, "phase_space.form": "density"})");
        host::fill(occupation, regime, 6);
        host::fill(density, regime, 6);
        const auto weight = [&](int group, int d) { return occupation.weight[host::Cells::count(group * 6 + d)]; };
        const auto each = [&](auto use) {
            for (int type = 0; type < 2; ++type)
                for (int group = 0; group < 2; ++group)
                    for (int d = 0; d < 6; ++d)
                        use(type, group, d);
        };
        each([&](int type, int group, int d) {
            auto P = occupation.get(type, group, d);
            P.P0 *= weight(group, d);
            P.P *= weight(group, d);
            density.set(P, type, group, d);
        });
        for (int step = 0; step < 3; ++step) {
            occupation.electron_density[0] *= 0.9;
            density.electron_density[0] *= 0.9;
            REQUIRE(occupation.apply().status == MISCID_OK);
            REQUIRE(density.apply().status == MISCID_OK);
        }
        each([&](int type, int group, int d) {
            CHECK((density.get(type, group, d).P - weight(group, d) * occupation.get(type, group, d).P).norm() <
                  1e-12 * weight(group, d));
        });
    }
}

TEST_CASE("CGS cells are the natural ones with sqrt2 G_F n = 6.42285 cm^-1 at 1e33 cm^-3 and omega = 6.335e-6 cm^-1 at "
          "10 MeV") {
    // The same numbers of a cell as frequencies: closed-form constants of theory.md section 1 outside, the library
    // inside.
    const double potential = 6.42285e-33, omega_10 = 6.335e-6;
    host::Cells cgs(1, 3, R"({"units.system": "cgs_mev", "vacuum.mass_squared_difference": 2.5e-3,
                              "vacuum.mixing_angle": 0.2, "phase_space.form": "density", "screen.units": true})");
    host::Cells natural(1, 3,
                        R"({"vacuum.mass_squared_difference": )" + std::to_string(2 * omega_10 * 1e6) +
                            R"(, "vacuum.mixing_angle": 0.2, "phase_space.form": "density"})");
    const double n = 2e27; // cm^-3: mu n = 1.3e-5, about omega
    const host::Vector v[3] = {{0, 0, 1}, {0.6, 0, 0.8}, {0, -1, 0}};
    for (int d = 0; d < 3; ++d) {
        cgs.set_direction(d, v[d]);
        natural.set_direction(d, v[d]);
        cgs.set({n * (1 + 0.1 * d), {0, 0, 0.8 * n}}, 0, 0, d);
        natural.set({1e6 * potential * n * (1 + 0.1 * d), {0, 0, 1e6 * potential * 0.8 * n}}, 0, 0,
                    d); // unit: 1e-6 cm^-1
        cgs.set({0.5 * n, {0, 0, 0.4 * n}}, 1, 0, d);
        natural.set({1e6 * potential * 0.5 * n, {0, 0, 1e6 * potential * 0.4 * n}}, 1, 0, d);
    }
    cgs.energy[0] = 10;
    natural.energy[0] = 1;
    cgs.electron_density[0] = 3e27;
    natural.electron_density[0] = 1e6 * potential * 3e27;
    REQUIRE(cgs.apply().status == MISCID_OK);
    REQUIRE(natural.apply().status == MISCID_OK);
    for (int type = 0; type < 2; ++type)
        for (int d = 0; d < 3; ++d) {
            const host::Vector a = cgs.get(type, 0, d).P / n, b = natural.get(type, 0, d).P / (1e6 * potential * n);
            CHECK((a - b).norm() < 2e-4 * b.norm()); // the constants outside have four to six digits
            CHECK(a.head<2>().norm() > 0.01);        // and there is mixing to compare
        }
}
