/** @file streaming.hpp
 *  Free streaming in a periodic box, exact for every wave that the cells resolve: mode i is moved by v_i t, that is, its
 *  Fourier components are multiplied by exp(-i k v_i t). The same transforms give -v dP/dz.
 */
#pragma once

#include "kinetics/box_field.hpp"

#include <functional>

namespace miscid::kinetics {

class Streaming {
public:
    /** `speed`: component of each mode's velocity along the box. */
    Streaming(const Eigen::VectorXd& speed, double length, int cells, DispatchLevel level);

    /** Factors per frequency, mode and lane. */
    using Factors = AlignedArray;
    Factors translation(double time) const; ///< P(z) -> P(z - v time)
    Factors advection() const;              ///< P -> -v dP/dz

    void apply(const Factors& factors, BoxField& field);
    double wavenumber(int frequency) const;

private:
    Factors factors(const std::function<std::pair<double, double>(double kv, bool nyquist)>& factor) const;

    Eigen::VectorXd speed_;
    double length_;
    FourierPlan plan_;
    BoxKernels kernels_;
    AlignedArray empty_; // partner of a field that has none
};

} // namespace miscid::kinetics
