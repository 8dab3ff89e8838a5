/** @file entropy.hpp
 *  Entropy of the coarse-grained density matrices (Johns & Kost Eqs. 91-94; Johns Eqs. 6, 7), in units of k_B per cm^3.
 *
 *      fermionic   s = -Tr[rho log rho + (1 - rho) log(1 - rho)]
 *      dilute      s = -Tr[rho log rho]: only flavor is counted, not which momentum states are filled (text before
 *      Eq. 101)
 */
#pragma once

#include "flavor/three_flavor.hpp"
#include "thermo/gas.hpp"

#include <cmath>
#include <limits>

namespace miscid::thermo {

enum class Statistics { fermionic, dilute };

/** -x log x, continued by 0 to x <= 0: rounding may leave an empty level slightly below it. */
inline double minus_x_log_x(double x) {
    return x > 0.0 ? -x * std::log(x) : 0.0;
}

/** Entropy of one eigenstate with occupation r. */
inline double level_entropy(double r, Statistics statistics) {
    if (statistics == Statistics::dilute) {
        return minus_x_log_x(r);
    }
    const double hole = r > 0.0 && r < 1.0 ? -(1.0 - r) * std::log1p(-r) : minus_x_log_x(1.0 - r);
    return minus_x_log_x(r) + hole;
}

/** Occupations of the eigenstates of rho, ascending. */
inline Eigen::Vector2d occupations(double trace, const FlavorVectorFor<2>& P) {
    const double p = P.norm();
    return {0.5 * (trace - p), 0.5 * (trace + p)};
}
inline Eigen::Vector3d occupations(double trace, const FlavorVectorFor<3>& P) {
    const auto r = flavor::eigenstates(P).energy;
    const double shift = (trace - (r[0] + r[1] + r[2])) / 3.0;
    return {r[0] + shift, r[1] + shift, r[2] + shift};
}

/** Entropy of one density matrix (Eq. 92; two flavors: Eq. 93). */
template <int N_f>
double mode_entropy(double trace, const FlavorVectorFor<N_f>& P, Statistics statistics) {
    double s = 0.0;
    for (const double r : occupations(trace, P)) {
        s += level_entropy(r, statistics);
    }
    return s;
}

/** ds/d|P| of a two-flavor density matrix (Eq. 94), -atanh(2|P|/(|P|^2 + P0 (2 - P0))); dilute: -atanh(|P|/P0).
 *  Valid for |P| <= min(P0, 2 - P0), where it reaches minus infinity (the paper's range of P0 is too narrow). */
inline double entropy_derivative(double trace, double p, Statistics statistics) {
    const double lower = 0.5 * (trace - p);
    const double upper = 0.5 * (trace + p);
    const bool fermionic = statistics == Statistics::fermionic;
    if (p == 0.0) {
        return 0.0;
    }
    if (!(lower > 0.0) || (fermionic && !(upper < 1.0))) {
        return -std::numeric_limits<double>::infinity();
    }
    // log1p of the small differences: no digits are lost for weak polarization
    const double filled = std::log1p(p / lower);
    const double empty = fermionic ? std::log1p(p / (1.0 - upper)) : 0.0;
    return -0.5 * (filled + empty);
}

/** S of the cell (Eq. 91; Johns Eq. 6). */
template <int N_f>
double entropy(const GasFor<N_f>& gas, Statistics statistics) {
    double S = 0.0;
    for_each_mode(gas, [&](const Mode& mode) {
        S += mode.weight * mode_entropy<N_f>(gas.trace[mode.index], gas.polarization(mode.index), statistics);
    });
    return S;
}

/** S of the same neutrinos in flavor equipartition, rho = P0/N_f: the most they can have. */
template <int N_f>
double largest_entropy(const GasFor<N_f>& gas, Statistics statistics) {
    double S = 0.0;
    for_each_mode(gas, [&](const Mode& mode) {
        S += mode.weight * N_f * level_entropy(gas.trace[mode.index] / N_f, statistics);
    });
    return S;
}

} // namespace miscid::thermo
