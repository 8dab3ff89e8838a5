// Any bytes as the map of a simulation dump: read, or refused by InputError.
#include "snapshot/snapshot_map.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>

namespace {

/** The reader wants a path; this one keeps its place. */
struct ScratchFile {
    std::string path = "/tmp/miscid-fuzz-XXXXXX";
    int file = mkstemp(path.data());
    ~ScratchFile() {
        close(file);
        unlink(path.c_str());
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const ScratchFile scratch;
    if (ftruncate(scratch.file, 0) != 0 || pwrite(scratch.file, data, size, 0) != static_cast<ssize_t>(size))
        std::abort();
    try {
        miscid::apps::read_snapshot_map(scratch.path);
    } catch (const miscid::apps::InputError&) {
    }
    return 0;
}
