/** @file levels.hpp  The instruction sets that this machine can run. */
#pragma once

#include "equilibrium/sweep.hpp"

#include <vector>

inline std::vector<miscid::equilibrium::DispatchLevel> levels_here() {
    using miscid::equilibrium::DispatchLevel;
    std::vector<DispatchLevel> levels;
    for (const auto level : {DispatchLevel::baseline, DispatchLevel::avx2, DispatchLevel::avx512}) {
        if (level <= miscid::equilibrium::best_dispatch_level()) {
            levels.push_back(level);
        }
    }
    return levels;
}
