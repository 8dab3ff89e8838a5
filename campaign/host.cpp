#include "host.hpp"

#include "cpu_time.hpp"

#include <miscid/miscid.hpp>

#include <algorithm>
#include <cstring>
#include <limits>

namespace miscid::campaign {

namespace {

bool same_bits(const double* a, const double* b, std::size_t count) {
    return std::memcmp(a, b, count * sizeof(double)) == 0;
}

class Host {
public:
    Host(const Shape& shape, std::size_t cells)
        : shape_(shape), count_(cells), modes_(shape.modes()), width_(shape.numbers()), flavors_(shape.flavor_count()),
          components_(flavors_ * flavors_ - 1), context_(configured(shape)), workspace_(context_), batch_(context_),
          state_size_(static_cast<std::size_t>(context_.state_doubles_per_cell())), energy_(shape.energy[0]),
          direction_(count_ * static_cast<std::size_t>(shape.directions) * 3), weight_(count_ * modes_ / 2),
          numbers_(count_ * modes_ * width_), electron_density_(count_), muon_density_(count_), mass_density_(count_),
          velocity_(3 * count_), state_(count_ * state_size_), status_(count_), D0_(components_ * count_),
          D1_(3 * components_ * count_), occupation_(count_ * modes_ * flavors_), signed_amplitude_(count_ * modes_),
          residual_(count_), iterations_(count_), events_(count_), inertia_(count_), min_hamiltonian_(count_) {
        const auto n = static_cast<std::int64_t>(count_);
        const auto d = static_cast<std::int64_t>(shape.directions), g = static_cast<std::int64_t>(shape.groups);
        const Extent I{MISCID_AXIS_I, n}, T{MISCID_AXIS_TYPE, 2}, G{MISCID_AXIS_GROUP, g}, D{MISCID_AXIS_DIRECTION, d},
            X{MISCID_AXIS_SPACE, 3}, V{MISCID_AXIS_VECTOR, static_cast<std::int64_t>(components_)},
            E{MISCID_AXIS_EIGENSTATE, static_cast<std::int64_t>(flavors_)};
        batch_.bind(MISCID_FIELD_ENERGY, View::row_major(energy_.data(), {G}));
        batch_.bind(MISCID_FIELD_DIRECTION, View::row_major(direction_.data(), {I, D, X}));
        if (!shape.density) {
            batch_.bind(MISCID_FIELD_WEIGHT, View::row_major(weight_.data(), {I, D, G}));
        }
        batch_.bind(MISCID_FIELD_ELECTRON_DENSITY, View::row_major(electron_density_.data(), {I}));
        if (shape.heavy_potential == HeavyPotential::muons) {
            batch_.bind(MISCID_FIELD_MUON_DENSITY, View::row_major(muon_density_.data(), {I}));
        }
        if (shape.heavy_potential == HeavyPotential::tau) {
            batch_.bind(MISCID_FIELD_MASS_DENSITY, View::row_major(mass_density_.data(), {I}));
        }
        batch_.bind(MISCID_FIELD_MATTER_VELOCITY, View::row_major(velocity_.data(), {I, X}));
        batch_.bind(
            MISCID_FIELD_STATE,
            View::row_major(state_.data(), {I, {MISCID_AXIS_COMPONENT, static_cast<std::int64_t>(state_size_)}}));
        batch_.bind(MISCID_FIELD_STATUS, View::row_major(status_.data(), {I}));
        const miscid_axis last = shape.invariant ? MISCID_AXIS_EIGENSTATE : MISCID_AXIS_COMPONENT;
        batch_.bind(shape.invariant ? MISCID_FIELD_AMPLITUDE : MISCID_FIELD_RHO,
                    View::row_major(numbers_.data(), {I, D, T, G, {last, static_cast<std::int64_t>(width_)}}));
        batch_.bind(MISCID_FIELD_D0, View::row_major(D0_.data(), {I, V}));
        batch_.bind(MISCID_FIELD_D1, View::row_major(D1_.data(), {I, X, V}));
        batch_.bind(MISCID_FIELD_EIGENSTATE_OCCUPATION, View::row_major(occupation_.data(), {I, D, T, G, E}));
        if (shape.flavors == 2) {
            batch_.bind(MISCID_FIELD_SIGNED_AMPLITUDE, View::row_major(signed_amplitude_.data(), {I, D, T, G}));
        }
        batch_.bind(MISCID_FIELD_RESIDUAL, View::row_major(residual_.data(), {I}));
        batch_.bind(MISCID_FIELD_ITERATIONS, View::row_major(iterations_.data(), {I}));
        batch_.bind(MISCID_FIELD_EVENTS, View::row_major(events_.data(), {I}));
        batch_.bind(MISCID_FIELD_INERTIA, View::row_major(inertia_.data(), {I}));
        batch_.bind(MISCID_FIELD_MIN_HAMILTONIAN, View::row_major(min_hamiltonian_.data(), {I}));
        batch_.set_box({n, 1, 1, 1});
        for (std::size_t i = 0; i < state_size_; ++i) {
            const std::string name = context_.state_component(static_cast<std::int32_t>(i)).name;
            if (name.compare(0, 6, "field_") == 0) {
                field_place_.push_back(i);
            }
            rotation_place_ = name == "rotation_frequency" ? i : rotation_place_;
        }
    }

    /** Hands over what a cell holds before (step 0) or after (step 1) the host's own changes. */
    void put(std::size_t cell, const Cell& contents, std::size_t step) {
        std::copy(contents.direction.begin(), contents.direction.end(),
                  direction_.begin() + static_cast<std::ptrdiff_t>(cell * contents.direction.size()));
        std::copy(contents.weight[step].begin(), contents.weight[step].end(),
                  weight_.begin() + static_cast<std::ptrdiff_t>(cell * modes_ / 2));
        electron_density_[cell] = contents.electron_density[step];
        muon_density_[cell] = contents.muon_density[step];
        mass_density_[cell] = contents.mass_density[step];
        std::copy_n(contents.velocity[step], 3, &velocity_[3 * cell]);
        for (std::size_t i = 0; i < modes_; ++i) {
            double* rho = &numbers_[(cell * modes_ + i) * width_];
            if (step == 0) { // diagonal in flavor
                for (std::size_t a = 0; a < flavors_; ++a) {
                    rho[shape_.invariant ? eigenstate_at_large_matter(shape_, a) : a] = contents.content[a][i];
                }
                continue;
            }
            // rho -> factor (mean + polarization (rho - mean)): along its own direction.
            double mean = 0;
            for (std::size_t a = 0; a < flavors_; ++a) {
                mean += rho[a] / static_cast<double>(flavors_);
            }
            for (std::size_t k = 0; k < width_; ++k) {
                const double centre = k < flavors_ ? mean : 0.0;
                rho[k] = contents.factor[i] * (centre + contents.polarization[i] * (rho[k] - centre));
            }
        }
    }

    /** One call for all cells; seconds spent in it. */
    double apply(std::size_t step, std::vector<History>& histories) {
        energy_ = shape_.energy[step];
        const auto numbers_before = numbers_, state_before = state_;
        const double start = cpu_seconds();
        time_ += 1.0;
        miscid::apply(context_, workspace_, batch_, time_, 1e-3);
        const double seconds = cpu_seconds() - start;
        for (std::size_t cell = 0; cell < count_; ++cell) {
            Answer& answer = histories[cell].step[step];
            const std::size_t size = modes_ * width_;
            const auto slice = [](const std::vector<double>& v, std::size_t n, std::size_t width) {
                return std::vector<double>(v.begin() + static_cast<std::ptrdiff_t>(n * width),
                                           v.begin() + static_cast<std::ptrdiff_t>((n + 1) * width));
            };
            answer.status = status_[cell];
            answer.before = slice(numbers_before, cell, size);
            answer.numbers = slice(numbers_, cell, size);
            for (const std::size_t place : field_place_) {
                answer.field.push_back(state_[cell * state_size_ + place]);
            }
            answer.rotation_frequency = state_[cell * state_size_ + rotation_place_];
            answer.untouched = same_bits(&numbers_[cell * size], &numbers_before[cell * size], size) &&
                               same_bits(&state_[cell * state_size_], &state_before[cell * state_size_], state_size_);
            answer.signed_amplitude = slice(signed_amplitude_, cell, modes_);
            answer.occupation = slice(occupation_, cell, modes_ * flavors_);
            answer.D0 = slice(D0_, cell, components_);
            answer.D1 = slice(D1_, cell, 3 * components_);
            answer.residual = residual_[cell];
            answer.iterations = iterations_[cell];
            answer.events = events_[cell];
            answer.inertia = inertia_[cell];
            answer.min_hamiltonian = min_hamiltonian_[cell];
        }
        return seconds;
    }

private:
    static Context configured(const Shape& shape) {
        Config config;
        config.set("units.system", "natural")
            .set("phase_space.groups", shape.groups)
            .set("phase_space.directions", shape.directions)
            .set("phase_space.form", shape.density ? "density" : "occupation")
            .set("transport.mode", shape.invariant ? "invariant" : "matrix")
            .set("vacuum.mass_squared_difference", shape.mass_squared_difference)
            .set("vacuum.mixing_angle", shape.mixing_angle)
            .set("vacuum.ordering", shape.inverted ? "inverted" : "normal")
            .set("collisions.mode", "off");
        if (shape.flavors == 3) {
            config.set("phase_space.flavors", 3)
                .set("vacuum.mixing_angle_12", shape.mixing_angle_12)
                .set("vacuum.mixing_angle_23", shape.mixing_angle_23)
                .set("vacuum.cp_phase", shape.cp_phase)
                .set("vacuum.mass_squared_difference_21", shape.mass_squared_difference_21)
                .set("matter.tau_effective_fraction", shape.tau_effective_fraction);
        }
        return Context(config);
    }

    const Shape& shape_;
    std::size_t count_, modes_, width_, flavors_, components_;
    Context context_;
    Workspace workspace_;
    Batch batch_;
    std::size_t state_size_;
    std::vector<double> energy_, direction_, weight_, numbers_, electron_density_, muon_density_, mass_density_,
        velocity_, state_;
    std::vector<std::int32_t> status_;
    std::vector<double> D0_, D1_, occupation_, signed_amplitude_, residual_, iterations_, events_, inertia_,
        min_hamiltonian_;
    std::vector<std::size_t> field_place_;
    std::size_t rotation_place_ = 0;
    double time_ = 0;
};

} // namespace

BlockResult run_block(const Shape& shape, const std::vector<Cell>& cells) {
    BlockResult result;
    result.cells.resize(cells.size());
    Host host(shape, cells.size());
    for (std::size_t step = 0; step < 2; ++step) {
        for (std::size_t cell = 0; cell < cells.size(); ++cell) {
            host.put(cell, cells[cell], step);
        }
        result.seconds[step] = host.apply(step, result.cells);
    }
    return result;
}

} // namespace miscid::campaign
