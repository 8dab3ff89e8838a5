// The host's floating-point environment (design section 4).
#include "step/random_cells.hpp"

#include "catch.hpp"

#include <cfenv>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

TEST_CASE("apply leaves rounding, traps and flush-to-zero as they were") {
    host::Cells cells(3, 9, "{" + std::string(host::mixing) + "}");
    host::fill(cells, host::regimes()[1], 31);
    const int rounding = std::fegetround();
#if defined(__GLIBC__)
    const int traps = fegetexcept();
#endif
#if defined(__x86_64__)
    constexpr unsigned sticky = 0x3f; // the flags that every operation may raise
    const unsigned control = _mm_getcsr() & ~sticky;
#endif
    REQUIRE(cells.apply(1).status == MISCID_OK);
    CHECK(std::fegetround() == rounding);
#if defined(__GLIBC__)
    CHECK(fegetexcept() == traps);
#endif
#if defined(__x86_64__)
    CHECK((_mm_getcsr() & ~sticky) == control);
#endif
}

TEST_CASE("no step raises invalid, division by zero or overflow, in any regime, on empty cells, and after refusals") {
    const auto check = [](host::Cells& cells) {
        std::feclearexcept(FE_ALL_EXCEPT);
        cells.apply(1);
        CHECK(std::fetestexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW) == 0);
    };
    for (const auto& regime : host::regimes()) {
        INFO(regime.name);
        host::Cells cells(3, 9, "{" + std::string(host::mixing) + "}");
        host::fill(cells, regime, 32);
        for (int step = 0; step < 20; ++step) {
            cells.electron_density[0] *= 0.7;
            check(cells);
        }
    }
    host::Cells empty(2, 3, "{" + std::string(host::mixing) + "}"); // nothing but zeros
    check(empty);
    CHECK(empty.status[0] == MISCID_OK);
    for (auto& number : empty.weight)
        number = 0;
    check(empty);
    host::Cells spoiled(2, 3, "{" + std::string(host::mixing) + "}");
    host::fill(spoiled, host::regimes()[3], 33);
    spoiled.numbers[5] = std::numeric_limits<double>::quiet_NaN();
    check(spoiled);
    CHECK(spoiled.status[0] == MISCID_CELL_NOT_FINITE);
}
