// What the solver hands back for three flavors, put into the equations it claims to solve, and transformed with their
// symmetries.
#include "naive_three_flavor.hpp"

#include "catch.hpp"

#include <algorithm>

using miscid::equilibrium::Outcome;
using Field = miscid::equilibrium::FieldFor<3>;
using Result = miscid::equilibrium::ResultFor<3>;
using Solver = miscid::equilibrium::SolverFor<3>;
using naive3::Cell;
using naive3::Matrix;
using naive3::Moments;
using naive3::Real;

namespace {

const auto kernels = miscid::equilibrium::sweep_kernels_for<3>(miscid::equilibrium::best_dispatch_level());
const std::complex<Real> i(0, 1);

/** Random equilibria of 12 to 96 modes; branches that end are left out. */
template <class Use>
int for_equilibria(unsigned seed, int samples, Use use) {
    naive3::Random random(seed);
    Solver solver(kernels);
    int found = 0;
    for (int sample = 0; sample < samples; ++sample) {
        Cell cell = random.cell(3 + 7 * (sample % 4), 4);
        Result result;
        if (naive3::find_equilibrium(cell, solver, result)) {
            ++found;
            use(cell, solver, result);
        }
    }
    return found;
}

/** rho of every mode from the field alone: H = G_0 - v.G + s f M. */
std::vector<Matrix> weighted_rho(const naive3::System& s, const Field& field) {
    const Moments G = naive3::matrices(field);
    std::vector<Matrix> rho;
    for (const auto& mode : s.modes) {
        Matrix H = G[0] + s.M * std::complex<Real>(mode.frequency);
        for (int a = 1; a < 4; ++a)
            H -= s.along(mode, a) * G[static_cast<std::size_t>(a)];
        rho.push_back(s.weighted_rho(mode, H));
    }
    return rho;
}

Moments moments(const naive3::System& s, const std::vector<Matrix>& rho) {
    Moments D;
    D.fill(Matrix::Zero());
    for (std::size_t n = 0; n < rho.size(); ++n)
        for (int m = 0; m < 4; ++m)
            D[static_cast<std::size_t>(m)] += s.along(s.modes[n], m) * naive3::traceless<Real>(rho[n]);
    return D;
}

template <class Transform>
Field transformed(const Field& field, Transform transform) {
    Moments D = naive3::matrices(field);
    for (auto& d : D)
        d = transform(d);
    return naive3::columns(D);
}

/** The same cell with flavor matrices transformed must have the transformed equilibrium. The step to it starts from another
 *  equilibrium of the same branch. */
template <class Transform>
int compare_transformed(unsigned seed, Transform transform) {
    int compared = 0;
    for_equilibria(seed, 12, [&](Cell& cell, Solver& solver, const Result& start) {
        if (std::abs(cell.medium.lambda_mu) > 0 && !transform.keeps_muons) {
            cell.medium.lambda_mu = 0;
        }
        cell.medium.lambda *= 1.03;
        cell.medium.mu *= 0.98;
        const Result result = solver.solve(cell.problem(), start.field, start.inertia);
        if (result.outcome != Outcome::ok || result.event_count > 0)
            return;
        Cell other = cell;
        const Matrix M = transform(cell.system().M);
        other.medium.B = naive3::vector<Real>(M).cast<double>();
        const Result again = solver.solve(other.problem(), transformed(start.field, transform), start.inertia);
        REQUIRE(again.outcome == Outcome::ok);
        CHECK(again.inertia == result.inertia);
        CHECK((again.moments - transformed(result.moments, transform)).norm() <
              1e-12 * static_cast<double>(cell.system().total()));
        CHECK(std::abs(again.min_hamiltonian / result.min_hamiltonian - 1) < 1e-9);
        ++compared;
    });
    return compared;
}

struct Conjugation {
    Matrix V;
    bool keeps_muons;
    Matrix operator()(const Matrix& m) const { return V * m * V.adjoint(); }
};
struct ComplexConjugation {
    bool keeps_muons = true;
    Matrix operator()(const Matrix& m) const { return m.conjugate(); }
};

} // namespace

TEST_CASE("three flavors: [H, rho] = 0 for every mode, with H from the rho themselves") {
    const int found = for_equilibria(21, 40, [](const Cell& cell, Solver&, const Result& result) {
        const naive3::System s = cell.system();
        const auto rho = weighted_rho(s, result.field);
        const Moments D = moments(s, rho);
        Real largest = 0;
        for (std::size_t n = 0; n < rho.size(); ++n) {
            const Matrix H = naive3::traceless<Real>(s.hamiltonian(s.modes[n], D)), r = naive3::traceless<Real>(rho[n]);
            largest = std::max(largest, naive3::commutator<Real>(H, r).norm() / (H.norm() * r.norm()));
        }
        CHECK(largest < 1e-12L);
        CHECK(naive3::distance(D, naive3::matrices(result.moments)) < 1e-14L * s.total());
        CHECK(result.residual < 1e-12);
        Real smallest = std::numeric_limits<Real>::infinity();
        for (const auto& mode : s.modes) {
            const auto energy = naive3::states<Real>(s.hamiltonian(mode, D)).energy;
            smallest = std::min({smallest, energy[1] - energy[0], energy[2] - energy[1]});
        }
        CHECK(std::abs(result.min_hamiltonian / smallest - 1) < 1e-10L);
    });
    CHECK(found > 20);
}

TEST_CASE("three flavors: at an equilibrium the energy U is the potential") {
    const int found = for_equilibria(22, 20, [](const Cell& cell, Solver&, const Result& result) {
        const naive3::System s = cell.system();
        const Moments D = naive3::matrices(result.moments);
        const Real U = s.energy(D);
        CHECK(std::abs(U - s.potential(D)) < 1e-13L * (1 + std::abs(U)));
    });
    CHECK(found > 10);
}

TEST_CASE("three flavors: Hellmann-Feynman for lambda, lambda_mu and mu") {
    // dU/dlambda_a = sum w s (1 - v_m.v) rho_aa,   dU/dmu = Tr(D_0^2 - D_1^2)/2
    int checked = 0;
    for_equilibria(23, 30, [&](Cell& cell, Solver& solver, const Result& result) {
        if (result.min_hamiltonian < 0.1) // the five-point rule needs U smooth over its step
            return;
        const auto derivative = [&](double& parameter, double h) {
            const double value = parameter;
            const auto U = [&](int steps) {
                parameter = value + steps * h;
                const Result moved = solver.solve(cell.problem(), result.field, result.inertia);
                REQUIRE(moved.outcome == Outcome::ok);
                const Real energy = cell.system().energy(naive3::matrices(moved.moments));
                parameter = value;
                return energy;
            };
            return (U(-2) - 8 * U(-1) + 8 * U(1) - U(2)) / (12 * Real(h));
        };
        const naive3::System s = cell.system();
        const auto rho = weighted_rho(s, result.field);
        Real electrons = 0, muons = 0;
        for (std::size_t n = 0; n < rho.size(); ++n) {
            electrons += s.matter_factor(s.modes[n]) * rho[n](0, 0).real();
            muons += s.matter_factor(s.modes[n]) * rho[n](1, 1).real();
        }
        auto& medium = cell.medium;
        CHECK(std::abs(derivative(medium.lambda, 5e-4 * medium.lambda) - electrons) < 1e-8L * s.total());
        CHECK(std::abs(derivative(medium.lambda_mu, 5e-4) - muons) < 1e-8L * s.total());
        CHECK(std::abs(derivative(medium.mu, 5e-4 * medium.mu) -
                       naive3::System::square(naive3::matrices(result.moments)) / 2) < 1e-8L * s.total());
        ++checked;
    });
    CHECK(checked > 8);
}

TEST_CASE("three flavors: phases of the flavor states are convention") {
    Matrix V = Matrix::Zero();
    V.diagonal() << std::polar(Real(1), Real(0.4)), std::polar(Real(1), Real(-1.3)), std::polar(Real(1), Real(2.2));
    CHECK(compare_transformed(31, Conjugation{V, true}) > 4);
}

TEST_CASE("three flavors: without muons mu and tau may be rotated into each other") {
    Matrix V = Matrix::Identity();
    V.bottomRightCorner<2, 2>() << std::cos(0.7L), std::sin(0.7L) * std::exp(0.9L * i),
        -std::sin(0.7L) * std::exp(-0.9L * i), std::cos(0.7L);
    CHECK(compare_transformed(32, Conjugation{V, false}) > 4);
}

TEST_CASE("three flavors: complex conjugation of all of it, the CP phase with the other sign") {
    CHECK(compare_transformed(33, ComplexConjugation{}) > 4);
    const Matrix U = naive3::mixing(0.59L, 0.15L, 0.8L, 1.1L), other = naive3::mixing(0.59L, 0.15L, 0.8L, -1.1L);
    CHECK((U.conjugate() - other).norm() < 1e-18L);
}

TEST_CASE("three flavors: mu-tau reflection (theta_23 = 45 degrees, delta = 90) is kept by the equilibrium") {
    // H -> X H^* X with X exchanging mu and tau: H_emu = H_etau^*, H_mumu = H_tautau (up to the phase of tau).
    naive3::Random random(34);
    Solver solver(kernels);
    Matrix X = Matrix::Zero();
    X(0, 0) = X(1, 2) = X(2, 1) = 1;
    Matrix phase = Matrix::Identity();
    phase(2, 2) = -1;
    int found = 0;
    for (int sample = 0; sample < 12; ++sample) {
        Cell cell = random.cell(10, 4);
        cell.medium.lambda_mu = 0;
        const Real quarter = std::acos(Real(-1)) / 4;
        const Matrix M = naive3::vacuum(naive3::mixing(0.59L, 0.2L, quarter, 2 * quarter), 0.2L, 1);
        const Matrix reflected = phase * M * phase;
        REQUIRE((X * reflected.conjugate() * X - reflected).norm() < 1e-18L);
        cell.medium.B = naive3::vector<Real>(M).cast<double>();
        Result result;
        if (!naive3::find_equilibrium(cell, solver, result))
            continue;
        ++found;
        for (const Matrix& D : naive3::matrices(result.moments)) {
            const Matrix d = phase * D * phase;
            CHECK((X * d.conjugate() * X - d).norm() < 1e-12L * cell.system().total());
        }
        CHECK(result.moments.bottomRows<6>().norm() > 1e-3 * static_cast<double>(cell.system().total()));
    }
    CHECK(found > 5);
}

TEST_CASE("three flavors: split modes, other order of modes and padding do not matter") {
    int compared = 0;
    for_equilibria(35, 12, [&](Cell& cell, Solver& solver, const Result& start) {
        cell.medium.lambda *= 1.02;
        const Result result = solver.solve(cell.problem(), start.field, start.inertia);
        if (result.outcome != Outcome::ok || result.event_count > 0)
            return;
        // Every mode twice with a third and two thirds of its weight, directions and slots in reverse order.
        const int directions = cell.grid.directions(), slots = cell.grid.slots();
        Cell other;
        other.medium = cell.medium;
        other.grid = miscid::phase_space::ModeGrid(directions, 2 * slots);
        other.amplitude.assign(3 * other.grid.size(), 0.0);
        for (int d = 0; d < directions; ++d) {
            const int from = directions - 1 - d;
            other.grid.set_direction(d, cell.grid.direction(from));
            for (int slot = 0; slot < 2 * slots; ++slot) {
                const int from_slot = slots - 1 - slot / 2;
                other.grid.set_frequency(d, slot, cell.grid.frequency(from, from_slot));
                for (int k = 0; k < 3; ++k)
                    other.c(k, d, slot) = cell.c(k, from, from_slot) * (slot % 2 == 0 ? 1 / 3.0 : 2 / 3.0);
            }
        }
        const Result again = solver.solve(other.problem(), start.field, start.inertia);
        REQUIRE(again.outcome == Outcome::ok);
        CHECK((again.moments - result.moments).norm() < 1e-12 * static_cast<double>(cell.system().total()));
        CHECK(again.inertia == result.inertia);
        ++compared;
    });
    CHECK(compared > 4);
}

TEST_CASE("three flavors: a branch is followed back to where it came from") {
    int checked = 0;
    for_equilibria(36, 16, [&](Cell& cell, Solver& solver, const Result& result) {
        const double lambda = cell.medium.lambda;
        cell.medium.lambda = 1.3 * lambda;
        const Result there = solver.solve(cell.problem(), result.field, result.inertia);
        if (there.outcome != Outcome::ok || there.event_count > 0)
            return;
        cell.medium.lambda = lambda;
        const Result back = solver.solve(cell.problem(), there.field, there.inertia);
        REQUIRE(back.outcome == Outcome::ok);
        CHECK((back.moments - result.moments).norm() < 1e-11 * static_cast<double>(cell.system().total()));
        CHECK(back.inertia == result.inertia);
        ++checked;
    });
    CHECK(checked > 5);
}
