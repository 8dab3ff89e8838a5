/** @file spectral_flow.hpp
 *  The kinetic equation in a box as an ordinary differential equation, for time integrators of any order:
 *
 *      dP_i/dt = -v_i dP_i/dz + H_i x P_i
 *
 *  with spectral derivatives, and beside it the kinetic energy K that the neutrinos gain (Fiorillo, Raffelt & Sigl Eq. 22),
 *  integrated by the same scheme as P, so that the energy ledger closes to the accuracy of the integrator.
 *  No collisions and no driving: those are PeriodicBox's.
 */
#pragma once

#include "kinetics/gas.hpp"
#include "kinetics/streaming.hpp"

namespace miscid::kinetics {

class SpectralFlow {
public:
    SpectralFlow(const Gas& gas, double length, int cells, DispatchLevel level = equilibrium::best_dispatch_level());

    BoxField& field() { return field_; }
    const BoxField& field() const { return field_; }
    double length() const { return length_; }
    double time() const { return time_; }
    /** Kinetic energy gained since the start (for mu in units of frequency and P densities: energy per area). */
    double kinetic_energy_gained() const { return kinetic_energy_; }

    /** rate = dP/dt of `state` at `time`; returns dK/dt. */
    double evaluate(const BoxField& state, double time, BoxField& rate);
    /** One step of the classical Runge-Kutta scheme of fourth order. */
    void step(double h);
    /** Steps of equal size <= `largest` up to `time`. Throws if numbers stop being finite. */
    void advance_to(double time, double largest);
    /** The same with steps chosen for an error per step below `tolerance` (Fehlberg 7(8)): slow stages cost little. */
    void advance_adaptively_to(double time, double tolerance);

private:
    Gas gas_;
    double length_;
    Streaming streaming_;
    Streaming::Factors advection_;
    BoxKernels kernels_;
    AlignedArray direction_[3], weight_, external_;
    BoxField field_, stage_, rate_, sum_;
    double time_ = 0.0;
    double kinetic_energy_ = 0.0;
    double next_step_ = 0.0;
};

} // namespace miscid::kinetics
