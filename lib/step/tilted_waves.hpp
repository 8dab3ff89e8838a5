/** @file tilted_waves.hpp
 *  Flavor waves of cells whose polarizations lie along their H but not along one axis of flavor space (theory.md F5-F7).
 *
 *  There the closures do not apply: the dispersion determinant is 12 x 12 over modes (waves/general_kernel.hpp) and both
 *  circular components of a mode take part. What is done is the relaxation of the closure `marginal` with the viscosity
 *  of tilted equilibria (paper 002 Eqs. 78-80 in closed form, waves/tilted_viscosity.hpp): p -> p (1 - h gamma), waves
 *  by their growth, until none grows above the floor. Axes stay within the step and |H| moves with D; the mixing
 *  equilibrium that follows turns them, and carries the part of sum w s P that the unitary side of the correlations
 *  moves (flavor-waves.md 3).
 *
 *  The cost is bounded: modes of one direction whose H agree to within the floor count as one, and the number of wave
 *  vectors, of kernel evaluations and of exchanges is capped.
 */
#pragma once

#include "closures/closure.hpp"
#include "waves/general_kernel.hpp"
#include "waves/wave_fan.hpp"

#include <vector>

namespace miscid::step {

/** Modes that waves see as one. */
struct TiltedModes {
    int count = 0;
    std::vector<double> direction[3];
    std::vector<double> axis[3]; ///< unit flavor vectors
    std::vector<double> e;       ///< mu sum w s P along the axis
    std::vector<double> H;       ///< along the axis
    std::vector<double> damping;

    void reserve(int modes);
};

class TiltedWaves {
public:
    /** Numbers in the cell's state; all zero: none yet. */
    static constexpr int state_size = 8;

    void reserve(int modes);

    /** Factors by which the p of every mode shrink within dt (lengths, c = 1). Takes `modes` for scratch. `state` may be
     *  null. False if waves still grow at the cap on work; the answer is usable all the same. */
    bool relax(TiltedModes& modes, double dt, double seed, double* state, double* factor,
               closures::Diagnostics& diagnostics);

private:
    struct Wave {
        int line = 0;
        double k = 0.0;
        waves::Complex omega;
    };
    static constexpr int lines = waves::fan_size;
    static constexpr int places = 10;
    static constexpr int most_waves = lines * places;

    void set_background(const TiltedModes& modes);
    void aim(const TiltedModes& modes);
    double scan(const TiltedModes& modes);
    double follow();
    bool exchange(TiltedModes& modes, double size, double* factor);
    double floor(int line, double k) const;

    waves::GeneralKernel kernel_;
    waves::RootFinder<waves::GeneralKernel> finder_;
    Eigen::Vector3d n_[lines]; ///< directions of the wave vectors
    double slope_[lines] = {}; ///< growth per |k| that the angles can fake
    double reach_ = 0.0;       ///< largest |k| looked at
    double base_floor_ = 0.0;
    double total_ = 0.0;
    bool certified_ = true;
    int count_ = 0;
    Wave wave_[most_waves];
    std::vector<double> ones_, P_[3], H_[3], share_, gamma_, scratch_;
};

} // namespace miscid::step
