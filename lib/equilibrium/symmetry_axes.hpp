/** @file symmetry_axes.hpp  Flavor axes about which every external field of a cell is symmetric (theory.md F4, 4.7). */
#pragma once

#include "equilibrium/problem.hpp"

namespace miscid::equilibrium {

/** Two flavors: z where nothing but the flavor axis is left of the vacuum term, else B where there is no matter. Three
 *  flavors: the charges of which mixing conserves the D_0: D0_3 and D0_8 in the flavor basis (no vacuum mixing) or in the mass
 *  basis (no matter), the electron number and one axis of the mu-tau plane where the electron flavor does not mix. The
 *  conserved projections are left at 0. */
SymmetryAxesFor<2> symmetry_axes(const phase_space::ModeGrid& grid, const medium::MediumFor<2>& medium);
SymmetryAxesFor<3> symmetry_axes(const phase_space::ModeGrid& grid, const medium::MediumFor<3>& medium);

} // namespace miscid::equilibrium
