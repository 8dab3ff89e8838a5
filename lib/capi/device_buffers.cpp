#include "capi/device_buffers.hpp"

#include "capi/error.hpp"

#include <algorithm>

namespace miscid::capi {

namespace {

/** Records of the work list that are copied at a time. */
constexpr std::size_t record_bytes = 32u << 20;

/** More than all fields of a cell together: most have at most nine numbers per mode, and there are eight such. */
std::size_t largest_record(const miscid_context& context) {
    const std::size_t modes = static_cast<std::size_t>(2 * context.groups * context.directions);
    return sizeof(double) * (80 * modes + 4 * static_cast<std::size_t>(context.directions) +
                             static_cast<std::size_t>(context.state_size()) + 512);
}

} // namespace

DeviceBuffers::DeviceBuffers(device::Backend& backend, const miscid_context& context, std::size_t modes,
                             std::size_t shared_numbers, std::int64_t cells)
    : device(backend), host_batch(context) {
    try {
        teams = static_cast<int>(std::min<std::int64_t>(backend.most_teams(), cells));
        if (teams <= 0) {
            throw StatusError(MISCID_UNSUPPORTED, std::string("no device can be used: ") + backend.problem());
        }
        const auto count = static_cast<std::size_t>(cells);
        reserve(shared, shared_numbers);
        reserve(job, 1);
        reserve(tally, 1);
        reserve(work_list, count);
        reserve(listed, 4 * count);
        reserve(record_job, 1);
        reserve(records, std::max(largest_record(context), std::min(record_bytes, count * largest_record(context))));
        scratch = static_cast<double*>(backend.reserve(3 * modes * static_cast<std::size_t>(teams) * sizeof(double)));
        if (scratch == nullptr) {
            throw StatusError(MISCID_OUT_OF_MEMORY, std::string("scratch on the device: ") + backend.problem());
        }
    } catch (...) {
        release();
        throw;
    }
}

DeviceBuffers::~DeviceBuffers() {
    release();
}

template <typename Number>
void DeviceBuffers::reserve(Mirrored<Number>& array, std::size_t count) {
    array.count = count;
    array.device = static_cast<Number*>(device.reserve(count * sizeof(Number)));
    array.staging = static_cast<Number*>(device.reserve_staging(count * sizeof(Number)));
    if (array.device == nullptr || array.staging == nullptr) {
        throw StatusError(MISCID_OUT_OF_MEMORY, std::string("memory of the device: ") + device.problem());
    }
}

void DeviceBuffers::release() {
    const auto give_back = [&](auto& array) {
        device.release(array.device);
        device.release_staging(array.staging);
    };
    give_back(shared);
    give_back(job);
    give_back(tally);
    give_back(work_list);
    give_back(listed);
    give_back(record_job);
    give_back(records);
    device.release(scratch);
}

} // namespace miscid::capi

using namespace miscid::capi;

miscid_status miscid_workspace_reserve_device(const miscid_context* context, miscid_workspace* workspace,
                                              int64_t cells) {
    MISCID_REQUIRE(context);
    MISCID_REQUIRE(workspace);
    return guarded(__func__, [&]() -> miscid_status {
        if (workspace->fingerprint != context->fingerprint) {
            throw StatusError(MISCID_CONTEXT_MISMATCH, "the workspace was created for another configuration");
        }
        constexpr int64_t most_cells = int64_t(1) << 40;
        if (cells < 0 || cells > most_cells) {
            throw StatusError(MISCID_BAD_ARGUMENT, std::to_string(cells) + " cells");
        }
        miscid::device::Backend* backend = miscid::device::backend();
        if (backend == nullptr) {
            throw StatusError(MISCID_UNSUPPORTED, "this library was built without a device backend; build it with "
                                                  "-DMISCID_CUDA=ON (docs/device.md)");
        }
        workspace->device.reset(); // before there is more
        if (cells > 0) {
            const auto& grid = workspace->grid;
            const std::size_t shared =
                3 * static_cast<std::size_t>(grid.blocks()) * miscid::phase_space::lanes + 2 * grid.size();
            workspace->device = std::make_shared<DeviceBuffers>(*backend, *context, grid.size(), shared, cells);
        }
        return MISCID_OK;
    });
}
