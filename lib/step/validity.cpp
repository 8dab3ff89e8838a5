#include "step/validity.hpp"

#include <algorithm>

namespace miscid::step {

namespace {

template <int N_f>
thermo::GasFor<N_f> gas_of(const CellFor<N_f>& cell) {
    thermo::GasFor<N_f> gas;
    gas.grid = cell.grid;
    gas.sign_weight = cell.sign_weight.data();
    gas.trace = cell.trace.data();
    for (std::size_t a = 0; a < gas.P.size(); ++a) {
        gas.P[a] = cell.P[a].data();
    }
    gas.medium = cell.medium;
    return gas;
}

/** Fastest collision rate of any mode, s^-1; 0 if the step knows none. */
template <int N_f>
double fastest_collisions(const CellFor<N_f>& cell, Collisions collisions) {
    double fastest = 0.0;
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        if (cell.sign_weight[i] == 0.0) {
            continue;
        }
        if (collisions == Collisions::depolarization) {
            fastest = std::max(fastest, cell.depolarization[i]);
        } else if (collisions == Collisions::full) {
            for (const auto& absorption : cell.absorption) {
                fastest = std::max(fastest, absorption[i]);
            }
        }
    }
    return fastest;
}

} // namespace

template <int N_f>
BeforeStepFor<N_f> before_step(const CellFor<N_f>& cell) {
    using state = StateFor<N_f>;
    return {cell.state[state::marker] != 0.0, Eigen::Map<const equilibrium::FieldFor<N_f>>(cell.state + state::field)};
}

template <int N_f>
validity::Values validity_numbers(const CellFor<N_f>& cell, const BeforeStepFor<N_f>& before, double dt,
                                  const Diagnostics& diagnostics, const Settings& settings,
                                  std::optional<validity::EnergyRange> energy, validity::Surroundings around) {
    const auto gas = gas_of(cell);
    if (dt > 0.0) {
        around.path = settings.speed_of_light * dt;
    }
    around.stability = static_cast<equilibrium::Stability>(diagnostics.stability);
    if (closures::follows_waves(diagnostics.waves.used)) {
        around.growth_rate = diagnostics.waves.max_growth_after; // what the closure has left
        around.wave_content = std::max(diagnostics.waves.wave_content, 0.0);
    }
    if (!around.mean_free_path) {
        if (const double rate = fastest_collisions(cell, settings.collisions); rate > 0.0) {
            around.mean_free_path = settings.speed_of_light / rate;
        }
    }
    double number = 0.0;
    thermo::for_each_mode(gas, [&](const thermo::Mode& mode) { number += mode.weight * gas.trace[mode.index]; });
    around.neutrino_density = number;

    const Eigen::Map<const equilibrium::FieldFor<N_f>> field(cell.state + StateFor<N_f>::field);
    const validity::BeginningFor<N_f> beginning{cell.grid, cell.medium.B, before.field, diagnostics.tilt};
    auto scales = validity::measure_scales<N_f>(gas, field, before.has_state ? &beginning : nullptr, around.path);
    scales.largest_angle = diagnostics.tilt; // the host's state against the frame it was read in
    return validity::numbers_of(scales, before.has_state, energy, around);
}

#define MISCID_FLAVORS(N_f)                                                                                            \
    template BeforeStepFor<N_f> before_step(const CellFor<N_f>&);                                                      \
    template validity::Values validity_numbers(const CellFor<N_f>&, const BeforeStepFor<N_f>&, double,                 \
                                               const Diagnostics&, const Settings&,                                    \
                                               std::optional<validity::EnergyRange>, validity::Surroundings);
MISCID_FLAVORS(2)
MISCID_FLAVORS(3)
#undef MISCID_FLAVORS

} // namespace miscid::step
