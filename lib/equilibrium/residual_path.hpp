/** @file residual_path.hpp
 *  From a stored field to a new cell by what is left of the conditions there: R(G) = (1 - s) R(G_old), with the new amplitudes
 *  and the new medium all the way (design section 2).
 */
#pragma once

#include "equilibrium/solver.hpp"

#include <algorithm>

namespace miscid::equilibrium {

template <int N_f>
class ResidualPathFor final : public PathFor<N_f> {
public:
    ResidualPathFor(const ProblemFor<N_f>& problem, const FieldFor<N_f>& start, SweepKernelFor<N_f> moments)
        : problem_(problem) {
        SweepSumsFor<N_f> sums;
        sweep(moments, problem, start, start, sums);
        start_residual_ = residual(problem, start, sums);
    }

    void at(double s, ProblemFor<N_f>& problem, double* amplitude) const override {
        problem.grid = problem_.grid;
        problem.medium = problem_.medium;
        problem.symmetry = problem_.symmetry;
        problem.offset = (1.0 - s) * start_residual_;
        std::copy_n(problem_.amplitude, amplitude_planes<N_f> * problem_.grid->size(), amplitude);
    }

private:
    const ProblemFor<N_f>& problem_;
    FieldFor<N_f> start_residual_;
};

} // namespace miscid::equilibrium
