/** @file backgrounds.hpp  Backgrounds of the tests: Gauss-Legendre beams of two Gaussians, and random vectors. */
#pragma once

#include "waves/background.hpp"

#include <cmath>
#include <random>
#include <vector>

namespace miscid::tests {

/** Gauss-Legendre nodes and weights on [-1, 1]. */
inline void legendre(int n, std::vector<double>& x, std::vector<double>& w) {
    x.assign(static_cast<std::size_t>(n), 0.0);
    w.assign(static_cast<std::size_t>(n), 0.0);
    for (int i = 0; i < n; ++i) {
        double z = -std::cos(3.14159265358979323846 * (i + 0.75) / (n + 0.5));
        double slope = 1.0;
        for (int step = 0; step < 50; ++step) {
            double p = 1.0;
            double previous = 0.0;
            for (int j = 0; j < n; ++j) {
                const double older = previous;
                previous = p;
                p = ((2.0 * j + 1.0) * z * previous - j * older) / (j + 1.0);
            }
            slope = n * (z * p - previous) / (z * z - 1.0);
            z -= p / slope;
        }
        x[static_cast<std::size_t>(i)] = z;
        w[static_cast<std::size_t>(i)] = 2.0 / ((1.0 - z * z) * slope * slope);
    }
}

/** e(v) = g(v; 0.6) - alpha g(v; width), Gaussians in v - 1 normalised to one: the family of flavor-waves.md 4. */
struct AxisymmetricBeams {
    std::vector<double> v, e, damping;

    AxisymmetricBeams(int modes, double alpha, double width = 0.5) {
        std::vector<double> w;
        legendre(modes, v, w);
        const auto gaussian = [](double x, double sigma) {
            return std::exp(-0.5 * (x - 1.0) * (x - 1.0) / (sigma * sigma));
        };
        double norm[2] = {0.0, 0.0};
        for (std::size_t i = 0; i < v.size(); ++i) {
            norm[0] += w[i] * gaussian(v[i], 0.6);
            norm[1] += w[i] * gaussian(v[i], width);
        }
        for (std::size_t i = 0; i < v.size(); ++i) {
            e.push_back(w[i] * (gaussian(v[i], 0.6) / norm[0] - alpha * gaussian(v[i], width) / norm[1]));
        }
        damping.assign(v.size(), 0.0);
    }
    waves::AxisymmetricBackground background() const {
        return {static_cast<int>(v.size()), v.data(), e.data(), damping.data()};
    }
};

/** Random directions and vectors; P along H if asked for. */
struct RandomVectors {
    std::vector<double> direction[3], P[3], H[3], g, damping;
    std::mt19937_64 random;

    RandomVectors(int modes, unsigned seed, bool equilibrium, double largest_damping) : random(seed) {
        for (int i = 0; i < modes; ++i) {
            push(direction, unit());
            const Eigen::Vector3d p = uniform(0.2, 1.0) * unit();
            push(P, p);
            push(H, equilibrium ? Eigen::Vector3d(uniform(-1.0, 1.0) * p.normalized())
                                : Eigen::Vector3d(uniform(0.0, 1.0) * unit()));
            g.push_back(uniform(-2.0, 2.0) / modes);
            damping.push_back(largest_damping * uniform(0.0, 1.0));
        }
    }
    double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random); }
    Eigen::Vector3d unit() {
        std::normal_distribution<double> normal;
        const double x = normal(random);
        const double y = normal(random);
        return Eigen::Vector3d(x, y, normal(random)).normalized();
    }
    waves::Background background() const {
        waves::Background b;
        b.modes = static_cast<int>(g.size());
        b.g = g.data();
        b.damping = damping.data();
        for (int a = 0; a < 3; ++a) {
            b.direction[a] = direction[a].data();
            b.P[a] = P[a].data();
            b.H[a] = H[a].data();
        }
        return b;
    }

private:
    static void push(std::vector<double> (&to)[3], const Eigen::Vector3d& v) {
        for (std::size_t a = 0; a < 3; ++a) {
            to[a].push_back(v[static_cast<Eigen::Index>(a)]);
        }
    }
};

} // namespace miscid::tests
