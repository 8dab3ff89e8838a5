/** @file continuation.hpp
 *  Follows a branch of equilibria strictly: no H turns by more than 0.01 rad per step, no correction of the predicted
 *  field by more than 1e-3 rad, the same inertia of g J throughout, the same labels. Where a branch ends it says how:
 *
 *  - label swap: E_b - E_a of one mode (and of modes with the same H) falls to zero linearly while its eigenvectors stop
 *    turning; beyond, the branch goes on with these two labels swapped, every rho continuous;
 *  - fold: with arc length as the parameter s turns back, and one eigenvalue of g J changes sign there.
 *
 *  An eigenvalue that passes zero while the branch goes on is a bifurcation (a pitchfork in symmetric cells); counted.
 */
#pragma once

#include "check/fold.hpp"

#include <cstdio>

namespace miscid::campaign {

template <class Real, int N>
class Follower {
    using Point = campaign::Point<Real, N>;

public:
    Follower(const Path<Real, N>& path, Strictness strictness) : track_{path, {}, {}}, limit_(strictness) {}

    Branch<Real, N> follow(const Field<Real, N>& start) { return follow(start, Real(0), {}); }

    /** From s on, with these labels already swapped. */
    Branch<Real, N> follow(const Field<Real, N>& start, Real s, std::vector<LabelSwap<Real, N>> swaps) {
        Branch<Real, N> branch;
        branch.resume_field = start;
        branch.resume_s = s;
        branch.resume_swaps = swaps.size();
        for (const auto& swap : swaps) {
            track_.swapped.emplace_back(swap.mode, swap.state);
        }
        branch.swaps = std::move(swaps);
        Point last;
        last.field = start;
        last.s = s;
        track_.load(s);
        if (!correct<Real, N>(track_.problem, last, Real(limit_.rotation), tightest)) {
            branch.field = start;
            return branch;
        }
        Point before = last;
        Real step = s > 0 ? Real(limit_.small_step) : Real(1e-3L);
        Real fold_trial = limit_.fold_trial;
        while (last.s < 1 && branch.steps < limit_.most_steps) {
            ++branch.steps;
            step = approach_to_swap(before, last, step);
            if (swap_due(before, last)) {
                Point beyond;
                if (jump(branch, before, last, beyond)) {
                    before = last;
                    before.s = -1; // no secant through the swap
                    step = beyond.s - last.s;
                    last = beyond;
                    continue;
                }
                ++failed_swaps_;
            }
            const bool final_step = step >= 1 - last.s;
            Point next;
            next.s = final_step ? Real(1) : last.s + step;
            next.field = predicted(before, last, next.s);
            track_.load(next.s);
            const bool have_secant = before.s >= 0 && before.s < last.s;
            const bool converged =
                correct<Real, N>(track_.problem, next, Real(have_secant ? limit_.corrector : limit_.rotation),
                                 step > small_correction_below ? Real(1e-10L) : tightest);
            const Real turned = converged ? rotation<Real, N>(track_.problem, last.sums, next.sums) : Real(9);
            const bool same = converged && next.inertia == last.inertia;
            if (turned <= limit_.rotation && (same || is_bifurcation(last, next))) {
                if (!same) {
                    branch.bifurcations.push_back(next.s);
                }
                if (next.s - last.s > limit_.small_step && branch.resume_s >= 0) {
                    branch.resume_s = next.s;
                    branch.resume_field = next.field;
                    branch.resume_swaps = branch.swaps.size();
                }
                const Real room = Real(0.7L) * Real(limit_.rotation) / std::max<Real>(turned, Real(1e-6L));
                const Real corrector_room =
                    have_secant
                        ? square_root(Real(0.7L) * Real(limit_.corrector) / std::max<Real>(next.corrected, Real(1e-9L)))
                        : Real(1);
                step = (next.s - last.s) * std::min<Real>({room, corrector_room, Real(3)});
                before = std::move(last);
                last = std::move(next);
                if (last.s - before.s < Real(1e-5L)) {
                    note_softest(branch, last);
                }
                trace(last, turned);
                continue;
            }
            step = std::min<Real>(step, 1 - last.s) * Real(0.3L);
            const Real closes = gap_closes_at(before, last);
            const bool gap_ahead = closes > 0 && closes - last.s < Real(1e3L) * (last.s - before.s);
            if (have_secant && !gap_ahead && step < fold_trial) {
                const Turn turn = go_around<Real, N>(track_, Real(limit_.rotation), before, last, limit_.most_arc_steps,
                                                     branch.end_s);
                if (turn == Turn::passed) {
                    note_softest(branch, last);
                    step = last.s - before.s;
                    continue;
                }
                if (turn == Turn::fold) {
                    branch.end = BranchEnd::fold;
                    describe_end(branch, last);
                    return branch;
                }
                fold_trial = step * Real(1e-2L);
            }
            if (step < limit_.smallest_step) {
                break;
            }
        }
        branch.end = last.s >= 1 ? BranchEnd::arrived : BranchEnd::stuck;
        describe_end(branch, last);
        return branch;
    }

private:
    void trace(const Point& point, Real turned) const {
        if (limit_.trace) {
            const Real softest = smallest_eigenvalue(derivative<Real, N>(track_.problem, point.field, point.sums));
            std::printf("  s %.17Lg lambda %.9Le turned %.1Le corrected %.1Le smallest gap %.3Le of mode %zu, softest "
                        "eigenvalue %.3Le, inertia %d\n",
                        static_cast<Extended>(point.s), static_cast<Extended>(track_.problem.matter[0][0]),
                        static_cast<Extended>(turned), static_cast<Extended>(point.corrected),
                        static_cast<Extended>(point.sums.smallest_gap), point.sums.weakest_mode,
                        static_cast<Extended>(softest), point.inertia);
        }
    }

    void note_softest(Branch<Real, N>& branch, const Point& point) const {
        const Real softest = smallest_eigenvalue(derivative<Real, N>(track_.problem, point.field, point.sums));
        branch.softest = std::min(branch.softest, magnitude(softest));
    }

    static Field<Real, N> between(const Field<Real, N>& a, const Field<Real, N>& b, Real weight) {
        Field<Real, N> result;
        for (std::size_t m = 0; m < 4; ++m) {
            for (std::size_t i = 0; i < a[m].size(); ++i) {
                result[m][i] = b[m][i] + weight * (b[m][i] - a[m][i]);
            }
        }
        return result;
    }
    static Field<Real, N> predicted(const Point& before, const Point& last, Real s) {
        const bool have_secant = before.s >= 0 && before.s < last.s;
        return have_secant ? between(before.field, last.field, (s - last.s) / (last.s - before.s)) : last.field;
    }

    /** Where eigenvalues of g J change sign although the branch goes on, the direction of the branch has no part along their
     *  eigenvectors: these break a symmetry of the cell (pitchfork). At a fold it has. */
    bool is_bifurcation(const Point& last, const Point& next) {
        const auto crossing = static_cast<std::size_t>(std::abs(next.inertia - last.inertia));
        const Real size = next.s - last.s;
        if (!(size < 1e-5L)) {
            return false; // come closer first
        }
        track_.load(last.s + size);
        Sums<Real, N> sums;
        sum_modes<false, Real, N>(track_.problem, last.field, sums);
        const auto change =
            right_side<Real, N>(track_.problem, last.field, residual<Real, N>(track_.problem, last.field, sums));
        track_.load(last.s);
        const SymmetricEigenvalues<Real> soft(derivative<Real, N>(track_.problem, last.field, last.sums));
        track_.load(next.s);
        Real norm = 0;
        for (const Real& x : change) {
            norm += x * x;
        }
        for (std::size_t k = 0; k < crossing; ++k) {
            Real along = 0;
            for (std::size_t i = 0; i < change.size(); ++i) {
                along += soft.vector[k][i] * change[i];
            }
            if (!(magnitude(along) < Real(limit_.symmetric) * square_root(norm))) {
                return false;
            }
        }
        return true;
    }

    /** Where the smallest gap would reach zero if it went on falling as between two points; < 0 if it does not fall. */
    Real gap_closes_at(const Point& before, const Point& last) const {
        const std::size_t q = last.sums.weakest_mode, a = last.sums.weakest_state;
        if (before.s < 0 || !(before.s < last.s)) {
            return -1;
        }
        const Real earlier = before.sums.frames[q].value[a + 1] - before.sums.frames[q].value[a];
        const Real slope = (earlier - last.sums.smallest_gap) / (last.s - before.s);
        return slope > 0 ? last.s + last.sums.smallest_gap / slope : Real(-1);
    }

    /** Steps no further than half of the way to where the smallest gap would close. */
    Real approach_to_swap(const Point& before, const Point& last, Real step) const {
        const Real s = gap_closes_at(before, last);
        const Real half = (s - last.s) / 2;
        return s > 0 && s <= 1 && step > half && half > limit_.smallest_step ? half : step;
    }

    /** What keeps levels of this mode apart that would cross without mixing. */
    Real mixing_scale(const Point& last) const {
        return magnitude(track_.problem.modes[last.sums.weakest_mode].frequency) * track_.problem.avoided_crossing;
    }

    /** The gap closes ahead; it is far below every scale an avoided crossing could have, and its eigenvectors do not turn. */
    bool swap_due(const Point& before, const Point& last) const {
        const Real s = gap_closes_at(before, last);
        if (!(s > 0 && s <= 1)) {
            return false;
        }
        const std::size_t q = last.sums.weakest_mode, a = last.sums.weakest_state;
        const Real earlier = before.sums.frames[q].value[a + 1] - before.sums.frames[q].value[a];
        const Real turned = angle_of(overlap<Real, N>(track_.problem, before.sums, last.sums, q));
        return earlier > Real(1.5L) * last.sums.smallest_gap && turned < Real(1e-3L) && failed_swaps_ < 20 &&
               last.sums.smallest_gap < Real(0.1L) * mixing_scale(last);
    }

    /** Negative eigenvalues of g J that labels swapped at a vanishing gap take away. With E2 the second variation of the energy
     *  at fixed spectra, which is smooth there, In(E2) + In(-g) = In(-c gap, twice per pair) + In(-g J): the two of each pair
     *  whose c = s w (r_upper - r_lower) turns negative. */
    int inertia_taken(const std::vector<std::size_t>& modes, std::size_t state) const {
        int taken = 0;
        for (const std::size_t i : modes) {
            const auto& mode = track_.problem.modes[i];
            taken += mode.weight * (mode.r[state + 1] - mode.r[state]) > 0 ? 2 : -2;
        }
        return taken;
    }

    /** Across the closing gap, by as much as it is away, with the labels swapped, every rho continuous, and the inertia that
     *  the swap alone leaves: or something else happened in between. */
    bool jump(Branch<Real, N>& branch, const Point& before, const Point& last, Point& beyond) {
        const Real closes = gap_closes_at(before, last);
        const std::size_t q = last.sums.weakest_mode, state = last.sums.weakest_state;
        std::vector<std::size_t> together; // modes with the same H reach zero together
        for (std::size_t i = 0; i < track_.problem.modes.size(); ++i) {
            if (!track_.problem.modes[i].counts) {
                continue;
            }
            const auto& frame = last.sums.frames[i];
            const Real gap = frame.value[state + 1] - frame.value[state];
            if (i == q || magnitude(gap - last.sums.smallest_gap) < Real(1e-3L) * last.sums.smallest_gap) {
                together.push_back(i);
            }
        }
        const auto kept = track_.swapped;
        track_.load(last.s);
        const int expected = last.inertia - inertia_taken(together, state);
        for (const std::size_t i : together) {
            track_.swapped.emplace_back(i, state);
        }
        beyond.s = std::min<Real>(1, 2 * closes - last.s);
        beyond.field = predicted(before, last, beyond.s);
        track_.load(beyond.s);
        bool good = correct<Real, N>(track_.problem, beyond, Real(0.1L), tightest) &&
                    (beyond.inertia == expected || !track_.problem.symmetry.empty());
        for (std::size_t i = 0; good && i < track_.problem.modes.size(); ++i) {
            if (track_.problem.modes[i].counts) {
                const bool swapped = std::find(together.begin(), together.end(), i) != together.end();
                good = angle_of(overlap<Real, N>(track_.problem, last.sums, beyond.sums, i, swapped, state)) <
                       limit_.rotation;
            }
        }
        if (!good) {
            track_.swapped = kept;
            return false;
        }
        const Real turned = angle_of(overlap<Real, N>(track_.problem, before.sums, last.sums, q));
        for (const std::size_t i : together) {
            branch.swaps.push_back({closes, i, state, turned});
        }
        return true;
    }

    void describe_end(Branch<Real, N>& branch, const Point& last) {
        branch.field = last.field;
        branch.end_s = branch.end == BranchEnd::fold ? branch.end_s : last.s;
        branch.smallest_gap = last.sums.smallest_gap;
        branch.weakest_mode = last.sums.weakest_mode;
        branch.mixing = mixing_scale(last);
        if (branch.end == BranchEnd::arrived) {
            return;
        }
        track_.load(last.s);
        branch.smallest_eigenvalue = smallest_eigenvalue(derivative<Real, N>(track_.problem, last.field, last.sums));
    }

    Track<Real, N> track_;
    /** Corrections of steps shorter than this go down to rounding; of others, to where the next one is below it. */
    static constexpr Extended small_correction_below = 1e-6L;
    static constexpr Real tightest = 1000 * Precision<Real>::epsilon;
    Strictness limit_;
    int failed_swaps_ = 0;
};

} // namespace miscid::campaign
