/** @file options.hpp  What the command line of `miscid box` can change. */
#pragma once

#include <optional>
#include <string>

namespace miscid::apps {

struct BoxOptions {
    std::string plot;         ///< PNG file; empty: no picture
    std::string hdf5;         ///< HDF5 file; empty: none
    std::optional<int> runs;  ///< seeds per case instead of the file's number
    std::optional<int> cells; ///< instead of the file's grid
    std::optional<int> passes;
    std::optional<double> step;    ///< time step instead of the file's
    unsigned long long seed = 101; ///< first seed
    bool quiet = false;
};

} // namespace miscid::apps
