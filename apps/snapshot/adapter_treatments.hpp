/** @file adapter_treatments.hpp
 *  Treatments of dumps without flavor coherences, by the adapters of miscid/moments.h and miscid/ordinates.h.
 */
#pragma once

#include "snapshot/treatment.hpp"

namespace miscid::apps {

/** Each throws InputError naming the map's file if its configuration cannot be used. */
std::unique_ptr<Treatment> make_moments_treatment(const Json& configuration, const std::string& map_path);
std::unique_ptr<Treatment> make_ordinates_treatment(const Json& configuration, const std::string& map_path);

} // namespace miscid::apps
