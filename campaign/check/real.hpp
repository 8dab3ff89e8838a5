/** @file real.hpp
 *  Number types of the check: 64 bits of mantissa for following branches, 113 bits where mu sum w / |H| eats the rest.
 */
#pragma once

#include <cmath>

namespace miscid::campaign {

using Extended = long double;
__extension__ typedef __float128 Quadruple;

inline Extended square_root(Extended x) {
    return std::sqrt(x);
}
inline Quadruple square_root(Quadruple x) {
    if (!(x > 0)) {
        return 0;
    }
    const Quadruple root = std::sqrt(static_cast<Extended>(x)); // the exponent range is the same
    return (root + x / root) / 2;                               // one Newton step: 64 -> 113 bits
}
template <class Real>
Real magnitude(Real x) {
    return x < 0 ? -x : x;
}

/** a^s for a > 0, smooth in s to the precision of the type. */
inline Extended power(Extended a, Extended s) {
    return std::pow(a, s);
}
inline Quadruple power(Quadruple a, Quadruple s) {
    constexpr int halvings = 30;
    const Quadruple x = s * std::log(static_cast<Extended>(a)) / (1 << halvings);
    Quadruple term = x, less_one = x; // exp(x) - 1
    for (int k = 2; k < 12; ++k) {
        term *= x / k;
        less_one += term;
    }
    for (int i = 0; i < halvings; ++i) {
        less_one *= 2 + less_one;
    }
    return 1 + less_one;
}

/** Relative spacing of the type. */
template <class Real>
struct Precision;
template <>
struct Precision<Extended> {
    static constexpr Extended epsilon = 0x1p-63L;
};
template <>
struct Precision<Quadruple> {
    static constexpr Quadruple epsilon = 0x1p-56L * 0x1p-56L;
};

} // namespace miscid::campaign
