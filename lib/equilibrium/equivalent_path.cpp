#include "equilibrium/equivalent_path.hpp"

#include "equilibrium/between.hpp"
#include "flavor/three_flavor.hpp"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>

namespace miscid::equilibrium {

namespace {

/** c P of one mode with P along its H. */
FlavorVectorFor<2> polarization(const ProblemFor<2>& problem, std::size_t i, const FlavorVectorFor<2>& H) {
    const double length = H.norm();
    return length > 0.0 ? FlavorVectorFor<2>(problem.amplitude[i] / length * H) : FlavorVectorFor<2>::Zero();
}
FlavorVectorFor<3> polarization(const ProblemFor<3>& problem, std::size_t i, const FlavorVectorFor<3>& H) {
    const auto states = flavor::eigenstates(H).states;
    const std::size_t size = problem.grid->size();
    FlavorVectorFor<3> P = FlavorVectorFor<3>::Zero();
    for (int k = 0; k < 3; ++k) {
        P += problem.amplitude[static_cast<std::size_t>(k) * size + i] *
             flavor::vector_of_matrix(states.col(k) * states.col(k).adjoint());
    }
    return P;
}

/** Calls function(i, nu x P as one vector of all unknowns, |P|) for every polarized mode. */
template <int N_f, typename Function>
void for_each_share(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field, Function&& function) {
    const auto& grid = *problem.grid;
    for (int direction = 0; direction < grid.directions(); ++direction) {
        const Eigen::Vector3d v = grid.direction(direction);
        const Eigen::RowVector4d nu(1.0, v.x(), v.y(), v.z());
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t i = grid.index(direction, slot);
            if (!is_polarized(problem, i)) {
                continue;
            }
            const FlavorVectorFor<N_f> P =
                polarization(problem, i, hamiltonian<N_f>(field, v, grid.frequency(direction, slot), problem.medium.B));
            const FieldFor<N_f> share = P * nu;
            function(i, FieldVectorFor<N_f>(Eigen::Map<const FieldVectorFor<N_f>>(share.data())), P.norm());
        }
    }
}

constexpr double largest_factor = 0.95;    // no amplitude changes its sign
constexpr double negligible_share = 1e-12; // of the moments: directions that the polarizations do not reach

} // namespace

template <int N_f>
EquivalentPathFor<N_f>::EquivalentPathFor(const ProblemFor<N_f>& problem, const medium::MediumFor<N_f>& start_medium,
                                          const FieldFor<N_f>& start, SweepKernelFor<N_f> full, double* factor,
                                          double* amplitude)
    : problem_(problem), start_medium_(start_medium), factor_(factor) {
    std::fill_n(factor, problem.grid->size(), 0.0);
    ProblemFor<N_f> old = problem;
    old.medium = start_medium;
    SweepSumsFor<N_f> sums;
    sweep(full, old, start, start, sums);
    if (start_medium.mu > 0.0) {
        const FieldFor<N_f> missing = moments_of_field(old, start) - Eigen::Map<const FieldFor<N_f>>(sums.F);
        FieldMatrixFor<N_f> gram = FieldMatrixFor<N_f>::Zero();
        for_each_share(problem, start, [&](std::size_t, const FieldVectorFor<N_f>& share, double length) {
            if (length > 0.0) {
                gram.template selfadjointView<Eigen::Lower>().rankUpdate(share, 1.0 / length);
            }
        });
        gram.diagonal().array() += negligible_share * gram.trace() + 1e-290;
        const FieldVectorFor<N_f> y = gram.template selfadjointView<Eigen::Lower>().llt().solve(
            Eigen::Map<const FieldVectorFor<N_f>>(missing.data()));
        for_each_share(problem, start, [&](std::size_t i, const FieldVectorFor<N_f>& share, double length) {
            const double epsilon = length > 0.0 ? share.dot(y) / length : 0.0;
            factor[i] = std::clamp(epsilon, -largest_factor, largest_factor);
        });
    }
    ProblemFor<N_f> at_start;
    at(0.0, at_start, amplitude);
    at_start.amplitude = amplitude;
    sweep(full, at_start, start, start, sums);
    start_residual_ = residual(at_start, start, sums);
}

template <int N_f>
void EquivalentPathFor<N_f>::at(double s, ProblemFor<N_f>& problem, double* amplitude) const {
    problem.grid = problem_.grid;
    problem.medium = problem_.medium;
    problem.medium.mu = between(start_medium_.mu, problem_.medium.mu, s);
    problem.medium.lambda = between(start_medium_.lambda, problem_.medium.lambda, s);
    problem.medium.lambda_mu = between(start_medium_.lambda_mu, problem_.medium.lambda_mu, s);
    problem.medium.lambda_tau = between(start_medium_.lambda_tau, problem_.medium.lambda_tau, s);
    problem.medium.velocity += (1.0 - s) * (start_medium_.velocity - problem_.medium.velocity);
    problem.symmetry = problem_.symmetry;
    problem.offset = (1.0 - s) * start_residual_;
    const std::size_t size = problem_.grid->size();
    for (std::size_t plane = 0; plane < amplitude_planes<N_f> * size; plane += size) {
        for (std::size_t i = 0; i < size; ++i) {
            amplitude[plane + i] = problem_.amplitude[plane + i] * (1.0 + (1.0 - s) * factor_[i]);
        }
    }
}

template class EquivalentPathFor<2>;
template class EquivalentPathFor<3>;

} // namespace miscid::equilibrium
