// One pass over the modes against sums mode by mode in long double (equilibrium-solver.md section 1).
#include "naive.hpp"

#include "catch.hpp"

#include <cstring>

using miscid::equilibrium::DispatchLevel;
using miscid::equilibrium::Field;
using miscid::equilibrium::SweepSums;
using naive::Real;

namespace {

std::vector<DispatchLevel> levels_here() {
    std::vector<DispatchLevel> levels;
    for (const auto level : {DispatchLevel::baseline, DispatchLevel::avx2, DispatchLevel::avx512})
        if (level <= miscid::equilibrium::best_dispatch_level())
            levels.push_back(level);
    return levels;
}

SweepSums sums_of(DispatchLevel level, const naive::Cell& cell, const Field& field, const Field& previous) {
    SweepSums sums;
    std::memset(static_cast<void*>(&sums), 0, sizeof sums);
    miscid::equilibrium::sweep(miscid::equilibrium::sweep_kernels(level).full, cell.problem(), field, previous, sums);
    return sums;
}

bool same_bits(const double* a, const double* b, std::size_t n) {
    return std::memcmp(a, b, n * sizeof *a) == 0;
}

} // namespace

TEST_CASE("the sums F, A and the torque are the sums over modes") {
    naive::Random random(1);
    for (const auto& [directions, slots] : {std::pair{1, 2}, {3, 4}, {8, 6}, {11, 4}, {32, 10}}) {
        const naive::Cell cell = random.cell(directions, slots);
        const naive::System s = cell.system();
        const naive::Moments D = random.moments(0.3);
        const Field G = naive::field(s, D);
        const SweepSums sums = sums_of(DispatchLevel::baseline, cell, G, G);
        const Real total = s.total();

        const naive::Moments F = s.F(D);
        CHECK((F - Eigen::Map<const Field>(sums.F).cast<Real>()).norm() < 1e-14L * total);

        Real largest_inverse = 0, min_h2 = std::numeric_limits<Real>::infinity();
        naive::Vector torque = naive::Vector::Zero();
        Eigen::Matrix<Real, 12, 12> A = Eigen::Matrix<Real, 12, 12>::Zero();
        for (const auto& mode : s.modes) {
            const naive::Vector H = s.hamiltonian(mode, D), u = H.normalized();
            largest_inverse = std::max(largest_inverse, 1 / H.norm());
            min_h2 = std::min(min_h2, H.squaredNorm());
            torque += mode.c * s.one_body(mode).cross(u);
            Eigen::Matrix<Real, 4, 1> nu;
            nu << 1, mode.v;
            const Eigen::Matrix<Real, 3, 3> across = Eigen::Matrix<Real, 3, 3>::Identity() - u * u.transpose();
            for (int m = 0; m < 4; ++m)
                for (int n = 0; n < 4; ++n)
                    A.block<3, 3>(3 * m, 3 * n) += mode.c / H.norm() * nu[m] * nu[n] * across;
        }
        const naive::Vector found(sums.torque[0], sums.torque[1], sums.torque[2]);
        CHECK((torque - found).norm() < 1e-13L * total);
        CHECK(std::abs(sums.min_gap2 / min_h2 - 1) < 1e-13L);

        const int packed[3][3] = {{0, 1, 2}, {1, 3, 4}, {2, 4, 5}};
        int pair = 0;
        Real difference = 0;
        for (int m = 0; m < 4; ++m)
            for (int n = m; n < 4; ++n, ++pair)
                for (int a = 0; a < 3; ++a)
                    for (int b = 0; b < 3; ++b)
                        difference =
                            std::max(difference, std::abs(A(3 * m + a, 3 * n + b) - sums.A[6 * pair + packed[a][b]]));
        CHECK(difference < 1e-13L * total * largest_inverse);
    }
}

TEST_CASE("the sweep without derivative gives the same F, torque and |H|") {
    naive::Random random(2);
    const naive::Cell cell = random.cell(13, 6);
    const Field G = naive::field(cell.system(), random.moments(0.3));
    for (const auto level : levels_here()) {
        const SweepSums full = sums_of(level, cell, G, G);
        SweepSums moments;
        miscid::equilibrium::sweep(miscid::equilibrium::sweep_kernels(level).moments, cell.problem(), G, G, moments);
        CHECK(same_bits(full.F, moments.F, 12));
        CHECK(same_bits(full.torque, moments.torque, 3));
        CHECK(same_bits(&full.min_gap2, &moments.min_gap2, 1));
    }
}

TEST_CASE("every instruction set gives the same bits") {
    CHECK(levels_here().size() >= 1);
    naive::Random random(3);
    for (int sample = 0; sample < 100; ++sample) {
        const naive::Cell cell = random.cell(1 + sample % 19, 2 + 2 * (sample % 5));
        const Field G = naive::field(cell.system(), random.moments(std::pow(10, random.uniform(-8, 8))));
        const Field before = G + 0.1 * naive::field(cell.system(), random.moments(0.3));
        const SweepSums baseline = sums_of(DispatchLevel::baseline, cell, G, before);
        for (const auto level : levels_here()) {
            INFO(miscid::equilibrium::dispatch_level_name(level));
            const SweepSums sums = sums_of(level, cell, G, before);
            CHECK(same_bits(sums.F, baseline.F, 12));
            CHECK(same_bits(sums.A, baseline.A, 60));
            CHECK(same_bits(sums.torque, baseline.torque, 3));
            CHECK(same_bits(&sums.min_gap2, &baseline.min_gap2, 1));
            CHECK(same_bits(&sums.max_tan2, &baseline.max_tan2, 1));
            CHECK(sums.turned_over == baseline.turned_over);
        }
    }
}

TEST_CASE("the largest rotation of any H is the true angle between old and new H") {
    naive::Random random(4);
    int turned_over = 0;
    for (int sample = 0; sample < 200; ++sample) {
        const naive::Cell cell = random.cell(1 + sample % 11, 4);
        const naive::System s = cell.system();
        const naive::Moments D = random.moments(0.5);
        const naive::Moments step = random.moments(std::pow(10, random.uniform(-10, 0.5)));
        const Field now = naive::field(s, D), before = naive::field(s, D + step);
        Real largest = 0;
        for (const auto& mode : s.modes) {
            // From the rounded fields the sweep sees, so that small rotations can be compared.
            const auto H = [&](const Field& field) {
                const auto G = field.cast<Real>();
                return naive::Vector(G.col(0) - G.rightCols<3>() * mode.v + mode.signed_omega * s.B);
            };
            const naive::Vector a = H(now), b = H(before);
            largest = std::max(largest, std::atan2(a.cross(b).norm(), a.dot(b)));
        }
        const SweepSums sums = sums_of(miscid::equilibrium::best_dispatch_level(), cell, now, before);
        const bool beyond_right_angle = largest >= std::acos(Real(0));
        CHECK(sums.turned_over == beyond_right_angle);
        turned_over += beyond_right_angle;
        if (!beyond_right_angle)
            CHECK(std::abs(std::atan(std::sqrt(sums.max_tan2)) - largest) < 1e-15L + 1e-10L * largest);
    }
    CHECK(turned_over > 5);
    CHECK(turned_over < 150);
}

TEST_CASE("a mode without amplitude rotates nobody's step and is nobody's smallest |H|") {
    naive::Random random(5);
    naive::Cell cell = random.cell(9, 2);
    const Field G = naive::field(cell.system(), random.moments(0.3));
    const SweepSums with = sums_of(DispatchLevel::baseline, cell, G, G);
    // The mode of smallest |H| loses its amplitude.
    const auto weakest = miscid::equilibrium::weakest_mode(cell.problem(), G);
    CHECK(std::abs(weakest.hamiltonian * weakest.hamiltonian / with.min_gap2 - 1) < 1e-13);
    cell.amplitude[weakest.index] = 0;
    const SweepSums without = sums_of(DispatchLevel::baseline, cell, G, G);
    CHECK(without.min_gap2 > with.min_gap2 * (1 + 1e-9));
}

TEST_CASE("the two-body part of H exerts no net torque: T = sum_m g_m D_m x R_m for any D") {
    naive::Random random(6);
    for (int sample = 0; sample < 50; ++sample) {
        const naive::Cell cell = random.cell(7, 4);
        const naive::System s = cell.system();
        const naive::Moments D = random.moments(0.3);
        const Field G = naive::field(s, D);
        const SweepSums sums = sums_of(miscid::equilibrium::best_dispatch_level(), cell, G, G);
        const naive::Moments R = s.mu * (D - s.F(D));
        naive::Vector expected = naive::Vector::Zero();
        for (int m = 0; m < 4; ++m)
            expected += (m == 0 ? 1 : -1) * naive::Vector(D.col(m)).cross(naive::Vector(R.col(m)));
        const naive::Vector torque(sums.torque[0], sums.torque[1], sums.torque[2]);
        CHECK((torque - expected).norm() < 1e-13L * (s.total() * 10 + expected.norm()));
    }
}
