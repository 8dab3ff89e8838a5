// A symmetry that breaks on the tracked branch: eigenvalues of g J pass zero, but the branch does not turn back.
#include "equilibrium/solver.hpp"

#include "catch.hpp"

#include <cmath>

using namespace miscid::equilibrium;

namespace {

/** Two opposite beams of neutrinos antiparallel to H, as the matter potential comes down. Each beam feels the other only,
 *  H_+ = h - 2 mu |c| n_-, h the vacuum and matter part: n_+ = n_- along h is an equilibrium while |h| > 2 mu |c|, and a
 *  displacement +-e of the two keeps itself up where 2 mu |c|/(|h| - 2 mu |c|) = 1: a pitchfork at |h| = 4 mu |c|. */
class OppositeBeams final : public PathFor<2> {
public:
    static constexpr double c = -0.25, mu = 1.0, omega = 0.1, from = 2.0, to = 0.7;

    miscid::phase_space::ModeGrid grid{2, 2};

    OppositeBeams() {
        grid.set_direction(0, {0, 0, 1});
        grid.set_direction(1, {0, 0, -1});
        for (int d = 0; d < 2; ++d) {
            grid.set_frequency(d, 0, omega);
            grid.set_frequency(d, 1, -omega);
        }
    }
    void at(double s, Problem& problem, double* amplitude) const override {
        std::fill_n(amplitude, grid.size(), 0.0);
        for (int d = 0; d < 2; ++d) {
            amplitude[grid.index(d, 0)] = c;
        }
        problem.grid = &grid;
        problem.medium.mu = mu;
        problem.medium.lambda = from + s * (to - from);
        problem.medium.B = miscid::medium::vacuum_direction(0.15);
        problem.offset.setZero();
    }
    FlavorVector h(double s) const {
        return omega * miscid::medium::vacuum_direction(0.15) + (from + s * (to - from)) * FlavorVector::UnitZ();
    }
};

/** The foot of the matter-neutrino resonance in inverted ordering (Malkus et al.; theory.md section 7 row 12), with D_1: two
 *  opposite beams, all in electron flavor, 4 antineutrinos for 3 neutrinos. Until R = lambda/mu reaches 1/3, matter is too
 *  thin to cancel them, and H points down. */
class ResonanceFoot final : public PathFor<2> {
public:
    static constexpr double alpha = 4.0 / 3.0, mu = 1e4, from = 0.2, to = 0.4; // omega = 1

    miscid::phase_space::ModeGrid grid{2, 2};

    ResonanceFoot() {
        for (int d = 0; d < 2; ++d) {
            grid.set_direction(d, {0, 0, d == 0 ? 1.0 : -1.0});
            grid.set_frequency(d, 0, -1.0);
            grid.set_frequency(d, 1, 1.0);
        }
    }
    double R(double s) const { return from + s * (to - from); }
    void at(double s, Problem& problem, double* amplitude) const override {
        std::fill_n(amplitude, grid.size(), 0.0);
        for (int d = 0; d < 2; ++d) {
            amplitude[grid.index(d, 0)] = -0.5;
            amplitude[grid.index(d, 1)] = 0.5 * alpha;
        }
        problem.grid = &grid;
        problem.medium.mu = mu;
        problem.medium.lambda = R(s) * mu;
        problem.medium.B = miscid::medium::vacuum_direction(0.15);
        problem.offset.setZero();
    }
};

} // namespace

TEST_CASE("matter-neutrino resonance, inverted ordering: the state with D_1 = 0 meets a pitchfork at R = 1/3") {
    const ResonanceFoot foot;
    miscid::phase_space::AlignedVector amplitude(foot.grid.size(), 0.0);
    Solver solver(sweep_kernels(best_dispatch_level()));
    Problem problem;
    foot.at(0.0, problem, amplitude.data());
    problem.amplitude = amplitude.data();
    Field start = Field::Zero();
    start(2, 0) = ResonanceFoot::mu * (ResonanceFoot::from + 1.0 - ResonanceFoot::alpha);
    const Result first = solver.newton(problem, start, unknown_inertia);
    REQUIRE(first.outcome == Outcome::ok);
    const Result result = solver.track(foot, foot.grid, first.field, first.inertia);
    CHECK(result.outcome == Outcome::bifurcation);
    CHECK(std::abs(foot.R(result.end_s) - 1.0 / 3.0) < 2e-3);
    CHECK(result.field.rightCols<3>().norm() < 1e-12 * ResonanceFoot::mu);
}

TEST_CASE("two opposite beams: the symmetry breaks where |h| = 4 mu |c|, reported as a bifurcation and no fold") {
    const OppositeBeams beams;
    Field start = Field::Zero();
    start.col(0) = OppositeBeams::from * FlavorVector::UnitZ() +
                   2.0 * OppositeBeams::mu * OppositeBeams::c * beams.h(0).normalized();
    Solver solver(sweep_kernels(best_dispatch_level()));
    const Result result = solver.track(beams, beams.grid, start, unknown_inertia);
    CHECK(result.outcome == Outcome::bifurcation);
    CHECK(std::abs(beams.h(result.end_s).norm() - 4 * OppositeBeams::mu * std::abs(OppositeBeams::c)) < 1e-6);
}
