/** @file flavor_space.hpp
 *  Vectors in flavor space for two and three flavors (theory.md section 1, paper 003 Eq. 10):
 *
 *      rho = P0/N_f + P.Lambda/2,   H = H0/N_f + H.Lambda/2,   Tr(La Lb) = 2 delta_ab,   (A x B)_a = f_abc A_b B_c
 *
 *  Two flavors: Lambda = sigma, z = electron flavor. Three flavors: the Gell-Mann matrices with the electron flavor in the
 *  place that strangeness has in theirs, in the order
 *
 *      0: diag(0, 1, -1)             the splitting of mu and tau, never mixed with large electron potentials
 *      1: diag(2, -1, -1)/sqrt(3)    the electron flavor against the other two
 *      2, 3: e mu;  4, 5: e tau;  6, 7: mu tau     P = (2 Re rho_ab, -2 Im rho_ab), as P_x and P_y of two flavors
 */
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>

namespace miscid::flavor {

/** Number of generators of SU(N_f). */
template <int N_f>
inline constexpr int generators = N_f* N_f - 1;

template <int N_f>
using FlavorVectorFor = Eigen::Matrix<double, generators<N_f>, 1>;

/** A vector in flavor space: a polarization vector P, or H of H = (H0 + H.sigma)/2. */
using FlavorVector = FlavorVectorFor<2>;

inline constexpr double sqrt3 = 1.73205080756887729353;

/** One non-zero structure constant f_abc of SU(3); the others follow by permutation. */
struct StructureConstant {
    int a, b, c;
    double value;
};
inline constexpr StructureConstant su3_structure[] = {{6, 7, 0, 1.0}, {6, 2, 5, -0.5},        {6, 3, 4, 0.5},
                                                      {7, 2, 4, 0.5}, {7, 3, 5, 0.5},         {0, 2, 3, -0.5},
                                                      {0, 4, 5, 0.5}, {2, 3, 1, 0.5 * sqrt3}, {4, 5, 1, 0.5 * sqrt3}};

/** The matrix of b -> a x b. */
inline Eigen::Matrix3d cross_matrix(const FlavorVectorFor<2>& a) {
    return (Eigen::Matrix3d() << 0.0, -a.z(), a.y(), a.z(), 0.0, -a.x(), -a.y(), a.x(), 0.0).finished();
}
inline Eigen::Matrix<double, 8, 8> cross_matrix(const FlavorVectorFor<3>& a) {
    Eigen::Matrix<double, 8, 8> C = Eigen::Matrix<double, 8, 8>::Zero();
    for (const auto& [i, j, k, f] : su3_structure) { // C_kj = f_kij a_i
        C(k, j) += f * a[i];
        C(i, k) += f * a[j];
        C(j, i) += f * a[k];
        C(j, k) -= f * a[i];
        C(k, i) -= f * a[j];
        C(i, j) -= f * a[k];
    }
    return C;
}

/** (A x B)_a = f_abc A_b B_c. */
inline FlavorVectorFor<2> cross(const FlavorVectorFor<2>& a, const FlavorVectorFor<2>& b) {
    return a.cross(b);
}
inline FlavorVectorFor<3> cross(const FlavorVectorFor<3>& a, const FlavorVectorFor<3>& b) {
    return cross_matrix(a) * b;
}

/** Vector of the matter term lambda_e diag(1, 0, ..): H = lambda z for two flavors. */
template <int N_f>
FlavorVectorFor<N_f> electron_axis() {
    FlavorVectorFor<N_f> axis = FlavorVectorFor<N_f>::Zero();
    axis[N_f == 2 ? 2 : 1] = N_f == 2 ? 1.0 : 2.0 / sqrt3;
    return axis;
}

} // namespace miscid::flavor
