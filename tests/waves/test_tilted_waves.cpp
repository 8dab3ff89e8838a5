// Waves of polarizations that share no axis, as the step treats them, against the dense 3N x 3N eigensolver.
#include "step/tilted_waves.hpp"
#include "waves/dense.hpp"

#include "catch.hpp"

#include <cmath>
#include <random>
#include <vector>

using Eigen::Vector3d;
using miscid::step::TiltedModes;
using miscid::step::TiltedWaves;

namespace {

/** Two groups of beams with opposite lepton number on a 4 x 6 grid of angles, axes tilted by up to `tilt` about the mean;
 *  |H| from the mean field along each axis. */
TiltedModes tilted_gas(double tilt, unsigned seed) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> uniform(-1, 1);
    TiltedModes m;
    m.reserve(24);
    const double cosine[4] = {-0.861136311594053, -0.339981043584856, 0.339981043584856, 0.861136311594053};
    for (int ring = 0; ring < 4; ++ring)
        for (int azimuth = 0; azimuth < 6; ++azimuth) {
            const std::size_t n = std::size_t(m.count++);
            const double v = cosine[ring], phi = 1.0471975511965976 * azimuth, s = std::sqrt(1 - v * v);
            const Vector3d direction(s * std::cos(phi), s * std::sin(phi), v);
            const Vector3d axis =
                Vector3d(tilt * uniform(random) + 0.6 * tilt * v, tilt * uniform(random), 1).normalized();
            for (int a = 0; a < 3; ++a) {
                m.direction[a][n] = direction[a];
                m.axis[a][n] = axis[a];
            }
            m.e[n] = (ring == 3 ? -0.9 : 0.5 - 0.1 * v) / 24;
        }
    for (int i = 0; i < m.count; ++i) {
        double H = 0.3;
        for (int j = 0; j < m.count; ++j) {
            double cos = 0, flavor = 0;
            for (int a = 0; a < 3; ++a) {
                cos += m.direction[a][std::size_t(i)] * m.direction[a][std::size_t(j)];
                flavor += m.axis[a][std::size_t(i)] * m.axis[a][std::size_t(j)];
            }
            H += m.e[std::size_t(j)] * (1 - cos) * flavor;
        }
        m.H[std::size_t(i)] = H;
    }
    return m;
}

/** Fastest growth of all 3N eigenvalues at this wave vector. */
double dense_growth(const TiltedModes& m, const Vector3d& k) {
    std::vector<double> g(std::size_t(m.count), 1.0), P[3], H[3];
    for (int a = 0; a < 3; ++a)
        for (std::size_t i = 0; i < std::size_t(m.count); ++i) {
            P[a].push_back(m.e[i] * m.axis[a][i]);
            H[a].push_back(m.H[i] * m.axis[a][i]);
        }
    miscid::waves::Background b;
    b.modes = m.count;
    b.g = g.data();
    b.damping = m.damping.data();
    for (int a = 0; a < 3; ++a) {
        b.direction[a] = m.direction[a].data();
        b.P[a] = P[a].data();
        b.H[a] = H[a].data();
    }
    return miscid::waves::dense_spectrum(miscid::waves::dense_operator(b, k))[0].imag();
}

double total(const TiltedModes& m) {
    double sum = 0;
    for (int i = 0; i < m.count; ++i)
        sum += std::abs(m.e[std::size_t(i)]);
    return sum;
}

/** Fastest growth of the dense spectrum on a line of wave vectors along z, in units of what the angles fake there. */
double dense_on_axis(const TiltedModes& m, double& over_floor) {
    double fastest = 0;
    over_floor = 0;
    const double gap = 0.68; // of the cosines
    for (double k = 0.02; k < 2.0 * total(m); k += 0.04) {
        const double growth = dense_growth(m, {0, 0, k});
        fastest = std::max(fastest, growth);
        over_floor = std::max(over_floor, growth / std::max(2e-3 * total(m), gap * k / 6.283));
    }
    return fastest;
}

} // namespace

TEST_CASE("growth of a tilted cell is that of the dense eigensolver, and relaxation leaves none above the floor") {
    for (const double tilt : {0.1, 0.5}) {
        CAPTURE(tilt);
        TiltedModes m = tilted_gas(tilt, 3);
        double over_floor = 0;
        const double before = dense_on_axis(m, over_floor);
        REQUIRE(over_floor > 1.5); // there is something to relax
        TiltedWaves waves;
        waves.reserve(24);
        std::vector<double> factor(24);
        miscid::closures::Diagnostics d;
        const auto e = m.e;
        const bool converged = waves.relax(m, 1e8, 1e-6, nullptr, factor.data(), d);
        CHECK(converged);
        CHECK(d.certified);
        CHECK(d.max_growth_before > 0.75 * before); // ten places per line, seven lines
        for (std::size_t i = 0; i < 24; ++i) {
            CHECK((factor[i] > 0 && factor[i] <= 1));
            CHECK(m.e[i] == Approx(e[i] * factor[i]).margin(1e-15));
        }
        CHECK(*std::min_element(factor.begin(), factor.end()) < 0.95);
        dense_on_axis(m, over_floor);
        CHECK(over_floor < 1.6); // between the places that were looked at
        CHECK(d.max_growth_after == 0.0);
    }
}

TEST_CASE("a tilted cell waits until its waves have grown out of their seed, however the time is split") {
    const TiltedModes start = tilted_gas(0.3, 4);
    TiltedWaves waves;
    waves.reserve(24);
    std::vector<double> factor(24);
    TiltedModes m = start;
    miscid::closures::Diagnostics d;
    REQUIRE(waves.relax(m, 0.0, 1e-6, nullptr, factor.data(), d));
    const double rate = d.max_growth_before, needed = std::log(1e6) / rate;
    REQUIRE(rate > 0);
    for (int parts : {1, 5}) {
        double state[TiltedWaves::state_size] = {};
        for (int part = 0; part < parts; ++part) {
            m = start;
            d = {};
            REQUIRE(waves.relax(m, 0.99 * needed / parts, 1e-6, state, factor.data(), d));
            CHECK(*std::min_element(factor.begin(), factor.end()) == 1.0);
        }
        m = start;
        d = {};
        REQUIRE(waves.relax(m, 0.02 * needed, 1e-6, state, factor.data(), d));
        CHECK(*std::min_element(factor.begin(), factor.end()) < 0.99);
        const TiltedModes after = m;
        d = {};
        REQUIRE(waves.relax(m, 1e8, 1e-6, state, factor.data(), d)); // and then it is marginal
        CHECK(*std::min_element(factor.begin(), factor.end()) == 1.0);
        CHECK(d.wave_content > 0.0);
    }
}

TEST_CASE("without a crossing and with one axis nothing is taken from anybody") {
    TiltedModes m = tilted_gas(0.0, 5);
    for (double& e : m.e)
        e = std::abs(e);
    TiltedWaves waves;
    waves.reserve(24);
    std::vector<double> factor(24);
    miscid::closures::Diagnostics d;
    REQUIRE(waves.relax(m, 1e9, 1e-6, nullptr, factor.data(), d));
    CHECK(d.max_growth_before == 0.0);
    for (double f : factor)
        CHECK(f == 1.0);
}
