/** @file cell_history.hpp
 *  The states a case of `miscid equilibrium` goes through: the incoming one, then one mixing equilibrium per step. What
 *  `miscid thermo` and `miscid validity` read their cells with.
 */
#pragma once

#include "equilibrium/case.hpp"
#include "equilibrium/gridded_case.hpp"
#include "thermo/thermal_state.hpp"

#include <memory>

namespace miscid::apps {

template <int N_f>
struct CellState {
    medium::MediumFor<N_f> medium;
    std::vector<double> weight;
    std::vector<flavor::FlavorVectorFor<N_f>> P;
    Json account; ///< of the equilibrium solver: inertia, residual, Omega, field_G, ...; null for the incoming state
    std::vector<std::size_t> flipped; ///< modes whose labels an alignment event exchanged on the way here
    std::vector<double> trace;        ///< P0 per mode where it is not that of the history: emission and absorption
};

template <int N_f>
struct CellHistory {
    EquilibriumCase<N_f> c;
    std::vector<double> trace; ///< P0 per mode
    std::vector<CellState<N_f>> states;
    std::string status = "ok";
    Json refusal; ///< the solver's answer where a step was refused

    const CellState<N_f>& incoming() const { return states.front(); }
    const CellState<N_f>& last() const { return states.back(); }
    const std::vector<double>& trace_of(const CellState<N_f>& state) const {
        return state.trace.empty() ? trace : state.trace;
    }
};

/** Follows the case in `steps` equal parts of each leg (the path of `miscid equilibrium`: mu and lambda geometric,
 *  all else linear). A case whose start has no parameters takes its incoming state in the medium of the cell. `trace`
 *  may be empty for three flavors, where rho_eigenvalues have it. Throws as the reader of cases does. */
template <int N_f>
CellHistory<N_f> follow_case(const Json& input, const std::string& file, std::vector<double> trace, int steps);

/** One state in the arrays that thermodynamics reads. */
template <int N_f>
class LaidState {
public:
    LaidState(const CellHistory<N_f>& history, const CellState<N_f>& state)
        : gridded_(std::make_unique<GriddedCase<N_f>>(history.c)), medium_(state.medium) {
        const std::size_t n = history.c.modes();
        std::vector<double> sw(n);
        for (std::size_t i = 0; i < n; ++i) {
            sw[i] = gridded_->sign(i) * state.weight[i];
        }
        sign_weight_ = gridded_->spread(sw);
        trace_ = gridded_->spread(history.trace_of(state));
        for (int a = 0; a < flavor::generators<N_f>; ++a) {
            std::vector<double> component(n);
            for (std::size_t i = 0; i < n; ++i) {
                component[i] = state.P[i][a];
            }
            P_[static_cast<std::size_t>(a)] = gridded_->spread(component);
        }
    }
    thermo::GasFor<N_f> gas() const {
        thermo::GasFor<N_f> gas;
        gas.grid = &gridded_->grid();
        gas.sign_weight = sign_weight_.data();
        gas.trace = trace_.data();
        for (std::size_t a = 0; a < P_.size(); ++a) {
            gas.P[a] = P_[a].data();
        }
        gas.medium = medium_;
        return gas;
    }
    /** Place of a mode of the case in the arrays. */
    std::size_t index(std::size_t mode) const { return gridded_->index(mode); }
    const GriddedCase<N_f>& gridded() const { return *gridded_; }

private:
    std::unique_ptr<GriddedCase<N_f>> gridded_;
    medium::MediumFor<N_f> medium_;
    phase_space::AlignedVector sign_weight_, trace_;
    std::array<phase_space::AlignedVector, flavor::generators<N_f>> P_;
};

/** H of the modes of a case in a state. */
template <int N_f>
std::vector<flavor::FlavorVectorFor<N_f>> hamiltonians(const CellHistory<N_f>& history, const CellState<N_f>& state) {
    const LaidState<N_f> laid(history, state);
    const auto gas = laid.gas();
    const auto D = thermo::moments(gas);
    std::vector<flavor::FlavorVectorFor<N_f>> H(history.c.modes(), flavor::FlavorVectorFor<N_f>::Zero());
    for (std::size_t i = 0; i < H.size(); ++i) {
        const double* v = &history.c.direction[3 * i];
        const thermo::Mode mode{laid.index(i),           {v[0], v[1], v[2]},
                                {1.0, v[0], v[1], v[2]}, laid.gridded().sign(i) * history.c.frequency[i],
                                state.weight[i],         laid.gridded().sign(i)};
        H[i] = thermo::hamiltonian(state.medium, D, mode);
    }
    return H;
}

} // namespace miscid::apps
