// apply takes no memory from the heap once reserve has been called.
#include "cells.hpp"

#include "catch.hpp"

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include <cstdlib>

#define VISIBLE __attribute__((visibility("default")))

namespace {

thread_local long allocations = 0;

} // namespace

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

VISIBLE void* malloc(std::size_t size) {
    ++allocations;
    return __libc_malloc(size);
}
VISIBLE void* calloc(std::size_t count, std::size_t size) {
    ++allocations;
    return __libc_calloc(count, size);
}
VISIBLE void* realloc(void* memory, std::size_t size) {
    ++allocations;
    return __libc_realloc(memory, size);
}
VISIBLE void* aligned_alloc(std::size_t alignment, std::size_t size) {
    ++allocations;
    return __libc_memalign(alignment, size);
}
VISIBLE int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
    ++allocations;
    *memory = __libc_memalign(alignment, size);
    return *memory == nullptr;
}
}

using namespace closure_tests;

namespace {

long allocations_of_step(CellForTest& cell, Closure& closure, double dt) {
    cell.apply(closure, dt); // the test's own arrays take their size
    const auto state = cell.state;
    const long before = allocations;
    cell.apply(closure, dt);
    return allocations - before;
}

} // namespace

TEST_CASE("no closure allocates: stable, first growth, saturated, driven, three-dimensional") {
    void* (*volatile allocate)(std::size_t) = std::malloc; // no compiler may leave this one out
    const long seen = allocations;
    void* probe = allocate(100);
    const long counted = allocations - seen;
    std::free(probe);
    CHECK(counted == 1);
    for (const Kind kind : all_kinds()) {
        INFO(name_of(kind));
        auto closure = make_closure(kind);
        closure->reserve(120);
        for (const double alpha : {0.5, 0.9, 1.0}) {
            auto cell = gaussian_cell(alpha, 24);
            for (double dt : {1.0, 50.0, 5000.0}) {
                CHECK(allocations_of_step(cell, *closure, dt) == 0);
                cell.e = cell.after;
            }
            cell.use_source = true;
            for (std::size_t i = 0; i < cell.e.size(); ++i)
                cell.source[i] = (i % 2 ? 1e-4 : -1e-4) * cell.weight[i];
            CHECK(allocations_of_step(cell, *closure, 50.0) == 0);
        }
        auto cell = three_dimensional_cell(6, 8, 0.3);
        CHECK(allocations_of_step(cell, *closure, 2000.0) == 0);
        auto two_crossings = random_cell(11, 40);
        CHECK(allocations_of_step(two_crossings, *closure, 2000.0) == 0);
    }
}

#endif
