// Three flavors that come out of matter without self-interaction: two level crossings, closed forms on the way and at the end
// (equilibrium-solver.md section 7; the eigenvectors from eigenvalues: Denton, Parke, Tao & Zhang).
#include "flavor/three_flavor.hpp"
#include "naive_three_flavor.hpp"

#include "catch.hpp"

using Field = miscid::equilibrium::FieldFor<3>;
using naive3::Matrix;
using naive3::Real;

namespace {

constexpr Real t12 = 0.59, t13 = 0.15, t23 = 0.84, phase = 3.4, dm21 = 0.03;

/** One beam of neutrinos (slot 0) and antineutrinos (slot 1), each all in its highest eigenstate: nu_e and nubar_e where
 *  matter dominates. */
naive3::Cell beam(Real dm31) {
    naive3::Cell cell;
    cell.grid = miscid::phase_space::ModeGrid(1, 2);
    cell.grid.set_direction(0, Eigen::Vector3d::UnitX());
    cell.amplitude.assign(3 * cell.grid.size(), 0.0);
    for (int slot = 0; slot < 2; ++slot) {
        const double sign = slot == 0 ? 1 : -1;
        cell.grid.set_frequency(0, slot, sign);
        cell.c(2, 0, slot) = sign;
    }
    cell.medium.mu = 0;
    const Matrix M = naive3::vacuum(naive3::mixing(t12, t13, t23, phase), dm21, dm31);
    cell.medium.B = naive3::vector<Real>(M).cast<double>();
    return cell;
}

/** Probability of flavor a in the highest eigenstate of the library's H. */
double highest(const naive3::Cell& cell, const Field& field, int slot, int a) {
    const auto H =
        miscid::equilibrium::hamiltonian<3>(field, cell.grid.direction(0), cell.grid.frequency(0, slot), cell.medium.B);
    return std::norm(miscid::flavor::eigenstates(H).states(a, 2));
}

/** |<e|k>|^2 of the highest eigenstate from eigenvalues alone: those of H and of its mu-tau block. */
Real electron_share(const Matrix& H) {
    const auto E = naive3::states<Real>(H).energy;
    const Real mean = (H(1, 1) + H(2, 2)).real() / 2, half = (H(1, 1) - H(2, 2)).real() / 2;
    const Real root = std::sqrt(half * half + std::norm(H(1, 2)));
    return (E[2] - mean - root) * (E[2] - mean + root) / ((E[2] - E[0]) * (E[2] - E[1]));
}

} // namespace

TEST_CASE("three-flavor MSW: nu_e and nubar_e leave as one mass state each, through both level crossings") {
    // Highest level of +-M: normal ordering m3 and m1, inverted ordering m2 and m3.
    const Matrix U = naive3::mixing(t12, t13, t23, phase);
    for (const Real dm31 : {Real(1), Real(-1)}) {
        const int nu = dm31 > 0 ? 2 : 1, nubar = dm31 > 0 ? 0 : 2;
        for (const double factor : {0.9, 0.5, 1e-3}) {
            naive3::Cell cell = beam(dm31);
            miscid::equilibrium::SolverFor<3> solver(
                miscid::equilibrium::sweep_kernels_for<3>(miscid::equilibrium::best_dispatch_level()));
            cell.medium.lambda = 1e3;
            Field field = cell.medium.field();
            while (cell.medium.lambda > 1e-17) {
                cell.medium.lambda *= factor;
                const auto result = solver.solve(cell.problem(), field, miscid::equilibrium::unknown_inertia);
                REQUIRE(result.outcome == miscid::equilibrium::Outcome::ok);
                CHECK(result.event_count == 0);
                field = result.field;
                const naive3::System s = cell.system();
                // All of the beam is one amplitude: F holds nu_e minus nubar_e.
                Real difference = 0;
                for (int slot = 0; slot < 2; ++slot) {
                    const auto& mode = s.modes[static_cast<std::size_t>(slot)];
                    const Real expected = electron_share(s.one_body(mode));
                    CHECK(std::abs(highest(cell, field, slot, 0) - expected) < 1e-13L);
                    difference += slot == 0 ? expected : -expected;
                }
                const Matrix D = naive3::matrices(result.moments)[0];
                CHECK(std::abs(D(0, 0).real() - difference) < 1e-13L); // the traces cancel
            }
            for (int a = 0; a < 3; ++a) {
                INFO("flavor " << a << ", ordering " << dm31 << ", steps of " << factor);
                CHECK(std::abs(highest(cell, field, 0, a) - std::norm(U(a, nu))) < 1e-13L);
                CHECK(std::abs(highest(cell, field, 1, a) - std::norm(U(a, nubar))) < 1e-13L);
            }
        }
    }
}

TEST_CASE("three-flavor MSW: survival probabilities in the numbers of the mixing angles") {
    // nu: sin^2 theta_13 (normal), sin^2 theta_12 cos^2 theta_13 (inverted);
    // nubar: cos^2 theta_12 cos^2 theta_13 (normal), sin^2 theta_13 (inverted)
    const Real e1 = std::pow(std::cos(t12) * std::cos(t13), 2), e2 = std::pow(std::sin(t12) * std::cos(t13), 2),
               e3 = std::pow(std::sin(t13), 2);
    for (const Real dm31 : {Real(1), Real(-1)}) {
        const naive3::Cell cell = beam(dm31);
        Field vacuum = Field::Zero();
        vacuum.col(0) = 1e-17 * miscid::flavor::electron_axis<3>();
        CHECK(std::abs(highest(cell, vacuum, 0, 0) - (dm31 > 0 ? e3 : e2)) < 1e-14L);
        CHECK(std::abs(highest(cell, vacuum, 1, 0) - (dm31 > 0 ? e1 : e3)) < 1e-14L);
    }
}

TEST_CASE("three-flavor MSW: the gaps at the two crossings are those of two flavors") {
    // Leading order in dm21/dm31 and theta_13: sin 2 theta_13 dm31 and sin 2 theta_12 dm21.
    naive3::Cell cell = beam(1);
    const auto smallest_gap = [&](int lower, double from, double to) {
        double smallest = 1e300;
        for (double lambda = from; lambda < to; lambda *= 1.002) {
            cell.medium.lambda = lambda;
            const Field field = cell.medium.field();
            const auto energy = miscid::flavor::eigenstates(miscid::equilibrium::hamiltonian<3>(
                                                                field, cell.grid.direction(0), 1, cell.medium.B))
                                    .energy;
            const auto k = static_cast<std::size_t>(lower);
            smallest = std::min(smallest, energy[k + 1] - energy[k]);
        }
        return smallest;
    };
    CHECK(smallest_gap(1, 0.3, 3) ==
          Approx(std::sin(2 * double(t13)) * (1 - 0.03 * std::pow(std::sin(0.59), 2))).epsilon(1e-3));
    CHECK(smallest_gap(0, 1e-3, 0.2) == Approx(std::sin(2 * double(t12)) * double(dm21)).epsilon(0.01));
}
