#include "plain_equilibrium.hpp"

#include <Eigen/Geometry>
#include <Eigen/LU>

namespace miscid::bench {

using equilibrium::Field;
using equilibrium::FieldMatrix;
using equilibrium::FieldVector;
using equilibrium::FlavorVector;

int plain_newton(const equilibrium::Problem& problem, Field& field) {
    const auto& grid = *problem.grid;
    const double mu = problem.medium.mu;
    const Eigen::Vector4d g(1.0, -1.0, -1.0, -1.0);
    int iteration = 0;
    for (; iteration < 20; ++iteration) {
        Field F = Field::Zero();
        FieldMatrix A = FieldMatrix::Zero();
        for (int d = 0; d < grid.directions(); ++d) {
            const Eigen::Vector3d v = grid.direction(d);
            const Eigen::Vector4d nu(1.0, v.x(), v.y(), v.z());
            for (int slot = 0; slot < grid.slots(); ++slot) {
                const double c = problem.amplitude[grid.index(d, slot)];
                const FlavorVector H = equilibrium::hamiltonian(field, v, grid.frequency(d, slot), problem.medium.B);
                const double h = H.norm();
                const FlavorVector u = H / h;
                F += c * u * nu.transpose();
                const Eigen::Matrix3d projector = (c / h) * (Eigen::Matrix3d::Identity() - u * u.transpose());
                for (int m = 0; m < 4; ++m) {
                    for (int n = 0; n < 4; ++n) {
                        A.block<3, 3>(3 * m, 3 * n) += nu[m] * nu[n] * projector;
                    }
                }
            }
        }
        Field R = field - mu * F;
        R.row(2) -= problem.medium.current().transpose();
        FieldMatrix J = FieldMatrix::Identity();
        for (int n = 0; n < 4; ++n) {
            J.middleCols<3>(3 * n) -= mu * g[n] * A.middleCols<3>(3 * n);
        }
        const FieldVector step = Eigen::PartialPivLU<FieldMatrix>(J).solve(Eigen::Map<const FieldVector>(R.data()));
        field -= Eigen::Map<const Field>(step.data());
        if (step.norm() <= 1e-13 * field.norm()) {
            return iteration + 1;
        }
    }
    return iteration;
}

} // namespace miscid::bench
