// What no step may break, whatever it does to a cell: traces, lepton number and its ledger, 0 <= rho <= 1, finite numbers,
// and that a refused cell is the cell it was. Random cells of two and three flavors in both transport modes.
#include "properties.hpp"

#include "catch.hpp"

#include <cstring>

namespace {

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
        for (int group = 0; group < cells.groups; ++group)
            for (int d = 0; d < cells.directions; ++d) {
                const Eigen::VectorXd r = occupations(cells, type, group, d);
                const double w = cells.weight[host::Cells::count(group * cells.directions + d)];
                sums.trace.push_back(r.sum());
                sums.number[type] += w * r.sum();
                sums.scale += w * cells.flavors;
                sums.least = std::min(sums.least, r.minCoeff());
                sums.most = std::max(sums.most, r.maxCoeff());
            }
    return sums;
}

/** One step of a cell, and all that it must not break. Matter gives and takes neutrinos where `sources`. */
void check_step(host::Cells& cells, bool sources, double trace_error) {
    const auto numbers = cells.numbers, state = cells.state;
    const Sums before = sums_of(cells);
    cells.apply(0.3);
    RC_LOG() << "status " << cells.status[0] << ": " << miscid::last_error() << "\n";
    const Sums after = sums_of(cells);
    if (cells.status[0] < 0 || cells.status[0] == MISCID_CELL_REDUCE_TIME_STEP) {
        RC_ASSERT(std::memcmp(numbers.data(), cells.numbers.data(), 8 * numbers.size()) == 0);
        RC_ASSERT(std::memcmp(state.data(), cells.state.data(), 8 * state.size()) == 0);
        return;
    }
    const auto finite = [](double x) { return std::isfinite(x); };
    RC_ASSERT(std::all_of(cells.numbers.begin(), cells.numbers.end(), finite));
    RC_ASSERT(std::all_of(cells.state.begin(), cells.state.end(), finite));
    RC_ASSERT(after.least > -1e-13);
    RC_ASSERT(after.most < 1 + 1e-13);
    double given[2] = {0, 0}; // by matter
    if (sources)
        for (int type = 0; type < 2; ++type)
            for (int flavor = 0; flavor < cells.flavors; ++flavor)
                given[type] += cells.source[host::Cells::count(type * cells.flavors + flavor)];
    else
        RC_ASSERT(trust::difference(before.trace, after.trace) < trace_error);
    for (int type = 0; type < 2; ++type)
        RC_ASSERT(std::abs(after.number[type] - before.number[type] - given[type]) < 1e-13 * before.scale);
}

} // namespace

TEST_CASE("any cell keeps traces and lepton number with its ledger and is physical or untouched") {
    for (const auto& kind : trust::kinds())
        for (const std::string collisions : {"off", "depolarization", "full"})
            CHECK(rc::check(kind.name() + ", collisions " + collisions, [&](const trust::Draw& draw) {
                trust::Run run(kind, draw, R"(, "collisions.mode": ")" + collisions + "\"");
                for (int step = 0; step < 4; ++step) {
                    RC_LOG() << "step " << step << "\n";
                    check_step(run.cells, collisions == "full", 1e-14 * (step + 1));
                    run.cells.electron_density[0] *= 0.8;
                }
            }));
}

TEST_CASE("any change of units is the same cell") {
    // 8 and more MeV, 1e33 cm^-3: every number of the host in another unit, none of them a power of two.
    const std::string cgs = R"(, "units.system": "cgs_mev", "collisions.mode": "full")";
    const double density = 3e30, energy = 1e-3, time = 7e-5, speed = 0.1, rate = 11;
    const std::string units = cgs + R"(, "units.number_density": 3e30, "units.energy": 1e-3, "units.time": 7e-5,
                                       "units.velocity": 0.1, "units.rate": 11)";
    for (const auto& kind : trust::kinds()) {
        const auto physical = [&](const std::string& more, trust::Draw draw) {
            draw.tilt = 0; // as neutrinos are born: in flavor states
            trust::Run run(kind, draw, more);
            host::Cells& c = run.cells;
            for (std::size_t group = 0; group < c.energy.size(); ++group)
                c.energy[group] = 8 + 12 * static_cast<double>(group);
            for (double& w : c.weight)
                w = 3e33 * (1 + w) / (c.groups * c.directions);
            c.electron_density[0] = 1e33;
            for (double& k : c.absorption)
                k *= 1e3;
            return run;
        };
        int drawn = 0, compared = 0;
        CHECK(rc::check(kind.name(), [&](const trust::Draw& draw) {
            auto here = physical(cgs, draw), there = physical(units, draw);
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
            RC_LOG() << "statuses " << here.first << ", " << here.cells.status[0] << " and " << there.first << ", "
                     << there.cells.status[0] << ": " << miscid::last_error() << "\n";
            ++drawn;
            if (here.searched() || there.searched())
                return;
            RC_ASSERT(here.same_statuses(there));
            if (!here.done() || !there.done())
                return;
            ++compared;
            RC_ASSERT(trust::difference(here.cells.numbers, there.cells.numbers) < 1e-11);
            for (std::size_t i = 0; i < here.cells.D0.size(); ++i)
                RC_ASSERT(std::abs(here.cells.D0[i] - density * there.cells.D0[i]) < 1e-11 * 3e33);
            for (std::size_t i = 0; i < here.cells.source.size(); ++i)
                RC_ASSERT(std::abs(here.cells.source[i] - density * there.cells.source[i]) < 1e-11 * 3e33);
        }));
        INFO(kind.name() << ": " << compared << " of " << drawn << " cells compared");
        CHECK(compared > 0.05 * drawn); // three flavors lose the branch at first in most of these
    }
}
