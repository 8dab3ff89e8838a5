// The rotation of one cell: what it conserves, its order, and two flavors inside three.
#include "flavor/three_flavor.hpp"
#include "kinetics/box_field.hpp"
#include "kinetics/random_numbers.hpp"

#include "catch.hpp"
#include "levels.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <cstring>

using namespace miscid::kinetics;
namespace flavor = miscid::flavor;

namespace {

/** Random modes in a few cells; three flavors hold positive density matrices. */
struct Cells {
    Cells(int N_f, int modes, bool any_direction, std::uint64_t seed)
        : flavors(N_f), n(N_f * N_f - 1), P(modes, n, 4), direction(3, modes), weight(modes), external(n, modes) {
        RandomNumbers random(seed);
        for (int i = 0; i < modes; ++i) {
            Eigen::Vector3d v(random.normal(), random.normal(), random.normal());
            v.normalize();
            direction.col(i) = any_direction ? v : Eigen::Vector3d(0.0, 0.0, v.z());
            weight[i] = (i % 3 == 0 ? -1.0 : 1.0) * random.uniform() / modes;
            for (int c = 0; c < n; ++c) {
                external(c, i) = 0.3 * random.normal();
                for (int cell = 0; cell < 4; ++cell) {
                    P.at(c, i, cell) = random.normal();
                }
            }
        }
        for (int m = 0; m < 3; ++m) {
            rows[m] = in_lanes(direction.row(m));
        }
        weights = in_lanes(weight.transpose());
        fields = in_lanes(external);
        scratch = AlignedArray(static_cast<std::size_t>(P.blocks() * n) * lanes);
        currents = any_direction ? 3 : 1;
    }

    void rotate(double h, int passes, DispatchLevel level, bool with_external) {
        LocalInput in;
        in.blocks = P.blocks();
        in.cells = P.cells();
        in.stride = P.stride();
        in.components = n;
        in.current_components = currents;
        for (int m = 0; m < 3; ++m) {
            in.direction[m] = rows[m].data();
        }
        in.weight = weights.data();
        in.external = with_external ? fields.data() : nullptr;
        in.mu = 1.0;
        in.P = P.data();
        in.scratch = scratch.data();
        box_kernels(level).rotation[flavors - 2](in, h, passes);
    }

    Eigen::VectorXd D_0(int cell) const {
        Eigen::VectorXd sum = Eigen::VectorXd::Zero(n);
        for (int i = 0; i < P.modes(); ++i) {
            sum += weight[i] * P.of_mode(i).col(cell);
        }
        return sum;
    }

    int flavors, n, currents;
    BoxField P;
    Eigen::Matrix3Xd direction;
    Eigen::VectorXd weight;
    Eigen::MatrixXd external;
    AlignedArray rows[3], weights, fields, scratch;
};

double distance(const Cells& a, const Cells& b) {
    double worst = 0.0;
    for (int i = 0; i < a.P.modes(); ++i) {
        worst = std::max(worst, (a.P.of_mode(i) - b.P.of_mode(i)).cwiseAbs().maxCoeff());
    }
    return worst;
}

} // namespace

TEST_CASE("rotations keep |P| to round-off, and sum w s P once the midpoint has converged") {
    for (const bool any_direction : {false, true}) {
        Cells cells(2, 21, any_direction, 3);
        const Cells before = cells;
        for (int step = 0; step < 200; ++step) {
            cells.rotate(0.3, 30, miscid::equilibrium::best_dispatch_level(), false);
        }
        for (int i = 0; i < cells.P.modes(); ++i) {
            for (int cell = 0; cell < 4; ++cell) {
                const double norm = before.P.of_mode(i).col(cell).norm();
                CHECK(cells.P.of_mode(i).col(cell).norm() == Approx(norm).epsilon(1e-13));
            }
        }
        for (int cell = 0; cell < 4; ++cell) {
            CHECK((cells.D_0(cell) - before.D_0(cell)).norm() < 1e-12);
        }
        CHECK(distance(cells, before) > 0.1);
    }
}

TEST_CASE("three flavors keep the spectrum of every density matrix") {
    for (const bool any_direction : {false, true}) {
        Cells cells(3, 11, any_direction, 5);
        const Cells before = cells;
        for (int step = 0; step < 50; ++step) {
            cells.rotate(0.3, 4, miscid::equilibrium::best_dispatch_level(), true);
        }
        for (int i = 0; i < cells.P.modes(); ++i) {
            const flavor::FlavorVectorFor<3> now = cells.P.of_mode(i).col(2), then = before.P.of_mode(i).col(2);
            const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3cd> a(flavor::traceless_matrix_of_vector(now)),
                b(flavor::traceless_matrix_of_vector(then));
            CHECK((a.eigenvalues() - b.eigenvalues()).norm() < 1e-12);
        }
        CHECK(distance(cells, before) > 0.1);
    }
}

TEST_CASE("the rotation is second order in the step") {
    for (const int N_f : {2, 3}) {
        std::vector<Cells> ends;
        for (const int steps : {20, 40, 640}) {
            Cells cells(N_f, 9, true, 7);
            for (int i = 0; i < steps; ++i) {
                cells.rotate(2.0 / steps, 12, miscid::equilibrium::best_dispatch_level(), true);
            }
            ends.push_back(cells);
        }
        const double ratio = distance(ends[0], ends[2]) / distance(ends[1], ends[2]);
        INFO(N_f << " flavors");
        CHECK(ratio > 3.6);
        CHECK(ratio < 4.4);
    }
}

TEST_CASE("two flavors inside three precess alike") {
    // e and mu alone: generators 2, 3 are the transverse pair, and rho_ee - rho_mumu = (sqrt3 P_1 - P_0)/2.
    Cells two(2, 6, true, 11), three(3, 6, true, 11);
    const auto embed = [](const Eigen::Vector3d& v) {
        Eigen::VectorXd w = Eigen::VectorXd::Zero(8);
        w[0] = -0.5 * v.z();
        w[1] = 0.5 * std::sqrt(3.0) * v.z();
        w[2] = v.x();
        w[3] = v.y();
        return w;
    };
    three.direction = two.direction;
    three.weight = two.weight;
    three.weights = in_lanes(two.weight.transpose());
    for (int m = 0; m < 3; ++m) {
        three.rows[m] = in_lanes(two.direction.row(m));
    }
    for (int i = 0; i < 6; ++i) {
        three.external.col(i) = embed(two.external.col(i));
        for (int cell = 0; cell < 4; ++cell) {
            const Eigen::VectorXd w = embed(two.P.of_mode(i).col(cell));
            for (int c = 0; c < 8; ++c) {
                three.P.at(c, i, cell) = w[c];
            }
        }
    }
    three.fields = in_lanes(three.external);
    // Cayley's rotations of spin 1/2 and of the vector differ at third order: compare at a small step.
    for (int step = 0; step < 2000; ++step) {
        two.rotate(1e-3, 3, miscid::equilibrium::best_dispatch_level(), true);
        three.rotate(1e-3, 3, miscid::equilibrium::best_dispatch_level(), true);
    }
    for (int i = 0; i < 6; ++i) {
        const Eigen::VectorXd expected = embed(two.P.of_mode(i).col(1));
        CHECK((three.P.of_mode(i).col(1) - expected).norm() < 1e-5);
    }
}

TEST_CASE("every instruction set rotates to the same bits") {
    for (const int N_f : {2, 3}) {
        for (const bool any_direction : {false, true}) {
            const Cells start(N_f, 13, any_direction, 17);
            Cells reference = start;
            reference.rotate(0.4, 4, DispatchLevel::baseline, true);
            for (const auto level : levels_here()) {
                Cells cells = start;
                cells.rotate(0.4, 4, level, true);
                CHECK(std::memcmp(cells.P.data(), reference.P.data(), cells.P.size() * sizeof(double)) == 0);
            }
        }
    }
}
