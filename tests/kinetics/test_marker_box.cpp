// The marker box against a spectral integration written here, closed forms, and what rotations must keep.
#include "levels.hpp"

#include "kinetics/marker_box.hpp"
#include "medium/constants.hpp"

#include "catch.hpp"

#include <Eigen/Dense>

#include <cstring>

using namespace miscid::kinetics;
using miscid::equilibrium::DispatchLevel;
using miscid::medium::constants::pi;

namespace {

/** (d_t + v d_z) E = (D_0 - v D_1) x E on a grid in the laboratory: dense Fourier derivative and Runge-Kutta 4. */
struct SpectralBox {
    Eigen::VectorXd v, a;
    Eigen::MatrixXd derivative;
    std::vector<Eigen::MatrixXd> u; ///< per beam: cells x 3, in units of a

    SpectralBox(int cells, double length, const Eigen::VectorXd& cosines, const Eigen::VectorXd& amplitudes)
        : v(cosines), a(amplitudes), derivative(cells, cells) {
        for (int i = 0; i < cells; ++i)
            for (int j = 0; j < cells; ++j)
                derivative(i, j) =
                    i == j ? 0.0 : pi / length * ((i - j) % 2 == 0 ? 1.0 : -1.0) / std::tan(pi * (i - j) / cells);
        u.assign(static_cast<std::size_t>(v.size()), Eigen::MatrixXd::Zero(cells, 3));
    }
    std::vector<Eigen::MatrixXd> rate(const std::vector<Eigen::MatrixXd>& at) const {
        Eigen::MatrixXd D0 = Eigen::MatrixXd::Zero(derivative.rows(), 3), D1 = D0;
        for (Eigen::Index b = 0; b < v.size(); ++b) {
            D0 += a[b] * at[static_cast<std::size_t>(b)];
            D1 += a[b] * v[b] * at[static_cast<std::size_t>(b)];
        }
        std::vector<Eigen::MatrixXd> result;
        for (Eigen::Index b = 0; b < v.size(); ++b) {
            const Eigen::MatrixXd H = D0 - v[b] * D1;
            const Eigen::MatrixXd& E = at[static_cast<std::size_t>(b)];
            Eigen::MatrixXd change = -v[b] * derivative * E;
            for (Eigen::Index z = 0; z < E.rows(); ++z)
                change.row(z) += Eigen::Vector3d(H.row(z)).cross(Eigen::Vector3d(E.row(z))).transpose();
            result.push_back(change);
        }
        return result;
    }
    void run(int steps, double h) {
        const auto moved = [&](const std::vector<Eigen::MatrixXd>& by, double step) {
            std::vector<Eigen::MatrixXd> result = u;
            for (std::size_t b = 0; b < u.size(); ++b)
                result[b] += step * by[b];
            return result;
        };
        for (int i = 0; i < steps; ++i) {
            const auto k1 = rate(u), k2 = rate(moved(k1, h / 2)), k3 = rate(moved(k2, h / 2)), k4 = rate(moved(k3, h));
            for (std::size_t b = 0; b < u.size(); ++b)
                u[b] += h / 6 * (k1[b] + 2 * k2[b] + 2 * k3[b] + k4[b]);
        }
    }
};

const Eigen::VectorXd four_v = Eigen::Vector4d(-0.9, -0.2, 0.4, 0.95);
const Eigen::VectorXd four_a = Eigen::Vector4d(0.5, 0.3, -0.2, -0.35);

/** Both boxes from the same two waves of finite size. */
void start_both(MarkerBox& markers, SpectralBox& grid, int count, double length) {
    markers.start(4, count, length, four_v.data(), four_a.data());
    const auto S = [&](int beam, double z) {
        const std::complex<double> one = std::polar(0.3 + 0.05 * beam, 2.0 * pi * z / length);
        return one + std::polar(0.2, -4.0 * pi * z / length + 0.7);
    };
    for (int b = 0; b < 4; ++b) {
        for (int j = 0; j < count; ++j) {
            const double z = length * j / count;
            const auto s = S(b, z);
            const double along = std::sqrt(1.0 - std::norm(s));
            markers.u(b, 0, j) = static_cast<float>(s.real());
            markers.u(b, 1, j) = static_cast<float>(-s.imag());
            markers.u(b, 2, j) = static_cast<float>(along);
        }
        for (Eigen::Index i = 0; i < grid.derivative.rows(); ++i) {
            const double z = length * static_cast<double>(i) / static_cast<double>(grid.derivative.rows());
            const auto s = S(b, z);
            grid.u[static_cast<std::size_t>(b)].row(i) =
                Eigen::Vector3d(s.real(), -s.imag(), std::sqrt(1.0 - std::norm(s))).transpose();
        }
    }
    markers.set_gauge(0.0, 0.0); // the waves above are those of the laboratory
    double number = 0.0;
    for (int b = 0; b < 4; ++b)
        number += markers.mean(b);
    markers.set_lepton_number(number);
}

} // namespace

TEST_CASE("large waves evolve as in a spectral integration of the same equation") {
    constexpr double length = 12.0, time = 12.0;
    SpectralBox grid(64, length, four_v, four_a);
    double error[2] = {};
    for (int fine = 0; fine < 2; ++fine) {
        SpectralBox reference = grid;
        MarkerBox markers(DispatchLevel::baseline);
        const int count = fine ? 128 : 64, steps = fine ? 480 : 240;
        markers.reserve(4, count);
        start_both(markers, reference, count, length);
        std::vector<double> before;
        for (int b = 0; b < 4; ++b)
            before.push_back(markers.mean(b));
        reference.run(600, time / 600);
        markers.run(steps, time / steps, nullptr, nullptr);
        double moved = 0.0;
        for (int b = 0; b < 4; ++b) {
            const double expected = four_a[b] * reference.u[static_cast<std::size_t>(b)].col(2).mean();
            error[fine] = std::max(error[fine], std::abs(markers.mean(b) - expected));
            moved = std::max(moved, std::abs(expected - before[static_cast<std::size_t>(b)]));
        }
        CHECK(moved > 0.05); // the waves did something
    }
    CHECK(error[0] < 3e-3);
    CHECK(error[1] < 8e-4);
    CHECK(error[1] < 0.4 * error[0]); // second order in the step
}

TEST_CASE("a wave of two beams grows as exp(t sqrt(4 zeta^2 - k'^2))") {
    // Fiorillo, Raffelt & Sigl after Eq. 13: zeta = +-1/2, growth sqrt((2 - k) k), one at k = 1.
    const double v[2] = {-1.0, 1.0}, a[2] = {-0.5, 0.5};
    MarkerBox box(DispatchLevel::baseline);
    constexpr int count = 64;
    const double length = 4.0 * 2.0 * pi;
    box.reserve(2, count);
    box.start(2, count, length, v, a);
    for (int b = 0; b < 2; ++b)
        for (int j = 0; j < count; ++j) {
            const double angle = 4.0 * 2.0 * pi * j / count; // n = 4, k = 1 in the laboratory, k_0 = 0
            box.u(b, 0, j) = static_cast<float>(1e-4 * std::cos(angle));
            box.u(b, 1, j) = static_cast<float>(-1e-4 * std::sin(angle));
        }
    box.set_gauge(0.0, 0.0);
    box.run(200, 0.02, nullptr, nullptr);
    const double early = box.wave_content();
    box.run(100, 0.02, nullptr, nullptr);
    CHECK(0.5 * std::log(box.wave_content() / early) / 2.0 == Approx(1.0).epsilon(0.01));
}

TEST_CASE("markers only turn, and lepton number stays") {
    for (const int count : {20, 32, 48}) {
        MarkerBox box(DispatchLevel::baseline);
        box.reserve(4, count);
        box.start(4, count, 0.9 * count / 1.35, four_v.data(), four_a.data());
        RandomNumbers random(7);
        box.tilt(0.05, 1e9, random);
        box.run(2500, 0.3 / 1.35, nullptr, nullptr);
        CHECK(box.wave_content() > 0.05);
        double number = 0.0;
        for (int b = 0; b < 4; ++b) {
            number += box.mean(b);
            CHECK(box.square(b) == Approx(1.0).margin(3e-5));
            CHECK(std::abs(box.mean(b)) <= std::abs(box.amplitude(b)) * std::sqrt(box.square(b)) * (1.0 + 1e-6));
        }
        CHECK(number == Approx(0.25).margin(1e-8));
    }
}

TEST_CASE("however long a box runs, its gauge stays with the waves and lepton number with the beams") {
    const double size = four_a.cwiseAbs().sum();
    for (const int count : {20, 32}) {
        for (int seed = 1; seed <= 3; ++seed) {
            MarkerBox box(DispatchLevel::avx2 <= miscid::equilibrium::best_dispatch_level() ? DispatchLevel::avx2
                                                                                            : DispatchLevel::baseline);
            box.reserve(4, count);
            box.start(4, count, 0.9 * count / size, four_v.data(), four_a.data());
            RandomNumbers random(static_cast<std::uint64_t>(6 + seed));
            box.tilt(0.05, 1e9, random);
            box.run(8000, 0.3 / size, nullptr, nullptr);
            double number = 0.0;
            for (int b = 0; b < 4; ++b)
                number += box.mean(b);
            CHECK(number == Approx(0.25).margin(1e-7));
            CHECK(std::abs(box.gauge_wave_number()) <= size);
            CHECK(std::abs(box.gauge_frequency()) <= size);
        }
    }
}

TEST_CASE("boxes side by side give the bits of each alone, whatever their steps, sources and company") {
    for (const int count : {20, 32, 33, 48}) {
        constexpr int boxes = 5;
        MarkerBox together(DispatchLevel::baseline);
        together.reserve(4, count, boxes);
        const double source[4] = {1e-3, -2e-3, 0.0, 5e-4}, loss[4] = {0.01, 0.0, 0.02, 0.01};
        const int steps[boxes] = {100, 37, 0, 64, 333};
        MarkerBox::Task tasks[MarkerBox::most_boxes];
        const auto set_up = [&](MarkerBox& box, int index, int place) {
            Eigen::Vector4d v = four_v * (1.0 - 0.1 * index), a = four_a * (1.0 + 0.2 * index);
            a[1] += 0.05 * index;
            box.start(4, count, (0.9 + 0.02 * index) * count / 1.35, v.data(), a.data(), place);
            RandomNumbers random(static_cast<std::uint64_t>(20 + index));
            box.tilt(0.05 + 0.1 * index, 1e9, random, place);
            return MarkerBox::Task{steps[index], 0.2 + 0.02 * index, index % 2 ? source : nullptr,
                                   index == 3 ? loss : nullptr};
        };
        for (int index = 0; index < boxes; ++index)
            tasks[index] = set_up(together, index, index);
        together.run(tasks);
        together.run(tasks);
        for (int index = 0; index < boxes; ++index) {
            MarkerBox alone(DispatchLevel::baseline);
            alone.reserve(4, count);
            const MarkerBox::Task task = set_up(alone, index, 0);
            alone.run(&task);
            alone.run(&task);
            int different = 0;
            for (int b = 0; b < 4; ++b)
                for (int c = 0; c < 3; ++c)
                    for (int j = 0; j < count; ++j)
                        different += alone.u(b, c, j) != together.u(b, c, j, index);
            CHECK(different == 0);
            CHECK(alone.lepton_number() == together.lepton_number(index));
            CHECK(alone.gauge_frequency() == together.gauge_frequency(index));
            CHECK(alone.gauge_wave_number() == together.gauge_wave_number(index));
            CHECK(alone.shift(3) == together.shift(3, index));
        }
    }
}

TEST_CASE("seeds bring in no lepton number at second order") {
    MarkerBox box(DispatchLevel::baseline);
    box.reserve(4, 32);
    box.start(4, 32, 30.0, four_v.data(), four_a.data());
    RandomNumbers random(3);
    box.tilt(0.05, 1e9, random);
    double number = 0.0;
    for (int b = 0; b < 4; ++b)
        number += box.mean(b);
    CHECK(box.wave_content() == Approx(0.0025).epsilon(0.5));
    CHECK(number == Approx(0.25).margin(2e-4 * 1.35)); // fourth order; a common tilt would lose 3e-4
}

TEST_CASE("a stable state with noise stays put") {
    const double v[3] = {-0.7, 0.1, 0.8}, a[3] = {0.1, 0.2, 0.3};
    MarkerBox box(DispatchLevel::baseline);
    box.reserve(3, 32);
    box.start(3, 32, 48.0, v, a);
    RandomNumbers random(5);
    box.tilt(0.02, 1e9, random);
    box.run(5000, 0.5, nullptr, nullptr);
    double change = 0.0;
    for (int b = 0; b < 3; ++b)
        change += std::abs(box.mean(b) - a[b]);
    CHECK(change < 1e-3 * 0.6);
}

TEST_CASE("a source arrives in full, and losses take transverse parts only") {
    MarkerBox box(DispatchLevel::baseline);
    box.reserve(4, 32);
    box.start(4, 32, 30.0, four_v.data(), four_a.data());
    const double source[4] = {0.01, -0.02, 0.03, 0.0};
    box.run(10, 0.2, source, nullptr);
    for (int b = 0; b < 4; ++b)
        CHECK(box.mean(b) == Approx(four_a[b] + 2.0 * source[b]).margin(1e-6));
    RandomNumbers random(5);
    box.tilt(1e-3, 1e9, random);
    const double content = box.wave_content();
    const double loss[4] = {10.0, 10.0, 10.0, 10.0};
    box.run(10, 0.01, nullptr, loss);
    CHECK(box.wave_content() == Approx(content * std::exp(-2.0)).epsilon(0.1));
}

TEST_CASE("a shift that rounding puts at the end of the box begins again") {
    const double v[2] = {-1e-17, 0.5}, a[2] = {0.5, -0.4};
    MarkerBox box(DispatchLevel::baseline);
    box.reserve(2, 32);
    box.start(2, 32, 30.0, v, a);
    RandomNumbers random(1);
    box.tilt(0.05, 1e9, random);
    box.run(50, 0.3, nullptr, nullptr);
    CHECK(box.shift(0) >= 0.0);
    CHECK(box.shift(0) < 1.0);
    CHECK(box.square(0) == Approx(1.0).margin(1e-5));
}

TEST_CASE("all instruction sets give the same bits") {
    for (const int count : {20, 32, 48}) {
        std::vector<float> first;
        for (const DispatchLevel level : levels_here()) {
            MarkerBox box(level);
            box.reserve(4, count);
            box.start(4, count, 25.0, four_v.data(), four_a.data());
            RandomNumbers random(9);
            box.tilt(0.05, 1e9, random);
            box.run(300, 0.2, nullptr, nullptr);
            std::vector<float> now;
            for (int b = 0; b < 4; ++b)
                for (int c = 0; c < 3; ++c)
                    for (int j = 0; j < count; ++j)
                        now.push_back(box.u(b, c, j));
            if (first.empty())
                first = now;
            CHECK(std::memcmp(first.data(), now.data(), now.size() * sizeof(float)) == 0);
        }
    }
}
