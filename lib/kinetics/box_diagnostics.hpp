/** @file box_diagnostics.hpp  What is measured in a resolved box. */
#pragma once

#include "kinetics/box_field.hpp"
#include "kinetics/gas.hpp"

#include <vector>

namespace miscid::kinetics {

/** Space averages and what oscillations conserve. */
struct BoxAverages {
    Eigen::MatrixXd mean;    ///< <P> (and <P0> where it is evolved), [component][mode]
    Eigen::VectorXd square;  ///< F_i = <|P_i|^2>: only collisions and sources change it (theory.md F8)
    Eigen::VectorXd lepton;  ///< D_0 = sum w s <P>
    Eigen::MatrixXd current; ///< D_1, [generator][x, y, z]
    double transverse = 0.0; ///< sum |w| <|S|^2> / sum |w| F, S the off-diagonal elements
};
BoxAverages averages(const Gas& gas, const BoxField& field);

/** Power of the off-diagonal elements S = P^x - i P^y (three flavors: e mu, e tau and mu tau together) per wave exp(ikz):
 *  sum_i |w_i| |S_i(n)|^2 for n = -cells/2 .. cells/2 - 1. */
std::vector<double> power_spectrum(const Gas& gas, const BoxField& field);

/** Part of the power at |n| > cells/3: aliasing sets in there, so it has to be small. */
double unresolved_power(const std::vector<double>& spectrum);
/** sum |k| power / sum power. */
double mean_wavenumber(const std::vector<double>& spectrum, double length);

/** Correlation vectors c_i = <H_i x P_i> - <H_i> x <P_i> (Johns & Kost Eqs. 17-22), [generator][mode]. */
Eigen::MatrixXd correlation_vectors(const Gas& gas, const BoxField& field, double time);

/** Largest distance of neighbouring speeds. */
double largest_speed_gap(const Gas& gas);
/** Waves exp(ikz) of free-streaming modes come back in phase after 2 pi/(k dv): later, beams take the place of a continuum. */
double recurrence_time(const Gas& gas, double k);

/** Least-squares slope of y over t. */
struct LineFit {
    double slope = 0.0;
    double error = 0.0; ///< standard error of the slope
    int points = 0;
};
LineFit fit_line(const std::vector<double>& t, const std::vector<double>& y);

} // namespace miscid::kinetics
