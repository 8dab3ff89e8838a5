// Moments of a cell's polarizations, and the frame in which its labels hold.

#include "equilibrium/symmetry_axes.hpp"
#include "step/step.hpp"

namespace miscid::step {

template <int N_f>
equilibrium::FieldFor<N_f> moments_of(const CellFor<N_f>& cell) {
    constexpr int L = phase_space::lanes;
    constexpr int n = flavor::generators<N_f>;
    const auto& grid = *cell.grid;
    equilibrium::FieldFor<N_f> D = equilibrium::FieldFor<N_f>::Zero();
    for (int block = 0; block < grid.blocks(); ++block) {
        double sum[n][L] = {};
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t first = (static_cast<std::size_t>(block) * grid.slots() + slot) * L;
            const double* w = &cell.sign_weight[first];
            for (int a = 0; a < n; ++a) {
                const double* P = &cell.P[static_cast<std::size_t>(a)][first];
                for (int l = 0; l < L; ++l) {
                    sum[a][l] += w[l] * P[l];
                }
            }
        }
        for (int l = 0; l < L; ++l) {
            const int d = block * L + l;
            const Eigen::RowVector4d nu(1.0, grid.component(0)[d], grid.component(1)[d], grid.component(2)[d]);
            flavor::FlavorVectorFor<N_f> P;
            for (int a = 0; a < n; ++a) {
                P[a] = sum[a][l];
            }
            D += P * nu;
        }
    }
    return D;
}

template <int N_f>
medium::MediumFor<N_f> medium_of_state(const CellFor<N_f>& cell) {
    using state = StateFor<N_f>;
    medium::MediumFor<N_f> then = cell.medium;
    then.lambda = cell.state[state::lambda];
    then.velocity = Eigen::Map<const Eigen::Vector3d>(cell.state + state::velocity);
    if constexpr (N_f == 3) {
        then.lambda_mu = cell.state[state::heavy_potentials];
        then.lambda_tau = cell.state[state::heavy_potentials + 1];
    }
    return then;
}

template <int N_f>
equilibrium::FieldFor<N_f> frame_of_state(const CellFor<N_f>& cell) {
    using state = StateFor<N_f>;
    if (cell.state[state::marker] == 0.0) {
        equilibrium::FieldFor<N_f> along_axis = equilibrium::FieldFor<N_f>::Zero();
        along_axis.col(0) = flavor::electron_axis<N_f>(); // only the direction of H is asked for
        return along_axis;
    }
    equilibrium::FieldFor<N_f> frame = Eigen::Map<const equilibrium::FieldFor<N_f>>(cell.state + state::field);
    const double* omega_c = cell.state + state::rotation_frequency;
    for (const auto& [axis, projection] : equilibrium::symmetry_axes(*cell.grid, medium_of_state(cell))) {
        frame.col(0) -= *omega_c++ * axis;
    }
    return frame;
}

template equilibrium::FieldFor<2> moments_of(const CellFor<2>&);
template equilibrium::FieldFor<3> moments_of(const CellFor<3>&);
template medium::MediumFor<2> medium_of_state(const CellFor<2>&);
template medium::MediumFor<3> medium_of_state(const CellFor<3>&);
template equilibrium::FieldFor<2> frame_of_state(const CellFor<2>&);
template equilibrium::FieldFor<3> frame_of_state(const CellFor<3>&);

} // namespace miscid::step
