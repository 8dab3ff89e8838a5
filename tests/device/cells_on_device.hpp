/** @file cells_on_device.hpp  The same random cells in the memory of the host and in that of the stand-in. */
#pragma once

#include "device/stand_in.hpp"

#include <miscid/miscid.hpp>

#include <cmath>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace host {

inline std::size_t count(long n) {
    return static_cast<std::size_t>(n);
}

/** An array of one number per cell and axis inside it, in either memory. */
template <typename Number>
struct Array {
    Number* data = nullptr;
    std::size_t size = 0;
    std::vector<Number> own; ///< where it is the host's
};

enum class Layout { direction_fastest, component_fastest, backwards };

/** A row of cells in natural units, density matrices as occupations; frequencies are about 1. */
class Cells {
public:
    Cells(miscid_memory memory_, int cells_, int groups_, int directions_, const std::string& more = "",
          Layout layout_ = Layout::component_fastest)
        : memory(memory_), cells(cells_), groups(groups_), directions(directions_), layout(layout_),
          context(miscid::Config::from_json(configuration(groups_, directions_, more))), workspace(context),
          batch(context), modes(2 * groups_ * directions_) {
        state_size = context.state_doubles_per_cell();
        make(rho, cells * modes * 4);
        make(state, cells * state_size);
        make(electrons, cells);
        make(velocity, cells * 3);
        make(depolarization, cells * modes);
        make(D, cells * 12);
        for (auto& array : scalar) {
            make(array, cells);
        }
        make(status, cells);
        energy.resize(count(groups));
        direction.resize(count(3 * directions));
        weight.resize(count(groups * directions));
        bind();
        if (memory == MISCID_MEMORY_DEVICE) {
            check(miscid_workspace_reserve_device(context.get(), workspace.get(), cells));
        }
    }

    static constexpr miscid_field scalars[] = {MISCID_FIELD_RESIDUAL,        MISCID_FIELD_TILT,
                                               MISCID_FIELD_MIN_HAMILTONIAN, MISCID_FIELD_POLARIZATION_ENERGY,
                                               MISCID_FIELD_INERTIA,         MISCID_FIELD_ROTATION};

    static std::string configuration(int groups, int directions, const std::string& more) {
        return R"({"units.system": "natural", "vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0.2,
                   "phase_space.groups": )" +
               std::to_string(groups) + R"(, "phase_space.directions": )" + std::to_string(directions) + more + "}";
    }

    static void check(miscid_status status) {
        if (status < 0) {
            char text[512];
            miscid_last_error(text, sizeof text);
            throw std::runtime_error(text);
        }
    }

    /** Place of a component of a mode in rho, as the layout has it. */
    long place(long cell, long type, long group, long d, long component) const {
        const long slot = (cell * 2 + type) * groups + group;
        switch (layout) {
        case Layout::direction_fastest:
            return (slot * 4 + component) * directions + d;
        case Layout::component_fastest:
            return (slot * directions + d) * 4 + component;
        default:
            return (slot * directions + (directions - 1 - d)) * 4 + component;
        }
    }

    void fill(unsigned seed) {
        std::mt19937 engine(seed);
        std::uniform_real_distribution<double> uniform(0, 1);
        std::normal_distribution<double> normal;
        const Open open(*this);
        for (int g = 0; g < groups; ++g) {
            energy[count(g)] = 0.5 + g;
        }
        for (int d = 0; d < directions; ++d) {
            const double v[3] = {normal(engine), normal(engine), normal(engine)};
            const double length = std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
            for (int a = 0; a < 3; ++a) {
                direction[count(3 * d + a)] = v[a] / length;
            }
        }
        for (double& w : weight) {
            w = 2 * uniform(engine) / (groups * directions);
        }
        for (int cell = 0; cell < cells; ++cell) {
            const double regime[][2] = {{3, 300}, {20, 40}, {2, 8}}; // density, matter
            const auto& [density, lambda] = regime[cell % 3];
            electrons.data[cell] = lambda * (0.8 + 0.4 * uniform(engine));
            for (int a = 0; a < 3; ++a) {
                velocity.data[3 * cell + a] = 0.1 * (uniform(engine) - 0.5);
            }
            for (int type = 0; type < 2; ++type) {
                for (int g = 0; g < groups; ++g) {
                    for (int d = 0; d < directions; ++d) {
                        const double scale = density / 20;
                        const double e = (type == 0 ? 0.6 + 0.3 * uniform(engine) : 0.3 + 0.2 * uniform(engine));
                        rho.data[place(cell, type, g, d, 0)] = scale * e;
                        rho.data[place(cell, type, g, d, 1)] = scale * 0.2;
                        depolarization.data[((cell * 2 + type) * groups + g) * directions + d] = uniform(engine);
                    }
                }
            }
        }
    }

    /** A little other matter and numbers of neutrinos than before, as a time step brings them. */
    void change(double part, unsigned seed) {
        std::mt19937 engine(seed);
        std::uniform_real_distribution<double> uniform(-part, part);
        const Open open(*this);
        for (int cell = 0; cell < cells; ++cell) {
            electrons.data[cell] *= 1 + uniform(engine);
            const double neutrinos = 1 + uniform(engine);
            for (long i = 0; i < modes * 4; ++i) {
                rho.data[cell * modes * 4 + i] *= neutrinos;
            }
        }
    }

    miscid_report apply(double dt = 0.01) {
        miscid_report report{};
        report.struct_size = sizeof report;
        call_status = miscid_apply(context.get(), workspace.get(), batch.get(), 0, dt, &report);
        return report;
    }

    /** Everything the module writes, as one row of numbers. */
    std::vector<double> written() {
        const Open open(*this);
        std::vector<double> all(rho.data, rho.data + rho.size);
        all.insert(all.end(), state.data, state.data + state.size);
        all.insert(all.end(), D.data, D.data + D.size);
        for (const auto& array : scalar) {
            all.insert(all.end(), array.data, array.data + array.size);
        }
        all.insert(all.end(), status.data, status.data + status.size);
        return all;
    }

    /** Lets the test into the memory of the device. */
    struct Open {
        explicit Open(const Cells& cells) {
            if (cells.memory == MISCID_MEMORY_DEVICE) {
                new (place) miscid::tests::StandIn::Opened(miscid::tests::stand_in());
                opened = true;
            }
        }
        ~Open() {
            if (opened) {
                reinterpret_cast<miscid::tests::StandIn::Opened*>(place)->~Opened();
            }
        }
        Open(const Open&) = delete;
        Open& operator=(const Open&) = delete;

        bool opened = false;
        alignas(16) unsigned char place[sizeof(miscid::tests::StandIn::Opened)];
    };

    void bind_array(miscid_field field, void* data, std::vector<std::array<long, 3>> axes, miscid_memory where,
                    miscid_dtype type = MISCID_FLOAT64) {
        miscid_view view;
        miscid_view_init(&view, data);
        view.dtype = type;
        view.memory = where;
        for (const auto& [axis, extent, stride] : axes) {
            check(miscid_view_add_axis(&view, static_cast<miscid_axis>(axis), extent,
                                       stride * (type == MISCID_INT32 ? 4 : 8)));
        }
        check(miscid_batch_bind(batch.get(), field, &view));
    }

    miscid_memory memory;
    int cells, groups, directions;
    Layout layout;
    miscid::Context context;
    miscid::Workspace workspace;
    miscid::Batch batch;
    long modes;
    long state_size = 0;
    miscid_status call_status = MISCID_OK;
    Array<double> rho, state, electrons, velocity, depolarization, D;
    Array<double> scalar[std::size(scalars)];
    Array<std::int32_t> status;
    std::vector<double> energy, direction, weight;

private:
    template <typename Number>
    void make(Array<Number>& array, long size) {
        array.size = count(size);
        if (memory == MISCID_MEMORY_HOST) {
            array.own.assign(array.size, 0);
            array.data = array.own.data();
        } else {
            array.data = static_cast<Number*>(miscid::tests::stand_in().reserve(array.size * sizeof(Number)));
        }
    }

    void bind() {
        const long t = MISCID_AXIS_TYPE, g = MISCID_AXIS_GROUP, d = MISCID_AXIS_DIRECTION, i = MISCID_AXIS_I;
        const long G = groups, N = directions;
        bind_array(MISCID_FIELD_ENERGY, energy.data(), {{g, G, 1}}, MISCID_MEMORY_HOST);
        bind_array(MISCID_FIELD_DIRECTION, direction.data(), {{d, N, 3}, {MISCID_AXIS_SPACE, 3, 1}},
                   MISCID_MEMORY_HOST);
        bind_array(MISCID_FIELD_WEIGHT, weight.data(), {{g, G, N}, {d, N, 1}}, MISCID_MEMORY_HOST);
        bind_array(MISCID_FIELD_RHO, rho.data + place(0, 0, 0, 0, 0),
                   {{i, cells, modes * 4},
                    {t, 2, G * N * 4},
                    {g, G, N * 4},
                    {d, N, place(0, 0, 0, 1, 0) - place(0, 0, 0, 0, 0)},
                    {MISCID_AXIS_COMPONENT, 4, place(0, 0, 0, 0, 1) - place(0, 0, 0, 0, 0)}},
                   memory);
        bind_array(MISCID_FIELD_STATE, state.data, {{i, cells, state_size}, {MISCID_AXIS_COMPONENT, state_size, 1}},
                   memory);
        bind_array(MISCID_FIELD_ELECTRON_DENSITY, electrons.data, {{i, cells, 1}}, memory);
        bind_array(MISCID_FIELD_MATTER_VELOCITY, velocity.data, {{i, cells, 3}, {MISCID_AXIS_SPACE, 3, 1}}, memory);
        bind_array(MISCID_FIELD_DEPOLARIZATION_RATE, depolarization.data,
                   {{i, cells, modes}, {t, 2, G * N}, {g, G, N}, {d, N, 1}}, memory);
        bind_array(MISCID_FIELD_D0, D.data, {{i, cells, 12}, {MISCID_AXIS_VECTOR, 3, 1}}, memory);
        bind_array(MISCID_FIELD_D1, D.data + 3, {{i, cells, 12}, {MISCID_AXIS_SPACE, 3, 3}, {MISCID_AXIS_VECTOR, 3, 1}},
                   memory);
        for (std::size_t s = 0; s < std::size(scalars); ++s) {
            bind_array(scalars[s], scalar[s].data, {{i, cells, 1}}, memory);
        }
        bind_array(MISCID_FIELD_STATUS, status.data, {{i, cells, 1}}, memory, MISCID_INT32);
        const std::int64_t extent[4] = {cells, 1, 1, 1};
        check(miscid_batch_set_box(batch.get(), extent, nullptr, nullptr));
    }
};

} // namespace host
