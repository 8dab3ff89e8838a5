// Modes whose |H| passes a minimum faster than their polarization can follow (theory.md 4.4): with the host's time step the
// Landau-Zener probability P_c is known, and p -> (1 - 2 P_c) p.

#include "equilibrium/landau_zener.hpp"
#include "step/step.hpp"

#include <algorithm>

namespace miscid::step {

namespace {

constexpr double smallest_probability = 1e-9; // below it the passage is adiabatic

/** Exchanges part of the occupations of a mode; true if it did. */
bool pass(CellFor<2>& cell, std::size_t i, const flavor::FlavorVectorFor<2>& from, const flavor::FlavorVectorFor<2>& to,
          double distance) {
    const double P_c = equilibrium::crossing_probability(from, to, distance);
    if (P_c < smallest_probability) {
        return false;
    }
    cell.p[i] *= 1.0 - 2.0 * P_c;
    return true;
}
bool pass(CellFor<3>& cell, std::size_t i, const flavor::FlavorVectorFor<3>& from, const flavor::FlavorVectorFor<3>& to,
          double distance) {
    const std::size_t size = cell.grid->size();
    bool passed = false;
    for (int lower = 0; lower < 2; ++lower) {
        const double P_c = equilibrium::crossing_probability(from, to, lower, distance);
        if (P_c < smallest_probability) {
            continue;
        }
        double* r = &cell.p[static_cast<std::size_t>(lower) * size + i];
        const double moved = P_c * (r[size] - r[0]);
        r[0] += moved;
        r[size] -= moved;
        passed = true;
    }
    return passed;
}

} // namespace

template <int N_f>
bool StepperFor<N_f>::pass_fast(Cell& cell, const Problem& problem, const Start& start, double dt, Result& result) {
    const auto& grid = *cell.grid;
    const double distance = settings_.speed_of_light * dt;
    const auto crossed = [&](std::size_t i) { // the label of an alignment event has been exchanged already: P_c = 1
        const auto end = result.event.begin() + std::min(result.event_count, equilibrium::max_events);
        return std::any_of(result.event.begin(), end, [&](const auto& event) { return event.mode == i; });
    };
    int passed = 0;
    for (int direction = 0; direction < grid.directions(); ++direction) {
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t i = grid.index(direction, slot);
            if (!equilibrium::is_polarized(problem, i) || crossed(i)) {
                continue;
            }
            const auto H_of = [&](const Field& field) {
                return equilibrium::hamiltonian<N_f>(field, grid.direction(direction), grid.frequency(direction, slot),
                                                     problem.medium.B);
            };
            passed += pass(cell, i, H_of(start.frame), H_of(result.field), distance);
        }
    }
    if (passed == 0) {
        return true;
    }
    amplitudes(cell);
    const Result before = result;
    result = solver_.solve(problem, before.field, equilibrium::unknown_inertia);
    result.iterations += before.iterations;
    result.continued = true;
    if (result.outcome != equilibrium::Outcome::ok) {
        return false;
    }
    flip_events(cell, result);
    result.event_count += before.event_count + passed;
    frame_.at(grid, cell.medium, result.field);
    return true;
}

template bool StepperFor<2>::pass_fast(Cell&, const Problem&, const Start&, double, Result&);
template bool StepperFor<3>::pass_fast(Cell&, const Problem&, const Start&, double, Result&);

} // namespace miscid::step
