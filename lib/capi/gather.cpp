// Host arrays to a cell of the step.

#include "capi/gather_grid.hpp"
#include "capi/read_modes.hpp"
#include "medium/constants.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>

namespace miscid::capi {

namespace {

/** A number of the cell, in the module's unit. */
miscid_status read_scalar(const miscid_context& context, const miscid_batch& batch, int field, const CellIndex& cell,
                          double unit, double& value, Complaint& complaint) {
    const CellView view(batch.view(field), cell);
    if (!read_number(view.base(), view.dtype(), value)) {
        complaint = complain_of_mode(field, -1, -1, -1, -1);
        return MISCID_CELL_NOT_FINITE;
    }
    if (!(std::abs(value) <= largest_number(context) / unit)) {
        complaint = complain(field, value);
        return MISCID_CELL_UNITS_SUSPECT;
    }
    value *= unit;
    return MISCID_OK;
}

/** A number density given by the host, with its sign. */
miscid_status read_density(const miscid_context& context, const miscid_batch& batch, int field, const CellIndex& cell,
                           double& density, Complaint& complaint) {
    if (const auto status = read_scalar(context, batch, field, cell, context.number_density_unit, density, complaint)) {
        return status;
    }
    if (context.screen_units && std::abs(density) > largest_number_density) {
        complaint = complain(field, density);
        return MISCID_CELL_UNITS_SUSPECT;
    }
    return MISCID_OK;
}

template <int N_f>
miscid_status gather_medium(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                            const CellIndex& cell, Complaint& complaint) {
    double electrons = 0.0;
    double baryons = 0.0;
    if (batch.view(MISCID_FIELD_ELECTRON_DENSITY).bound()) {
        if (const auto status =
                read_density(context, batch, MISCID_FIELD_ELECTRON_DENSITY, cell, electrons, complaint)) {
            return status;
        }
    }
    const bool fraction_needed = !batch.view(MISCID_FIELD_ELECTRON_DENSITY).bound();
    if (fraction_needed || (context.tau_effective_fraction > 0.0 && batch.view(MISCID_FIELD_MASS_DENSITY).bound())) {
        double density = 0.0;
        if (const auto status = read_scalar(context, batch, MISCID_FIELD_MASS_DENSITY, cell, context.mass_density_unit,
                                            density, complaint)) {
            return status;
        }
        if (context.screen_units && !(density >= 0.0 && density < largest_mass_density)) {
            complaint = complain(MISCID_FIELD_MASS_DENSITY, density);
            return MISCID_CELL_UNITS_SUSPECT;
        }
        baryons = density / (context.natural_units ? 1.0 : medium::constants::atomic_mass_unit);
        double fraction = 0.0;
        if (fraction_needed) {
            if (const auto status =
                    read_scalar(context, batch, MISCID_FIELD_ELECTRON_FRACTION, cell, 1.0, fraction, complaint)) {
                return status;
            }
            if (context.screen_units && !(fraction >= 0.0 && fraction <= 1.0)) {
                complaint = complain(MISCID_FIELD_ELECTRON_FRACTION, fraction);
                return MISCID_CELL_UNITS_SUSPECT;
            }
            electrons = density * fraction / (context.natural_units ? 1.0 : medium::constants::atomic_mass_unit);
        }
        if (!(std::abs(electrons) <= largest_number(context) && baryons <= largest_number(context))) {
            complaint = complain(MISCID_FIELD_MASS_DENSITY, density);
            return MISCID_CELL_UNITS_SUSPECT;
        }
    }
    auto& medium = workspace.worker<N_f>().cell.medium;
    medium.mu = context.potential;
    medium.lambda = context.potential * electrons;
    medium.lambda_tau = context.potential * context.tau_effective_fraction * baryons;
    medium.lambda_mu = 0.0;
    if (N_f == 3 && batch.view(MISCID_FIELD_MUON_DENSITY).bound()) {
        double muons = 0.0;
        if (const auto status = read_density(context, batch, MISCID_FIELD_MUON_DENSITY, cell, muons, complaint)) {
            return status;
        }
        medium.lambda_mu = context.potential * muons;
    }
    medium.B = context.vacuum<N_f>();
    medium.velocity.setZero();
    const CellView velocity(batch.view(MISCID_FIELD_MATTER_VELOCITY), cell);
    if (velocity.bound()) {
        for (int a = 0; a < 3; ++a) {
            if (!read_number(velocity.at(MISCID_AXIS_SPACE, a), velocity.dtype(), medium.velocity[a])) {
                complaint = complain_of_mode(MISCID_FIELD_MATTER_VELOCITY, -1, -1, -1, a);
                return MISCID_CELL_NOT_FINITE;
            }
        }
        const double largest = medium.velocity.cwiseAbs().maxCoeff();
        if (!(largest < 2.0 / context.velocity_unit) ||
            !((medium.velocity *= context.velocity_unit).squaredNorm() < 1.0)) {
            complaint = complain(MISCID_FIELD_MATTER_VELOCITY, largest);
            return MISCID_CELL_VELOCITY_RANGE;
        }
    }
    return MISCID_OK;
}

template <int N_f>
miscid_status gather_rates(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                           const CellIndex& cell, Complaint& complaint) {
    auto& target = workspace.worker<N_f>().cell;
    if (context.settings.viscosity == step::Viscosity::host) {
        const CellView view(batch.view(MISCID_FIELD_VISCOSITY_RATE), cell);
        double* out[1] = {target.viscosity.data()};
        if (const auto status =
                read_modes(context, workspace, view, MISCID_FIELD_VISCOSITY_RATE, -1, 1, context.rate_unit, out,
                           not_negative(context, context.rate_unit), complaint)) {
            return status;
        }
    }
    if (context.settings.collisions == step::Collisions::depolarization) {
        const CellView view(batch.view(MISCID_FIELD_DEPOLARIZATION_RATE), cell);
        double* out[1] = {target.depolarization.data()};
        if (!view.bound()) {
            std::fill(target.depolarization.begin(), target.depolarization.end(), 0.0);
            return MISCID_OK;
        }
        return read_modes(context, workspace, view, MISCID_FIELD_DEPOLARIZATION_RATE, -1, 1, context.rate_unit, out,
                          not_negative(context, context.rate_unit), complaint);
    }
    if (context.settings.collisions == step::Collisions::full) {
        const CellView absorption(batch.view(MISCID_FIELD_ABSORPTION), cell);
        double* kappa[N_f];
        double* f[N_f];
        for (std::size_t flavor = 0; flavor < N_f; ++flavor) {
            kappa[flavor] = target.absorption[flavor].data();
            f[flavor] = target.equilibrium[flavor].data();
        }
        if (const auto status =
                read_modes(context, workspace, absorption, MISCID_FIELD_ABSORPTION, MISCID_AXIS_FLAVOR, N_f,
                           context.rate_unit, kappa, not_negative(context, context.rate_unit), complaint)) {
            return status;
        }
        const CellView equilibrium(batch.view(MISCID_FIELD_EMISSION_EQUILIBRIUM), cell);
        const double factor = context.density() ? context.number_density_unit : 1.0;
        Range allowed = not_negative(context, factor);
        if (!context.density()) {
            allowed.high = 1.0 + context.settings.eigenvalue_tolerance; // Pauli: f <= 1
            allowed.above = MISCID_CELL_EIGENVALUE_RANGE;
        }
        return read_modes(context, workspace, equilibrium, MISCID_FIELD_EMISSION_EQUILIBRIUM, MISCID_AXIS_FLAVOR, N_f,
                          factor, f, allowed, complaint);
    }
    return MISCID_OK;
}

/** Where the components of rho are read to: each to the number that is made of it by to_polarizations. */
void place_components(step::CellFor<2>& cell, double* (&out)[4]) {
    out[0] = cell.P[2].data();
    out[1] = cell.trace.data();
    out[2] = cell.P[0].data();
    out[3] = cell.P[1].data();
}
void place_components(step::CellFor<3>& cell, double* (&out)[9]) {
    out[0] = cell.P[1].data();
    out[1] = cell.P[0].data();
    out[2] = cell.trace.data();
    for (std::size_t c = 3; c < 9; ++c) {
        out[c] = cell.P[c - 1].data();
    }
}

/** Components of rho to trace and polarization vector, in place (flavor/two_flavor.hpp, flavor_space.hpp). */
void to_polarizations(step::CellFor<2>& cell, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const auto polarization = flavor::polarization({cell.P[2][i], cell.trace[i], cell.P[0][i], cell.P[1][i]});
        cell.trace[i] = polarization.trace;
        cell.set_polarization(i, polarization.vector);
    }
}
void to_polarizations(step::CellFor<3>& cell, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const double ee = cell.P[1][i];
        const double mm = cell.P[0][i];
        const double tt = cell.trace[i];
        cell.trace[i] = ee + mm + tt;
        cell.P[0][i] = mm - tt;
        cell.P[1][i] = ((ee - mm) + (ee - tt)) / flavor::sqrt3;
        for (std::size_t pair = 2; pair < 8; pair += 2) {
            cell.P[pair][i] *= 2.0;
            cell.P[pair + 1][i] *= -2.0;
        }
    }
}
/** All density matrices of a cell, if they are finite and in range: the common case. */
bool read_density_matrices(const miscid_context& context, miscid_workspace& workspace, const CellView& view,
                           double factor) {
    const auto& grid = workspace.grid;
    auto& target = workspace.worker<2>().cell;
    double* const P[3] = {target.P[0].data(), target.P[1].data(), target.P[2].data()};
    const double largest = any_number(context, factor).high;
    for (int slot = 0; slot < grid.slots(); ++slot) {
        const auto host = host_slot(view, type_of_slot(context, slot), slot % context.groups, MISCID_AXIS_COMPONENT,
                                    grid.directions());
        if (!mode_kernels(context).read_density_matrices(host, grid_slot(grid, slot), factor, largest,
                                                         sign_of_im(context, slot), target.trace.data(), P)) {
            return false;
        }
    }
    return true;
}

template <int N_f>
miscid_status gather_polarization(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                                  const CellIndex& cell, Complaint& complaint) {
    auto& target = workspace.worker<N_f>().cell;
    const double factor = context.density() ? context.number_density_unit : 1.0;
    const auto& grid = workspace.grid;
    const std::size_t n = grid.size();
    if (context.invariant()) {
        const CellView view(batch.view(MISCID_FIELD_AMPLITUDE), cell);
        double* out[N_f]; // eigenstates by ascending eigenvalue
        for (std::size_t k = 0; k < N_f; ++k) {
            out[k] = N_f == 2 ? target.P[k].data() : target.p.data() + k * n;
        }
        if (const auto status = read_modes(context, workspace, view, MISCID_FIELD_AMPLITUDE, MISCID_AXIS_EIGENSTATE,
                                           N_f, factor, out, any_number(context, factor), complaint)) {
            return status;
        }
        for (std::size_t i = 0; i < n; ++i) {
            if constexpr (N_f == 2) {
                target.trace[i] = out[0][i] + out[1][i];
                target.p[i] = out[1][i] - out[0][i];
            } else {
                target.trace[i] = out[0][i] + out[1][i] + out[2][i];
            }
        }
        return MISCID_OK;
    }
    const CellView view(batch.view(MISCID_FIELD_RHO), cell);
    if constexpr (N_f == 2) {
        if (view.dtype() == MISCID_FLOAT64 && read_density_matrices(context, workspace, view, factor)) {
            return MISCID_OK;
        }
    }
    double* out[N_f * N_f]; // diagonal, then Re and Im of the entries above it
    place_components(target, out);
    if (const auto status = read_modes(context, workspace, view, MISCID_FIELD_RHO, MISCID_AXIS_COMPONENT, N_f * N_f,
                                       factor, out, any_number(context, factor), complaint)) {
        return status;
    }
    if (context.conjugate_antineutrinos) {
        for (int slot = context.groups; slot < grid.slots(); ++slot) {
            for (int d = 0; d < grid.directions(); ++d) {
                for (int component = N_f + 1; component < N_f * N_f; component += 2) {
                    out[component][grid.index(d, slot)] *= -1.0;
                }
            }
        }
    }
    to_polarizations(target, n);
    return MISCID_OK;
}

/** All numbers of a state at once, the waves of a closure included, if they lie side by side and none is out of range. */
template <int N_f>
bool copy_state(const CellView& view, step::CellFor<N_f>& target, double largest) {
    if (!view.bound() || view.stride(MISCID_AXIS_COMPONENT) != sizeof(double)) {
        return false;
    }
    std::int64_t largest_bits;
    std::memcpy(&largest_bits, &largest, sizeof largest);
    std::int64_t excess = 0; // its sign bit, where a number is as large or none (bits are in the order of sizes)
    const char* from = view.base();
    const auto copy = [&](double* to, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i, from += sizeof(double)) {
            std::int64_t bits;
            std::memcpy(&bits, from, sizeof bits);
            excess |= largest_bits - 1 - (bits & std::numeric_limits<std::int64_t>::max());
            std::memcpy(to + i, &bits, sizeof bits);
        }
    };
    copy(target.state, std::size(target.state));
    copy(target.waves.data(), target.waves.size());
    return excess >= 0;
}

template <int N_f>
miscid_status gather_state(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                           const CellIndex& cell, Complaint& complaint) {
    const CellView view(batch.view(MISCID_FIELD_STATE), cell);
    auto& target = workspace.worker<N_f>().cell;
    if (!copy_state<N_f>(view, target, largest_number(context))) {
        for (int s = 0; s < context.state_size(); ++s) {
            double& number = target.state_number(static_cast<std::size_t>(s));
            number = 0.0;
            if (view.bound() && (!read_number(view.at(MISCID_AXIS_COMPONENT, s), view.dtype(), number) ||
                                 !(std::abs(number) < largest_number(context)))) {
                complaint = complain_of_mode(MISCID_FIELD_STATE, -1, -1, -1, s);
                return MISCID_CELL_BAD_STATE;
            }
        }
    }
    const double marker = target.state[step::StateFor<N_f>::marker];
    if (marker != 0.0 && marker != context.settings.state_marker) {
        complaint = complain(MISCID_FIELD_STATE, marker);
        return MISCID_CELL_BAD_STATE;
    }
    return MISCID_OK;
}

} // namespace

template <int N_f>
miscid_status gather(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                     const CellIndex& cell, const Needs& needs, Complaint& complaint) {
    miscid_status status = gather_grid<N_f>(context, workspace, batch, cell, needs, GridPart::varying, complaint);
    if (status == MISCID_OK && needs.matter) {
        status = gather_medium<N_f>(context, workspace, batch, cell, complaint);
    }
    if (status == MISCID_OK) {
        status = gather_state<N_f>(context, workspace, batch, cell, complaint);
    }
    if (status == MISCID_OK && needs.polarization) {
        status = gather_polarization<N_f>(context, workspace, batch, cell, complaint);
    }
    if (status == MISCID_OK && needs.matter) {
        status = gather_rates<N_f>(context, workspace, batch, cell, complaint);
    }
    return status;
}

template miscid_status gather<2>(const miscid_context&, miscid_workspace&, const miscid_batch&, const CellIndex&,
                                 const Needs&, Complaint&);
template miscid_status gather<3>(const miscid_context&, miscid_workspace&, const miscid_batch&, const CellIndex&,
                                 const Needs&, Complaint&);

} // namespace miscid::capi
