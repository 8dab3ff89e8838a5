// Growth, saturation and marginality against what is known otherwise: closed forms of two beams and a dense eigensolver.
#include "cells.hpp"
#include "closures/kinetic_state.hpp"

#include "catch.hpp"

#include <Eigen/Eigenvalues>

using namespace closure_tests;

namespace {

/** Fastest growth of axisymmetric longitudinal waves on a fine spline of the cell, from all eigenvalues of
 * Omega S_i = k' v_i S_i - e_i sum_j (1 - v_i v_j) S_j. */
double dense_growth(const CellForTest& cell, int fine) {
    std::vector<double> v(fine), weight(fine), E(cell.e.size()), value(fine);
    miscid::phase_space::gauss_legendre(fine, v.data(), weight.data());
    miscid::phase_space::Spline spline;
    spline.reserve(cell.directions());
    spline.set_knots(cell.directions(), cell.v.data());
    for (std::size_t i = 0; i < E.size(); ++i)
        E[i] = cell.e[i] / cell.weight[i];
    spline.interpolate(E.data(), fine, v.data(), value.data());
    double A = 0.0;
    for (int i = 0; i < fine; ++i)
        A += std::abs(weight[i] * value[i]);
    double fastest = 0.0;
    for (double k = -2.0 * A; k <= 2.0 * A; k += 0.04 * A) {
        Eigen::MatrixXd M(fine, fine);
        for (int i = 0; i < fine; ++i)
            for (int j = 0; j < fine; ++j)
                M(i, j) = -weight[i] * value[i] * (1.0 - v[i] * v[j]) + (i == j ? k * v[i] : 0.0);
        fastest = std::max(fastest, Eigen::EigenSolver<Eigen::MatrixXd>(M, false).eigenvalues().imag().maxCoeff());
    }
    return fastest;
}

} // namespace

TEST_CASE("two beams grow as sqrt((2 zeta)^2 - k'^2) and end with the smaller one depolarized") {
    for (const Kind kind : {Kind::marginal, Kind::kinetic}) {
        INFO(name_of(kind));
        CellForTest cell(2);
        cell.v = {-1.0, 1.0};
        cell.weight.clear();
        cell.e = {-0.5, 0.3};
        auto closure = make_closure(kind);
        closure->reserve(2);
        Diagnostics diagnostics;
        REQUIRE(cell.apply(*closure, 400.0, &diagnostics) == Outcome::ok);
        // Best k': growth 2 sqrt(-zeta_+ zeta_-) (Fiorillo, Raffelt & Sigl after Eq. 13).
        CHECK(diagnostics.max_growth_before == Approx(2.0 * std::sqrt(0.15)).epsilon(0.03));
        CHECK(cell.after[1] == Approx(0.0).margin(2e-3));
        CHECK(cell.after[0] == Approx(-0.2).margin(2e-3));
    }
}

TEST_CASE("damping D of all coherences lowers growth by D, and two beams stop where 2 sqrt(-zeta_+ zeta_-) = D") {
    const double D = 0.1;
    CellForTest cell(2);
    cell.v = {-1.0, 1.0};
    cell.weight.clear();
    cell.e = {-0.5, 0.3};
    cell.damping = {D, D};
    auto closure = make_closure(Kind::marginal);
    closure->reserve(2);
    Diagnostics diagnostics;
    REQUIRE(cell.apply(*closure, 1e3, &diagnostics) == Outcome::ok);
    CHECK(diagnostics.max_growth_before == Approx(2.0 * std::sqrt(0.15) - D).epsilon(0.03));
    CHECK(std::abs(CellForTest::sum(cell.after) + 0.2) < 1e-14);
    CHECK(cell.after[1] == Approx(-0.1 + std::sqrt(0.01 + 0.25 * D * D)).margin(1.5e-3));
}

TEST_CASE("while small, waves of two beams grow as exp(2 growth t)") {
    Options options;
    CellForTest cell(2);
    cell.v = {-1.0, 1.0};
    cell.weight.clear();
    cell.e = {-0.5, 0.5};
    auto closure = make_closure(Kind::kinetic, options);
    closure->reserve(2);
    const double seed = 1e-12;
    double last = 0.0;
    for (int step = 0; step < 10; ++step) {
        cell.step(*closure, 2.0, nullptr, seed);
        double content = 0.0;
        read_spectrum(cell.state.data(), {1, 10.0}, &content, nullptr, nullptr);
        if (step >= 4) { // the fastest waves dominate: growth 1, less what the width of the band takes
            const double growth = std::log(content / last) / (2.0 * 2.0);
            CHECK(growth > 0.95);
            CHECK(growth < 1.0);
        }
        last = content;
    }
}

TEST_CASE("a two-beam system driven through zero polarization follows the edge of instability") {
    // theory.md section 7 row 4a: zeta_+ = 0, zeta_- = -1/2 + t/T.
    for (const double T : {1500.0, 6000.0})
        for (const Kind kind : {Kind::marginal, Kind::kinetic}) {
            INFO(name_of(kind) << ", T " << T);
            CellForTest cell(2);
            cell.v = {-1.0, 1.0};
            cell.weight.clear();
            cell.e = {-0.5, 0.0};
            cell.source = {0.0, 1.0 / T};
            cell.use_source = true;
            auto closure = make_closure(kind);
            closure->reserve(2);
            for (int step = 1; step <= 9; ++step) {
                cell.step(*closure, 0.05 * T);
                const double edge = -0.5 + 0.05 * step;
                // Waves take a finite growth to hold their place, and growth is small where zeta_- is.
                const double allowed = kind == Kind::marginal ? 0.001 : 0.003;
                CHECK(std::abs(cell.e[1]) < allowed);
                CHECK(std::abs(cell.e[0] - edge) < allowed);
            }
        }
}

TEST_CASE("after saturation no wave grows, says a dense eigensolver") {
    for (const double alpha : {0.86, 0.95, 1.3}) {
        INFO("alpha " << alpha);
        auto cell = gaussian_cell(alpha, 24);
        Options options;
        options.axial_breaking = false;
        auto closure = make_closure(Kind::marginal, options);
        closure->reserve(24);
        Diagnostics diagnostics;
        const double before = dense_growth(cell, 64);
        REQUIRE(cell.step(*closure, 1e5, &diagnostics) == Outcome::ok);
        CHECK(diagnostics.max_growth_before == Approx(before).epsilon(0.05));
        // The finite number of places looked at, and a coarse host grid whose spline is not the relaxed one.
        CHECK(dense_growth(cell, 64) < std::max(0.12 * before, 3.0 * diagnostics.growth_floor));
    }
}

TEST_CASE("onset waits for the seeds: logarithmic in their size") {
    for (const Kind kind : {Kind::marginal, Kind::kinetic}) {
        const auto onset = [&](double seed) {
            auto cell = gaussian_cell(0.95, 24);
            auto closure = make_closure(kind);
            closure->reserve(24);
            const double A = CellForTest::size(cell.e);
            double t = 0.0;
            while (CellForTest::size(cell.e) > 0.9 * A && t < 1e4) {
                cell.step(*closure, 5.0, nullptr, seed);
                t += 5.0;
            }
            return t;
        };
        INFO(name_of(kind));
        // Three decades of the seed take ln(1000)/growth, growth .0665 (box.json).
        CHECK(onset(1e-6) - onset(1e-3) == Approx(std::log(1000.0) / 0.0665).margin(12.0));
    }
}
