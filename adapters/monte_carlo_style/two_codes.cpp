// The same packets in the memory of two kinds of Monte Carlo code: linked lists of structs (nubhlight) and a vector of packets
// (SpECTRE). Both draw the same new species, whatever the order of the packets.
#include <miscid/particles.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <list>
#include <string>
#include <vector>

namespace {

constexpr int cells = 2, packets = 3000;

/** nubhlight: struct of_photon, one linked list per thread; type 0 nu_e, 1 nubar_e, 2 heavy, 3 heavy antineutrinos. The
 *  fluid-frame direction and energy are what its tetrads give (core/tetrads.c). */
struct of_photon {
    double K_tetrad[4]; // energy (MeV) and momentum in the fluid's frame
    double w;
    int type;
    int zone;
    long long id;
    of_photon* next;
};

/** SpECTRE: Particles::MonteCarlo::Packet; species is a size_t. */
struct Packet {
    std::size_t species;
    double number_of_neutrinos;
    std::size_t index_of_closest_grid_point;
    double fluid_frame_energy;
    double fluid_frame_momentum[3];
    long long id;
};

void require(miscid_status status) {
    if (status < 0) {
        char text[512];
        miscid_particles_last_error(text, sizeof text);
        std::fprintf(stderr, "two_codes: %s\n", text);
        std::exit(EXIT_FAILURE);
    }
}

/** What both hosts keep per cell, and the call. */
struct Run {
    miscid_particles* particles = nullptr;
    miscid_particles_workspace* workspace = nullptr;
    miscid_particles_batch* batch = nullptr;
    std::vector<double> volume = std::vector<double>(cells, 1.0), electrons = std::vector<double>(cells, 3e34), state;
    std::vector<std::int32_t> changed = std::vector<std::int32_t>(cells);

    Run() {
        const std::string text =
            R"({"vacuum.ordering": "inverted", "collisions.mode": "off", "equilibrium.cold_start": "from_incoming",
                "viscosity.closure": "equipartition",
                "particles": {"species": ["nu_e", "nubar_e", "nu_x", "nubar_x"], "energy_edges": [0, 12, 100], "seed": 7}})";
        std::int32_t doubles = 0;
        require(miscid_particles_create(text.data(), text.size(), &particles));
        require(miscid_particles_workspace_create(particles, packets, cells, &workspace));
        require(miscid_particles_batch_create(particles, &batch));
        require(miscid_particles_state_doubles_per_cell(particles, &doubles));
        state.assign(static_cast<std::size_t>(cells * doubles), 0.0);
        require(miscid_particles_bind_cells(batch, MISCID_PARTICLES_FIELD_VOLUME, volume.data(), 8));
        require(miscid_particles_bind_cells(batch, MISCID_PARTICLES_FIELD_ELECTRON_DENSITY, electrons.data(), 8));
        require(miscid_particles_bind_cells(batch, MISCID_PARTICLES_FIELD_STATE, state.data(), 8 * doubles));
        require(miscid_particles_bind_cells(batch, MISCID_PARTICLES_FIELD_CHANGED, changed.data(), 4));
        require(miscid_particles_set_cells(batch, cells));
    }
    ~Run() {
        miscid_particles_batch_destroy(batch);
        miscid_particles_workspace_destroy(workspace);
        miscid_particles_destroy(particles);
    }
    void member(miscid_particles_member what, std::size_t offset, miscid_dtype dtype) {
        require(miscid_particles_bind_member(batch, what, static_cast<std::int64_t>(offset), dtype));
    }
    void apply() { require(miscid_particles_apply(particles, workspace, batch, 1, 0.0, 1e-6, nullptr)); }
};

/** Packet number i of the problem: weights are whole numbers, so that sums do not depend on their order. */
Packet make(int i) {
    Packet p{};
    p.id = i;
    p.species = static_cast<std::size_t>(i % 4);
    p.index_of_closest_grid_point = static_cast<std::size_t>(i % 3 == 0 ? 0 : 1);
    p.number_of_neutrinos = 0x1p103 * (p.species < 2 ? 5 : 2) * (1 + i % 3);
    p.fluid_frame_energy = 5 + i % 21;
    const double x = std::fmod(0.6180339887 * i, 1.0), mu = p.species == 1 ? 2 * std::sqrt(x) - 1 : 2 * x - 1;
    const double phi = 6.283185307 * std::fmod(0.7548776662 * i, 1.0), s = std::sqrt(1 - mu * mu);
    const double unit[3] = {s * std::cos(phi), s * std::sin(phi), mu};
    for (int a = 0; a < 3; ++a) {
        p.fluid_frame_momentum[a] = p.fluid_frame_energy * unit[a];
    }
    return p;
}

} // namespace

int main() {
    std::vector<int> linked(packets), vectored(packets);

    { // nubhlight
        std::list<of_photon> memory;
        of_photon* head = nullptr;
        for (int i = 0; i < packets; ++i) {
            const Packet p = make(i);
            memory.push_back({{p.fluid_frame_energy, p.fluid_frame_momentum[0], p.fluid_frame_momentum[1],
                               p.fluid_frame_momentum[2]},
                              p.number_of_neutrinos,
                              static_cast<int>(p.species),
                              static_cast<int>(p.index_of_closest_grid_point),
                              p.id,
                              head});
            head = &memory.back();
        }
        Run run;
        std::vector<void*> list; // one pass over the linked lists, as interact() makes
        for (of_photon* ph = head; ph != nullptr; ph = ph->next) {
            list.push_back(ph);
        }
        run.member(MISCID_PARTICLES_WEIGHT, offsetof(of_photon, w), MISCID_FLOAT64);
        run.member(MISCID_PARTICLES_SPECIES, offsetof(of_photon, type), MISCID_INT32);
        run.member(MISCID_PARTICLES_ENERGY, offsetof(of_photon, K_tetrad), MISCID_FLOAT64);
        run.member(MISCID_PARTICLES_DIRECTION, offsetof(of_photon, K_tetrad) + sizeof(double), MISCID_FLOAT64);
        run.member(MISCID_PARTICLES_CELL, offsetof(of_photon, zone), MISCID_INT32);
        run.member(MISCID_PARTICLES_ID, offsetof(of_photon, id), MISCID_INT64);
        require(miscid_particles_bind_pointers(run.batch, list.data(), packets));
        run.apply();
        for (const of_photon* ph = head; ph != nullptr; ph = ph->next) {
            linked[static_cast<std::size_t>(ph->id)] = ph->type;
        }
        std::printf("changed: %d of %d\n", run.changed[0] + run.changed[1], packets);
        if (run.changed[0] + run.changed[1] < packets / 50) {
            return EXIT_FAILURE;
        }
    }
    { // SpECTRE
        std::vector<Packet> all;
        for (int i = 0; i < packets; ++i) {
            all.push_back(make((i * 7) % packets)); // another order: 7 and the number of packets have no common factor
        }
        Run run;
        run.member(MISCID_PARTICLES_WEIGHT, offsetof(Packet, number_of_neutrinos), MISCID_FLOAT64);
        run.member(MISCID_PARTICLES_SPECIES, offsetof(Packet, species), MISCID_INT64);
        run.member(MISCID_PARTICLES_ENERGY, offsetof(Packet, fluid_frame_energy), MISCID_FLOAT64);
        run.member(MISCID_PARTICLES_DIRECTION, offsetof(Packet, fluid_frame_momentum), MISCID_FLOAT64);
        run.member(MISCID_PARTICLES_CELL, offsetof(Packet, index_of_closest_grid_point), MISCID_INT64);
        run.member(MISCID_PARTICLES_ID, offsetof(Packet, id), MISCID_INT64);
        require(miscid_particles_bind_array(run.batch, all.data(), sizeof(Packet), packets));
        run.apply();
        for (const Packet& p : all) {
            vectored[static_cast<std::size_t>(p.id)] = static_cast<int>(p.species);
        }
    }
    if (linked != vectored) {
        std::printf("the two codes drew different species\n");
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
