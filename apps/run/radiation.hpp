/** @file radiation.hpp
 *  Energy groups, emitted spectra and what matter absorbs and emits.
 */
#pragma once

#include "scenario.hpp"

#include <vector>

namespace miscid::apps {

/** Matter at one radius. */
MatterPoint interpolate_matter(const std::vector<MatterPoint>& profile, double radius);

/** Logarithmic energy groups. */
class EnergyGrid {
public:
    EnergyGrid(double lowest, double highest, int groups);

    int groups() const { return static_cast<int>(energies_.size()); }
    double energy(int group) const { return energies_[group]; }
    const std::vector<double>& energies() const { return energies_; }
    double edge(int i) const { return edges_[i]; }
    /** int E^2 dE/(2 pi hbar c)^3 over the group: cm^-3 per unit occupation and unit solid angle. */
    double states(int group) const { return states_[group]; }

private:
    std::vector<double> edges_;
    std::vector<double> energies_;
    std::vector<double> states_;
};

/** Neutrinos per second in a group of a "pinched" spectrum, phi(E) ~ (E/<E>)^a exp(-(a+1) E/<E>), with a from
 *  <E^2>/<E>^2 = (2+a)/(1+a) (Keil, Raffelt & Janka 2003, ApJ 590, 971). */
double emitted_number(const EmittedSpectrum& spectrum, double lower, double upper);

/** Absorption coefficient, cm^-1, stimulated absorption included. */
double absorption_coefficient(const Absorption& absorption, const MatterPoint& matter, double energy);

/** Fermi-Dirac occupation at zero chemical potential. */
double fermi_dirac(double energy, double temperature);

} // namespace miscid::apps
