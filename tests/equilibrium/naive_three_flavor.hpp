// Three flavors with 3x3 matrices, mode by mode, written from theory.md F3 and section 1 without looking at lib/equilibrium:
//
//     H = s f M + (1 - v_m.v) diag(lambda, lambda_mu, 0) + mu (D_0 - v.D_1),   rho = sum_k r_k |k><k|,   D_m = sum w s nu^m rho
//
// with |k> the eigenvectors of H by ascending eigenvalue. R is long double, or a type of many digits where scales lie far
// apart. The only thing shared with the library is the order of the eight generators (flavor/flavor_space.hpp).
#pragma once

#include "equilibrium/solver.hpp"

#include <Eigen/Eigenvalues>

#include <array>
#include <cmath>
#include <complex>
#include <random>
#include <vector>

namespace naive3 {

using Real = long double;

template <class R>
using MatrixOf = Eigen::Matrix<std::complex<R>, 3, 3>;
template <class R>
using MomentsOf = std::array<MatrixOf<R>, 4>; ///< D_0, D_x, D_y, D_z, traceless
template <class R>
using VectorOf = Eigen::Matrix<R, 8, 1>;
using Matrix = MatrixOf<Real>;
using Moments = MomentsOf<Real>;

/** The generators as the header of the library lists them. */
template <class R = Real>
MatrixOf<R> generator(int a) {
    using std::sqrt;
    const std::complex<R> one(R(1)), i(R(0), R(1));
    MatrixOf<R> L = MatrixOf<R>::Zero();
    if (a == 0) {
        L(1, 1) = one;
        L(2, 2) = -one;
    } else if (a == 1) {
        const R third = 1 / sqrt(R(3));
        L(0, 0) = 2 * third;
        L(1, 1) = L(2, 2) = -third;
    } else {
        const int pair[3][2] = {{0, 1}, {0, 2}, {1, 2}};
        const auto [p, q] = pair[(a - 2) / 2];
        L(p, q) = a % 2 == 0 ? one : -i;
        L(q, p) = a % 2 == 0 ? one : i;
    }
    return L;
}

template <class R>
VectorOf<R> vector(const MatrixOf<R>& m) {
    VectorOf<R> v;
    for (int a = 0; a < 8; ++a)
        v[a] = (m * generator<R>(a)).trace().real();
    return v;
}

/** v.Lambda/2 */
template <class R>
MatrixOf<R> matrix(const VectorOf<R>& v) {
    MatrixOf<R> m = MatrixOf<R>::Zero();
    for (int a = 0; a < 8; ++a)
        m += generator<R>(a) * std::complex<R>(v[a] / 2);
    return m;
}

template <class R>
MatrixOf<R> traceless(MatrixOf<R> m) {
    const std::complex<R> third = m.trace() / std::complex<R>(R(3));
    m -= third * MatrixOf<R>::Identity();
    return m;
}

template <class R>
MatrixOf<R> commutator(const MatrixOf<R>& a, const MatrixOf<R>& b) {
    return a * b - b * a;
}

/** Real part of the trace of a product. */
template <class R>
R trace(const MatrixOf<R>& a, const MatrixOf<R>& b) {
    return (a * b).trace().real();
}

template <class R>
struct States {
    std::array<R, 3> energy;
    MatrixOf<R> vectors; ///< columns
    MatrixOf<R> projector(int k) const { return vectors.col(k) * vectors.col(k).adjoint(); }
};

/** Householder and QL, unlike the rotations of the library. */
template <class R>
States<R> states(const MatrixOf<R>& H) {
    const Eigen::SelfAdjointEigenSolver<MatrixOf<R>> solver(H);
    return {{solver.eigenvalues()[0], solver.eigenvalues()[1], solver.eigenvalues()[2]}, solver.eigenvectors()};
}

struct Mode {
    Eigen::Vector3d v;
    double frequency;        ///< s f
    std::array<double, 3> c; ///< w s r_k
};

template <class R>
struct SystemOf {
    std::vector<Mode> modes;
    R mu, lambda, lambda_mu;
    Eigen::Matrix<R, 3, 1> velocity;
    MatrixOf<R> M;

    R along(const Mode& mode, int m) const { return m == 0 ? R(1) : R(mode.v[m - 1]); }
    R matter_factor(const Mode& mode) const { return R(1) - velocity.dot(mode.v.cast<R>()); }
    MatrixOf<R> one_body(const Mode& mode) const {
        MatrixOf<R> h = M * std::complex<R>(R(mode.frequency));
        h(0, 0) += lambda * matter_factor(mode);
        h(1, 1) += lambda_mu * matter_factor(mode);
        return h;
    }
    MatrixOf<R> hamiltonian(const Mode& mode, const MomentsOf<R>& D) const {
        MatrixOf<R> H = one_body(mode);
        for (int m = 0; m < 4; ++m)
            H += D[static_cast<std::size_t>(m)] * std::complex<R>((m == 0 ? mu : -mu) * along(mode, m));
        return H;
    }
    /** w s rho of a mode with this H. */
    MatrixOf<R> weighted_rho(const Mode& mode, const MatrixOf<R>& H) const {
        const auto s = states<R>(H);
        MatrixOf<R> rho = MatrixOf<R>::Zero();
        for (int k = 0; k < 3; ++k)
            rho += s.projector(k) * std::complex<R>(R(mode.c[static_cast<std::size_t>(k)]));
        return rho;
    }
    /** Sum of traceless w s nu^m rho, rho along H(D). */
    MomentsOf<R> F(const MomentsOf<R>& D) const {
        MomentsOf<R> sum;
        sum.fill(MatrixOf<R>::Zero());
        for (const Mode& mode : modes) {
            const MatrixOf<R> rho = traceless<R>(weighted_rho(mode, hamiltonian(mode, D)));
            for (int m = 0; m < 4; ++m)
                sum[static_cast<std::size_t>(m)] += rho * std::complex<R>(along(mode, m));
        }
        return sum;
    }
    /** Tr(D_0^2 - D_1^2) */
    static R square(const MomentsOf<R>& D) {
        R sum = trace<R>(D[0], D[0]);
        for (std::size_t a = 1; a < 4; ++a)
            sum -= trace<R>(D[a], D[a]);
        return sum;
    }
    /** Potential of F3: its critical points are the mixing equilibria. */
    R potential(const MomentsOf<R>& D) const {
        R sum = -mu / 2 * square(D);
        for (const Mode& mode : modes) {
            const auto s = states<R>(hamiltonian(mode, D));
            for (std::size_t k = 0; k < 3; ++k)
                sum += R(mode.c[k]) * s.energy[k];
        }
        return sum;
    }
    /** U = sum w s Tr(h rho) + (mu/2) Tr(D_0^2 - D_1^2) */
    R energy(const MomentsOf<R>& D) const {
        R sum = mu / 2 * square(F(D));
        for (const Mode& mode : modes)
            sum += trace<R>(one_body(mode), weighted_rho(mode, hamiltonian(mode, D)));
        return sum;
    }
    R total() const {
        R sum = 0;
        for (const Mode& mode : modes)
            sum += std::max({mode.c[0], mode.c[1], mode.c[2]}) - std::min({mode.c[0], mode.c[1], mode.c[2]});
        return sum;
    }
};
using System = SystemOf<Real>;

/** The library's field and moments as matrices, and back. */
template <class R = Real>
MomentsOf<R> matrices(const miscid::equilibrium::FieldFor<3>& field) {
    MomentsOf<R> D;
    for (int m = 0; m < 4; ++m)
        D[static_cast<std::size_t>(m)] = matrix<R>(field.col(m).cast<R>());
    return D;
}
inline miscid::equilibrium::FieldFor<3> columns(const Moments& D) {
    miscid::equilibrium::FieldFor<3> field;
    for (int m = 0; m < 4; ++m)
        field.col(m) = vector<Real>(D[static_cast<std::size_t>(m)]).cast<double>();
    return field;
}
inline Real distance(const Moments& a, const Moments& b) {
    Real sum = 0;
    for (std::size_t m = 0; m < 4; ++m)
        sum += (a[m] - b[m]).squaredNorm();
    return std::sqrt(sum);
}
/** Field G_m = lambda_m diag(lambda, lambda_mu, 0) + mu D_m */
inline miscid::equilibrium::FieldFor<3> field(const System& s, const Moments& D) {
    Moments G;
    Matrix matter = Matrix::Zero();
    matter(0, 0) = s.lambda;
    matter(1, 1) = s.lambda_mu;
    for (std::size_t m = 0; m < 4; ++m)
        G[m] = s.mu * D[m] + (m == 0 ? Real(1) : s.velocity[static_cast<Eigen::Index>(m) - 1]) * matter;
    return columns(G);
}

/** A cell as the library holds it, and the same as a plain list of modes. */
struct Cell {
    miscid::phase_space::ModeGrid grid;
    miscid::phase_space::AlignedVector amplitude; ///< c_k: three arrays one behind the other
    miscid::medium::MediumFor<3> medium;

    double& c(int k, int direction, int slot) {
        return amplitude[static_cast<std::size_t>(k) * grid.size() + grid.index(direction, slot)];
    }
    miscid::equilibrium::ProblemFor<3> problem() const {
        miscid::equilibrium::ProblemFor<3> p;
        p.grid = &grid;
        p.amplitude = amplitude.data();
        p.medium = medium;
        return p;
    }
    template <class R = Real>
    SystemOf<R> system() const {
        SystemOf<R> s;
        s.mu = medium.mu;
        s.lambda = medium.lambda;
        s.lambda_mu = medium.lambda_mu;
        s.velocity = medium.velocity.cast<R>();
        s.M = matrix<R>(medium.B.cast<R>());
        for (int d = 0; d < grid.directions(); ++d)
            for (int slot = 0; slot < grid.slots(); ++slot) {
                const std::size_t i = grid.index(d, slot), plane = grid.size();
                s.modes.push_back({grid.direction(d),
                                   grid.frequency(d, slot),
                                   {amplitude[i], amplitude[plane + i], amplitude[2 * plane + i]}});
            }
        return s;
    }
};

/** Lepton mixing matrix as the product of three rotations (PDG). */
inline Matrix mixing(Real t12, Real t13, Real t23, Real phase) {
    Matrix r12 = Matrix::Identity(), r13 = Matrix::Identity(), r23 = Matrix::Identity();
    r12(0, 0) = r12(1, 1) = std::cos(t12);
    r12(0, 1) = std::sin(t12);
    r12(1, 0) = -std::sin(t12);
    r13(0, 0) = r13(2, 2) = std::cos(t13);
    r13(0, 2) = std::sin(t13) * std::polar(Real(1), -phase);
    r13(2, 0) = -std::sin(t13) * std::polar(Real(1), phase);
    r23(1, 1) = r23(2, 2) = std::cos(t23);
    r23(1, 2) = std::sin(t23);
    r23(2, 1) = -std::sin(t23);
    return r23 * r13 * r12;
}

/** U diag(0, dm21, dm31) U^dagger, traceless. */
inline Matrix vacuum(const Matrix& U, Real dm21, Real dm31) {
    const Eigen::Matrix<std::complex<Real>, 3, 1> masses(0, dm21, dm31);
    return traceless<Real>(U * masses.asDiagonal() * U.adjoint());
}

class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}
    double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(engine_); }
    double normal() { return std::normal_distribution<double>()(engine_); }
    Eigen::Vector3d unit() {
        const double x = normal(), y = normal(), z = normal();
        return Eigen::Vector3d(x, y, z).normalized();
    }
    Matrix hermitian() {
        Matrix m;
        for (int i = 0; i < 3; ++i) {
            m(i, i) = normal();
            for (int j = 0; j < i; ++j) {
                const double re = normal(), im = normal();
                m(i, j) = {re, im};
                m(j, i) = {re, -im};
            }
        }
        return m;
    }
    Moments moments(double size) {
        Moments D;
        for (auto& d : D)
            d = size * traceless<Real>(hermitian());
        return D;
    }
    /** First half of the slots neutrinos, second half antineutrinos; the last block of directions partly filled. */
    Cell cell(int directions, int slots) {
        Cell cell;
        cell.grid = miscid::phase_space::ModeGrid(directions, slots);
        cell.amplitude.assign(3 * cell.grid.size(), 0.0);
        for (int d = 0; d < directions; ++d) {
            cell.grid.set_direction(d, unit());
            for (int slot = 0; slot < slots; ++slot) {
                const double sign = slot < slots / 2 ? 1 : -1;
                cell.grid.set_frequency(d, slot, sign * uniform(0.2, 2.0));
                const double weight = uniform(0.2, 1.0) / (directions * slots);
                // nu_e and nubar_e, on top of the others at large lambda, are more than the rest
                const double r[3] = {uniform(0.0, 0.3), uniform(0.0, 0.3), uniform(0.2, 1.0)};
                for (int k = 0; k < 3; ++k)
                    cell.c(k, d, slot) = sign * weight * r[k] * (slot < slots / 2 ? 1.0 : 0.7);
            }
        }
        cell.medium.mu = uniform(1, 10);
        cell.medium.lambda = uniform(0.5, 3);
        cell.medium.lambda_mu = uniform(0, 0.2);
        // One number a statement: compilers do not agree on the order of arguments.
        const Eigen::Vector3d direction = unit();
        cell.medium.velocity = uniform(0, 0.2) * direction;
        const double ordering = uniform(-1, 1) > 0 ? 1 : -1;
        const double cp_phase = uniform(0, 6), theta_23 = uniform(0.6, 0.9);
        const double theta_13 = uniform(0.1, 0.3), theta_12 = uniform(0.4, 0.7);
        const Matrix U = mixing(theta_12, theta_13, theta_23, cp_phase);
        cell.medium.B = vector<Real>(vacuum(U, 0.2L, ordering)).cast<double>();
        return cell;
    }

private:
    std::mt19937 engine_;
};

/** Moments of the modes as if there were no self-interaction. */
inline Moments free_moments(const Cell& cell) {
    System s = cell.system();
    s.mu = 0;
    Moments zero;
    zero.fill(Matrix::Zero());
    return s.F(zero);
}

/** The equilibrium connected to the one of overwhelming matter, as lambda comes down and mu up in small steps; labels as in
 *  the cell. False if the library reports that the branch ends. */
inline bool find_equilibrium(Cell& cell, miscid::equilibrium::SolverFor<3>& solver,
                             miscid::equilibrium::ResultFor<3>& result, int steps = 40) {
    const auto medium = cell.medium;
    cell.medium.mu = 1e-3 * medium.mu;
    cell.medium.lambda = 1e3 * medium.lambda;
    miscid::equilibrium::FieldFor<3> start = field(cell.system(), free_moments(cell));
    auto last = cell.medium;
    for (int step = 0; step <= steps; ++step) {
        const double left = 1 - step / static_cast<double>(steps);
        cell.medium.mu = medium.mu * std::pow(1e-3, left);
        cell.medium.lambda = medium.lambda * std::pow(1e3, left);
        result = solver.solve(cell.problem(), start, miscid::equilibrium::unknown_inertia, last);
        last = cell.medium;
        if (result.outcome != miscid::equilibrium::Outcome::ok || result.event_count > 0) {
            cell.medium = medium;
            return false;
        }
        start = result.field;
    }
    cell.medium = medium;
    return true;
}

} // namespace naive3
