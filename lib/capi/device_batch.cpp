#include "capi/device_batch.hpp"

#include "capi/access.hpp"
#include "capi/device_buffers.hpp"
#include "capi/error.hpp"
#include "capi/read_modes.hpp"
#include "medium/constants.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace miscid::capi {

namespace {

using State = step::StateFor<2>;

/** Read at once by the host where all cells share it. */
bool may_be_shared(int field) {
    return field == MISCID_FIELD_ENERGY || field == MISCID_FIELD_DIRECTION || field == MISCID_FIELD_WEIGHT;
}

/** Scalars a launch writes, in the order of device::Scalar. */
constexpr int scalars[] = {MISCID_FIELD_RESIDUAL,
                           MISCID_FIELD_MIN_HAMILTONIAN,
                           MISCID_FIELD_ROTATION,
                           MISCID_FIELD_TILT,
                           MISCID_FIELD_KINEMATIC_HEAT,
                           MISCID_FIELD_ITERATIONS,
                           MISCID_FIELD_INERTIA,
                           MISCID_FIELD_ROTATION_FREQUENCY,
                           MISCID_FIELD_EVENTS,
                           MISCID_FIELD_POLARIZATION_ENERGY,
                           MISCID_FIELD_COST};
static_assert(std::size(scalars) == device::scalar_count);

device::View view_of(const miscid_batch& batch, int field) {
    const BoundView& bound = batch.view(field);
    device::View view;
    view.data = bound.data;
    view.type = bound.dtype;
    std::copy(bound.stride.begin(), bound.stride.end(), view.stride);
    return view;
}

bool written_by_launch(int field) {
    return field == MISCID_FIELD_RHO || field == MISCID_FIELD_STATE || field == MISCID_FIELD_STATUS ||
           field == MISCID_FIELD_D0 || field == MISCID_FIELD_D1 ||
           std::find(std::begin(scalars), std::end(scalars), field) != std::end(scalars);
}

/** True if a launch knows what this configuration and these arrays ask for. Else every cell is on the work list. */
bool launch_fits(const Call& call) {
    const miscid_context& context = call.context;
    const miscid_batch& batch = call.batch;
    const step::Settings& s = context.settings;
    const bool known_step = context.enabled && context.flavors == 2 && s.transport == step::Transport::matrix &&
                            s.collisions != step::Collisions::full && s.viscosity == step::Viscosity::none &&
                            s.crossing == step::Crossing::adiabatic && !call.judged;
    const bool symmetric = context.vacuum_frequency == 0.0 || (context.B.x() == 0.0 && context.B.y() == 0.0);
    if (!known_step || symmetric || !batch.view(MISCID_FIELD_STATE).bound()) {
        return false;
    }
    if (batch.view(MISCID_FIELD_DIRECTION).memory == MISCID_MEMORY_DEVICE ||
        batch.view(MISCID_FIELD_WEIGHT).memory == MISCID_MEMORY_DEVICE) {
        return false; // they vary from cell to cell
    }
    for (int id = 0; id < field_capacity; ++id) {
        if (batch.view(id).bound() && find_field(id)->access != Access::IN && !written_by_launch(id)) {
            return false;
        }
    }
    return true;
}

device::CellRange range_of(const miscid_batch& batch, const std::int64_t* listed) {
    device::CellRange range;
    range.count = batch.cell_count();
    for (std::size_t a = 0; a < 4; ++a) {
        range.lower[a] = batch.lower[a];
        range.interior[a] = std::max<std::int64_t>(1, batch.extent[a] - batch.lower[a] - batch.upper[a]);
    }
    range.listed = batch.listed ? listed : nullptr;
    return range;
}

device::Job job_of(const Call& call, const DeviceBuffers& buffers) {
    const miscid_context& context = call.context;
    const miscid_batch& batch = call.batch;
    const auto& grid = call.workspace.grid;
    device::Job job;
    job.cells = range_of(batch, buffers.listed.device);
    job.rho = view_of(batch, MISCID_FIELD_RHO);
    job.state = view_of(batch, MISCID_FIELD_STATE);
    job.status = view_of(batch, MISCID_FIELD_STATUS);
    job.electron_density = view_of(batch, MISCID_FIELD_ELECTRON_DENSITY);
    job.mass_density = view_of(batch, MISCID_FIELD_MASS_DENSITY);
    job.electron_fraction = view_of(batch, MISCID_FIELD_ELECTRON_FRACTION);
    job.matter_velocity = view_of(batch, MISCID_FIELD_MATTER_VELOCITY);
    job.depolarization_rate = view_of(batch, MISCID_FIELD_DEPOLARIZATION_RATE);
    job.D0 = view_of(batch, MISCID_FIELD_D0);
    job.D1 = view_of(batch, MISCID_FIELD_D1);
    for (std::size_t i = 0; i < std::size(scalars); ++i) {
        job.scalar[i] = view_of(batch, scalars[i]);
    }
    job.groups = context.groups;
    job.directions = context.directions;
    job.blocks = grid.blocks();
    job.modes = static_cast<long>(grid.size());
    const std::size_t length = static_cast<std::size_t>(grid.blocks()) * phase_space::lanes;
    for (std::size_t a = 0; a < 3; ++a) {
        job.direction[a] = buffers.shared.device + a * length;
    }
    job.frequency = buffers.shared.device + 3 * length;
    job.sign_weight = job.frequency + grid.size();
    std::copy_n(context.B.data(), 3, job.B);
    job.mu = context.potential;

    job.rho_factor = context.density() ? context.number_density_unit : 1.0;
    job.number_density_unit = context.number_density_unit;
    job.mass_density_unit = context.mass_density_unit;
    job.mass_density_to_baryons = context.natural_units ? 1.0 : medium::constants::atomic_mass_unit;
    job.velocity_unit = context.velocity_unit;
    job.rate_unit = context.rate_unit;
    job.largest_number = largest_number(context);
    const double any = std::numeric_limits<double>::infinity();
    job.largest_number_density = context.screen_units ? largest_number_density : any;
    job.largest_mass_density = context.screen_units ? largest_mass_density : any;
    job.largest_fraction = context.screen_units ? 1.0 : any;
    job.conjugate_antineutrinos = context.conjugate_antineutrinos;

    const step::Settings& s = context.settings;
    job.dt = call.seconds;
    job.change = call.change;
    job.occupation = !context.density();
    job.rotate = s.tilted == step::Tilted::rotate;
    job.depolarize = s.collisions == step::Collisions::depolarization && call.seconds > 0.0 &&
                     batch.view(MISCID_FIELD_DEPOLARIZATION_RATE).bound();
    job.eigenvalue_tolerance = s.eigenvalue_tolerance;
    job.first_rotation = s.solver.first_rotation;
    job.contraction = s.solver.contraction;
    job.total_rotation = s.solver.total_rotation;
    constexpr int most_iterations = 32; // a cell that needs more holds up its neighbours
    job.max_iterations = std::min(s.solver.max_iterations, most_iterations);
    job.state_marker = s.state_marker;
    job.state_size = context.state_size();
    job.state_field = State::field;
    job.state_lambda = State::lambda;
    job.state_velocity = State::velocity;
    job.state_inertia = State::inertia;
    job.state_rotation_frequency = State::rotation_frequency;
    job.scratch = buffers.scratch;
    job.work_list = buffers.work_list.device;
    job.tally = buffers.tally.device;
    return job;
}

/** One launch over all cells; leaves the work list, in order, in the staging memory. False if the device fails. */
bool launch(const Call& call, DeviceBuffers& buffers, std::int64_t& handed_over, miscid_report& tally) {
    const auto& grid = call.workspace.grid;
    void* stream = call.batch.stream;
    double* to = buffers.shared.staging;
    for (int a = 0; a < 3; ++a) {
        to = std::copy_n(grid.component(a), grid.blocks() * phase_space::lanes, to);
    }
    to = std::copy_n(grid.frequencies(), grid.size(), to);
    std::copy_n(call.workspace.two_flavors->cell.sign_weight.data(), grid.size(), to);
    *buffers.job.staging = job_of(call, buffers);
    *buffers.tally.staging = device::Tally{};
    const int teams = static_cast<int>(std::min<std::int64_t>(buffers.teams, tally.cells));
    device::Backend& device = buffers.device;
    if (!buffers.shared.upload(device, buffers.shared.count, stream) || !buffers.job.upload(device, 1, stream) ||
        !buffers.tally.upload(device, 1, stream) || !device.step(buffers.job.device, teams, stream) ||
        !buffers.tally.download(device, 1, stream) || !device.wait(stream)) {
        return false;
    }
    const device::Tally& found = *buffers.tally.staging;
    handed_over = found.handed_over;
    if (handed_over > 0 &&
        (!buffers.work_list.download(device, static_cast<std::size_t>(handed_over), stream) || !device.wait(stream))) {
        return false;
    }
    std::sort(buffers.work_list.staging, buffers.work_list.staging + handed_over); // teams finish in any order
    tally.ok += found.done;
    tally.iterations += found.iterations;
    tally.max_iterations = std::max(tally.max_iterations, static_cast<int32_t>(found.max_iterations));
    tally.max_residual = std::max(tally.max_residual, found.max_residual);
    tally.max_rotation = std::max(tally.max_rotation, found.max_rotation);
    tally.max_tilt = std::max(tally.max_tilt, found.max_tilt);
    return true;
}

/** Lays a batch out over records: the same fields, cells along i. */
device::RecordJob lay_out_records(const Call& call, DeviceBuffers& buffers) {
    const miscid_batch& batch = call.batch;
    device::RecordJob job;
    job.cells = range_of(batch, buffers.listed.device);
    job.number = buffers.work_list.device;
    job.record = buffers.records.device;
    for (int id = 0; id < field_capacity; ++id) {
        const BoundView& bound = batch.view(id);
        if (bound.memory != MISCID_MEMORY_DEVICE || !bound.bound() || job.fields == device::most_fields) {
            continue;
        }
        const Field& field = *find_field(id);
        const Shape shape = shape_of(field, batch.extents);
        device::FieldCopy& copy = job.field[job.fields++];
        copy.view = view_of(batch, id);
        copy.size = bound.dtype == MISCID_FLOAT64 || bound.dtype == MISCID_INT64 ? 8 : 4;
        copy.written = field.access != Access::IN;
        copy.offset = job.record_size;
        copy.count = 1;
        for (int i = 0; i < shape.count; ++i) {
            copy.axis[i] = shape.axis[static_cast<std::size_t>(i)];
            copy.extent[i] = shape.extent[static_cast<std::size_t>(i)];
            copy.count *= static_cast<int>(copy.extent[i]);
        }
        std::rotate(copy.axis, copy.axis + shape.count, copy.axis + 4); // the last axis is the fastest
        std::rotate(copy.extent, copy.extent + shape.count, copy.extent + 4);
        job.record_size += (static_cast<std::int64_t>(copy.count) * copy.size + 7) / 8 * 8;
    }
    return job;
}

/** The views of the batch that the path of the host sees: records in staging memory, and what all cells share. */
void bind_records(const Call& call, const device::RecordJob& job, DeviceBuffers& buffers) {
    miscid_batch& host = buffers.host_batch;
    int number = 0;
    for (int id = 0; id < field_capacity; ++id) {
        BoundView view = call.batch.view(id);
        if (view.memory == MISCID_MEMORY_DEVICE && view.bound()) {
            const device::FieldCopy& copy = job.field[number++];
            view.data = buffers.records.staging + copy.offset;
            view.memory = MISCID_MEMORY_HOST;
            view.stride.fill(0);
            view.named.fill(false);
            view.named[MISCID_AXIS_I] = true;
            view.extent[MISCID_AXIS_I] = std::numeric_limits<std::int32_t>::max();
            view.stride[MISCID_AXIS_I] = job.record_size;
            std::int64_t stride = copy.size;
            for (int i = 3; i >= 0 && copy.extent[i] * copy.axis[i] > 0; --i) {
                const auto axis = static_cast<std::size_t>(copy.axis[i]);
                view.named[axis] = true;
                view.extent[axis] = copy.extent[i];
                view.stride[axis] = stride;
                stride *= copy.extent[i];
            }
        }
        host.bind(id, view);
    }
}

/** The cells of the work list through the path of the host. */
bool treat_listed(const Call& call, DeviceBuffers& buffers, std::int64_t handed_over, miscid_report& tally) {
    device::Backend& device = buffers.device;
    void* stream = call.batch.stream;
    device::RecordJob job = lay_out_records(call, buffers);
    bind_records(call, job, buffers);
    std::int64_t per_record = 0;
    for (int f = 0; f < job.fields; ++f) {
        per_record += job.field[f].count;
    }
    const Call host_call{call.where,  call.context, call.workspace, buffers.host_batch, call.seconds,
                         call.change, call.judged,  call.quiet,     call.whole};
    const auto room = static_cast<std::int64_t>(buffers.records.count) / std::max<std::int64_t>(1, job.record_size);
    for (std::int64_t first = 0; first < handed_over; first += room) {
        const std::int64_t count = std::min(room, handed_over - first);
        const auto bytes = static_cast<std::size_t>(count * job.record_size);
        job.number = buffers.work_list.device + first;
        job.count = count;
        *buffers.record_job.staging = job;
        if (!buffers.record_job.upload(device, 1, stream) ||
            !device.gather(buffers.record_job.device, count * per_record, stream) ||
            !buffers.records.download(device, bytes, stream) || !device.wait(stream)) {
            return false;
        }
        for (std::int64_t r = 0; r < count; ++r) {
            const std::int64_t number = buffers.work_list.staging[first + r];
            treat_cell(host_call, {r, 0, 0, 0}, call.batch.cell(number), tally);
        }
        if (!buffers.records.upload(device, bytes, stream) ||
            !device.scatter(buffers.record_job.device, count * per_record, stream) || !device.wait(stream)) {
            return false;
        }
    }
    return true;
}

} // namespace

miscid_status check_memory(const char* where, const miscid_batch& batch) {
    for (int id = 0; id < field_capacity; ++id) {
        const BoundView& view = batch.view(id);
        if (!view.bound()) {
            continue;
        }
        const bool on_device = view.memory == MISCID_MEMORY_DEVICE;
        const bool shared = may_be_shared(id) && !view.varies_with_cell();
        if (on_device == shared) {
            return set_error(MISCID_BAD_VIEW,
                             shared ? "%s: field '%s' is shared by all cells: it must be in host memory"
                                    : "%s: field '%s' is in host memory, others are in device memory",
                             where, find_field(id)->name);
        }
    }
    return MISCID_OK;
}

miscid_status advance_on_device(const Call& call, miscid_report& tally) {
    DeviceBuffers* buffers = call.workspace.device.get();
    if (buffers == nullptr || tally.cells > static_cast<std::int64_t>(buffers->work_list.count)) {
        return set_error(MISCID_BAD_ARGUMENT,
                         "%s: the batch has %lld cells in device memory, and the workspace has room for %lld; call "
                         "miscid_workspace_reserve_device first",
                         call.where, static_cast<long long>(tally.cells),
                         buffers == nullptr ? 0ll : static_cast<long long>(buffers->work_list.count));
    }
    if (tally.cells == 0) {
        return MISCID_OK;
    }
    if (lay_out_records(call, *buffers).record_size > static_cast<std::int64_t>(buffers->records.count)) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: too many fields are bound for the staging memory of one cell",
                         call.where);
    }
    void* stream = call.batch.stream;
    bool good = true;
    if (call.batch.listed) {
        static_assert(sizeof(CellIndex) == 4 * sizeof(std::int64_t));
        std::copy_n(call.batch.cells.front().data(), 4 * call.batch.cells.size(), buffers->listed.staging);
        good = buffers->listed.upload(buffers->device, 4 * call.batch.cells.size(), stream);
    }
    std::int64_t handed_over = tally.cells;
    if (launch_fits(call)) {
        good = good && launch(call, *buffers, handed_over, tally);
    } else {
        for (std::int64_t number = 0; number < tally.cells; ++number) {
            buffers->work_list.staging[number] = number;
        }
    }
    // The list in order is what the records are made by.
    if (handed_over > 0) {
        good = good && buffers->work_list.upload(buffers->device, static_cast<std::size_t>(handed_over), stream) &&
               treat_listed(call, *buffers, handed_over, tally);
    }
    return good
               ? MISCID_OK
               : set_error(MISCID_INTERNAL_ERROR, "%s: the device failed: %s; cells without a status may be unfinished",
                           call.where, buffers->device.problem());
}

} // namespace miscid::capi
