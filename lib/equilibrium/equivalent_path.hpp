/** @file equivalent_path.hpp
 *  The way from a stored equilibrium to a new cell when the old amplitudes are not known any more.
 *
 *  The field G of the last step with its medium tells the old moments D. Each amplitude of the new cell gets a factor so that
 *  all together have these moments at G: c_q (1 + (1 - s) eps_q), the smallest such change, makes G an exact solution at s = 0. Then
 *  amplitudes and medium go to the new ones in s, as they do from one cell to the next. What cannot be made up by factors (few
 *  modes) is left to an offset that fades out.
 */
#pragma once

#include "equilibrium/solver.hpp"

namespace miscid::equilibrium {

template <int N_f>
class EquivalentPathFor final : public PathFor<N_f> {
public:
    /** `factor` is scratch for a number per mode; `full` sums the moments at the stored field. */
    EquivalentPathFor(const ProblemFor<N_f>& problem, const medium::MediumFor<N_f>& start_medium,
                      const FieldFor<N_f>& start, SweepKernelFor<N_f> full, double* factor, double* amplitude);

    void at(double s, ProblemFor<N_f>& problem, double* amplitude) const override;

private:
    const ProblemFor<N_f>& problem_;
    medium::MediumFor<N_f> start_medium_;
    const double* factor_; ///< eps_q
    FieldFor<N_f> start_residual_ = FieldFor<N_f>::Zero();
};

} // namespace miscid::equilibrium
