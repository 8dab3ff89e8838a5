// Matter-neutrino resonance of an isotropic gas in normal ordering, through its events (theory.md section 7 row 12).
// A direction of length 0 leaves D_1 out of H: the isotropic model, without the instabilities that break its symmetry.
#include "equilibrium/solver.hpp"

#include "catch.hpp"

#include <cmath>
#include <string>
#include <vector>

using namespace miscid::equilibrium;

namespace {

constexpr double alpha = 4.0 / 3.0;
constexpr double mu = 1e3; // omega = 1

struct Gas {
    miscid::phase_space::ModeGrid grid{1, 2};
    miscid::phase_space::AlignedVector amplitude;
    Problem problem;

    Gas() : amplitude(grid.size(), 0.0) {
        grid.set_frequency(0, 0, 1.0);
        grid.set_frequency(0, 1, -1.0);
        // Both flavor states nu_e, nubar_e along +z, where antineutrinos outweigh matter: labels (-, -).
        amplitude[grid.index(0, 0)] = -1.0;
        amplitude[grid.index(0, 1)] = alpha;
        problem.grid = &grid;
        problem.amplitude = amplitude.data();
        problem.medium.mu = mu;
        problem.medium.B = miscid::medium::vacuum_direction(0.15);
    }
    /** Signs of p of neutrinos and antineutrinos. */
    std::string labels() const {
        return std::string(amplitude[grid.index(0, 0)] > 0 ? "+" : "-") + (amplitude[grid.index(0, 1)] < 0 ? "+" : "-");
    }
};

} // namespace

TEST_CASE("matter-neutrino resonance, normal ordering: labels --, -+, ++, -+ through three events") {
    Gas gas;
    Solver solver(sweep_kernels(best_dispatch_level()));
    gas.problem.medium.lambda = 0.2 * mu;
    Field start = Field::Zero();
    start(2, 0) = gas.problem.medium.lambda + mu * (1 - alpha);
    Result result = solver.newton(gas.problem, start, unknown_inertia);
    REQUIRE(result.outcome == Outcome::ok);
    std::vector<std::pair<double, std::string>> changes;
    for (double R = 0.2; R<2.4; R += R> 0.3 && R < 0.4 ? 0.001 : 0.01) {
        const auto last = gas.problem.medium;
        gas.problem.medium.lambda = R * mu;
        result = solver.solve(gas.problem, result.field, result.inertia, last);
        INFO("R = " << R << ", outcome " << static_cast<int>(result.outcome));
        REQUIRE(result.outcome == Outcome::ok);
        for (int i = 0; i < result.event_count; ++i) {
            exchange_labels<2>(result.event[static_cast<std::size_t>(i)], gas.grid.size(), gas.amplitude.data());
        }
        if (result.event_count > 0) {
            changes.emplace_back(R, gas.labels());
        }
        if (R > 0.5 &&
            R < 2.1) { // on the resonance P_z = ((alpha^2 - 1)/R - R)/2 to leading order, as in inverted ordering
            const FlavorVector H = result.field.col(0) + gas.problem.medium.B;
            const double Pz = (gas.amplitude[gas.grid.index(0, 0)] > 0 ? 1 : -1) * H.z() / H.norm();
            CHECK(std::abs(Pz - ((alpha * alpha - 1) / R - R) / 2) < 1e-2);
        }
    }
    REQUIRE(changes.size() == 3);
    CHECK(std::abs(changes[0].first - 0.344) < 0.002);
    CHECK(changes[0].second == "-+");
    CHECK((changes[1].first > 0.35 && changes[1].first < 0.361));
    CHECK(changes[1].second == "++");
    CHECK(std::abs(changes[2].first - 2.2) < 0.1);
    CHECK(changes[2].second == "-+");
}
