/** @file fail_allocations.hpp
 *  Memory that runs out when a test says so, and a count of what has not been given back. Linked into a suite, the source
 *  stands in for the functions of the C library in which every way to the heap ends.
 */
#pragma once

namespace trust {

/** From the n-th allocation of this thread on (0: the next one) as many fail as `times` says; n < 0: none. */
void fail_allocations(long n, long times = 1);

/** Allocations of this thread that were made to fail since then. */
long failed_allocations();

/** Allocations of this thread minus what it has freed. */
long living_allocations();

} // namespace trust
