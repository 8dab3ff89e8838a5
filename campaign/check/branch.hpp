/** @file branch.hpp
 *  What following a branch of equilibria yields, how strictly it is done, and Newton at one point of it.
 */
#pragma once

#include "check/paths.hpp"

#include <utility>
#include <vector>

namespace miscid::campaign {

enum class BranchEnd {
    arrived, ///< at s = 1
    fold,    ///< turned back at end_s
    stuck,   ///< none of these could be shown
};

template <class Real, int N>
struct LabelSwap {
    Real s = 0;
    std::size_t mode = 0, state = 0;
    Real turned = 0; ///< rotation of its eigenvectors over the last halving of the gap
};

template <class Real, int N>
struct Branch {
    BranchEnd end = BranchEnd::stuck;
    Field<Real, N> field{};
    Real end_s = 0;
    std::vector<LabelSwap<Real, N>> swaps;
    std::vector<Real> bifurcations; ///< s
    Real softest = 1;               ///< smallest |eigenvalue| of g J where the steps were small: a turn nearly missed
    int steps = 0;
    Real resume_s = 0; ///< last point before the steps became small
    Field<Real, N> resume_field{};
    std::size_t resume_swaps = 0;
    Real smallest_gap = 0;        ///< where it ended
    std::size_t weakest_mode = 0; ///< whose gap that is
    Real mixing = 0;              ///< its vacuum mixing term
    Real smallest_eigenvalue = 0; ///< of g J, where it ended
    Real fold_exponent = 0;       ///< of that eigenvalue in the distance from the fold: 1/2
};

struct Strictness {
    double rotation = 0.01;
    double corrector = 1e-3;
    double smallest_step = 1e-17;
    double fold_trial = 1e-6; ///< step below which a fold is looked for
    double small_step = 1e-7; ///< steps below are taken again in higher precision if they lead nowhere
    double symmetric = 1e-11; ///< part of dR/ds along an eigenvector that counts as none
    int most_steps = 20000;
    int most_arc_steps = 200;
    bool trace = false; ///< print every accepted point
};

/** A point of a branch. */
template <class Real, int N>
struct Point {
    Real s = 0;
    Field<Real, N> field{};
    Sums<Real, N> sums;
    int inertia = 0;
    Real corrected = 0; ///< rotation from the predicted to the corrected field
};

/** The problem along a path, with labels swapped so far. */
template <class Real, int N>
struct Track {
    const Path<Real, N>& path;
    Problem<Real, N> problem;
    std::vector<std::pair<std::size_t, std::size_t>> swapped; ///< mode and state

    void load(Real s) {
        path.at(s, problem);
        for (const auto& [mode, state] : swapped) {
            std::swap(problem.modes[mode].r[state], problem.modes[mode].r[state + 1]);
        }
    }
};

/** Newton from the predicted field of `point`; false if any H turns by more than `limit` or it does not contract.
 *  Done once a step turns no H by more than `enough`. */
template <class Real, int N>
bool correct(const Problem<Real, N>& problem, Point<Real, N>& point, Real limit, Real enough) {
    constexpr std::size_t n = static_cast<std::size_t>(N * N);
    const Real noise = 1e-7L; // rotations below may be rounding, at scale separation
    Sums<Real, N> first, previous;
    Real last = 0;
    for (int iteration = 0; iteration < 12; ++iteration) {
        sum_modes<true, Real, N>(problem, point.field, point.sums);
        bool done = false;
        if (iteration > 0) {
            const Real angle = rotation<Real, N>(problem, previous, point.sums);
            point.corrected += angle;
            if (!(point.corrected <= limit) || (iteration > 1 && angle > noise && angle > Real(0.3L) * last)) {
                return false;
            }
            done = angle < enough || (iteration > 1 && angle > Real(0.3L) * last);
            last = angle;
        }
        const SymmetricFactors<Real> factors(derivative<Real, N>(problem, point.field, point.sums));
        if (!factors.regular()) {
            return false;
        }
        point.inertia = inertia_without_trace(factors.negative_eigenvalues());
        if (done) {
            return true;
        }
        const auto R = residual<Real, N>(problem, point.field, point.sums);
        const auto step = factors.solve(right_side<Real, N>(problem, point.field, R));
        for (std::size_t m = 0; m < 4; ++m) {
            for (std::size_t i = 0; i < n; ++i) {
                point.field[m][i] -= step[m * n + i];
            }
        }
        std::swap(previous, point.sums);
    }
    return false;
}

} // namespace miscid::campaign
