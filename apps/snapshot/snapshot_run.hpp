/** @file snapshot_run.hpp  From a dump and its map to the output, chunk by chunk. */
#pragma once

#include "json_input.hpp"
#include "ranks.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace miscid::apps {

struct SnapshotOptions {
    std::string input;
    std::string output; ///< HDF5
    std::string map;
    std::string summary; ///< JSON file; empty: standard output
    std::string plot;
    std::int64_t chunk_cells = 0; ///< 0: as many as fit into about 32 MiB
    bool fresh = false;           ///< begin again where an output was begun
    bool quiet = false;
    bool table = false; ///< the table also where standard error is no terminal
};

/** A dump whose map has been read and understood. */
class Snapshot {
public:
    /** Throws InputError; the same on every rank. */
    Snapshot(const SnapshotOptions& options, const Ranks& ranks);
    ~Snapshot();

    /** Treats every cell; returns the summary on the first rank, null on the others. */
    Json run();

private:
    class Work;
    std::unique_ptr<Work> work_;
};

} // namespace miscid::apps
