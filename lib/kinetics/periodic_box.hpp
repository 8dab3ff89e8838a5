/** @file periodic_box.hpp
 *  The quantum kinetic equation in a periodic box that varies along one axis (Johns & Kost Eq. 1; theory.md section 1), by
 *  Strang splitting with exact parts:
 *
 *      T(h/2) C(h/2) R(h) C(h/2) T(h/2)
 *
 *  T: free streaming, exact for all resolved waves. C: collisions and the slow source, exact exponentials. R: rotation about
 *  H of the middle of the step (implicit midpoint), so that |P| (three flavors: the spectrum of rho) is kept to round-off
 *  and sum w s P of a cell to the convergence of the passes. Second order in h. Neighbouring halves of T are done as one.
 */
#pragma once

#include "kinetics/gas.hpp"
#include "kinetics/streaming.hpp"

#include <stdexcept>

namespace miscid::kinetics {

/** A box cannot be stepped: message says what and what to do. */
class BoxError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class PeriodicBox {
public:
    PeriodicBox(const Gas& gas, double length, int cells, double step,
                DispatchLevel level = equilibrium::best_dispatch_level());

    const Gas& gas() const { return gas_; }
    double length() const { return length_; }
    double step() const { return step_; }
    double time() const { return static_cast<double>(steps_) * step_; }
    long steps() const { return steps_; }
    BoxField& field() { return field_; }
    const BoxField& field() const { return field_; }
    /** Passes of the rotation's fixed-point iteration; each gains a factor (mu D h/2) in sum w s P. */
    void set_passes(int passes) { passes_ = passes; }

    /** The same P (and trace, where it is evolved) in every cell. */
    void fill(const Eigen::MatrixXd& P, const Eigen::VectorXd& trace);
    /** `count` steps. Throws BoxError if numbers stop being finite. */
    void advance(long count);
    /** Largest angle |H| h of the present state, over modes and cells. */
    double largest_rotation() const;

private:
    void collide();
    void set_up_collisions(double h);
    LocalInput local();

    Gas gas_;
    double length_, step_;
    Streaming streaming_;
    Streaming::Factors half_, full_;
    BoxKernels kernels_;
    AlignedArray direction_[3], weight_, external_, scratch_;
    BoxField field_;
    long steps_ = 0;
    int passes_ = 4;

    // Collisions and source over half a step, exact: P_c -> factor P_c + gain, and a linear map of (diagonal, trace).
    AlignedArray component_factor_, component_gain_, diagonal_map_, diagonal_gain_;
    bool has_components_ = false, has_diagonal_ = false;
};

} // namespace miscid::kinetics
