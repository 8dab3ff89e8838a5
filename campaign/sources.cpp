#include "sources.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::campaign {

namespace {

constexpr double pi = 3.14159265358979323846;

Vector normalized(const Vector& a) {
    const double length = std::sqrt(dot(a, a));
    return {a[0] / length, a[1] / length, a[2] / length};
}

/** Z of the maximum-entropy (Minerbo) distribution with this flux factor: coth Z - 1/Z = f (theory.md 5.19). */
double concentration_of(double flux_factor) {
    double low = 1e-8, high = 1e4;
    for (int i = 0; i < 60; ++i) {
        const double Z = std::sqrt(low * high);
        const double f = Z < 1e-3 ? Z / 3 : 1 / std::tanh(Z) - 1 / Z;
        (f < flux_factor ? low : high) = Z;
    }
    return low;
}

/** 1 + x with x uniform in [-change, change]. */
double altered(Random& random, double change) {
    return 1 + change * random.uniform(-1, 1);
}

} // namespace

Vector random_direction(Random& random) {
    const double z = random.uniform(-1, 1), phi = random.uniform(0, 2 * pi), r = std::sqrt(1 - z * z);
    return normalized({r * std::cos(phi), r * std::sin(phi), z});
}

void draw_directions(const Shape& shape, Random& random, const Vector& axis, std::vector<double>& direction,
                     std::vector<double>& solid_angle) {
    const int count = shape.directions;
    const auto put = [&](const Vector& n, double d_omega) {
        const Vector unit = normalized(n);
        direction.insert(direction.end(), unit.begin(), unit.end());
        solid_angle.push_back(d_omega);
    };
    // An orthonormal triad about the axis.
    const Vector other = std::abs(axis[2]) < 0.9 ? Vector{0, 0, 1} : Vector{1, 0, 0};
    const Vector x = normalized({other[1] * axis[2] - other[2] * axis[1], other[2] * axis[0] - other[0] * axis[2],
                                 other[0] * axis[1] - other[1] * axis[0]});
    const Vector y = {axis[1] * x[2] - axis[2] * x[1], axis[2] * x[0] - axis[0] * x[2],
                      axis[0] * x[1] - axis[1] * x[0]};
    const int azimuths = shape.product_grid ? (count % 4 == 0 ? 4 : 2) : 1;
    const double start = random.uniform(0, 2 * pi);
    for (int i = 0; i < count; ++i) {
        const int ring = i / azimuths, rings = count / azimuths;
        const double z = 1 - (2.0 * ring + 1) / rings;
        const double phi =
            shape.product_grid ? start + 2 * pi * (i % azimuths) / azimuths : start + 2.399963229728653 * i;
        const double r = std::sqrt(1 - z * z), a = r * std::cos(phi), b = r * std::sin(phi);
        put({a * x[0] + b * y[0] + z * axis[0], a * x[1] + b * y[1] + z * axis[1], a * x[2] + b * y[2] + z * axis[2]},
            4 * pi / count);
    }
}

double Species::occupation(double energy, const Vector& n) const {
    const double x = energy / mean, Z = concentration;
    // Pinched spectrum E^2 x^(pinch-2) exp(-(pinch+1) x) without the E^2; exp(Z n.axis) Z/(4 pi sinh Z).
    return number / (mean * mean * mean) * std::pow(x, pinch - 2) * std::exp(-(pinch + 1) * x) * Z /
           (2 * pi * -std::expm1(-2 * Z)) * std::exp(Z * (dot(n, axis) - 1));
}

AllSpecies draw_species(const Shape& shape, Random& random, bool merger, const Vector& axis, bool one_axis) {
    const double spread = one_axis ? 0.0 : merger ? 0.7 : 0.1;
    const double depth = random.uniform(); // from the decoupling region outwards
    const auto drawn = [&](double number, double mean, double flux_factor) {
        const Vector noise = random_direction(random);
        const double tilt = spread * random.uniform();
        Species s{number, mean, random.uniform(2, 4), flux_factor, axis, concentration_of(flux_factor)};
        s.axis = normalized({axis[0] + tilt * noise[0], axis[1] + tilt * noise[1], axis[2] + tilt * noise[2]});
        return s;
    };
    AllSpecies all;
    Species heavy;
    if (merger) {
        all[0][0] = drawn(1.0, random.uniform(9, 14), 0.7 * depth * random.uniform(0.6, 1));
        all[0][1] = drawn(random.uniform(0.9, 2.5), random.uniform(12, 20), 0.8 * depth * random.uniform(0.7, 1));
        heavy = drawn(random.uniform(0.05, 0.5), random.uniform(16, 30), 0.9 * depth * random.uniform(0.8, 1));
    } else {
        all[0][0] = drawn(1.0, random.uniform(8, 13), 0.95 * depth * random.uniform(0.6, 1));
        all[0][1] = drawn(random.uniform(0.6, 1.05), random.uniform(10, 17), 0.95 * depth * random.uniform(0.8, 1));
        heavy = drawn(random.uniform(0.3, 1.2), random.uniform(12, 20), 0.95 * depth * random.uniform(0.9, 1));
    }
    const bool differ = shape.heavy_potential != HeavyPotential::none && random.chance(0.8);
    for (std::size_t flavor = 1; flavor < 3; ++flavor) {
        for (Species& s : all[flavor]) {
            s = heavy;
            if (differ) {
                s.number *= altered(random, 0.2);
                s.mean *= altered(random, 0.1);
            }
        }
    }
    return all;
}

} // namespace miscid::campaign
