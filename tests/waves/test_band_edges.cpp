// Ends of unstable bands in closed form, against following Im Omega(k') down to where it vanishes.
#include "closures/wave_lines.hpp"
#include "phase_space/refinement.hpp"
#include "waves/wave.hpp"

#include <catch.hpp>

#include <cmath>
#include <vector>

using namespace miscid;
using waves::Complex;

namespace {

/** nu - alpha nubar of Gaussians in v - 1 (widths .6 and .5; flavor-waves.md 4) on many angles. */
struct Beams {
    std::vector<double> v, e;

    Beams(int modes, double alpha) : v(static_cast<std::size_t>(modes)), e(v.size()) {
        std::vector<double> w(v.size());
        phase_space::gauss_legendre(modes, v.data(), w.data());
        double norm[2] = {};
        const double width[2] = {0.6, 0.5};
        for (int s = 0; s < 2; ++s) {
            for (std::size_t i = 0; i < v.size(); ++i) {
                norm[s] += w[i] * shape(v[i], width[s]);
            }
        }
        for (std::size_t i = 0; i < v.size(); ++i) {
            e[i] = w[i] * (shape(v[i], width[0]) / norm[0] - alpha * shape(v[i], width[1]) / norm[1]);
        }
    }
    static double shape(double x, double width) { return std::exp(-0.5 * (x - 1) * (x - 1) / (width * width)); }
    double total() const {
        double sum = 0;
        for (const double x : e) {
            sum += std::abs(x);
        }
        return sum;
    }
};

/** k' at which the wave followed from `from` towards `to` stops growing: the parabola through its last three growths that
 *  are well above what so many angles can fake, extended to zero. */
double end_of_growth(const Beams& beams, double from, double to) {
    const int modes = static_cast<int>(beams.v.size());
    waves::AxisymmetricKernel kernel;
    kernel.reserve(modes);
    kernel.set_background({modes, beams.v.data(), beams.e.data(), nullptr});
    waves::RootFinder<waves::AxisymmetricKernel> finder;
    finder.reserve(modes);
    kernel.set_wave_vector(from);
    const waves::RootSet set = finder.unstable(kernel, 1e-3);
    REQUIRE(set.listed > 0);
    Complex omega = set.omega[0];
    double k[3] = {from, from, from};
    double growth[3] = {omega.imag(), omega.imag(), omega.imag()};
    constexpr double enough = 1.5e-3; // many times what the gaps of 3000 angles fake
    const double step = 0.01 * (to - from);
    for (double next = from + step; growth[2] > enough; next += step) {
        kernel.set_wave_vector(next);
        REQUIRE(finder.polish(kernel, omega));
        k[0] = k[1], k[1] = k[2], k[2] = next;
        growth[0] = growth[1], growth[1] = growth[2], growth[2] = omega.imag();
    }
    const double slope = (growth[2] - growth[1]) / step;
    const double bend = (growth[2] - 2 * growth[1] + growth[0]) / (step * step);
    double end = k[2];
    for (int newton = 0; newton < 20; ++newton) {
        const double x = end - k[2];
        const double value = growth[2] + (slope + 0.5 * bend * step) * x + 0.5 * bend * x * x;
        end -= value / (slope + 0.5 * bend * step + bend * x);
    }
    return end;
}

} // namespace

TEST_CASE("the end of a band in closed form is where growth vanishes") {
    constexpr int modes = 3000;
    for (const double alpha : {0.86, 0.9, 1.0}) {
        CAPTURE(alpha);
        const Beams beams(modes, alpha);
        closures::WaveLines lines;
        lines.reserve(modes);
        lines.set_axisymmetric(modes, beams.v.data(), true);
        lines.set_background(beams.e.data(), nullptr);
        double low = 0;
        double high = 0;
        lines.range(0, beams.total(), false, low, high);
        REQUIRE(low < -0.3 * beams.total()); // not the least range there is
        REQUIRE(high > 0.3 * beams.total());
        // The range reaches two percent of the distance between the ends beyond either.
        const double closed = (1.02 * low + 0.02 * high) / 1.04;
        const double followed = end_of_growth(beams, 0.7 * closed, closed);
        CHECK(std::abs(followed / closed - 1.0) < 1e-3);
    }
}
