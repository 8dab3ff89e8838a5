// Are the eigenvalues of every density matrix where they belong (design section 2, screen)?

#include "step/step.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::step {

namespace {

/** Largest trace of a cell in density form; 1 in occupation form. */
double eigenvalue_scale(const AlignedVector& trace, Form form) {
    return form == Form::occupation ? 1.0 : *std::max_element(trace.begin(), trace.end());
}

CellStatus refuse(const phase_space::ModeGrid& grid, std::size_t i, double value, Blame& blame) {
    const auto lanes = static_cast<std::size_t>(phase_space::lanes);
    const std::size_t row = i / lanes;
    blame.direction = static_cast<int>(row / static_cast<std::size_t>(grid.slots()) * lanes + i % lanes);
    blame.slot = static_cast<int>(row % static_cast<std::size_t>(grid.slots()));
    blame.value = value;
    return CellStatus::eigenvalue_range;
}

} // namespace

template <>
CellStatus StepperFor<2>::screen(const Cell& cell, Blame& blame) const {
    const auto& grid = *cell.grid;
    const double tolerance = settings_.eigenvalue_tolerance;
    const double scale = eigenvalue_scale(cell.trace, settings_.form);
    const bool invariant = settings_.transport == Transport::invariant;
    const bool occupation = settings_.form == Form::occupation;
    if (frame_.mode_kernels().eigenvalues_allowed(frame_.arrays(cell), {invariant, occupation, tolerance, scale})) {
        return CellStatus::ok;
    }
    for (std::size_t i = 0; i < grid.size(); ++i) {
        const double length =
            invariant ? std::abs(cell.p[i]) : FlavorVector(cell.P[0][i], cell.P[1][i], cell.P[2][i]).norm();
        const double lower = 0.5 * (cell.trace[i] - length);
        const double upper = 0.5 * (cell.trace[i] + length);
        if (lower < -tolerance * scale) {
            return refuse(grid, i, lower, blame);
        }
        if (settings_.form == Form::occupation && upper > 1.0 + tolerance) {
            return refuse(grid, i, upper, blame);
        }
    }
    return CellStatus::ok;
}

template <>
CellStatus StepperFor<3>::screen(const Cell& cell, Blame& blame) const {
    const auto& grid = *cell.grid;
    const double tolerance = settings_.eigenvalue_tolerance * eigenvalue_scale(cell.trace, settings_.form);
    for (std::size_t i = 0; i < grid.size(); ++i) {
        for (std::size_t k = 0; k < 3; ++k) {
            const double r = cell.p[k * grid.size() + i];
            if (r < -tolerance || (settings_.form == Form::occupation && r > 1.0 + tolerance)) {
                return refuse(grid, i, r, blame);
            }
        }
    }
    return CellStatus::ok;
}

} // namespace miscid::step
