// Linked into a suite, this makes every invalid operation, division by zero and overflow of the whole run a crash, as
// hosts that debug their own code do (design section 4).
#include "catch.hpp"

#include <cfenv>

#if defined(__GLIBC__)

namespace {

constexpr int trapped = FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW;
[[maybe_unused]] const int before = feenableexcept(trapped);

} // namespace

TEST_CASE("this whole suite runs with floating-point traps on") {
    CHECK((fegetexcept() & trapped) == trapped);
}

#endif
