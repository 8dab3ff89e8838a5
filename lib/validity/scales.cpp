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
constexpr double overlap_part = 0.1; ///< of the density that counts as large amplitude (f of 004-23)

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
Scales measure_scales(const GasFor<N_f>& gas, const GasFor<N_f>* before, std::optional<double> path) {
    Scales scales;
    scales.slowest = std::numeric_limits<double>::infinity();
    const double smallest = negligible_polarization * polarization_scale(gas);
    const FieldFor<N_f> D = thermo::moments(gas);
    const FieldFor<N_f> D_before = before != nullptr ? thermo::moments(*before) : D;
    double number = 0.0;
    thermo::for_each_mode(gas, [&](const Mode& mode) {
        const FlavorVectorFor<N_f> P = gas.polarization(mode.index);
        const double polarized = mode.weight * P.norm();
        if (!(polarized > smallest)) {
            return;
        }
        const FlavorVectorFor<N_f> H = thermo::hamiltonian(gas.medium, D, mode);
        const FlavorVectorFor<N_f> vacuum = mode.signed_frequency * gas.medium.B;
        const double length = H.norm();
        scales.slowest = std::min(scales.slowest, slowest_precession(H, P));
        scales.potential = std::max(scales.potential, (H - vacuum).norm());
        scales.mean_frequency += polarized * length;
        scales.mixing_seed += length > 0.0 ? polarized * std::min(across_electron(vacuum) / length, 1.0) : 0.0;
        number += polarized;
        if (before != nullptr) {
            Mode earlier = mode;
            earlier.signed_frequency = before->grid->frequencies()[mode.index];
            const FlavorVectorFor<N_f> H_before = thermo::hamiltonian(before->medium, D_before, earlier);
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
    scales.oscillation_length = scales.slowest > 0.0 ? 1.0 / scales.slowest : std::numeric_limits<double>::infinity();
    scales.crossing = crossing_share(gas);
    scales.largest_angle = thermo::misalignment(gas).largest_angle;
    return scales;
}

template <int N_f>
Values measure(const GasFor<N_f>& gas, const GasFor<N_f>* before, const double* energy, const Surroundings& around) {
    const double unit = around.frequency_unit;
    const auto path_in_unit = around.path ? std::optional<double>(*around.path * unit) : std::nullopt;
    const Scales scales = measure_scales(gas, before, path_in_unit);
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
        values[MISALIGNMENT] = before != nullptr ? thermo::misalignment(*before).largest_angle : scales.largest_angle;
    }
    values[CROSSING] = scales.crossing;

    double lowest = std::numeric_limits<double>::infinity();
    double highest = 0.0;
    if (energy != nullptr) {
        thermo::for_each_mode(gas, [&](const Mode& mode) {
            lowest = std::min(lowest, energy[mode.index]);
            highest = std::max(highest, energy[mode.index]);
        });
    }
    if (highest > 0.0 && lowest > 0.0) {
        const double gas_parameter = constants::sqrt2 * constants::fermi_constant * highest * highest;
        const double wave_number = lowest / constants::hbar_c;
        // Mean free path among neutrinos in thermal numbers, 1/(G_F^2 E^5) (004-12), where the host does not know it:
        // the shortest there can be.
        const double estimate = constants::hbar_c / (std::pow(constants::fermi_constant, 2) * std::pow(highest, 5));
        const double free_path = around.mean_free_path ? *around.mean_free_path : estimate;
        values[POTENTIAL_OVER_ENERGY] = potential / wave_number;
        values[COLLISION_OVERLAP] = 1.0 / (wave_number * free_path);
        values[GAS_PARAMETER] = gas_parameter;
    }
    if (around.mean_free_path && potential > 0.0) {
        values[COLLISIONAL_BROADENING] = 1.0 / (potential * *around.mean_free_path);
    }

    if (before != nullptr && around.path && *around.path > 0.0) {
        values[ADIABATICITY] = scales.fastest_turn * l_osc / *around.path;
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
    if (around.neutrino_density && around.coherence_length) {
        const double count = *around.neutrino_density * std::pow(*around.coherence_length, 3);
        const double seed = fluctuation_seed(count);
        if (scales.mixing_seed > 0.0) {
            values[SEED_OF_FLUCTUATIONS] = seed / scales.mixing_seed;
        }
        if (around.growth_rate && around.path) {
            values[FLUCTUATION_ONSET] = *around.growth_rate > 0.0
                                            ? *around.path / fluctuation_onset(*around.growth_rate, count, overlap_part)
                                            : 0.0;
        }
    }
    return values;
}

template Scales measure_scales(const GasFor<2>&, const GasFor<2>*, std::optional<double>);
template Scales measure_scales(const GasFor<3>&, const GasFor<3>*, std::optional<double>);
template Values measure(const GasFor<2>&, const GasFor<2>*, const double*, const Surroundings&);
template Values measure(const GasFor<3>&, const GasFor<3>*, const double*, const Surroundings&);

} // namespace miscid::validity
