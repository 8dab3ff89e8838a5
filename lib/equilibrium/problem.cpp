#include "equilibrium/problem.hpp"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>

namespace miscid::equilibrium {

namespace {

/** g_m of the metric diag(1, -1, -1, -1). */
double metric(int m) {
    return m == 0 ? 1.0 : -1.0;
}

/** Rotations that leave all D where they are have no torque; they must not be divided by. */
constexpr double negligible_rotation = 1e-11;

/** A y = b by A = L D L^T: A may be almost singular, which rules out its inverse. */
FlavorVector solve_positive_definite(const Eigen::Matrix3d& A, const FlavorVector& b) {
    const double l10 = A(1, 0) / A(0, 0);
    const double l20 = A(2, 0) / A(0, 0);
    const double d1 = A(1, 1) - l10 * A(1, 0);
    const double m21 = A(2, 1) - l20 * A(1, 0);
    const double l21 = m21 / d1;
    const double d2 = A(2, 2) - l20 * A(2, 0) - l21 * m21;
    const double z1 = b[1] - l10 * b[0];
    const double y2 = (b[2] - l20 * b[0] - l21 * z1) / d2;
    const double y1 = z1 / d1 - l21 * y2;
    return {b[0] / A(0, 0) - l10 * y1 - l20 * y2, y1, y2};
}

/** X R = sum_m g_m D_m x R_m equals the torque exactly; puts these components of R right. */
void correct_by_torque(const Problem&, const Field& D, const FlavorVector& torque, Field& R) {
    FlavorVector missing = torque;
    Eigen::Matrix3d XXt = Eigen::Matrix3d::Zero();
    for (int m = 0; m < 4; ++m) {
        const FlavorVector Dm = D.col(m);
        missing -= metric(m) * Dm.cross(FlavorVector(R.col(m)));
        XXt -= Dm * Dm.transpose();
    }
    XXt.diagonal().array() += D.squaredNorm();
    const double largest = XXt.trace();
    if (!(largest > 0.0)) {
        return;
    }
    XXt.diagonal().array() += negligible_rotation * largest;
    const FlavorVector y = solve_positive_definite(XXt, missing);
    for (int m = 0; m < 4; ++m) {
        R.col(m) -= metric(m) * FlavorVector(D.col(m)).cross(y);
    }
}

void correct_by_torque(const ProblemFor<3>& problem, const FieldFor<3>& D, const FlavorVectorFor<3>& torque,
                       FieldFor<3>& R) {
    using Matrix = Eigen::Matrix<double, 8, 8>;
    FlavorVectorFor<3> missing = torque;
    Matrix XXt = Matrix::Zero();
    Matrix X[4];
    for (int m = 0; m < 4; ++m) {
        X[m] = flavor::cross_matrix(FlavorVectorFor<3>(D.col(m)));
        missing -= metric(m) * (X[m] * R.col(m));
        XXt.noalias() += X[m] * X[m].transpose();
    }
    const double largest = XXt.trace();
    if (!(largest > 0.0)) {
        return;
    }
    // The torque has the rounding of the vacuum term, R that of matter and self-interaction: each counts by its precision.
    double vacuum = 0.0;
    for (std::size_t i = 0; i < problem.grid->size(); ++i) {
        vacuum = std::max(vacuum, std::abs(problem.grid->frequencies()[i]));
    }
    vacuum *= problem.medium.B.norm();
    const double rest = problem.medium.mu * D.norm() + problem.medium.field().norm();
    const double noise = std::min(vacuum / std::max(rest, 1e-290), 1e10);
    XXt.diagonal().array() += negligible_rotation * largest + noise * noise * D.squaredNorm();
    const FlavorVectorFor<3> y = XXt.llt().solve(missing);
    for (int m = 0; m < 4; ++m) {
        R.col(m) += metric(m) * (X[m].transpose() * y);
    }
}

} // namespace

template <int N_f>
RotatingAxes<N_f> rotating_axes(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field) {
    RotatingAxes<N_f> result;
    result.phases.setZero();
    for (const auto& [e, projection] : problem.symmetry) {
        SymmetryAxisFor<N_f> axis{e, projection};
        FieldFor<N_f> turned = flavor::cross_matrix(e) * field;
        Eigen::Map<FieldVectorFor<N_f>> t(turned.data());
        const double smallest = 1e-13 * field.norm(); // all D along the axis: no phase, nothing rotates
        // Of two axes keep the combinations that turn something: against what the first one turns, the second may not.
        for (std::size_t i = 0; i < result.axes.size(); ++i) {
            const auto& first = *(result.axes.begin() + static_cast<std::ptrdiff_t>(i));
            const auto phase = result.phases.col(static_cast<int>(i));
            const double share = phase.dot(t) / result.length[i];
            FieldVectorFor<N_f> rest = t - share * result.length[i] * phase;
            if (rest.norm() <=
                smallest) { // axis - share * first turns nothing: what rotates is along first + share * axis
                const double norm = std::sqrt(1.0 + share * share);
                axis.conserved_projection = (first.conserved_projection + share * projection) / norm;
                axis.axis = (first.axis + share * e) / norm;
                result.length[i] *= norm;
                *(result.axes.begin() + static_cast<std::ptrdiff_t>(i)) = axis;
                t.setZero();
            } else {
                t = rest;
            }
        }
        const double length = t.norm();
        if (length > smallest) {
            result.phases.col(static_cast<int>(result.axes.size())) = t / length;
            result.length[result.axes.size()] = length;
            result.axes.add(axis);
        }
    }
    return result;
}

template <int N_f>
FlavorVectorFor<N_f> rotation_vector(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field) {
    FlavorVectorFor<N_f> rotation = FlavorVectorFor<N_f>::Zero();
    if (!problem.symmetry) {
        return rotation;
    }
    const FlavorVectorFor<N_f> matter = problem.medium.matter();
    for (const auto& [e, projection] : rotating_axes(problem, field).axes) {
        // From e.G_0 = lambda e.z + mu e.D_0 - Omega_c with e.D_0 given (theory.md F4).
        rotation += (problem.medium.mu * projection + e.dot(matter) - e.dot(field.col(0))) * e;
    }
    return rotation;
}

template <int N_f>
double rotation_frequency(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field) {
    return problem.symmetry ? problem.symmetry->axis.dot(rotation_vector(problem, field)) : 0.0;
}

template <int N_f>
FieldFor<N_f> moments_of_field(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field) {
    FieldFor<N_f> D = field - problem.medium.field();
    if (problem.symmetry) {
        D.col(0) += rotation_vector(problem, field);
    }
    return D / problem.medium.mu;
}

template <int N_f>
FieldFor<N_f> field_of_moments(const ProblemFor<N_f>& problem, const FieldFor<N_f>& moments,
                               const FlavorVectorFor<N_f>& rotation) {
    FieldFor<N_f> field = problem.medium.mu * moments + problem.medium.field();
    field.col(0) -= rotation;
    return field;
}

template <int N_f>
FieldFor<N_f> residual(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field, const SweepSumsFor<N_f>& sums) {
    using Vector = FlavorVectorFor<N_f>;
    const double mu = problem.medium.mu;
    const Eigen::Map<const FieldFor<N_f>> F(sums.F);
    FieldFor<N_f> D = field - problem.medium.field(); // mu D
    Vector rotation = Vector::Zero();
    if (problem.symmetry) {
        rotation = rotation_vector(problem, field);
        D.col(0) += rotation;
    }
    FieldFor<N_f> R = D - mu * F;
    if (mu > 0.0) {
        D /= mu;
        Vector torque = Eigen::Map<const Vector>(sums.torque);
        if (problem.symmetry) {
            torque -= flavor::cross(rotation, Vector(F.col(0)));
        }
        correct_by_torque(problem, D, torque, R);
    }
    return R - problem.offset;
}

template <int N_f>
FieldMatrixFor<N_f> symmetric_jacobian(const ProblemFor<N_f>& problem, const SweepSumsFor<N_f>& sums,
                                       const RotatingAxes<N_f>& rotating) {
    // g J = g - mu g A g, A_mn from the sweep (its pairs m <= n, each a symmetric block).
    constexpr int n = generators<N_f>;
    const double mu = problem.medium.mu;
    FieldMatrixFor<N_f> gJ;
    const double* A = sums.A;
    for (int m = 0; m < 4; ++m) {
        for (int k = m; k < 4; ++k) {
            const double factor = -mu * metric(m) * metric(k);
            for (int i = 0; i < n; ++i) {
                for (int j = i; j < n; ++j) {
                    const double value = factor * *A++;
                    gJ(n * m + i, n * k + j) = value;
                    gJ(n * m + j, n * k + i) = value;
                    gJ(n * k + j, n * m + i) = value;
                    gJ(n * k + i, n * m + j) = value;
                }
            }
        }
        gJ.diagonal().template segment<n>(n * m).array() += metric(m);
    }
    if (rotating.axes) {
        for (const auto& [e, projection] : rotating.axes) { // Omega_c eliminated by the given e.D_0
            gJ.template topLeftCorner<n, n>() -= e * e.transpose();
        }
    }
    return gJ;
}

template <int N_f>
double total_amplitude(const ProblemFor<N_f>& problem) {
    constexpr std::size_t L = phase_space::lanes;
    const std::size_t size = problem.grid->size();
    double total[L] = {}; // side by side: the compiler makes vectors of them
    for (std::size_t first = 0; first < size; first += L) {
        const double* c = problem.amplitude + first;
        for (std::size_t l = 0; l < L; ++l) {
            if constexpr (N_f == 2) {
                total[l] += std::abs(c[l]);
            } else {
                const auto [low, high] = std::minmax({c[l], c[size + l], c[2 * size + l]});
                total[l] += high - low;
            }
        }
    }
    return ((total[0] + total[4]) + (total[2] + total[6])) + ((total[1] + total[5]) + (total[3] + total[7]));
}

template <int N_f>
SweepInputFor<N_f> sweep_input(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field,
                               const FieldFor<N_f>& previous) {
    SweepInputFor<N_f> input;
    input.blocks = problem.grid->blocks();
    input.slots = problem.grid->slots();
    for (int a = 0; a < 3; ++a) {
        input.direction[a] = problem.grid->component(a);
    }
    input.frequency = problem.grid->frequencies();
    input.amplitude = problem.amplitude;
    Eigen::Map<FieldFor<N_f>>(input.field) = field;
    Eigen::Map<FieldFor<N_f>>(input.previous_field) = previous;
    Eigen::Map<FlavorVectorFor<N_f>>(input.B) = problem.medium.B;
    Eigen::Map<FieldFor<N_f>>(input.matter_field) = problem.medium.field();
    return input;
}

#define MISCID_INSTANTIATE(N_f)                                                                                        \
    template FlavorVectorFor<N_f> rotation_vector(const ProblemFor<N_f>&, const FieldFor<N_f>&);                       \
    template double rotation_frequency(const ProblemFor<N_f>&, const FieldFor<N_f>&);                                  \
    template FieldFor<N_f> moments_of_field(const ProblemFor<N_f>&, const FieldFor<N_f>&);                             \
    template FieldFor<N_f> field_of_moments(const ProblemFor<N_f>&, const FieldFor<N_f>&,                              \
                                            const FlavorVectorFor<N_f>&);                                              \
    template FieldFor<N_f> residual(const ProblemFor<N_f>&, const FieldFor<N_f>&, const SweepSumsFor<N_f>&);           \
    template RotatingAxes<N_f> rotating_axes(const ProblemFor<N_f>&, const FieldFor<N_f>&);                            \
    template FieldMatrixFor<N_f> symmetric_jacobian(const ProblemFor<N_f>&, const SweepSumsFor<N_f>&,                  \
                                                    const RotatingAxes<N_f>&);                                         \
    template double total_amplitude(const ProblemFor<N_f>&);                                                           \
    template SweepInputFor<N_f> sweep_input(const ProblemFor<N_f>&, const FieldFor<N_f>&, const FieldFor<N_f>&);

MISCID_INSTANTIATE(2)
MISCID_INSTANTIATE(3)

} // namespace miscid::equilibrium
