// The box in two and three dimensions: against the box along one axis, and what streaming and rotations must keep.
#include "kinetics/cubic_box.hpp"
#include "kinetics/periodic_box.hpp"
#include "medium/constants.hpp"

#include "catch.hpp"

#include <cmath>

using namespace miscid::kinetics;

namespace {

Gas some_gas(int modes) {
    Gas gas;
    gas.direction.resize(3, modes);
    gas.weight.resize(modes);
    gas.mu.from = 1.0;
    RandomNumbers random(5);
    for (int i = 0; i < modes; ++i) {
        gas.direction.col(i) = Eigen::Vector3d(random.normal(), random.normal(), random.normal()).normalized();
        gas.weight[i] = (i % 3 == 0 ? -0.1 : 0.1) * random.uniform();
    }
    return gas;
}

Eigen::Matrix3Xd two_axes() {
    Eigen::Matrix3Xd axes(3, 2);
    axes.col(0) = Eigen::Vector3d::UnitZ();
    axes.col(1) = Eigen::Vector3d::UnitX();
    return axes;
}

} // namespace

TEST_CASE("a square whose fields vary along one axis is the box along that axis") {
    const Gas gas = some_gas(11);
    constexpr int N = 16;
    constexpr double L = 20.0, h = 0.2;
    for (int axis = 0; axis < 2; ++axis) {
        Gas along = gas;
        along.axis = two_axes().col(axis);
        PeriodicBox line(along, L, N, h);
        CubicBox square(gas, two_axes(), L, N, h);
        for (int mode = 0; mode < gas.modes(); ++mode) {
            for (int cell = 0; cell < N * N; ++cell) {
                const int at = axis == 0 ? cell % N : cell / N;
                const double angle = 2.0 * miscid::medium::constants::pi * at / N;
                const double P[3] = {0.2 * std::cos(angle), 0.1 * std::sin(3.0 * angle),
                                     1.0 - 0.1 * std::cos(2.0 * angle)};
                for (int c = 0; c < 3; ++c) {
                    square.field().at(c, mode, cell) = P[c];
                    line.field().at(c, mode, at) = P[c];
                }
            }
        }
        line.advance(50);
        square.advance(50);
        for (int mode = 0; mode < gas.modes(); ++mode) {
            for (int cell = 0; cell < N * N; ++cell) {
                const int at = axis == 0 ? cell % N : cell / N;
                for (int c = 0; c < 3; ++c) {
                    REQUIRE(square.field().at(c, mode, cell) == Approx(line.field().at(c, mode, at)).margin(1e-11));
                }
            }
        }
    }
}

TEST_CASE("in three dimensions a free wave moves with its mode, whatever its direction") {
    Gas gas = some_gas(9);
    gas.mu.from = 0.0;
    constexpr int N = 8;
    constexpr double L = 10.0, h = 0.3;
    CubicBox box(gas, Eigen::Matrix3d::Identity(), L, N, h);
    const double unit = 2.0 * miscid::medium::constants::pi / L;
    const Eigen::Vector3d k = unit * Eigen::Vector3d(1.0, -2.0, 3.0);
    const auto place = [&](int cell) -> Eigen::Vector3d {
        return Eigen::Vector3d(cell % N, cell / N % N, cell / N / N) * (L / N);
    };
    for (int mode = 0; mode < gas.modes(); ++mode) {
        for (int cell = 0; cell < N * N * N; ++cell) {
            for (int c = 0; c < 3; ++c) {
                box.field().at(c, mode, cell) = std::cos(k.dot(place(cell)) + c);
            }
        }
    }
    box.advance(7);
    for (int mode = 0; mode < gas.modes(); ++mode) {
        for (int cell = 0; cell < N * N * N; ++cell) {
            const double phase = k.dot(place(cell) - 7 * h * gas.direction.col(mode));
            for (int c = 0; c < 3; ++c) {
                REQUIRE(box.field().at(c, mode, cell) == Approx(std::cos(phase + c)).margin(1e-12));
            }
        }
    }
}

TEST_CASE("a square keeps lepton number and the mean square of every P") {
    const Gas gas = some_gas(16);
    CubicBox box(gas, two_axes(), 30.0, 32, 0.1);
    RandomNumbers random(3);
    const Eigen::VectorXd size = Eigen::VectorXd::LinSpaced(16, 0.5, 1.5);
    box.start(size, 0.1, 0.5, random);
    const auto square_of = [&](int mode) { return box.field().of_mode(mode).squaredNorm() / box.field().cells(); };
    double transverse = 0.0;
    for (int cell = 0; cell < 1024; ++cell)
        transverse += (std::pow(box.field().at(0, 3, cell), 2) + std::pow(box.field().at(1, 3, cell), 2)) / 1024.0;
    CHECK(std::sqrt(transverse) == Approx(0.1 * size[3]).epsilon(0.02));
    const Eigen::VectorXd lepton = box.field().mean() * gas.weight;
    box.advance(100);
    CHECK((box.field().mean() * gas.weight - lepton).norm() < 1e-9);
    for (int mode = 0; mode < 16; ++mode)
        CHECK(square_of(mode) == Approx(size[mode] * size[mode]).epsilon(1e-6));
}
