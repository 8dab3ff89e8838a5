/** @file random_cell.hpp  Seeded supernova-like cells in cgs, and what the benchmarks need of them. */
#pragma once

#include "equilibrium/problem.hpp"

#include <vector>

namespace miscid::bench {

/** One cell: groups x directions x {nu, nubar}, with its tracked equilibrium. */
struct RandomCell {
    phase_space::ModeGrid grid;
    phase_space::AlignedVector sign_weight; ///< s w
    phase_space::AlignedVector p;           ///< signed amplitude
    phase_space::AlignedVector amplitude;   ///< c = s w p
    medium::Medium medium;
    equilibrium::Field field; ///< mixing equilibrium of the cell
    int inertia = 0;
    std::vector<double> energy;
    std::vector<Eigen::Vector3d> direction;
    double electron_density = 0.0;

    equilibrium::Problem problem() const;
};

/** Numbers are drawn from the seed; the cell has a mixing equilibrium. */
RandomCell make_cell(int groups, int directions, unsigned seed);

} // namespace miscid::bench
