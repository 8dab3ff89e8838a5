/** @file equations.hpp
 *  From a host's numbers to the terms of the check: density matrices, spectra and labels, inputs, fields (N flavors).
 */
#pragma once

#include "check/paths.hpp"
#include "host.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace miscid::campaign {

constexpr Extended unit_roundoff = 0x1p-53L;

template <int N>
using Spectrum = std::array<Extended, static_cast<std::size_t>(N)>;

/** Coordinates of v.Lambda/2 (two flavors: Pauli matrices; three: docs/three-flavors.md), traceless. */
template <class Real, int N>
Coordinates<Real, N> of_vector(const double* v) {
    static const Real half_sqrt2 = square_root(Real(0.5)), sqrt3 = square_root(Real(3));
    Coordinates<Real, N> x{};
    if constexpr (N == 2) {
        return {Real(v[2]) / 2, -Real(v[2]) / 2, half_sqrt2 * v[0], -half_sqrt2 * v[1]};
    } else {
        const Real split = Real(v[0]) / 2, electron = Real(v[1]) / (2 * sqrt3);
        x = {2 * electron, split - electron, -split - electron};
        for (std::size_t pair = 0; pair < 3; ++pair) {
            x[3 + 2 * pair] = half_sqrt2 * v[2 + 2 * pair];
            x[4 + 2 * pair] = -half_sqrt2 * v[3 + 2 * pair];
        }
        return x;
    }
}

/** A mode's rho as the host holds it in matrix mode, without its trace: diagonal, then real and imaginary parts. */
template <int N>
Coordinates<Extended, N> host_density(const double* rho) {
    static const Extended sqrt2 = std::sqrt(2.0L);
    Extended mean = 0;
    for (std::size_t a = 0; a < N; ++a) {
        mean += Extended(rho[a]) / N;
    }
    Coordinates<Extended, N> x;
    for (std::size_t i = 0; i < x.size(); ++i) {
        x[i] = i < N ? rho[i] - mean : sqrt2 * rho[i];
    }
    return x;
}

inline double trace_of(const Shape& shape, const std::vector<double>& numbers, std::size_t mode) {
    double trace = 0;
    for (std::size_t a = 0; a < shape.flavor_count(); ++a) {
        trace += numbers[mode * shape.numbers() + a];
    }
    return trace;
}

/** Occupations without their mean. What agrees to 1e-13 counts as equal (docs/three-flavors.md) and is made so. */
template <int N>
Spectrum<N> without_mean(Spectrum<N> r) {
    Extended largest = 0;
    for (const Extended x : r) {
        largest = std::max(largest, std::abs(x));
    }
    for (std::size_t a = 0; N > 2 && a < N; ++a) {
        for (std::size_t b = 0; b < a; ++b) {
            if (std::abs(r[a] - r[b]) < 1e-13L * largest) {
                r[a] = r[b] = (r[a] + r[b]) / 2;
            }
        }
    }
    Extended mean = 0;
    for (const Extended x : r) {
        mean += x / N;
    }
    for (Extended& x : r) {
        x -= mean;
    }
    return r;
}

/** Eigenvalues of a mode's rho, ascending in matrix mode, as labelled in invariant mode. */
template <int N>
Spectrum<N> spectrum_of(const Shape& shape, const std::vector<double>& numbers, std::size_t mode) {
    const double* x = &numbers[mode * shape.numbers()];
    Spectrum<N> r;
    if (shape.invariant) {
        std::copy_n(x, N, r.begin());
    } else {
        r = eigensystem<Extended, N>(host_density<N>(x)).value;
        for (Extended& value : r) {
            value += Extended(trace_of(shape, numbers, mode)) / N;
        }
    }
    return without_mean<N>(r);
}

/** Which of a mode's occupations, counted from the smallest, each eigenstate of H has. */
template <int N>
using Labels = std::vector<std::array<std::size_t, static_cast<std::size_t>(N)>>;

/** Labels by N numbers per mode, one for each eigenstate of H ascending. */
template <int N>
Labels<N> labels_of(const std::vector<double>& occupation) {
    Labels<N> labels(occupation.size() / N);
    for (std::size_t q = 0; q < labels.size(); ++q) {
        const double* r = &occupation[q * N];
        for (std::size_t k = 0; k < N; ++k) {
            labels[q][k] = 0;
            for (std::size_t j = 0; j < N; ++j) {
                labels[q][k] += r[j] < r[k] || (r[j] == r[k] && j < k);
            }
        }
    }
    return labels;
}

/** Labels of a flavor-diagonal state in matter above all else. */
template <int N>
Labels<N> labels_of_matter(const Shape& shape, const std::vector<double>& numbers) {
    std::vector<double> occupation(shape.modes() * N);
    for (std::size_t q = 0; q < shape.modes(); ++q) {
        for (std::size_t flavor = 0; flavor < N; ++flavor) {
            const std::size_t state = eigenstate_at_large_matter(shape, flavor);
            occupation[q * N + state] = numbers[q * shape.numbers() + (shape.invariant ? state : flavor)];
        }
    }
    return labels_of<N>(occupation);
}

/** The labelled spectra of a step. */
template <int N>
std::vector<Spectrum<N>> labelled(const Shape& shape, const std::vector<double>& numbers, const Labels<N>& labels) {
    std::vector<Spectrum<N>> r;
    for (std::size_t q = 0; q < shape.modes(); ++q) {
        auto sorted = spectrum_of<N>(shape, numbers, q);
        std::sort(sorted.begin(), sorted.end());
        Spectrum<N> here;
        for (std::size_t k = 0; k < N; ++k) {
            here[k] = sorted[labels[q][k]];
        }
        r.push_back(here);
    }
    return r;
}

/** Coordinates of U diag(0, dm2_21, dm2_31) U^dagger / |dm2_31|, U = R_23 R_13(delta) R_12. */
template <int N>
Coordinates<Extended, N> vacuum_of(const Shape& shape) {
    const Extended sign = shape.inverted ? -1 : 1;
    Matrix<Extended, N> U{};
    std::array<Extended, static_cast<std::size_t>(N)> m2{};
    m2[N - 1] = sign;
    const Extended s = std::sin(Extended(shape.mixing_angle)), c = std::cos(Extended(shape.mixing_angle));
    if constexpr (N == 2) {
        U[0] = {{{c, 0}, {s, 0}}};
        U[1] = {{{-s, 0}, {c, 0}}};
    } else {
        m2[1] = Extended(shape.mass_squared_difference_21) / shape.mass_squared_difference;
        const Extended a = shape.mixing_angle_12, b = shape.mixing_angle_23, delta = shape.cp_phase;
        using C = Complex<Extended>;
        const C phase{std::cos(delta), std::sin(delta)}, zero{}, one{1, 0};
        const Matrix<Extended, N> R23{{{one, zero, zero},
                                       {zero, C{std::cos(b), 0}, C{std::sin(b), 0}},
                                       {zero, C{-std::sin(b), 0}, C{std::cos(b), 0}}}};
        const Matrix<Extended, N> R13{
            {{C{c, 0}, zero, s * phase.conjugate()}, {zero, one, zero}, {-s * phase, zero, C{c, 0}}}};
        const Matrix<Extended, N> R12{{{C{std::cos(a), 0}, C{std::sin(a), 0}, zero},
                                       {C{-std::sin(a), 0}, C{std::cos(a), 0}, zero},
                                       {zero, zero, one}}};
        U = multiplied<Extended, N>(R23, multiplied<Extended, N>(R13, R12));
    }
    Matrix<Extended, N> M{};
    for (std::size_t i = 0; i < N; ++i) {
        for (std::size_t j = 0; j < N; ++j) {
            for (std::size_t k = 0; k < N; ++k) {
                M[i][j] = M[i][j] + m2[k] * (U[i][k] * U[j][k].conjugate());
            }
        }
    }
    return coordinates_of<Extended, N>(M);
}

/** Smallest vacuum term, in units of omega, that keeps levels apart which would cross without mixing. */
template <int N>
Extended avoided_crossing(const Shape& shape, const Coordinates<Extended, N>& vacuum) {
    Extended smallest = N == 3 ? Extended(shape.mass_squared_difference_21) / shape.mass_squared_difference : 1;
    for (std::size_t i = N; i < vacuum.size(); i += 2) {
        const Extended element = std::hypot(vacuum[i], vacuum[i + 1]);
        smallest = element > 0 ? std::min(smallest, element) : smallest;
    }
    return smallest;
}

/** What the equilibrium of a step depends on. */
template <int N>
Inputs<N> inputs_of(const Shape& shape, const Cell& cell, const Answer& answer, std::size_t step,
                    const Labels<N>& labels) {
    Inputs<N> inputs;
    inputs.groups = shape.groups;
    inputs.direction.assign(cell.direction.begin(), cell.direction.end());
    inputs.weight.assign(cell.weight[step].begin(), cell.weight[step].end());
    for (const double energy : shape.energy[step]) {
        inputs.omega.push_back(Extended(shape.mass_squared_difference) / (2 * Extended(energy)));
    }
    inputs.matter[0] = cell.electron_density[step];
    inputs.matter[1] = cell.muon_density[step];
    inputs.matter[N - 1] += Extended(shape.tau_effective_fraction) * cell.mass_density[step];
    std::copy_n(cell.velocity[step], 3, inputs.velocity.begin());
    inputs.vacuum = vacuum_of<N>(shape);
    inputs.avoided_crossing = avoided_crossing<N>(shape, inputs.vacuum);
    inputs.r = labelled<N>(shape, answer.before, labels);
    if (N == 2 &&
        inputs.matter[0] == 0) { // theory.md F4: Tr(T D_0) is conserved, T = M without its trace, of unit size
        Symmetry<Extended, N> symmetry;
        Extended mean = 0, size = 0;
        for (std::size_t a = 0; a < N; ++a) {
            mean += inputs.vacuum[a] / N;
        }
        for (std::size_t i = 0; i < inputs.vacuum.size(); ++i) {
            symmetry.generator[i] = inputs.vacuum[i] - (i < N ? mean : 0);
            size += symmetry.generator[i] * symmetry.generator[i];
        }
        for (Extended& x : symmetry.generator) {
            x /= std::sqrt(size) * (shape.inverted ? -1 : 1);
        }
        symmetry.projection = product<Extended, N>(symmetry.generator, of_vector<Extended, N>(answer.D0.data()));
        inputs.symmetry.push_back(symmetry);
    }
    return inputs;
}

/** The field an answer left in its state, in the rotating frame where there is one. */
template <int N>
Field<Quadruple, N> field_of(const Inputs<N>& inputs, const Answer& answer) {
    Field<Quadruple, N> field;
    Quadruple total = 0; // trace of the matter term, which a vector does not hold
    for (const Extended potential : inputs.matter) {
        total += potential;
    }
    for (std::size_t m = 0; m < 4; ++m) {
        field[m] = of_vector<Quadruple, N>(&answer.field[(N * N - 1) * m]);
        for (std::size_t a = 0; a < N; ++a) {
            field[m][a] += total * (m == 0 ? Quadruple(1) : Quadruple(inputs.velocity[m - 1])) / N;
        }
    }
    for (const auto& symmetry : inputs.symmetry) { // Omega B.sigma/2 = Omega T/sqrt2
        for (std::size_t i = 0; i < symmetry.generator.size(); ++i) {
            field[0][i] -= Quadruple(answer.rotation_frequency) * symmetry.generator[i] * square_root(Quadruple(0.5));
        }
    }
    return field;
}

/** mu sum w |P|: for three flavors the spread of each mode's occupations. */
template <int N>
Extended total_polarization(const Inputs<N>& inputs) {
    const auto groups = static_cast<std::size_t>(inputs.groups);
    Extended total = 0;
    for (std::size_t q = 0; q < inputs.r.size(); ++q) {
        const auto [low, high] = std::minmax_element(inputs.r[q].begin(), inputs.r[q].end());
        total += inputs.weight[q / (2 * groups) * groups + q % groups] * (*high - *low);
    }
    return total;
}

} // namespace miscid::campaign
