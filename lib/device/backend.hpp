/** @file backend.hpp
 *  The few calls to a device that the library makes. There is one implementation per kind of device, chosen when the library is
 *  built; the tests put a stand-in in its place that runs the same text on the host.
 */
#pragma once

#include "device/job.hpp"

#include <cstddef>

namespace miscid::device {

/** Calls that fail return null or false; problem() then says why. Streams are those of the host; null is the default one.
 *  All work is on the device that is current in the calling thread. */
class Backend {
public:
    virtual ~Backend() = default;

    /** Memory of the device, all bytes 0. */
    virtual void* reserve(std::size_t bytes) = 0;
    virtual void release(void* memory) = 0;
    /** Memory of the host that the device can copy from and to by itself. */
    virtual void* reserve_staging(std::size_t bytes) = 0;
    virtual void release_staging(void* memory) = 0;

    // In the order of the stream; wait() for their end.
    virtual bool to_device(void* device, const void* staging, std::size_t bytes, void* stream) = 0;
    virtual bool to_host(void* staging, const void* device, std::size_t bytes, void* stream) = 0;
    /** One step of every cell. The job lies on the device; `teams` work at a time, each with scratch of its own. */
    virtual bool step(const Job* job, int teams, void* stream) = 0;
    /** Copies `numbers` numbers between the host's arrays and records. */
    virtual bool gather(const RecordJob* job, std::int64_t numbers, void* stream) = 0;
    virtual bool scatter(const RecordJob* job, std::int64_t numbers, void* stream) = 0;
    virtual bool wait(void* stream) = 0;

    /** Cells the device can work on at a time. */
    virtual int most_teams() = 0;
    virtual const char* problem() const = 0;
};

/** Null where the library was built without one. */
Backend* backend();

} // namespace miscid::device
