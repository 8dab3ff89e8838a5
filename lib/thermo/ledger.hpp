/** @file ledger.hpp
 *  Heat and work between two states of a cell (Johns Eq. 11 in the form of theory.md section 2, which counts the
 *  nu-nu term once):
 *
 *      dU = (1/2) sum w s (dHext.P + H.dP) + (dmu/4)(D_0^2 - D_1^2)
 *         = work + environmental heat (spectra of rho change) + kinematic heat (its eigenstates turn against H)
 *
 *  Everything is taken half way between the two states, which makes the sum of the three exactly U' - U, whatever the
 *  step.
 */
#pragma once

#include "thermo/energy.hpp"

#include <array>

namespace miscid::thermo {

struct Ledger {
    double work = 0.0;               ///< of the medium on the neutrinos: vacuum, matter and mu change
    double kinematic_heat = 0.0;     ///< at fixed spectra of w rho
    double environmental_heat = 0.0; ///< by changed spectra: emission, absorption, transport, depolarization
    double energy_change = 0.0;      ///< U' - U

    double heat() const { return kinematic_heat + environmental_heat; }
    /** What the three leave unexplained of U' - U: rounding. */
    double mismatch() const { return energy_change - work - heat(); }
    Ledger& operator+=(const Ledger& other) {
        work += other.work;
        kinematic_heat += other.kinematic_heat;
        environmental_heat += other.environmental_heat;
        energy_change += other.energy_change;
        return *this;
    }
};

/** P = sum r_k pi_k with pi_k the vectors of the projectors on the eigenstates of rho. */
template <int N_f>
struct SpectralForm {
    Eigen::Matrix<double, N_f, 1> r;
    Eigen::Matrix<double, flavor::generators<N_f>, N_f> projector;
};

inline SpectralForm<2> spectral_form(const FlavorVectorFor<2>& P) {
    SpectralForm<2> form;
    const double p = P.norm();
    const FlavorVectorFor<2> n = p > 0.0 ? FlavorVectorFor<2>(P / p) : FlavorVectorFor<2>::UnitZ();
    form.r << -0.5 * p, 0.5 * p;
    form.projector << -n, n;
    return form;
}
inline SpectralForm<3> spectral_form(const FlavorVectorFor<3>& P) {
    SpectralForm<3> form;
    const auto states = flavor::eigenstates(P);
    for (int k = 0; k < 3; ++k) {
        form.r[k] = states.energy[static_cast<std::size_t>(k)];
        form.projector.col(k) = flavor::vector_of_matrix(states.states.col(k) * states.states.col(k).adjoint());
    }
    form.r.array() -= form.r.mean();
    return form;
}

/** Puts the eigenstates of `after` in the order in which they continue those of `before`; of a rho without
 *  polarization the eigenstates are those of the other. A rho that turns over by more than a right angle in one step
 *  counts as having passed through zero. */
template <int N_f>
void match(SpectralForm<N_f>& before, SpectralForm<N_f>& after) {
    if (before.r.squaredNorm() == 0.0) {
        before.projector = after.projector;
    } else if (after.r.squaredNorm() == 0.0) {
        after.projector = before.projector;
    }
    constexpr int permutations = N_f == 2 ? 2 : 6;
    constexpr int order[6][3] = {{0, 1, 2}, {1, 0, 2}, {0, 2, 1}, {2, 1, 0}, {1, 2, 0}, {2, 0, 1}};
    int best = 0;
    double largest = -1e300;
    for (int i = 0; i < permutations; ++i) {
        double overlap = 0.0;
        for (int k = 0; k < N_f; ++k) {
            overlap += before.projector.col(k).dot(after.projector.col(order[i][k]));
        }
        if (overlap > largest) {
            largest = overlap;
            best = i;
        }
    }
    const SpectralForm<N_f> found = after;
    for (int k = 0; k < N_f; ++k) {
        after.r[k] = found.r[order[best][k]];
        after.projector.col(k) = found.projector.col(order[best][k]);
    }
}

/** Ledger of the step from one state of a cell to another with the same modes. */
template <int N_f>
Ledger ledger(const GasFor<N_f>& before, const GasFor<N_f>& after) {
    const FieldFor<N_f> D_before = moments(before);
    const FieldFor<N_f> D_after = moments(after);
    const FieldFor<N_f> D = 0.5 * (D_before + D_after);
    const double mu = 0.5 * (before.medium.mu + after.medium.mu);
    Ledger result;
    result.energy_change = polarization_energy(after).total() - polarization_energy(before).total();
    result.work = 0.125 * (after.medium.mu - before.medium.mu) *
                  (invariant_square<N_f>(D_before) + invariant_square<N_f>(D_after));
    for (int d = 0; d < before.grid->directions(); ++d) {
        const Eigen::Vector3d v = before.grid->direction(d);
        for (int slot = 0; slot < before.grid->slots(); ++slot) {
            const std::size_t i = before.grid->index(d, slot);
            const double w_before = std::abs(before.sign_weight[i]);
            const double w_after = std::abs(after.sign_weight[i]);
            if (w_before == 0.0 && w_after == 0.0) {
                continue;
            }
            const double s = before.sign_weight[i] + after.sign_weight[i] < 0.0 ? -1.0 : 1.0;
            const Mode mode{i, v, Eigen::Vector4d(1.0, v.x(), v.y(), v.z()), before.grid->frequency(d, slot), 1.0, s};
            Mode mode_after = mode;
            mode_after.signed_frequency = after.grid->frequency(d, slot);
            const auto external_before = external_hamiltonian(before.medium, mode);
            const auto external_after = external_hamiltonian(after.medium, mode_after);
            const FlavorVectorFor<N_f> X_before = w_before * before.polarization(i);
            const FlavorVectorFor<N_f> X_after = w_after * after.polarization(i);
            const FlavorVectorFor<N_f> H = 0.5 * (external_before + external_after) + mu * (D * lowered(mode.current));

            result.work += 0.25 * s * (external_after - external_before).dot(X_before + X_after);
            auto from = spectral_form(X_before);
            auto to = spectral_form(X_after);
            match(from, to);
            for (int k = 0; k < N_f; ++k) {
                result.environmental_heat +=
                    0.25 * s * (to.r[k] - from.r[k]) * H.dot(from.projector.col(k) + to.projector.col(k));
                result.kinematic_heat +=
                    0.25 * s * (from.r[k] + to.r[k]) * H.dot(to.projector.col(k) - from.projector.col(k));
            }
        }
    }
    return result;
}

} // namespace miscid::thermo
