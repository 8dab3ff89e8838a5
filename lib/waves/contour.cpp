#include "waves/contour.hpp"

namespace miscid::waves {

void zeros_of_power_sums(int count, const Winding& winding, Complex* z) {
    const Complex s1 = winding.power_sum(1);
    if (count == 1) {
        z[0] = s1;
        return;
    }
    const Complex s2 = winding.power_sum(2);
    const Complex e2 = 0.5 * (s1 * s1 - s2);
    if (count == 2) {
        const Complex half = 0.5 * s1;
        const Complex root = std::sqrt(half * half - e2);
        z[0] = half + root;
        z[1] = half - root;
        return;
    }
    // z^3 - s1 z^2 + e2 z - e3, by simultaneous iteration (Durand-Kerner): no case distinctions.
    const Complex e3 = (s1 * s1 * s1 - 3.0 * s1 * s2 + 2.0 * winding.power_sum(3)) / 6.0;
    const Complex start(0.4, 0.9);
    z[0] = s1 / 3.0 + 1.0;
    z[1] = s1 / 3.0 + start;
    z[2] = s1 / 3.0 + start * start;
    for (int step = 0; step < 40; ++step) {
        for (int j = 0; j < 3; ++j) {
            const Complex value = ((z[j] - s1) * z[j] + e2) * z[j] - e3;
            const Complex slope = (z[j] - z[(j + 1) % 3]) * (z[j] - z[(j + 2) % 3]);
            if (slope != Complex(0.0, 0.0)) {
                z[j] -= value / slope;
            }
        }
    }
}

} // namespace miscid::waves
