/** @file library_closures.hpp  The closures of lib/closures as contenders. */
#pragma once

#include "closures/closure.hpp"
#include "host.hpp"

namespace miscid::judge {

std::unique_ptr<Contender> library_closure(closures::Kind kind, const closures::Options& options = {});

} // namespace miscid::judge
