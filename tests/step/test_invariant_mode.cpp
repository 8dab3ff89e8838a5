// A host that transports eigenstate occupations and one that transports density matrices see the same cell
// (design section 2; Johns & Kost Eqs. 27-39).
#include "step/random_cells.hpp"

#include "catch.hpp"

#include <cmath>

namespace {

constexpr int groups = 2, directions = 6;

template <class Use>
void for_modes(Use use) {
    for (int type = 0; type < 2; ++type)
        for (int group = 0; group < groups; ++group)
            for (int d = 0; d < directions; ++d)
                use(type, group, d);
}

/** The same cell for both kinds of host; flavor-diagonal at the start, so upper = electron flavor at large lambda. */
struct Pair {
    host::Cells matrix, invariant;

    Pair(const host::Regime& regime, const std::string& more = "")
        : matrix(groups, directions, "{" + std::string(host::mixing) + more + "}"),
          invariant(groups, directions,
                    "{" + std::string(host::mixing) + more + R"(, "transport.mode": "invariant"})") {
        host::fill(matrix, regime, 21);
        invariant.energy = matrix.energy;
        invariant.direction = matrix.direction;
        invariant.weight = matrix.weight;
        invariant.velocity = matrix.velocity;
        invariant.electron_density = matrix.electron_density;
        for_modes([&](int type, int group, int d) {
            const auto [P0, P] = matrix.get(type, group, d);
            double* r = &invariant.numbers[2 * invariant.mode(type, group, d)];
            r[0] = 0.5 * (P0 - P.z());
            r[1] = 0.5 * (P0 + P.z());
        });
    }
    void step(double dt = 0) {
        matrix.electron_density[0] *= 0.9;
        invariant.electron_density[0] = matrix.electron_density[0];
        REQUIRE(matrix.apply(dt).status == MISCID_OK);
        REQUIRE(invariant.apply(dt).status == MISCID_OK);
    }
};

} // namespace

TEST_CASE("invariant mode and matrix mode reach the same equilibrium") {
    for (const auto& regime : host::regimes()) {
        INFO(regime.name);
        Pair pair(regime);
        for (int n = 0; n < 4; ++n) {
            pair.step();
            CHECK((pair.matrix.D0_of() - pair.invariant.D0_of()).norm() < 1e-12 * regime.density);
            for_modes([&](int type, int group, int d) {
                const std::size_t mode = pair.matrix.mode(type, group, d);
                CHECK(std::abs(pair.matrix.p[mode] - pair.invariant.p[mode]) < 1e-13);
                const double* r = &pair.invariant.numbers[2 * mode];
                CHECK(std::abs(r[1] - r[0] - pair.invariant.p[mode]) < 1e-15);
                CHECK(std::abs(r[0] + r[1] - pair.matrix.get(type, group, d).P0) < 1e-15);
            });
        }
    }
}

TEST_CASE("the flavor content of the eigenstates is the diagonal of the matrix") {
    for (const auto& regime : host::regimes()) {
        INFO(regime.name);
        Pair pair(regime);
        for (int n = 0; n < 4; ++n)
            pair.step();
        auto& cell = pair.invariant;
        cell.change.assign(cell.change.size(), 0.0);
        for (std::size_t mode = 0; mode < cell.modes(); ++mode) {
            cell.absorption[2 * mode] = 1.7;
            cell.absorption[2 * mode + 1] = 0.4;
            cell.emission_equilibrium[2 * mode] = 0.8;
            cell.emission_equilibrium[2 * mode + 1] = 0.2;
        }
        miscid::invariant_to_flavor(cell.context, cell.workspace, cell.batch);
        for_modes([&](int type, int group, int d) {
            const std::size_t mode = cell.mode(type, group, d);
            const auto [P0, P] = pair.matrix.get(type, group, d);
            CHECK(std::abs(cell.content[2 * mode] - 0.5 * (P0 + P.z())) < 1e-12);
            CHECK(std::abs(cell.content[2 * mode + 1] - 0.5 * (P0 - P.z())) < 1e-12);
            // |U_e,upper|^2 = (1 + hhat_z)/2 with hhat = P/p
            const double upper_e = 0.5 * (1 + P.z() / pair.matrix.p[mode]);
            CHECK(std::abs(cell.projected_absorption[2 * mode + 1] - (1.7 * upper_e + 0.4 * (1 - upper_e))) < 1e-12);
            CHECK(std::abs(cell.projected_absorption[2 * mode] - (0.4 * upper_e + 1.7 * (1 - upper_e))) < 1e-12);
            CHECK(std::abs(cell.projected_emission[2 * mode + 1] - (1.36 * upper_e + 0.08 * (1 - upper_e))) < 1e-12);
            CHECK(std::abs(cell.projected_emission[2 * mode] - (0.08 * upper_e + 1.36 * (1 - upper_e))) < 1e-12);
        });
    }
}

TEST_CASE("a classical host's flavor change, projected on the eigenstates, keeps its trace") {
    Pair pair(host::regimes()[3]);
    pair.step();
    auto& cell = pair.invariant;
    const auto before = cell.numbers;
    for_modes([&](int type, int group, int d) {
        const std::size_t mode = cell.mode(type, group, d);
        cell.change[2 * mode] = 0.01 * (1 + group);
        cell.change[2 * mode + 1] = -0.02 * type;
    });
    miscid::flavor_to_invariant(cell.context, cell.workspace, cell.batch);
    for_modes([&](int type, int group, int d) {
        const std::size_t mode = cell.mode(type, group, d);
        const double e = 0.01 * (1 + group), x = -0.02 * type;
        const double lower = cell.numbers[2 * mode] - before[2 * mode],
                     upper = cell.numbers[2 * mode + 1] - before[2 * mode + 1];
        CHECK(std::abs(lower + upper - e - x) < 1e-15);
        const double upper_e = 0.5 * (1 + pair.matrix.get(type, group, d).P.z() / pair.matrix.p[mode]);
        CHECK(std::abs(upper - (upper_e * e + (1 - upper_e) * x)) < 1e-13);
    });
}

TEST_CASE("invariant mode and matrix mode agree with collisions of the module") {
    for (const std::string mode : {"depolarization", "full"}) {
        INFO(mode);
        Pair pair(host::regimes()[3], R"(, "collisions.mode": ")" + mode + "\"");
        pair.step();
        for (auto* cell : {&pair.matrix, &pair.invariant})
            for (std::size_t i = 0; i < cell->modes(); ++i) {
                cell->depolarization[i] = 0.3 + 0.1 * static_cast<double>(i % 5);
                cell->absorption[2 * i] = 0.5;
                cell->absorption[2 * i + 1] = 0.1;
                cell->emission_equilibrium[2 * i] = 0.9;
                cell->emission_equilibrium[2 * i + 1] = 0.3;
            }
        for (int n = 0; n < 3; ++n)
            pair.step(0.05);
        for_modes([&](int type, int group, int d) {
            const std::size_t i = pair.matrix.mode(type, group, d);
            CHECK(std::abs(pair.matrix.p[i] - pair.invariant.p[i]) < 1e-12);
        });
        CHECK((pair.matrix.D0_of() - pair.invariant.D0_of()).norm() < 1e-12);
    }
}
