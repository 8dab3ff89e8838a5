#include "capi/transfer.hpp"

#include "capi/access.hpp"
#include "capi/error.hpp"
#include "medium/constants.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace miscid::capi {

namespace {

// Physical ranges of the unit screen: wide enough for any supernova or merger, narrow enough to catch a slip of 1e3.
constexpr double smallest_energy = 0.05;        // MeV
constexpr double largest_energy = 2e3;          // MeV
constexpr double largest_mass_density = 1e16;   // g cm^-3
constexpr double largest_number_density = 1e40; // cm^-3
constexpr double least_phase_space = 0.03;      // sum of weights over the states below the highest group energy
constexpr double most_phase_space = 30.0;

/** Numbers from here on are no physics and could overflow further on, where a host may trap. */
double largest_number(const miscid_context& context) {
    return context.natural_units ? 1e30 : 1e45;
}

miscid_status missing(const char* where, int field, const char* why) {
    return set_error(MISCID_MISSING_FIELD, "%s: field '%s' is not bound (%s)", where, find_field(field)->name, why);
}

/** True if every cell of the batch lies inside the view. A view that is only read is broadcast along axes it does not
 *  name; one that is written has a single cell there. */
bool covers(const BoundView& view, const miscid_batch& batch, bool written, int& bad_axis) {
    for (std::size_t a = 0; a < 4; ++a) {
        if (!view.named[a] && !written) {
            continue;
        }
        const std::int64_t extent = view.named[a] ? view.extent[a] : 1;
        std::int64_t last = -1;
        if (batch.listed) {
            for (const auto& cell : batch.cells) {
                last = std::max(last, cell[a]);
            }
        } else if (batch.cell_count() > 0) {
            last = batch.extent[a] - batch.upper[a] - 1;
        }
        if (last >= extent) {
            bad_axis = static_cast<int>(a);
            return false;
        }
    }
    return true;
}

/** True if two different cells of the batch would share memory of the view. */
bool shared_between_cells(const BoundView& view, const miscid_batch& batch) {
    if (batch.cell_count() < 2) {
        return false;
    }
    for (std::size_t a = 0; a < 4; ++a) {
        if (view.stride[a] != 0) {
            continue;
        }
        if (batch.listed) {
            for (const auto& cell : batch.cells) {
                if (cell[a] != batch.cells.front()[a]) {
                    return true;
                }
            }
        } else if (batch.extent[a] - batch.lower[a] - batch.upper[a] > 1) {
            return true;
        }
    }
    return false;
}

Complaint complain(int field, double value) {
    Complaint complaint;
    complaint.field = field;
    complaint.value = value;
    complaint.has_value = true;
    return complaint;
}

/** Numbers of a field that can be used, in the host's units, and what to say of the others: low is 0 or -high. */
struct Range {
    double low;
    double high;
    miscid_status below = MISCID_CELL_UNITS_SUSPECT;
    miscid_status above = MISCID_CELL_UNITS_SUSPECT;
};

Range any_number(const miscid_context& context, double factor) {
    return {-largest_number(context) / factor, largest_number(context) / factor};
}

Range not_negative(const miscid_context& context, double factor) {
    return {0.0, largest_number(context) / factor, MISCID_CELL_NEGATIVE_RATE};
}

/** All directions of one slot and component at once, if they are finite and in range: the common case. */
bool read_floats(const phase_space::ModeGrid& grid, int slot, const char* address, std::int64_t stride, double factor,
                 const Range& range, double* out) {
    constexpr int lanes = phase_space::lanes;
    for (int block = 0; block < grid.blocks(); ++block) {
        double* target = out + (static_cast<std::size_t>(block) * grid.slots() + slot) * lanes;
        const int count = std::min(lanes, grid.directions() - block * lanes);
        for (int lane = 0; lane < count; ++lane, address += stride) {
            double value;
            if (!read_number(address, MISCID_FLOAT32, value) || !(value >= range.low && value <= range.high)) {
                return false;
            }
            target[lane] = value * factor;
        }
    }
    return true;
}

const step::ModeKernels& mode_kernels(const miscid_context& context) {
    return step::mode_kernels(context.level);
}

/** One slot of a host's array of float64. */
step::HostSlot host_slot(const CellView& view, int type, int group, int component_axis, int directions) {
    step::HostSlot slot;
    slot.first = view.mode(type, group, 0);
    slot.component_stride = component_axis >= 0 ? view.stride(component_axis) : 0;
    slot.direction_stride = view.stride(MISCID_AXIS_DIRECTION);
    slot.directions = directions;
    return slot;
}

step::GridSlot grid_slot(const phase_space::ModeGrid& grid, int slot) {
    return {grid.index(0, slot), static_cast<std::size_t>(grid.slots()) * phase_space::lanes};
}

/** Reads `components` numbers of every mode into arrays of the grid's layout. */
miscid_status read_modes(const miscid_context& context, const miscid_workspace& workspace, const CellView& view,
                         int field, int axis, int components, double factor, double* const* out, const Range& range,
                         Complaint& complaint) {
    const auto& grid = workspace.grid;
    const int groups = grid.slots() / 2;
    const std::int64_t step = axis >= 0 ? view.stride(axis) : 0;
    for (int slot = 0; slot < grid.slots(); ++slot) {
        const int type = slot / groups;
        const int group = slot % groups;
        bool good = view.dtype() == MISCID_FLOAT64 || view.dtype() == MISCID_FLOAT32;
        for (int c = 0; c < components && good; ++c) {
            if (view.dtype() == MISCID_FLOAT64) {
                step::HostSlot host = host_slot(view, type, group, axis, grid.directions());
                host.first += c * host.component_stride;
                good = mode_kernels(context).read_numbers(host, grid_slot(grid, slot), factor, range.high,
                                                          range.low == 0.0, out[c]);
            } else {
                good = read_floats(grid, slot, view.mode(type, group, 0) + c * step, view.stride(MISCID_AXIS_DIRECTION),
                                   factor, range, out[c]);
            }
        }
        if (good) {
            continue;
        }
        for (int direction = 0; direction < grid.directions(); ++direction) { // find and name the offender
            const char* address = view.mode(type, group, direction);
            const std::size_t i = grid.index(direction, slot);
            for (int c = 0; c < components; ++c) {
                double value;
                if (!read_number(address + c * step, view.dtype(), value)) {
                    complaint = complain_of_mode(field, type, group, direction, c);
                    return MISCID_CELL_NOT_FINITE;
                }
                if (!(value >= range.low && value <= range.high)) {
                    complaint = complain_of_mode(field, type, group, direction, c);
                    complaint.value = value;
                    complaint.has_value = true;
                    return value < range.low ? range.below : range.above;
                }
                out[c][i] = value * factor;
            }
        }
    }
    return MISCID_OK;
}

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

/** Type of a slot, and the sign of Im rho in the host's convention for it. */
int type_of_slot(const miscid_context& context, int slot) {
    return slot / context.groups;
}
double sign_of_im(const miscid_context& context, int slot) {
    return context.conjugate_antineutrinos && type_of_slot(context, slot) == 1 ? -1.0 : 1.0;
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

template <int N_f>
miscid_status gather_state(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                           const CellIndex& cell, Complaint& complaint) {
    const CellView view(batch.view(MISCID_FIELD_STATE), cell);
    auto& target = workspace.worker<N_f>().cell;
    for (int s = 0; s < step::StateFor<N_f>::size; ++s) {
        double& number = target.state[s];
        number = 0.0;
        if (view.bound() && (!read_number(view.at(MISCID_AXIS_COMPONENT, s), view.dtype(), number) ||
                             !(std::abs(number) < largest_number(context)))) {
            complaint = complain_of_mode(MISCID_FIELD_STATE, -1, -1, -1, s);
            return MISCID_CELL_BAD_STATE;
        }
    }
    const double marker = target.state[step::StateFor<N_f>::marker];
    if (marker != 0.0 && marker != context.settings.state_marker) {
        complaint = complain(MISCID_FIELD_STATE, marker);
        return MISCID_CELL_BAD_STATE;
    }
    return MISCID_OK;
}

enum class GridPart { shared, varying };

/** Reads directions and weights: those all cells share, or those that vary from cell to cell. */
template <int N_f>
miscid_status gather_grid(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                          const CellIndex& cell, const Needs& needs, GridPart part, Complaint& complaint) {
    const bool varying = part == GridPart::varying;
    auto& grid = workspace.grid;
    auto& sign_weight = workspace.worker<N_f>().cell.sign_weight;
    const BoundView& directions = batch.view(MISCID_FIELD_DIRECTION);
    if (directions.varies_with_cell() == varying) {
        const CellView view(directions, cell);
        for (int d = 0; d < grid.directions(); ++d) {
            Eigen::Vector3d v;
            for (int a = 0; a < 3; ++a) {
                const char* address = view.at(MISCID_AXIS_DIRECTION, d) + a * view.stride(MISCID_AXIS_SPACE);
                if (!read_number(address, view.dtype(), v[a])) {
                    complaint = complain_of_mode(MISCID_FIELD_DIRECTION, -1, -1, d, a);
                    return MISCID_CELL_NOT_FINITE;
                }
            }
            const double length2 = v.lpNorm<Eigen::Infinity>() < 2.0 ? v.squaredNorm() : 4.0;
            if (!(std::abs(length2 - 1.0) <= 2.0 * context.direction_tolerance)) {
                complaint = complain_of_mode(MISCID_FIELD_DIRECTION, -1, -1, d, -1);
                complaint.value = std::sqrt(length2);
                complaint.has_value = true;
                return MISCID_CELL_DIRECTION_NOT_UNIT;
            }
            grid.set_direction(d, v);
        }
    }
    const BoundView& weights = batch.view(MISCID_FIELD_WEIGHT);
    const int groups = context.groups;
    if (context.density()) {
        if (!varying) {
            for (int slot = 0; slot < grid.slots(); ++slot) {
                for (int d = 0; d < grid.directions(); d += phase_space::lanes) {
                    std::fill_n(&sign_weight[grid.index(d, slot)], std::min(phase_space::lanes, grid.directions() - d),
                                slot < groups ? 1.0 : -1.0);
                }
            }
        }
    } else if (needs.weight && weights.varies_with_cell() == varying) {
        const CellView view(weights, cell);
        double total = 0.0;
        for (int group = 0; group < groups; ++group) {
            for (int d = 0; d < grid.directions(); ++d) {
                double w;
                const char* address = view.mode(0, group, d);
                if (!read_number(address, view.dtype(), w)) {
                    complaint = complain_of_mode(MISCID_FIELD_WEIGHT, -1, group, d, -1);
                    return MISCID_CELL_NOT_FINITE;
                }
                if (w < 0.0) {
                    complaint = complain_of_mode(MISCID_FIELD_WEIGHT, -1, group, d, -1);
                    complaint.value = w;
                    complaint.has_value = true;
                    return MISCID_CELL_NEGATIVE_WEIGHT;
                }
                if (!(w <= largest_number(context) / context.number_density_unit)) {
                    complaint = complain(MISCID_FIELD_WEIGHT, w);
                    return MISCID_CELL_UNITS_SUSPECT;
                }
                w *= context.number_density_unit;
                total += w;
                sign_weight[grid.index(d, group)] = w;
                sign_weight[grid.index(d, groups + group)] = -w;
            }
        }
        if (context.screen_units) {
            const double highest = *std::max_element(workspace.energy.begin(), workspace.energy.end());
            const double states = medium::constants::states_below_one_mev * highest * highest * highest;
            if (!(total <= most_phase_space * states && total >= least_phase_space * states)) {
                complaint = complain(MISCID_FIELD_WEIGHT, total);
                return MISCID_CELL_UNITS_SUSPECT;
            }
        }
    }
    return MISCID_OK;
}

} // namespace

miscid_status prepare(const char* where, const miscid_context& context, miscid_workspace& workspace,
                      const miscid_batch& batch, const Needs& needs) {
    if (workspace.fingerprint != context.fingerprint || batch.fingerprint != context.fingerprint) {
        return set_error(MISCID_CONTEXT_MISMATCH, "%s: the %s was created for another configuration", where,
                         workspace.fingerprint != context.fingerprint ? "workspace" : "batch");
    }
    const auto required = [&](int field, const char* why) {
        return batch.view(field).bound() ? MISCID_OK : missing(where, field, why);
    };
    if (const auto s = required(MISCID_FIELD_ENERGY, "always needed")) {
        return s;
    }
    if (const auto s = required(MISCID_FIELD_DIRECTION, "always needed")) {
        return s;
    }
    if (needs.weight && !context.density()) {
        if (const auto s = required(MISCID_FIELD_WEIGHT, "needed in occupation form")) {
            return s;
        }
    }
    if (needs.polarization) {
        if (const auto s = context.invariant() ? required(MISCID_FIELD_AMPLITUDE, "needed in invariant mode")
                                               : required(MISCID_FIELD_RHO, "needed in matrix mode")) {
            return s;
        }
    }
    if (needs.matter && !batch.view(MISCID_FIELD_ELECTRON_DENSITY).bound() &&
        !(batch.view(MISCID_FIELD_MASS_DENSITY).bound() && batch.view(MISCID_FIELD_ELECTRON_FRACTION).bound())) {
        return missing(where, MISCID_FIELD_ELECTRON_DENSITY, "bind it, or mass_density and electron_fraction");
    }
    if (needs.state) {
        if (const auto s = required(MISCID_FIELD_STATE, "the module's memory between steps; zero it at the start")) {
            return s;
        }
    }
    if (needs.matter && context.settings.collisions == step::Collisions::full) {
        if (const auto s = required(MISCID_FIELD_ABSORPTION, "needed by collisions.mode = full")) {
            return s;
        }
        if (const auto s = required(MISCID_FIELD_EMISSION_EQUILIBRIUM, "needed by collisions.mode = full")) {
            return s;
        }
    }
    if (needs.matter && context.tau_effective_fraction > 0.0) {
        if (const auto s = required(MISCID_FIELD_MASS_DENSITY, "needed by matter.tau_effective_fraction")) {
            return s;
        }
    }
    for (int id = 0; id < field_capacity; ++id) {
        const BoundView& view = batch.view(id);
        if (!view.bound()) {
            continue;
        }
        int axis = 0;
        const bool written = find_field(id)->access != Access::IN;
        if (!covers(view, batch, written, axis)) {
            return set_error(MISCID_BAD_VIEW, "%s: field '%s': the cells reach beyond its extent %lld along axis '%s'",
                             where, find_field(id)->name,
                             static_cast<long long>(view.extent[static_cast<std::size_t>(axis)]), axis_name(axis));
        }
        if (written && shared_between_cells(view, batch)) {
            return set_error(MISCID_BAD_VIEW, "%s: field '%s' is written, so different cells must not share its memory",
                             where, find_field(id)->name);
        }
    }

    const CellView energies(batch.view(MISCID_FIELD_ENERGY), CellIndex{});
    for (int group = 0; group < context.groups; ++group) {
        double energy;
        if (!read_number(energies.at(MISCID_AXIS_GROUP, group), energies.dtype(), energy) || !(energy > 0.0)) {
            return set_error(MISCID_BAD_ARGUMENT, "%s: energy of group %d is not a positive number", where, group);
        }
        energy *= context.energy_unit;
        if (context.screen_units && !(energy >= smallest_energy && energy <= largest_energy)) {
            return set_error(MISCID_BAD_ARGUMENT,
                             "%s: energy of group %d is %g MeV, outside [%g, %g] MeV; check units.energy "
                             "(or set screen.units = false)",
                             where, group, energy, smallest_energy, largest_energy);
        }
        workspace.energy[static_cast<std::size_t>(group)] = energy;
        workspace.grid.set_slot_frequency(group, context.vacuum_frequency / energy);
        workspace.grid.set_slot_frequency(context.groups + group, -(context.vacuum_frequency / energy));
    }
    // What all cells share; it is wrong for every cell if it is wrong, so the call is refused.
    Complaint complaint;
    const auto status = with_flavors(context, [&](auto flavors) {
        return gather_grid<flavors>(context, workspace, batch, CellIndex{}, needs, GridPart::shared, complaint);
    });
    if (status != MISCID_OK) {
        explain(where, status, CellIndex{}, complaint);
        return MISCID_BAD_ARGUMENT;
    }
    return MISCID_OK;
}

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

namespace {

/** Components of rho of a mode as the host stores them. */
void components_of_rho(const step::CellFor<2>& cell, std::size_t i, double factor, double im_factor, double* out) {
    const auto rho = flavor::density_matrix({cell.trace[i], {cell.P[0][i], cell.P[1][i], cell.P[2][i]}});
    out[0] = rho.ee * factor;
    out[1] = rho.xx * factor;
    out[2] = rho.re_ex * factor;
    out[3] = rho.im_ex * im_factor;
}
void components_of_rho(const step::CellFor<3>& cell, std::size_t i, double factor, double im_factor, double* out) {
    const double ee = (cell.trace[i] + flavor::sqrt3 * cell.P[1][i]) / 3.0;
    const double heavy = cell.trace[i] - ee;
    out[0] = ee * factor;
    out[1] = 0.5 * (heavy + cell.P[0][i]) * factor;
    out[2] = 0.5 * (heavy - cell.P[0][i]) * factor;
    for (std::size_t pair = 2; pair < 8; pair += 2) {
        out[pair + 1] = 0.5 * cell.P[pair][i] * factor;
        out[pair + 2] = -0.5 * cell.P[pair + 1][i] * im_factor;
    }
}

} // namespace

template <int N_f>
void scatter(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
             const CellIndex& cell) {
    const auto& grid = workspace.grid;
    const auto& source = workspace.worker<N_f>().cell;
    const double factor = context.density() ? 1.0 / context.number_density_unit : 1.0;
    const bool invariant = context.invariant();
    const CellView view(batch.view(invariant ? MISCID_FIELD_AMPLITUDE : MISCID_FIELD_RHO), cell);
    const std::int64_t step = view.stride(invariant ? MISCID_AXIS_EIGENSTATE : MISCID_AXIS_COMPONENT);
    const std::int64_t stride = view.stride(MISCID_AXIS_DIRECTION);
    const int components = invariant ? N_f : N_f * N_f;
    constexpr int lanes = phase_space::lanes;
    for (int slot = 0; slot < grid.slots(); ++slot) {
        const int type = type_of_slot(context, slot);
        if constexpr (N_f == 2) {
            if (!invariant && view.dtype() == MISCID_FLOAT64) {
                const auto host =
                    host_slot(view, type, slot % context.groups, MISCID_AXIS_COMPONENT, grid.directions());
                mode_kernels(context).write_density_matrices(
                    host, grid_slot(grid, slot), factor, sign_of_im(context, slot), source.trace.data(),
                    {source.P[0].data(), source.P[1].data(), source.P[2].data()});
                continue;
            }
        }
        char* address = view.mode(type, slot % context.groups, 0);
        const double im_factor = sign_of_im(context, slot) * factor;
        for (int block = 0; block < grid.blocks(); ++block) {
            const std::size_t first = (static_cast<std::size_t>(block) * grid.slots() + slot) * lanes;
            const int count = std::min(lanes, grid.directions() - block * lanes);
            for (int l = 0; l < count; ++l, address += stride) {
                double numbers[N_f * N_f];
                if (invariant) {
                    for (std::size_t k = 0; k < N_f; ++k) {
                        numbers[k] = source.occupation(first + l, k) * factor;
                    }
                } else {
                    components_of_rho(source, first + l, factor, im_factor, numbers);
                }
                if (view.dtype() == MISCID_FLOAT64) {
                    for (int c = 0; c < components; ++c) {
                        std::memcpy(address + c * step, &numbers[c], sizeof(double));
                    }
                } else {
                    for (int c = 0; c < components; ++c) {
                        write_number(address + c * step, view.dtype(), numbers[c]);
                    }
                }
            }
        }
    }
    const CellView state(batch.view(MISCID_FIELD_STATE), cell);
    if (state.bound()) {
        for (int s = 0; s < step::StateFor<N_f>::size; ++s) {
            write_number(state.at(MISCID_AXIS_COMPONENT, s), state.dtype(), source.state[s]);
        }
    }
}

template miscid_status gather<2>(const miscid_context&, miscid_workspace&, const miscid_batch&, const CellIndex&,
                                 const Needs&, Complaint&);
template miscid_status gather<3>(const miscid_context&, miscid_workspace&, const miscid_batch&, const CellIndex&,
                                 const Needs&, Complaint&);
template void scatter<2>(const miscid_context&, miscid_workspace&, const miscid_batch&, const CellIndex&);
template void scatter<3>(const miscid_context&, miscid_workspace&, const miscid_batch&, const CellIndex&);

miscid_status check_arguments(const char* where, const miscid_context* context, const miscid_workspace* workspace,
                              const miscid_batch* batch, const miscid_report* report) {
    if (context == nullptr || workspace == nullptr || batch == nullptr) {
        return set_error(MISCID_NULL_ARGUMENT, "%s: argument '%s' is null", where,
                         context == nullptr ? "context" : (workspace == nullptr ? "workspace" : "batch"));
    }
    if (report != nullptr && report->struct_size < first_report_size) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: report->struct_size is %zu, expected %zu", where,
                         report->struct_size, first_report_size);
    }
    return MISCID_OK;
}

void explain(const char* where, miscid_status status, const CellIndex& cell, const Complaint& complaint) {
    char place[160] = "";
    int used = 0;
    const auto append = [&](const char* format, auto value) {
        const int written = std::snprintf(place + used, sizeof place - static_cast<std::size_t>(used), format, value);
        used = std::min(used + std::max(written, 0), static_cast<int>(sizeof place) - 1);
    };
    if (complaint.field != 0) {
        append(": field '%s'", find_field(complaint.field)->name);
    }
    if (complaint.type >= 0) {
        append(", %s", complaint.type == 0 ? "neutrino" : "antineutrino");
    }
    if (complaint.group >= 0) {
        append(", group %d", complaint.group);
    }
    if (complaint.direction >= 0) {
        append(", direction %d", complaint.direction);
    }
    if (complaint.component >= 0) {
        append(", component %d", complaint.component);
    }
    if (complaint.has_value) {
        append(", value %.9g", complaint.value);
    }
    set_error(status, "%s: cell (%lld, %lld, %lld, %lld)%s: %s", where, static_cast<long long>(cell[0]),
              static_cast<long long>(cell[1]), static_cast<long long>(cell[2]), static_cast<long long>(cell[3]), place,
              miscid_status_text(status));
}

} // namespace miscid::capi
