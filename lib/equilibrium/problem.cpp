#include "equilibrium/problem.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/Geometry>

#include <cmath>

namespace miscid::equilibrium {

namespace {

const FlavorVector z_axis(0.0, 0.0, 1.0);

/** g_m of the metric diag(1, -1, -1, -1). */
double metric(int m) {
    return m == 0 ? 1.0 : -1.0;
}

} // namespace

double rotation_frequency(const Problem& problem, const Field& field) {
    if (!problem.symmetry) {
        return 0.0;
    }
    // From e.G_0 = lambda e.z + mu e.D_0 - Omega_c with e.D_0 given (theory.md F4).
    const auto& e = problem.symmetry->axis;
    return problem.medium.mu * problem.symmetry->conserved_projection + problem.medium.lambda * e.z() -
           e.dot(field.col(0));
}

Field moments_of_field(const Problem& problem, const Field& field) {
    Field D = field;
    if (problem.symmetry) {
        D.col(0) += rotation_frequency(problem, field) * problem.symmetry->axis;
    }
    D -= z_axis * problem.medium.current().transpose();
    return D / problem.medium.mu;
}

Field residual(const Problem& problem, const Field& field, const SweepSums& sums) {
    const double mu = problem.medium.mu;
    const Eigen::Map<const Field> F(sums.F);
    Field R = field - z_axis * problem.medium.current().transpose() - mu * F;
    const double omega_c = rotation_frequency(problem, field);
    if (problem.symmetry) {
        R.col(0) += omega_c * problem.symmetry->axis;
    }
    if (mu > 0.0) {
        // X R = sum_m g_m D_m x R_m equals the torque T exactly; put its three components of R right.
        const Field D = moments_of_field(problem, field);
        FlavorVector torque(sums.torque[0], sums.torque[1], sums.torque[2]);
        if (problem.symmetry) {
            torque -= omega_c * problem.symmetry->axis.cross(FlavorVector(F.col(0)));
        }
        FlavorVector XR = FlavorVector::Zero();
        Eigen::Matrix3d XXt = Eigen::Matrix3d::Zero();
        for (int m = 0; m < 4; ++m) {
            const FlavorVector Dm = D.col(m);
            XR += metric(m) * Dm.cross(FlavorVector(R.col(m)));
            XXt += Dm.squaredNorm() * Eigen::Matrix3d::Identity() - Dm * Dm.transpose();
        }
        const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> eigen(XXt);
        const double largest = eigen.eigenvalues()[2];
        FlavorVector y = FlavorVector::Zero();
        for (int i = 0; i < 3; ++i) {
            if (eigen.eigenvalues()[i] > 1e-10 * largest) {
                const FlavorVector u = eigen.eigenvectors().col(i);
                y += u * (u.dot(torque - XR) / eigen.eigenvalues()[i]);
            }
        }
        for (int m = 0; m < 4; ++m) {
            R.col(m) -= metric(m) * FlavorVector(D.col(m)).cross(y);
        }
    }
    return R - problem.offset;
}

FieldMatrix symmetric_jacobian(const Problem& problem, const SweepSums& sums) {
    // g J = g - mu g A g, A_mn from the sweep (its pairs m <= n, symmetric 3x3 each).
    static constexpr int packed[3][3] = {{0, 1, 2}, {1, 3, 4}, {2, 4, 5}};
    const double mu = problem.medium.mu;
    FieldMatrix gJ;
    int pair = 0;
    for (int m = 0; m < 4; ++m) {
        for (int n = m; n < 4; ++n, ++pair) {
            const double* A = sums.A + 6 * pair;
            for (int i = 0; i < 3; ++i) {
                for (int j = 0; j < 3; ++j) {
                    const double unit = m == n && i == j ? metric(m) : 0.0;
                    gJ(3 * m + i, 3 * n + j) = unit - mu * metric(m) * metric(n) * A[packed[i][j]];
                    gJ(3 * n + j, 3 * m + i) = gJ(3 * m + i, 3 * n + j);
                }
            }
        }
    }
    if (problem.symmetry) {
        const auto& e = problem.symmetry->axis;
        gJ.topLeftCorner<3, 3>() -= e * e.transpose(); // Omega_c eliminated by the given e.D_0
    }
    return gJ;
}

FieldVector phase_direction(const Problem& problem, const Field& field) {
    FieldVector t = FieldVector::Zero();
    if (problem.symmetry) {
        for (int m = 0; m < 4; ++m) {
            t.segment<3>(3 * m) = problem.symmetry->axis.cross(FlavorVector(field.col(m)));
        }
        const double length = t.norm();
        // All D along the axis: the phase is undefined and there is nothing to fix.
        t = length > 1e-14 * field.norm() ? FieldVector(t / length) : FieldVector::Zero();
    }
    return t;
}

double total_amplitude(const Problem& problem) {
    double total = 0.0;
    for (std::size_t i = 0; i < problem.grid->size(); ++i) {
        total += std::abs(problem.amplitude[i]);
    }
    return total;
}

SweepInput sweep_input(const Problem& problem, const Field& field, const Field& previous) {
    SweepInput input;
    input.blocks = problem.grid->blocks();
    input.slots = problem.grid->slots();
    for (int a = 0; a < 3; ++a) {
        input.direction[a] = problem.grid->component(a);
    }
    input.frequency = problem.grid->frequencies();
    input.amplitude = problem.amplitude;
    Eigen::Map<Field>(input.field) = field;
    Eigen::Map<Field>(input.previous_field) = previous;
    Eigen::Map<FlavorVector>(input.B) = problem.medium.B;
    Eigen::Map<Eigen::Vector4d>(input.matter_current) = problem.medium.current();
    return input;
}

void sweep(SweepKernel kernel, const Problem& problem, const Field& field, const Field& previous, SweepSums& sums) {
    kernel(sweep_input(problem, field, previous), sums);
}

} // namespace miscid::equilibrium
