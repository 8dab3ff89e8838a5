/** @file axial_shapes.hpp
 *  Distributions over the rings of a quadrature as a function of the flux factor, tabulated once.
 *
 *  Where every flux is radial and the fluid at rest, the reconstruction of a species and group depends on F/E alone. Between
 *  the knots the table is interpolated with Hermite's cubics, which keep both moments exactly: at the knots they are 1 and f,
 *  their slopes 0 and 1, and what cubics make of linear functions is these functions.
 */
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace miscid::adapters {

struct Quadrature;
enum class Closure;

class AxialShapes {
public:
    /** Covers nothing. */
    AxialShapes() = default;
    AxialShapes(const Quadrature& quadrature, Closure closure);

    /** Flux factors (with their sign along z) the table holds. */
    bool covers(double f) const { return std::abs(f) <= last_; }
    /** Neutrinos per ring of a species with zeroth moment `density` and flux factor f, which must be covered. */
    void at(double f, double density, double* number) const;

private:
    std::size_t rings_ = 0;
    double last_ = -1.0;
    double low_ = 0.0, per_step_ = 0.0; ///< knots are even in f/(1 - f^2), which grows like Minerbo's Z
    std::vector<double> knot_;
    std::vector<double> row_; ///< [knot][value of each ring, slope of each ring]
};

inline void AxialShapes::at(double f, double density, double* number) const {
    const double place = (f / (1.0 - f * f) - low_) * per_step_;
    const std::size_t last = knot_.size() - 2;
    auto k = place > 0.0 ? static_cast<std::size_t>(place) : 0;
    k = k < last ? k : last;
    const double width = knot_[k + 1] - knot_[k];
    const double t = (f - knot_[k]) / width;
    const double s = 1.0 - t;
    const double left = density * s * s * (1.0 + 2.0 * t);
    const double right = density * t * t * (3.0 - 2.0 * t);
    const double left_slope = density * width * t * s * s;
    const double right_slope = -density * width * t * t * s;
    const double* a = row_.data() + k * 2 * rings_;
    const double* b = a + 2 * rings_;
    for (std::size_t d = 0; d < rings_; ++d) {
        const double sum = left * a[d] + left_slope * a[rings_ + d] + right * b[d] + right_slope * b[rings_ + d];
        number[d] = sum > 0.0 ? sum : 0.0; // a steep tail may overshoot
    }
}

} // namespace miscid::adapters
