/** @file thermal_state.hpp
 *  The flavor-temperature state of a cell: the largest coarse-grained entropy at given polarization energy U, traces
 *  P0 of every mode, and conserved charges a.D_0 (Johns & Kost Eqs. 96-101; Johns Eqs. 8, 9).
 *
 *  Every mode is a quantum-coherent Fermi-Dirac distribution (fermi_dirac.hpp) with one beta and one multiplier per
 *  charge for all, in the field H of all others: 4 (N_f^2 - 1) moments, beta and the multipliers are the unknowns of
 *  one Newton system, whatever the number of modes. The state is reached from beta = 0, the most disordered state
 *  with these charges, along growing |U - U(beta = 0)|; where that branch is no maximum of the entropy any more (a
 *  phase transition), or ends, the state is sought from the incoming one.
 */
#pragma once

#include "thermo/energy.hpp"
#include "thermo/fermi_dirac.hpp"

namespace miscid::thermo {

/** Conserved charges a.D_0; the axes commute. */
template <int N_f>
class ChargesFor {
public:
    using Charge = equilibrium::SymmetryAxisFor<N_f>;
    static constexpr std::size_t most = N_f - 1;

    ChargesFor() { charge_.fill({FlavorVectorFor<N_f>::Zero(), 0.0}); }
    ChargesFor(const equilibrium::SymmetryAxesFor<N_f>& axes) : ChargesFor() { // NOLINT: symmetries have charges
        for (const auto& axis : axes) {
            add(axis);
        }
    }
    void add(const Charge& charge) { charge_[count_++] = charge; }
    std::size_t size() const { return count_; }
    Charge& operator[](std::size_t i) { return charge_[i]; }
    const Charge& operator[](std::size_t i) const { return charge_[i]; }
    auto begin() { return charge_.begin(); }
    auto end() { return charge_.begin() + static_cast<std::ptrdiff_t>(count_); }
    auto begin() const { return charge_.begin(); }
    auto end() const { return charge_.begin() + static_cast<std::ptrdiff_t>(count_); }

private:
    std::array<Charge, most> charge_;
    std::size_t count_ = 0;
};

/** The charge a.D_0 the gas has about each axis. */
template <int N_f>
ChargesFor<N_f> charges_of(const GasFor<N_f>& gas, ChargesFor<N_f> charges) {
    const FieldFor<N_f> D = moments(gas);
    for (auto& charge : charges) {
        charge.conserved_projection = charge.axis.dot(D.col(0));
    }
    return charges;
}

/** The lepton number D_0z of the electron flavor against the others, which mixing conserves below the resonances
 *  (theory.md 4.7). */
template <int N_f>
ChargesFor<N_f> lepton_number() {
    ChargesFor<N_f> charges;
    charges.add({flavor::electron_axis<N_f>().normalized(), 0.0});
    return charges;
}

enum class ThermalOutcome {
    ok,
    out_of_range, ///< no neutrinos with these traces have this energy or charge at a finite temperature
    not_converged,
};

template <int N_f>
struct ThermalStateFor {
    ThermalOutcome outcome = ThermalOutcome::not_converged;
    double beta = 0.0;                                        ///< 1/T = dS/dU, cm
    std::array<double, N_f - 1> charge_multiplier{};          ///< lambda = dS/d(a.D_0) of Johns Eq. 9 for each charge
    FieldFor<N_f> moments = FieldFor<N_f>::Zero();            ///< D_0, D_1
    FlavorVectorFor<N_f> bias = FlavorVectorFor<N_f>::Zero(); ///< sum 2 lambda_a a: h = beta H + bias
    double energy = 0.0;                                      ///< U that was asked for
    double entropy = 0.0;
    double residual = 0.0; ///< of the moments, the energy and the charges, each against its scale
    bool largest = false;  ///< a local maximum of the entropy at fixed U and charges (second variation)
    int iterations = 0;
};

/** P of one mode in a thermal state. */
template <int N_f>
FlavorVectorFor<N_f> thermal_polarization(const GasFor<N_f>& gas, const ThermalStateFor<N_f>& state, const Mode& mode,
                                          Statistics statistics) {
    const FlavorVectorFor<N_f> h =
        state.beta * hamiltonian(gas.medium, FieldFor<N_f>(state.moments), mode) + state.bias;
    return -thermal_mode(FlavorVectorFor<N_f>(mode.sign * h), gas.trace[mode.index], statistics).u;
}

/** The state of largest entropy with the energy, the traces and the given charges. Of the gas, P serves as a start
 *  where the branch from beta = 0 does not reach; `gas.trace` and the medium define the problem. Allocates nothing,
 *  throws nothing. */
template <int N_f>
ThermalStateFor<N_f> thermal_state(const GasFor<N_f>& gas, double energy, const ChargesFor<N_f>& charges,
                                   Statistics statistics);

template <>
ThermalStateFor<2> thermal_state(const GasFor<2>& gas, double energy, const ChargesFor<2>& charges,
                                 Statistics statistics);
template <>
ThermalStateFor<3> thermal_state(const GasFor<3>& gas, double energy, const ChargesFor<3>& charges,
                                 Statistics statistics);

/** The same with energy and charges of the gas itself. */
template <int N_f>
ThermalStateFor<N_f> thermal_state(const GasFor<N_f>& gas, const ChargesFor<N_f>& axes, Statistics statistics) {
    return thermal_state(gas, polarization_energy(gas).total(), charges_of(gas, axes), statistics);
}

} // namespace miscid::thermo
