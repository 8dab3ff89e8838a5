// thermal_state is meant for closures: it takes no memory from the heap, and gives the same bits every time.
#include "thermo/gases.hpp"

#include "catch.hpp"

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include <cstdlib>
#include <cstring>

namespace {

thread_local long allocations = 0;

} // namespace

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t size) {
    ++allocations;
    return __libc_malloc(size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
    ++allocations;
    return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
    ++allocations;
    *memory = __libc_memalign(alignment, size);
    return *memory == nullptr;
}
}

namespace {

using namespace gases;

template <int N_f>
void check_calls() {
    for (unsigned seed = 0; seed < 4; ++seed) {
        const auto cell = random_cell<N_f>(seed, 1.0, 3, 2);
        const auto gas = cell.gas();
        const auto charges = thermo::lepton_number<N_f>();
        const long before = allocations;
        const auto one = thermo::thermal_state(gas, charges, Statistics::fermionic);
        const auto other = thermo::thermal_state(gas, charges, Statistics::fermionic);
        CHECK(allocations == before);
        CHECK(std::memcmp(&one.beta, &other.beta, sizeof one.beta) == 0);
        CHECK(one.moments == other.moments);
        CHECK(one.entropy == other.entropy);
    }
}

} // namespace

TEST_CASE("thermal_state takes no memory from the heap and repeats its bits, two flavors") {
    const long before = allocations;
    delete new int(1); // the counter counts
    void* volatile memory = std::malloc(8);
    std::free(memory);
    CHECK(allocations > before);
    check_calls<2>();
}
TEST_CASE("thermal_state takes no memory from the heap and repeats its bits, three flavors") {
    check_calls<3>();
}

#endif
