// Three flavors: the eigenstates |k> of the free modes are unknowns, with all off-diagonal elements <i|H|j> = 0. They move
// by |j> -> |j> + i sum_l X_lj |l> with three complex numbers X_ij, i < j; which eigenvalue is larger is not asked.

#include "equilibrium/free_frame.hpp"
#include "equilibrium/linear_solve.hpp"
#include "equilibrium/symmetric_factorization.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::equilibrium {

namespace {

using flavor::FlavorMatrix;
using Complex = std::complex<double>;
using Vector = FlavorVectorFor<3>;

constexpr int field_unknowns = unknowns<3>;
constexpr int all_unknowns = field_unknowns + 6;
using Unknown = Eigen::Matrix<double, all_unknowns, 1>;
using UnknownMatrix = Eigen::Matrix<double, all_unknowns, all_unknowns>;

constexpr int pairs[3][2] = {{0, 1}, {0, 2}, {1, 2}};

/** What the free modes have in common. */
struct Group {
    Eigen::Matrix<double, 3, 4> c = Eigen::Matrix<double, 3, 4>::Zero(); ///< sum of c_k nu^m
    Eigen::Vector3d c_frequency = Eigen::Vector3d::Zero();               ///< sum of c_k s omega
    Eigen::Vector4d nu = Eigen::Vector4d::Zero();                        ///< mean of (1, v)
    double frequency = 0.0;                                              ///< mean of s omega

    Group(const ProblemFor<3>& problem, const double* amplitude, const FreeModesFor<3>& modes) {
        const std::size_t plane = problem.grid->size();
        for (std::size_t i = 0; i < static_cast<std::size_t>(modes.count); ++i) {
            const auto& mode = modes.mode[i];
            const Eigen::Vector3d v = problem.grid->direction(mode.direction);
            const Eigen::Vector4d nu_i(1.0, v.x(), v.y(), v.z());
            const double frequency_i = problem.grid->frequency(mode.direction, mode.slot);
            const Eigen::Vector3d c_i(amplitude[mode.index], amplitude[plane + mode.index],
                                      amplitude[2 * plane + mode.index]);
            c += c_i * nu_i.transpose();
            c_frequency += frequency_i * c_i;
            nu += nu_i / modes.count;
            frequency += frequency_i / modes.count;
        }
    }
};

/** <i|Lambda_a|j> as a vector of complex numbers. */
Eigen::Matrix<Complex, 8, 1> transition(const FlavorMatrix& states, int i, int j) {
    const FlavorMatrix ket_bra = states.col(j) * states.col(i).adjoint();
    const Vector hermitian = flavor::vector_of_matrix(0.5 * (ket_bra + ket_bra.adjoint()));
    const Vector antihermitian = flavor::vector_of_matrix(Complex(0.0, -0.5) * (ket_bra - ket_bra.adjoint()));
    return hermitian.cast<Complex>() + Complex(0.0, 1.0) * antihermitian.cast<Complex>();
}

/** Hermitian matrix with one pair of off-diagonal entries. */
FlavorMatrix off_diagonal(int i, int j, Complex x) {
    FlavorMatrix X = FlavorMatrix::Zero();
    X(i, j) = x;
    X(j, i) = std::conj(x);
    return X;
}

FlavorMatrix orthonormalized(FlavorMatrix states) {
    for (int k = 0; k < 3; ++k) {
        for (int l = 0; l < k; ++l) {
            states.col(k) -= states.col(l) * states.col(l).dot(states.col(k));
        }
        states.col(k).normalize();
    }
    return states;
}

/** The rows of <i|H|j> exchanged and in proportions that make the matrix symmetric: Re goes with Im X_ij, Im with Re X_ij.
 *  Its inertia does not change along a branch, the event included. */
int inertia_of(const UnknownMatrix& matrix, double mu, const Group& group) {
    UnknownMatrix symmetric = matrix;
    for (int p = 0; p < 3; ++p) {
        const int row = field_unknowns + 2 * p;
        const double c = group.c(pairs[p][0], 0) - group.c(pairs[p][1], 0);
        if (c == 0.0) { // states of equal occupation: their rotation touches nothing
            symmetric.middleRows<2>(row).setZero();
            symmetric.middleCols<2>(row).setZero();
            symmetric.block<2, 2>(row, row).setIdentity();
            continue;
        }
        symmetric.row(row) = 4.0 * mu * c * matrix.row(row + 1);
        symmetric.row(row + 1) = -4.0 * mu * c * matrix.row(row);
    }
    return SymmetricFactorization<all_unknowns>(0.5 * (symmetric + symmetric.transpose())).negative_eigenvalues();
}

} // namespace

bool solve_free_frame(SweepKernelFor<3> full, const ProblemFor<3>& problem, double* amplitude,
                      const FreeModesFor<3>& modes, FreeFrameFor<3>& frame, int& iterations) {
    const Group group(problem, amplitude, modes);
    const auto& medium = problem.medium;
    const FieldFor<3> matter = medium.field();
    const double scale = std::max(frame.field.norm(), 1e-300);
    bool converged = false;
    double last = 1.0;
    for (int iteration = 0; iteration < 12 && !converged; ++iteration, ++iterations) {
        SweepSumsFor<3> sums;
        {
            const SetAside<3> others_only(amplitude, problem.grid->size(), modes);
            sweep(full, problem, frame.field, frame.field, sums);
        }
        const Vector H = hamiltonian<3>(frame.field, group.nu.tail<3>(), group.frequency, medium.B);
        const FlavorMatrix K = frame.states.adjoint() * flavor::matrix_of_vector(H) * frame.states;

        // The free modes' share of F and of the torque; off the solution H x P does not vanish for them.
        Eigen::Matrix<double, 8, 3> P; // <k|Lambda|k>
        for (int k = 0; k < 3; ++k) {
            P.col(k) = flavor::vector_of_matrix(frame.states.col(k) * frame.states.col(k).adjoint());
        }
        const FieldFor<3> share = P * group.c;
        Eigen::Map<FieldFor<3>>(sums.F) += share;
        Vector torque = flavor::cross(medium.B, Vector(P * group.c_frequency));
        for (int m = 0; m < 4; ++m) {
            torque += (m == 0 ? 1.0 : -1.0) * flavor::cross(Vector(matter.col(m)), Vector(share.col(m)));
        }
        Eigen::Map<Vector>(sums.torque) += torque - flavor::cross(H, Vector(share.col(0)));

        const FieldFor<3> R = residual(problem, frame.field, sums);
        UnknownMatrix matrix = UnknownMatrix::Zero();
        Unknown right = Unknown::Zero();
        matrix.topLeftCorner<field_unknowns, field_unknowns>() = regular_jacobian(problem, frame.field, sums);
        for (int m = 0; m < 4; ++m) {
            right.segment<8>(8 * m) = (m == 0 ? -1.0 : 1.0) * R.col(m);
        }
        for (int p = 0; p < 3; ++p) {
            const auto [i, j] = pairs[p];
            const int row = field_unknowns + 2 * p;
            const auto u = transition(frame.states, i, j);
            for (int m = 0; m < 4; ++m) {
                const double g = m == 0 ? 1.0 : -1.0;
                const double c = group.c(i, m) - group.c(j, m);
                // d<i|Lambda|i> = 2 Re(i conj(X_ij) u_ij) = -d<j|Lambda|j>
                matrix.block<8, 1>(8 * m, row) = -g * medium.mu * c * -2.0 * u.imag();
                matrix.block<8, 1>(8 * m, row + 1) = -g * medium.mu * c * 2.0 * u.real();
                // d<i|H|j> = (1/2) dH.u_ij + i [K, X]_ij
                matrix.block<1, 8>(row, 8 * m) = 0.5 * g * group.nu[m] * u.real().transpose();
                matrix.block<1, 8>(row + 1, 8 * m) = 0.5 * g * group.nu[m] * u.imag().transpose();
            }
            right[row] = -K(i, j).real();
            right[row + 1] = -K(i, j).imag();
            for (int q = 0; q < 6; ++q) {
                const FlavorMatrix X =
                    off_diagonal(pairs[q / 2][0], pairs[q / 2][1], q % 2 == 0 ? Complex(1.0, 0.0) : Complex(0.0, 1.0));
                const Complex change = Complex(0.0, 1.0) * (K * X - X * K)(i, j);
                matrix(row, field_unknowns + q) = change.real();
                matrix(row + 1, field_unknowns + q) = change.imag();
            }
        }
        frame.inertia = inertia_of(matrix, medium.mu, group);
        Unknown step;
        if (!solve_linear<all_unknowns>(matrix, right, step) ||
            !(step.head<field_unknowns>().lpNorm<Eigen::Infinity>() < scale)) {
            return false;
        }
        frame.field += Eigen::Map<const FieldFor<3>>(step.data());
        FlavorMatrix X = FlavorMatrix::Zero();
        for (int p = 0; p < 3; ++p) {
            X += off_diagonal(pairs[p][0], pairs[p][1],
                              {step[field_unknowns + 2 * p], step[field_unknowns + 2 * p + 1]});
        }
        const double size = std::max(step.head<field_unknowns>().norm() / scale, X.norm());
        if (!(size <= 0.3)) {
            return false;
        }
        frame.states = orthonormalized(frame.states * (FlavorMatrix::Identity() + Complex(0.0, 1.0) * X - 0.5 * X * X));
        converged = size < 1e-13 || (size < 1e-10 && size > 0.3 * last);
        last = size;
    }
    const Vector H = hamiltonian<3>(frame.field, group.nu.tail<3>(), group.frequency, medium.B);
    const FlavorMatrix K = frame.states.adjoint() * flavor::matrix_of_vector(H) * frame.states;
    frame.gap = K(frame.lower_state + 1, frame.lower_state + 1).real() - K(frame.lower_state, frame.lower_state).real();
    return converged;
}

} // namespace miscid::equilibrium
