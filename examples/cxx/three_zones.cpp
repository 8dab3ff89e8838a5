// Three zones of a supernova code in C++: the smallest complete host. See examples/README.md for the problem.
//
// This host keeps a structure of arrays with the energy group fastest and the density-matrix component slowest, padded
// to four groups. The views below describe that to miscid; nothing is copied or reordered.
#include <miscid/miscid.hpp>

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <exception>
#include <vector>

namespace {

constexpr int zones = 3, types = 2, groups = 3, padded_groups = 4, directions = 4, components = 4, steps = 5;
enum Component { ee, xx, re_ex, im_ex };

const char* const configuration = R"({
    "units": {"system": "cgs_mev"},
    "phase_space": {"groups": 3, "directions": 4, "form": "density"},
    "vacuum": {"mass_squared_difference": 2.5e-3, "mixing_angle": 0.15, "ordering": "inverted"},
    "collisions": {"mode": "off"}
})";

struct Host {
    std::vector<double> rho = std::vector<double>(components * directions * types * zones * padded_groups);
    std::vector<double> electron_density = {5e31, 2e31, 1e31};                               // cm^-3
    std::vector<double> energy = {8, 12, 20};                                                // MeV
    std::vector<double> direction = {0.8, 0, -0.8, 0, 0, 0.8, 0, -0.8, 0.6, 0.6, 0.6, -0.6}; // all x, all y, all z
    std::vector<double> state;
    std::vector<double> D0 = std::vector<double>(3 * zones);
    std::vector<std::int32_t> status = std::vector<std::int32_t>(zones);

    double& at(Component c, int d, int t, int k, int g) {
        return rho[(((c * directions + d) * types + t) * zones + k) * padded_groups + g];
    }

    Host() {
        for (int d = 0; d < directions; ++d)
            for (int t = 0; t < types; ++t)
                for (int k = 0; k < zones; ++k)
                    for (int g = 0; g < groups; ++g) {
                        at(ee, d, t, k, g) = 1.0e30 * (g + 1) * (1 + 0.25 * d) * (t == 0 ? 1.2 : 0.9) * (1.0 - 0.3 * k);
                        at(xx, d, t, k, g) = 0.5e30 * (g + 1) * (1.0 - 0.3 * k);
                    }
    }

    void bind(miscid::Batch& batch) {
        using miscid::View;
        const std::int64_t state_count = static_cast<std::int64_t>(state.size()) / zones;
        // The padding is in the strides: three groups are named, the next zone begins after four.
        batch.bind(MISCID_FIELD_RHO,
                   View::strided(rho.data(),
                                 {{MISCID_AXIS_GROUP, groups, 1},
                                  {MISCID_AXIS_I, zones, padded_groups},
                                  {MISCID_AXIS_TYPE, types, padded_groups * zones},
                                  {MISCID_AXIS_DIRECTION, directions, padded_groups * zones * types},
                                  {MISCID_AXIS_COMPONENT, components, padded_groups * zones * types * directions}}));
        batch.bind(MISCID_FIELD_ENERGY, View::row_major(energy.data(), {{MISCID_AXIS_GROUP, groups}}));
        batch.bind(MISCID_FIELD_DIRECTION,
                   View::row_major(direction.data(), {{MISCID_AXIS_SPACE, 3}, {MISCID_AXIS_DIRECTION, directions}}));
        batch.bind(MISCID_FIELD_ELECTRON_DENSITY, View::row_major(electron_density.data(), {{MISCID_AXIS_I, zones}}));
        batch.bind(MISCID_FIELD_STATE,
                   View::column_major(state.data(), {{MISCID_AXIS_I, zones}, {MISCID_AXIS_COMPONENT, state_count}}));
        batch.bind(MISCID_FIELD_STATUS, View::row_major(status.data(), {{MISCID_AXIS_I, zones}}));
        batch.bind(MISCID_FIELD_D0, View::column_major(D0.data(), {{MISCID_AXIS_I, zones}, {MISCID_AXIS_VECTOR, 3}}));
        batch.set_box({zones, 1, 1, 1});
    }

    void print(int step) {
        const auto print_bits = [](double value) {
            std::uint64_t bits = 0;
            std::memcpy(&bits, &value, sizeof bits);
            std::printf(" %016" PRIx64, bits);
        };
        for (int k = 0; k < zones; ++k) {
            std::printf("%d %d %" PRId32, step, k, status[k]);
            print_bits(at(ee, 2, 0, k, 1));
            print_bits(at(re_ex, 2, 0, k, 1));
            for (int v = 0; v < 3; ++v)
                print_bits(D0[v * zones + k]);
            std::printf("  # ee=%.6g\n", at(ee, 2, 0, k, 1));
        }
    }
};

void run() {
    const miscid::Context context(miscid::Config::from_json(configuration));
    miscid::Workspace workspace(context);

    Host host;
    host.state.assign(zones * static_cast<std::size_t>(context.state_doubles_per_cell()), 0.0); // none yet

    miscid::Batch batch(context);
    host.bind(batch);
    const double dt = 1e-6; // s
    for (int step = 0; step < steps; ++step) {
        for (double& density : host.electron_density)
            density *= 0.6;
        miscid::apply(context, workspace, batch, step * dt, dt);
        host.print(step);
    }
}

} // namespace

int main() {
    try {
        run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "three_zones: %s\n", error.what());
        return 1;
    }
}
