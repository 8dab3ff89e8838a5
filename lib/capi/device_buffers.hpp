/** @file device_buffers.hpp  What a workspace keeps on a device, and what it copies from and to it. */
#pragma once

#include "capi/handles.hpp"
#include "device/backend.hpp"

#include <cstddef>

namespace miscid::capi {

/** Numbers on the device and as many in memory of the host that the device can copy. */
template <typename Number>
struct Mirrored {
    Number* device = nullptr;
    Number* staging = nullptr;
    std::size_t count = 0;

    bool upload(device::Backend& backend, std::size_t numbers, void* stream) {
        return backend.to_device(device, staging, numbers * sizeof(Number), stream);
    }
    bool download(device::Backend& backend, std::size_t numbers, void* stream) {
        return backend.to_host(staging, device, numbers * sizeof(Number), stream);
    }
};

struct DeviceBuffers {
    /** Throws StatusError where the device has no room. */
    DeviceBuffers(device::Backend& backend, const miscid_context& context, std::size_t modes,
                  std::size_t shared_numbers, std::int64_t cells);
    ~DeviceBuffers();
    DeviceBuffers(const DeviceBuffers&) = delete;
    DeviceBuffers& operator=(const DeviceBuffers&) = delete;

    device::Backend& device;
    int teams = 0;
    Mirrored<double> shared; ///< directions, frequencies, weights
    Mirrored<device::Job> job;
    Mirrored<device::Tally> tally;
    Mirrored<std::int64_t> work_list; ///< one place per cell of a batch
    Mirrored<std::int64_t> listed;    ///< index quadruples of cells
    Mirrored<device::RecordJob> record_job;
    Mirrored<char> records;
    double* scratch = nullptr;
    miscid_batch host_batch; ///< the records, as the path of the host sees them

private:
    template <typename Number>
    void reserve(Mirrored<Number>& array, std::size_t count);
    void release();
};

} // namespace miscid::capi
