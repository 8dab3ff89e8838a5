// Properties of every cell, asked of random ones: each test goes through seeds that its messages name, in two and three
// flavors and both transport modes. A seed makes a cell on its own: `trust::fill(cells, seed)`.
#include "any_cell.hpp"

#include "catch.hpp"

#include <functional>

namespace {

using trust::directions;
using trust::groups;
using trust::Kind;
using trust::Run;

constexpr unsigned seeds = 25;
constexpr double round_off = 1e-9; // soft directions of the field multiply the rounding of the sums

/** Where the tracked branch was lost the search for another equilibrium hangs on the last bit: nothing to compare there. */
bool searched(const Run& run) {
    const auto lost = [](int status) { return status == MISCID_CELL_RELAXED || status == MISCID_CELL_NOT_CONVERGED; };
    return lost(run.first) || lost(run.cells.status[0]);
}

/** Makes a cell and its image of every seed, steps both, and compares them where the step was plain; the statuses agree
 *  but where a search was needed, and there is enough to compare. */
void for_pairs(const Kind& kind, const std::string& more, const std::function<Run(const Run&, unsigned)>& image,
               const std::function<double(const Run&, const Run&)>& distance) {
    int compared = 0;
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        INFO(kind.name() << ", seed " << seed << more);
        Run here(kind, seed, more);
        Run there = image(here, seed);
        here.go();
        there.go();
        INFO("statuses " << here.first << ", " << here.cells.status[0] << " and " << there.first << ", "
                         << there.cells.status[0]);
        CHECK((searched(here) || searched(there) || here.same_statuses(there)));
        if (here.done() && there.done()) {
            ++compared;
            CHECK(distance(here, there) < round_off);
        }
    }
    INFO(kind.name() << ": " << compared << " of " << seeds << " cells compared");
    CHECK(compared >= static_cast<int>(seeds) * 2 / 3);
}

double same_numbers(const Run& here, const Run& there) {
    return trust::difference(here.cells.numbers, there.cells.numbers);
}

void for_modes(const std::function<void(int, int, int)>& use) {
    for (int type = 0; type < 2; ++type)
        for (int group = 0; group < groups; ++group)
            for (int d = 0; d < directions; ++d)
                use(type, group, d);
}

} // namespace

TEST_CASE("turning space leaves the flavor of every mode alone, and D_1 turns along") {
    const Eigen::Matrix3d turn = Eigen::AngleAxisd(0.7, host::Vector(1, 2, -0.4).normalized()).toRotationMatrix();
    for (const Kind& kind : trust::kinds())
        for_pairs(
            kind, "",
            [&](const Run& here, unsigned seed) {
                Run there(kind, seed);
                for (int d = 0; d < directions; ++d)
                    there.cells.set_direction(d, (turn * here.cells.direction_of(d)).normalized());
                Eigen::Map<host::Vector>(there.cells.velocity.data()) = turn * host::Vector(here.cells.velocity.data());
                return there;
            },
            [&](const Run& here, const Run& there) {
                using Flux = Eigen::Map<const Eigen::Matrix<double, 3, Eigen::Dynamic, Eigen::RowMajor>>;
                const Flux before(here.cells.D1.data(), 3, here.cells.generators());
                const Flux after(there.cells.D1.data(), 3, there.cells.generators());
                return same_numbers(here, there) + (after - turn * before).norm() / (1 + before.norm());
            });
}

TEST_CASE("directions in another order, and one of them split in two, are the same cell") {
    for (const Kind& kind : trust::kinds())
        for_pairs(
            kind, R"(, "collisions.mode": "full")",
            [&](const Run& here, unsigned seed) {
                Run there(kind, seed, R"(, "collisions.mode": "full")", directions + 1);
                trust::copy_medium(here.cells, there.cells);
                for_modes([&](int type, int group, int d) {
                    const double share = d == 0 ? 0.3 : 1;
                    trust::copy_mode(here.cells, type, group, d, there.cells, directions - d, share);
                    if (d == 0)
                        trust::copy_mode(here.cells, type, group, d, there.cells, 0, 1 - share);
                });
                return there;
            },
            [&](const Run& here, const Run& there) {
                double largest = 0;
                const std::size_t n = here.cells.numbers.size() / here.cells.modes();
                for_modes([&](int type, int group, int d) {
                    for (std::size_t c = 0; c < n; ++c) {
                        const double number = here.cells.numbers[n * here.cells.mode(type, group, d) + c];
                        for (const int place : {directions - d, d == 0 ? 0 : directions - d})
                            largest = std::max(
                                largest,
                                std::abs(number - there.cells.numbers[n * there.cells.mode(type, group, place) + c]));
                    }
                });
                return largest;
            });
}

TEST_CASE("a flavor axis that vacuum and matter leave alone may be turned about") {
    // Without mixing that is every phase of the flavor states; without matter it is the axis of the vacuum term.
    const std::string no_mixing =
        R"(, "vacuum.mixing_angle": 0, "vacuum.mixing_angle_12": 0, "vacuum.mixing_angle_23": 0)";
    Eigen::VectorXcd phase(3);
    phase << std::polar(1.0, 0.4), std::polar(1.0, -1.1), std::polar(1.0, 2.3);
    Eigen::MatrixXcd vacuum(2, 2); // exp(-i a B.sigma/2), B = (sin 0.4, 0, -cos 0.4)
    const double a = 1.3, x = std::sin(0.4), z = -std::cos(0.4);
    const std::complex<double> i(0, 1);
    vacuum << std::cos(a / 2) - i * z * std::sin(a / 2), -i * x * std::sin(a / 2), //
        -i * x * std::sin(a / 2), std::cos(a / 2) + i * z * std::sin(a / 2);
    const struct {
        Kind kind;
        std::string more;
        bool matter;
        Eigen::MatrixXcd U;
    } cases[] = {{{2, false}, no_mixing, true, phase.head(2).asDiagonal()},
                 {{3, false}, no_mixing, true, phase.asDiagonal()},
                 {{2, false}, R"(, "vacuum.mixing_angle": 0.2)", false, vacuum}};
    for (const auto& [kind, more, matter, U] : cases) {
        int compared = 0;
        for (unsigned seed = 1; seed <= seeds; ++seed) {
            INFO(kind.name() << ", seed " << seed << more);
            Run here(kind, seed, more), there(kind, seed, more);
            for_modes([&, &U = U](int type, int group, int d) {
                const auto rho = trust::get_matrix(here.cells, type, group, d);
                trust::set_matrix(there.cells, U * rho * U.adjoint(), type, group, d);
            });
            for (Run* run : {&here, &there}) {
                if (!matter)
                    run->cells.electron_density[0] = 0;
                run->go();
            }
            INFO("statuses " << here.first << ", " << here.cells.status[0] << " and " << there.first << ", "
                             << there.cells.status[0]);
            CHECK(here.same_statuses(there));
            if (here.first < 0 || here.cells.status[0] < 0)
                continue;
            ++compared;
            double largest = 0;
            for_modes([&, &U = U](int type, int group, int d) {
                const auto rho = trust::get_matrix(here.cells, type, group, d);
                const auto turned = trust::get_matrix(there.cells, type, group, d);
                largest = std::max(largest, (U * rho * U.adjoint() - turned).norm());
            });
            CHECK(largest < round_off);
        }
        CHECK(compared >= static_cast<int>(seeds) * 2 / 3);
    }
}

TEST_CASE("neutrinos and antineutrinos exchanged, in antimatter: H changes sign and every rho stays") {
    const std::string from_incoming = R"(, "equilibrium.cold_start": "from_incoming")";
    for (const Kind& kind : {Kind{2, false}, Kind{3, false}})
        for_pairs(
            kind, from_incoming,
            [&](const Run& here, unsigned seed) {
                Run there(kind, seed, from_incoming);
                for_modes([&](int type, int group, int d) {
                    trust::set_matrix(there.cells, trust::get_matrix(here.cells, type, group, d), 1 - type, group, d);
                    there.cells.depolarization[there.cells.mode(1 - type, group, d)] =
                        here.cells.depolarization[here.cells.mode(type, group, d)];
                });
                there.cells.electron_density[0] *= -1;
                return there;
            },
            [&](const Run& here, const Run& there) {
                double largest = 0;
                for_modes([&](int type, int group, int d) {
                    const auto a = trust::get_matrix(here.cells, type, group, d);
                    largest = std::max(largest, (a - trust::get_matrix(there.cells, 1 - type, group, d)).norm());
                });
                return largest;
            });
}

TEST_CASE("depolarization does not depend on how its time is divided") {
    for (const Kind& kind : trust::kinds()) {
        int compared = 0;
        for (unsigned seed = 1; seed <= seeds; ++seed) {
            INFO(kind.name() << ", seed " << seed);
            Run whole(kind, seed), parts(kind, seed);
            for (Run* run : {&whole, &parts}) // the branch is chosen by what comes in at first
                run->cells.apply(0);
            bool plain = whole.cells.status[0] == MISCID_OK;
            whole.cells.apply(0.6);
            plain = plain && whole.cells.status[0] == MISCID_OK;
            for (int part = 0; part < 4; ++part) {
                parts.cells.apply(0.15);
                plain = plain && parts.cells.status[0] == MISCID_OK;
            }
            if (plain) {
                ++compared;
                CHECK(trust::difference(whole.cells.numbers, parts.cells.numbers) < 1e-9);
            }
        }
        INFO(kind.name() << ": " << compared << " of " << seeds << " cells compared");
        CHECK(compared >= static_cast<int>(seeds) / 2);
    }
}
