#include "capi/quiet_cell.hpp"

#include "capi/read_modes.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::capi {

namespace {

using State = step::StateFor<2>;

/** Whether every lepton number per direction has the same sign. */
bool no_crossing(const phase_space::AlignedVector& e) {
    double low = 0.0;
    double high = 0.0;
    for (const double x : e) {
        low = std::min(low, x);
        high = std::max(high, x);
    }
    return !(low < 0.0 && high > 0.0);
}

/** A state along the axis, with nothing of waves in it, that the solver can have written. */
bool quiet_state(const step::CellFor<2>& cell, double marker) {
    constexpr double largest = 1e60;
    if (cell.state[State::marker] != marker || cell.state[State::rotation_frequency] != 0.0 ||
        !(cell.state[State::inertia] >= equilibrium::unknown_inertia && cell.state[State::inertia] <= 12.0)) {
        return false;
    }
    for (int m = 0; m < 4; ++m) {
        const double* G = cell.state + State::field + 3 * m;
        if (G[0] != 0.0 || G[1] != 0.0 || !(std::abs(G[2]) <= largest)) {
            return false;
        }
    }
    double largest_wave = 0.0; // all of them, without a branch: vectors
    for (const double x : cell.waves) {
        largest_wave = std::max(largest_wave, std::abs(x));
    }
    return largest_wave == 0.0;
}

/** Largest |omega B_z|. */
double largest_vacuum_term(const phase_space::ModeGrid& grid, double B_z) {
    double largest = 0.0;
    for (int slot = 0; slot < grid.slots(); ++slot) {
        largest = std::max(largest, std::abs(grid.frequency(0, slot) * B_z));
    }
    return largest;
}

} // namespace

bool may_be_quiet(const miscid_context& context, const miscid_batch& batch) {
    const bool along_axis = context.vacuum_frequency == 0.0 || (context.B.x() == 0.0 && context.B.y() == 0.0);
    const step::Settings& s = context.settings;
    const bool no_collisions =
        s.collisions == step::Collisions::off ||
        (s.collisions == step::Collisions::depolarization && s.viscosity == step::Viscosity::none &&
         !batch.view(MISCID_FIELD_DEPOLARIZATION_RATE).bound());
    return context.flavors == 2 && !context.invariant() && along_axis && no_collisions &&
           s.viscosity != step::Viscosity::host && batch.view(MISCID_FIELD_RHO).dtype == MISCID_FLOAT64;
}

bool wants_numbers(const miscid_batch& batch) {
    for (int id = 0; id < field_capacity; ++id) {
        const bool kept =
            id == MISCID_FIELD_RHO || id == MISCID_FIELD_STATE || id == MISCID_FIELD_STATUS || id == MISCID_FIELD_COST;
        if (batch.view(id).bound() && !kept && find_field(id)->access != Access::IN) {
            return true;
        }
    }
    return false;
}

bool certify_quiet(const Call& call, const CellIndex& cell) {
    const miscid_context& context = call.context;
    Needs needs;
    needs.polarization = false;
    Complaint ignored;
    if (gather<2>(context, call.workspace, call.batch, cell, needs, ignored) != MISCID_OK) {
        return false; // the whole step says why
    }
    auto& target = call.workspace.worker<2>().cell;
    if (!quiet_state(target, context.settings.state_marker)) {
        return false;
    }
    const auto& grid = call.workspace.grid;
    auto& e = call.workspace.lepton_number;
    std::fill(e.begin(), e.end(), 0.0);
    const CellView view(call.batch.view(MISCID_FIELD_RHO), cell);
    const double factor = context.density() ? context.number_density_unit : 1.0;
    const double largest = context.density() ? largest_number(context) / factor : 1.0;
    for (int slot = 0; slot < grid.slots(); ++slot) {
        const auto host = host_slot(view, type_of_slot(context, slot), slot % context.groups, MISCID_AXIS_COMPONENT,
                                    grid.directions());
        if (!mode_kernels(context).sum_diagonal(host, grid_slot(grid, slot), factor, largest, target.sign_weight.data(),
                                                e.data())) {
            return false;
        }
    }
    if (context.settings.viscosity == step::Viscosity::waves && !no_crossing(e)) {
        return false;
    }
    // The moments, in the order in which the whole step adds them up, and the field they make.
    equilibrium::Field D = equilibrium::Field::Zero();
    for (std::size_t d = 0; d < e.size(); ++d) {
        D(2, 0) += e[d];
        for (int a = 0; a < 3; ++a) {
            D(2, a + 1) += e[d] * grid.component(a)[d];
        }
    }
    const equilibrium::Field field = target.medium.mu * D + target.medium.field();
    // No H may have changed its sign since the last step: a label would flip.
    const double vacuum = largest_vacuum_term(grid, target.medium.B.z());
    const double* before = target.state + State::field;
    for (std::size_t d = 0; d < static_cast<std::size_t>(grid.directions()); ++d) {
        double then = before[2];
        double now = field(2, 0);
        for (int a = 0; a < 3; ++a) {
            then -= grid.component(a)[d] * before[3 * (a + 1) + 2];
            now -= grid.component(a)[d] * field(2, a + 1);
        }
        constexpr double clearly = 1.0 + 1e-9;
        const double least = std::min(std::abs(then), std::abs(now));
        if (!(least > clearly * vacuum) || std::signbit(then) != std::signbit(now)) {
            return false;
        }
    }
    std::fill(std::begin(target.state), std::end(target.state), 0.0);
    target.state[State::marker] = context.settings.state_marker;
    Eigen::Map<equilibrium::Field>(target.state + State::field) = field;
    target.state[State::lambda] = target.medium.lambda;
    Eigen::Map<Eigen::Vector3d>(target.state + State::velocity) = target.medium.velocity;
    target.state[State::inertia] = equilibrium::unknown_inertia;
    return true;
}

} // namespace miscid::capi
