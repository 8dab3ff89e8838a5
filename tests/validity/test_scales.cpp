// The measured numbers against closed forms: supernova scales of the papers, Landau-Zener, crossings, seeds.
#include "thermo/gases.hpp"

#include "medium/constants.hpp"
#include "validity/onset.hpp"
#include "validity/scales.hpp"

#include "catch.hpp"

#include <cmath>

namespace {

using namespace gases;
using namespace miscid::validity;
namespace constants = miscid::medium::constants;

/** Beams along +-z of neutrinos that are nearly all nu_e, in matter. */
Cell<2> beams(double lambda, double mu, double omega, double theta) {
    Cell<2> cell(2, 1);
    cell.medium.mu = mu;
    cell.medium.lambda = lambda;
    cell.medium.B = medium::vacuum_direction(theta);
    for (int d = 0; d < 2; ++d) {
        const std::size_t i = cell.grid.index(d, 0);
        cell.grid.set_direction(d, {0, 0, d == 0 ? 1.0 : -1.0});
        cell.grid.set_frequency(d, 0, omega);
        cell.sign_weight[i] = 0.5;
        cell.trace[i] = 1.0;
        cell.set(i, {0, 0, 0.8});
    }
    return cell;
}

Values measured(const Cell<2>& cell, const Surroundings& around, const double* energy = nullptr) {
    return measure<2>(cell.gas(), nullptr, energy, around);
}

} // namespace

TEST_CASE("matter of 1e10 g/cm^3 and Ye = 0.5: lambda = 19.34 cm^-1, epsilon = 1/(lambda l_astro)") {
    const double lambda = constants::sqrt2_fermi_constant * 0.5e10 / constants::atomic_mass_unit;
    CHECK(std::abs(lambda - 19.34) < 0.01);
    auto cell = beams(lambda, 0.0, 0.0, 0.0);
    Surroundings around;
    around.variation_length = 1e5; // a kilometre
    around.cell_length = 0.5 / lambda;
    const auto values = measured(cell, around);
    CHECK(std::abs(*values[SCALE_SEPARATION] * lambda * 1e5 - 1) < 1e-14);
    CHECK(std::abs(*values[OSCILLATIONS_IN_CELL] - 2) < 1e-14);
    CHECK(assess(values).action == Action::refuse); // the cell is smaller than an oscillation
    CHECK(*values[MISALIGNMENT] < 1e-15);
    CHECK_FALSE(values[GAS_PARAMETER].has_value()); // no energies, nothing said

    // the same cell in other units of frequency
    auto scaled = beams(1.0, 0.0, 0.0, 0.0);
    around.frequency_unit = lambda;
    CHECK(std::abs(*measured(scaled, around)[SCALE_SEPARATION] * lambda * 1e5 - 1) < 1e-14);
}

TEST_CASE("at 10 MeV the gas parameter G_F E^2 is 1e-9 and potentials are 1e-12 or less of the energy") {
    auto cell = beams(19.34, 6.4, 6.3e-6, 0.15);
    std::vector<double> energy(cell.grid.size(), 10.0);
    const auto values = measured(cell, Surroundings(), energy.data());
    CHECK(std::abs(*values[GAS_PARAMETER] / (std::sqrt(2.0) * 1.1663787e-11 * 100) - 1) < 1e-12);
    CHECK(*values[POTENTIAL_OVER_ENERGY] > 1e-12 * 0.01);
    CHECK(*values[POTENTIAL_OVER_ENERGY] < 1e-10);
    // (G_F E^2)^2 (004-12), and collisions rarer than forward scattering (004-17)
    CHECK(std::abs(*values[COLLISION_OVERLAP] / std::pow(1.1663787e-11 * 100, 2) - 1) < 1e-12);
    CHECK_FALSE(values[COLLISIONAL_BROADENING].has_value()); // the mean free path is the host's to know
    CHECK(assess(values).action == Action::apply);
    Surroundings around;
    around.mean_free_path = 1e5;
    const double broadening = *measured(cell, around)[COLLISIONAL_BROADENING];
    CHECK(std::abs(broadening * 1e5 * measure_scales<2>(cell.gas(), nullptr, std::nullopt).potential - 1) < 1e-12);
}

TEST_CASE("mass mixing tilts H by omega sin 2theta/|H|: 6e-8 at 1e10 g/cm^3 and 15 MeV") {
    const double omega = 2.5e-3 * constants::vacuum_frequency / 15;
    auto cell = beams(19.34, 0.0, omega, 0.5 * std::asin(std::sqrt(0.085))); // theta_13
    Surroundings around;
    around.neutrino_density = 1e33;
    around.coherence_length = 10;
    const auto scales = measure_scales<2>(cell.gas(), nullptr, std::nullopt);
    CHECK(std::abs(scales.mixing_seed - omega * std::sqrt(0.085) / 19.34) < 1e-12);
    CHECK(scales.mixing_seed > 5e-8);
    CHECK(scales.mixing_seed < 8e-8);
    const auto values = measured(cell, around);
    CHECK(std::abs(*values[SEED_OF_FLUCTUATIONS] - 1e-18 / scales.mixing_seed) < 1e-12 * *values[SEED_OF_FLUCTUATIONS]);
    CHECK(assess(values).verdict[SEED_OF_FLUCTUATIONS] == Verdict::met);
}

TEST_CASE("adiabaticity is the angle H turns by per oscillation, Landau-Zener exp(-pi gap^2/(2 rate))") {
    const double omega = 0.2, theta = 0.3;
    auto before = beams(2.0, 0.0, omega, theta), after = beams(0.0, 0.0, omega, theta);
    const double path = 3.0;
    Surroundings around;
    around.path = path;
    const auto gas = after.gas(), gas_before = before.gas();
    const auto values = measure<2>(gas, &gas_before, nullptr, around);
    const auto H = [&](double lambda) {
        return miscid::flavor::FlavorVector(omega * medium::vacuum_direction(theta) +
                                            lambda * miscid::flavor::electron_axis<2>());
    };
    CHECK(std::abs(*values[ADIABATICITY] - std::acos(H(2).normalized().dot(H(0).normalized())) / (omega * path)) <
          1e-12);
    const double gap = omega * std::sin(2 * theta), rate = 2.0 / path;
    CHECK(std::abs(*values[LANDAU_ZENER] - std::exp(-0.5 * constants::pi * gap * gap / rate)) < 1e-12);
    CHECK((assess(values).code & (1U << LANDAU_ZENER)) != 0);
}

TEST_CASE("crossing: the smaller share of lepton number, growth and onset are those of the rate handed in") {
    auto cell = beams(0.0, 1.0, 0.0, 0.0);
    CHECK(*measured(cell, Surroundings())[CROSSING] == 0.0);
    cell.set(cell.grid.index(1, 0), {0, 0, -0.2});
    CHECK(std::abs(*measured(cell, Surroundings())[CROSSING] - 0.2) < 1e-14);
    Surroundings around;
    CHECK_FALSE(measured(cell, around)[GROWTH].has_value());
    around.growth_rate = 0.5;
    around.path = 100;
    around.neutrino_density = 1e30;
    around.coherence_length = 100;
    const auto values = measured(cell, around);
    CHECK(std::abs(*values[GROWTH] - 50) < 1e-12);
    CHECK(std::abs(*values[FLUCTUATION_ONSET] - 100 / fluctuation_onset(0.5, 1e36)) < 1e-12);
    CHECK(assess(values).action == Action::apply_and_flag);
    around.growth_rate = 0.0;
    CHECK(*measured(cell, around)[FLUCTUATION_ONSET] == 0.0);
}

TEST_CASE("homogeneous stability and wave content are judged as handed in") {
    const auto cell = beams(1.0, 0.1, 0.0, 0.0);
    Surroundings around;
    using miscid::equilibrium::Stability;
    for (const auto& [stability, verdict] :
         {std::pair(Stability::stable, Verdict::met), std::pair(Stability::undecided, Verdict::met),
          std::pair(Stability::unstable, Verdict::doubtful)}) {
        around.stability = stability;
        CHECK(assess(measured(cell, around)).verdict[HOMOGENEOUS_INSTABILITY] == verdict);
    }
    around.wave_content = 0.05;
    CHECK(assess(measured(cell, around)).verdict[INHOMOGENEITY] == Verdict::met);
    around.wave_content = 0.5;
    CHECK(assess(measured(cell, around)).verdict[INHOMOGENEITY] == Verdict::doubtful);
}

TEST_CASE("three flavors: the slowest visible gap sets the oscillation length") {
    Cell<3> cell(1, 1);
    cell.medium.lambda = 3.0;
    const auto U = miscid::flavor::mixing_matrix(0.0, 0.0, 0.0, 0.0);
    cell.medium.B = miscid::flavor::vacuum_vector(U, 0.1, 1.0); // levels 0 (e), 0.1, 1
    const std::size_t i = cell.grid.index(0, 0);
    cell.grid.set_direction(0, {0, 0, 1});
    cell.grid.set_frequency(0, 0, 1.0);
    cell.sign_weight[i] = 1.0;
    cell.trace[i] = 1.0;
    miscid::flavor::FlavorMatrix rho = miscid::flavor::FlavorMatrix::Zero();
    rho(0, 0) = 0.6;
    rho(1, 1) = rho(2, 2) = 0.2; // e at 3, mu at 0.1, tau at 1: mu and tau alike
    cell.set(i, miscid::flavor::vector_of_matrix(rho));
    CHECK(std::abs(measure_scales<3>(cell.gas(), nullptr, std::nullopt).slowest - 2.0) < 1e-12);
    rho(1, 1) = 0.3;
    cell.set(i, miscid::flavor::vector_of_matrix(rho));
    CHECK(std::abs(measure_scales<3>(cell.gas(), nullptr, std::nullopt).slowest - 0.9) < 1e-12);
}
