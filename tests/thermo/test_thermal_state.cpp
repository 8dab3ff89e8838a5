// The flavor-temperature state (Johns & Kost Eqs. 96-101, Johns Eqs. 8-12) against its own conditions, the relation
// dS = beta dU, equipartition, and the closed forms of single modes.
#include "thermo/gases.hpp"

#include "catch.hpp"

#include <cmath>

namespace {

using namespace gases;

/** A state without polarization energy on average: P all along +-z, so that U and D_0z can be set at will. */
template <int N_f>
thermo::ChargesFor<N_f> charges_at(const Cell<N_f>& cell, bool conserve) {
    return conserve ? thermo::charges_of(cell.gas(), thermo::lepton_number<N_f>()) : thermo::ChargesFor<N_f>();
}

template <int N_f>
void check_state(const Cell<N_f>& cell, const thermo::ThermalStateFor<N_f>& state,
                 const thermo::ChargesFor<N_f>& charges, double energy, Statistics statistics) {
    const auto laid = cell.in(state, statistics);
    const auto gas = laid.gas();
    const double scale = energy_scale(cell);
    CHECK(std::abs(thermo::polarization_energy(gas).total() - energy) < 1e-10 * scale);
    for (const auto& charge : charges) {
        double number = 0.0;
        thermo::for_each_mode(gas, [&](const thermo::Mode& mode) { number += mode.weight * gas.trace[mode.index]; });
        CHECK(std::abs(charge.axis.dot(thermo::moments(gas).col(0)) - charge.conserved_projection) < 1e-10 * number);
    }
    CHECK(std::abs(thermo::entropy(gas, statistics) - state.entropy) < 1e-12 * state.entropy);
}

} // namespace

TEST_CASE("a thermal state has the energy, the lepton number and the traces asked for, from dilute to degenerate") {
    for (const Statistics statistics : {Statistics::fermionic, Statistics::dilute})
        for (const double filling : {1e-6, 0.3, 1.0})
            for (unsigned seed = 0; seed < 12; ++seed)
                for (const bool conserve : {false, true}) {
                    const auto cell = random_cell<2>(seed, filling);
                    const double energy = thermo::polarization_energy(cell.gas()).total();
                    const auto charges = charges_at(cell, conserve);
                    const auto state = thermo::thermal_state(cell.gas(), energy, charges, statistics);
                    INFO("seed " << seed << " filling " << filling << " conserve " << conserve);
                    REQUIRE(state.outcome == thermo::ThermalOutcome::ok);
                    CHECK(state.largest);
                    check_state(cell, state, charges, energy, statistics);
                    CHECK(state.entropy >= thermo::entropy(cell.gas(), statistics));
                    CHECK(state.entropy <= thermo::largest_entropy(cell.gas(), statistics) * (1 + 1e-14));
                }
}

TEST_CASE("Eq. 100 holds for every mode with the H of the state itself, with beta_002 = -beta/2 and -beta for nubar") {
    for (unsigned seed = 0; seed < 10; ++seed) {
        const auto cell = random_cell<2>(seed);
        for (const double direction : {1.0, -1.0}) { // energies below and above that of equipartition
            auto flipped = cell;
            thermo::for_each_mode(cell.gas(), [&](const thermo::Mode& mode) {
                const auto H = thermo::external_hamiltonian(cell.medium, mode);
                flipped.set(mode.index,
                            FlavorVectorFor<2>(-mode.sign * direction * 0.3 *
                                               cell.gas().polarization(mode.index).norm() * H.normalized()));
            });
            const auto state = thermo::thermal_state(flipped.gas(), thermo::ChargesFor<2>(), Statistics::fermionic);
            REQUIRE(state.outcome == thermo::ThermalOutcome::ok);
            CHECK(state.beta * direction > 0.0);
            const auto laid = flipped.in(state, Statistics::fermionic);
            const auto D = thermo::moments(laid.gas());
            thermo::for_each_mode(laid.gas(), [&](const thermo::Mode& mode) {
                const auto H = thermo::hamiltonian(cell.medium, D, mode);
                const FlavorVectorFor<2> P = laid.gas().polarization(mode.index);
                const double p = P.norm(), P0 = cell.trace[mode.index], h = H.dot(P) / p;
                CHECK(std::abs(2 * p / (p * p + P0 * (2 - P0)) - std::tanh(-0.5 * state.beta * mode.sign * h)) < 1e-12);
                CHECK(H.cross(P).norm() < 1e-12 * H.norm() * p + 1e-14);
            });
        }
    }
}

TEST_CASE("1/T = dS/dU and the multiplier of the lepton number is dS/dD_0z") {
    for (unsigned seed = 0; seed < 4; ++seed) {
        const auto cell = random_cell<2>(seed, 0.8);
        const double U = thermo::polarization_energy(cell.gas()).total();
        const auto charges = charges_at(cell, true);
        const auto at = [&](double energy, double charge) {
            auto moved = charges;
            moved[0].conserved_projection += charge;
            const auto state = thermo::thermal_state(cell.gas(), energy, moved, Statistics::fermionic);
            REQUIRE(state.outcome == thermo::ThermalOutcome::ok);
            return state.entropy;
        };
        const auto state = thermo::thermal_state(cell.gas(), U, charges, Statistics::fermionic);
        const double h = 2e-3 * energy_scale(cell);
        const double by_energy = (8 * (at(U + h, 0) - at(U - h, 0)) - (at(U + 2 * h, 0) - at(U - 2 * h, 0))) / (12 * h);
        CHECK(std::abs(by_energy - state.beta) < 1e-6 * (1 + std::abs(state.beta)));
        const double by_charge = (8 * (at(U, h) - at(U, -h)) - (at(U, 2 * h) - at(U, -2 * h))) / (12 * h);
        CHECK(std::abs(by_charge - state.charge_multiplier[0]) < 1e-6 * (1 + std::abs(by_charge)));
    }
}

TEST_CASE("the energy of equipartition gives beta = 0 and no polarization, near it beta grows linearly") {
    for (unsigned seed = 0; seed < 6; ++seed) {
        const auto cell = random_cell<2>(seed);
        const auto at = [&](double energy) {
            return thermo::thermal_state(cell.gas(), energy, thermo::ChargesFor<2>(), Statistics::fermionic);
        };
        const auto none = at(0.0);
        REQUIRE(none.outcome == thermo::ThermalOutcome::ok);
        CHECK(none.beta == 0.0);
        CHECK(none.moments.norm() == 0.0);
        CHECK(std::abs(none.entropy / thermo::largest_entropy(cell.gas(), Statistics::fermionic) - 1) < 1e-14);
        const double small = 1e-5 * energy_scale(cell);
        const auto cold = at(-small), hot = at(small);
        CHECK(cold.beta > 0.0);
        CHECK(hot.beta < 0.0); // population inversion
        CHECK(std::abs(cold.beta / hot.beta + 1.0) < 1e-3);
    }
}

TEST_CASE("three flavors: energy, charges, traces, rho commutes with H and is a Fermi function of it") {
    for (const Statistics statistics : {Statistics::fermionic, Statistics::dilute})
        for (const double filling : {1e-6, 1.0})
            for (unsigned seed = 0; seed < 5; ++seed)
                for (const bool conserve : {false, true}) {
                    const auto cell = random_cell<3>(seed, filling, 3, 2);
                    const double energy = thermo::polarization_energy(cell.gas()).total();
                    const auto charges = charges_at(cell, conserve);
                    const auto state = thermo::thermal_state(cell.gas(), energy, charges, statistics);
                    INFO("seed " << seed << " filling " << filling << " conserve " << conserve);
                    REQUIRE(state.outcome == thermo::ThermalOutcome::ok);
                    CHECK(state.largest);
                    check_state(cell, state, charges, energy, statistics);
                    if (statistics == Statistics::dilute)
                        continue;
                    const auto laid = cell.in(state, statistics);
                    const auto D = thermo::moments(laid.gas());
                    thermo::for_each_mode(laid.gas(), [&](const thermo::Mode& mode) {
                        const FlavorVectorFor<3> h =
                            mode.sign * (state.beta * thermo::hamiltonian(cell.medium, D, mode) + state.bias);
                        const FlavorVectorFor<3> P = laid.gas().polarization(mode.index);
                        const auto level = thermo::levels(h);
                        const flavor::FlavorMatrix rho =
                            level.states.adjoint() *
                            (flavor::traceless_matrix_of_vector(P) +
                             cell.trace[mode.index] / 3.0 * flavor::FlavorMatrix::Identity()) *
                            level.states;
                        Eigen::Vector3d logit;
                        for (int k = 0; k < 3; ++k) {
                            const double r = rho(k, k).real();
                            CHECK(r > 0.0);
                            CHECK(r < 1.0);
                            logit[k] = std::log((1 - r) / r) - level.energy[k];
                        }
                        CHECK(std::abs(logit[0] - logit[1]) < 1e-8 * (1 + h.norm()));
                        CHECK(std::abs(logit[0] - logit[2]) < 1e-8 * (1 + h.norm()));
                        CHECK((rho - flavor::FlavorMatrix(rho.diagonal().asDiagonal())).norm() < 1e-12);
                    });
                }
}

TEST_CASE("two flavors inside three: a third flavor that nothing couples to leaves the state of the other two alone") {
    // single mode: rho of given eta, embedded
    const FlavorVectorFor<2> h(0.3, -0.2, 1.1);
    const auto two = thermo::fermi_dirac(h, 0.4, Statistics::fermionic);
    FlavorVectorFor<3> h3 = FlavorVectorFor<3>::Zero(); // e and mu, tau at energy 0
    h3 << -0.5 * h.z(), 0.5 * std::sqrt(3.0) * h.z(), h.x(), h.y(), 0, 0, 0, 0;
    const auto three = thermo::fermi_dirac(h3, 0.4, Statistics::fermionic);
    const double tau = 1.0 / (std::exp(-0.4) + 1.0);
    CHECK(std::abs(three.trace - two.trace - tau) < 1e-14);
    CHECK(std::abs(three.P[2] - two.P.x()) < 1e-14);
    CHECK(std::abs(three.P[3] - two.P.y()) < 1e-14);
    const auto rho = flavor::traceless_matrix_of_vector(three.P);
    CHECK(std::abs((rho(0, 0) - rho(1, 1)).real() - two.P.z()) < 1e-14);
}

TEST_CASE("the derivative of a thermal mode is that of its differences, for two and three flavors") {
    std::mt19937 engine(11);
    for (const Statistics statistics : {Statistics::fermionic, Statistics::dilute})
        for (const double trace : {1e-6, 0.7, 1.4, 1.9})
            for (const double size : {1e-6, 0.5, 4.0}) {
                const auto check = [&](auto h) {
                    constexpr int n = decltype(h)::RowsAtCompileTime;
                    const auto mode = thermo::thermal_mode(h, trace, statistics);
                    const double step = 1e-3 * std::max(size, 0.1);
                    for (int b = 0; b < n; ++b) {
                        const auto u = [&](double move) {
                            auto moved = h;
                            moved[b] += move;
                            return thermo::thermal_mode(moved, trace, statistics).u;
                        };
                        const auto slope =
                            ((8 * (u(step) - u(-step)) - (u(2 * step) - u(-2 * step))) / (12 * step)).eval();
                        CHECK((slope - mode.derivative.col(b)).norm() < 1e-8 * trace);
                    }
                    CHECK((mode.derivative - mode.derivative.transpose()).norm() < 1e-14 * trace);
                };
                check(FlavorVectorFor<2>(size * random_direction<3>(engine)));
                check(FlavorVectorFor<3>(size * random_direction<8>(engine)));
            }
}

TEST_CASE("T -> 0: levels below the chemical potential are full, the others empty (Johns Eq. 12)") {
    const FlavorVectorFor<2> H(0.6, 0.0, 0.8); // levels +-1/2
    const FlavorVectorFor<3> H3 = 2.0 * FlavorVectorFor<3>::Unit(0) + FlavorVectorFor<3>::Unit(3);
    for (const double chemical : {-3.0, 0.1, 3.0}) {
        const auto cold = thermo::fermi_dirac(FlavorVectorFor<2>(1e4 * H), 1e4 * chemical, Statistics::fermionic);
        const auto ground = thermo::ground_state(H, chemical);
        CHECK(std::abs(cold.trace - ground.trace) < 1e-14);
        CHECK((cold.P - ground.P).norm() < 1e-14);
        CHECK(thermo::mode_entropy<2>(ground.trace, ground.P, Statistics::fermionic) == Approx(0.0).margin(1e-14));
        const auto cold3 = thermo::fermi_dirac(FlavorVectorFor<3>(1e4 * H3), 1e4 * chemical, Statistics::fermionic);
        const auto ground3 = thermo::ground_state(H3, chemical);
        CHECK(std::abs(cold3.trace - ground3.trace) < 1e-12);
        CHECK((cold3.P - ground3.P).norm() < 1e-12);
    }
    // With the trace given instead, |P| goes to min(P0, 2 - P0): the lower level fills first.
    for (const double P0 : {0.3, 1.0, 1.6})
        CHECK(std::abs(thermo::thermal_magnitude(P0, 60.0, Statistics::fermionic).p - std::min(P0, 2 - P0)) < 1e-12);
}

TEST_CASE("an energy or charge that no state with these traces has is refused") {
    const auto cell = random_cell<2>(1);
    const double scale = energy_scale(cell);
    const auto far = thermo::thermal_state(cell.gas(), 100 * scale, thermo::ChargesFor<2>(), Statistics::fermionic);
    CHECK(far.outcome != thermo::ThermalOutcome::ok);
    auto charges = charges_at(cell, true);
    charges[0].conserved_projection = 100.0;
    CHECK(thermo::thermal_state(cell.gas(), 0.0, charges, Statistics::fermionic).outcome ==
          thermo::ThermalOutcome::out_of_range);
}

TEST_CASE("self-interaction 1e8 times all else: beta of an ordered gas is that of its closed form") {
    // |D_0| = sum w P0 tanh(x/2) with x = -beta mu |D_0| (Eq. 101 for equal H), and (mu/4) D_0^2 = U but for 1e-8.
    for (unsigned seed = 0; seed < 4; ++seed) {
        auto cell = random_cell<2>(seed, 1.0, 6, 4);
        for (int d = 1; d < 6; d += 2) // pairs of opposite directions: an ordered gas has no D_1
            for (int slot = 0; slot < 4; ++slot) {
                cell.grid.set_direction(d, -cell.grid.direction(d - 1));
                cell.sign_weight[cell.grid.index(d, slot)] = cell.sign_weight[cell.grid.index(d - 1, slot)];
            }
        cell.medium.mu = 1e8;
        cell.medium.lambda = 3.92;
        cell.medium.B = miscid::medium::vacuum_direction(0.3);
        const Eigen::Vector3d common = Eigen::Vector3d(0.7, 0.0, 0.8).normalized(); // synchronized
        double number = 0.0;
        thermo::for_each_mode(cell.gas(), [&](const thermo::Mode& mode) {
            cell.trace[mode.index] = 1.3;
            cell.set(mode.index, mode.sign > 0 ? Eigen::Vector3d(1.0 * common) : Eigen::Vector3d(0.2 * common));
            number += 1.3 * mode.weight;
        });
        INFO("seed " << seed);
        const double energy = thermo::polarization_energy(cell.gas()).total();
        if (!(energy > 0.0)) { // the flux has more of it than the number
            continue;
        }
        const auto state = thermo::thermal_state(cell.gas(), energy, thermo::ChargesFor<2>(), Statistics::dilute);
        REQUIRE(state.outcome == thermo::ThermalOutcome::ok);
        CHECK(state.largest);
        CHECK(state.residual < 1e-13);
        const double D = std::sqrt(4.0 * energy / cell.medium.mu);
        CHECK(std::abs(state.moments.col(0).norm() / D - 1) < 1e-6);
        CHECK(std::abs(-state.beta * cell.medium.mu * D / (2.0 * std::atanh(D / number)) - 1) < 1e-5);
        check_state(cell, state, thermo::ChargesFor<2>(), energy, Statistics::dilute);
    }
}

TEST_CASE("matter-neutrino resonance with mu = 1e8 omega: energy and lepton number are met where large terms cancel") {
    Cell<2> cell(2, 2); // reference case 17
    cell.medium.mu = 1e8;
    cell.medium.lambda = 1.001e8;
    cell.medium.B = miscid::medium::vacuum_direction(0.15);
    for (int d = 0; d < 2; ++d)
        for (int slot = 0; slot < 2; ++slot) {
            const std::size_t i = cell.grid.index(d, slot);
            cell.grid.set_direction(d, {0, 0, d == 0 ? 1.0 : -1.0});
            cell.grid.set_frequency(d, slot, slot == 0 ? -1.0 : 1.0);
            cell.sign_weight[i] = slot == 0 ? 0.5 : -0.5;
            cell.trace[i] = slot == 0 ? 1.3 : 1.69;
            const double z = slot == 0 ? -0.345 : 0.656; // D_0z = -1.001: lambda + mu D_0z = 0
            const double size = slot == 0 ? 1.0 : 1.3;
            cell.set(i, {std::sqrt(size * size - z * z), 0, z});
        }
    for (int d = 0; d < 2; ++d) { // and no net flavor coherence, as in an equilibrium there
        const std::size_t nu = cell.grid.index(d, 0), nubar = cell.grid.index(d, 1);
        cell.P[0][nubar] = cell.P[0][nu];
    }
    const auto charges = thermo::charges_of(cell.gas(), thermo::lepton_number<2>());
    const double energy = thermo::polarization_energy(cell.gas()).total();
    const auto state = thermo::thermal_state(cell.gas(), energy, charges, Statistics::dilute);
    REQUIRE(state.outcome == thermo::ThermalOutcome::ok);
    CHECK(state.residual < 1e-13);
    check_state(cell, state, charges, energy, Statistics::dilute);
}
