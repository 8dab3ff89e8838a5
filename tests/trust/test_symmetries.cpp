// Symmetries of the equations, asked of random cells of two and three flavors in both transport modes: a cell and its image
// take the same steps, and the answers are images of each other.
#include "properties.hpp"

#include "catch.hpp"

#include <functional>

namespace {

using trust::Draw;
using trust::Kind;
using trust::Run;

constexpr double round_off = 1e-9; // soft directions of the field multiply the rounding of the sums

/** How many of the cells that were drawn could be compared. */
struct Tally {
    int drawn = 0, compared = 0;
    /** A property that compares nothing holds, and says nothing. */
    bool enough(double share) const { return compared >= share * drawn; }
};

/** Makes a cell and its image of every draw, steps both, and compares them where the step was plain; the statuses agree
 *  but where a search was needed, and there is enough to compare. */
void for_pairs(const Kind& kind, const std::string& more, const std::function<Run(const Run&, const Draw&)>& image,
               const std::function<double(const Run&, const Run&)>& distance) {
    Tally tally;
    CHECK(rc::check(kind.name() + more, [&](const Draw& draw) {
        Run here(kind, draw, more);
        Run there = image(here, draw);
        here.go();
        there.go();
        RC_LOG() << "statuses " << here.first << ", " << here.cells.status[0] << " and " << there.first << ", "
                 << there.cells.status[0] << "\n";
        ++tally.drawn;
        if (here.searched() || there.searched())
            return;
        RC_ASSERT(here.same_statuses(there));
        if (here.done() && there.done()) {
            ++tally.compared;
            RC_ASSERT(distance(here, there) < round_off);
        }
    }));
    INFO(kind.name() << ": " << tally.compared << " of " << tally.drawn << " cells compared");
    CHECK(tally.enough(0.6));
}

double same_numbers(const Run& here, const Run& there) {
    return trust::difference(here.cells.numbers, there.cells.numbers);
}

void for_modes(const host::Cells& cells, const std::function<void(int, int, int)>& use) {
    for (int type = 0; type < 2; ++type)
        for (int group = 0; group < cells.groups; ++group)
            for (int d = 0; d < cells.directions; ++d)
                use(type, group, d);
}

} // namespace

TEST_CASE("turning space leaves the flavor of every mode alone, and D_1 turns along") {
    const Eigen::Matrix3d turn = Eigen::AngleAxisd(0.7, host::Vector(1, 2, -0.4).normalized()).toRotationMatrix();
    for (const Kind& kind : trust::kinds())
        for_pairs(
            kind, "",
            [&](const Run& here, const Draw& draw) {
                Run there(kind, draw);
                for (int d = 0; d < draw.directions; ++d)
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
            [&](const Run& here, const Draw& draw) {
                Draw wider = draw;
                ++wider.directions;
                Run there(kind, wider, R"(, "collisions.mode": "full")");
                trust::copy_medium(here.cells, there.cells);
                for_modes(here.cells, [&](int type, int group, int d) {
                    const double share = d == 0 ? 0.3 : 1;
                    trust::copy_mode(here.cells, type, group, d, there.cells, draw.directions - d, share);
                    if (d == 0)
                        trust::copy_mode(here.cells, type, group, d, there.cells, 0, 1 - share);
                });
                return there;
            },
            [&](const Run& here, const Run& there) {
                double largest = 0;
                const std::size_t n = here.cells.numbers.size() / here.cells.modes();
                for_modes(here.cells, [&](int type, int group, int d) {
                    const int place = here.cells.directions - d;
                    for (std::size_t c = 0; c < n; ++c) {
                        const double number = here.cells.numbers[n * here.cells.mode(type, group, d) + c];
                        for (const int image : {place, d == 0 ? 0 : place})
                            largest = std::max(
                                largest,
                                std::abs(number - there.cells.numbers[n * there.cells.mode(type, group, image) + c]));
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
    for (const auto& turn : cases) {
        Tally tally;
        CHECK(rc::check(turn.kind.name() + turn.more, [&](const Draw& draw) {
            Run here(turn.kind, draw, turn.more), there(turn.kind, draw, turn.more);
            for_modes(here.cells, [&](int type, int group, int d) {
                const auto rho = trust::get_matrix(here.cells, type, group, d);
                trust::set_matrix(there.cells, turn.U * rho * turn.U.adjoint(), type, group, d);
            });
            for (Run* run : {&here, &there}) {
                if (!turn.matter)
                    run->cells.electron_density[0] = 0;
                run->go();
            }
            RC_LOG() << "statuses " << here.first << ", " << here.cells.status[0] << " and " << there.first << ", "
                     << there.cells.status[0] << "\n";
            ++tally.drawn;
            RC_ASSERT(here.searched() || there.searched() || here.same_statuses(there));
            // What relaxed here was projected on the axis: that is an image again.
            if (!here.same_statuses(there) || here.went_far() || there.went_far() || here.first < 0 ||
                here.cells.status[0] < 0)
                return;
            ++tally.compared;
            double largest = 0;
            for_modes(here.cells, [&](int type, int group, int d) {
                const auto rho = trust::get_matrix(here.cells, type, group, d);
                const auto turned = trust::get_matrix(there.cells, type, group, d);
                largest = std::max(largest, (turn.U * rho * turn.U.adjoint() - turned).norm());
            });
            RC_ASSERT(largest < round_off);
        }));
        INFO(turn.kind.name() << turn.more << ": " << tally.compared << " of " << tally.drawn << " cells compared");
        CHECK(tally.enough(0.6));
    }
}

TEST_CASE("neutrinos and antineutrinos exchanged, in antimatter: H changes sign and every rho stays") {
    const std::string from_incoming = R"(, "equilibrium.cold_start": "from_incoming")";
    for (const Kind& kind : {Kind{2, false}, Kind{3, false}})
        for_pairs(
            kind, from_incoming,
            [&](const Run& here, const Draw& draw) {
                Run there(kind, draw, from_incoming);
                for_modes(here.cells, [&](int type, int group, int d) {
                    trust::set_matrix(there.cells, trust::get_matrix(here.cells, type, group, d), 1 - type, group, d);
                    there.cells.depolarization[there.cells.mode(1 - type, group, d)] =
                        here.cells.depolarization[here.cells.mode(type, group, d)];
                });
                there.cells.electron_density[0] *= -1;
                return there;
            },
            [&](const Run& here, const Run& there) {
                double largest = 0;
                for_modes(here.cells, [&](int type, int group, int d) {
                    const auto matrix = trust::get_matrix(here.cells, type, group, d);
                    largest = std::max(largest, (matrix - trust::get_matrix(there.cells, 1 - type, group, d)).norm());
                });
                return largest;
            });
}

TEST_CASE("depolarization does not depend on how its time is divided") {
    for (const Kind& kind : trust::kinds()) {
        Tally tally;
        CHECK(rc::check(kind.name(), [&](const Draw& draw) {
            Run whole(kind, draw), parts(kind, draw);
            for (Run* run : {&whole, &parts}) // the branch is chosen by what comes in at first
                run->cells.apply(0);
            bool plain = whole.cells.status[0] == MISCID_OK;
            whole.cells.apply(0.6);
            plain = plain && whole.cells.status[0] == MISCID_OK;
            for (int part = 0; part < 4; ++part) {
                parts.cells.apply(0.15);
                plain = plain && parts.cells.status[0] == MISCID_OK;
            }
            ++tally.drawn;
            if (plain) {
                ++tally.compared;
                RC_ASSERT(trust::difference(whole.cells.numbers, parts.cells.numbers) < 1e-9);
            }
        }));
        INFO(kind.name() << ": " << tally.compared << " of " << tally.drawn << " cells compared");
        CHECK(tally.enough(0.5));
    }
}
