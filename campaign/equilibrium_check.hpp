/** @file equilibrium_check.hpp
 *  Whether what the library returned is a mixing equilibrium, and whether everything that must be kept was kept.
 */
#pragma once

#include "check/polish.hpp"
#include "equations.hpp"
#include "verdict.hpp"

#include <cstdio>
#include <string>

namespace miscid::campaign {

template <class... Values>
std::string text(const char* format, Values... values) {
    char buffer[400];
    std::snprintf(buffer, sizeof buffer, format, values...);
    return buffer;
}

/** Everything the check knows about a step that left an equilibrium. */
template <int N>
struct Equilibrium {
    Inputs<N> inputs;
    Polished<N> polished;
};

/** Traces and spectra of rho. `symmetric`: without matter a relaxation decoheres P (docs/decisions/0005). */
template <int N>
bool keeps_what_must_be_kept(const Shape& shape, const Answer& answer, bool symmetric, Verdict& verdict) {
    const bool relaxed = verdict.reported == Reported::relaxed;
    for (const double x : answer.numbers) {
        if (!std::isfinite(x)) {
            verdict.detail += "a number is not finite; ";
            return false;
        }
    }
    for (std::size_t q = 0; q < shape.modes(); ++q) {
        const double trace = trace_of(shape, answer.before, q);
        const Extended slack = (relaxed ? 1000 : 32) * unit_roundoff * trace; // relaxation turns P a thousand times
        const double gained = trace_of(shape, answer.numbers, q) - trace;
        if (!(std::abs(gained) <= slack)) {
            verdict.detail += text("trace of mode %zu changed by %.2e; ", q, gained);
            return false;
        }
        auto before = spectrum_of<N>(shape, answer.before, q), after = spectrum_of<N>(shape, answer.numbers, q);
        Spectrum<N> reported;
        std::copy_n(&answer.occupation[q * N], N, reported.begin());
        reported = without_mean<N>(reported);
        if (N == 2 && std::abs(reported[1] - reported[0] - answer.signed_amplitude[q]) > slack) {
            verdict.detail += text("signed amplitude of mode %zu is not r_2 - r_1; ", q);
            return false;
        }
        for (auto* spectrum : {&before, &after, &reported}) {
            std::sort(spectrum->begin(), spectrum->end());
        }
        for (std::size_t k = 0; k < N; ++k) {
            if (!(std::abs(after[k] - before[k]) <= slack) && !(relaxed && symmetric)) {
                verdict.detail +=
                    text("an eigenvalue of rho of mode %zu changed by %.2Le of %.2e; ", q, after[k] - before[k], trace);
                return false;
            }
            if (!(std::abs(reported[k] - after[k]) <= slack)) {
                verdict.detail += text("eigenstate occupation %zu of mode %zu is no eigenvalue of rho; ", k, q);
                return false;
            }
        }
    }
    return true;
}

/** All field along the symmetry axis of a cell without matter: nothing mixes, and nothing fixes the rotating frame. */
template <int N>
bool aligned_with_symmetry(const Inputs<N>& inputs, const Answer& answer) {
    if (inputs.symmetry.empty()) {
        return false;
    }
    Extended turned = 0, size = 0;
    for (std::size_t m = 0; m < 4; ++m) {
        const auto G = of_vector<Extended, N>(&answer.field[(N * N - 1) * m]);
        const auto C = commutator<Extended, N>(inputs.symmetry[0].generator, G);
        turned += product<Extended, N>(C, C);
        size += product<Extended, N>(G, G);
    }
    return turned < 1e-26L * size;
}

/** Smallest gap of a mode between states of different occupation. */
template <int N>
Extended gap_of(const Mode<Extended, N>& mode, const Eigensystem<Extended, N>& frame) {
    Extended gap = -1;
    for (std::size_t a = 0; a < N; ++a) {
        for (std::size_t b = a + 1; b < N; ++b) {
            const Extended here = frame.value[b] - frame.value[a];
            gap = mode.r[a] != mode.r[b] && (gap < 0 || here < gap) ? here : gap;
        }
    }
    return gap;
}

/** Relative change of every rho if each number of the stored field were half a unit in its last place off. */
template <int N>
std::vector<Extended> change_by_storage(const Problem<Extended, N>& problem, const Inputs<N>& inputs, Answer answer,
                                        const std::vector<Coordinates<Extended, N>>& rho) {
    std::minstd_rand signs(2);
    for (double& x : answer.field) {
        x *= 1 + (signs() & 64 ? 1 : -1) * 0x1p-52;
    }
    Sums<Extended, N> sums;
    sum_modes<false, Extended, N>(problem, field_as<Extended, Quadruple, N>(field_of<N>(inputs, answer)), sums);
    const auto moved = density_matrices<Extended, N>(problem, sums);
    std::vector<Extended> change(rho.size());
    for (std::size_t q = 0; q < rho.size(); ++q) {
        change[q] = relative_change<N>(moved[q], rho[q]) / 2;
    }
    return change;
}

/** Polishes an answer and measures it: `found.inputs` hold the labels it has. */
template <int N>
bool is_equilibrium(const Shape& shape, const Answer& answer, Equilibrium<N>& found, Verdict& verdict) {
    const auto returned_field = field_of<N>(found.inputs, answer);
    found.polished = polish<N>(found.inputs, returned_field, true);
    verdict.quadruple = found.polished.quadruple;
    if (!found.polished.converged) {
        verdict.detail += "Newton in extended precision leaves the answer; ";
        return false;
    }
    const auto start = field_as<Extended, Quadruple, N>(returned_field);
    Problem<Extended, N> problem;
    InputPath<Extended, N>(found.inputs, found.inputs).at(1, problem);
    Sums<Extended, N> sums;
    sum_modes<false, Extended, N>(problem, start, sums);
    auto rho = density_matrices<Extended, N>(problem, sums);
    const auto rounded = change_by_storage<N>(problem, found.inputs, answer, rho);
    Field<Extended, N> returned = problem.matter; // matter + mu D of the rho that came back
    Extended neutrinos = 0, matter = 0, stored = 0;
    for (const Extended potential : found.inputs.matter) {
        matter += std::abs(potential);
    }
    for (std::size_t q = 0; q < rho.size(); ++q) {
        if (!shape.invariant) {
            rho[q] = host_density<N>(&answer.numbers[q * shape.numbers()]);
        }
        const Extended number = std::abs(problem.modes[q].weight) * trace_of(shape, answer.before, q);
        neutrinos += number;
        stored += number * rounded[q]; // what the rounding of the stored field does to the sum
        for (std::size_t m = 0; m < 4; ++m) {
            const Extended weight = problem.nu[q / problem.slots][m] * problem.modes[q].weight;
            for (std::size_t i = 0; i < rho[q].size(); ++i) {
                returned[m][i] += weight * rho[q][i];
            }
        }
    }
    const auto D0 = of_vector<Extended, N>(answer.D0.data());
    for (std::size_t i = 0; i < D0.size() && found.inputs.symmetry.empty(); ++i) {
        if (!(std::abs(returned[0][i] - problem.matter[0][i] - D0[i]) <=
              1e-13L * neutrinos + 4 * stored + 1e-18L * matter)) {
            verdict.detail +=
                text("D_0 reported is not the sum of w s rho but %.1Le off, neutrinos %.1Le, matter %.1Le; ",
                     std::abs(returned[0][i] - problem.matter[0][i] - D0[i]), neutrinos, matter);
            return false;
        }
    }
    const auto frequencies = rotation_frequencies<Extended, N>(problem, start);
    for (std::size_t k = 0; k < frequencies.size(); ++k) {
        for (std::size_t i = 0; i < returned[0].size(); ++i) {
            returned[0][i] -= frequencies[k] * problem.symmetry[k].generator[i];
        }
    }
    for (std::size_t q = 0; q < rho.size(); ++q) {
        if (!problem.modes[q].counts) {
            continue;
        }
        const Extended size = std::sqrt(product<Extended, N>(rho[q], rho[q]));
        const Extended gap = gap_of<N>(problem.modes[q], sums.frames[q]);
        const Extended storage = unit_roundoff * trace_of(shape, answer.before, q) / size;
        const Extended floor = found.polished.floor[q] + storage + 2 * unit_roundoff + rounded[q];
        const Extended displacement = relative_change<N>(rho[q], found.polished.rho[q]);
        const auto raise = [](double& largest, Extended x) { largest = std::max(largest, static_cast<double>(x)); };
        raise(verdict.displacement, displacement);
        raise(verdict.displacement_ratio, displacement / floor);
        const auto torque = commutator<Extended, N>(hamiltonian<Extended, N>(problem, returned, q), rho[q]);
        const Extended sine = std::sqrt(product<Extended, N>(torque, torque)) / (gap * size);
        raise(verdict.residual_ratio, sine / (unit_roundoff * (neutrinos + matter) / gap + storage));
        raise(verdict.scale_separation, (neutrinos + matter) / gap);
    }
    if (found.inputs.symmetry.empty() && found.polished.inertia != static_cast<int>(answer.inertia)) {
        verdict.detail +=
            text("inertia reported %d, found %d; ", static_cast<int>(answer.inertia), found.polished.inertia);
    }
    if (verdict.displacement_ratio > 1e4 && verdict.displacement > 1e-12) {
        verdict.detail +=
            text("P is %.2e off, %.1e times the floor; ", verdict.displacement, verdict.displacement_ratio);
        return false;
    }
    return true;
}

} // namespace miscid::campaign
