// The box: homogeneous states against the 0-D solver, collisions and sources in closed form, conservation, order, growth.
#include "kinetics/box_diagnostics.hpp"
#include "kinetics/homogeneous.hpp"
#include "kinetics/periodic_box.hpp"
#include "kinetics/seeds.hpp"
#include "kinetics/spectral_flow.hpp"

#include "catch.hpp"

#include <Eigen/Geometry>
#include <cmath>
#include <complex>

using namespace miscid::kinetics;

namespace {

/** A few modes of either kind with everything switched on. */
Gas full_gas(int flavors, RandomNumbers& random) {
    const int modes = 6, n = flavors * flavors - 1;
    Gas gas;
    gas.flavors = flavors;
    gas.direction = Eigen::Matrix3Xd::Zero(3, modes);
    gas.weight.resize(modes);
    gas.vacuum.resize(n, modes);
    gas.source = Eigen::MatrixXd::Zero(n, modes);
    gas.collisions.absorption.resize(flavors, modes);
    gas.collisions.emission.resize(flavors, modes);
    gas.collisions.coherence_damping.resize(modes);
    gas.collisions.depolarization.resize(modes);
    for (int i = 0; i < modes; ++i) {
        gas.direction.col(i) = Eigen::Vector3d(random.normal(), random.normal(), random.normal()).normalized();
        gas.weight[i] = (i % 2 == 0 ? 0.5 : -0.4);
        for (int c = 0; c < n; ++c) {
            gas.vacuum(c, i) = 0.5 * random.normal();
        }
        gas.source(flavors == 2 ? 2 : 1, i) = 0.02 * random.normal();
        for (int a = 0; a < flavors; ++a) {
            gas.collisions.absorption(a, i) = 0.2 * random.uniform();
            gas.collisions.emission(a, i) = 0.1 * random.uniform();
        }
        gas.collisions.coherence_damping[i] = 0.1 * random.uniform();
        gas.collisions.depolarization[i] = 0.1 * random.uniform();
    }
    gas.matter = Eigen::VectorXd::Zero(n);
    gas.matter[flavors == 2 ? 2 : 1] = flavors == 2 ? 1.0 : 2.0 / std::sqrt(3.0);
    gas.matter_velocity = Eigen::Vector3d(0.1, -0.2, 0.3);
    gas.lambda = {2.0, 0.5, 3.0, true};
    gas.mu = {1.5, 1.0, 3.0, false};
    gas.axis = Eigen::Vector3d(1.0, 2.0, -1.0).normalized();
    return gas;
}

Eigen::MatrixXd random_vectors(int n, int modes, double size, RandomNumbers& random) {
    Eigen::MatrixXd P(n, modes);
    for (int i = 0; i < modes; ++i) {
        for (int c = 0; c < n; ++c) {
            P(c, i) = size * random.normal();
        }
    }
    return P;
}

/** Net lepton number of two Gaussians in v - 1 on Gauss-Legendre-like midpoints. */
struct Crossing {
    Gas gas;
    Eigen::MatrixXd P;
};
Crossing crossing(double alpha, int directions) {
    Crossing c;
    c.gas.direction = Eigen::Matrix3Xd::Zero(3, directions);
    c.gas.weight = Eigen::VectorXd::Constant(directions, 2.0 / directions);
    c.gas.mu.from = 1.0;
    c.P = Eigen::MatrixXd::Zero(3, directions);
    Eigen::VectorXd nu(directions), nubar(directions);
    for (int i = 0; i < directions; ++i) {
        const double v = -1.0 + (i + 0.5) * 2.0 / directions;
        c.gas.direction(2, i) = v;
        nu[i] = std::exp(-0.5 * std::pow((v - 1.0) / 0.6, 2));
        nubar[i] = std::exp(-0.5 * std::pow((v - 1.0) / 0.5, 2));
    }
    nu /= nu.dot(c.gas.weight);
    nubar /= nubar.dot(c.gas.weight);
    c.P.row(2) = (nu - alpha * nubar).transpose();
    return c;
}

} // namespace

TEST_CASE("a homogeneous box is the 0-D gas, with vacuum, matter, ramps, collisions and sources") {
    for (const int flavors : {2, 3}) {
        RandomNumbers random(static_cast<std::uint64_t>(flavors));
        const Gas gas = full_gas(flavors, random);
        const int n = gas.generators();
        const Eigen::MatrixXd P = random_vectors(n, gas.modes(), 0.3, random);
        const Eigen::VectorXd trace = Eigen::VectorXd::Constant(gas.modes(), 1.1);
        HomogeneousGas reference(gas, P, trace);
        reference.advance_to(4.0, 1e-12);
        double error[2];
        for (int i = 0; i < 2; ++i) {
            const double h = i == 0 ? 0.02 : 0.01;
            PeriodicBox box(gas, 10.0, 8, h);
            box.set_passes(8);
            box.fill(P, trace);
            box.advance(std::lround(4.0 / h));
            const Eigen::MatrixXd mean = box.field().mean();
            error[i] = (mean.topRows(n) - reference.P()).cwiseAbs().maxCoeff();
            CHECK((mean.row(n).transpose() - reference.trace()).cwiseAbs().maxCoeff() < 1e-3);
        }
        INFO(flavors << " flavors");
        CHECK(error[1] < 1e-4);
        CHECK(error[0] / error[1] == Approx(4.0).epsilon(0.05)); // second order
    }
}

TEST_CASE("absorption and emission relax every flavor exponentially, whatever the step") {
    Gas gas;
    gas.direction = Eigen::Matrix3Xd::Zero(3, 1);
    gas.weight = Eigen::VectorXd::Ones(1);
    gas.collisions.absorption = Eigen::Vector2d(0.7, 0.2);
    gas.collisions.emission = Eigen::Vector2d(0.5, 0.01);
    PeriodicBox box(gas, 1.0, 8, 2.0);
    box.fill(Eigen::Vector3d(0.1, 0.05, 0.4), Eigen::VectorXd::Constant(1, 0.9));
    box.advance(3);
    const auto relaxed = [](double start, double kappa, double source) {
        return source / kappa + (start - source / kappa) * std::exp(-6.0 * kappa);
    };
    const double e = relaxed(0.65, 0.7, 0.5), x = relaxed(0.25, 0.2, 0.01);
    const Eigen::MatrixXd mean = box.field().mean();
    CHECK(mean(3, 0) == Approx(e + x).epsilon(1e-13));
    CHECK(mean(2, 0) == Approx(e - x).epsilon(1e-13));
    CHECK(mean(0, 0) == Approx(0.1 * std::exp(-6.0 * 0.45)).epsilon(1e-13));
}

TEST_CASE("waves grow at the rate of the dispersion relation of the same beams") {
    // det[1 - Pi] = 0 for aligned modes, Omega in the S branch (flavor-waves.md section 2), solved here by Newton.
    const auto c = crossing(1.2, 24);
    const double length = 200.0;
    const int n = -8;
    const double k = 2.0 * 3.14159265358979323846 * n / length;
    const double D_0 = c.P.row(2).dot(c.gas.weight);
    const double D_1 =
        (c.P.row(2).transpose().array() * c.gas.weight.array() * c.gas.direction.row(2).transpose().array()).sum();
    std::complex<double> omega(D_0 + 0.6 * k, 0.1);
    const auto determinant = [&](std::complex<double> w) {
        std::complex<double> m[3] = {};
        for (int i = 0; i < c.gas.modes(); ++i) {
            const double v = c.gas.direction(2, i), e = c.gas.weight[i] * c.P(2, i);
            const std::complex<double> x = e / (w - k * v - (D_0 - v * D_1));
            m[0] += x;
            m[1] += v * x;
            m[2] += v * v * x;
        }
        // Pi^{ab} = -sum e u^a u^b eta_bb/(Omega - omega_i), u = (1, v)
        return (1.0 + m[0]) * (1.0 - m[2]) + m[1] * m[1];
    };
    double best = 0.0;
    for (double re = -1.0; re <= 1.0; re += 0.05) { // the fastest root among those that Newton reaches
        std::complex<double> w(D_0 + re, 0.08);
        for (int i = 0; i < 60; ++i) {
            const std::complex<double> d = 1e-6;
            w -= determinant(w) / ((determinant(w + d) - determinant(w - d)) / (2.0 * d));
        }
        if (std::abs(determinant(w)) < 1e-9 && w.imag() > best && w.imag() < 1.0) {
            best = w.imag();
            omega = w;
        }
    }
    REQUIRE(best > 0.03);
    PeriodicBox box(c.gas, length, 128, 0.05);
    box.fill(c.P, Eigen::VectorXd::Zero(24));
    // The eigenvector itself: S_i proportional to e_i phi_i/(Omega - omega_i), started from a common tilt and 8 e-folds.
    tilt_by_wave(box, n, Eigen::VectorXcd::Constant(24, 1e-8));
    const auto power = [&] { return power_spectrum(c.gas, box.field())[static_cast<std::size_t>(n + 64)]; };
    box.advance(std::lround(8.0 / best / 0.05));
    const double first = power(), t = box.time();
    box.advance(std::lround(2.0 / best / 0.05));
    CHECK(0.5 * std::log(power() / first) / (box.time() - t) == Approx(best).epsilon(2e-3));
}

TEST_CASE("a mixing box keeps D_0 and the squares, and the two solvers agree") {
    const auto c = crossing(1.2, 16);
    const double length = 60.0;
    const int cells = 256;
    PeriodicBox box(c.gas, length, cells, 0.05);
    box.set_passes(8);
    box.fill(c.P, Eigen::VectorXd::Zero(16));
    RandomNumbers random(2);
    tilt(box, {1e-2, 1.5, false}, random);
    SpectralFlow flow(c.gas, length, cells);
    flow.field() = box.field();
    const auto before = averages(c.gas, box.field());
    box.advance(1600);
    flow.advance_to(80.0, 0.05);
    const auto after = averages(c.gas, box.field()), other = averages(c.gas, flow.field());
    CHECK((after.lepton - before.lepton).norm() < 1e-12);
    CHECK((after.square - before.square).cwiseAbs().maxCoeff() < 1e-9 * before.square.maxCoeff());
    CHECK(after.transverse > 0.05);
    CHECK((after.mean - other.mean).cwiseAbs().maxCoeff() < 2e-3 * before.mean.cwiseAbs().maxCoeff());
    // Correlations conserve lepton number, and they are what changes the means (002-17).
    const Eigen::MatrixXd correlation = correlation_vectors(c.gas, box.field(), 0.0);
    CHECK((correlation * c.gas.weight).norm() < 1e-13);
    const Eigen::MatrixXd P0 = box.field().mean();
    box.advance(1);
    const Eigen::MatrixXd P1 = box.field().mean();
    box.advance(1);
    const Eigen::MatrixXd P2 = box.field().mean();
    const Eigen::MatrixXd rate = (P2 - P0) / 0.1;
    const Eigen::MatrixXd middle = [&] {
        Eigen::MatrixXd result(3, 16);
        const Eigen::Vector3d D0 = P1 * c.gas.weight;
        const Eigen::Vector3d D1 = P1 * (c.gas.weight.array() * c.gas.direction.row(2).transpose().array()).matrix();
        for (int i = 0; i < 16; ++i) {
            const Eigen::Vector3d H = D0 - c.gas.direction(2, i) * D1;
            result.col(i) = H.cross(Eigen::Vector3d(P1.col(i)));
        }
        return result;
    }();
    const Eigen::MatrixXd c_now = correlation_vectors(c.gas, box.field(), 0.0);
    const Eigen::MatrixXd half = 0.5 * (correlation + c_now);
    CHECK((rate - middle - half).cwiseAbs().maxCoeff() < 1e-4 * half.cwiseAbs().maxCoeff() + 1e-6);
}

TEST_CASE("a constant source is gained in full, also while waves mix") {
    auto c = crossing(1.0, 16);
    c.gas.source = Eigen::MatrixXd::Zero(3, 16);
    c.gas.source.row(2).setConstant(1e-3);
    PeriodicBox box(c.gas, 60.0, 128, 0.1);
    box.set_passes(8);
    box.fill(c.P, Eigen::VectorXd::Zero(16));
    RandomNumbers random(3);
    tilt(box, {1e-2, 1.5, false}, random);
    const auto before = averages(c.gas, box.field());
    box.advance(1000);
    const auto after = averages(c.gas, box.field());
    CHECK((after.lepton - before.lepton - Eigen::Vector3d(0.0, 0.0, 100.0 * 2e-3)).norm() < 1e-10);
}

TEST_CASE("the axis of the box may point anywhere: turning all directions with it changes nothing") {
    RandomNumbers random(9);
    Gas gas = full_gas(2, random);
    gas.collisions = {};
    gas.matter_velocity.setZero();
    const Eigen::MatrixXd P = random_vectors(3, gas.modes(), 0.5, random);
    const Eigen::Matrix3d turn = Eigen::AngleAxisd(1.1, Eigen::Vector3d(1.0, 1.0, 0.3).normalized()).toRotationMatrix();
    Eigen::MatrixXd mean[2];
    for (int i = 0; i < 2; ++i) {
        if (i == 1) {
            gas.direction = turn * gas.direction;
            gas.axis = turn * gas.axis;
        }
        PeriodicBox box(gas, 20.0, 32, 0.05);
        box.fill(P, Eigen::VectorXd::Ones(gas.modes()));
        RandomNumbers seeds(5);
        tilt(box, {0.1, 3.0, false}, seeds);
        box.advance(100);
        mean[i] = box.field().mean();
    }
    CHECK((mean[0] - mean[1]).cwiseAbs().maxCoeff() < 1e-11);
}
