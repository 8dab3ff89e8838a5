// Streaming against sums of plane waves written out: P(z, t) = sum_n a_n cos(2 pi n (z - v t)/L + phi_n).
#include "kinetics/random_numbers.hpp"
#include "kinetics/streaming.hpp"

#include "catch.hpp"
#include "levels.hpp"

#include <cmath>
#include <cstring>

using namespace miscid::kinetics;

namespace {

constexpr double pi = 3.14159265358979323846;

struct Wave {
    int n;
    double amplitude, phase;
};

/** Waves of every mode and component, below the highest frequency of the grid. */
std::vector<Wave> waves_of(int cells, int mode, int component) {
    RandomNumbers random(static_cast<std::uint64_t>(100 * mode + component + 1));
    std::vector<Wave> waves;
    for (int i = 0; i < 4; ++i) {
        waves.push_back(
            {static_cast<int>(random.uniform() * (cells / 2)), random.normal(), 2.0 * pi * random.uniform()});
    }
    return waves;
}

double value(const std::vector<Wave>& waves, double z_over_L) {
    double sum = 0.0;
    for (const auto& wave : waves) {
        sum += wave.amplitude * std::cos(2.0 * pi * wave.n * z_over_L + wave.phase);
    }
    return sum;
}

Eigen::VectorXd speeds(int modes) {
    return Eigen::VectorXd::LinSpaced(modes, -1.0, 0.93);
}

BoxField filled(int modes, int components, int cells) {
    BoxField field(modes, components, cells);
    for (int mode = 0; mode < modes; ++mode) {
        for (int component = 0; component < components; ++component) {
            const auto waves = waves_of(cells, mode, component);
            for (int cell = 0; cell < cells; ++cell) {
                field.at(component, mode, cell) = value(waves, static_cast<double>(cell) / cells);
            }
        }
    }
    return field;
}

} // namespace

TEST_CASE("streaming moves every wave by v t, whatever the number of modes, components and cells") {
    const double length = 37.0, time = 11.3;
    for (const auto& [modes, components, cells] :
         {std::tuple{1, 3, 8}, {9, 3, 16}, {17, 4, 32}, {24, 3, 128}, {3, 8, 512}, {8, 9, 64}}) {
        BoxField field = filled(modes, components, cells);
        Streaming streaming(speeds(modes), length, cells, miscid::equilibrium::best_dispatch_level());
        streaming.apply(streaming.translation(time), field);
        double worst = 0.0;
        for (int mode = 0; mode < modes; ++mode) {
            for (int component = 0; component < components; ++component) {
                const auto waves = waves_of(cells, mode, component);
                for (int cell = 0; cell < cells; ++cell) {
                    const double z = static_cast<double>(cell) / cells - speeds(modes)[mode] * time / length;
                    worst = std::max(worst, std::abs(field.at(component, mode, cell) - value(waves, z)));
                }
            }
        }
        INFO(modes << " modes, " << components << " components, " << cells << " cells");
        CHECK(worst < 1e-12 * cells);
    }
}

TEST_CASE("the spectral derivative of plane waves") {
    const double length = 20.0;
    const int cells = 64, modes = 5;
    BoxField field = filled(modes, 3, cells);
    Streaming streaming(speeds(modes), length, cells, miscid::equilibrium::best_dispatch_level());
    streaming.apply(streaming.advection(), field);
    for (int mode = 0; mode < modes; ++mode) {
        const auto waves = waves_of(cells, mode, 2);
        for (int cell = 0; cell < cells; ++cell) {
            double expected = 0.0;
            for (const auto& wave : waves) {
                const double k = 2.0 * pi * wave.n / length;
                expected +=
                    speeds(modes)[mode] * k * wave.amplitude * std::sin(2.0 * pi * wave.n * cell / cells + wave.phase);
            }
            CHECK(field.at(2, mode, cell) == Approx(expected).margin(1e-11));
        }
    }
}

TEST_CASE("every instruction set streams to the same bits") {
    const int modes = 19, cells = 256;
    BoxField first(0, 0, 2);
    for (const auto level : levels_here()) {
        BoxField field = filled(modes, 3, cells);
        Streaming streaming(speeds(modes), 30.0, cells, level);
        streaming.apply(streaming.translation(0.4), field);
        if (level == levels_here().front()) {
            first = field;
        } else {
            CHECK(std::memcmp(first.data(), field.data(), field.size() * sizeof(double)) == 0);
        }
    }
}

TEST_CASE("a number of cells that is no power of two is refused by name") {
    CHECK_THROWS_WITH(FourierPlan(100), Catch::Contains("power of two"));
}
