/** @file rivals.hpp  Prescriptions that other codes use and the library has not, from their formulae, one file each. */
#pragma once

#include "host.hpp"

namespace miscid::judge {

/** Every direction half electron flavor, whatever lepton number says. */
std::unique_ptr<Contender> full_equipartition();
/** Relaxation towards the box state at the rate of the crossing. */
std::unique_ptr<Contender> bgk_towards_box();
/** Flavor equilibrium of the angle-integrated numbers. */
std::unique_ptr<Contender> number_equilibrium();

} // namespace miscid::judge
