// The equations of theory.md section 1, mode by mode and in long double, written without looking at lib/equilibrium:
// what the solver's sums, derivatives and answers are compared with.
#pragma once

#include "equilibrium/solver.hpp"

#include <Eigen/Geometry>
#include <Eigen/LU>

#include <cmath>
#include <random>
#include <vector>

namespace naive {

using Real = long double;
using Vector = Eigen::Matrix<Real, 3, 1>;
using Moments = Eigen::Matrix<Real, 3, 4>; ///< D_0, D_x, D_y, D_z as columns

struct Mode {
    Vector v;
    Real signed_omega; ///< s omega
    Real c;            ///< w s p
};

struct System {
    std::vector<Mode> modes;
    Real mu, lambda;
    Vector velocity, B;

    Vector one_body(const Mode& mode) const {
        return mode.signed_omega * B + lambda * (1 - velocity.dot(mode.v)) * Vector::UnitZ();
    }
    /** H of a mode with the self-interaction mu (D_0 - v.D_1). */
    Vector hamiltonian(const Mode& mode, const Moments& D) const {
        return one_body(mode) + mu * (D.col(0) - D.rightCols<3>() * mode.v);
    }
    /** F_m = sum w s p nu^m hhat */
    Moments F(const Moments& D) const {
        Moments sum = Moments::Zero();
        for (const Mode& mode : modes) {
            const Vector unit = hamiltonian(mode, D).normalized();
            sum.col(0) += mode.c * unit;
            for (int a = 0; a < 3; ++a)
                sum.col(1 + a) += mode.c * mode.v[a] * unit;
        }
        return sum;
    }
    /** The potential whose critical points are the mixing equilibria (theory.md F2). */
    Real potential(const Moments& D) const {
        Real sum = -mu / 2 * (D.col(0).squaredNorm() - D.rightCols<3>().squaredNorm());
        for (const Mode& mode : modes)
            sum += mode.c * hamiltonian(mode, D).norm();
        return sum;
    }
    /** Energy U = (1/2) sum w s Hext.P + (mu/4)(D_0^2 - D_1^2) of P = p hhat. */
    Real energy(const Moments& D) const {
        const Moments own = F(D);
        Real sum = mu / 4 * (own.col(0).squaredNorm() - own.rightCols<3>().squaredNorm());
        for (const Mode& mode : modes)
            sum += mode.c / 2 * one_body(mode).dot(hamiltonian(mode, D).normalized());
        return sum;
    }
    Real total() const {
        Real sum = 0;
        for (const Mode& mode : modes)
            sum += std::abs(mode.c);
        return sum;
    }
};

/** A random cell as the library holds it, and the same as a plain list of modes. */
struct Cell {
    miscid::phase_space::ModeGrid grid;
    miscid::phase_space::AlignedVector amplitude;
    miscid::medium::Medium medium;

    miscid::equilibrium::Problem problem() const {
        miscid::equilibrium::Problem p;
        p.grid = &grid;
        p.amplitude = amplitude.data();
        p.medium = medium;
        return p;
    }

    System system() const {
        System s;
        s.mu = medium.mu;
        s.lambda = medium.lambda;
        s.velocity = medium.velocity.cast<Real>();
        s.B = medium.B.cast<Real>();
        for (int d = 0; d < grid.directions(); ++d)
            for (int slot = 0; slot < grid.slots(); ++slot)
                s.modes.push_back(
                    {grid.direction(d).cast<Real>(), grid.frequency(d, slot), amplitude[grid.index(d, slot)]});
        return s;
    }
};

class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}
    double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(engine_); }
    Eigen::Vector3d unit() {
        std::normal_distribution<double> normal;
        const double x = normal(engine_), y = normal(engine_), z = normal(engine_);
        return Eigen::Vector3d(x, y, z).normalized();
    }
    /** First half of the slots neutrinos, second half antineutrinos; the last block of directions partly filled. */
    Cell cell(int directions, int slots) {
        Cell cell;
        cell.grid = miscid::phase_space::ModeGrid(directions, slots);
        cell.amplitude.assign(cell.grid.size(), 0.0);
        for (int d = 0; d < directions; ++d) {
            cell.grid.set_direction(d, unit());
            for (int slot = 0; slot < slots; ++slot) {
                const double sign = slot < slots / 2 ? 1 : -1;
                cell.grid.set_frequency(d, slot, sign * uniform(0.2, 2.0));
                const double weight = uniform(0.2, 1.0) / (directions * slots);
                cell.amplitude[cell.grid.index(d, slot)] = sign * weight * uniform(-0.3, 1.0);
            }
        }
        cell.medium.mu = uniform(1, 10);
        cell.medium.lambda = uniform(0.5, 3);
        cell.medium.velocity = uniform(0, 0.2) * unit();
        const double theta = uniform(0.05, 0.5);
        cell.medium.B = {std::sin(2 * theta), 0, -std::cos(2 * theta)};
        return cell;
    }
    Moments moments(double size) {
        Moments D;
        for (int m = 0; m < 4; ++m)
            D.col(m) = (size * uniform(0.3, 1) * unit()).cast<Real>();
        return D;
    }

private:
    std::mt19937 engine_;
};

inline Moments metric(Moments D) {
    D.rightCols<3>() *= -1;
    return D;
}

/** Field G_m = lambda_m z + mu D_m. */
inline miscid::equilibrium::Field field(const System& s, const Moments& D) {
    Moments G = s.mu * D;
    G(2, 0) += s.lambda;
    for (int a = 0; a < 3; ++a)
        G(2, 1 + a) += s.lambda * s.velocity[a];
    return G.cast<double>();
}

/** An equilibrium made without any solver: for moments D given, the amplitudes nearest to the cell's own whose
 *  polarizations along H(D) add up to D. Labels, and with them the inertia, are of every kind. Needs seven directions or
 *  more: H of all energies of a direction lies in one plane. D is changed in one number, for matter must exert no
 *  torque about B: (B x z).(D_0 - v_m.D_1) = 0. */
inline void impose_equilibrium(Cell& cell, Moments& D) {
    const System s = cell.system();
    D(1, 0) = D.row(1).tail<3>() * s.velocity;
    const auto n = static_cast<Eigen::Index>(s.modes.size());
    Eigen::Matrix<Real, 12, Eigen::Dynamic> share(12, n);
    Eigen::Matrix<Real, Eigen::Dynamic, 1> c(n);
    for (Eigen::Index i = 0; i < n; ++i) {
        const Mode& mode = s.modes[static_cast<std::size_t>(i)];
        const Vector unit = s.hamiltonian(mode, D).normalized();
        share.col(i) << unit, mode.v[0] * unit, mode.v[1] * unit, mode.v[2] * unit;
        c[i] = mode.c;
    }
    const Eigen::Map<const Eigen::Matrix<Real, 12, 1>> wanted(D.data());
    const Eigen::Matrix<Real, 12, 12> gram = share * share.transpose();
    Eigen::FullPivLU<Eigen::Matrix<Real, 12, 12>> lu(gram);
    lu.setThreshold(1e-13L); // rank 11, for the torque about B vanishes whatever c
    c += share.transpose() * lu.solve(wanted - share * c);
    Eigen::Index i = 0;
    for (int d = 0; d < cell.grid.directions(); ++d)
        for (int slot = 0; slot < cell.grid.slots(); ++slot)
            cell.amplitude[cell.grid.index(d, slot)] = static_cast<double>(c[i++]);
}

/** The equilibrium connected to the flavor-diagonal state as lambda comes down in small steps; labels as in the cell.
 *  False if the library reports that the branch ends. */
inline bool find_equilibrium(Cell& cell, miscid::equilibrium::Solver& solver, miscid::equilibrium::Result& result) {
    const double final_lambda = cell.medium.lambda;
    Moments D = Moments::Zero();
    for (const Mode& mode : cell.system().modes)
        D.row(2) += mode.c * (Eigen::Matrix<Real, 1, 4>() << 1, mode.v.transpose()).finished();
    cell.medium.lambda = 1e3 * final_lambda;
    miscid::equilibrium::Field start = field(cell.system(), D);
    auto last = cell.medium;
    for (int step = 0; step <= 60; ++step) {
        cell.medium.lambda = final_lambda * std::pow(1e3, 1 - step / 60.0);
        result = solver.solve(cell.problem(), start, miscid::equilibrium::unknown_inertia, last);
        last = cell.medium;
        if (result.outcome != miscid::equilibrium::Outcome::ok || result.event_count > 0)
            return false;
        start = result.field;
    }
    return true;
}

} // namespace naive
