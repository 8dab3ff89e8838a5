/** @file moments_treatment.hpp  Treatment of dumps that hold moments, by the adapter of miscid/moments.h. */
#pragma once

#include "snapshot/treatment.hpp"

namespace miscid::apps {

/** Throws InputError naming the map's file if its configuration cannot be used. */
std::unique_ptr<Treatment> make_moments_treatment(const Json& configuration, const std::string& map_path);

} // namespace miscid::apps
