// A small simulation with everything bound that the tests of the C interface start from.
#ifndef MISCID_TESTS_SMALL_HOST_HPP
#define MISCID_TESTS_SMALL_HOST_HPP

#include "host_array.hpp"

#include <limits>
#include <string>

namespace host {

constexpr std::int64_t types = 2, groups = 2, directions = 3;

/** Configuration text; `more` is further members of the JSON object, e.g. R"("step.enabled": false)". */
inline std::string configuration(const std::string& more = "") {
    return R"({"phase_space": {"groups": 2, "directions": 3, "form": "density"},
               "vacuum": {"mass_squared_difference": 2.5e-3, "mixing_angle": 0.15, "ordering": "inverted"},
               "collisions.mode": "off")" +
           (more.empty() ? "" : ", " + more) + "}";
}

inline miscid::Context context(const std::string& more = "") {
    return miscid::Context(miscid::Config::from_json(configuration(more)));
}

/** Initial density matrix element (cm^-3): flavor-diagonal, different in every mode and cell. */
inline double initial_rho(const Position& at) {
    const auto index = [&at](miscid_axis axis) {
        const auto found = at.find(axis);
        return found == at.end() ? 0.0 : static_cast<double>(found->second);
    };
    const double cell =
        index(MISCID_AXIS_I) + 3 * index(MISCID_AXIS_J) + 7 * index(MISCID_AXIS_K) + 11 * index(MISCID_AXIS_NODE);
    const double number =
        1e30 * (1 + index(MISCID_AXIS_GROUP)) * (1 + 0.2 * index(MISCID_AXIS_DIRECTION)) / (1 + 0.1 * cell);
    switch (static_cast<int>(index(MISCID_AXIS_COMPONENT))) {
    case 0:
        return number * (at.at(MISCID_AXIS_TYPE) == 0 ? 1.2 : 0.9);
    case 1:
        return 0.5 * number;
    default:
        return 0;
    }
}

/** How the arrays of a Simulation lie in memory. */
struct Layout {
    std::vector<Axis> rho = {{MISCID_AXIS_COMPONENT, 4},
                             {MISCID_AXIS_DIRECTION, directions},
                             {MISCID_AXIS_GROUP, groups},
                             {MISCID_AXIS_TYPE, types},
                             {MISCID_AXIS_I, 4}};
    std::vector<Axis> cells = {{MISCID_AXIS_I, 4}};
    bool state_component_fastest = true;
};

/** Four cells along I (or what the layout says), in a matrix-mode run with collisions off. */
struct Simulation {
    miscid::Context context;
    miscid::Workspace workspace;
    miscid::Batch batch;
    Array<double> rho, electron_density, state, D0;
    Array<std::int32_t> status;
    std::vector<double> energy = {8, 20};                                 // MeV
    std::vector<double> direction = {0.8, 0, 0.6, 0, 0.8, 0.6, 0, 0, -1}; // unit vectors

    explicit Simulation(const Layout& layout = {}, const std::string& more_configuration = "")
        : context(host::context(more_configuration)), workspace(context), batch(context),
          rho(layout.rho, std::numeric_limits<double>::quiet_NaN()), electron_density(layout.cells, 2e31),
          state(with_component(layout.cells, MISCID_AXIS_COMPONENT, context.state_doubles_per_cell(),
                               layout.state_component_fastest),
                0.0),
          D0(with_component(layout.cells, MISCID_AXIS_VECTOR, 3, !layout.state_component_fastest), 0.0),
          status(layout.cells, 77) {
        rho.for_each([this](const Position& at) { rho.at(at) = initial_rho(at); });
        bind(batch);
        miscid::Index box = {1, 1, 1, 1};
        for (const Axis& axis : layout.cells)
            box[static_cast<std::size_t>(axis.name)] = axis.extent;
        batch.set_box(box);
    }

    /** Every array to its field; `other` may be a further batch of the same context. */
    void bind(miscid::Batch& other) {
        other.bind(MISCID_FIELD_RHO, rho.view())
            .bind(MISCID_FIELD_ELECTRON_DENSITY, electron_density.view())
            .bind(MISCID_FIELD_STATE, state.view())
            .bind(MISCID_FIELD_D0, D0.view())
            .bind(MISCID_FIELD_STATUS, status.view())
            .bind(MISCID_FIELD_ENERGY, miscid::View::row_major(energy.data(), {{MISCID_AXIS_GROUP, groups}}))
            .bind(MISCID_FIELD_DIRECTION,
                  miscid::View::row_major(direction.data(),
                                          {{MISCID_AXIS_DIRECTION, directions}, {MISCID_AXIS_SPACE, 3}}));
    }

    /** The medium thins out and the step follows; after three such steps flavor is mixed. */
    void run(int steps = 3) {
        for (int step = 0; step < steps; ++step) {
            for (double& density : electron_density.memory())
                density *= 0.6;
            last = miscid::apply(context, workspace, batch, step * dt, dt);
        }
    }

    /** The run has done something: a mode holds coherence, of which there was none. */
    bool mixed() { return rho.at({{MISCID_AXIS_COMPONENT, 2}, {MISCID_AXIS_GROUP, 1}}) != 0; }

    static constexpr double dt = 1e-6; // s
    miscid::Report last;

private:
    static std::vector<Axis> with_component(std::vector<Axis> axes, miscid_axis component, std::int64_t extent,
                                            bool fastest) {
        axes.insert(fastest ? axes.begin() : axes.end(), Axis{component, extent});
        return axes;
    }
};

} // namespace host
#endif
