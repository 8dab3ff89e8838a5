#include "cells.hpp"

#include "random.hpp"
#include "sources.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::campaign {

namespace {

/** 1 + x with x uniform in [-change, change]. */
double altered(Random& random, double change) {
    return 1 + change * random.uniform(-1, 1);
}

/** Groups and directions, log-uniform in one of the ranges. */
void draw_size(Shape& shape, Random& random, const Limits& limits) {
    double which = random.uniform();
    const ModeRange* range = mode_ranges;
    while (which >= range->share && range + 1 < std::end(mode_ranges)) {
        which -= (range++)->share;
    }
    const int fewest = range->fewest < limits.most_modes ? range->fewest : mode_ranges[0].fewest;
    const int most = std::min(range->most, limits.most_modes);
    const double modes = random.log_uniform(fewest, most + 1.0);
    constexpr int group_choices[] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32};
    int size = 0;
    do {
        shape.groups = group_choices[random.integer(10)];
        shape.directions = 2 * std::max(1, static_cast<int>(std::lround(modes / (4 * shape.groups))));
        size = 2 * shape.groups * shape.directions;
    } while (size < fewest || size > most);
}

/** What only three flavors have. */
void draw_three_flavors(Shape& shape, Random& random) {
    shape.flavors = 3;
    shape.mixing_angle_12 = random.uniform(0.3, 0.8);
    shape.mixing_angle_23 = random.uniform(0.5, 1.0);
    shape.cp_phase = random.chance(0.25) ? 0.0 : random.uniform(-3.1, 3.1);
    shape.mass_squared_difference_21 = shape.mass_squared_difference * random.log_uniform(0.01, 0.1);
    const double kind = random.uniform();
    shape.heavy_potential = kind < 0.4    ? HeavyPotential::none
                            : kind < 0.75 ? HeavyPotential::muons
                                          : HeavyPotential::tau;
    shape.tau_effective_fraction = shape.heavy_potential == HeavyPotential::tau ? 2.7e-5 : 0.0;
}

} // namespace

std::size_t eigenstate_at_large_matter(const Shape& shape, std::size_t flavor) {
    if (flavor == 0) {
        return shape.flavor_count() - 1; // the electron potential is the largest
    }
    // Muons lift mu above tau, the one-loop potential tau above mu; without either their spectra are equal.
    return shape.heavy_potential == HeavyPotential::muons ? 2 - flavor : flavor - 1;
}

Shape draw_shape(std::uint64_t seed, std::uint64_t block, const Limits& limits) {
    Random random(seed, 2 * block);
    Shape shape;
    draw_size(shape, random, limits);
    shape.invariant = random.chance(0.5);
    shape.density = random.chance(0.5);
    shape.inverted = random.chance(0.5);
    shape.product_grid = random.chance(0.25);
    shape.mixing_angle = random.log_uniform(1e-3, 0.5);
    shape.mass_squared_difference = random.log_uniform(1e-3, 1e3);
    shape.change = random.log_uniform(1e-4, 1e-1);
    if (random.chance(three_flavor_share)) {
        draw_three_flavors(shape, random);
    }
    for (int g = 0; g < shape.groups; ++g) { // 1 to 100 MeV in equal ratios, each bin's energy somewhere within
        const double energy = shape.groups < 4 ? random.log_uniform(5, 40)
                                               : std::pow(100.0, (g + random.uniform(0.3, 0.7)) / shape.groups);
        shape.energy[0].push_back(energy);
    }
    std::sort(shape.energy[0].begin(), shape.energy[0].end());
    for (const double energy : shape.energy[0]) {
        shape.energy[1].push_back(energy * altered(random, shape.change));
    }
    return shape;
}

Cell draw_cell(const Shape& shape, std::uint64_t seed, std::uint64_t number) {
    Random random(seed, 2 * number + 1);
    Cell cell;
    const bool merger = random.chance(0.5);
    cell.kind = merger ? "merger" : "supernova";
    const Vector axis = random_direction(random);
    const bool symmetric =
        shape.product_grid && random.chance(0.5); // rotation by 90 degrees about the flux changes nothing
    std::vector<double> solid_angle;
    draw_directions(shape, random, axis, cell.direction, solid_angle);
    const auto species = draw_species(shape, random, merger, axis, symmetric);

    // Numbers per unit phase space, then weights so that mu sum w |P| is where it is wanted.
    std::vector<double> phase_space;
    double total = 0, largest = 0;
    for (std::size_t d = 0; d < solid_angle.size(); ++d) {
        const Vector n = {cell.direction[3 * d], cell.direction[3 * d + 1], cell.direction[3 * d + 2]};
        for (const double energy : shape.energy[0]) {
            phase_space.push_back(solid_angle[d] * std::pow(energy, 3));
        }
        for (std::size_t type = 0; type < 2; ++type) {
            for (std::size_t g = 0; g < shape.energy[0].size(); ++g) {
                double lowest = 1e300, highest = 0;
                for (std::size_t flavor = 0; flavor < shape.flavor_count(); ++flavor) {
                    const double f = species[flavor][type].occupation(shape.energy[0][g], n);
                    cell.content[flavor].push_back(f);
                    lowest = std::min(lowest, f);
                    highest = std::max(highest, f);
                }
                largest = std::max(largest, highest);
                total += phase_space[d * shape.energy[0].size() + g] * (highest - lowest);
            }
        }
    }
    const double frequency = shape.mass_squared_difference / (2 * 15.0); // omega at 15 MeV
    const double interaction = frequency * random.log_uniform(1e-3, 1e10);
    const double occupied = random.uniform(0.3, 0.9) / largest;
    for (auto& content : cell.content) {
        for (std::size_t i = 0; i < content.size(); ++i) {
            const std::size_t groups = shape.energy[0].size();
            const std::size_t volume = i / (2 * groups) * groups + i % groups;
            content[i] *= shape.density ? interaction / total * phase_space[volume] : occupied;
        }
    }
    for (const double volume : phase_space) {
        cell.weight[0].push_back(shape.density ? 1.0 : volume * interaction / (total * occupied));
    }
    const double kind_of_matter = random.uniform();
    const bool may_rotate = shape.flavors == 2; // without matter the three-flavor cold start depends on history
    cell.electron_density[0] = interaction * (kind_of_matter < 0.05   ? (may_rotate ? 0.0 : 1.0)
                                              : kind_of_matter < 0.10 ? random.log_uniform(1e-12, 1e-3)
                                              : kind_of_matter < 0.25 ? random.uniform(0, 2)
                                                                      : random.log_uniform(1e-3, 1e4));
    if (shape.heavy_potential == HeavyPotential::muons) {
        cell.muon_density[0] = cell.electron_density[0] * random.log_uniform(1e-3, 0.3);
    } else if (shape.heavy_potential == HeavyPotential::tau) {
        cell.mass_density[0] = cell.electron_density[0] / random.uniform(0.05, 0.5);
    }
    const double speed = random.chance(0.2) ? 0.0 : 0.2 * random.uniform();
    const Vector along = symmetric ? axis : random_direction(random);
    for (std::size_t a = 0; a < 3; ++a) {
        cell.velocity[0][a] = speed * along[a];
    }

    // The next step: one factor for all of the neutrinos, and one for each number of its own.
    const double change = shape.change;
    const double common = altered(random, change);
    for (const double weight : cell.weight[0]) {
        cell.weight[1].push_back(shape.density ? 1.0
                                               : weight * common * altered(random, symmetric ? 0.0 : 0.5 * change));
    }
    for (std::size_t i = 0; i < shape.modes(); ++i) {
        cell.factor.push_back((shape.density ? common : 1.0) * altered(random, symmetric ? 0.0 : 0.5 * change));
        cell.polarization.push_back(1 - change * (symmetric ? 0.5 : random.uniform()));
    }
    cell.electron_density[1] = cell.electron_density[0] * altered(random, change);
    cell.muon_density[1] = cell.muon_density[0] * altered(random, change);
    cell.mass_density[1] = cell.mass_density[0] * altered(random, change);
    const double speed_change = altered(random, change);
    for (std::size_t a = 0; a < 3; ++a) {
        cell.velocity[1][a] =
            cell.velocity[0][a] * speed_change + (symmetric ? 0.0 : 0.1 * change * random.uniform(-1, 1));
    }
    return cell;
}

} // namespace miscid::campaign
