/** @file adaptive.hpp
 *  Adaptive Runge-Kutta integration (Boost.Odeint, Fehlberg 7(8)) with the guard that its steppers lack: a step whose error
 *  estimate is not a number counts as accurate there. Here numbers that are not finite are a refused step.
 */
#pragma once

#include <algorithm>
#include <boost/numeric/odeint.hpp>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace miscid::kinetics {

/** Advances `state` from `time` to `end`; `next_step` is tried first (0: a thousandth of the way) and left for the next
 *  call. The error of a step stays below `absolute` + `relative` times the size of each number. `system(x, rate, t)`.
 *  Returns the number of steps. Throws std::runtime_error if no step gives finite numbers. */
template <typename System>
long advance_adaptively(const System& system, std::vector<double>& state, double& time, double end, double& next_step,
                        double absolute, double relative) {
    namespace odeint = boost::numeric::odeint;
    using State = std::vector<double>;
    auto stepper = odeint::make_controlled(absolute, relative, odeint::runge_kutta_fehlberg78<State>());
    if (next_step <= 0.0) {
        next_step = 1e-3 * (end - time);
    }
    long steps = 0;
    while (time < end) {
        const bool last = time + next_step >= end;
        double h = last ? end - time : next_step;
        const double tried = h;
        double reached = time;
        State trial = state;
        const bool accepted = stepper.try_step(system, trial, reached, h) == odeint::success;
        const bool finite = std::all_of(trial.begin(), trial.end(), [](double x) { return std::isfinite(x); });
        if (!accepted || !finite) {
            next_step = finite ? h : 0.2 * tried;
            if (!(next_step > 1e-14 * std::max(std::abs(time), tried))) {
                throw std::runtime_error("no time step gives finite numbers at t = " + std::to_string(time) +
                                         ": check the rates and frequencies");
            }
            continue;
        }
        state = std::move(trial);
        time = last ? end : reached;
        ++steps;
        if (!last) {
            next_step = h;
        }
    }
    return steps;
}

} // namespace miscid::kinetics
