// Symmetries of the equations that the step must have (theory.md section 1): how a host turns its axes, orders its
// modes or splits its bins cannot matter.
#include "step/random_cells.hpp"

#include "catch.hpp"

#include <algorithm>
#include <numeric>

namespace {

constexpr int groups = 3, directions = 7;

std::string configuration(const std::string& more = "") {
    return "{" + std::string(host::mixing) + more + "}";
}

template <class Use>
void for_modes(Use use) {
    for (int type = 0; type < 2; ++type)
        for (int group = 0; group < groups; ++group)
            for (int d = 0; d < directions; ++d)
                use(type, group, d);
}

std::size_t place(int group, int d, int of = directions) {
    return host::Cells::count(group * of + d);
}

/** Three steps of a thinning medium. */
void run(host::Cells& cells) {
    for (int step = 0; step < 3; ++step) {
        for (auto& electrons : cells.electron_density)
            electrons *= 0.9;
        REQUIRE(cells.apply(1).status == MISCID_OK);
    }
}

} // namespace

TEST_CASE("rotation of all directions and of the matter velocity leaves every density matrix alone") {
    const Eigen::Matrix3d turn = Eigen::AngleAxisd(1.234, host::Vector(1, -2, 0.5).normalized()).toRotationMatrix();
    for (const auto& regime : host::regimes()) {
        INFO(regime.name);
        host::Cells here(groups, directions, configuration()), turned(groups, directions, configuration());
        host::fill(here, regime, 11);
        host::fill(turned, regime, 11);
        for (int d = 0; d < directions; ++d)
            turned.set_direction(d, (turn * here.direction_of(d)).normalized());
        Eigen::Map<host::Vector> velocity(turned.velocity.data());
        velocity = turn * host::Vector(here.velocity.data());
        run(here);
        run(turned);
        for_modes([&](int type, int group, int d) {
            CHECK((here.get(type, group, d).P - turned.get(type, group, d).P).norm() < 1e-12);
        });
        CHECK((here.D0_of() - turned.D0_of()).norm() < 1e-12 * regime.density);
        // D_1 turns like a vector in space.
        const Eigen::Matrix3d D1 = Eigen::Map<const Eigen::Matrix3d>(here.D1.data());
        CHECK((Eigen::Map<const Eigen::Matrix3d>(turned.D1.data()) - D1 * turn.transpose()).norm() <
              1e-12 * regime.density);
    }
}

TEST_CASE("the order of directions and groups does not matter") {
    std::vector<int> order(directions), group_order = {2, 0, 1};
    std::iota(order.begin(), order.end(), 0);
    std::rotate(order.begin(), order.begin() + 3, order.end());
    std::swap(order[0], order[5]);
    for (const auto& regime : host::regimes()) {
        INFO(regime.name);
        host::Cells here(groups, directions, configuration()), permuted(groups, directions, configuration());
        host::fill(here, regime, 12);
        host::fill(permuted, regime, 12);
        const auto to = [&](int d) { return order[host::Cells::count(d)]; };
        const auto group_to = [&](int group) { return group_order[host::Cells::count(group)]; };
        for_modes([&](int type, int group, int d) {
            permuted.set_direction(to(d), here.direction_of(d));
            permuted.energy[host::Cells::count(group_to(group))] = here.energy[host::Cells::count(group)];
            permuted.weight[place(group_to(group), to(d))] = here.weight[place(group, d)];
            permuted.set(here.get(type, group, d), type, group_to(group), to(d));
        });
        run(here);
        run(permuted);
        for_modes([&](int type, int group, int d) {
            CHECK((here.get(type, group, d).P - permuted.get(type, group_to(group), to(d)).P).norm() < 1e-12);
        });
    }
}

TEST_CASE("a direction split in two of the same direction, with its weight shared, does not matter") {
    for (const auto& regime : host::regimes()) {
        INFO(regime.name);
        host::Cells here(groups, directions, configuration()), split(groups, directions + 1, configuration());
        host::fill(here, regime, 13);
        host::fill(split, regime, 13);
        split.energy = here.energy;
        split.velocity = here.velocity;
        split.electron_density = here.electron_density;
        for (int d = 0; d <= directions; ++d)
            split.set_direction(d, here.direction_of(std::min(d, directions - 1)));
        for (int group = 0; group < groups; ++group)
            for (int d = 0; d <= directions; ++d) {
                const int from = std::min(d, directions - 1);
                const double share = d < directions - 1 ? 1 : (d == directions ? 0.3 : 0.7);
                split.weight[place(group, d, directions + 1)] = share * here.weight[place(group, from)];
                for (int type = 0; type < 2; ++type)
                    split.set(here.get(type, group, from), type, group, d);
            }
        run(here);
        run(split);
        for_modes([&](int type, int group, int d) {
            CHECK((here.get(type, group, d).P - split.get(type, group, d).P).norm() < 1e-12);
        });
        for (int type = 0; type < 2; ++type)
            for (int group = 0; group < groups; ++group)
                CHECK((split.get(type, group, directions).P - split.get(type, group, directions - 1).P).norm() < 1e-14);
    }
}

TEST_CASE("antineutrino_convention = conjugate is 'same' with the sign of Im flipped") {
    // A cold start from dense matter looks at lengths only; one from the incoming state at every component.
    const std::string incoming = R"(, "equilibrium.cold_start": "from_incoming", "equilibrium.tilted": "project")";
    for (const auto& [regime, start] :
         {std::pair(host::regimes()[0], std::string()), std::pair(host::regimes()[0], incoming),
          std::pair(host::regimes()[1], incoming)}) {
        INFO(regime.name << start);
        host::Cells same(groups, directions, configuration(start));
        host::Cells conjugate(groups, directions,
                              configuration(start + R"(, "phase_space.antineutrino_convention": "conjugate")"));
        host::fill(same, regime, 14);
        host::fill(conjugate, regime, 14);
        // Coherences with an imaginary part on both sides: the P of a rotated state that is no equilibrium.
        for_modes([&](int type, int group, int d) {
            auto P = same.get(type, group, d);
            P.P = Eigen::AngleAxisd(0.1, host::Vector(1, 1, 0).normalized()) * P.P;
            same.set(P, type, group, d);
            if (type == 1)
                P.P.y() = -P.P.y();
            conjugate.set(P, type, group, d);
        });
        run(same);
        run(conjugate);
        for_modes([&](int type, int group, int d) {
            const auto a = same.get(type, group, d).P, b = conjugate.get(type, group, d).P;
            CHECK(a.x() == b.x());
            CHECK(a.z() == b.z());
            CHECK(a.y() == (type == 1 ? -b.y() : b.y()));
        });
    }
}

TEST_CASE("a cell's bits do not depend on its neighbours in the batch") {
    host::Cells many(groups, directions, configuration(), 5);
    host::fill(many, host::regimes()[1], 15);
    host::Cells alone(groups, directions, configuration(), 5);
    host::fill(alone, host::regimes()[1], 15);
    alone.batch.set_cells({{3, 0, 0, 0}});
    run(many);
    run(alone);
    const std::size_t per_cell = many.numbers.size() / 5;
    for (std::size_t i = 3 * per_cell; i < 4 * per_cell; ++i)
        CHECK(many.numbers[i] == alone.numbers[i]);
}
