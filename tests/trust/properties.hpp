// How rapidcheck draws a random cell, shows it, and makes it smaller when a property fails.
//
//     RC_PARAMS="max_success=10000" build/bin/test_trust "turning space*"     # more of them
//     RC_PARAMS="reproduce=..."                                               # what a failure printed
#pragma once

#include "any_cell.hpp"

#include <rapidcheck.h>

namespace trust {

inline void showValue(const Draw& draw, std::ostream& out) {
    out << "trust::Draw{" << draw.seed << ", " << draw.groups << ", " << draw.directions << ", " << draw.tilt << ", "
        << draw.matter_moves << ", " << draw.rates << "}";
}

} // namespace trust

template <>
struct rc::Arbitrary<trust::Draw> {
    static Gen<trust::Draw> arbitrary() {
        using trust::Draw;
        const auto any = [](int low, int high) { return gen::resize(kNominalSize, gen::inRange(low, high + 1)); };
        return gen::build<Draw>(gen::set(&Draw::seed, gen::noShrink(gen::cast<unsigned>(any(0, 999999999)))),
                                gen::set(&Draw::groups, any(1, 3)), gen::set(&Draw::directions, any(2, 6)),
                                gen::set(&Draw::tilt, gen::map(any(0, 4), [](int n) { return 0.05 * n; })),
                                gen::set(&Draw::matter_moves, gen::map(any(0, 3), [](int n) { return n > 0; })),
                                gen::set(&Draw::rates, gen::map(any(0, 3), [](int n) { return n > 0; })));
    }
};
