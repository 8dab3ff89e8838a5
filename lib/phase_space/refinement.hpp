/** @file refinement.hpp
 *  A coarse axisymmetric angular grid made fine: Gauss-Legendre nodes filled by a cubic spline through e/weight, so that
 *  discrete beams do not pose as instabilities (flavor-waves.md 2 and 4).
 */
#pragma once

#include <vector>

namespace miscid::phase_space {

/** Gauss-Legendre nodes, ascending, and weights on [-1, 1]. */
void gauss_legendre(int count, double* nodes, double* weights);

/** Not-a-knot cubic splines on one set of knots. */
class Spline {
public:
    void reserve(int knots);
    /** Factors the system for these knots (at least four, ascending). */
    void set_knots(int count, const double* x);
    /** Values at places in ascending order; outside the knots the end pieces go on. */
    void interpolate(const double* y, int places, const double* at, double* values);

private:
    int count_ = 0;
    std::vector<double> x_;
    std::vector<double> h_;
    std::vector<double> second_; ///< second derivatives
    std::vector<double> lower_, diagonal_, upper_, right_;
};

} // namespace miscid::phase_space
