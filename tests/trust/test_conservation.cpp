// What no step may break, whatever it does to a cell: traces, lepton number and its ledger, 0 <= rho <= 1, finite numbers,
// and that a refused cell is the cell it was. Random cells of two and three flavors in both transport modes.
#include "any_cell.hpp"

#include "catch.hpp"

#include <cstring>

namespace {

using trust::directions;
using trust::groups;

/** Eigenvalues of a mode; the occupations themselves in invariant mode. */
Eigen::VectorXd occupations(const host::Cells& cells, int type, int group, int d) {
    if (!cells.invariant)
        return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd>(trust::get_matrix(cells, type, group, d)).eigenvalues();
    return Eigen::Map<const Eigen::VectorXd>(
        &cells.numbers[host::Cells::count(cells.flavors) * cells.mode(type, group, d)], cells.flavors);
}

struct Sums {
    std::vector<double> trace;  ///< of every mode
    double number[2] = {0, 0};  ///< sum w Tr rho of neutrinos and antineutrinos
    double least = 1, most = 0; ///< eigenvalues
    double scale = 0;
};

Sums sums_of(const host::Cells& cells) {
    Sums sums;
    for (int type = 0; type < 2; ++type)
        for (int group = 0; group < groups; ++group)
            for (int d = 0; d < directions; ++d) {
                const Eigen::VectorXd r = occupations(cells, type, group, d);
                const double w = cells.weight[host::Cells::count(group * directions + d)];
                sums.trace.push_back(r.sum());
                sums.number[type] += w * r.sum();
                sums.scale += w * cells.flavors;
                sums.least = std::min(sums.least, r.minCoeff());
                sums.most = std::max(sums.most, r.maxCoeff());
            }
    return sums;
}

} // namespace

TEST_CASE("any cell keeps traces and lepton number with its ledger and is physical or untouched") {
    for (const auto& kind : trust::kinds())
        for (const std::string collisions : {"off", "depolarization", "full"})
            for (unsigned seed = 100; seed < 120; ++seed) {
                trust::Run run(kind, seed, R"(, "collisions.mode": ")" + collisions + "\"");
                host::Cells& cells = run.cells;
                for (int step = 0; step < 4; ++step) {
                    INFO(kind.name() << ", collisions " << collisions << ", seed " << seed << ", step " << step);
                    const auto numbers = cells.numbers, state = cells.state;
                    const Sums before = sums_of(cells);
                    cells.apply(0.3);
                    INFO("status " << cells.status[0] << ": " << miscid::last_error());
                    const Sums after = sums_of(cells);
                    if (cells.status[0] < 0 || cells.status[0] == MISCID_CELL_REDUCE_TIME_STEP) {
                        CHECK(std::memcmp(numbers.data(), cells.numbers.data(), 8 * numbers.size()) == 0);
                        CHECK(std::memcmp(state.data(), cells.state.data(), 8 * state.size()) == 0);
                    } else {
                        const auto finite = [](double x) { return std::isfinite(x); };
                        CHECK(std::all_of(cells.numbers.begin(), cells.numbers.end(), finite));
                        CHECK(std::all_of(cells.state.begin(), cells.state.end(), finite));
                        CHECK(after.least > -1e-13);
                        CHECK(after.most < 1 + 1e-13);
                        double given[2] = {0, 0}; // by matter
                        if (collisions == "full")
                            for (int type = 0; type < 2; ++type)
                                for (int flavor = 0; flavor < cells.flavors; ++flavor)
                                    given[type] += cells.source[host::Cells::count(type * cells.flavors + flavor)];
                        else
                            CHECK(trust::difference(before.trace, after.trace) < 1e-14 * (step + 1));
                        for (int type = 0; type < 2; ++type)
                            CHECK(std::abs(after.number[type] - before.number[type] - given[type]) <
                                  1e-13 * before.scale);
                    }
                    cells.electron_density[0] *= 0.8;
                }
            }
}

TEST_CASE("any change of units is the same cell") {
    // 8 and 20 MeV, 1e33 cm^-3: every number of the host in another unit, none of them a power of two.
    for (const auto& kind : trust::kinds()) {
        const std::string cgs = R"(, "units.system": "cgs_mev", "collisions.mode": "full")";
        const double density = 3e30, energy = 1e-3, time = 7e-5, speed = 0.1, rate = 11;
        const std::string units = cgs + R"(, "units.number_density": 3e30, "units.energy": 1e-3, "units.time": 7e-5,
                                           "units.velocity": 0.1, "units.rate": 11)";
        const auto physical = [&](const std::string& more, unsigned seed) {
            trust::Run run(kind, seed, more);
            host::Cells& c = run.cells;
            trust::fill(c, seed, 0); // as neutrinos are born: in flavor states
            c.energy = {8, 20};
            for (double& w : c.weight)
                w = 3e33 * (1 + w) / (groups * directions);
            c.electron_density[0] = 1e33;
            for (double& k : c.absorption)
                k *= 1e3;
            return run;
        };
        int compared = 0;
        for (unsigned seed = 7; seed < 13; ++seed) {
            auto here = physical(cgs, seed), there = physical(units, seed);
            for (double& e : there.cells.energy)
                e /= energy;
            for (double& w : there.cells.weight)
                w /= density;
            for (double& v : there.cells.velocity)
                v /= speed;
            for (double& k : there.cells.absorption)
                k /= rate;
            there.cells.electron_density[0] /= density;
            here.go(1e-4);
            there.go(1e-4 / time);
            INFO(kind.name() << ", seed " << seed << ", statuses " << here.first << ", " << here.cells.status[0]
                             << " and " << there.first << ", " << there.cells.status[0] << ": "
                             << miscid::last_error());
            CHECK(here.same_statuses(there));
            if (!here.done() || !there.done())
                continue;
            ++compared;
            CHECK(trust::difference(here.cells.numbers, there.cells.numbers) < 1e-11);
            for (std::size_t i = 0; i < here.cells.D0.size(); ++i)
                CHECK(std::abs(here.cells.D0[i] - density * there.cells.D0[i]) < 1e-11 * 3e33);
            for (std::size_t i = 0; i < here.cells.source.size(); ++i)
                CHECK(std::abs(here.cells.source[i] - density * there.cells.source[i]) < 1e-11 * 3e33);
        }
        CHECK(compared > 0); // three flavors lose the branch at first in most of these
    }
}
