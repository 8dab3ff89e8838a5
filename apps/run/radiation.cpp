#include "radiation.hpp"

#include "medium/constants.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::apps {

using namespace medium::constants;

namespace {

constexpr double erg_per_mev = 1.602176634e-6; // exact (SI 2019)

} // namespace

MatterPoint interpolate_matter(const std::vector<MatterPoint>& profile, double radius) {
    auto above = std::lower_bound(profile.begin() + 1, profile.end() - 1, radius,
                                  [](const MatterPoint& point, double r) { return point.radius < r; });
    const MatterPoint& outer = *above;
    const MatterPoint& inner = *(above - 1);
    const double part = std::log(radius / inner.radius) / std::log(outer.radius / inner.radius);
    return {radius, inner.density * std::pow(outer.density / inner.density, part),
            inner.electron_fraction + part * (outer.electron_fraction - inner.electron_fraction)};
}

EnergyGrid::EnergyGrid(double lowest, double highest, int groups) {
    for (int g = 0; g <= groups; ++g) {
        edges_.push_back(lowest * std::pow(highest / lowest, static_cast<double>(g) / groups));
    }
    const double wave_number = 2.0 * pi * hbar_c; // MeV cm
    for (int g = 0; g < groups; ++g) {
        const double a = edges_[g];
        const double b = edges_[g + 1];
        energies_.push_back(std::sqrt(a * b));
        states_.push_back((b - a) * (a * a + a * b + b * b) / 3.0 / (wave_number * wave_number * wave_number));
    }
}

double emitted_number(const EmittedSpectrum& spectrum, double lower, double upper) {
    const double mean = spectrum.mean_energy;
    const double ratio = spectrum.mean_square_energy / (mean * mean);
    const double pinch = (2.0 - ratio) / (ratio - 1.0);
    const double log_norm = (pinch + 1.0) * std::log(pinch + 1.0) - std::lgamma(pinch + 1.0);
    const auto density = [&](double energy) { // per MeV
        const double x = energy / mean;
        return std::exp(log_norm + pinch * std::log(x) - (pinch + 1.0) * x) / mean;
    };
    constexpr int intervals = 64; // Simpson's rule on a smooth function
    const double h = (upper - lower) / intervals;
    double sum = density(lower) + density(upper);
    for (int i = 1; i < intervals; ++i) {
        sum += (i % 2 == 1 ? 4.0 : 2.0) * density(lower + i * h);
    }
    return spectrum.luminosity / (mean * erg_per_mev) * sum * h / 3.0;
}

double absorption_coefficient(const Absorption& absorption, const MatterPoint& matter, double energy) {
    const double fraction = absorption.target == "neutrons"  ? 1.0 - matter.electron_fraction
                            : absorption.target == "protons" ? matter.electron_fraction
                                                             : 1.0;
    const double scale = energy / 10.0;
    return absorption.per_gram_at_10_mev * fraction * matter.density * scale * scale;
}

double fermi_dirac(double energy, double temperature) {
    return 1.0 / (std::exp(energy / temperature) + 1.0);
}

} // namespace miscid::apps
