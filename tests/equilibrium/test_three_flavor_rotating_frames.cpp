// Three flavors whose external fields leave two charges (or one) conserved: the equilibrium rotates about their axes
// (theory.md F4 and 4.7).
#include "equilibrium/symmetry_axes.hpp"
#include "flavor/three_flavor.hpp"
#include "naive_three_flavor.hpp"
#include "three_flavor_motion.hpp"

#include "catch.hpp"

using miscid::equilibrium::Outcome;
using Field = miscid::equilibrium::FieldFor<3>;
using Result = miscid::equilibrium::ResultFor<3>;
using Solver = miscid::equilibrium::SolverFor<3>;
using naive3::Cell;
using naive3::Matrix;
using naive3::Moments;
using naive3::Real;

namespace {

const auto kernels = miscid::equilibrium::sweep_kernels_for<3>(miscid::equilibrium::best_dispatch_level());

enum class Kind {
    no_matter,
    no_vacuum_mixing,
    muons_without_mixing,
    electron_decoupled,
    electron_decoupled_with_muons
};
constexpr Kind every_kind[] = {Kind::no_matter, Kind::no_vacuum_mixing, Kind::muons_without_mixing,
                               Kind::electron_decoupled, Kind::electron_decoupled_with_muons};

/** Mostly neutrinos, in pure states: at large mu they rotate as a whole whatever their common state is, because its four
 *  numbers are two phases and two charges. */
Cell gas(naive3::Random& random, Kind kind, int directions) {
    constexpr double r[3] = {0, 0, 1};
    Cell cell = random.cell(directions, 2);
    for (int d = 0; d < directions; ++d)
        for (int slot = 0; slot < 2; ++slot) {
            const double w = (slot == 0 ? 1 : -0.1) * random.uniform(0.5, 1) / directions;
            for (int k = 0; k < 3; ++k)
                cell.c(k, d, slot) = w * r[k];
        }
    cell.medium.velocity.setZero();
    if (kind == Kind::no_matter)
        cell.medium.lambda = cell.medium.lambda_mu = 0;
    if (kind == Kind::no_vacuum_mixing || kind == Kind::muons_without_mixing)
        cell.medium.B.tail<6>().setZero();
    if (kind == Kind::electron_decoupled || kind == Kind::electron_decoupled_with_muons)
        cell.medium.B.segment<4>(2).setZero();
    cell.medium.lambda_mu =
        kind == Kind::muons_without_mixing || kind == Kind::electron_decoupled_with_muons ? 0.3 : 0.0;
    return cell;
}

/** Hermitian matrices of the charges that mixing cannot change, from what the kind of cell says. */
std::vector<Matrix> charges(const Cell& cell, Kind kind) {
    Matrix basis = Matrix::Identity();
    if (kind == Kind::no_matter)
        basis = naive3::states<Real>(cell.system().M).vectors;
    else if (kind == Kind::electron_decoupled || kind == Kind::electron_decoupled_with_muons) {
        const Eigen::Matrix<std::complex<Real>, 2, 2> block = cell.system().M.bottomRightCorner<2, 2>();
        basis.bottomRightCorner<2, 2>() =
            Eigen::SelfAdjointEigenSolver<Eigen::Matrix<std::complex<Real>, 2, 2>>(block).eigenvectors();
    }
    std::vector<Matrix> all;
    for (int charge = 1; charge >= (kind == Kind::electron_decoupled_with_muons ? 1 : 0); --charge)
        all.push_back(basis * naive3::generator(charge) * basis.adjoint() / std::complex<Real>(2));
    return all;
}

/** All modes with one set of eigenstates, at large mu; then mu comes down to the wanted value. */
bool equilibrium(Cell& cell, naive3::Random& random, Solver& solver, miscid::equilibrium::ProblemFor<3>& problem,
                 Result& result) {
    const double mu = cell.medium.mu;
    const Matrix W = naive3::states<Real>(random.hermitian()).vectors;
    const naive3::System s = cell.system();
    Moments D;
    D.fill(Matrix::Zero());
    Matrix torque = Matrix::Zero(); // of the one-body field
    for (const auto& mode : s.modes) {
        Eigen::Matrix<std::complex<Real>, 3, 1> c;
        for (int k = 0; k < 3; ++k)
            c[k] = mode.c[static_cast<std::size_t>(k)];
        const Matrix rho = naive3::traceless<Real>(W * c.asDiagonal() * W.adjoint());
        for (int m = 0; m < 4; ++m)
            D[static_cast<std::size_t>(m)] += s.along(mode, m) * rho;
        torque += naive3::commutator<Real>(s.one_body(mode), rho);
    }
    problem = cell.problem();
    problem.symmetry = miscid::equilibrium::symmetry_axes(cell.grid, cell.medium);
    const Field moments = naive3::columns(D);
    // [Omega, D_0] is the torque.
    Eigen::Matrix<std::complex<Real>, 9, Eigen::Dynamic> turned(9, problem.symmetry.size());
    int column = 0;
    for (auto& axis : problem.symmetry) {
        axis.conserved_projection = axis.axis.dot(moments.col(0));
        const Matrix by_axis = naive3::commutator<Real>(naive3::matrix<Real>(axis.axis.cast<Real>()), D[0]);
        turned.col(column++) = Eigen::Map<const Eigen::Matrix<std::complex<Real>, 9, 1>>(by_axis.data());
    }
    const Eigen::Map<const Eigen::Matrix<std::complex<Real>, 9, 1>> wanted(torque.data());
    const auto Omega = turned.colPivHouseholderQr().solve(wanted).eval();
    miscid::flavor::FlavorVectorFor<3> rotation = miscid::flavor::FlavorVectorFor<3>::Zero();
    column = 0;
    for (const auto& axis : problem.symmetry)
        rotation += static_cast<double>(Omega[column++].real()) * axis.axis;
    problem.medium.mu = 100 * mu;
    Field field = miscid::equilibrium::field_of_moments<3>(problem, moments, rotation);
    auto last = problem.medium;
    while (true) {
        result = solver.solve(problem, field, miscid::equilibrium::unknown_inertia, last);
        last = problem.medium;
        if (result.outcome != Outcome::ok || result.event_count > 0)
            return false;
        field = result.field;
        if (problem.medium.mu <= mu)
            return true;
        problem.medium.mu = std::max(mu, problem.medium.mu / 1.05);
    }
}

} // namespace

TEST_CASE("three flavors: the symmetry axes are the charges that vacuum and matter leave alone") {
    naive3::Random random(51);
    for (const Kind kind : every_kind) {
        const Cell cell = gas(random, kind, 4);
        const auto axes = miscid::equilibrium::symmetry_axes(cell.grid, cell.medium);
        const auto expected = charges(cell, kind);
        REQUIRE(axes.size() == expected.size());
        // The same plane: every axis is a combination of the expected ones; and it commutes with every one-body H.
        const naive3::System s = cell.system();
        for (const auto& [axis, projection] : axes) {
            const naive3::VectorOf<Real> e = axis.cast<Real>();
            CHECK(std::abs(e.norm() - 1) < 1e-15L);
            naive3::VectorOf<Real> rest = e;
            for (const Matrix& charge : expected) {
                const auto q = naive3::vector<Real>(charge);
                rest -= q.dot(e) * q;
            }
            CHECK(rest.norm() < 4e-15L);
            for (const auto& mode : s.modes)
                CHECK(naive3::commutator<Real>(s.one_body(mode), naive3::matrix<Real>(e)).norm() < 4e-15L);
        }
        const auto first = axes.begin();
        if (axes.size() == 2)
            CHECK(std::abs(first->axis.dot((first + 1)->axis)) < 1e-15);
    }
    Cell cell = random.cell(4, 2);
    CHECK(miscid::equilibrium::symmetry_axes(cell.grid, cell.medium).size() == 0);
}

TEST_CASE("three flavors: in the rotating frame [H - Omega, rho] = 0, and the charges are what they were") {
    naive3::Random random(52);
    Solver solver(kernels);
    for (const Kind kind : every_kind) {
        int found = 0;
        for (int sample = 0; sample < 6; ++sample) {
            Cell cell = gas(random, kind, 6);
            miscid::equilibrium::ProblemFor<3> problem;
            Result result;
            if (!equilibrium(cell, random, solver, problem, result))
                continue;
            ++found;
            const naive3::System s = cell.system();
            const Real total = s.total();
            for (const auto& [axis, projection] : problem.symmetry)
                CHECK(std::abs(axis.dot(result.moments.col(0)) - projection) < 1e-13L * total);
            // H - Omega from the rho themselves; Omega a combination of the charges.
            const Matrix Omega = naive3::matrix<Real>(result.rotation_vector.cast<Real>());
            const Moments D = naive3::matrices(result.moments);
            Moments sum;
            sum.fill(Matrix::Zero());
            Real largest = 0;
            for (const auto& mode : s.modes) {
                const Matrix H = naive3::traceless<Real>(s.hamiltonian(mode, D) - Omega);
                const Matrix rho = naive3::traceless<Real>(s.weighted_rho(mode, H));
                for (int m = 0; m < 4; ++m)
                    sum[static_cast<std::size_t>(m)] += s.along(mode, m) * rho;
            }
            CHECK(naive3::distance(sum, D) < 1e-12L * total);
            for (const auto& mode : s.modes) {
                const Matrix H = naive3::traceless<Real>(s.hamiltonian(mode, sum) - Omega);
                const Matrix rho = naive3::traceless<Real>(s.weighted_rho(mode, s.hamiltonian(mode, D) - Omega));
                largest = std::max(largest, naive3::commutator<Real>(H, rho).norm() / (H.norm() * rho.norm()));
            }
            CHECK(largest < 1e-12L);
            // There is something to rotate, and it does.
            for (const Matrix& charge : charges(cell, kind))
                CHECK(naive3::commutator<Real>(charge, D[0]).norm() > 1e-3L * total);
            CHECK(Omega.norm() > 1e-3L);
        }
        INFO("kind " << static_cast<int>(kind) << ": " << found << " of 6 found");
        CHECK(found > 1);
    }
}

TEST_CASE("three flavors: a slow change of mu moves d rho/dt = -i [H, rho] along the rotating equilibria") {
    naive3::Random random(55);
    Solver solver(kernels);
    for (const Kind kind : {Kind::no_matter, Kind::electron_decoupled}) {
        Cell cell = gas(random, kind, 3);
        for (int d = 0; d < 3; ++d) // neutrinos alone: a gas with antineutrinos is not stable for long
            cell.c(2, d, 1) = 0;
        cell.medium.mu = 8;
        miscid::equilibrium::ProblemFor<3> problem;
        Result start;
        REQUIRE(equilibrium(cell, random, solver, problem, start));
        Result end = start;
        while (problem.medium.mu > 4) {
            problem.medium.mu = std::max(4.0, problem.medium.mu / 1.02);
            end = solver.solve(problem, end.field, end.inertia);
            REQUIRE(end.outcome == Outcome::ok);
            REQUIRE(end.event_count == 0);
        }
        const auto s = cell.system<double>();
        // Nothing but common phases of the charges is free: compare what does not turn.
        const auto invariants = [&](const motion::State& rho) {
            std::vector<double> all;
            motion::Matrix D = motion::Matrix::Zero();
            for (std::size_t n = 0; n < rho.size(); ++n)
                D += rho[n];
            for (std::size_t n = 0; n < rho.size(); ++n) {
                all.push_back((rho[n] * D).trace().real());
                for (const Matrix& charge : charges(cell, kind))
                    all.push_back((rho[n] * charge.cast<std::complex<double>>()).trace().real());
            }
            return all;
        };
        const auto of_field = [&](const Result& result) {
            motion::State rho;
            const auto G = naive3::matrices<double>(result.field);
            for (const auto& mode : s.modes) {
                motion::Matrix H = G[0] + s.M * std::complex<double>(mode.frequency);
                for (int a = 1; a < 4; ++a)
                    H -= s.along(mode, a) * G[static_cast<std::size_t>(a)];
                rho.push_back(s.weighted_rho(mode, H));
            }
            return rho;
        };
        const auto expected = invariants(of_field(end));
        const auto deviation = [&](double T) {
            motion::Gas gas{s, [T](double t) { return motion::ramp(8, 4, t / T); }, {}};
            motion::State rho = of_field(start);
            motion::integrate(gas, rho, T);
            const auto found = invariants(rho);
            double largest = 0;
            for (std::size_t n = 0; n < found.size(); ++n)
                largest = std::max(largest, std::abs(found[n] - expected[n]));
            return largest / static_cast<double>(cell.system().total());
        };
        double moved = 0;
        const auto before = invariants(of_field(start));
        for (std::size_t n = 0; n < before.size(); ++n)
            moved = std::max(moved, std::abs(before[n] - expected[n]));
        CHECK(moved > 1e-4 * static_cast<double>(cell.system().total()));
        const double fast = deviation(20), slow = deviation(200);
        INFO("kind " << static_cast<int>(kind) << ": deviations " << fast << ", " << slow);
        CHECK(slow < 0.05 * fast); // as 1/T^2
        CHECK(slow < 1e-5);
    }
}
