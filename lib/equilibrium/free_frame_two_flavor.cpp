// Two flavors: the orientation n of the free modes' P and h = n.H are unknowns,
//
//     R_m(G; other modes) - mu c nu^m n = 0,     H(G) - h n = 0,     |n|^2 = 1.

#include "equilibrium/free_frame.hpp"
#include "equilibrium/linear_solve.hpp"
#include "equilibrium/symmetric_factorization.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

namespace miscid::equilibrium {

namespace {

using Unknown = Eigen::Matrix<double, 16, 1>;
using UnknownMatrix = Eigen::Matrix<double, 16, 16>;

/** The rows that belong to n and h in proportions that make the matrix symmetric; its inertia does not change along a
 *  branch, the event included. */
int inertia_of(UnknownMatrix matrix, double mu_c) {
    matrix.middleRows<3>(12) *= -mu_c;
    matrix.row(15) *= 0.5 * mu_c;
    return SymmetricFactorization<16>(0.5 * (matrix + matrix.transpose())).negative_eigenvalues();
}

} // namespace

bool solve_free_frame(SweepKernelFor<2> full, const Problem& problem, double* amplitude, const FreeModesFor<2>& modes,
                      FreeFrameFor<2>& frame, int& iterations) {
    Eigen::Vector4d c = Eigen::Vector4d::Zero();    // sum of c (1, v) over the free modes
    FlavorVector h_one_body = FlavorVector::Zero(); // sum of c h
    Eigen::Vector4d nu = Eigen::Vector4d::Zero();   // mean of (1, v) and of s omega: their H is one and the same
    double omega = 0.0;
    const FlavorVector z(0.0, 0.0, 1.0);
    for (std::size_t i = 0; i < static_cast<std::size_t>(modes.count); ++i) {
        const auto& mode = modes.mode[i];
        const Eigen::Vector3d v = problem.grid->direction(mode.direction);
        const Eigen::Vector4d nu_i(1.0, v.x(), v.y(), v.z());
        const double omega_i = problem.grid->frequency(mode.direction, mode.slot);
        const double c_i = amplitude[mode.index];
        c += c_i * nu_i;
        nu += nu_i / modes.count;
        omega += omega_i / modes.count;
        h_one_body += c_i * (omega_i * problem.medium.B +
                             (problem.medium.current()[0] - problem.medium.current().tail<3>().dot(v)) * z);
    }
    const double scale = std::max(frame.field.norm(), 1e-300);
    bool converged = false;
    double last = 1.0;
    for (int iteration = 0; iteration < 12 && !converged; ++iteration, ++iterations) {
        SweepSums sums;
        {
            const SetAside<2> others_only(amplitude, problem.grid->size(), modes);
            sweep(full, problem, frame.field, frame.field, sums);
        }
        // The free modes' share of F and of the torque.
        const FlavorVector extra_torque = h_one_body.cross(frame.n);
        const FlavorVector H = hamiltonian(frame.field, nu.tail<3>(), omega, problem.medium.B);
        const FlavorVector mismatch = H - frame.gap * frame.n;
        for (int m = 0; m < 4; ++m) {
            for (int i = 0; i < 3; ++i) {
                sums.F[3 * m + i] += c[m] * frame.n[i];
            }
        }
        // sum c H x u = 0 gave the torque identity; off the solution the free modes add c H x n.
        const FlavorVector spin_torque = extra_torque - c[0] * H.cross(frame.n);
        for (int i = 0; i < 3; ++i) {
            sums.torque[i] += spin_torque[i];
        }
        const Field R = residual(problem, frame.field, sums);

        UnknownMatrix matrix = UnknownMatrix::Zero();
        Unknown right = Unknown::Zero();
        matrix.topLeftCorner<12, 12>() = regular_jacobian(problem, frame.field, sums);
        for (int m = 0; m < 4; ++m) {
            const double g = m == 0 ? 1.0 : -1.0;
            matrix.block<3, 3>(3 * m, 12) = -g * problem.medium.mu * c[m] * Eigen::Matrix3d::Identity();
            matrix.block<3, 3>(12, 3 * m) = g * nu[m] * Eigen::Matrix3d::Identity();
            right.segment<3>(3 * m) = -g * R.col(m);
        }
        matrix.block<3, 3>(12, 12) = -frame.gap * Eigen::Matrix3d::Identity();
        matrix.block<3, 1>(12, 15) = -frame.n;
        matrix.block<1, 3>(15, 12) = 2.0 * frame.n.transpose();
        right.segment<3>(12) = -mismatch;
        right[15] = 1.0 - frame.n.squaredNorm();
        frame.inertia = inertia_of(matrix, problem.medium.mu * c[0]);
        Unknown step;
        if (!solve_linear<16>(matrix, right, step) || !(step.head<12>().lpNorm<Eigen::Infinity>() < scale)) {
            return false;
        }
        frame.field += Eigen::Map<const Field>(step.data());
        frame.n += step.segment<3>(12);
        frame.gap += step[15];
        const double size = std::max(step.head<12>().norm() / scale, step.segment<3>(12).norm());
        if (size > 0.3) {
            return false;
        }
        converged = size < 1e-13 || (size < 1e-10 && size > 0.3 * last);
        last = size;
    }
    frame.n.normalize();
    return converged;
}

} // namespace miscid::equilibrium
