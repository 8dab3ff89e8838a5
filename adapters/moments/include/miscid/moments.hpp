/** @file moments.hpp
 *  The C interface of moments.h for C++17, in the style of miscid.hpp: handles that clean up after themselves, refusals as
 *  exceptions. Header only.
 */
#ifndef MISCID_MOMENTS_HPP
#define MISCID_MOMENTS_HPP

#include <miscid/miscid.hpp>
#include <miscid/moments.h>

namespace miscid {

/** A refused call of the moments adapter. */
class MomentsError : public std::runtime_error {
public:
    explicit MomentsError(miscid_status status)
        : std::runtime_error(std::string(miscid_status_name(status)) + ": " + text()), status_(status) {}
    miscid_status status() const noexcept { return status_; }
    static std::string text() {
        std::string words(miscid_moments_last_error(nullptr, 0), '\0');
        miscid_moments_last_error(words.data(), words.size() + 1);
        return words;
    }
    static miscid_status check(miscid_status status) {
        if (status < 0)
            throw MomentsError(status);
        return status;
    }

private:
    miscid_status status_;
};

/** Immutable description; see miscid_moments_create for the JSON text. */
class Moments {
public:
    explicit Moments(const std::string& json) {
        miscid_moments* handle = nullptr;
        MomentsError::check(miscid_moments_create(json.data(), json.size(), &handle));
        handle_.reset(handle);
    }
    std::int32_t state_doubles_per_cell() const {
        std::int32_t count = 0;
        MomentsError::check(miscid_moments_state_doubles_per_cell(get(), &count));
        return count;
    }
    std::uint64_t fingerprint() const {
        std::uint64_t value = 0;
        check(miscid_context_fingerprint(miscid_moments_context(get()), &value));
        return value;
    }
    const miscid_moments* get() const noexcept { return handle_.get(); }

private:
    detail::Handle<miscid_moments, miscid_moments_destroy> handle_;
};

/** Scratch memory of one thread. */
class MomentsWorkspace {
public:
    explicit MomentsWorkspace(const Moments& moments) {
        miscid_moments_workspace* handle = nullptr;
        MomentsError::check(miscid_moments_workspace_create(moments.get(), &handle));
        handle_.reset(handle);
    }
    miscid_moments_workspace* get() const noexcept { return handle_.get(); }

private:
    detail::Handle<miscid_moments_workspace, miscid_moments_workspace_destroy> handle_;
};

/** Bound host arrays and the cells to treat. */
class MomentsBatch {
public:
    explicit MomentsBatch(const Moments& moments) {
        miscid_moments_batch* handle = nullptr;
        MomentsError::check(miscid_moments_batch_create(moments.get(), &handle));
        handle_.reset(handle);
    }
    MomentsBatch& bind(miscid_moments_field field, const View& view) {
        MomentsError::check(miscid_moments_bind(get(), field, view.get()));
        return *this;
    }
    MomentsBatch& bind_diagnostic(miscid_field field, const View& view) {
        MomentsError::check(miscid_moments_bind_diagnostic(get(), field, view.get()));
        return *this;
    }
    MomentsBatch& set_box(const Index& extent, const Index& lower = {}, const Index& upper = {}) {
        MomentsError::check(miscid_moments_set_box(get(), extent.data(), lower.data(), upper.data()));
        return *this;
    }
    miscid_moments_batch* get() const noexcept { return handle_.get(); }

private:
    detail::Handle<miscid_moments_batch, miscid_moments_batch_destroy> handle_;
};

/** One step; see miscid_moments_apply. */
inline Report apply(const Moments& moments, MomentsWorkspace& workspace, const MomentsBatch& batch, double time,
                    double dt) {
    Report report;
    report.status =
        MomentsError::check(miscid_moments_apply(moments.get(), workspace.get(), batch.get(), time, dt, &report));
    return report;
}

/** How much the closure decides; see miscid_moments_uncertainty. */
inline Report uncertainty(const Moments& moments, MomentsWorkspace& workspace, const MomentsBatch& batch, double time,
                          double dt) {
    Report report;
    report.status =
        MomentsError::check(miscid_moments_uncertainty(moments.get(), workspace.get(), batch.get(), time, dt, &report));
    return report;
}

} // namespace miscid
#endif
