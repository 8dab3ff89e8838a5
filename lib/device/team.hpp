/** @file team.hpp
 *  The threads that work on one cell, and how their text is written: in sections. What a section writes, all see in the next;
 *  within one, nobody reads what another writes. On a device a section is run by eight threads at once, on a host by one
 *  after the other, in any order: the same text, the same bits.
 */
#pragma once

#include "device/job.hpp"

#if defined(__CUDACC__)
#define MISCID_DEVICE __forceinline__ __device__
#else
#define MISCID_DEVICE inline
#endif

namespace miscid::device {

#if defined(__CUDACC__)

class Team {
public:
    MISCID_DEVICE explicit Team(int thread)
        : lane_(thread % team_size), mask_(0xffu << (thread % 32 / team_size * team_size)) {}

    template <typename Section>
    MISCID_DEVICE void for_lanes(Section section) const {
        __syncwarp(mask_); // all have read what may be written now
        section(lane_);
        __syncwarp(mask_);
    }
    template <typename Section>
    MISCID_DEVICE void for_rows(int count, Section section) const {
        __syncwarp(mask_);
        for (int i = lane_; i < count; i += team_size) {
            section(i);
        }
        __syncwarp(mask_);
    }
    template <typename Section>
    MISCID_DEVICE void once(Section section) const {
        __syncwarp(mask_);
        if (lane_ == 0) {
            section();
        }
        __syncwarp(mask_);
    }

private:
    int lane_;
    unsigned mask_;
};

MISCID_DEVICE long long add(long long* target, long long value) {
    return static_cast<long long>(
        atomicAdd(reinterpret_cast<unsigned long long*>(target), static_cast<unsigned long long>(value)));
}
MISCID_DEVICE void raise(long long* target, long long value) {
    atomicMax(target, value);
}
/** The larger of two numbers that are not negative: their bits are in the order of their size. */
MISCID_DEVICE void raise(double* target, double value) {
    atomicMax(reinterpret_cast<long long*>(target), __double_as_longlong(value));
}

#else

class Team {
public:
    /** Lanes one after the other, or backwards: a test that no section reads what it writes. */
    explicit Team(bool backwards) : backwards_(backwards) {}

    template <typename Section>
    void for_lanes(Section section) const {
        for (int l = 0; l < team_size; ++l) {
            section(backwards_ ? team_size - 1 - l : l);
        }
    }
    template <typename Section>
    void for_rows(int count, Section section) const {
        for (int i = 0; i < count; ++i) {
            section(backwards_ ? count - 1 - i : i);
        }
    }
    template <typename Section>
    void once(Section section) const {
        section();
    }

private:
    bool backwards_;
};

inline long long add(long long* target, long long value) {
    const long long before = *target;
    *target += value;
    return before;
}
inline void raise(long long* target, long long value) {
    *target = value > *target ? value : *target;
}
inline void raise(double* target, double value) {
    *target = value > *target ? value : *target;
}

#endif

} // namespace miscid::device
