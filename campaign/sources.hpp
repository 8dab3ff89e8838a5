/** @file sources.hpp
 *  Directions, spectra and angular distributions of neutrinos from a supernova or a merger (docs/campaign.md).
 */
#pragma once

#include "cells.hpp"
#include "random.hpp"

#include <array>
#include <vector>

namespace miscid::campaign {

using Vector = std::array<double, 3>;

inline double dot(const Vector& a, const Vector& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Uniform on the sphere. */
Vector random_direction(Random& random);

/** Unit vectors and their solid angles: a spiral, or rings, about the axis. */
void draw_directions(const Shape& shape, Random& random, const Vector& axis, std::vector<double>& direction,
                     std::vector<double>& solid_angle);

/** One species: pinched spectrum, Minerbo distribution about its axis. */
struct Species {
    double number = 0, mean = 0, pinch = 0, flux_factor = 0;
    Vector axis{};
    double concentration = 0; ///< Z of exp(Z n.axis), from the flux factor

    /** Occupation at an energy and direction, up to a factor that all species share. */
    double occupation(double energy, const Vector& n) const;
};

/** By flavor (e, then x, or mu and tau) and type. */
using AllSpecies = std::array<std::array<Species, 2>, 3>;

/** Heavy flavors are one species unless `shape` lets mu and tau differ and the cell is drawn so. */
AllSpecies draw_species(const Shape& shape, Random& random, bool merger, const Vector& axis, bool one_axis);

} // namespace miscid::campaign
