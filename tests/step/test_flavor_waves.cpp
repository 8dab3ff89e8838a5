// Flavor waves as step 5 of the pipeline, through the C interface: what the viscosity must keep, closed forms of the
// prescriptions, and what two flavors say about three.
#include "step/crossed_cells.hpp"

#include "catch.hpp"

#include <Eigen/Eigenvalues>

#include <cmath>
#include <cstring>

using namespace crossed;
using std::abs;

TEST_CASE("marginal: waves stop growing, lepton number and traces stay, every rho keeps its range") {
    auto cells = two_flavors("marginal");
    const Totals before = totals(cells);
    const auto initial = cells.numbers;
    REQUIRE(cells.apply(1e6).status == MISCID_OK);
    REQUIRE(cells.status[0] == MISCID_OK);
    CHECK(cells.growth[0] > 0.01);
    CHECK(cells.growth_left[0] <= cells.growth_floor[0]);
    CHECK(int(cells.closure_flags[0]) % 64 / 16 == 0); // neither tilted nor given up
    const Totals after = totals(cells);
    CHECK(abs(after.traces - before.traces) < 1e-13 * before.traces);
    CHECK(abs(after.lepton_number - before.lepton_number) < 1e-12);
    double moved = 0.0;
    for (int type = 0; type < 2; ++type) {
        for (int d = 0; d < cells.directions; ++d) {
            const auto [P0, P] = cells.get(type, 0, d);
            const double* rho = &initial[4 * cells.mode(type, 0, d)];
            CHECK(abs(P.z()) <= abs(rho[0] - rho[1]) * (1 + 1e-12)); // |P| only falls
            CHECK(P.z() * (rho[0] - rho[1]) >= 0);
            CHECK(abs(P0 - rho[0] - rho[1]) < 1e-15);
            moved = std::max(moved, abs(P.z() - rho[0] + rho[1]));
        }
    }
    CHECK(moved > 0.1);

    const auto settled = cells.numbers;
    REQUIRE(cells.apply(1e6).status == MISCID_OK);
    for (std::size_t i = 0; i < settled.size(); ++i)
        CHECK(abs(cells.numbers[i] - settled[i]) < 0.02); // marginal already
}

TEST_CASE("an embedded box in the step keeps lepton number, traces and range, and mixes about as much as marginal") {
    auto box = two_flavors("embedded_box"), marginal = two_flavors("marginal");
    const Totals before = totals(box);
    const auto initial = box.numbers;
    REQUIRE(box.apply(1e6).status == MISCID_OK);
    REQUIRE(marginal.apply(1e6).status == MISCID_OK);
    const Totals after = totals(box);
    CHECK(abs(after.traces - before.traces) < 1e-13 * before.traces);
    CHECK(abs(after.lepton_number - before.lepton_number) < 1e-12);
    double difference = 0.0, moved = 0.0;
    for (int type = 0; type < 2; ++type) {
        for (int d = 0; d < box.directions; ++d) {
            const double start = initial[4 * box.mode(type, 0, d)] - initial[4 * box.mode(type, 0, d) + 1];
            const auto [P0, P] = box.get(type, 0, d);
            CHECK(abs(P.z()) <= abs(start) * (1 + 1e-12));
            const double w = box.weight[host::Cells::count(d)];
            difference += w * abs(P.z() - marginal.get(type, 0, d).P.z());
            moved += w * abs(P.z() - start);
        }
    }
    CHECK(moved > 0.1);
    CHECK(difference < 0.25 * moved); // two closures of the same physics (docs/closures.md: errors of .02 in survival)
}

TEST_CASE("without a lepton-number crossing every closure leaves the bits of adiabatic miscidynamics") {
    auto none = two_flavors("none", 0.3);
    REQUIRE(none.apply(1e6).status == MISCID_OK);
    for (const char* closure : {"equipartition", "power_half", "marginal", "kinetic", "embedded_box"}) {
        CAPTURE(closure);
        auto cells = two_flavors(closure, 0.3);
        REQUIRE(cells.apply(1e6).status == MISCID_OK);
        CHECK(cells.growth[0] == 0.0);
        CHECK(cells.area_ratio[0] == 0.0);
        CHECK(std::memcmp(cells.numbers.data(), none.numbers.data(), none.numbers.size() * sizeof(double)) == 0);
    }
}

TEST_CASE("densities in bins and occupations of the same neutrinos get the same viscosity") {
    auto occupation = two_flavors("marginal");
    auto density = two_flavors("marginal", 0.9, R"("phase_space.form": "density", )");
    for (int type = 0; type < 2; ++type)
        for (int d = 0; d < density.directions; ++d) {
            auto polarization = density.get(type, 0, d);
            const double w = occupation.weight[host::Cells::count(d)];
            density.set({w * polarization.P0, w * polarization.P}, type, 0, d);
        }
    REQUIRE(occupation.apply(1e6).status == MISCID_OK);
    REQUIRE(density.apply(1e6).status == MISCID_OK);
    CHECK(abs(density.growth[0] / occupation.growth[0] - 1) < 1e-6);
    for (int type = 0; type < 2; ++type)
        for (int d = 0; d < density.directions; ++d) {
            const double w = occupation.weight[host::Cells::count(d)];
            CHECK(abs(density.get(type, 0, d).P.z() / w - occupation.get(type, 0, d).P.z()) < 1e-6);
        }
}

TEST_CASE("the growth rate of the incoming cell is that of a dense eigensolver") {
    // Axisymmetric waves of the aligned state on the host's own rings: M_ij = k' v_i - e_i (1 - v_i v_j), scanned in k'.
    auto cells = two_flavors("marginal");
    Eigen::VectorXd v(rings), e = Eigen::VectorXd::Zero(rings);
    for (int ring = 0; ring < rings; ++ring) {
        v[ring] = cosine(ring);
        for (int azimuth = 0; azimuth < azimuths; ++azimuth) {
            const int d = ring * azimuths + azimuth;
            e[ring] += cells.weight[host::Cells::count(d)] * (cells.get(0, 0, d).P.z() - cells.get(1, 0, d).P.z());
        }
    }
    double fastest = 0.0;
    for (double k = -0.6; k <= 0.6; k += 0.002) {
        const Eigen::MatrixXd M = Eigen::MatrixXd((k * v).asDiagonal()) -
                                  e.asDiagonal() * (Eigen::MatrixXd::Ones(rings, rings) - v * v.transpose());
        fastest = std::max(fastest, M.eigenvalues().imag().maxCoeff());
    }
    REQUIRE(cells.apply(1e6).status == MISCID_OK);
    CHECK(abs(cells.growth[0] / fastest - 1) < 0.05); // the closure interpolates between the rings and scans coarsely
}

TEST_CASE("equipartition: the smaller side keeps half, the other what lepton number asks for") {
    auto cells = two_flavors("equipartition");
    std::vector<double> e;
    double positive = 0.0, negative = 0.0;
    for (int d = 0; d < cells.directions; ++d) {
        const double net = cells.weight[host::Cells::count(d)] * (cells.get(0, 0, d).P.z() - cells.get(1, 0, d).P.z());
        e.push_back(net);
        (net > 0 ? positive : negative) += abs(net);
    }
    const double smaller = std::min(positive, negative), larger = std::max(positive, negative);
    const auto before = cells.numbers;
    REQUIRE(cells.apply(1.0).status == MISCID_OK);
    for (int d = 0; d < cells.directions; ++d) {
        const bool on_smaller_side = (e[host::Cells::count(d)] > 0) == (positive < negative);
        // P_surv = (1 + factor)/2: 1/2 on one side, 1 - I_</(2 I_>) on the other (theory.md 6.1, two flavors).
        const double factor = on_smaller_side ? 0.0 : 1.0 - smaller / larger;
        for (int type = 0; type < 2; ++type) {
            const double* rho = &before[4 * cells.mode(type, 0, d)];
            CHECK(abs(cells.get(type, 0, d).P.z() - factor * (rho[0] - rho[1])) < 1e-13);
        }
    }
}

TEST_CASE("the host's viscosity shrinks p at its rate and is refused where it is not given") {
    auto cells = two_flavors("host");
    for (std::size_t i = 0; i < cells.viscosity.size(); ++i)
        cells.viscosity[i] = 1e-3 * double(i % 7);
    const auto before = cells.numbers;
    REQUIRE(cells.apply(2.0).status == MISCID_OK);
    for (int type = 0; type < 2; ++type)
        for (int d = 0; d < cells.directions; ++d) {
            const std::size_t i = cells.mode(type, 0, d);
            const double expected = (before[4 * i] - before[4 * i + 1]) * (1 - 2.0 * cells.viscosity[i]);
            CHECK(abs(cells.get(type, 0, d).P.z() - expected) < 1e-13);
        }
    cells.viscosity[5] = -1.0;
    CHECK(cells.apply(2.0).status == MISCID_PARTIAL);
    CHECK(cells.status[0] == MISCID_CELL_NEGATIVE_RATE);
}

TEST_CASE("equal heavy flavors: r_e - r_x shrinks as P of the two-flavor cell does, mu and tau alike") {
    const auto fill_two = [](host::Cells& cells, double v, int d) {
        const double e = 0.6 * gaussian(v, 0.6), ebar = 0.65 * gaussian(v, 0.5), x = 0.1;
        cells.set({e + x, {0, 0, e - x}}, 0, 0, d);
        cells.set({ebar + x, {0, 0, ebar - x}}, 1, 0, d);
    };
    const auto fill_three = [](host::Cells& cells, double v, int d) {
        const double e = 0.6 * gaussian(v, 0.6), ebar = 0.65 * gaussian(v, 0.5), x = 0.1;
        cells.set_matrix(Eigen::Vector3cd(e, x, x).asDiagonal(), 0, 0, d);
        cells.set_matrix(Eigen::Vector3cd(ebar, x, x).asDiagonal(), 1, 0, d);
    };
    for (const char* closure : {"equipartition", "marginal"}) {
        CAPTURE(closure);
        const std::string choice = std::string("\"viscosity.closure\": \"") + closure + "\"";
        auto two = make(choice, fill_two);
        auto three = make("\"phase_space.flavors\": 3, " + choice, fill_three);
        const auto before = two.numbers;
        REQUIRE(two.apply(1e6).status == MISCID_OK);
        REQUIRE(three.apply(1e6).status == MISCID_OK);
        double worst = 0.0, moved = 0.0;
        for (int type = 0; type < 2; ++type)
            for (int d = 0; d < two.directions; ++d) {
                const double* rho = &before[4 * two.mode(type, 0, d)];
                const double factor = two.get(type, 0, d).P.z() / (rho[0] - rho[1]);
                const auto heavy = three.get_matrix(type, 0, d);
                const double mean = (rho[0] + 2 * rho[1]) / 3; // r_e + 2 r_x stays
                const double e = mean + 2.0 / 3.0 * factor * (rho[0] - rho[1]);
                const double x = mean - 1.0 / 3.0 * factor * (rho[0] - rho[1]);
                worst = std::max(
                    {worst, abs(heavy(0, 0).real() - e), abs(heavy(1, 1).real() - x), abs(heavy(2, 2).real() - x)});
                moved = std::max(moved, abs(e - rho[0]));
            }
        CHECK(worst < 1e-6); // the frames of the two cells differ by their mass mixing
        CHECK(moved > 0.1);
    }
}

TEST_CASE("three different flavors: both lepton numbers and every trace stay, occupations stay in range") {
    for (const char* closure : {"equipartition", "marginal"}) {
        CAPTURE(closure);
        auto cells =
            make(std::string(R"("phase_space.flavors": 3, "vacuum.mixing_angle_23": 0, "viscosity.closure": ")") +
                     closure + "\"",
                 [](host::Cells& host, double v, int d) {
                     const double e = 0.6 * gaussian(v, 0.6), ebar = 0.65 * gaussian(v, 0.5);
                     const double mu = 0.2 * gaussian(v, 0.55), mubar = 0.12 * gaussian(v, 0.7), tau = 0.1;
                     host.set_matrix(Eigen::Vector3cd(e, mu, tau).asDiagonal(), 0, 0, d);
                     host.set_matrix(Eigen::Vector3cd(ebar, mubar, tau).asDiagonal(), 1, 0, d);
                 });
        const auto sums = [&cells] {
            Eigen::Vector4d sum = Eigen::Vector4d::Zero(); // sum w s rho_aa of the flavors, sum w tr rho
            for (int type = 0; type < 2; ++type)
                for (int d = 0; d < cells.directions; ++d) {
                    const double w = cells.weight[host::Cells::count(d)];
                    const Eigen::Vector3d diagonal = cells.get_matrix(type, 0, d).diagonal().real();
                    sum.head<3>() += (type == 0 ? w : -w) * diagonal;
                    sum[3] += w * diagonal.sum();
                }
            return sum;
        };
        REQUIRE(cells.apply(0).status == MISCID_OK); // mu and tau are laid along their H first
        const Eigen::Vector4d before = sums();
        REQUIRE(cells.apply(1e5).status == MISCID_OK);
        REQUIRE(cells.status[0] == MISCID_OK);
        CHECK((sums() - before).lpNorm<Eigen::Infinity>() < 1e-7); // up to the mass mixing of mu and tau
        CHECK(abs(sums()[3] - before[3]) < 1e-13);
        for (int type = 0; type < 2; ++type)
            for (int d = 0; d < cells.directions; ++d)
                for (int a = 0; a < 3; ++a) {
                    CHECK(cells.get_matrix(type, 0, d)(a, a).real() >= -1e-15);
                    CHECK(cells.get_matrix(type, 0, d)(a, a).real() <= 1.0 + 1e-15);
                }
    }
}

TEST_CASE("a run goes on from its state bit for bit, in one batch or cell by cell") {
    for (const char* closure : {"marginal", "kinetic", "embedded_box"}) {
        CAPTURE(closure);
        auto straight = two_flavors(closure);
        for (int n = 0; n < 3; ++n)
            REQUIRE(straight.apply(40.0).status == MISCID_OK);
        auto first = two_flavors(closure);
        REQUIRE(first.apply(40.0).status == MISCID_OK);
        auto second = two_flavors(closure);
        second.numbers = first.numbers;
        second.state = first.state;
        for (int n = 0; n < 2; ++n)
            REQUIRE(second.apply(40.0).status == MISCID_OK);
        CHECK(std::memcmp(second.numbers.data(), straight.numbers.data(), straight.numbers.size() * sizeof(double)) ==
              0);
        CHECK(std::memcmp(second.state.data(), straight.state.data(), straight.state.size() * sizeof(double)) == 0);
    }
}
