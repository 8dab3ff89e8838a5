#include "validity/scales.hpp"

#include "equilibrium/landau_zener.hpp"
#include "medium/constants.hpp"
#include "validity/onset.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::validity {

namespace {

namespace constants = medium::constants;
using flavor::FlavorVectorFor;
using thermo::Mode;

constexpr double negligible_polarization = 1e-9;
constexpr double smallest_frequency = 1e-280; ///< below which 1/frequency is no number any more
constexpr double overlap_part = 0.1;          ///< of the density that counts as large amplitude (f of 004-23)

/** Precession frequency of a mode, the slowest if there are several that occupations make visible. */
double slowest_precession(const FlavorVectorFor<2>& H, const FlavorVectorFor<2>&) {
    return H.norm();
}
double slowest_precession(const FlavorVectorFor<3>& H, const FlavorVectorFor<3>& P) {
    const auto level = flavor::eigenstates(H);
    const Eigen::Vector3d r = (level.states.adjoint() * flavor::matrix_of_vector(P) * level.states).diagonal().real();
    const double seen = 1e-6 * P.norm();
    double slowest = std::numeric_limits<double>::infinity();
    for (const auto& [a, b] : {std::pair(0, 1), std::pair(1, 2)}) {
        if (std::abs(r[a] - r[b]) > seen) {
            slowest = std::min(slowest,
                               level.energy[static_cast<std::size_t>(b)] - level.energy[static_cast<std::size_t>(a)]);
        }
    }
    return slowest;
}

/** Largest angle by which an eigenstate of H turned. */
double turned(const FlavorVectorFor<2>& from, const FlavorVectorFor<2>& to) {
    return flavor::angle_between(from, to);
}
double turned(const FlavorVectorFor<3>& from, const FlavorVectorFor<3>& to) {
    const auto a = flavor::eigenstates(from).states;
    const auto b = flavor::eigenstates(to).states;
    double smallest = 1.0;
    for (int k = 0; k < 3; ++k) {
        smallest = std::min(smallest, std::abs(a.col(k).dot(b.col(k))));
    }
    return 2.0 * std::acos(std::min(smallest, 1.0)); // twice: P turns by twice the angle of the states
}

double stays_in_flavor(const FlavorVectorFor<2>& from, const FlavorVectorFor<2>& to, double path) {
    return equilibrium::crossing_probability(from, to, path);
}
double stays_in_flavor(const FlavorVectorFor<3>& from, const FlavorVectorFor<3>& to, double path) {
    return std::max(equilibrium::crossing_probability(from, to, 0, path),
                    equilibrium::crossing_probability(from, to, 1, path));
}

/** Part of a flavor vector across the electron axis: what mixes the electron flavor. */
double across_electron(const FlavorVectorFor<2>& H) {
    return std::hypot(H.x(), H.y());
}
double across_electron(const FlavorVectorFor<3>& H) {
    return H.segment<4>(2).norm();
}

template <int N_f>
double electron_part(const FlavorVectorFor<N_f>& P) {
    return P[N_f == 2 ? 2 : 1];
}

template <int N_f>
double polarization_scale(const GasFor<N_f>& gas) {
    double largest = 0.0;
    thermo::for_each_mode(
        gas, [&](const Mode& mode) { largest = std::max(largest, mode.weight * gas.polarization(mode.index).norm()); });
    return largest;
}

/** Smaller share of the electron lepton number that directions of either sign carry. */
template <int N_f>
double crossing_share(const GasFor<N_f>& gas) {
    double positive = 0.0;
    double negative = 0.0;
    for (int d = 0; d < gas.grid->directions(); ++d) {
        double number = 0.0;
        for (int slot = 0; slot < gas.grid->slots(); ++slot) {
            const std::size_t i = gas.grid->index(d, slot);
            number += gas.sign_weight[i] * electron_part<N_f>(gas.polarization(i));
        }
        (number > 0.0 ? positive : negative) += std::abs(number);
    }
    const double all = positive + negative;
    return all > 0.0 ? std::min(positive, negative) / all : 0.0;
}

} // namespace

template <int N_f>
Scales measure_scales(const GasFor<N_f>& gas, const FieldFor<N_f>& field, const BeginningFor<N_f>* before,
                      std::optional<double> path) {
    Scales scales;
    scales.slowest = std::numeric_limits<double>::infinity();
    const double smallest = negligible_polarization * polarization_scale(gas);
    double number = 0.0;
    thermo::for_each_mode(gas, [&](const Mode& mode) {
        const FlavorVectorFor<N_f> P = gas.polarization(mode.index);
        const double polarized = mode.weight * P.norm();
        if (!(polarized > smallest)) {
            return;
        }
        const FlavorVectorFor<N_f> vacuum = mode.signed_frequency * gas.medium.B;
        const FlavorVectorFor<N_f> refractive = field * thermo::lowered(mode.current);
        const FlavorVectorFor<N_f> H = vacuum + refractive;
        const double length = H.norm();
        scales.slowest = std::min(scales.slowest, slowest_precession(H, P));
        scales.potential = std::max(scales.potential, refractive.norm());
        scales.mean_frequency += polarized * length;
        scales.mixing_seed += length > 0.0 ? polarized * std::min(across_electron(vacuum) / length, 1.0) : 0.0;
        number += polarized;
        if (before != nullptr) {
            const FlavorVectorFor<N_f> H_before =
                before->grid->frequencies()[mode.index] * before->B + before->field * thermo::lowered(mode.current);
            scales.fastest_turn = std::max(scales.fastest_turn, turned(H_before, H));
            if (path && *path > 0.0) {
                scales.crossing_probability =
                    std::max(scales.crossing_probability, stays_in_flavor(H_before, H, *path));
            }
        }
    });
    if (number > 0.0) {
        scales.mean_frequency /= number;
        scales.mixing_seed /= number;
    }
    scales.oscillation_length =
        scales.slowest > smallest_frequency ? 1.0 / scales.slowest : std::numeric_limits<double>::infinity();
    scales.crossing = crossing_share(gas);
    scales.largest_angle = before != nullptr ? before->largest_angle : thermo::misalignment(gas).largest_angle;
    return scales;
}

template <int N_f>
Scales measure_scales(const GasFor<N_f>& gas, const GasFor<N_f>* before, std::optional<double> path) {
    const auto field = [](const GasFor<N_f>& one) -> FieldFor<N_f> {
        return one.medium.field() + one.medium.mu * thermo::moments(one);
    };
    if (before == nullptr) {
        return measure_scales<N_f>(gas, field(gas), nullptr, path);
    }
    const BeginningFor<N_f> beginning{before->grid, before->medium.B, field(*before),
                                      thermo::misalignment(*before).largest_angle};
    return measure_scales<N_f>(gas, field(gas), &beginning, path);
}

Values numbers_of(const Scales& scales, bool has_beginning, std::optional<EnergyRange> energy,
                  const Surroundings& around) {
    const double unit = around.frequency_unit;
    Values values;
    const double l_osc = scales.oscillation_length / unit;
    const double potential = scales.potential * unit;
    if (around.variation_length) {
        values[SCALE_SEPARATION] = l_osc / *around.variation_length;
    }
    if (around.cell_length) {
        values[OSCILLATIONS_IN_CELL] = l_osc / *around.cell_length;
    }
    if (!around.rotating) {
        values[MISALIGNMENT] = scales.largest_angle;
    }
    values[CROSSING] = scales.crossing;

    if (energy && energy->highest > 0.0 && energy->lowest > 0.0) {
        const double wave_number = energy->lowest / constants::hbar_c;
        // Mean free path among neutrinos in thermal numbers, 1/(G_F^2 E^5) (004-12), where the host does not know it:
        // the shortest there can be.
        const double estimate =
            constants::hbar_c / (std::pow(constants::fermi_constant, 2) * std::pow(energy->highest, 5));
        const double free_path = around.mean_free_path ? *around.mean_free_path : estimate;
        values[POTENTIAL_OVER_ENERGY] = potential / wave_number;
        values[COLLISION_OVERLAP] = 1.0 / (wave_number * free_path);
        values[GAS_PARAMETER] = constants::sqrt2 * constants::fermi_constant * energy->highest * energy->highest;
    }
    if (around.mean_free_path && potential > 0.0) {
        values[COLLISIONAL_BROADENING] = 1.0 / (potential * *around.mean_free_path);
    }

    if (has_beginning && around.path && *around.path > 0.0) {
        // H that does not turn is followed however slow it is
        values[ADIABATICITY] = scales.fastest_turn > 0.0 ? scales.fastest_turn * l_osc / *around.path : 0.0;
        values[LANDAU_ZENER] = scales.crossing_probability;
    }
    if (around.wave_content) {
        values[INHOMOGENEITY] = *around.wave_content;
    }
    if (around.stability) {
        values[HOMOGENEOUS_INSTABILITY] = 0.5 * (1.0 - static_cast<double>(*around.stability));
    }
    if (around.growth_rate && around.path) {
        values[GROWTH] = *around.growth_rate * *around.path;
    }
    const double volume = around.coherence_length ? std::pow(*around.coherence_length, 3) : 0.0;
    const double count = around.neutrino_density ? *around.neutrino_density * volume : 0.0;
    if (count > 0.0) {
        const double seed = fluctuation_seed(count);
        if (scales.mixing_seed > 0.0) {
            values[SEED_OF_FLUCTUATIONS] = seed / scales.mixing_seed;
        }
        if (around.growth_rate && around.path) {
            // fluctuations as large as the density are there at once
            const double onset =
                *around.growth_rate > 0.0 ? fluctuation_onset(*around.growth_rate, count, overlap_part) : 0.0;
            values[FLUCTUATION_ONSET] = onset > 0.0                 ? *around.path / onset
                                        : *around.growth_rate > 0.0 ? std::numeric_limits<double>::infinity()
                                                                    : 0.0;
        }
    }
    return values;
}

template <int N_f>
Values measure(const GasFor<N_f>& gas, const GasFor<N_f>* before, const double* energy, const Surroundings& around) {
    const auto path = around.path ? std::optional<double>(*around.path * around.frequency_unit) : std::nullopt;
    std::optional<EnergyRange> range;
    if (energy != nullptr) {
        range = EnergyRange{std::numeric_limits<double>::infinity(), 0.0};
        thermo::for_each_mode(gas, [&](const Mode& mode) {
            range->lowest = std::min(range->lowest, energy[mode.index]);
            range->highest = std::max(range->highest, energy[mode.index]);
        });
    }
    return numbers_of(measure_scales(gas, before, path), before != nullptr, range, around);
}

#define MISCID_FLAVORS(N_f)                                                                                            \
    template Scales measure_scales(const GasFor<N_f>&, const FieldFor<N_f>&, const BeginningFor<N_f>*,                 \
                                   std::optional<double>);                                                             \
    template Scales measure_scales(const GasFor<N_f>&, const GasFor<N_f>*, std::optional<double>);                     \
    template Values measure(const GasFor<N_f>&, const GasFor<N_f>*, const double*, const Surroundings&);
MISCID_FLAVORS(2)
MISCID_FLAVORS(3)
#undef MISCID_FLAVORS

} // namespace miscid::validity
