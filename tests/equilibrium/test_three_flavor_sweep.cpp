// One pass over the modes of three flavors against sums mode by mode in long double with another eigen-solver
// (equilibrium-solver.md section 5).
#include "naive_three_flavor.hpp"

#include "catch.hpp"

#include <cstring>
#include <limits>

using miscid::equilibrium::DispatchLevel;
using Field = miscid::equilibrium::FieldFor<3>;
using Sums = miscid::equilibrium::SweepSumsFor<3>;
using naive3::Matrix;
using naive3::Moments;
using naive3::Real;

namespace {

std::vector<DispatchLevel> levels_here() {
    std::vector<DispatchLevel> levels;
    for (const auto level : {DispatchLevel::baseline, DispatchLevel::avx2, DispatchLevel::avx512})
        if (level <= miscid::equilibrium::best_dispatch_level())
            levels.push_back(level);
    return levels;
}

Sums sums_of(DispatchLevel level, const naive3::Cell& cell, const Field& field, const Field& previous) {
    Sums sums;
    std::memset(static_cast<void*>(&sums), 0, sizeof sums);
    miscid::equilibrium::sweep<3>(miscid::equilibrium::sweep_kernels_for<3>(level).full, cell.problem(), field,
                                  previous, sums);
    return sums;
}
Sums sums_of(const naive3::Cell& cell, const Field& field) {
    return sums_of(miscid::equilibrium::best_dispatch_level(), cell, field, field);
}

bool same_bits(const double* a, const double* b, std::size_t n) {
    return std::memcmp(a, b, n * sizeof *a) == 0;
}

/** Entry of A_mn between components a and b, from the packed sums. */
Real entry(const Sums& sums, int m, int n, int a, int b) {
    if (m > n)
        std::swap(m, n);
    if (a > b)
        std::swap(a, b);
    const int pair = m * 4 - m * (m - 1) / 2 + (n - m), place = a * 8 - a * (a - 1) / 2 + (b - a);
    return sums.A[36 * pair + place];
}

Moments moments_of(const Sums& sums) {
    return naive3::matrices(Eigen::Map<const Field>(sums.F));
}

} // namespace

TEST_CASE("three flavors: F, A, torque and smallest gap are the sums over modes") {
    naive3::Random random(1);
    for (const auto& [directions, slots] : {std::pair{1, 2}, {3, 4}, {8, 6}, {11, 4}}) {
        const naive3::Cell cell = random.cell(directions, slots);
        const naive3::System s = cell.system();
        const Moments D = random.moments(0.2);
        const Sums sums = sums_of(cell, naive3::field(s, D));
        CHECK(naive3::distance(s.F(D), moments_of(sums)) < 1e-14L * s.total());

        Real min_gap = std::numeric_limits<Real>::infinity(), steepest = 0;
        Matrix torque = Matrix::Zero();
        Eigen::Matrix<Real, 32, 32> A = Eigen::Matrix<Real, 32, 32>::Zero();
        for (const auto& mode : s.modes) {
            const Matrix H = s.hamiltonian(mode, D);
            const auto states = naive3::states<Real>(H);
            torque -= std::complex<Real>(0, 1) * naive3::commutator<Real>(s.one_body(mode), s.weighted_rho(mode, H));
            for (int i = 0; i < 3; ++i)
                for (int j = 0; j < i; ++j) {
                    const auto p = static_cast<std::size_t>(i), q = static_cast<std::size_t>(j);
                    const Real gap = states.energy[p] - states.energy[q];
                    const Real divided = (mode.c[p] - mode.c[q]) / gap;
                    min_gap = std::min(min_gap, gap);
                    steepest = std::max(steepest, std::abs(divided));
                    Eigen::Matrix<std::complex<Real>, 8, 1> u;
                    for (int a = 0; a < 8; ++a)
                        u[a] = states.vectors.col(i).dot(naive3::generator(a) * states.vectors.col(j));
                    const Eigen::Matrix<Real, 8, 8> block = divided * (u.conjugate() * u.transpose()).real();
                    for (int m = 0; m < 4; ++m)
                        for (int n = 0; n < 4; ++n)
                            A.block<8, 8>(8 * m, 8 * n) += s.along(mode, m) * s.along(mode, n) * block;
                }
        }
        const Eigen::Map<const Eigen::Matrix<double, 8, 1>> found(sums.torque);
        CHECK((naive3::vector<Real>(torque) - found.cast<Real>()).norm() < 1e-13L * s.total());
        CHECK(std::abs(std::sqrt(Real(sums.min_gap2)) / min_gap - 1) < 1e-13L);
        Real difference = 0;
        for (int i = 0; i < 32; ++i)
            for (int j = 0; j < 32; ++j)
                difference = std::max(difference, std::abs(A(i, j) - entry(sums, i / 8, j / 8, i % 8, j % 8)));
        CHECK(difference < 1e-13L * steepest * static_cast<Real>(s.modes.size()));
    }
}

TEST_CASE("three flavors: the sweep without derivative gives the same F, torque and gap") {
    naive3::Random random(2);
    const naive3::Cell cell = random.cell(13, 6);
    const Field G = naive3::field(cell.system(), random.moments(0.3));
    for (const auto level : levels_here()) {
        const Sums full = sums_of(level, cell, G, G);
        Sums moments;
        miscid::equilibrium::sweep<3>(miscid::equilibrium::sweep_kernels_for<3>(level).moments, cell.problem(), G, G,
                                      moments);
        CHECK(same_bits(full.F, moments.F, 32));
        CHECK(same_bits(full.torque, moments.torque, 8));
        CHECK(same_bits(&full.min_gap2, &moments.min_gap2, 1));
    }
}

TEST_CASE("three flavors: every instruction set gives the same bits") {
    naive3::Random random(3);
    for (int sample = 0; sample < 60; ++sample) {
        const naive3::Cell cell = random.cell(1 + sample % 19, 2 + 2 * (sample % 4));
        const Field G = naive3::field(cell.system(), random.moments(std::pow(10, random.uniform(-8, 8))));
        const Field before = G + 0.1 * naive3::field(cell.system(), random.moments(0.3));
        const Sums baseline = sums_of(DispatchLevel::baseline, cell, G, before);
        for (const auto level : levels_here()) {
            INFO(miscid::equilibrium::dispatch_level_name(level));
            const Sums sums = sums_of(level, cell, G, before);
            CHECK(same_bits(sums.F, baseline.F, 32));
            CHECK(same_bits(sums.A, baseline.A, 360));
            CHECK(same_bits(sums.torque, baseline.torque, 8));
            CHECK(same_bits(&sums.min_gap2, &baseline.min_gap2, 1));
            CHECK(same_bits(&sums.max_tan2, &baseline.max_tan2, 1));
            CHECK(sums.turned_over == baseline.turned_over);
        }
    }
}

TEST_CASE("three flavors: the eigenstates handed out are those of every H, by ascending eigenvalue") {
    naive3::Random random(4);
    const naive3::Cell cell = random.cell(11, 6);
    const naive3::System s = cell.system();
    const Moments D = random.moments(0.4);
    const Field G = naive3::field(s, D);
    for (const auto level : levels_here()) {
        std::vector<miscid::phase_space::AlignedVector> numbers(21,
                                                                miscid::phase_space::AlignedVector(cell.grid.size()));
        double *states[18], *energy[3];
        for (std::size_t i = 0; i < 18; ++i)
            states[i] = numbers[i].data();
        for (std::size_t k = 0; k < 3; ++k)
            energy[k] = numbers[18 + k].data();
        miscid::equilibrium::sweep_kernels_for<3>(level).eigenstates(
            miscid::equilibrium::sweep_input<3>(cell.problem(), G, G), states, energy);
        std::size_t mode = 0;
        for (int d = 0; d < cell.grid.directions(); ++d)
            for (int slot = 0; slot < cell.grid.slots(); ++slot, ++mode) {
                const auto expected = naive3::states<Real>(s.hamiltonian(s.modes[mode], D));
                const std::size_t i = cell.grid.index(d, slot);
                for (int k = 0; k < 3; ++k) {
                    Eigen::Matrix<std::complex<Real>, 3, 1> v;
                    for (int a = 0; a < 3; ++a)
                        v[a] = {states[6 * k + 2 * a][i], states[6 * k + 2 * a + 1][i]};
                    CHECK((v * v.adjoint() - expected.projector(k)).norm() < 1e-14L);
                }
                for (std::size_t k = 0; k < 2; ++k)
                    CHECK(std::abs(energy[k + 1][i] - energy[k][i] - (expected.energy[k + 1] - expected.energy[k])) <
                          1e-14L * (1 + std::abs(expected.energy[k])));
            }
    }
}

TEST_CASE("three flavors: rotation is that of two levels coupled by the former H, 2 |<i|H|j>| over their distance") {
    naive3::Random random(5);
    int turned_over = 0;
    for (int sample = 0; sample < 200; ++sample) {
        const naive3::Cell cell = random.cell(1 + sample % 11, 4);
        const naive3::System s = cell.system();
        const Moments D = random.moments(0.3), step = random.moments(std::pow(10, random.uniform(-9, 0)));
        Moments old = D;
        for (std::size_t m = 0; m < 4; ++m)
            old[m] += step[m];
        const Field now = naive3::field(s, D), before = naive3::field(s, old);
        Real largest = 0;
        bool over = false;
        for (const auto& mode : s.modes) {
            // From the rounded fields the sweep sees, so that small rotations can be compared.
            const auto H = [&](const Field& field) {
                const Moments G = naive3::matrices(field);
                Matrix sum = G[0] + s.M * std::complex<Real>(mode.frequency);
                for (int a = 1; a < 4; ++a)
                    sum -= s.along(mode, a) * G[static_cast<std::size_t>(a)];
                return sum;
            };
            const auto states = naive3::states<Real>(H(now));
            const Matrix was = states.vectors.adjoint() * H(before) * states.vectors;
            for (int i = 0; i < 3; ++i)
                for (int j = 0; j < i; ++j) {
                    const Real gap = (was(i, i) - was(j, j)).real();
                    over = over || gap <= 0;
                    largest = std::max(largest, std::atan2(2 * std::abs(was(i, j)), std::abs(gap)));
                }
        }
        const Sums sums = sums_of(miscid::equilibrium::best_dispatch_level(), cell, now, before);
        CHECK(sums.turned_over == over);
        turned_over += over;
        if (!over)
            CHECK(std::abs(std::atan(std::sqrt(sums.max_tan2)) - largest) < 1e-14L + 1e-9L * largest);
    }
    CHECK(turned_over > 5);
    CHECK(turned_over < 150);
}

TEST_CASE("three flavors: two equal occupations need no care where their states are degenerate") {
    // rho = a 1 + b |e><e|-like; H = diag(x, 0, 0): the mu-tau plane is degenerate and nothing depends on its basis.
    naive3::Random random(6);
    naive3::Cell cell = random.cell(9, 4);
    cell.medium.B.setZero();
    cell.medium.lambda_mu = 0;
    Real total = 0;
    for (int d = 0; d < 9; ++d)
        for (int slot = 0; slot < 4; ++slot) {
            cell.c(1, d, slot) = cell.c(0, d, slot);
            total += cell.c(2, d, slot) - cell.c(0, d, slot);
        }
    Moments D;
    D.fill(Matrix::Zero());
    const naive3::System s = cell.system();
    const Sums sums = sums_of(cell, naive3::field(s, D));
    Matrix expected = Matrix::Zero();
    expected(0, 0) = total;
    CHECK((moments_of(sums)[0] - naive3::traceless<Real>(expected)).norm() < 1e-15L * s.total());
    CHECK(sums.max_tan2 == 0);
    CHECK_FALSE(sums.turned_over);
    for (const double a : sums.A)
        CHECK(std::isfinite(a));
    // Within the plane nothing responds: the mu-tau generators, with their splitting, have no part in A.
    for (const int a : {0, 6, 7})
        for (int b = 0; b < 8; ++b)
            CHECK(std::abs(entry(sums, 0, 0, a, b)) < 1e-15L * s.total());
    // The gap that counts is the one between e and the plane.
    Real gap = std::numeric_limits<Real>::infinity();
    for (const auto& mode : s.modes)
        gap = std::min(gap, s.lambda * s.matter_factor(mode));
    CHECK(std::abs(std::sqrt(Real(sums.min_gap2)) / gap - 1) < 1e-14L);
}

TEST_CASE("three flavors: modes without polarization add nothing, whatever their H") {
    naive3::Random random(7);
    const naive3::Cell cell = random.cell(10, 4);
    const naive3::System s = cell.system();
    const Field G = naive3::field(s, random.moments(0.3));
    const auto weakest = miscid::equilibrium::weakest_mode<3>(cell.problem(), G);
    const Sums with = sums_of(cell, G);
    CHECK(std::abs(weakest.hamiltonian * weakest.hamiltonian / with.min_gap2 - 1) < 1e-12);
    // rho of the mode of smallest gap becomes a multiple of 1.
    naive3::Cell without = cell;
    for (int k = 0; k < 3; ++k)
        without.c(k, weakest.direction, weakest.slot) = 0.4;
    CHECK(sums_of(without, G).min_gap2 > with.min_gap2 * (1 + 1e-9));
    // Nobody left: no sums, no gap, no rotation.
    naive3::Cell nobody = cell;
    std::fill(nobody.amplitude.begin(), nobody.amplitude.end(), 0.0);
    const Sums nothing = sums_of(miscid::equilibrium::best_dispatch_level(), nobody, G, -G);
    for (const double f : nothing.F)
        CHECK(f == 0);
    for (const double a : nothing.A)
        CHECK(a == 0);
    CHECK(std::isinf(nothing.min_gap2));
    CHECK(nothing.max_tan2 == 0);
    CHECK_FALSE(nothing.turned_over);
}

TEST_CASE("three flavors: the two-body part of H exerts no net torque, T = sum_m g_m D_m x R_m for any D") {
    naive3::Random random(8);
    for (int sample = 0; sample < 20; ++sample) {
        const naive3::Cell cell = random.cell(7, 4);
        const naive3::System s = cell.system();
        const Moments D = random.moments(0.2), F = s.F(D);
        const Sums sums = sums_of(cell, naive3::field(s, D));
        Matrix expected = Matrix::Zero();
        for (std::size_t m = 0; m < 4; ++m)
            expected -= std::complex<Real>(0, m == 0 ? 1 : -1) * naive3::commutator<Real>(D[m], s.mu * (D[m] - F[m]));
        const Eigen::Map<const Eigen::Matrix<double, 8, 1>> torque(sums.torque);
        CHECK((naive3::vector<Real>(expected) - torque.cast<Real>()).norm() < 1e-12L * (s.total() + expected.norm()));
    }
}
