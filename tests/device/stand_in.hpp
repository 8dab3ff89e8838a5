/** @file stand_in.hpp
 *  A device made of the host: the text of a card's threads, run one after the other. Its memory cannot be touched from outside,
 *  and everything put into its stream happens at wait(), not before: a library that reads too early, or writes what is still to
 *  be copied, does not pass.
 */
#pragma once

#include "device/backend.hpp"

#include <cstddef>
#include <vector>

namespace miscid::tests {

class StandIn final : public device::Backend {
public:
    StandIn();
    ~StandIn() override;

    void* reserve(std::size_t bytes) override;
    void release(void* memory) override;
    void* reserve_staging(std::size_t bytes) override;
    void release_staging(void* memory) override;
    bool to_device(void* to, const void* from, std::size_t bytes, void* stream) override;
    bool to_host(void* to, const void* from, std::size_t bytes, void* stream) override;
    bool step(const device::Job* job, int teams, void* stream) override;
    bool gather(const device::RecordJob* job, std::int64_t numbers, void* stream) override;
    bool scatter(const device::RecordJob* job, std::int64_t numbers, void* stream) override;
    bool wait(void* stream) override;
    int most_teams() override { return teams; }
    const char* problem() const override { return "the stand-in was told to fail"; }

    /** Makes the memory of the device readable and writable as long as it lives: for tests and for the device itself. */
    class Opened {
    public:
        explicit Opened(StandIn& device);
        ~Opened();
        Opened(const Opened&) = delete;
        Opened& operator=(const Opened&) = delete;

    private:
        StandIn& device_;
    };

    int teams = 3;          ///< that work at a time
    bool backwards = false; ///< lanes, rows and teams in the other order
    int calls_left = -1;    ///< calls until one fails; below 0: none does
    void* stream = nullptr; ///< the only one that is allowed
    long steps = 0;         ///< launches so far
    long gathered = 0;      ///< cells that were handed to the host
    long reserved = 0;      ///< pieces of memory that have not been given back

private:
    enum class Kind { copy, step, gather, scatter };
    struct Work {
        Kind kind;
        void* to;
        const void* from;
        std::size_t amount;
    };
    bool put(void* in_stream, const Work& work);
    void run(const Work& work);

    char* memory_ = nullptr;
    std::size_t used_ = 0;
    int opened_ = 0;
    std::vector<Work> queue_;
};

/** The one that the library calls in this program. */
StandIn& stand_in();

} // namespace miscid::tests
