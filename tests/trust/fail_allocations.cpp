#include "fail_allocations.hpp"

#include <cerrno>
#include <cstddef>

#define VISIBLE __attribute__((visibility("default")))

namespace {

thread_local long until_failure = -1, failures_left = 0, failed = 0, living = 0;

bool fails() {
    if (until_failure < 0)
        return false;
    if (until_failure > 0) {
        --until_failure;
        return false;
    }
    if (failures_left == 0)
        return false;
    --failures_left;
    ++failed;
    errno = ENOMEM;
    return true;
}

void* counted(void* memory) {
    living += memory != nullptr;
    return memory;
}

} // namespace

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

VISIBLE void* malloc(std::size_t size) {
    return fails() ? nullptr : counted(__libc_malloc(size));
}
VISIBLE void* calloc(std::size_t number, std::size_t size) {
    return fails() ? nullptr : counted(__libc_calloc(number, size));
}
VISIBLE void* realloc(void* memory, std::size_t size) {
    if (fails())
        return nullptr;
    living -= memory != nullptr;
    return counted(__libc_realloc(memory, size));
}
VISIBLE void* aligned_alloc(std::size_t alignment, std::size_t size) {
    return fails() ? nullptr : counted(__libc_memalign(alignment, size));
}
VISIBLE int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
    *memory = fails() ? nullptr : counted(__libc_memalign(alignment, size));
    return *memory == nullptr ? ENOMEM : 0;
}
VISIBLE void free(void* memory) {
    living -= memory != nullptr;
    __libc_free(memory);
}
}

namespace trust {

void fail_allocations(long n, long times) {
    until_failure = n;
    failures_left = times;
    failed = 0;
}

long failed_allocations() {
    return failed;
}

long living_allocations() {
    return living;
}

} // namespace trust
