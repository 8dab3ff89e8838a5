/** @file module.hpp
 *  The module as a host sees it: miscid/miscid.h behind owning handles, and one exception per refused call.
 */
#pragma once

#include "ranks.hpp"
#include "scenario.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <miscid/miscid.h>
#include <string>
#include <vector>

namespace miscid::apps {

/** Throws RunError with the library's own message when a call was refused (status < 0); returns the status. */
miscid_status checked(miscid_status status, const char* call);

/** Everything about the cells that the configuration must know. */
struct ModuleShape {
    int groups = 0;
    int directions = 0;
    std::string transport;           ///< "matrix" or "invariant"
    std::string form = "occupation"; ///< or "density"
};

/** Context and workspace of one run. */
class Module {
public:
    Module(const ModuleShape& shape, const Mixing& mixing, const nlohmann::json& parameters);

    const miscid_context* context() const { return context_.get(); }
    miscid_workspace* workspace() const { return workspace_.get(); }
    int state_doubles() const { return state_doubles_; }
    std::uint64_t fingerprint() const { return fingerprint_; }

private:
    template <auto destroy>
    struct Destroy {
        template <class T>
        void operator()(T* handle) const {
            destroy(handle);
        }
    };
    std::unique_ptr<miscid_context, Destroy<miscid_context_destroy>> context_;
    std::unique_ptr<miscid_workspace, Destroy<miscid_workspace_destroy>> workspace_;
    int state_doubles_ = 0;
    std::uint64_t fingerprint_ = 0;
};

/** One axis of a contiguous array. */
struct Axis {
    miscid_axis name;
    std::int64_t extent;
};

/** Host arrays bound to fields, and calls on ranges of cells along the axis I. */
class Batch {
public:
    explicit Batch(const Module& module);

    /** Binds a contiguous array, the last axis fastest. */
    void bind(miscid_field field, const double* data, const std::vector<Axis>& axes) {
        bind(field, const_cast<double*>(data), MISCID_FLOAT64, sizeof(double), axes);
    }
    void bind(miscid_field field, std::int32_t* data, const std::vector<Axis>& axes) {
        bind(field, data, MISCID_INT32, sizeof(std::int32_t), axes);
    }
    /** Cells first .. first + count - 1 of `total`: the others are ghosts. */
    void select(int first, int count, int total);
    miscid_batch* get() const { return batch_.get(); }

private:
    void bind(miscid_field field, void* data, miscid_dtype dtype, std::int64_t size, const std::vector<Axis>& axes);

    struct Destroy {
        void operator()(miscid_batch* batch) const { miscid_batch_destroy(batch); }
    };
    std::unique_ptr<miscid_batch, Destroy> batch_;
};

/** What the calls of a whole run did. */
struct StatusCount {
    std::int64_t cells = 0;
    std::int64_t ok = 0;
    std::int64_t events = 0;
    std::int64_t relaxed = 0;
    std::int64_t reduce_time_step = 0;
    std::int64_t refused = 0;
    std::int64_t iterations = 0;
    std::int64_t continued = 0;
    std::int64_t cold_starts = 0;
    double max_residual = 0.0;
    double max_tilt = 0.0;

    void add(const miscid_report& report);
    /** What the calls of all ranks did. */
    StatusCount of_all(const Ranks& ranks) const;
    /** For a checkpoint. */
    std::vector<double> numbers() const;
    static StatusCount from_numbers(const std::vector<double>& numbers);
    bool all_succeeded() const { return refused == 0 && reduce_time_step == 0; }
    nlohmann::json json() const;
};

} // namespace miscid::apps
