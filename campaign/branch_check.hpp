/** @file branch_check.hpp
 *  The branch from one equilibrium to the next, strictly followed, against what the library reported.
 */
#pragma once

#include "check/continuation.hpp"
#include "equilibrium_check.hpp"

namespace miscid::campaign {

/** Of an eigenvalue of g J: a branch that comes so close to its end is not told from one that ends in double precision. */
constexpr Extended nearly_singular = 1e-6L;
/** And one like this is an end to anything in double precision, whatever lies behind it. */
constexpr Extended singular = 1e-12L;

template <int N>
std::string describe(const char* path, const Branch<Extended, N>& branch) {
    std::string words = text("%s: %s", path,
                             branch.end == BranchEnd::arrived ? "arrives"
                             : branch.end == BranchEnd::fold  ? "folds"
                                                              : "is stuck");
    words += text(" at s = %.12Lg after %d steps", branch.end_s, branch.steps);
    for (std::size_t i = 0; i < branch.swaps.size() && i < 3; ++i) {
        const auto& swap = branch.swaps[i];
        words += text(", labels %zu and %zu of mode %zu swap at %.9Lg (turned %.1Le)", swap.state, swap.state + 1,
                      swap.mode, swap.s, swap.turned);
    }
    if (branch.swaps.size() > 3) {
        words += text(" and %zu more", branch.swaps.size() - 3);
    }
    for (std::size_t i = 0; i < branch.bifurcations.size() && i < 3; ++i) {
        words += text(", bifurcation at %.9Lg", branch.bifurcations[i]);
    }
    if (branch.softest < nearly_singular) {
        words += text(", an eigenvalue falls to %.1Le", branch.softest);
    }
    if (branch.end != BranchEnd::arrived) {
        words += text(", smallest eigenvalue %.2Le, smallest gap %.2Le of mode %zu", branch.smallest_eigenvalue,
                      branch.smallest_gap, branch.weakest_mode);
    }
    return words + "; ";
}

/** Goes on in 113 bits where 64 got stuck. */
template <int N>
Branch<Extended, N> resumed(const Path<Quadruple, N>& path, Strictness strictness, const Branch<Extended, N>& rough) {
    strictness.smallest_step = 1e-23;
    strictness.most_steps = std::max(100, strictness.most_steps / 100);
    strictness.most_arc_steps = 20;
    std::vector<LabelSwap<Quadruple, N>> swaps;
    for (std::size_t i = 0; i < rough.resume_swaps; ++i) {
        const auto& swap = rough.swaps[i];
        swaps.push_back({swap.s, swap.mode, swap.state, swap.turned});
    }
    const auto fine = Follower<Quadruple, N>(path, strictness)
                          .follow(field_as<Quadruple, Extended, N>(rough.resume_field), rough.resume_s, swaps);
    Branch<Extended, N> result;
    result.end = fine.end;
    result.field = field_as<Extended, Quadruple, N>(fine.field);
    result.end_s = static_cast<Extended>(fine.end_s);
    for (const auto& swap : fine.swaps) {
        result.swaps.push_back(
            {static_cast<Extended>(swap.s), swap.mode, swap.state, static_cast<Extended>(swap.turned)});
    }
    for (const auto s : rough.bifurcations) {
        if (s < rough.resume_s) {
            result.bifurcations.push_back(s);
        }
    }
    for (const auto s : fine.bifurcations) {
        result.bifurcations.push_back(static_cast<Extended>(s));
    }
    result.softest = std::min(rough.softest, static_cast<Extended>(fine.softest));
    result.steps = rough.steps + fine.steps;
    result.smallest_gap = static_cast<Extended>(fine.smallest_gap);
    result.weakest_mode = fine.weakest_mode;
    result.mixing = static_cast<Extended>(fine.mixing);
    result.smallest_eigenvalue = static_cast<Extended>(fine.smallest_eigenvalue);
    return result;
}

template <int N>
class BranchCheck {
public:
    BranchCheck(const Shape& shape, bool trace) : shape_(shape), trace_(trace) {}

    /** `base`: the equilibrium of the previous step, or null at a cold start; `found`: the answer, or null if refused. */
    void compare(const Inputs<N>& to, const Equilibrium<N>* base, const Equilibrium<N>* found, Verdict& verdict) const {
        Branch<Extended, N> branch;
        if (base) {
            const auto start = field_as<Extended, Quadruple, N>(base->polished.field);
            branch = follow<InputPath>(start, base->inputs, to);
            verdict.detail += describe("by inputs", branch);
        } else {
            branch = from_matter(to);
            verdict.detail += describe("from matter", branch);
        }
        decide(to, branch, found, verdict);
        const bool doubtful = verdict.finding == Finding::wrong_branch || verdict.finding == Finding::unexplained ||
                              verdict.finding == Finding::undecided;
        if (base && doubtful) {
            // The library's own path is the homotopy of the residual: does it, strictly followed, lead where it went?
            const auto start = field_as<Extended, Quadruple, N>(base->polished.field);
            const Inputs<N> read = shape_.invariant ? to : labels_in_old_field(to, *base);
            const auto other = follow<ResidualPath>(start, read, base->polished.field);
            verdict.detail += describe("by residual", other);
            const Finding by_inputs = verdict.finding;
            decide(read, other, found, verdict);
            if (verdict.finding == Finding::confirmed) {
                verdict.finding = Finding::other_path;
            } else if (by_inputs != Finding::undecided) {
                verdict.finding = by_inputs;
            }
        }
    }

private:
    /** The labels a density matrix has in the H of the old field at the new energies, which are all that is known of the old cell:
     *  where the change of energies alone turns H of a mode over, not those it had (docs/campaign.md). */
    static Inputs<N> labels_in_old_field(const Inputs<N>& to, const Equilibrium<N>& base) {
        Problem<Extended, N> problem;
        InputPath<Extended, N>(to, to).at(1, problem);
        Sums<Extended, N> sums;
        sum_modes<false, Extended, N>(problem, field_as<Extended, Quadruple, N>(base.polished.field), sums);
        Inputs<N> read = to;
        for (std::size_t q = 0; q < problem.modes.size(); ++q) {
            if (!problem.modes[q].counts) {
                continue;
            }
            std::array<std::pair<Extended, std::size_t>, static_cast<std::size_t>(N)> content;
            for (std::size_t k = 0; k < N; ++k) {
                std::array<Extended, static_cast<std::size_t>(N)> one{};
                one[k] = 1;
                const auto state = density_matrix<Extended, N>(sums.frames[q].vector, one);
                content[k] = {product<Extended, N>(state, base.polished.rho[q]), k};
            }
            std::sort(content.begin(), content.end());
            auto r = to.r[q];
            std::sort(r.begin(), r.end());
            for (std::size_t k = 0; k < N; ++k) {
                read.r[q][content[k].second] = r[k];
            }
        }
        return read;
    }

    /** Strictly, but not for ever: cold starts cross all of the densities there are. */
    Strictness strictness(bool cold_start) const {
        Strictness strictness;
        strictness.trace = trace_;
        const double most_sums = cold_start ? 4e5 : 1e6; // steps times modes
        const double work = static_cast<double>(shape_.modes()) * (N == 3 ? 6 : 1);
        strictness.most_steps = static_cast<int>(std::min<double>(strictness.most_steps, 200 + most_sums / work));
        return strictness;
    }

    /** Follows a path of the given kind; what 64 bits cannot resolve is taken up again in 113. */
    template <template <class, int> class Kind, class... Arguments>
    Branch<Extended, N> follow(const Field<Extended, N>& start, const Arguments&... arguments) const {
        const Kind<Extended, N> path(arguments...);
        const bool cold_start = std::is_same_v<Kind<Extended, N>, MatterPath<Extended, N>>;
        const Strictness limits = strictness(cold_start);
        auto branch = Follower<Extended, N>(path, limits).follow(start);
        if (branch.end != BranchEnd::stuck || branch.steps >= limits.most_steps || cold_start) {
            return branch;
        }
        return resumed<N>(Kind<Quadruple, N>(arguments...), limits, branch);
    }

    /** The equilibrium connected to the flavor-diagonal one at large matter potential. */
    Branch<Extended, N> from_matter(const Inputs<N>& to) const {
        Extended fastest = 0, slowest = 1e300L;
        for (const Extended omega : to.omega) {
            fastest = std::max(fastest, omega);
            slowest = std::min(slowest, omega);
        }
        // So dense that the smallest potential that splits unequal spectra exceeds everything else.
        Extended smallest = to.matter[0];
        for (const Extended potential : to.matter) {
            smallest = potential > 0 ? std::min(smallest, potential) : smallest;
        }
        const Extended largest =
            std::max(4e3L * std::max(fastest, total_polarization<N>(to)) * to.matter[0] / smallest, 3 * to.matter[0]);
        Problem<Extended, N> problem;
        MatterPath<Extended, N>(to, largest, slowest * 0.1L).at(0, problem);
        Field<Extended, N> diagonal = problem.matter;
        for (std::size_t q = 0; q < problem.modes.size(); ++q) {
            const auto& mode = problem.modes[q];
            for (std::size_t flavor = 0; flavor < N; ++flavor) {
                const Extended r = mode.weight * mode.r[eigenstate_at_large_matter(shape_, flavor)];
                for (std::size_t m = 0; m < 4; ++m) {
                    diagonal[m][flavor] += problem.nu[q / problem.slots][m] * r;
                }
            }
        }
        return follow<MatterPath>(diagonal, to, largest, slowest * 0.1L);
    }

    /** Largest relative difference between the answer and the branch where it ended, with the labels it has there. */
    Extended difference(const Inputs<N>& to, const Branch<Extended, N>& branch, const Polished<N>& polished) const {
        Inputs<N> labels_there = to;
        for (const auto& swap : branch.swaps) {
            std::swap(labels_there.r[swap.mode][swap.state], labels_there.r[swap.mode][swap.state + 1]);
        }
        const auto there = polish<N>(labels_there, field_as<Quadruple, Extended, N>(branch.field), false);
        if (!there.converged) {
            return 9;
        }
        Extended largest = 0;
        for (std::size_t q = 0; q < there.rho.size(); ++q) {
            largest = std::max(largest, relative_change<N>(polished.rho[q], there.rho[q]));
        }
        return largest;
    }

    /** Whether a branch, strictly followed, bears out what was reported. */
    void decide(const Inputs<N>& to, const Branch<Extended, N>& branch, const Equilibrium<N>* found,
                Verdict& verdict) const {
        switch (verdict.reported) {
        case Reported::ok:
        case Reported::event: {
            const bool event = verdict.reported == Reported::event;
            if (branch.end == BranchEnd::stuck) {
                verdict.finding = Finding::undecided;
                return;
            }
            if (branch.end == BranchEnd::fold) {
                // So close to a vanishing gap that the mode has no time to follow: the swap the fold leads to is an event.
                const bool grazing = event && branch.smallest_gap < 3 * branch.mixing;
                verdict.finding = grazing ? Finding::grazing : Finding::wrong_branch;
                return;
            }
            verdict.difference = static_cast<double>(difference(to, branch, found->polished));
            const bool same = verdict.difference < 1e-6;
            verdict.finding = same && branch.swaps.empty() != event ? Finding::confirmed
                              : same                                ? Finding::unexplained
                                                                    : Finding::wrong_branch;
            return;
        }
        case Reported::relaxed:
        case Reported::refused:
        case Reported::reduce_time_step:
            // Where an eigenvalue of g J passes zero the branch goes on, but it is no longer the tracked one.
            verdict.finding = branch.end == BranchEnd::fold || !branch.bifurcations.empty() ? Finding::confirmed
                              : branch.softest < singular                                   ? Finding::grazing
                              : branch.end == BranchEnd::stuck                              ? Finding::undecided
                              : branch.softest < nearly_singular                            ? Finding::grazing
                                                                                            : Finding::unexplained;
            return;
        case Reported::not_run:
            return;
        }
    }

    const Shape& shape_;
    bool trace_;
};

} // namespace miscid::campaign
