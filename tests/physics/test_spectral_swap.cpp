// Spectral swap of a flat spectrum (theory.md section 7 row 11; Johns & Kost Eqs. 25, 26; theory.md F4).
#include "step/cells.hpp"

#include "catch.hpp"

#include <Eigen/LU>

#include <cmath>

namespace {

constexpr int bins = 400;
constexpr double theta = 0.1;
const host::Vector B(std::sin(2 * theta), 0, -std::cos(2 * theta));
const host::Vector across(std::cos(2 * theta), 0, std::sin(2 * theta));

double frequency(int bin) {
    return 2.0 * (bin + 0.5) / bins;
}

/** Neutrinos of omega in [0, 2], one per unit volume, at 60 degrees from B: D_par = 0.5. Two opposite directions. */
struct Swap {
    host::Cells cell;
    double mu = 100;

    Swap()
        : cell(bins, 2,
               R"({"phase_space.form": "density", "vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0.1})") {
        cell.set_direction(0, {0, 0, 1});
        cell.set_direction(1, {0, 0, -1});
        const host::Vector P = 0.5 * B + std::sqrt(0.75) * across;
        for (int bin = 0; bin < bins; ++bin) {
            cell.energy[host::Cells::count(bin)] = 1 / frequency(bin);
            for (int d = 0; d < 2; ++d)
                cell.set({0.5 * mu / bins, 0.5 * mu / bins * P}, 0, bin, d);
        }
    }
    /** P.B of a bin, at unit length. */
    double projection(int bin) const { return cell.get(0, bin, 0).P.dot(B) * 2 * bins / mu; }
    double D_par() const {
        double sum = 0;
        for (int bin = 0; bin < bins; ++bin)
            for (int d = 0; d < 2; ++d)
                sum += cell.get(0, bin, d).P.dot(B);
        return sum / mu;
    }
    /** The gas expands: every density falls by the same factor. */
    void dilute(double new_mu) {
        for (auto& number : cell.numbers)
            number *= new_mu / mu;
        mu = new_mu;
    }
};

/** Omega_c and mu D_perp from the two sum rules 1 = mu sum w/|H|, 0 = sum w (omega - Omega_c)/|H|; here
 *  H_par = omega - Omega_c + mu D_par (theory.md F4), with the unknown shifted by mu D_par. */
double synchronised_frequency(double mu) {
    using Pair = Eigen::Matrix<long double, 2, 1>;
    const auto residual = [mu](const Pair& u) { // u = (Omega_c - mu D_par, mu D_perp)
        long double D_par = 0, norm = 0;
        for (int bin = 0; bin < bins; ++bin) {
            const long double along = frequency(bin) - u[0], length = std::hypot(along, u[1]);
            D_par += along / length / bins;
            norm += mu / length / bins;
        }
        return Pair(D_par - 0.5L, norm - 1);
    };
    // Down from the synchronised limit, where H is mu D.
    Pair u(1 - 0.5L * 1000, std::sqrt(0.75L) * 1000);
    for (long double m = 1000;;) {
        const auto at = [&](const Pair& x) {
            Pair r = residual(x);
            r[1] = (r[1] + 1) * m / mu - 1;
            return r;
        };
        for (int iteration = 0; iteration < 30; ++iteration) {
            Eigen::Matrix<long double, 2, 2> J;
            for (int a = 0; a < 2; ++a) {
                const Pair h = 1e-6L * std::max(1.0L, std::abs(u[a])) * Pair::Unit(a);
                J.col(a) = (at(u + h) - at(u - h)) / (2 * h[a]);
            }
            u -= J.fullPivLu().solve(at(u));
        }
        if (m <= mu)
            return static_cast<double>(u[0] + mu * 0.5L);
        m = std::max<long double>(mu, 0.9L * m);
    }
}

} // namespace

TEST_CASE("the two sum rules give the known Omega_c: the expectation of the swap test") {
    const double known[][2] = {{100, 0.99833}, {3, 0.94485}, {1, 0.84348}, {0.3, 0.64873}};
    for (const auto& [mu, omega_c] : known)
        CHECK(std::abs(synchronised_frequency(mu) - omega_c) < 1e-5);
}

TEST_CASE("spectral swap: Omega_c falls from the synchronised frequency to the split at 0.5, D_par stays") {
    Swap swap;
    REQUIRE(swap.cell.apply().status == MISCID_OK);
    const double start = swap.D_par();
    CHECK(std::abs(start - 0.5) < 1e-13);
    double largest_drift = 0;
    const auto go_to = [&](double mu) {
        while (swap.mu > mu) {
            swap.dilute(std::max(mu, 0.97 * swap.mu));
            REQUIRE(swap.cell.apply().status == MISCID_OK);
            REQUIRE(swap.cell.status[0] == MISCID_OK);
            largest_drift = std::max(largest_drift, std::abs(swap.D_par() - start));
        }
    };
    CHECK(std::abs(swap.cell.omega_c[0] - 0.99833) < 1e-5);
    const double known[][2] = {{3, 0.94485}, {1, 0.84348}, {0.3, 0.64873}};
    for (const auto& [mu, omega_c] : known) {
        go_to(mu);
        INFO("mu = " << mu);
        CHECK(std::abs(swap.cell.omega_c[0] - omega_c) < 1e-5);
        CHECK(std::abs(swap.cell.omega_c[0] - synchronised_frequency(mu)) < 1e-9);
    }
    go_to(0.01);
    CHECK(largest_drift < 1e-13);
    // Above the split along B, below against it.
    for (int bin = 0; bin < bins; ++bin) {
        INFO("omega = " << frequency(bin));
        if (frequency(bin) < 0.45)
            CHECK(swap.projection(bin) < -0.98);
        if (frequency(bin) > 0.55)
            CHECK(swap.projection(bin) > 0.98);
    }
}
