#include "device/stand_in.hpp"

#include "device/cell_step.inc"
#include "device/records.inc"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <new>

namespace miscid::tests {

namespace {

constexpr std::size_t room = std::size_t(1) << 31; // taken only where it is touched

} // namespace

StandIn& stand_in() {
    static StandIn device;
    return device;
}

StandIn::StandIn() {
    void* memory = mmap(nullptr, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::bad_alloc();
    }
    memory_ = static_cast<char*>(memory);
    queue_.reserve(64);
}

StandIn::~StandIn() {
    munmap(memory_, room);
}

StandIn::Opened::Opened(StandIn& device) : device_(device) {
    if (device_.opened_++ == 0) {
        mprotect(device_.memory_, device_.used_, PROT_READ | PROT_WRITE);
    }
}

StandIn::Opened::~Opened() {
    if (--device_.opened_ == 0) {
        mprotect(device_.memory_, device_.used_, PROT_NONE);
    }
}

void* StandIn::reserve(std::size_t bytes) {
    constexpr std::size_t page = 4096;
    const std::size_t whole = (bytes + page - 1) / page * page;
    if (calls_left == 0 || used_ + whole > room) {
        return nullptr;
    }
    calls_left -= calls_left > 0;
    char* memory = memory_ + used_;
    used_ += whole;
    ++reserved;
    return memory;
}

void StandIn::release(void* memory) {
    reserved -= memory != nullptr;
}

void* StandIn::reserve_staging(std::size_t bytes) {
    void* memory = std::malloc(bytes);
    reserved += memory != nullptr;
    return memory;
}

void StandIn::release_staging(void* memory) {
    reserved -= memory != nullptr;
    std::free(memory);
}

bool StandIn::put(void* in_stream, const Work& work) {
    if (calls_left == 0 || in_stream != stream || queue_.size() == queue_.capacity()) {
        return false;
    }
    calls_left -= calls_left > 0;
    queue_.push_back(work);
    return true;
}

bool StandIn::to_device(void* to, const void* from, std::size_t bytes, void* in_stream) {
    return put(in_stream, {Kind::copy, to, from, bytes});
}

bool StandIn::to_host(void* to, const void* from, std::size_t bytes, void* in_stream) {
    return put(in_stream, {Kind::copy, to, from, bytes});
}

bool StandIn::step(const device::Job* job, int cells_at_a_time, void* in_stream) {
    return put(in_stream, {Kind::step, nullptr, job, static_cast<std::size_t>(cells_at_a_time)});
}

bool StandIn::gather(const device::RecordJob* job, std::int64_t numbers, void* in_stream) {
    return put(in_stream, {Kind::gather, nullptr, job, static_cast<std::size_t>(numbers)});
}

bool StandIn::scatter(const device::RecordJob* job, std::int64_t numbers, void* in_stream) {
    return put(in_stream, {Kind::scatter, nullptr, job, static_cast<std::size_t>(numbers)});
}

bool StandIn::wait(void* in_stream) {
    if (calls_left == 0 || in_stream != stream) {
        queue_.clear();
        return false;
    }
    const Opened opened(*this);
    for (const Work& work : queue_) {
        run(work);
    }
    queue_.clear();
    return true;
}

void StandIn::run(const Work& work) {
    switch (work.kind) {
    case Kind::copy:
        std::memcpy(work.to, work.from, work.amount);
        break;
    case Kind::step: {
        ++steps;
        const auto& job = *static_cast<const device::Job*>(work.from);
        const auto count = static_cast<int>(work.amount);
        CellScratch cell;
        for (int i = 0; i < count; ++i) {
            const int team = backwards ? count - 1 - i : i;
            for (std::int64_t number = team; number < job.cells.count; number += count) {
                step_cell(job, device::Team(backwards), job.scratch + 3 * job.modes * team, cell, number);
            }
        }
        break;
    }
    default: {
        const auto& job = *static_cast<const device::RecordJob*>(work.from);
        const int numbers = numbers_per_record(job);
        gathered += work.kind == Kind::gather ? job.count : 0;
        for (std::int64_t r = 0; r < job.count; ++r) {
            for (int item = 0; item < numbers; ++item) {
                if (work.kind == Kind::gather) {
                    copy_number<true>(job, r, item);
                } else {
                    copy_number<false>(job, r, item);
                }
            }
        }
    }
    }
}

} // namespace miscid::tests

miscid::device::Backend* miscid::device::backend() {
    return &tests::stand_in();
}
