/** @file box_case.hpp
 *  A case of kind `box` (reference cases of flavor waves): lepton number over angle at the start of a homogeneous box, what
 *  drives it, and the resolved answer where the file holds one.
 */
#pragma once

#include "json_input.hpp"

#include <string>
#include <vector>

namespace miscid::apps {

struct BoxCase {
    struct Sample {
        double t = 0.0;
        std::vector<double> E; ///< resolved; empty if the file holds none
    };

    std::string name;
    std::vector<double> v, w, E0, source, number_weight;
    double t_end = 0.0;
    double window_from = 0.0;
    double seed_rms = 1e-3;
    double seed_kmax = 0.0;
    std::vector<double> ratio;   ///< resolved, static
    std::vector<Sample> samples; ///< driven
    double sampling_error = 0.0; ///< of `ratio`

    bool driven() const { return !source.empty(); }
};

/** One case, or all of {"cases": [...]}. Throws InputError naming file, key and what was expected. */
std::vector<BoxCase> read_box_cases(const Json& json, const std::string& file);

} // namespace miscid::apps
