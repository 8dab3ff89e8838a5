/** @file fermi_dirac.hpp
 *  The quantum-coherent Fermi-Dirac distribution (Johns Eq. 9) of one mode,
 *
 *      rho = 1/(exp(h.Lambda/2 - eta) + 1),    h = beta H + sum nu_a a for neutrinos, minus that for antineutrinos,
 *
 *  with beta = 1/T = dS/dU (theory.md section 2: beta of Johns & Kost Eqs. 97-101 is -beta/2 of this), nu_a twice the
 *  multiplier lambda of a conserved charge a.D_0, and eta = beta mu_q the multiplier of the number of the mode.
 *  Dilute gases lack the +1. Where the trace P0 is given instead of eta, two flavors have the closed form of Johns &
 *  Kost Eq. 100.
 */
#pragma once

#include "thermo/entropy.hpp"

#include <algorithm>

namespace miscid::thermo {

template <int N_f>
using FlavorMatrixFor = Eigen::Matrix<double, flavor::generators<N_f>, flavor::generators<N_f>>;

/** Occupation of a level at y = e - eta. */
inline double level_occupation(double y, Statistics statistics) {
    if (statistics == Statistics::dilute) {
        return std::exp(-std::max(y, -700.0));
    }
    const double decay = std::exp(-std::min(std::abs(y), 700.0));
    return (y > 0.0 ? decay : 1.0) / (1.0 + decay);
}

/** rho of one mode: trace and polarization. */
template <int N_f>
struct DistributionFor {
    double trace = 0.0;
    FlavorVectorFor<N_f> P = FlavorVectorFor<N_f>::Zero();
};

/** Eigenstates of h.Lambda/2; two flavors: along and against h. */
struct Levels {
    flavor::FlavorMatrix states;
    Eigen::Vector3d energy;
};
inline Levels levels(const FlavorVectorFor<3>& h) {
    const auto eigen = flavor::eigenstates(h);
    const double mean = (eigen.energy[0] + eigen.energy[1] + eigen.energy[2]) / 3.0;
    return {eigen.states, {eigen.energy[0] - mean, eigen.energy[1] - mean, eigen.energy[2] - mean}};
}

/** The distribution with given eta (Johns Eq. 9). */
inline DistributionFor<2> fermi_dirac(const FlavorVectorFor<2>& h, double eta, Statistics statistics) {
    const double x = h.norm();
    const double lower = level_occupation(-0.5 * x - eta, statistics);
    const double upper = level_occupation(0.5 * x - eta, statistics);
    if (!(x > 0.0)) {
        return {2.0 * lower, FlavorVectorFor<2>::Zero()};
    }
    return {lower + upper, -(lower - upper) / x * h};
}
inline DistributionFor<3> fermi_dirac(const FlavorVectorFor<3>& h, double eta, Statistics statistics) {
    const auto level = levels(h);
    Eigen::Vector3d r;
    for (int k = 0; k < 3; ++k) {
        r[k] = level_occupation(level.energy[k] - eta, statistics);
    }
    return {r.sum(), flavor::vector_of_matrix(level.states * r.asDiagonal() * level.states.adjoint())};
}

/** The limit T -> 0 (Johns Eq. 12): levels up to the chemical potential are full, those above it empty. */
inline DistributionFor<2> ground_state(const FlavorVectorFor<2>& H, double chemical_potential) {
    const double half = 0.5 * H.norm();
    const double lower = -half <= chemical_potential ? 1.0 : 0.0;
    const double upper = half <= chemical_potential ? 1.0 : 0.0;
    return {lower + upper, half > 0.0 ? FlavorVectorFor<2>(-(lower - upper) / (2.0 * half) * H)
                                      : FlavorVectorFor<2>(FlavorVectorFor<2>::Zero())};
}
inline DistributionFor<3> ground_state(const FlavorVectorFor<3>& H, double chemical_potential) {
    const auto level = levels(H);
    Eigen::Vector3d r;
    for (int k = 0; k < 3; ++k) {
        r[k] = level.energy[k] <= chemical_potential ? 1.0 : 0.0;
    }
    return {r.sum(), flavor::vector_of_matrix(level.states * r.asDiagonal() * level.states.adjoint())};
}

/** |P| of a mode with x = |h| and its derivative (Johns & Kost Eq. 100; dilute: Eq. 101). */
struct Magnitude {
    double p = 0.0;
    double slope = 0.0; ///< d|P|/dx
    double ratio = 0.0; ///< |P|/x
};
inline Magnitude thermal_magnitude(double trace, double x, Statistics statistics) {
    const double decay = std::exp(-std::min(x, 700.0));
    const double t = (1.0 - decay) / (1.0 + decay); // tanh(x/2); below 1e-3 by its series
    const double tanh_half = x < 1e-3 ? 0.5 * x * (1.0 - x * x / 12.0) : t;
    const double sech2 = 4.0 * decay / ((1.0 + decay) * (1.0 + decay));
    Magnitude magnitude;
    double per_tanh = trace; // |P|/tanh(x/2)
    if (statistics == Statistics::dilute) {
        magnitude.slope = 0.5 * trace * sech2;
    } else {
        const double a = trace * (2.0 - trace);
        const double hole = 1.0 - trace;
        const double root = std::sqrt(sech2 + tanh_half * tanh_half * hole * hole);
        per_tanh = a / (1.0 + root);
        const double p = tanh_half * per_tanh;
        magnitude.slope = root > 0.0 ? 0.25 * sech2 * (p * p + a) / root : 0.0;
    }
    magnitude.p = tanh_half * per_tanh;
    magnitude.ratio = x < 1e-3 ? 0.5 * (1.0 - x * x / 12.0) * per_tanh : magnitude.p / x;
    return magnitude;
}

/** P of a mode with exponent h and trace P0, as u = -P, and du/dh (symmetric, positive). */
template <int N_f>
struct ThermalModeFor {
    FlavorVectorFor<N_f> u = FlavorVectorFor<N_f>::Zero();
    FlavorMatrixFor<N_f> derivative = FlavorMatrixFor<N_f>::Zero();
};

inline ThermalModeFor<2> thermal_mode(const FlavorVectorFor<2>& h, double trace, Statistics statistics) {
    const double x = h.norm();
    const Magnitude magnitude = thermal_magnitude(trace, x, statistics);
    ThermalModeFor<2> mode;
    mode.u = magnitude.ratio * h;
    mode.derivative.diagonal().setConstant(magnitude.ratio);
    if (x > 0.0) {
        const FlavorVectorFor<2> along = h / x;
        mode.derivative += (magnitude.slope - magnitude.ratio) * along * along.transpose();
    }
    return mode;
}

/** eta at which levels of these energies hold P0 neutrinos together. */
inline double eta_of_trace(const Eigen::Vector3d& energy, double trace, Statistics statistics) {
    const double lowest = energy.minCoeff();
    const double highest = energy.maxCoeff();
    double low = std::log(trace / (-(energy.array() - lowest)).exp().sum()) + lowest;
    if (statistics == Statistics::dilute) {
        return low;
    }
    double high = highest - std::log((3.0 - trace) / (energy.array() - highest).exp().sum());
    double eta = 0.5 * (low + high);
    for (int iteration = 0; iteration < 100; ++iteration) {
        // The smaller of particles and holes decides, so neither nearly empty nor nearly full modes lose digits.
        double excess = 0.0;
        double slope = 0.0;
        for (int k = 0; k < 3; ++k) {
            const double r = level_occupation(energy[k] - eta, statistics);
            const double hole = level_occupation(eta - energy[k], statistics);
            excess += trace < 1.5 ? r : -hole;
            slope += r * hole;
        }
        excess -= trace < 1.5 ? trace : -(3.0 - trace);
        (excess > 0.0 ? high : low) = eta;
        const double newton = eta - excess / slope;
        const double next = slope > 0.0 && newton > low && newton < high ? newton : 0.5 * (low + high);
        if (std::abs(next - eta) <= 1e-16 * (1.0 + std::abs(eta))) {
            return next;
        }
        eta = next;
    }
    return eta;
}

/** Occupations of the three levels of a mode, with differences that keep their digits where levels meet. */
inline ThermalModeFor<3> thermal_mode(const FlavorVectorFor<3>& h, double trace, Statistics statistics) {
    ThermalModeFor<3> mode;
    if (!(trace > 0.0) || (statistics == Statistics::fermionic && !(trace < 3.0))) {
        return mode;
    }
    const auto level = levels(h);
    const double eta = eta_of_trace(level.energy, trace, statistics);
    Eigen::Vector3d y;
    Eigen::Vector3d r;
    Eigen::Vector3d g; // -dr/dy
    for (int k = 0; k < 3; ++k) {
        y[k] = level.energy[k] - eta;
        r[k] = level_occupation(y[k], statistics);
        g[k] = statistics == Statistics::dilute ? r[k] : r[k] * level_occupation(-y[k], statistics);
    }
    mode.u = -flavor::vector_of_matrix(level.states * r.asDiagonal() * level.states.adjoint());

    // Daleckii-Krein: du_a/dh_b = (1/2) sum_kl c_kl Re(T_a^lk T_b^kl), c_kl = -(r_k - r_l)/(e_k - e_l), minus what
    // eta takes.
    Eigen::Matrix<double, 8, 1> mean = Eigen::Matrix<double, 8, 1>::Zero();
    for (int k = 0; k < 3; ++k) {
        const flavor::FlavorMatrix projector = level.states.col(k) * level.states.col(k).adjoint();
        const FlavorVectorFor<3> T = flavor::vector_of_matrix(projector);
        mode.derivative += 0.5 * g[k] * T * T.transpose();
        mean += g[k] * T;
        for (int l = k + 1; l < 3; ++l) {
            const double delta = y[l] - y[k];
            const double c = std::abs(delta) > 1e-4 ? (r[k] - r[l]) / delta : 0.5 * (g[k] + g[l]);
            // Tr(Lambda |k><l|) = <l|Lambda|k>: real and imaginary part from the two Hermitian combinations
            const flavor::FlavorMatrix across = level.states.col(k) * level.states.col(l).adjoint();
            const FlavorVectorFor<3> re = 0.5 * flavor::vector_of_matrix(across + across.adjoint());
            const FlavorVectorFor<3> im =
                0.5 * flavor::vector_of_matrix(std::complex<double>(0.0, 1.0) * (across - across.adjoint()));
            mode.derivative += c * (re * re.transpose() + im * im.transpose());
        }
    }
    const double all = g.sum();
    if (all > 0.0) {
        mode.derivative -= 0.5 / all * mean * mean.transpose();
    }
    return mode;
}

} // namespace miscid::thermo
