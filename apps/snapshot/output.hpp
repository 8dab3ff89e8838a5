/** @file output.hpp
 *  The output of a snapshot: datasets of the final size from the start, and a note of which chunks are done, so that a run
 *  that was killed goes on where it stopped. Until all is done the file is called OUT.part.
 */
#pragma once

#include "snapshot/dump.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace miscid::apps {

/** One dataset of the output, before it exists. */
struct OutputDataset {
    std::string name; ///< path in the file
    std::vector<int> axes;
    std::vector<hsize_t> shape;
    hid_t type = -1; ///< of the file
    std::string unit;
    std::string meaning;
};

/** What belongs to a run; two runs may share an output only where all of it is equal. */
struct OutputIdentity {
    std::string map;               ///< canonical text
    std::string input;             ///< name and size of the dump
    std::uint64_t fingerprint = 0; ///< of the module's configuration
    std::int64_t chunk_cells = 0;
};

class Output {
public:
    /** Takes up OUT.part where it is of the same run, else begins it; all ranks together. `copies` are datasets of `dump`
     *  taken over whole. Throws InputError if OUT.part belongs to another run. */
    Output(const std::string& path, const OutputIdentity& identity, const std::vector<OutputDataset>& datasets,
           const std::vector<std::string>& copies, const std::string& dump_path, std::int64_t chunks,
           std::int64_t summary_length, bool fresh, const Ranks& ranks);

    const Dataset& dataset(const std::string& name) const { return sets_.at(name); }
    bool done(std::int64_t chunk) const { return done_[static_cast<std::size_t>(chunk)] != 0; }
    std::int64_t chunks_taken_over() const;
    /** After everything of the chunk has been written. */
    void finish_chunk(std::int64_t chunk, const std::vector<double>& summary);
    /** Closes the file on all ranks, gives it its name, and returns the summaries of all chunks, on the first rank. */
    std::vector<double> finish();

private:
    void create(const OutputIdentity& identity, const std::vector<OutputDataset>& datasets,
                const std::vector<std::string>& copies, const std::string& dump_path) const;
    /** Empty if OUT.part can be continued, else why not; "no" if there is none worth a word. */
    std::string why_not_continued(const OutputIdentity& identity) const;

    std::string path_, part_;
    std::int64_t chunks_, summary_length_;
    const Ranks& ranks_;
    Hdf5Handle file_;
    std::map<std::string, Dataset> sets_;
    std::vector<std::int32_t> done_;
};

} // namespace miscid::apps
