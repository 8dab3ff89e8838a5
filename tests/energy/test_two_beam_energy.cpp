// The ledger of two beams: Fiorillo, Raffelt & Sigl Eqs. 7, 12, 22; flavor-waves.md sections 1 and 6.
#include "energy/entropy.hpp"
#include "energy/two_beam_energy.hpp"
#include "kinetics/periodic_box.hpp"

#include "catch.hpp"

#include <cmath>

using namespace miscid;

namespace {

/** Change of U_osc from the small terms themselves: P_+.P_- - zeta_+ zeta_- cancels seven digits. */
double change_of_U(const kinetics::TwoBeamProblem& problem, const energy::TwoBeamState& now,
                   const energy::TwoBeamState& start) {
    return (now.U_over_U0 - start.U_over_U0) * problem.zeta_plus * problem.zeta_minus * problem.length;
}

} // namespace

TEST_CASE("second order: the total is L sum 2 k^2 |alpha|^2 e^{2 gamma t}, Eq. 12 its transverse part") {
    for (const auto& [zeta_plus, zeta_minus] : {std::pair{0.5, -0.5}, {0.5, -0.3}}) {
        const kinetics::TwoBeamProblem problem{100.0, zeta_plus, zeta_minus,
                                               kinetics::random_two_beam_seeds(1e-14, 100, 7)};
        auto flow = kinetics::two_beam_flow(problem, 512);
        const auto start = energy::two_beam_state(problem, flow);
        for (const double t : {6.0, 7.0, 8.0}) {
            const double late = t / std::sqrt(-4.0 * zeta_plus * zeta_minus); // the same number of e-folds
            flow.advance_to(late, 0.02);
            const auto predicted = energy::second_order_energy(problem, 512, late);
            INFO("zeta " << zeta_plus << ", " << zeta_minus << ", t " << late);
            CHECK(change_of_U(problem, energy::two_beam_state(problem, flow), start) ==
                  Approx(predicted.total).epsilon(1e-3));
            CHECK(energy::transverse_energy(flow) == Approx(predicted.transverse).epsilon(3e-3));
            CHECK(std::abs(predicted.transverse) < 0.5 * predicted.total); // Eq. 12 is not the change of U_osc
        }
    }
}

TEST_CASE("integrated beside P, the kinetic energy closes the ledger to 1e-7") {
    const kinetics::TwoBeamProblem problem{100.0, 0.5, -0.5, kinetics::random_two_beam_seeds(1e-8, 100, 2)};
    auto flow = kinetics::two_beam_flow(problem, 1024);
    const auto start = energy::two_beam_state(problem, flow);
    for (const double t : {5.0, 8.0, 12.0, 20.0}) {
        flow.advance_to(t, 0.025);
        const auto now = energy::two_beam_state(problem, flow);
        CHECK(std::abs(now.dKdt + now.dUdt) < 1e-12 * std::abs(now.dKdt));
        CHECK(std::abs(change_of_U(problem, now, start) + now.kinetic_energy) < 1e-7 * 25.0);
    }
}

TEST_CASE("with rotations that are exact the fine-grained entropy stays to 1e-10 while that of the mean grows") {
    const int cells = 1024;
    const double length = 100.0;
    const kinetics::TwoBeamProblem problem{length, 0.5, -0.5, kinetics::random_two_beam_seeds(1e-8, 100, 2)};
    const auto start = kinetics::two_beam_flow(problem, cells);
    const kinetics::Gas gas = kinetics::two_beam_gas();
    kinetics::PeriodicBox box(gas, length, cells, 2.0 * length / cells); // beams move by whole cells
    box.field() = start.field();
    const Eigen::Vector2d trace(1.0, 1.0);
    const double entropy = energy::fine_grained_entropy(gas, box.field(), trace);
    const double coarse = energy::coarse_grained_entropy(gas, box.field(), trace);
    box.advance(100);
    CHECK(std::abs(energy::fine_grained_entropy(gas, box.field(), trace) - entropy) < 1e-10 * entropy);
    CHECK(energy::coarse_grained_entropy(gas, box.field(), trace) > coarse + 0.1);
}
