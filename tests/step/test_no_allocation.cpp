// miscid_apply and miscid_evaluate take no memory from the heap (design section 4). Every way to it is counted here,
// operator new and Eigen's aligned memory included: both end in these functions of the C library.
#include "step/random_cells.hpp"

#include "catch.hpp"

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include <cstdlib>

// The library must find these instead of the C library's own.
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

namespace {

template <class Call>
long allocations_of(Call call) {
    const long before = allocations;
    call();
    return allocations - before;
}

} // namespace

TEST_CASE("the counter sees what a workspace takes") {
    host::Cells cells(2, 6, "{" + std::string(host::mixing) + "}");
    CHECK(allocations_of([&] { miscid::Workspace(cells.context); }) > 3);
}

TEST_CASE("apply and evaluate allocate nothing: cold, warm, continued, over events and folds, refused") {
    for (const std::string collisions : {"off", "depolarization", "full"})
        for (const auto& regime : host::regimes()) {
            INFO(regime.name << ", collisions " << collisions);
            host::Cells cells(3, 9, "{" + std::string(host::mixing) + R"(, "collisions.mode": ")" + collisions + "\"}",
                              2);
            host::fill(cells, regime, 41);
            bool continued = false;
            for (int step = 0; step < 12; ++step) {
                miscid_report report{};
                report.struct_size = sizeof report;
                CHECK(allocations_of([&] {
                          miscid_apply(cells.context.get(), cells.workspace.get(), cells.batch.get(), 0, 0.01, &report);
                      }) == 0);
                continued = continued || report.continued > 0;
                CHECK(allocations_of([&] {
                          miscid_evaluate(cells.context.get(), cells.workspace.get(), cells.batch.get(), 0, &report);
                      }) == 0);
                for (auto& electrons : cells.electron_density)
                    electrons *= step % 3 == 2 ? 0.2 : 0.9;
            }
            CHECK(continued); // or the hard part was never run
            cells.numbers[0] = std::numeric_limits<double>::infinity();
            CHECK(allocations_of([&] {
                      miscid_apply(cells.context.get(), cells.workspace.get(), cells.batch.get(), 0, 0.01, nullptr);
                  }) == 0);
        }
}

TEST_CASE("three flavors allocate nothing either, crossings by Landau-Zener included") {
    for (const auto& regime : host::regimes()) {
        INFO(regime.name);
        host::Cells cells(3, 9,
                          R"({"phase_space.flavors": 3, "collisions.mode": "full",
            "equilibrium.crossing": "landau_zener", )" +
                              std::string(host::mixing) + "}");
        host::Cells two(3, 9, "{" + std::string(host::mixing) + "}");
        host::fill(two, regime, 41);
        cells.energy = two.energy;
        cells.direction = two.direction;
        cells.weight = two.weight;
        cells.electron_density = two.electron_density;
        for (std::size_t mode = 0; mode < cells.modes(); ++mode) {
            cells.numbers[9 * mode] = two.numbers[4 * mode];
            cells.numbers[9 * mode + 1] = two.numbers[4 * mode + 1];
            cells.numbers[9 * mode + 2] = 0.9 * two.numbers[4 * mode + 1];
        }
        for (int step = 0; step < 8; ++step) {
            CHECK(allocations_of([&] {
                      miscid_apply(cells.context.get(), cells.workspace.get(), cells.batch.get(), 0, 0.01, nullptr);
                  }) == 0);
            for (auto& electrons : cells.electron_density)
                electrons *= step % 3 == 2 ? 0.2 : 0.9;
        }
    }
}

#endif
