/** @file handles.hpp  What stands behind the handles of moments.h. */
#pragma once

#include "worker.hpp"

struct miscid_moments {
    miscid::adapters::MomentsDescription description;
};

struct miscid_moments_workspace {
    explicit miscid_moments_workspace(const miscid_moments& moments)
        : description(&moments.description), worker(moments.description) {}
    const miscid::adapters::MomentsDescription* description;
    miscid::adapters::MomentsWorker worker;
};

struct miscid_moments_batch {
    miscid::adapters::MomentsBatch batch;
};

namespace miscid::adapters {

/** Refuses views into which the cells of a batch do not fit, or in which they would share what is written. */
miscid_status check_views(const char* where, const MomentsBatch& batch);

} // namespace miscid::adapters
