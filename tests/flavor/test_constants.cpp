// Wave numbers of known densities and energies (theory.md section 1, digits as printed there).
#include "catch.hpp"
#include "medium/constants.hpp"
#include "medium/medium.hpp"

#include <cmath>

namespace constants = miscid::medium::constants;

TEST_CASE("sqrt2 G_F n is 6.42285 cm^-1 at 1e33 cm^-3") {
    const double wave_number = constants::sqrt2_fermi_constant * 1e33;
    CHECK(std::abs(wave_number - 6.42285) < 5e-6);
    CHECK(std::abs(wave_number * constants::speed_of_light / 1.92552e11 - 1) < 3e-6);
    CHECK(std::abs(wave_number * constants::hbar_c * 1e9 / 0.12674 - 1) < 4e-5); // meV
}

TEST_CASE("sqrt2 G_F n_e is 19.340 cm^-1 at 1e10 g cm^-3 and Ye = 0.5") {
    const double electrons = 1e10 * 0.5 / constants::atomic_mass_unit;
    CHECK(std::abs(constants::sqrt2_fermi_constant * electrons - 19.340) < 5e-4);
}

TEST_CASE("omega is 6.335e-6 cm^-1 at 2.5e-3 eV^2 and 10 MeV") {
    CHECK(std::abs(constants::vacuum_frequency * 2.5e-3 / 10 - 6.335e-6) < 5e-10);
}

TEST_CASE("quantum states below 1 MeV per cm^3: 4 pi/3 over (2 pi hbar c)^3") {
    // 197.3269804 MeV fm, CODATA 2018
    const double h_c = 2 * 3.141592653589793 * 197.3269804e-13;
    CHECK(std::abs(constants::states_below_one_mev * 3 * h_c * h_c * h_c / (4 * 3.141592653589793) - 1) < 1e-14);
}

TEST_CASE("the MSW resonance of neutrinos is at lambda = omega cos 2theta in normal ordering") {
    for (const double theta : {0.1, 0.15, 0.5}) {
        const auto B = miscid::medium::vacuum_direction(theta);
        CHECK(std::abs(B.norm() - 1) < 1e-15);
        const miscid::flavor::FlavorVector at_resonance = 0.7 * B + 0.7 * std::cos(2 * theta) * B.UnitZ();
        CHECK(std::abs(at_resonance.z()) < 1e-15);
        CHECK(std::abs(at_resonance.x() - 0.7 * std::sin(2 * theta)) < 1e-15);
    }
}

TEST_CASE("matter that moves along a neutrino takes its potential away: lambda (1 - v_m.v)") {
    miscid::medium::Medium medium;
    medium.lambda = 3;
    medium.velocity = {0.1, -0.2, 0.3};
    const Eigen::Vector3d v(0.6, 0, 0.8);
    const auto current = medium.current();
    CHECK(std::abs(current[0] - current.tail<3>().dot(v) - 3 * (1 - 0.1 * 0.6 - 0.3 * 0.8)) < 1e-15);
}
