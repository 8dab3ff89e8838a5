/** @file gas.hpp
 *  The neutrinos of one cell as thermodynamics sees them: arrays in the grid's layout, those of step::CellFor.
 */
#pragma once

#include "equilibrium/problem.hpp"

#include <array>
#include <cstddef>

namespace miscid::thermo {

using equilibrium::FieldFor;
using flavor::FlavorVectorFor;

template <int N_f>
struct GasFor {
    const phase_space::ModeGrid* grid = nullptr;
    const double* sign_weight = nullptr; ///< s w (cm^-3 per unit occupation), 0 in the padding
    const double* trace = nullptr;       ///< P0 of every mode
    std::array<const double*, flavor::generators<N_f>> P{};
    medium::MediumFor<N_f> medium;

    FlavorVectorFor<N_f> polarization(std::size_t mode) const {
        FlavorVectorFor<N_f> vector;
        for (std::size_t a = 0; a < P.size(); ++a) {
            vector[static_cast<int>(a)] = P[a][mode];
        }
        return vector;
    }
};
using Gas = GasFor<2>;

/** One mode of a gas while it is visited. */
struct Mode {
    std::size_t index;
    Eigen::Vector3d direction;
    Eigen::Vector4d current; ///< (1, v)
    double signed_frequency; ///< s omega
    double weight;           ///< w
    double sign;             ///< s
};

/** Calls visit(Mode) for every mode that has a weight, always in the same order. */
template <int N_f, typename Visit>
void for_each_mode(const GasFor<N_f>& gas, const Visit& visit) {
    for (int d = 0; d < gas.grid->directions(); ++d) {
        const Eigen::Vector3d v = gas.grid->direction(d);
        for (int slot = 0; slot < gas.grid->slots(); ++slot) {
            const std::size_t i = gas.grid->index(d, slot);
            const double sw = gas.sign_weight[i];
            if (sw != 0.0) {
                visit(Mode{i, v, Eigen::Vector4d(1.0, v.x(), v.y(), v.z()), gas.grid->frequency(d, slot),
                           sw < 0.0 ? -sw : sw, sw < 0.0 ? -1.0 : 1.0});
            }
        }
    }
}

/** g nu = (1, -v): H of a mode is the field contracted with it. */
inline Eigen::Vector4d lowered(const Eigen::Vector4d& current) {
    return {current[0], -current[1], -current[2], -current[3]};
}

/** D0^2 - D1^2. */
template <int N_f>
double invariant_square(const FieldFor<N_f>& D) {
    return D.col(0).squaredNorm() - D.template rightCols<3>().squaredNorm();
}

} // namespace miscid::thermo
