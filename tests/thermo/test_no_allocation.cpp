// thermal_state is meant for closures: it takes no memory from the heap, and gives the same bits every time.
#include "count_allocations.hpp"
#include "thermo/gases.hpp"

#include "catch.hpp"

#include <cstring>

namespace {

using namespace gases;

template <int N_f>
void check_calls() {
    for (unsigned seed = 0; seed < 4; ++seed) {
        const auto cell = random_cell<N_f>(seed, 1.0, 3, 2);
        const auto gas = cell.gas();
        const auto charges = thermo::lepton_number<N_f>();
        const long before = miscid::tests::allocations();
        const auto one = thermo::thermal_state(gas, charges, Statistics::fermionic);
        const auto other = thermo::thermal_state(gas, charges, Statistics::fermionic);
        CHECK(miscid::tests::allocations() == before);
        CHECK(std::memcmp(&one.beta, &other.beta, sizeof one.beta) == 0);
        CHECK(one.moments == other.moments);
        CHECK(one.entropy == other.entropy);
    }
}

} // namespace

TEST_CASE("thermal_state takes no memory from the heap and repeats its bits, two flavors") {
    REQUIRE(miscid::tests::allocations_are_seen());
    check_calls<2>();
}
TEST_CASE("thermal_state takes no memory from the heap and repeats its bits, three flavors") {
    check_calls<3>();
}
