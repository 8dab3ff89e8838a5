/** @file lepton_box_case.hpp
 *  Cases of kind `box`: axisymmetric boxes of net lepton number E_v(z) per direction,
 *      (d_t + v d_z) E_v = (D_0 - v D_1) x E_v + S_v z,   D_n = sum_v w v^n E_v.
 */
#pragma once

#include "box/options.hpp"
#include "json_input.hpp"

namespace miscid::apps {

Json solve_lepton_box_case(const Section& section, const BoxOptions& options);

} // namespace miscid::apps
