// Residual and Jacobian against finite differences of the potential (theory.md F2) in long double.
#include "naive.hpp"

#include "catch.hpp"

using miscid::equilibrium::Field;
using miscid::equilibrium::FieldMatrix;
using miscid::equilibrium::SweepSums;
using naive::Moments;
using naive::Real;

namespace {

const auto kernels = miscid::equilibrium::sweep_kernels(miscid::equilibrium::best_dispatch_level());

struct Derivatives {
    Field residual;
    FieldMatrix jacobian; ///< g J
};

Derivatives derivatives(const miscid::equilibrium::Problem& problem, const Field& G) {
    SweepSums sums;
    miscid::equilibrium::sweep(kernels.full, problem, G, G, sums);
    return {miscid::equilibrium::residual(problem, G, sums),
            miscid::equilibrium::symmetric_jacobian(problem, sums, miscid::equilibrium::rotating_axes(problem, G))};
}

/** d f/dx by the five-point rule. */
template <class Function>
auto slope(Function f, Real h) {
    return ((f(-2 * h) - 8 * f(-h) + 8 * f(h) - f(2 * h)) / (12 * h)).eval();
}

Moments moved(Moments D, int i, Real by) {
    D(i % 3, i / 3) += by;
    return D;
}

} // namespace

TEST_CASE("the residual is the gradient of the potential: dG/dD_m = -g_m R_m") {
    naive::Random random(11);
    for (int sample = 0; sample < 20; ++sample) {
        const naive::Cell cell = random.cell(5 + sample % 7, 4);
        const naive::System s = cell.system();
        const Moments D = random.moments(0.5);
        const Field R = derivatives(cell.problem(), naive::field(s, D)).residual;
        Moments gradient;
        for (int i = 0; i < 12; ++i) {
            const auto potential = [&](Real x) { return Eigen::Matrix<Real, 1, 1>(s.potential(moved(D, i, x))); };
            gradient(i % 3, i / 3) = slope(potential, 1e-4L)[0];
        }
        CHECK((gradient + naive::metric(R.cast<Real>())).norm() < 1e-10L * gradient.norm());
    }
}

TEST_CASE("g J is the Hessian of the potential over -mu, symmetric") {
    naive::Random random(12);
    for (int sample = 0; sample < 20; ++sample) {
        const naive::Cell cell = random.cell(5 + sample % 7, 4);
        const naive::System s = cell.system();
        const Moments D = random.moments(0.5);
        const FieldMatrix gJ = derivatives(cell.problem(), naive::field(s, D)).jacobian;
        CHECK((gJ - gJ.transpose()).norm() == 0);
        Eigen::Matrix<Real, 12, 12> hessian;
        for (int i = 0; i < 12; ++i) {
            const auto gradient = [&](Real x) {
                const Moments at = moved(D, i, x);
                return Moments(s.mu * naive::metric(s.F(at) - at));
            };
            hessian.col(i) = Eigen::Map<const Eigen::Matrix<Real, 12, 1>>(slope(gradient, 1e-4L).eval().data());
        }
        CHECK((hessian + s.mu * gJ.cast<Real>()).norm() < 1e-10L * hessian.norm());
    }
}

TEST_CASE("without self-interaction the residual is G - lambda z and nothing couples") {
    naive::Random random(13);
    naive::Cell cell = random.cell(6, 4);
    cell.medium.mu = 0;
    const Moments D = random.moments(1);
    naive::System s = cell.system();
    const Field at_matter = naive::field(s, D);
    const auto [R, gJ] = derivatives(cell.problem(), at_matter);
    CHECK(R.norm() < 1e-15);
    FieldMatrix g = FieldMatrix::Identity();
    g.bottomRightCorner<9, 9>() *= -1;
    CHECK((gJ - g).norm() == 0);
}

TEST_CASE("rotating frame: H - Omega_c e with e.D_0 given, its Jacobian by differences") {
    naive::Random random(14);
    for (int sample = 0; sample < 20; ++sample) {
        naive::Cell cell = random.cell(6, 4);
        cell.medium.lambda = 0;
        const naive::System s = cell.system();
        auto problem = cell.problem();
        const Real projection = random.uniform(-0.3, 0.3);
        problem.symmetry = miscid::equilibrium::SymmetryAxis{cell.medium.B, static_cast<double>(projection)};
        const Moments D = random.moments(0.4);
        const Field G = naive::field(s, D);

        // With Omega_c = mu e.D_0(given) - e.G_0 the residual is R + Omega_c e in the m = 0 column.
        const auto residual = [&](const Moments& at) {
            Moments R = s.mu * (at - s.F(at));
            const Real omega_c = s.mu * projection - s.B.dot(s.mu * at.col(0));
            R.col(0) += omega_c * s.B;
            return R;
        };
        const auto [R, gJ] = derivatives(problem, G);
        CHECK(std::abs(miscid::equilibrium::rotation_frequency(problem, G) -
                       (s.mu * projection - s.B.dot(s.mu * D.col(0)))) < 1e-14L);
        CHECK((residual(D) - R.cast<Real>()).norm() < 1e-13L);

        Eigen::Matrix<Real, 12, 12> differences;
        for (int i = 0; i < 12; ++i) {
            const auto column = [&](Real x) { return naive::metric(residual(moved(D, i, x))); };
            differences.col(i) =
                Eigen::Map<const Eigen::Matrix<Real, 12, 1>>(slope(column, 1e-4L).eval().data()) / s.mu;
        }
        CHECK((differences - gJ.cast<Real>()).norm() < 1e-10L * differences.norm());
    }
}
