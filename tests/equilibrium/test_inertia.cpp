// The inertia of g J, which decides whether a step stayed on its branch, against two independent theorems
// (equilibrium-solver.md section 1).
#include "equilibrium/stability.hpp"
#include "naive.hpp"

#include "catch.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include <algorithm>
#include <complex>

using miscid::equilibrium::Stability;
using naive::Moments;
using naive::Real;
using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;

namespace {

const auto kernels = miscid::equilibrium::sweep_kernels(miscid::equilibrium::best_dispatch_level());

/** Two unit vectors across H of every mode. */
struct Frame {
    naive::Vector h, first, second;
    Real length;
};

std::vector<Frame> frames(const naive::System& s, const Moments& D) {
    std::vector<Frame> all;
    for (const auto& mode : s.modes) {
        const naive::Vector H = s.hamiltonian(mode, D), h = H.normalized(), a = h.unitOrthogonal();
        all.push_back({h, a, h.cross(a), H.norm()});
    }
    return all;
}

/** Coupling mu (1 - v_i.v_j) of two modes. */
Real coupling(const naive::System& s, std::size_t i, std::size_t j) {
    return s.mu * (1 - s.modes[i].v.dot(s.modes[j].v));
}

struct Statistics {
    int other_than_nine = 0, odd = 0;
};

/** Equilibria with any labels, made without the solver. */
template <class Use>
Statistics for_random_equilibria(unsigned seed, Use use) {
    naive::Random random(seed);
    Statistics statistics;
    for (int sample = 0; sample < 200; ++sample) {
        naive::Cell cell = random.cell(7 + sample % 6, 4);
        cell.medium.mu = random.uniform(1, 40);
        Moments D = random.moments(random.uniform(0.05, 0.5));
        naive::impose_equilibrium(cell, D);
        const naive::System s = cell.system();
        CHECK((s.F(D) - D).norm() < 1e-14L * s.total());
        const int inertia = miscid::equilibrium::inertia_at(kernels.full, cell.problem(), naive::field(s, D));
        statistics.other_than_nine += inertia != 9;
        use(cell, D, inertia, statistics);
    }
    return statistics;
}

} // namespace

TEST_CASE("inertia = 9 + positive(E2) - 2 (modes with c < 0), E2 the second variation of the energy") {
    const Statistics statistics = for_random_equilibria(31, [](const naive::Cell& cell, const Moments& D, int inertia,
                                                               Statistics&) {
        const naive::System s = cell.system();
        const auto frame = frames(s, D);
        const auto n = static_cast<Eigen::Index>(s.modes.size());
        // U on the product of spheres, n_i turning in the plane across h_i.
        Matrix E2(2 * n, 2 * n);
        int negative_c = 0;
        for (Eigen::Index i = 0; i < n; ++i) {
            const auto& mode = s.modes[static_cast<std::size_t>(i)];
            const Frame& fi = frame[static_cast<std::size_t>(i)];
            negative_c += mode.c < 0;
            for (Eigen::Index j = 0; j < n; ++j) {
                const Frame& fj = frame[static_cast<std::size_t>(j)];
                const Real factor = coupling(s, static_cast<std::size_t>(i), static_cast<std::size_t>(j)) * mode.c *
                                    s.modes[static_cast<std::size_t>(j)].c;
                E2(2 * i, 2 * j) = factor * fi.first.dot(fj.first);
                E2(2 * i, 2 * j + 1) = factor * fi.first.dot(fj.second);
                E2(2 * i + 1, 2 * j) = factor * fi.second.dot(fj.first);
                E2(2 * i + 1, 2 * j + 1) = factor * fi.second.dot(fj.second);
            }
            E2(2 * i, 2 * i) -= mode.c * fi.length;
            E2(2 * i + 1, 2 * i + 1) -= mode.c * fi.length;
        }
        const auto positive = (Eigen::SelfAdjointEigenSolver<Matrix>(E2).eigenvalues().array() > 0).count();
        CHECK(inertia == 9 + positive - 2 * negative_c);
        const bool definite = positive == 0 || positive == 2 * n;
        CHECK((miscid::equilibrium::homogeneous_stability(cell.problem(), inertia) == Stability::stable) == definite);
    });
    CHECK(statistics.other_than_nine > 50);
}

TEST_CASE("det J = product of Omega_k^2 over product of |H|^2, Omega_k of the linearised dP/dt = H x P") {
    const Statistics statistics =
        for_random_equilibria(32, [](const naive::Cell& cell, const Moments& D, int inertia, Statistics& count) {
            const naive::System s = cell.system();
            const auto frame = frames(s, D);
            const auto n = static_cast<Eigen::Index>(s.modes.size());
            // d x_i/dt = H_i x x_i + sum_j mu (1 - v_i.v_j) w_j s_j x_j x P_i, with x across H; here y = w s x.
            Matrix motion(2 * n, 2 * n);
            Real log_h = 0;
            for (Eigen::Index i = 0; i < n; ++i) {
                const Frame& fi = frame[static_cast<std::size_t>(i)];
                log_h += 2 * std::log(fi.length);
                for (Eigen::Index j = 0; j < n; ++j) {
                    const Frame& fj = frame[static_cast<std::size_t>(j)];
                    const Real factor = coupling(s, static_cast<std::size_t>(i), static_cast<std::size_t>(j)) *
                                        s.modes[static_cast<std::size_t>(i)].c;
                    const naive::Vector along[2] = {fj.first, fj.second};
                    for (int b = 0; b < 2; ++b) {
                        naive::Vector change = factor * along[b].cross(fi.h);
                        if (i == j)
                            change += fi.length * fi.h.cross(along[b]);
                        motion(2 * i, 2 * j + b) = fi.first.dot(change);
                        motion(2 * i + 1, 2 * j + b) = fi.second.dot(change);
                    }
                }
            }
            const Eigen::PartialPivLU<Matrix> lu(motion);
            Real log_motion = 0, sign = lu.permutationP().determinant();
            for (Eigen::Index i = 0; i < 2 * n; ++i) {
                const Real pivot = lu.matrixLU()(i, i);
                log_motion += std::log(std::abs(pivot));
                sign *= pivot < 0 ? -1 : 1;
            }
            miscid::equilibrium::SweepSums sums;
            const auto problem = cell.problem();
            const auto field = naive::field(s, D);
            miscid::equilibrium::sweep(kernels.full, problem, field, field, sums);
            const auto gJ = miscid::equilibrium::symmetric_jacobian(problem, sums,
                                                                    miscid::equilibrium::rotating_axes(problem, field))
                                .cast<Real>()
                                .eval();
            const Real det_J = -gJ.determinant(); // det g = -1
            CHECK(std::abs(std::log(std::abs(det_J)) - (log_motion - log_h)) < 1e-9L);
            CHECK((det_J > 0) == (sign > 0));
            CHECK((det_J > 0) == (inertia % 2 == 1)); // nine negative eigenvalues belong to det J > 0
            count.odd += sign < 0;
            const auto stability = miscid::equilibrium::homogeneous_stability(problem, inertia);
            CHECK((stability == Stability::unstable) == (sign < 0));
            if (stability == Stability::unstable) {
                const auto rates = motion.eigenvalues();
                CHECK(std::any_of(rates.begin(), rates.end(), [](const std::complex<Real>& rate) {
                    return rate.real() > 0 && std::abs(rate.imag()) < 1e-9L * rate.real();
                }));
            }
        });
    CHECK(statistics.odd > 20); // cells with a purely growing mode are among them
}

TEST_CASE("neutrinos alone, all along their H in dense matter: certified stable, one label turned: not certified") {
    naive::Random random(35);
    miscid::equilibrium::Solver solver(kernels);
    int found = 0;
    for (int sample = 0; sample < 20; ++sample) {
        naive::Cell cell = random.cell(8, 4);
        cell.medium.lambda = 50;
        for (double& c : cell.amplitude)
            c = std::abs(c);
        miscid::equilibrium::Result result;
        if (!naive::find_equilibrium(cell, solver, result))
            continue;
        ++found;
        CHECK(miscid::equilibrium::homogeneous_stability(cell.problem(), result.inertia) == Stability::stable);
        auto problem = cell.problem();
        problem.symmetry = miscid::equilibrium::SymmetryAxis{cell.medium.B, 0.0};
        CHECK(miscid::equilibrium::homogeneous_stability(problem, result.inertia) == Stability::undecided);
        cell.amplitude[0] = -cell.amplitude[0];
        REQUIRE(naive::find_equilibrium(cell, solver, result));
        CHECK(miscid::equilibrium::homogeneous_stability(cell.problem(), result.inertia) == Stability::undecided);
    }
    CHECK(found == 20);
}

TEST_CASE("Newton from nearby finds an equilibrium again, with its inertia") {
    naive::Random random(33);
    miscid::equilibrium::Solver solver(kernels);
    int found = 0;
    for_random_equilibria(34, [&](const naive::Cell& cell, const Moments& D, int inertia, Statistics&) {
        const naive::System s = cell.system();
        const auto exact = naive::field(s, D);
        const miscid::equilibrium::Field start =
            exact + 1e-5 * exact.norm() * naive::field(s, random.moments(1)).normalized();
        const auto result = solver.newton(cell.problem(), start, inertia);
        if (result.outcome != miscid::equilibrium::Outcome::ok)
            return; // a soft direction: the certificate may refuse, it must not lie
        ++found;
        CHECK(result.inertia == inertia);
        CHECK((result.moments.cast<Real>() - D).norm() < 1e-10L * s.total());
    });
    CHECK(found > 150);
}
