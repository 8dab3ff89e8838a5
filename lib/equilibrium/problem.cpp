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

} // namespace

template <int N_f>
FlavorVectorFor<N_f> rotation_vector(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field) {
    FlavorVectorFor<N_f> rotation = FlavorVectorFor<N_f>::Zero();
    const FlavorVectorFor<N_f> matter = problem.medium.matter();
    for (const auto& [e, projection] : problem.symmetry) {
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
    constexpr int n = generators<N_f>;
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
        // X R = sum_m g_m D_m x R_m equals the torque T exactly; put these components of R right.
        D /= mu;
        Vector missing = Eigen::Map<const Vector>(sums.torque);
        if (problem.symmetry) {
            missing -= flavor::cross(rotation, Vector(F.col(0)));
        }
        Eigen::Matrix<double, n, n> XXt = Eigen::Matrix<double, n, n>::Zero();
        Eigen::Matrix<double, n, n> X[4];
        for (int m = 0; m < 4; ++m) {
            X[m] = flavor::cross_matrix(Vector(D.col(m)));
            missing -= metric(m) * (X[m] * R.col(m));
            XXt.noalias() += X[m] * X[m].transpose();
        }
        // Rotations that leave all D where they are have no torque; they must not be divided by.
        const double largest = XXt.trace();
        if (largest > 0.0) {
            XXt.diagonal().array() += 1e-11 * largest;
            const Vector y = XXt.llt().solve(missing);
            for (int m = 0; m < 4; ++m) {
                R.col(m) += metric(m) * (X[m].transpose() * y);
            }
        }
    }
    return R - problem.offset;
}

template <int N_f>
FieldMatrixFor<N_f> symmetric_jacobian(const ProblemFor<N_f>& problem, const SweepSumsFor<N_f>& sums) {
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
    for (const auto& [e, projection] : problem.symmetry) { // Omega_c eliminated by the given e.D_0
        gJ.template topLeftCorner<n, n>() -= e * e.transpose();
    }
    return gJ;
}

template <int N_f>
PhaseDirections<N_f> phase_directions(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field) {
    PhaseDirections<N_f> phases = PhaseDirections<N_f>::Zero();
    int column = 0;
    for (const auto& [e, projection] : problem.symmetry) {
        const FieldFor<N_f> turned = flavor::cross_matrix(e) * field;
        FieldVectorFor<N_f> t = Eigen::Map<const FieldVectorFor<N_f>>(turned.data());
        t -= phases * (phases.transpose() * t);
        const double length = t.norm();
        // All D along the axis: the phase is undefined and there is nothing to fix.
        if (length > 1e-14 * field.norm()) {
            phases.col(column++) = t / length;
        }
    }
    return phases;
}

template <int N_f>
double total_amplitude(const ProblemFor<N_f>& problem) {
    const std::size_t size = problem.grid->size();
    double total = 0.0;
    for (std::size_t i = 0; i < size; ++i) {
        const double* c = problem.amplitude + i;
        if constexpr (N_f == 2) {
            total += std::abs(*c);
        } else {
            const auto [low, high] = std::minmax({c[0], c[size], c[2 * size]});
            total += high - low;
        }
    }
    return total;
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
    template FieldMatrixFor<N_f> symmetric_jacobian(const ProblemFor<N_f>&, const SweepSumsFor<N_f>&);                 \
    template PhaseDirections<N_f> phase_directions(const ProblemFor<N_f>&, const FieldFor<N_f>&);                      \
    template double total_amplitude(const ProblemFor<N_f>&);                                                           \
    template SweepInputFor<N_f> sweep_input(const ProblemFor<N_f>&, const FieldFor<N_f>&, const FieldFor<N_f>&);

MISCID_INSTANTIATE(2)
MISCID_INSTANTIATE(3)

} // namespace miscid::equilibrium
