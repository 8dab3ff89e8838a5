/** @file wave_scan.hpp
 *  `miscid waves --scan-k`: every unstable band along a line of wave vectors, and the fastest wave of all directions.
 */
#pragma once

#include "waves/wave_answer.hpp"

namespace miscid::apps {

/** The line and its range, as the key `scan` of a case asks for them. */
struct ScanRequest {
    std::optional<Eigen::Vector3d> direction; ///< default: that of k, else of the lepton-number flux, else z
    std::optional<double> from, to;           ///< default: as far as waves can grow
    int points = 96;
    double kappa = 1.0;  ///< growth floor in units of |domega|/2 pi; 0 for beams that are meant as beams
    int directions = 24; ///< of the search over all wave vectors; 0: none
};
ScanRequest read_scan_request(const Json& json, const std::string& file, const std::string& place);

/** Keys: direction, k_shift, branches (points and bands of each), fastest. */
Json scan_case(const WaveCase& c, const ScanRequest& request);

} // namespace miscid::apps
