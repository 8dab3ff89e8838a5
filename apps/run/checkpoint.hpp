/** @file checkpoint.hpp
 *  Everything a run needs to go on as if it had never stopped: a short binary file of named arrays of doubles.
 */
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace miscid::apps {

struct Checkpoint {
    std::uint64_t fingerprint = 0; ///< of the module's configuration and state layout
    std::map<std::string, std::vector<double>> arrays;
};

/** Written to a temporary name and renamed, so that a broken-off write never replaces a good file. Throws RunError. */
void write_checkpoint(const std::string& path, const Checkpoint& checkpoint);

/** Throws InputError if the file is not a checkpoint or is cut short. */
Checkpoint read_checkpoint(const std::string& path);

} // namespace miscid::apps
