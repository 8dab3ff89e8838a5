// The first law between states of a cell (Johns Eq. 11 as corrected in theory.md section 2) and the Hellmann-Feynman
// identities of mixing equilibria (theory.md F2).
#include "thermo/gases.hpp"
#include "thermo/ledger.hpp"

#include "equilibrium/solver.hpp"

#include "catch.hpp"

#include <cmath>

namespace {

using namespace gases;

/** Mixing equilibria of the amplitudes of a cell, followed from dense matter. */
class Equilibria {
public:
    explicit Equilibria(const Cell<2>& cell) : cell_(cell), solver_(kernels_) {
        solver_.reserve(cell.grid.size());
        amplitude_.assign(cell.grid.size(), 0.0);
        thermo::for_each_mode(cell.gas(), [&](const thermo::Mode& mode) {
            amplitude_[mode.index] = cell.sign_weight[mode.index] * cell.gas().polarization(mode.index).norm();
        });
    }
    Cell<2> at(const medium::Medium& medium) {
        equilibrium::Problem problem;
        problem.grid = &cell_.grid;
        problem.amplitude = amplitude_.data();
        problem.medium = medium;
        if (inertia_ < 0) { // strong matter: every H along z
            problem.medium.lambda = 1e3;
            field_ = problem.medium.field();
            const auto start = solver_.newton(problem, field_, equilibrium::inertia_at(kernels_.full, problem, field_));
            REQUIRE(start.outcome == equilibrium::Outcome::ok);
            field_ = start.field;
            inertia_ = start.inertia;
            last_ = problem.medium;
            problem.medium = medium;
        }
        const auto result = solver_.solve(problem, field_, inertia_, last_);
        REQUIRE(result.outcome == equilibrium::Outcome::ok);
        field_ = result.field;
        last_ = medium;
        Cell<2> laid = cell_;
        laid.medium = medium;
        thermo::for_each_mode(cell_.gas(), [&](const thermo::Mode& mode) {
            const auto H = equilibrium::hamiltonian(field_, mode.direction, mode.signed_frequency, medium.B);
            laid.set(mode.index, amplitude_[mode.index] / cell_.sign_weight[mode.index] * H.normalized());
        });
        return laid;
    }

private:
    const Cell<2>& cell_;
    equilibrium::SweepKernelsFor<2> kernels_ = equilibrium::sweep_kernels_for<2>(equilibrium::DispatchLevel::baseline);
    equilibrium::Solver solver_;
    phase_space::AlignedVector amplitude_;
    equilibrium::Field field_ = equilibrium::Field::Zero();
    medium::Medium last_;
    int inertia_ = -1;
};

/** A gas whose equilibria are far from folds and events: matter dominates. */
Cell<2> calm_cell(unsigned seed) {
    auto cell = random_cell<2>(seed, 1.0, 6, 4);
    cell.medium.mu = 1.0;
    cell.medium.lambda = 6.0;
    return cell;
}

template <int N_f>
thermo::Ledger between(const Cell<N_f>& before, const Cell<N_f>& after) {
    return thermo::ledger(before.gas(), after.gas());
}

} // namespace

TEST_CASE("heat and work add up to U' - U for any two states of a cell, two and three flavors") {
    const auto another = [](const auto& cell, auto other) { // the same momenta, anything else different
        for (int d = 0; d < cell.grid.directions(); ++d)
            other.grid.set_direction(d, cell.grid.direction(d));
        return other;
    };
    for (unsigned seed = 0; seed < 20; ++seed) {
        const auto one = random_cell<2>(seed), other = another(one, random_cell<2>(seed + 1000));
        const auto step = between(one, other);
        CHECK(std::abs(step.mismatch()) < 1e-13 * (energy_scale(one) + energy_scale(other)));
        const auto one3 = random_cell<3>(seed), other3 = another(one3, random_cell<3>(seed + 1000));
        CHECK(std::abs(between(one3, other3).mismatch()) < 1e-13 * (energy_scale(one3) + energy_scale(other3)));
    }
}

TEST_CASE("each of the three is what its name says") {
    const auto cell = random_cell<2>(5);
    auto medium_changed = cell;
    medium_changed.medium.lambda += 0.3;
    const auto work = between(cell, medium_changed);
    CHECK(std::abs(work.heat()) < 1e-15);
    CHECK(std::abs(work.work - work.energy_change) < 1e-14);

    auto shortened = cell, turned = cell;
    thermo::for_each_mode(cell.gas(), [&](const thermo::Mode& mode) {
        const auto P = cell.gas().polarization(mode.index);
        shortened.set(mode.index, FlavorVectorFor<2>(0.9 * P));
        turned.set(mode.index, FlavorVectorFor<2>(P.norm() * (P.normalized() + 0.1 * P.unitOrthogonal()).normalized()));
    });
    const auto depolarization = between(cell, shortened);
    CHECK(std::abs(depolarization.kinematic_heat) < 1e-15);
    CHECK(std::abs(depolarization.work) < 1e-16);
    CHECK(std::abs(depolarization.environmental_heat - depolarization.energy_change) < 1e-14);
    const auto rotation = between(cell, turned);
    CHECK(std::abs(rotation.environmental_heat) < 1e-15);
    CHECK(std::abs(rotation.kinematic_heat - rotation.energy_change) < 1e-14);

    auto emitted = cell; // more neutrinos with the same rho are heat of the environment as well
    for (auto& weight : emitted.sign_weight)
        weight *= 1.1;
    const auto emission = between(cell, emitted);
    CHECK(std::abs(emission.kinematic_heat) < 1e-15);
    CHECK(std::abs(emission.mismatch()) < 1e-14);
}

TEST_CASE("three flavors: changed occupations are environmental, turned eigenstates kinematic heat") {
    const auto cell = random_cell<3>(7);
    auto changed = cell, turned = cell;
    std::mt19937 engine(2);
    const auto axis = random_direction<8>(engine);
    thermo::for_each_mode(cell.gas(), [&](const thermo::Mode& mode) {
        const auto P = cell.gas().polarization(mode.index);
        const auto states = flavor::eigenstates(P);
        Eigen::Vector3d r(states.energy[0], states.energy[1], states.energy[2]);
        r += Eigen::Vector3d(-0.01, 0.02, 0.005);
        changed.set(mode.index, flavor::vector_of_matrix(states.states * r.asDiagonal() * states.states.adjoint()));
        // a rotation exp(-i a axis.Lambda/2), by its eigenstates
        const auto generator = flavor::eigenstates(axis);
        Eigen::Vector3cd phase;
        for (int k = 0; k < 3; ++k)
            phase[k] = std::polar(1.0, -0.1 * generator.energy[static_cast<std::size_t>(k)]);
        const flavor::FlavorMatrix U = generator.states * phase.asDiagonal() * generator.states.adjoint();
        turned.set(mode.index, flavor::vector_of_matrix(U * flavor::matrix_of_vector(P) * U.adjoint()));
    });
    CHECK(std::abs(between(cell, changed).kinematic_heat) < 1e-14);
    CHECK(std::abs(between(cell, changed).environmental_heat) > 1e-3);
    CHECK(std::abs(between(cell, turned).environmental_heat) < 1e-14);
    CHECK(std::abs(between(cell, turned).kinematic_heat) > 1e-4);
}

TEST_CASE("along mixing equilibria the medium does work without heat, both at second order in the step") {
    const auto cell = calm_cell(3);
    const auto along = [&](int steps) {
        Equilibria equilibria(cell);
        auto medium = cell.medium;
        auto last = equilibria.at(medium);
        thermo::Ledger sum;
        for (int i = 1; i <= steps; ++i) {
            medium.lambda = 6.0 - 3.0 * i / steps;
            const auto next = equilibria.at(medium);
            const auto step = between(last, next);
            CHECK(std::abs(step.mismatch()) < 1e-13 * energy_scale(cell));
            sum += step;
            last = next;
        }
        return sum;
    };
    const auto coarse = along(4), middle = along(8), fine = along(16);
    const auto error = [](const thermo::Ledger& sum) { return std::abs(sum.work - sum.energy_change); };
    CHECK(error(coarse) / error(middle) > 3.5);
    CHECK(error(coarse) / error(middle) < 4.5);
    CHECK(error(middle) / error(fine) > 3.7);
    CHECK(error(middle) / error(fine) < 4.3);
    CHECK(std::abs(fine.environmental_heat) < 1e-14);
    CHECK(std::abs(fine.kinematic_heat) < 1e-2 * std::abs(fine.work));
}

TEST_CASE("Hellmann-Feynman: dU/dlambda, dU/dmu and dU/dlog omega of a mixing equilibrium are those of its state") {
    for (unsigned seed = 0; seed < 4; ++seed) {
        const auto cell = calm_cell(seed);
        Equilibria equilibria(cell);
        const auto energy = [&](double lambda, double mu) {
            auto medium = cell.medium;
            medium.lambda += lambda;
            medium.mu += mu;
            return thermo::polarization_energy(equilibria.at(medium).gas()).total();
        };
        const auto here = equilibria.at(cell.medium);
        const auto variation = thermo::energy_variation(here.gas());
        const double h = 2e-3;
        const auto slope = [&](auto at) { return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h); };
        const double scale = energy_scale(cell);
        CHECK(std::abs(slope([&](double x) { return energy(x, 0); }) - variation.lambda) < 1e-9 * scale);
        CHECK(std::abs(slope([&](double x) { return energy(0, x); }) - variation.mu) < 1e-9 * scale);
        // Euler: U is homogeneous of degree one in (lambda, mu, omega)
        const double euler = cell.medium.lambda * variation.lambda + cell.medium.mu * variation.mu + variation.vacuum;
        CHECK(std::abs(euler - thermo::polarization_energy(here.gas()).total()) < 1e-13 * scale);
        CHECK(thermo::misalignment(here.gas()).largest_angle < 1e-12);
    }
}
