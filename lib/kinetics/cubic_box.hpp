/** @file cubic_box.hpp
 *  The quantum kinetic equation in a periodic square or cube: what PeriodicBox solves along one axis, in two or three
 *  dimensions. For judging closures that know one axis only.
 *
 *      (d_t + v_i.grad) P_i = mu (D_0 - v_i.D_1) x P_i
 *
 *  Strang: streaming over h/2, rotation, streaming over h/2. Streaming in several dimensions is streaming along one axis after
 *  the other, each exact for all resolved waves. Two flavors, no external field, no collisions.
 */
#pragma once

#include "kinetics/gas.hpp"
#include "kinetics/random_numbers.hpp"
#include "kinetics/streaming.hpp"

namespace miscid::kinetics {

class CubicBox {
public:
    /** `axes`: two or three orthogonal unit vectors in which fields vary; `cells` (a power of two) and `length` of each edge. */
    CubicBox(const Gas& gas, const Eigen::Matrix3Xd& axes, double length, int cells, double step,
             DispatchLevel level = equilibrium::best_dispatch_level());

    int dimensions() const { return static_cast<int>(axes_.cols()); }
    int cells_per_edge() const { return cells_; }
    double time() const { return static_cast<double>(steps_) * step_; }
    /** Cells with the first axis running fastest. */
    BoxField& field() { return field_; }
    const BoxField& field() const { return field_; }

    /** P = size z in every cell, turned by one field e of rms `rms`, common to all modes: independent normal amplitudes for
     * every wave with |k| < largest_k. */
    void start(const Eigen::VectorXd& size, double rms, double largest_k, RandomNumbers& random);
    void advance(long count);

private:
    void stream(const std::vector<Streaming::Factors>& factors);
    void turn_axes(double* array);

    Gas gas_;
    Eigen::Matrix3Xd axes_;
    double length_, step_;
    int cells_;
    FourierPlan plan_;
    BoxKernels kernels_;
    std::vector<Streaming::Factors> half_, full_; ///< per axis
    AlignedArray direction_[3], weight_, scratch_, turned_;
    BoxField field_;
    long steps_ = 0;
};

} // namespace miscid::kinetics
