// Entropy (Johns & Kost Eqs. 91-95) against the formula in complex numbers, closed forms and invariance under mixing.
#include "thermo/gases.hpp"

#include "catch.hpp"

#include <complex>

namespace {

using namespace gases;
using Complex = std::complex<double>;

/** Eq. 93 as printed. */
Complex equation_93(double P0, Complex P) {
    const Complex up = 0.5 * (P0 + P), down = 0.5 * (P0 - P);
    return -up * std::log(up) - down * std::log(down) - (1.0 - up) * std::log(1.0 - up) -
           (1.0 - down) * std::log(1.0 - down);
}

} // namespace

TEST_CASE("Eq. 94 is the derivative of Eq. 93, over the whole range |P| < min(P0, 2 - P0)") {
    for (const double P0 : {1e-6, 0.01, 0.3, 0.9, 1.0, 1.1, 1.7, 1.999}) {
        const double most = std::min(P0, 2.0 - P0);
        for (const double part : {1e-4, 0.1, 0.5, 0.9, 0.999}) {
            const double P = part * most, h = 1e-30;
            const double by_complex_step = equation_93(P0, {P, h}).imag() / h;
            const double derivative = thermo::entropy_derivative(P0, P, Statistics::fermionic);
            CHECK(std::abs(derivative - by_complex_step) < 1e-12);
            const double printed = -std::atanh(2 * P / (P * P + P0 * (2 - P0)));
            CHECK(std::abs(derivative / printed - 1.0) < 1e-9); // the printed form itself loses digits near the ends
            CHECK(derivative < 0.0);
            const double entropy = thermo::mode_entropy<2>(P0, {0.6 * P, 0.0, 0.8 * P}, Statistics::fermionic);
            CHECK(std::abs(entropy - equation_93(P0, P).real()) < 1e-14);
        }
    }
}

TEST_CASE("dilute: s = -Tr rho log rho has the derivative -atanh(|P|/P0), and is the limit of small occupations") {
    for (const double P0 : {1e-8, 0.5, 3e30}) {
        for (const double part : {0.01, 0.5, 0.99}) {
            const double derivative = thermo::entropy_derivative(P0, part * P0, Statistics::dilute);
            CHECK(std::abs(derivative / -std::atanh(part) - 1.0) < 1e-13);
        }
    }
    const double fermionic = thermo::entropy_derivative(1e-9, 0.7e-9, Statistics::fermionic);
    CHECK(std::abs(fermionic / -std::atanh(0.7) - 1.0) < 1e-8);
}

TEST_CASE("pure states have no entropy, equipartition has N_f times that of P0/N_f, and empty or full modes none") {
    CHECK(thermo::mode_entropy<2>(1.0, {0.0, 0.6, 0.8}, Statistics::fermionic) == Approx(0.0).margin(1e-15));
    CHECK(thermo::mode_entropy<2>(2.0, {0.0, 0.0, 0.0}, Statistics::fermionic) == 0.0);
    CHECK(thermo::mode_entropy<2>(0.0, {0.0, 0.0, 0.0}, Statistics::fermionic) == 0.0);
    CHECK(std::abs(thermo::mode_entropy<2>(1.0, {0, 0, 0}, Statistics::fermionic) - 2 * std::log(2.0)) < 1e-15);
    const double third = thermo::mode_entropy<3>(1.0, FlavorVectorFor<3>::Zero(), Statistics::fermionic);
    CHECK(std::abs(third - (std::log(3.0) + 2.0 * std::log(1.5))) < 1e-14);
    CHECK(thermo::entropy_derivative(0.4, 0.4, Statistics::fermionic) < -1e300);
    CHECK(thermo::entropy_derivative(1.6, 0.4, Statistics::fermionic) < -1e300);
    CHECK(thermo::entropy_derivative(1.6, 0.0, Statistics::fermionic) == 0.0);
}

TEST_CASE("three-flavor entropy does not depend on the basis") {
    std::mt19937 engine(3);
    for (int trial = 0; trial < 20; ++trial) {
        const Eigen::Vector3d r(0.1, 0.35, 0.8);
        const auto U = flavor::eigenstates(random_direction<8>(engine)).states;
        const auto P = flavor::vector_of_matrix(U * r.asDiagonal() * U.adjoint());
        double expected = 0.0;
        for (const double x : r)
            expected -= x * std::log(x) + (1 - x) * std::log(1 - x);
        CHECK(std::abs(thermo::mode_entropy<3>(r.sum(), P, Statistics::fermionic) - expected) < 1e-14);
    }
}

TEST_CASE("turning every P at fixed |P|, as mixing equilibration does, leaves S where it is to round-off") {
    for (unsigned seed = 0; seed < 10; ++seed) {
        auto cell = random_cell<2>(seed);
        const double before = thermo::entropy(cell.gas(), Statistics::fermionic);
        const auto D = thermo::moments(cell.gas());
        auto turned = cell;
        thermo::for_each_mode(cell.gas(), [&](const thermo::Mode& mode) {
            const auto H = thermo::hamiltonian(cell.medium, D, mode);
            turned.set(mode.index, cell.gas().polarization(mode.index).norm() * H.normalized());
        });
        CHECK(std::abs(thermo::entropy(turned.gas(), Statistics::fermionic) / before - 1.0) < 1e-14);
        CHECK(before < thermo::largest_entropy(cell.gas(), Statistics::fermionic));
    }
}
