#include "waves/random_background.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

namespace miscid::campaign {

namespace {

constexpr double pi = 3.14159265358979323846;
using Complex = std::complex<double>;

/** Gauss-Legendre nodes and weights by Newton's iteration. */
void legendre(int n, std::vector<double>& x, std::vector<double>& w) {
    x.resize(static_cast<std::size_t>(n));
    w.resize(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) {
        double z = std::cos(pi * (i + 0.75) / (n + 0.5));
        double slope = 1.0;
        for (int step = 0; step < 100; ++step) {
            double p = 1.0;
            double previous = 0.0;
            for (int j = 0; j < n; ++j) {
                const double older = previous;
                previous = p;
                p = ((2.0 * j + 1.0) * z * previous - j * older) / (j + 1.0);
            }
            slope = n * (z * p - previous) / (z * z - 1.0);
            const double change = p / slope;
            z -= change;
            if (std::abs(change) < 1e-15) {
                break;
            }
        }
        x[static_cast<std::size_t>(i)] = z;
        w[static_cast<std::size_t>(i)] = 2.0 / ((1.0 - z * z) * slope * slope);
    }
}

void add_direction(RandomBackground& b, double v, double azimuth, double weight) {
    const double across = std::sqrt(std::max(0.0, 1.0 - v * v));
    b.direction[0].push_back(across * std::cos(azimuth));
    b.direction[1].push_back(across * std::sin(azimuth));
    b.direction[2].push_back(v);
    b.g.push_back(weight);
}

Eigen::Vector3d unit_vector(Random& random) {
    const double v = random.uniform(-1.0, 1.0);
    const double azimuth = random.uniform(0.0, 2.0 * pi);
    const double across = std::sqrt(1.0 - v * v);
    return {across * std::cos(azimuth), across * std::sin(azimuth), v};
}

/** Directions with quadrature weights (sum 1) in g. */
void draw_directions(RandomBackground& b, Random& random, int modes) {
    std::vector<double> x;
    std::vector<double> w;
    if (b.grid == AngularGrid::scattered) {
        for (int i = 0; i < modes; ++i) {
            const Eigen::Vector3d q = unit_vector(random);
            add_direction(b, q[2], std::atan2(q[1], q[0]), 1.0 / modes);
        }
        return;
    }
    const int azimuths = b.grid == AngularGrid::axisymmetric ? 4 : std::max(4, static_cast<int>(std::sqrt(modes)));
    const int polar = std::max(2, modes / azimuths);
    legendre(polar, x, w);
    for (int i = 0; i < polar; ++i) {
        for (int j = 0; j < azimuths; ++j) {
            add_direction(b, x[static_cast<std::size_t>(i)], 2.0 * pi * (j + 0.5) / azimuths,
                          0.5 * w[static_cast<std::size_t>(i)] / azimuths);
        }
    }
}

/** A smooth lepton-number distribution: two forward or backward peaks of opposite sign, each about its own axis. */
struct Lepton {
    Eigen::Vector3d axis[2];
    double sharpness[2];
    double alpha;

    explicit Lepton(Random& random, AngularGrid grid) : alpha(random.uniform(0.6, 1.4)) {
        for (int s = 0; s < 2; ++s) {
            axis[s] = Eigen::Vector3d::UnitZ();
            if (grid != AngularGrid::axisymmetric) {
                axis[s] = (axis[s] + random.uniform(0.0, 0.6) * unit_vector(random)).normalized();
            }
            sharpness[s] = random.uniform(0.3, 4.0);
        }
    }
    double operator()(const Eigen::Vector3d& q) const {
        const auto peak = [&](int s) {
            return sharpness[s] * std::exp(sharpness[s] * (q.dot(axis[s]) - 1.0)) /
                   (1.0 - std::exp(-2.0 * sharpness[s]));
        };
        return peak(0) - alpha * peak(1);
    }
};

void add_mean_field(RandomBackground& b) {
    for (int i = 0; i < b.modes(); ++i) {
        Eigen::Vector3d field = Eigen::Vector3d::Zero();
        for (int j = 0; j < b.modes(); ++j) {
            field += b.g[static_cast<std::size_t>(j)] * (1.0 - b.q(i).dot(b.q(j))) * RandomBackground::row(b.P, j);
        }
        for (std::size_t a = 0; a < 3; ++a) {
            b.H[a].push_back(field[static_cast<Eigen::Index>(a)]);
        }
    }
}

void push(std::vector<double> (&to)[3], const Eigen::Vector3d& v) {
    for (std::size_t a = 0; a < 3; ++a) {
        to[a].push_back(v[static_cast<Eigen::Index>(a)]);
    }
}

} // namespace

const char* name_of(WaveKind kind) {
    switch (kind) {
    case WaveKind::aligned:
        return "aligned";
    case WaveKind::collisional:
        return "aligned, collisions";
    case WaveKind::tilted:
        return "tilted equilibrium";
    default:
        return "arbitrary P";
    }
}

RandomBackground draw_background(std::uint64_t seed, std::uint64_t number, int most_modes) {
    Random random(seed, number);
    RandomBackground b;
    b.kind = static_cast<WaveKind>(random.integer(wave_kinds));
    b.grid = static_cast<AngularGrid>(random.integer(3));
    const int most = b.aligned() ? most_modes : std::max(8, most_modes / 4);
    const int modes = static_cast<int>(random.log_uniform(8.0, most + 0.999));
    draw_directions(b, random, modes);
    const Lepton lepton(random, b.grid);
    const bool noisy = random.chance(0.2);
    double mean_damping[2] = {0.0, 0.0};
    if (b.kind != WaveKind::aligned && (b.kind == WaveKind::collisional || random.chance(0.5))) {
        mean_damping[0] = random.log_uniform(1e-4, 0.1);
        mean_damping[1] = random.log_uniform(1e-4, 0.1);
    }
    for (int i = 0; i < b.modes(); ++i) {
        double& g = b.g[static_cast<std::size_t>(i)];
        const double e = g * (noisy ? random.uniform(-1.0, 1.0) : lepton(b.q(i)));
        const double p = random.uniform(0.2, 1.0);
        g = e / p;
        b.damping.push_back(mean_damping[e > 0.0 ? 0 : 1] *
                            (b.grid == AngularGrid::axisymmetric ? 1.0 : random.uniform(0.5, 1.5)));
        push(b.P,
             b.aligned() ? Eigen::Vector3d(p * Eigen::Vector3d::UnitZ()) : Eigen::Vector3d(p * unit_vector(random)));
    }
    add_mean_field(b);
    for (int i = 0; i < b.modes(); ++i) {
        const auto n = static_cast<std::size_t>(i);
        Eigen::Vector3d H = RandomBackground::row(b.H, i);
        if (b.kind == WaveKind::tilted) { // the external field that makes it an equilibrium
            H = random.uniform(-1.0, 1.0) * RandomBackground::row(b.P, i).normalized();
        } else if (b.kind == WaveKind::arbitrary) {
            H += random.uniform(0.0, 0.5) * unit_vector(random);
        } else if (random.chance(0.3)) {
            H[2] += random.uniform(-0.2, 0.2); // vacuum or matter along the same axis
        }
        for (std::size_t a = 0; a < 3; ++a) {
            b.H[a][n] = H[static_cast<Eigen::Index>(a)];
        }
    }
    double coupling = 0.0;
    for (int i = 0; i < b.modes(); ++i) {
        coupling += std::abs(b.g[static_cast<std::size_t>(i)]) * RandomBackground::row(b.P, i).norm();
    }
    if (!random.chance(0.15)) { // k = 0 belongs to the set
        b.k = coupling * random.log_uniform(1e-2, 3.0) * unit_vector(random);
        if (b.grid == AngularGrid::axisymmetric && random.chance(0.5)) {
            b.k = Eigen::Vector3d(0.0, 0.0, b.k.norm() * (random.chance(0.5) ? 1.0 : -1.0));
        }
    }
    b.floor = coupling * random.log_uniform(1e-5, 3e-2);
    return b;
}

std::vector<Complex> dense_unstable(const RandomBackground& b) {
    const Complex imaginary(0.0, 1.0);
    const int modes = b.modes();
    const int rows = b.aligned() ? modes : 3 * modes;
    Eigen::MatrixXcd m(rows, rows);
    for (int i = 0; i < modes; ++i) {
        const auto ni = static_cast<std::size_t>(i);
        const Complex pole(b.k.dot(b.q(i)), -b.damping[ni]);
        for (int j = 0; j < modes; ++j) {
            const double coupling = b.g[static_cast<std::size_t>(j)] * (1.0 - b.q(i).dot(b.q(j)));
            if (b.aligned()) {
                m(i, j) = -b.P[2][ni] * coupling + (i == j ? pole + b.H[2][ni] : 0.0);
                continue;
            }
            for (int c = 0; c < 3; ++c) { // column c of a cross-product matrix is a x e_c
                const Eigen::Vector3d unit = Eigen::Vector3d::Unit(c);
                Eigen::Vector3cd column =
                    -imaginary * coupling * RandomBackground::row(b.P, i).cross(unit).cast<Complex>();
                if (i == j) {
                    column += imaginary * RandomBackground::row(b.H, i).cross(unit).cast<Complex>();
                    column[c] += pole;
                }
                m.block<3, 1>(3 * i, 3 * j + c) = column;
            }
        }
    }
    const Eigen::ComplexEigenSolver<Eigen::MatrixXcd> solver(m, false);
    std::vector<Complex> unstable;
    for (const Complex z : solver.eigenvalues()) {
        if (z.imag() > b.floor) {
            unstable.push_back(z);
        }
    }
    return unstable;
}

} // namespace miscid::campaign
