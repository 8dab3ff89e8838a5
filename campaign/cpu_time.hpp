/** @file cpu_time.hpp
 *  Processor time of this thread: what a step cost, whatever else the machine does.
 */
#pragma once

#include <ctime>

namespace miscid::campaign {

inline double cpu_seconds() {
    std::timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

} // namespace miscid::campaign
