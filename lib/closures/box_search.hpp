/** @file box_search.hpp
 *  The fastest growing wave along the axis of an embedded box: whether a box is needed, how long it must run and the
 *  gauge it starts in.
 */
#pragma once

#include "closures/closure.hpp"
#include "phase_space/refinement.hpp"
#include "waves/wave.hpp"

#include <vector>

namespace miscid::closures {

/** Counts roots on a row of wave numbers, on angles made fine enough that discrete ones do not pose as instabilities
 * (flavor-waves.md 2), and climbs to the top of the fastest band. */
class BoxSearch {
public:
    struct Found {
        double growth = 0.0;    ///< zero: nothing grows above the floor
        double k = 0.0;         ///< k' = k - D_1
        double frequency = 0.0; ///< Omega' = Omega - D_0
        double low = 0.0, high = 0.0;
        int roots = 0;
        bool certified = true;
        double floor = 0.0;
    };

    void reserve(int beams, const Options& options);
    /** `weights` null: discrete beams, which are taken as they are. */
    Found look(int beams, const double* v, const double* weights, const double* e, const double* damping);

private:
    waves::AxisymmetricBackground refined(int beams, const double* v, const double* weights, const double* e,
                                          const double* damping);
    void climb(Found& found, double spacing);

    int modes_ = 0;
    Options options_;
    phase_space::Spline spline_;
    waves::AxisymmetricKernel kernel_;
    waves::RootFinder<waves::AxisymmetricKernel> finder_;
    std::vector<double> fine_v_, fine_weight_, fine_e_, fine_damping_, scratch_;
};

} // namespace miscid::closures
