/** @file judge.hpp
 *  A cell's two steps, one after the other: every answer on its own, then the branch between them.
 */
#pragma once

#include "branch_check.hpp"
#include "cpu_time.hpp"

namespace miscid::campaign {

template <int N>
class Judge {
public:
    Judge(const Shape& shape, const Cell& cell, const History& history)
        : shape_(shape), cell_(cell), history_(history) {}

    void step(std::size_t step, const Depth& depth, Verdict& verdict) {
        const Answer& answer = history_.step[step];
        verdict.status = answer.status;
        verdict.iterations = answer.iterations;
        verdict.reported = reported_by(answer.status);
        verdict.cold_start = !has_base_;
        const bool symmetric = cell_.electron_density[step] == 0;
        const bool usable = verdict.reported == Reported::ok || verdict.reported == Reported::event ||
                            verdict.reported == Reported::relaxed;
        Equilibrium<N> found;
        if (usable) {
            if (!keeps_what_must_be_kept<N>(shape_, answer, symmetric, verdict)) {
                verdict.finding = Finding::silent_failure;
                return;
            }
            found.inputs = inputs_of<N>(shape_, cell_, answer, step, labels_of<N>(answer.occupation));
            if (symmetric) { // decoherence shortens P: what came back is what counts
                found.inputs.r = labelled<N>(shape_, answer.numbers, labels_of<N>(answer.occupation));
            }
            note_scales(found.inputs, verdict);
            if (aligned_with_symmetry<N>(found.inputs, answer)) {
                verdict.detail += "all along the symmetry axis; ";
                has_base_ = false;
                return;
            }
            if (depth.polish && !is_equilibrium_timed(answer, found, verdict)) {
                verdict.finding = Finding::silent_failure;
                return;
            }
        } else if (!answer.untouched) {
            verdict.finding = Finding::silent_failure;
            verdict.detail += "refused, but the cell was touched; ";
            return;
        }
        const bool cold = !has_base_;
        const auto labels = cold ? labels_of_matter<N>(shape_, answer.before) : labels_;
        // Without matter a cold start keeps the nearest equilibrium: no branch leads there.
        if (depth.polish && depth.follow && !(cold && symmetric)) {
            Inputs<N> to = inputs_of<N>(shape_, cell_, answer, step, labels);
            note_scales(to, verdict);
            if (usable) {
                to.symmetry = found.inputs.symmetry;
            }
            verdict.followed = true;
            const Clock clock(verdict.seconds_following);
            BranchCheck<N>(shape_, depth.trace)
                .compare(to, cold ? nullptr : &base_, usable ? &found : nullptr, verdict);
        } else {
            verdict.finding = verdict.reported != Reported::ok ? Finding::not_followed
                              : depth.polish                   ? Finding::equilibrium
                                                               : Finding::not_polished;
        }
        if (usable) {
            labels_ = labels_of<N>(answer.occupation);
            base_ = std::move(found);
            has_base_ = true;
        }
    }

private:
    /** Adds the processor time of its life to a number. */
    class Clock {
    public:
        explicit Clock(double& seconds) : seconds_(seconds) {}
        ~Clock() { seconds_ += cpu_seconds() - start_; }
        Clock(const Clock&) = delete;
        Clock& operator=(const Clock&) = delete;

    private:
        double& seconds_;
        double start_ = cpu_seconds();
    };

    bool is_equilibrium_timed(const Answer& answer, Equilibrium<N>& found, Verdict& verdict) const {
        const Clock clock(verdict.seconds_polishing);
        verdict.polished = true;
        return is_equilibrium<N>(shape_, answer, found, verdict);
    }
    void note_scales(const Inputs<N>& inputs, Verdict& verdict) const {
        const Extended total = total_polarization<N>(inputs);
        verdict.interaction = static_cast<double>(total / (Extended(shape_.mass_squared_difference) / (2 * 15)));
        verdict.matter = static_cast<double>(inputs.matter[0] / total);
    }

    const Shape& shape_;
    const Cell& cell_;
    const History& history_;
    bool has_base_ = false;
    Equilibrium<N> base_;
    Labels<N> labels_;
};

template <int N>
void judge_flavors(const Shape& shape, const Cell& cell, const History& history, const Depth (&depth)[2],
                   Verdict (&verdict)[2]) {
    Judge<N> judge_cell(shape, cell, history);
    for (std::size_t step = 0; step < 2; ++step) {
        judge_cell.step(step, depth[step], verdict[step]);
    }
}

extern template void judge_flavors<2>(const Shape&, const Cell&, const History&, const Depth (&)[2], Verdict (&)[2]);
extern template void judge_flavors<3>(const Shape&, const Cell&, const History&, const Depth (&)[2], Verdict (&)[2]);

} // namespace miscid::campaign
