// Residual and Jacobian of three flavors against finite differences of the potential (theory.md F3) in long double.
#include "naive_three_flavor.hpp"

#include "catch.hpp"

using Field = miscid::equilibrium::FieldFor<3>;
using Sums = miscid::equilibrium::SweepSumsFor<3>;
using naive3::Matrix;
using naive3::Moments;
using naive3::Real;
using Column = Eigen::Matrix<Real, 32, 1>;
using Square = Eigen::Matrix<Real, 32, 32>;

namespace {

const auto kernels = miscid::equilibrium::sweep_kernels_for<3>(miscid::equilibrium::best_dispatch_level());

struct Derivatives {
    Field residual;
    Square jacobian; ///< g J
};

Derivatives derivatives(const miscid::equilibrium::ProblemFor<3>& problem, const Field& G) {
    Sums sums;
    miscid::equilibrium::sweep<3>(kernels.full, problem, G, G, sums);
    return {miscid::equilibrium::residual<3>(problem, G, sums),
            miscid::equilibrium::symmetric_jacobian<3>(problem, sums, miscid::equilibrium::rotating_axes<3>(problem, G))
                .cast<Real>()};
}

/** d f/dx by the five-point rule. */
template <class Function>
auto slope(Function f, Real h) {
    return ((f(-2 * h) - 8 * f(-h) + 8 * f(h) - f(2 * h)) / (12 * h)).eval();
}

/** The 32 components of moments, and moments moved along one of them. */
Column components(const Moments& D) {
    Column all;
    for (int m = 0; m < 4; ++m)
        all.segment<8>(8 * m) = naive3::vector<Real>(D[static_cast<std::size_t>(m)]);
    return all;
}
Moments moved(Moments D, int i, Real by) {
    D[static_cast<std::size_t>(i / 8)] += naive3::generator(i % 8) * std::complex<Real>(by / 2);
    return D;
}
Column metric(Column c) {
    c.tail<24>() *= -1;
    return c;
}
/** mu (D - F(D)) */
Column residual(const naive3::System& s, const Moments& D) {
    return s.mu * (components(D) - components(s.F(D)));
}

} // namespace

TEST_CASE("three flavors: the residual is the gradient of the potential, dG/dD_m = -g_m R_m/2") {
    naive3::Random random(11);
    for (int sample = 0; sample < 12; ++sample) {
        const naive3::Cell cell = random.cell(5 + sample % 5, 4);
        const naive3::System s = cell.system();
        const Moments D = random.moments(0.4);
        const Field R = derivatives(cell.problem(), naive3::field(s, D)).residual;
        Column gradient;
        for (int i = 0; i < 32; ++i) {
            const auto potential = [&](Real x) { return Eigen::Matrix<Real, 1, 1>(s.potential(moved(D, i, x))); };
            gradient[i] = slope(potential, 1e-4L)[0];
        }
        const Column found = Eigen::Map<const Eigen::Matrix<double, 32, 1>>(R.data()).cast<Real>();
        CHECK((gradient + metric(found) / 2).norm() < 1e-10L * gradient.norm());
    }
}

TEST_CASE("three flavors: g J is the Hessian of the potential over -mu/2, symmetric") {
    naive3::Random random(12);
    for (int sample = 0; sample < 6; ++sample) {
        const naive3::Cell cell = random.cell(5 + sample % 5, 4);
        const naive3::System s = cell.system();
        const Moments D = random.moments(0.4);
        const Square gJ = derivatives(cell.problem(), naive3::field(s, D)).jacobian;
        CHECK((gJ - gJ.transpose()).norm() == 0);
        Square differences;
        for (int i = 0; i < 32; ++i)
            differences.col(i) = slope([&](Real x) { return metric(residual(s, moved(D, i, x))); }, 1e-4L) / s.mu;
        CHECK((differences - gJ).norm() < 1e-9L * gJ.norm());
    }
}

TEST_CASE("three flavors: the same with two equal occupations, where only two of three rotations count") {
    naive3::Random random(13);
    naive3::Cell cell = random.cell(6, 4);
    for (int d = 0; d < 6; ++d)
        for (int slot = 0; slot < 4; ++slot)
            cell.c(d % 2, d, slot) = cell.c(d % 2 + 1, d, slot);
    const naive3::System s = cell.system();
    const Moments D = random.moments(0.4);
    const Square gJ = derivatives(cell.problem(), naive3::field(s, D)).jacobian;
    Square differences;
    for (int i = 0; i < 32; ++i)
        differences.col(i) = slope([&](Real x) { return metric(residual(s, moved(D, i, x))); }, 1e-4L) / s.mu;
    CHECK((differences - gJ).norm() < 1e-9L * gJ.norm());
}

TEST_CASE("three flavors: without self-interaction the residual is G - matter and nothing couples") {
    naive3::Random random(14);
    naive3::Cell cell = random.cell(6, 4);
    cell.medium.mu = 0;
    const auto [R, gJ] = derivatives(cell.problem(), naive3::field(cell.system(), random.moments(1)));
    CHECK(R.norm() < 1e-15);
    Square g = Square::Identity();
    g.bottomRightCorner<24, 24>() *= -1;
    CHECK((gJ - g).norm() == 0);
}

TEST_CASE("three flavors: two rotating frames, H - sum Omega e with every e.D_0 given, Jacobian by differences") {
    naive3::Random random(15);
    for (int sample = 0; sample < 6; ++sample) {
        naive3::Cell cell = random.cell(6, 4);
        cell.medium.lambda = cell.medium.lambda_mu = 0;
        const naive3::System s = cell.system();
        // The two charges of the mass basis, from the test's own eigenvectors.
        const auto masses = naive3::states<Real>(s.M);
        auto problem = cell.problem();
        std::vector<naive3::VectorOf<Real>> axes;
        for (int charge = 0; charge < 2; ++charge) {
            const Matrix generator = masses.vectors * naive3::generator(charge) * masses.vectors.adjoint();
            axes.push_back(naive3::vector<Real>(generator) / 2);
            CHECK(std::abs(axes.back().norm() - 1) < 1e-18L);
            problem.symmetry.add({axes.back().cast<double>(), random.uniform(-0.3, 0.3)});
        }
        const auto residual_there = [&](const Moments& D) {
            Column R = residual(s, D);
            auto given = problem.symmetry.begin();
            for (const auto& e : axes)
                R.head<8>() += s.mu * ((given++)->conserved_projection - e.dot(components(D).head<8>())) * e;
            return R;
        };
        const Moments D = random.moments(0.4);
        const auto [R, gJ] = derivatives(problem, naive3::field(s, D));
        const Column found = Eigen::Map<const Eigen::Matrix<double, 32, 1>>(R.data()).cast<Real>();
        CHECK((residual_there(D) - found).norm() < 1e-13L * s.mu);
        Square differences;
        for (int i = 0; i < 32; ++i)
            differences.col(i) = slope([&](Real x) { return metric(residual_there(moved(D, i, x))); }, 1e-4L) / s.mu;
        CHECK((differences - gJ).norm() < 1e-9L * gJ.norm());
    }
}
