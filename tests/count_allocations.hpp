/** @file count_allocations.hpp
 *  Counts what a thread takes from the heap. Linked into a suite (miscid_allocation_counter), it stands in for the
 *  functions of the C library in which every way to the heap ends: operator new and Eigen's aligned memory included.
 */
#pragma once

namespace miscid::tests {

/** Allocations of this thread so far. */
long allocations();

/** Allocations of this thread during `call()`. */
template <class Call>
long allocations_of(Call call) {
    const long before = allocations();
    call();
    return allocations() - before;
}

/** One call of malloc and one of operator new are seen as two: without that, counting none means nothing. */
bool allocations_are_seen();

} // namespace miscid::tests
