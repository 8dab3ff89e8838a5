// Scales far apart: the answers of three flavors against Newton's method with 60 digits.
#include "flavor/many_digits.hpp"
#include "flavor/three_flavor.hpp"
#include "naive_three_flavor.hpp"

#include "catch.hpp"

#include <Eigen/LU>

#include <algorithm>

using miscid::equilibrium::Outcome;
using Field = miscid::equilibrium::FieldFor<3>;
using Result = miscid::equilibrium::ResultFor<3>;
using Solver = miscid::equilibrium::SolverFor<3>;
using naive3::Cell;
using naive3::Moments;
using Unknowns = Eigen::Matrix<Digits, 32, 1>;
using Jacobian = Eigen::Matrix<Digits, 32, 32>;
using DigitsMatrix = naive3::MatrixOf<Digits>;

namespace {

const auto kernels = miscid::equilibrium::sweep_kernels_for<3>(miscid::equilibrium::best_dispatch_level());

/** G of the equilibrium next to the library's: G - matter - mu F(G) = 0 by Newton with differences of 1e-25. */
struct Reference {
    naive3::SystemOf<Digits> s;
    Unknowns G;

    Reference(const Cell& cell, const Field& field) : s(cell.system<Digits>()) {
        G = Eigen::Map<const Eigen::Matrix<double, 32, 1>>(field.data()).cast<Digits>();
        for (int iteration = 0; iteration < 6; ++iteration) {
            const Unknowns R = residual(G);
            if (R.norm() < Digits("1e-40") * G.norm())
                break;
            Jacobian J;
            const Digits h = Digits("1e-25") * G.norm();
            for (int i = 0; i < 32; ++i) {
                Unknowns moved = G;
                moved[i] += h;
                J.col(i) = (residual(moved) - R) / h;
            }
            const Unknowns step = J.partialPivLu().solve(R);
            G -= step;
        }
    }
    DigitsMatrix hamiltonian(const naive3::Mode& mode, const Unknowns& field) const {
        DigitsMatrix H = s.M * std::complex<Digits>(Digits(mode.frequency));
        for (int m = 0; m < 4; ++m)
            H += naive3::matrix<Digits>(field.segment<8>(8 * m)) *
                 std::complex<Digits>(m == 0 ? Digits(1) : -s.along(mode, m));
        return H;
    }
    Unknowns residual(const Unknowns& field) const {
        DigitsMatrix matter = DigitsMatrix::Zero();
        matter(0, 0) = s.lambda;
        matter(1, 1) = s.lambda_mu;
        Unknowns R = field;
        for (int m = 0; m < 4; ++m)
            R.segment<8>(8 * m) -= naive3::vector<Digits>(matter) * (m == 0 ? Digits(1) : s.velocity[m - 1]);
        for (const auto& mode : s.modes) {
            const auto rho = naive3::vector<Digits>(s.weighted_rho(mode, hamiltonian(mode, field)));
            for (int m = 0; m < 4; ++m)
                R.segment<8>(8 * m) -= s.mu * s.along(mode, m) * rho;
        }
        return R;
    }
};

/** Largest error of a projector |k><k|, absolute, and of its entries between e and the others relative to themselves. */
struct Errors {
    double absolute = 0, of_small = 0;
};
Errors errors(const Cell& cell, const Field& field) {
    const Reference reference(cell, field);
    CHECK(reference.residual(reference.G).norm() < Digits("1e-40") * reference.G.norm());
    Errors worst;
    for (const auto& mode : reference.s.modes) {
        const auto exact = naive3::states<Digits>(reference.hamiltonian(mode, reference.G));
        const auto found = miscid::flavor::eigenstates(
            miscid::equilibrium::hamiltonian<3>(field, mode.v, mode.frequency, cell.medium.B));
        for (int k = 0; k < 3; ++k) {
            const DigitsMatrix projector = exact.projector(k);
            for (int a = 0; a < 3; ++a)
                for (int b = 0; b < 3; ++b) {
                    const std::complex<double> mine = found.states(a, k) * std::conj(found.states(b, k));
                    const Digits re = projector(a, b).real() - mine.real(), im = projector(a, b).imag() - mine.imag();
                    const Digits error = sqrt(Digits(re * re + im * im));
                    const Digits size = sqrt(Digits(projector(a, b).real() * projector(a, b).real() +
                                                    projector(a, b).imag() * projector(a, b).imag()));
                    worst.absolute = std::max(worst.absolute, static_cast<double>(error));
                    if ((a == 0) != (b == 0))
                        worst.of_small = std::max(worst.of_small, static_cast<double>(error / size));
                }
        }
    }
    return worst;
}

} // namespace

TEST_CASE("three flavors: matter 1e10 times the vacuum term leaves mu-tau mixing and every small component exact") {
    naive3::Random random(41);
    Solver solver(kernels);
    int found = 0;
    for (int sample = 0; sample < 6; ++sample) {
        Cell cell = random.cell(3, 4);
        Result result;
        if (!naive3::find_equilibrium(cell, solver, result))
            continue;
        for (const double lambda : {1e4, 1e6, 1e8, 1e10}) {
            const auto last = cell.medium;
            cell.medium.lambda = lambda;
            result = solver.solve(cell.problem(), result.field, miscid::equilibrium::unknown_inertia, last);
            REQUIRE(result.outcome == Outcome::ok);
        }
        ++found;
        const Errors worst = errors(cell, result.field);
        INFO("errors " << worst.absolute << ", of small components " << worst.of_small);
        CHECK(worst.absolute < 1e-13);
        CHECK(worst.of_small < 1e-12);
    }
    CHECK(found > 2);
}

TEST_CASE("three flavors: synchronised, self-interaction 1e8 times the vacuum term") {
    naive3::Random random(42);
    Solver solver(kernels);
    int found = 0;
    for (int sample = 0; sample < 6; ++sample) {
        Cell cell = random.cell(3, 4);
        // Occupations of all modes in one order, few antineutrinos: every rho and every H share their eigenstates then.
        for (int d = 0; d < 3; ++d)
            for (int slot = 0; slot < 4; ++slot) {
                const double size = slot < 2 ? 1 : 0.1;
                double c[3] = {size * cell.c(0, d, slot), size * cell.c(1, d, slot), size * cell.c(2, d, slot)};
                std::sort(c, c + 3, [&](double a, double b) { return std::abs(a) < std::abs(b); });
                for (int k = 0; k < 3; ++k)
                    cell.c(k, d, slot) = c[k];
            }
        Result result;
        if (!naive3::find_equilibrium(cell, solver, result))
            continue;
        bool lost = false;
        while (cell.medium.mu < 1e8 && !lost) {
            const auto last = cell.medium;
            cell.medium.mu = std::min(1.5 * cell.medium.mu, 1e8);
            result = solver.solve(cell.problem(), result.field, miscid::equilibrium::unknown_inertia, last);
            lost = result.outcome != Outcome::ok || result.event_count > 0;
        }
        INFO("mu " << cell.medium.mu << ", outcome " << static_cast<int>(result.outcome));
        CHECK_FALSE(lost);
        if (lost)
            continue;
        ++found;
        const Errors worst = errors(cell, result.field);
        INFO("error " << worst.absolute << ", smallest gap " << result.min_hamiltonian);
        CHECK(worst.absolute < 1e-13);
    }
    CHECK(found > 2);
}
