/** @file conditions.hpp
 *  The mixing-equilibrium conditions of one cell, written from the equations with density matrices for any number N of
 *  flavors (theory.md F1, F3, F4; Johns Eq. 14), in units where sqrt2 G_F = 1:
 *
 *      H_q = sum_m g_m nu_q^m G_m + s omega_q M,     nu = (1, v),  g = diag(1, -1, -1, -1),  M = U diag(0, .., +-1) U^dagger
 *      rho_q = sum_a r_qa |v_a(H_q)><v_a(H_q)|,      r by ascending eigenvalue: spectrum and conserved labels (F3)
 *      R_m = G_m - Lambda_m - sum_q s w nu^m rho_q,      Lambda_m = (1, v_m) diag(lambda, lambda_mu, lambda_tau)
 *
 *  d rho = V (L o V^dagger dH V) V^dagger with divided differences L_ab = (r_a - r_b)/(E_a - E_b). Where every external
 *  field commutes with a generator T (F4), Tr(T D_0) is given and G_0 stands for G_0 - Omega T; Omega is eliminated.
 */
#pragma once

#include "check/factorization.hpp"
#include "check/hermitian.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace miscid::campaign {

template <class Real, int N>
struct Mode {
    Real frequency = 0; ///< s omega
    Real weight = 0;    ///< s w
    std::array<Real, static_cast<std::size_t>(N)> r{};
    bool counts = false; ///< its polarization and weight are not zero
};

template <class Real, int N>
using Field = std::array<Coordinates<Real, N>, 4>;

/** A generator that commutes with all external fields, Tr T^2 = 1, Tr T = 0, and the conserved Tr(T D_0). */
template <class Real, int N>
struct Symmetry {
    Coordinates<Real, N> generator{};
    Real projection = 0;
};

template <class Real, int N>
struct Problem {
    std::size_t slots = 0;               ///< modes per direction
    std::vector<std::array<Real, 4>> nu; ///< (1, v) per direction
    std::vector<Mode<Real, N>> modes;    ///< direction by direction
    Coordinates<Real, N> vacuum{};       ///< M
    Field<Real, N> matter{};             ///< (1, v_m) diag(lambda_e, lambda_mu, lambda_tau)
    Real avoided_crossing = 0;           ///< smallest term of M, in units of the frequency, that lets levels repel
    std::vector<Symmetry<Real, N>> symmetry;
    Field<Real, N> offset{}; ///< residual asked for (homotopies), else 0
};

inline int metric(std::size_t m) {
    return m == 0 ? 1 : -1;
}

/** Sums over modes at a field. */
template <class Real, int N>
struct Sums {
    static constexpr std::size_t n = static_cast<std::size_t>(N * N);
    Field<Real, N> F{};
    SquareMatrix<Real> A{4 * n}; ///< sum s w nu^m nu^l d rho/dH for l <= m; only where derivatives are asked for
    std::vector<Eigensystem<Real, N>> frames;        ///< of every mode
    Real smallest_gap = 0;                           ///< E_b - E_a of neighbouring states with different r
    std::size_t weakest_mode = 0, weakest_state = 0; ///< where: states weakest_state and the next
};

template <class Real, int N>
Coordinates<Real, N> hamiltonian(const Problem<Real, N>& problem, const Field<Real, N>& field, std::size_t mode) {
    const auto& nu = problem.nu[mode / problem.slots];
    Coordinates<Real, N> H;
    for (std::size_t i = 0; i < H.size(); ++i) {
        H[i] = problem.modes[mode].frequency * problem.vacuum[i];
        for (std::size_t m = 0; m < 4; ++m) {
            H[i] += metric(m) * nu[m] * field[m][i];
        }
    }
    return H;
}

/** sum_a r_a |v_a><v_a|. */
template <class Real, int N>
Coordinates<Real, N> density_matrix(const Matrix<Real, N>& vector,
                                    const std::array<Real, static_cast<std::size_t>(N)>& r) {
    Matrix<Real, N> rho{};
    for (std::size_t i = 0; i < N; ++i) {
        for (std::size_t j = 0; j < N; ++j) {
            for (std::size_t a = 0; a < N; ++a) {
                rho[i][j] = rho[i][j] + r[a] * (vector[a][i] * vector[a][j].conjugate());
            }
        }
    }
    return coordinates_of<Real, N>(rho);
}

template <bool derivative, class Real, int N>
void sum_modes(const Problem<Real, N>& problem, const Field<Real, N>& field, Sums<Real, N>& sums) {
    constexpr std::size_t n = Sums<Real, N>::n;
    sums.F = {};
    sums.frames.resize(problem.modes.size());
    sums.smallest_gap = -1;
    if (derivative) {
        sums.A = SquareMatrix<Real>(4 * n);
    }
    static const Real half = square_root(Real(0.5));
    for (std::size_t d = 0; d < problem.nu.size(); ++d) {
        const auto& nu = problem.nu[d];
        Coordinates<Real, N> flow{}, base{};
        std::array<std::array<Real, n>, n> response{};
        for (std::size_t i = 0; i < n; ++i) {
            base[i] = field[0][i] - nu[1] * field[1][i] - nu[2] * field[2][i] - nu[3] * field[3][i];
        }
        for (std::size_t q = d * problem.slots; q < (d + 1) * problem.slots; ++q) {
            const auto& mode = problem.modes[q];
            if (!mode.counts) {
                continue;
            }
            Coordinates<Real, N> H = base;
            for (std::size_t i = 0; i < n; ++i) {
                H[i] += mode.frequency * problem.vacuum[i];
            }
            auto& frame = sums.frames[q];
            frame = eigensystem<Real, N>(H);
            const auto rho = density_matrix<Real, N>(frame.vector, mode.r);
            for (std::size_t i = 0; i < n; ++i) {
                flow[i] += mode.weight * rho[i];
            }
            for (std::size_t a = 0; a < N; ++a) {
                for (std::size_t b = a + 1; b < N; ++b) {
                    const Real gap = frame.value[b] - frame.value[a];
                    if (mode.r[a] == mode.r[b]) {
                        continue;
                    }
                    if (b == a + 1 && (sums.smallest_gap < 0 || gap < sums.smallest_gap)) {
                        sums.smallest_gap = gap;
                        sums.weakest_mode = q;
                        sums.weakest_state = a;
                    }
                    if (!derivative || !(gap > 0)) {
                        continue;
                    }
                    const Real L = mode.weight * (mode.r[b] - mode.r[a]) / gap;
                    Matrix<Real, N> even{}, odd{}; // |a><b| + |b><a| and i(|a><b| - |b><a|), each over sqrt2
                    for (std::size_t i = 0; i < N; ++i) {
                        for (std::size_t j = 0; j < N; ++j) {
                            const auto ab = frame.vector[a][i] * frame.vector[b][j].conjugate();
                            const auto ba = frame.vector[b][i] * frame.vector[a][j].conjugate();
                            even[i][j] = half * (ab + ba);
                            const auto difference = half * (ab - ba);
                            odd[i][j] = {-difference.im, difference.re};
                        }
                    }
                    const auto x = coordinates_of<Real, N>(even), y = coordinates_of<Real, N>(odd);
                    for (std::size_t i = 0; i < n; ++i) {
                        const Real xi = L * x[i], yi = L * y[i];
                        for (std::size_t j = 0; j <= i; ++j) {
                            response[i][j] += xi * x[j] + yi * y[j];
                        }
                    }
                }
            }
        }
        for (std::size_t m = 0; m < 4; ++m) {
            for (std::size_t i = 0; i < n; ++i) {
                sums.F[m][i] += nu[m] * flow[i];
            }
        }
        if (derivative) {
            for (std::size_t m = 0; m < 4; ++m) {
                for (std::size_t l = 0; l <= m; ++l) {
                    const Real both = nu[m] * nu[l];
                    for (std::size_t i = 0; i < n; ++i) {
                        for (std::size_t j = 0; j < n; ++j) {
                            sums.A(m * n + i, l * n + j) += both * (j <= i ? response[i][j] : response[j][i]);
                        }
                    }
                }
            }
        }
    }
}

/** Omega of every symmetry, from Tr(T D_0) as given. */
template <class Real, int N>
std::vector<Real> rotation_frequencies(const Problem<Real, N>& problem, const Field<Real, N>& field) {
    std::vector<Real> omega;
    for (const auto& symmetry : problem.symmetry) {
        omega.push_back(symmetry.projection + product<Real, N>(symmetry.generator, problem.matter[0]) -
                        product<Real, N>(symmetry.generator, field[0]));
    }
    return omega;
}

/** R_m(G) less the offset. */
template <class Real, int N>
Field<Real, N> residual(const Problem<Real, N>& problem, const Field<Real, N>& field, const Sums<Real, N>& sums) {
    Field<Real, N> R;
    for (std::size_t m = 0; m < 4; ++m) {
        for (std::size_t i = 0; i < R[m].size(); ++i) {
            R[m][i] = field[m][i] - problem.matter[m][i] - sums.F[m][i] - problem.offset[m][i];
        }
    }
    const auto omega = rotation_frequencies<Real, N>(problem, field);
    for (std::size_t k = 0; k < omega.size(); ++k) {
        for (std::size_t i = 0; i < R[0].size(); ++i) {
            R[0][i] += omega[k] * problem.symmetry[k].generator[i];
        }
    }
    return R;
}

/** Directions in which a common phase moves the field: null vectors of the derivative, one per symmetry. */
template <class Real, int N>
std::vector<std::vector<Real>> phase_directions(const Problem<Real, N>& problem, const Field<Real, N>& field) {
    constexpr std::size_t n = Sums<Real, N>::n;
    std::vector<std::vector<Real>> directions;
    Real size = 0;
    for (std::size_t m = 0; m < 4; ++m) {
        size += product<Real, N>(field[m], field[m]);
    }
    for (const auto& symmetry : problem.symmetry) {
        std::vector<Real> t(4 * n);
        for (std::size_t m = 0; m < 4; ++m) {
            const auto turned = commutator<Real, N>(symmetry.generator, field[m]);
            std::copy(turned.begin(), turned.end(), t.begin() + static_cast<std::ptrdiff_t>(m * n));
        }
        for (const auto& other : directions) {
            Real overlap = 0;
            for (std::size_t i = 0; i < t.size(); ++i) {
                overlap += t[i] * other[i];
            }
            for (std::size_t i = 0; i < t.size(); ++i) {
                t[i] -= overlap * other[i];
            }
        }
        Real length = 0;
        for (const Real& x : t) {
            length += x * x;
        }
        if (length > 1e-24L * size) {
            for (Real& x : t) {
                x /= square_root(length);
            }
            directions.push_back(t);
        }
    }
    return directions;
}

/** g dR/dG, symmetric, with the phases held. */
template <class Real, int N>
SquareMatrix<Real> derivative(const Problem<Real, N>& problem, const Field<Real, N>& field, const Sums<Real, N>& sums) {
    constexpr std::size_t n = Sums<Real, N>::n;
    SquareMatrix<Real> gJ(4 * n);
    for (std::size_t m = 0; m < 4; ++m) {
        for (std::size_t l = 0; l < 4; ++l) {
            for (std::size_t i = 0; i < n; ++i) {
                for (std::size_t j = 0; j < n; ++j) {
                    gJ(m * n + i, l * n + j) =
                        -metric(m) * metric(l) * (l <= m ? sums.A(m * n + i, l * n + j) : sums.A(l * n + i, m * n + j));
                }
                if (m == l) {
                    gJ(m * n + i, m * n + i) += metric(m);
                }
            }
        }
    }
    for (const auto& symmetry : problem.symmetry) {
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) {
                gJ(i, j) -= symmetry.generator[i] * symmetry.generator[j];
            }
        }
    }
    for (const auto& t : phase_directions<Real, N>(problem, field)) {
        for (std::size_t i = 0; i < t.size(); ++i) {
            for (std::size_t j = 0; j < t.size(); ++j) {
                gJ(i, j) += t[i] * t[j];
            }
        }
    }
    return gJ;
}

/** g R as one vector, without its part along the phases. */
template <class Real, int N>
std::vector<Real> right_side(const Problem<Real, N>& problem, const Field<Real, N>& field, const Field<Real, N>& R) {
    constexpr std::size_t n = Sums<Real, N>::n;
    std::vector<Real> gR(4 * n);
    for (std::size_t m = 0; m < 4; ++m) {
        for (std::size_t i = 0; i < n; ++i) {
            gR[m * n + i] = metric(m) * R[m][i];
        }
    }
    for (const auto& t : phase_directions<Real, N>(problem, field)) {
        Real along = 0;
        for (std::size_t i = 0; i < t.size(); ++i) {
            along += t[i] * gR[i];
        }
        for (std::size_t i = 0; i < t.size(); ++i) {
            gR[i] -= along * t[i];
        }
    }
    return gR;
}

/** Negative eigenvalues of g J as the theory counts them: without the trace of G, which decouples with metric(m). */
inline int inertia_without_trace(int negative_eigenvalues) {
    return negative_eigenvalues - 3;
}

/** Largest |<v_a|v'_b>|^2, a != b, between the eigenframes of a mode. In the second frame its states `state` and `state` + 1
 *  are exchanged if `swapped`. */
template <class Real, int N>
Real overlap(const Problem<Real, N>& problem, const Sums<Real, N>& one, const Sums<Real, N>& other, std::size_t mode,
             bool swapped = false, std::size_t state = 0) {
    const auto& r = problem.modes[mode].r;
    Real largest = 0;
    for (std::size_t a = 0; a < N; ++a) {
        for (std::size_t b = 0; b < N; ++b) {
            if (a == b || r[a] == r[b]) {
                continue;
            }
            const std::size_t there = !swapped ? b : (b == state ? state + 1 : (b == state + 1 ? state : b));
            Complex<Real> sum;
            for (std::size_t i = 0; i < N; ++i) {
                sum = sum + one.frames[mode].vector[a][i].conjugate() * other.frames[mode].vector[there][i];
            }
            largest = std::max(largest, sum.norm2());
        }
    }
    return largest;
}

/** Rotation angle (rad) of such an overlap. */
template <class Real>
Real angle_of(Real overlap2) {
    return 2 * static_cast<Real>(std::asin(std::min<Extended>(1, static_cast<Extended>(square_root(overlap2)))));
}

/** Largest rotation (rad) of any mode's eigenframe between two fields. */
template <class Real, int N>
Real rotation(const Problem<Real, N>& problem, const Sums<Real, N>& one, const Sums<Real, N>& other) {
    Real largest = 0;
    for (std::size_t q = 0; q < problem.modes.size(); ++q) {
        if (problem.modes[q].counts) {
            largest = std::max(largest, overlap<Real, N>(problem, one, other, q));
        }
    }
    return angle_of(largest);
}

} // namespace miscid::campaign
