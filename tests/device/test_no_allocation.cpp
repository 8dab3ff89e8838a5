// Calls with arrays on a device take no memory, of the host's heap or of the device.
#include "device/cells_on_device.hpp"

#include "catch.hpp"
#include "count_allocations.hpp"

TEST_CASE("a call with arrays on a device allocates nothing, whether cells are handed over or not") {
    host::Cells cells(MISCID_MEMORY_DEVICE, 6, 2, 9);
    cells.fill(3);
    const long reserved = miscid::tests::stand_in().reserved;
    for (int step = 0; step < 4; ++step) {
        CHECK(miscid::tests::allocations_of([&] { cells.apply(); }) == 0);
        cells.change(0.02, static_cast<unsigned>(step));
    }
    CHECK(miscid::tests::stand_in().reserved == reserved);
}
