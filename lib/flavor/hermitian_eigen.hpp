/** @file hermitian_eigen.hpp
 *  Eigen-decomposition of a Hermitian 3x3 matrix by cyclic Jacobi rotations, for one matrix (T = double) or one matrix per
 *  lane of a SIMD vector.
 *
 *  A matter potential may exceed the splitting of mu and tau by ten orders of magnitude. Jacobi rotations on such graded
 *  matrices keep the small eigenvalues and small components relatively accurate, which closed forms do not
 *  (equilibrium-solver.md section 5). A rotation that would turn by less than round-off is left out, lane by lane, so
 *  what a lane returns does not depend on its neighbours.
 *
 *  Used by kernels compiled for wide instruction sets: everything is always inlined, and square roots, selections and
 *  questions to a mask are asked of `Operations`, which the kernels provide for their vectors.
 */
#pragma once

namespace miscid::flavor {

#define MISCID_FLAVOR_INLINE inline __attribute__((always_inline))

/** Operations on one number. */
struct ScalarOperations {
    using Number = double;
    using Mask = bool;
    static MISCID_FLAVOR_INLINE double square_root(double x) { return __builtin_sqrt(x); }
    static MISCID_FLAVOR_INLINE double select(bool mask, double yes, double no) { return mask ? yes : no; }
    static MISCID_FLAVOR_INLINE bool any(bool mask) { return mask; }
};

template <typename T>
struct Complex {
    T re, im;
};

/** Hermitian matrix in the order e, mu, tau: diagonal, and the entries above it. */
template <typename T>
struct Hermitian {
    T ee, mm, tt;
    Complex<T> em, et, mt;
};

/** Eigenvectors as columns: at[flavor][state]. */
template <typename T>
struct Unitary {
    Complex<T> at[3][3];
};

template <typename T>
MISCID_FLAVOR_INLINE void set_identity(Unitary<T>& V) {
    const T zero = T{};
    for (auto& row : V.at) {
        for (auto& entry : row) {
            entry = {zero, zero};
        }
    }
    for (int k = 0; k < 3; ++k) {
        V.at[k][k].re = zero + 1.0;
    }
}

/** Rotates states p and q so that their entry h becomes 0. `pr` and `qr` couple both to the third state r:
 *  pr = H_pr, qr = H_qr. True if some lane was rotated. */
template <typename Operations, typename T>
MISCID_FLAVOR_INLINE bool rotate(T& hpp, T& hqq, Complex<T>& h, Complex<T>& pr, Complex<T>& qr, Complex<T> (&Vp)[3],
                                 Complex<T> (&Vq)[3]) {
    constexpr double negligible = 1e-54; // square of an angle that changes no digit of components as small as 1e-10
    constexpr double nothing = 1e-300;   // |h|^2 below the range of doubles that can be squared
    constexpr double tiny = 1e-290;      // keeps 0/0 away
    const T zero = T{};
    const T d = hqq - hpp;
    const T h2 = h.re * h.re + h.im * h.im;
    const T d2 = d * d;
    const typename Operations::Mask active = h2 > negligible * d2 + nothing;
    if (!Operations::any(active)) {
        return false;
    }
    // t = tan(theta) e^{i phi} = h sign(d) 2/(|d| + sqrt(d^2 + 4 |h|^2)), the smaller of the two rotations
    const T root = Operations::square_root(d2 + 4.0 * h2);
    const T sum = Operations::select(d < zero, root - d, root + d);
    const T factor =
        Operations::select(active, Operations::select(d < zero, zero - 2.0, zero + 2.0) / (sum + tiny), zero);
    const T shift = factor * h2;
    const T t2 = shift * factor;
    const T c = 1.0 / Operations::square_root(1.0 + t2);
    const T s_re = c * factor * h.re;
    const T s_im = c * factor * h.im;
    hpp = hpp - shift;
    hqq = hqq + shift;
    h.re = Operations::select(active, zero, h.re);
    h.im = Operations::select(active, zero, h.im);
    // |p'> = c |p> - conj(s) |q>, |q'> = s |p> + c |q>
    const auto turn = [&](Complex<T>& p, Complex<T>& q) {
        const Complex<T> old = p;
        p.re = c * old.re - (s_re * q.re + s_im * q.im);
        p.im = c * old.im - (s_re * q.im - s_im * q.re);
        q.re = c * q.re + (s_re * old.re - s_im * old.im);
        q.im = c * q.im + (s_re * old.im + s_im * old.re);
    };
    for (int a = 0; a < 3; ++a) {
        turn(Vp[a], Vq[a]);
    }
    // H_rp' = c H_rp - conj(s) H_rq for the bras; here as H_pr = conj(H_rp): the conjugate rotation
    const Complex<T> old = pr;
    pr.re = c * old.re - (s_re * qr.re - s_im * qr.im);
    pr.im = c * old.im - (s_re * qr.im + s_im * qr.re);
    qr.re = c * qr.re + (s_re * old.re + s_im * old.im);
    qr.im = c * qr.im + (s_re * old.im - s_im * old.re);
    return true;
}

/** Takes H to diagonal form and multiplies V by the rotations from the right: V^dagger H V is diagonal if V came in as 1. */
template <typename Operations, typename T = typename Operations::Number>
MISCID_FLAVOR_INLINE void diagonalize(Hermitian<T>& H, Unitary<T>& V) {
    constexpr int most_sweeps = 12; // cyclic Jacobi converges quadratically: four or five are the rule
    Complex<T> column[3][3];
    for (int k = 0; k < 3; ++k) {
        for (int a = 0; a < 3; ++a) {
            column[k][a] = V.at[a][k];
        }
    }
    for (int sweep = 0; sweep < most_sweeps; ++sweep) {
        // Entries towards the third state, in the order rotate() wants them (row = one of the two).
        bool rotated = rotate<Operations>(H.ee, H.mm, H.em, H.et, H.mt, column[0], column[1]);
        Complex<T> tm = {H.mt.re, -H.mt.im};
        rotated |= rotate<Operations>(H.ee, H.tt, H.et, H.em, tm, column[0], column[2]);
        H.mt = {tm.re, -tm.im};
        Complex<T> me = {H.em.re, -H.em.im};
        Complex<T> te = {H.et.re, -H.et.im};
        rotated |= rotate<Operations>(H.mm, H.tt, H.mt, me, te, column[1], column[2]);
        H.em = {me.re, -me.im};
        H.et = {te.re, -te.im};
        if (!rotated) {
            break;
        }
    }
    for (int k = 0; k < 3; ++k) {
        for (int a = 0; a < 3; ++a) {
            V.at[a][k] = column[k][a];
        }
    }
}

#undef MISCID_FLAVOR_INLINE

} // namespace miscid::flavor
