/** @file host.hpp
 *  The production path: a small host that takes a block of cells through two steps with nothing but the public interface.
 */
#pragma once

#include "cells.hpp"

#include <cstdint>
#include <vector>

namespace miscid::campaign {

/** What the library left of one cell in one step. */
struct Answer {
    std::int32_t status = 0;
    bool untouched = false;      ///< rho (or amplitude) and state are bit for bit what went in
    std::vector<double> before;  ///< rho or amplitude as it went in, per mode in the order of Shape::mode
    std::vector<double> numbers; ///< and as it came out
    std::vector<double> field;   ///< of the state: G_0, G_x, G_y, G_z, flavor components fastest
    double rotation_frequency = 0;
    std::vector<double> occupation;       ///< of the eigenstates of H, per mode
    std::vector<double> signed_amplitude; ///< two flavors
    std::vector<double> D0, D1;
    double residual = 0, iterations = 0, events = 0, inertia = 0, min_hamiltonian = 0;
};

/** A cell's two steps. The second is empty if the first was refused. */
struct History {
    Answer step[2];
};

struct BlockResult {
    std::vector<History> cells;
    double seconds[2] = {}; ///< processor time in miscid_apply, all cells
};

/** Takes these cells through a cold start and a tracked step, one call each. */
BlockResult run_block(const Shape& shape, const std::vector<Cell>& cells);

} // namespace miscid::campaign
