#include "count_allocations.hpp"

#include <cstdlib>
#include <new>

// The library must find these instead of the C library's own.
#define VISIBLE __attribute__((visibility("default")))

namespace {

thread_local long count = 0;

} // namespace

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

VISIBLE void* malloc(std::size_t size) {
    ++count;
    return __libc_malloc(size);
}
VISIBLE void* calloc(std::size_t number, std::size_t size) {
    ++count;
    return __libc_calloc(number, size);
}
VISIBLE void* realloc(void* memory, std::size_t size) {
    ++count;
    return __libc_realloc(memory, size);
}
VISIBLE void* aligned_alloc(std::size_t alignment, std::size_t size) {
    ++count;
    return __libc_memalign(alignment, size);
}
VISIBLE int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
    ++count;
    *memory = __libc_memalign(alignment, size);
    return *memory == nullptr;
}
}

namespace miscid::tests {

long allocations() {
    return count;
}

bool allocations_are_seen() {
    void* (*volatile allocate)(std::size_t) = std::malloc; // no compiler may leave these out
    void* (*volatile create)(std::size_t) = ::operator new;
    return allocations_of([&] {
               std::free(allocate(100));
               ::operator delete(create(100));
           }) == 2;
}

} // namespace miscid::tests
