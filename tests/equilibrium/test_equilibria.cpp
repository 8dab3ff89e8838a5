// What the solver hands back, put into the equations it claims to solve.
#include "naive.hpp"

#include "catch.hpp"

using miscid::equilibrium::Field;
using miscid::equilibrium::Outcome;
using miscid::equilibrium::Result;
using miscid::equilibrium::Solver;
using naive::Moments;
using naive::Real;

namespace {

const auto kernels = miscid::equilibrium::sweep_kernels(miscid::equilibrium::best_dispatch_level());

/** Random equilibria of 5 to 24 modes; branches that end are left out. */
template <class Use>
int for_equilibria(unsigned seed, int samples, Use use) {
    naive::Random random(seed);
    Solver solver(kernels);
    int found = 0;
    for (int sample = 0; sample < samples; ++sample) {
        naive::Cell cell = random.cell(3 + sample % 4, 2 + 2 * (sample % 2));
        Result result;
        if (naive::find_equilibrium(cell, solver, result)) {
            ++found;
            use(cell, solver, result);
        }
    }
    return found;
}

Moments moments(const Result& result) {
    return result.moments.cast<Real>();
}

} // namespace

TEST_CASE("H x P = 0 for every mode, with H from the P themselves") {
    const int found = for_equilibria(21, 60, [](const naive::Cell& cell, Solver&, const Result& result) {
        const naive::System s = cell.system();
        // P of every mode from the field, D from these P, H from this D: the full 3N conditions.
        Moments D = Moments::Zero();
        std::vector<naive::Vector> P;
        for (const auto& mode : s.modes) {
            const naive::Vector H = result.field.col(0).cast<Real>() -
                                    result.field.rightCols<3>().cast<Real>() * mode.v + mode.signed_omega * s.B;
            P.push_back(mode.c * H.normalized());
            D.col(0) += P.back();
            for (int a = 0; a < 3; ++a)
                D.col(1 + a) += mode.v[a] * P.back();
        }
        Real largest = 0;
        for (std::size_t i = 0; i < P.size(); ++i) {
            const naive::Vector H = s.hamiltonian(s.modes[i], D);
            largest = std::max(largest, H.cross(P[i]).norm() / (H.norm() * P[i].norm()));
        }
        CHECK(largest < 1e-12L);
        CHECK((D - moments(result)).norm() < 1e-14L * s.total());
        CHECK(result.residual < 1e-12);
    });
    CHECK(found > 30);
}

TEST_CASE("at an equilibrium the energy U is half the potential") {
    const int found = for_equilibria(22, 40, [](const naive::Cell& cell, Solver&, const Result& result) {
        const naive::System s = cell.system();
        const Real U = s.energy(moments(result));
        CHECK(std::abs(U - s.potential(moments(result)) / 2) < 1e-13L * (1 + std::abs(U)));
    });
    CHECK(found > 20);
}

TEST_CASE("Hellmann-Feynman: dU/dlambda = (D_0z - v_m.D_1z)/2 and dU/dmu = (D_0^2 - D_1^2)/4") {
    int checked = 0;
    for_equilibria(23, 60, [&](naive::Cell& cell, Solver& solver, const Result& result) {
        if (result.min_hamiltonian < 0.2) // the five-point rule needs U smooth over its step
            return;
        const auto derivative = [&](double& parameter) {
            const double value = parameter, h = 1e-3 * value;
            const auto U = [&](int steps) {
                parameter = value + steps * h;
                const Result moved = solver.solve(cell.problem(), result.field, result.inertia);
                REQUIRE(moved.outcome == Outcome::ok);
                const Real energy = cell.system().energy(moments(moved));
                parameter = value;
                return energy;
            };
            return (U(-2) - 8 * U(-1) + 8 * U(1) - U(2)) / (12 * Real(h));
        };
        const Moments D = moments(result);
        const naive::System s = cell.system();
        const Real by_lambda = (D(2, 0) - s.velocity.dot(naive::Vector(D.row(2).tail<3>().transpose()))) / 2;
        const Real by_mu = (D.col(0).squaredNorm() - D.rightCols<3>().squaredNorm()) / 4;
        CHECK(std::abs(derivative(cell.medium.lambda) - by_lambda) < 1e-9L * s.total());
        CHECK(std::abs(derivative(cell.medium.mu) - by_mu) < 1e-9L * s.total());
        ++checked;
    });
    CHECK(checked > 15);
}

TEST_CASE("without matter a common rotation about B changes nothing: g J has an exact null vector") {
    naive::Random random(24);
    Solver solver(kernels);
    int checked = 0;
    for (int sample = 0; sample < 40; ++sample) {
        naive::Cell cell = random.cell(4, 4);
        cell.medium.lambda = 0;
        cell.medium.mu = 60; // synchronised: every H along D_0, turned away from B
        for (int d = 0; d < cell.grid.directions(); ++d)
            for (int slot = 0; slot < cell.grid.slots(); ++slot) {
                double& c = cell.amplitude[cell.grid.index(d, slot)];
                c = slot < 2 ? std::abs(c) : -0.2 * std::abs(c);
            }
        const naive::System s = cell.system();
        naive::Vector n = naive::Vector(0.8L, 0, 0.6L);
        Moments D = Moments::Zero();
        for (const auto& mode : s.modes) {
            D.col(0) += mode.c * n;
            for (int a = 0; a < 3; ++a)
                D.col(1 + a) += mode.c * mode.v[a] * n;
        }
        auto problem = cell.problem();
        problem.symmetry = miscid::equilibrium::SymmetryAxis{cell.medium.B, static_cast<double>(s.B.dot(D.col(0)))};
        Real numerator = 0, denominator = 0; // synchronised frequency
        for (const auto& mode : s.modes) {
            numerator += mode.c * mode.signed_omega;
            denominator += mode.c;
        }
        const Field start = miscid::equilibrium::field_of_moments(problem, D.cast<double>(),
                                                                  static_cast<double>(numerator / denominator));
        const Result result = solver.solve(problem, start, miscid::equilibrium::unknown_inertia);
        if (result.outcome != Outcome::ok)
            continue;
        ++checked;
        // e.D_0 is what was given.
        CHECK(std::abs(cell.medium.B.dot(result.moments.col(0)) - problem.symmetry->conserved_projection) <
              1e-13 * static_cast<double>(s.total()));
        // Off the axis, or there is nothing to rotate.
        CHECK(cell.medium.B.cross(Eigen::Vector3d(result.moments.col(0))).norm() >
              0.01 * static_cast<double>(s.total()));
        miscid::equilibrium::SweepSums sums;
        miscid::equilibrium::sweep(kernels.full, problem, result.field, result.field, sums);
        const auto gJ = miscid::equilibrium::symmetric_jacobian(
            problem, sums, miscid::equilibrium::rotating_axes(problem, result.field));
        miscid::equilibrium::FieldVector t;
        for (int m = 0; m < 4; ++m)
            t.segment<3>(3 * m) = cell.medium.B.cross(Eigen::Vector3d(result.field.col(m)));
        CHECK((gJ * t).norm() < 1e-12 * gJ.norm() * t.norm());
        // The whole circle of rotated fields solves the conditions: D = F(D) in the rotating frame.
        const Eigen::AngleAxisd turn(1.0, cell.medium.B);
        const Moments turned = (turn.toRotationMatrix() * result.moments).cast<Real>();
        naive::System rotating = s;
        const Real omega_c = result.rotation_frequency;
        for (auto& mode : rotating.modes)
            mode.signed_omega -= omega_c; // H - Omega_c B, since the axis is B
        CHECK((turned - rotating.F(turned)).norm() < 1e-12L * s.total());
    }
    CHECK(checked > 30);
}

TEST_CASE("a branch is followed back to where it came from") {
    int checked = 0;
    for_equilibria(25, 30, [&](naive::Cell& cell, Solver& solver, const Result& result) {
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
    CHECK(checked > 10);
}
