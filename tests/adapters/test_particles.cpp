// The particles adapter: packets keep what they carry, the draw depends on seed, step and packet only, and on average it moves what
// miscid_apply moves.

#include "catch.hpp"
#include "count_allocations.hpp"

#include <miscid/miscid.hpp>
#include <miscid/particles.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr int polar = 8, azimuth = 4, directions = polar * azimuth;

/** A packet as Monte Carlo codes have it. */
struct Packet {
    double weight;
    double momentum[3];
    double energy;
    std::int32_t species;
    std::int64_t cell;
    std::int64_t id;
};

std::string text(const std::string& more = "") {
    return R"({"vacuum.ordering": "inverted", "collisions.mode": "off", "equilibrium.cold_start": "from_incoming",
        "viscosity.closure": "equipartition", "particles": {"species": ["nu_e", "nubar_e", "nu_x", "nubar_x"],
        "energy_edges": [0, 12, 100])" +
           more + "}}";
}

void require(miscid_status status) {
    char words[512];
    miscid_particles_last_error(words, sizeof words);
    INFO(words);
    REQUIRE(status >= 0);
}

/** Packets of two cells with a lepton-number crossing; a different number in each. */
std::vector<Packet> packets(int count) {
    std::vector<Packet> all;
    std::uint64_t seed = 12345;
    const auto uniform = [&] {
        seed = seed * 6364136223846793005ull + 1442695040888963407ull;
        return static_cast<double>(seed >> 11) * 0x1p-53;
    };
    for (int i = 0; i < count; ++i) {
        Packet p{};
        p.id = 1000 + i;
        p.cell = i % 5 == 0 ? 0 : 1;
        p.species = i % 4;
        p.weight = 1e31 * (0.5 + uniform()) * (p.species < 2 ? 1.0 : 0.4);
        p.energy = 5 + 20 * uniform();
        double mu = 2 * uniform() - 1;
        mu = p.species == 1 ? std::sqrt((mu + 1) / 2) * 2 - 1 : mu; // nubar_e forward
        const double phi = 6.283185307 * uniform(), s = std::sqrt(1 - mu * mu);
        const double length = p.energy;
        p.momentum[0] = length * s * std::cos(phi);
        p.momentum[1] = length * s * std::sin(phi);
        p.momentum[2] = length * mu;
        all.push_back(p);
    }
    return all;
}

struct Code {
    miscid_particles* particles = nullptr;
    miscid_particles_workspace* workspace = nullptr;
    miscid_particles_batch* batch = nullptr;
    std::vector<double> volume = {1.0, 1.0}, electrons = {3e34, 3e34}, state;
    std::vector<std::int32_t> status = {77, 77}, changed = {77, 77};

    explicit Code(const std::string& json, std::int64_t capacity) {
        require(miscid_particles_create(json.data(), json.size(), &particles));
        require(miscid_particles_workspace_create(particles, capacity, 2, &workspace));
        require(miscid_particles_batch_create(particles, &batch));
        std::int32_t doubles = 0;
        require(miscid_particles_state_doubles_per_cell(particles, &doubles));
        state.assign(static_cast<std::size_t>(2 * doubles), 0.0);
        require(miscid_particles_bind_member(batch, MISCID_PARTICLES_WEIGHT, offsetof(Packet, weight), MISCID_FLOAT64));
        require(miscid_particles_bind_member(batch, MISCID_PARTICLES_SPECIES, offsetof(Packet, species), MISCID_INT32));
        require(miscid_particles_bind_member(batch, MISCID_PARTICLES_ENERGY, offsetof(Packet, energy), MISCID_FLOAT64));
        require(miscid_particles_bind_member(batch, MISCID_PARTICLES_DIRECTION, offsetof(Packet, momentum),
                                             MISCID_FLOAT64));
        require(miscid_particles_bind_member(batch, MISCID_PARTICLES_CELL, offsetof(Packet, cell), MISCID_INT64));
        require(miscid_particles_bind_member(batch, MISCID_PARTICLES_ID, offsetof(Packet, id), MISCID_INT64));
        require(miscid_particles_bind_cells(batch, MISCID_PARTICLES_FIELD_VOLUME, volume.data(), 8));
        require(miscid_particles_bind_cells(batch, MISCID_PARTICLES_FIELD_ELECTRON_DENSITY, electrons.data(), 8));
        require(miscid_particles_bind_cells(batch, MISCID_PARTICLES_FIELD_STATE, state.data(), 8 * doubles));
        require(miscid_particles_bind_cells(batch, MISCID_PARTICLES_FIELD_STATUS, status.data(), 4));
        require(miscid_particles_bind_cells(batch, MISCID_PARTICLES_FIELD_CHANGED, changed.data(), 4));
        require(miscid_particles_set_cells(batch, 2));
    }
    ~Code() {
        miscid_particles_batch_destroy(batch);
        miscid_particles_workspace_destroy(workspace);
        miscid_particles_destroy(particles);
    }
    miscid_status step(std::vector<Packet>& all, std::uint64_t number = 1) {
        require(miscid_particles_bind_array(batch, all.data(), sizeof(Packet), static_cast<std::int64_t>(all.size())));
        return miscid_particles_apply(particles, workspace, batch, number, 0.0, 1e-6, nullptr);
    }
};

} // namespace

TEST_CASE("Packets keep weight, energy and direction, only species change, neutrinos to neutrinos") {
    auto all = packets(4000);
    const auto before = all;
    Code code(text(), 4000);
    CHECK(code.step(all) == MISCID_OK);
    int changed = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(all[i].species % 2 == before[i].species % 2); // nu_e, nubar_e, nu_x, nubar_x
        changed += all[i].species != before[i].species;
        auto same = all[i];
        same.species = before[i].species;
        CHECK(std::memcmp(&same.weight, &before[i].weight, offsetof(Packet, species)) == 0);
        CHECK((same.cell == before[i].cell && same.id == before[i].id));
    }
    CHECK(changed > 100);
    CHECK(code.changed[0] + code.changed[1] == changed);
    CHECK((code.status[0] >= 0 && code.status[1] >= 0));
}

TEST_CASE("Packets of cells without mixing, or switched off by density or radius, keep their species") {
    const std::string still = R"({"vacuum.mixing_angle": 0, "collisions.mode": "off",
        "equilibrium.cold_start": "from_incoming", "particles": {"species": ["nu_e", "nubar_e", "nu_x", "nubar_x"]}})";
    for (const auto& json : {still, text(R"(, "off_above_density": 1e9)"), text(R"(, "off_inside_radius": 70)")}) {
        auto all = packets(1000);
        const auto before = all;
        Code code(json, 1000);
        std::vector<double> density = {1e10, 1e10}, radius = {60, 60};
        require(miscid_particles_bind_cells(code.batch, MISCID_PARTICLES_FIELD_MASS_DENSITY, density.data(), 8));
        require(miscid_particles_bind_cells(code.batch, MISCID_PARTICLES_FIELD_RADIUS, radius.data(), 8));
        CHECK(code.step(all) == MISCID_OK);
        CHECK(std::memcmp(before.data(), all.data(), all.size() * sizeof(Packet)) == 0);
        CHECK(code.changed[0] + code.changed[1] == 0);
    }
}

#ifdef MISCID_COUNT_ALLOCATIONS
TEST_CASE("A step of the particles adapter allocates nothing") {
    REQUIRE(miscid::tests::allocations_are_seen());
    auto all = packets(2000);
    Code code(text(), 2000);
    for (std::uint64_t step = 1; step < 3; ++step) {
        CHECK(miscid::tests::allocations_of([&] { code.step(all, step); }) == 0);
    }
}
#endif

TEST_CASE("The draw is the same for any order of packets, as an array or by pointers, and differs with seed and step") {
    const auto species_by_id = [](std::vector<Packet> all) {
        std::sort(all.begin(), all.end(), [](const Packet& a, const Packet& b) { return a.id < b.id; });
        std::vector<std::int32_t> species;
        for (const auto& p : all) {
            species.push_back(p.species);
        }
        return species;
    };
    // Weights are whole multiples of a power of two, so that sums do not depend on the order.
    auto all = packets(2000);
    for (auto& p : all) {
        p.weight = 0x1p103 * static_cast<double>(1 + p.id % 7);
    }
    auto reversed = all, listed = all, other_seed = all, other_step = all;
    std::reverse(reversed.begin(), reversed.end());
    Code(text(), 2000).step(all);
    Code(text(), 2000).step(reversed);
    CHECK(species_by_id(all) == species_by_id(reversed));
    {
        Code code(text(), 2000);
        std::vector<void*> pointers;
        for (auto& p : listed) {
            pointers.insert(pointers.begin() + static_cast<std::ptrdiff_t>(pointers.size() / 2), &p);
        }
        require(
            miscid_particles_bind_pointers(code.batch, pointers.data(), static_cast<std::int64_t>(pointers.size())));
        require(miscid_particles_apply(code.particles, code.workspace, code.batch, 1, 0.0, 1e-6, nullptr));
        CHECK(species_by_id(all) == species_by_id(listed));
    }
    Code(text(R"(, "seed": 2)"), 2000).step(other_seed);
    Code(text(), 2000).step(other_step, 2);
    CHECK(species_by_id(all) != species_by_id(other_seed));
    CHECK(species_by_id(all) != species_by_id(other_step));
}

TEST_CASE("On average packets move what miscid_apply moves in the same bins") {
    auto all = packets(60000);
    const auto before = all;
    Code code(text(), 60000);
    const double volume = 30; // cm^3
    code.volume = {volume, volume};
    REQUIRE(code.step(all) == MISCID_OK);

    const miscid::Context context(miscid::Config::from_json(
        R"({"vacuum.ordering": "inverted", "collisions.mode": "off", "equilibrium.cold_start": "from_incoming",
            "viscosity.closure": "equipartition", "phase_space": {"groups": 2, "directions": 32, "form": "density"}})"));
    miscid::Workspace workspace(context);
    miscid::Batch batch(context);
    std::vector<double> rho(2 * 2 * directions * 4), direction,
        energy = {6, 56}, state(static_cast<std::size_t>(context.state_doubles_per_cell()));
    for (int i = 0; i < polar; ++i) {
        for (int a = 0; a < azimuth; ++a) {
            const double mu = 1 - (2 * i + 1.0) / polar, s = std::sqrt(1 - mu * mu),
                         phi = 2 * M_PI * (a + 0.5) / azimuth;
            direction.insert(direction.end(), {s * std::cos(phi), s * std::sin(phi), mu});
        }
    }
    const auto at = [&](int type, int group, int d, int c) -> double& {
        return rho[static_cast<std::size_t>(((type * 2 + group) * directions + d) * 4 + c)];
    };
    for (const auto& p : before) {
        if (p.cell == 1) {
            const double mu = p.momentum[2] / p.energy;
            const int i = std::min(static_cast<int>((1 - mu) / 2 * polar), polar - 1);
            double phi = std::atan2(p.momentum[1], p.momentum[0]);
            phi += phi < 0 ? 2 * M_PI : 0;
            const int d = i * azimuth + std::min(static_cast<int>(phi / (2 * M_PI) * azimuth), azimuth - 1);
            at(p.species % 2, p.energy >= 12, d, p.species / 2) += p.weight / volume * (p.species < 2 ? 1.0 : 0.5);
        }
    }
    const auto incoming = rho;
    batch
        .bind(MISCID_FIELD_RHO, miscid::View::row_major(rho.data(), {{MISCID_AXIS_TYPE, 2},
                                                                     {MISCID_AXIS_GROUP, 2},
                                                                     {MISCID_AXIS_DIRECTION, directions},
                                                                     {MISCID_AXIS_COMPONENT, 4}}))
        .bind(MISCID_FIELD_DIRECTION,
              miscid::View::row_major(direction.data(), {{MISCID_AXIS_DIRECTION, directions}, {MISCID_AXIS_SPACE, 3}}))
        .bind(MISCID_FIELD_ENERGY, miscid::View::row_major(energy.data(), {{MISCID_AXIS_GROUP, 2}}))
        .bind(MISCID_FIELD_ELECTRON_DENSITY, miscid::View(&code.electrons[1]))
        .bind(MISCID_FIELD_STATE,
              miscid::View::row_major(state.data(), {{MISCID_AXIS_COMPONENT, context.state_doubles_per_cell()}}))
        .set_box({1, 1, 1, 1});
    REQUIRE(miscid::apply(context, workspace, batch, 0, 1e-6).refused == 0);
    for (int type = 0; type < 2; ++type) {
        double expected = 0, drawn = 0, variance = 0;
        for (int g = 0; g < 2; ++g) {
            for (int d = 0; d < directions; ++d) {
                expected += volume * (at(type, g, d, 0) -
                                      incoming[static_cast<std::size_t>(((type * 2 + g) * directions + d) * 4)]);
            }
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i].cell == 1 && all[i].species % 2 == type) {
                drawn += all[i].weight * ((all[i].species < 2) - (before[i].species < 2));
                variance += all[i].weight * all[i].weight / 4; // p (1 - p) <= 1/4
            }
        }
        CHECK(std::abs(expected) > 20 * std::sqrt(variance));
        CHECK(std::abs(drawn - expected) < 5 * std::sqrt(variance));
    }
}

TEST_CASE("Packets that cannot be are refused, and their cell is left alone") {
    auto all = packets(1000);
    all[1].momentum[0] = all[1].momentum[1] = all[1].momentum[2] = 0; // of cell 1
    const auto before = all;
    Code code(text(), 1000);
    CHECK(code.step(all) == MISCID_PARTIAL);
    CHECK(code.status[0] >= 0);
    CHECK(code.status[1] == MISCID_CELL_NOT_FINITE);
    for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK((all[i].cell == 0 || all[i].species == before[i].species));
    }
    Code small(text(), 10);
    CHECK(small.step(all) == MISCID_BAD_ARGUMENT);
    const std::string wrong = R"({"particles": {"sed": 1}})";
    miscid_particles* none = nullptr;
    CHECK(miscid_particles_create(wrong.data(), wrong.size(), &none) == MISCID_UNKNOWN_KEY);
}
