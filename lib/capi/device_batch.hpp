/** @file device_batch.hpp
 *  Batches whose arrays lie in the memory of a device: the frequent cells are done there in one launch, all others come back as
 *  a work list and go through the path of the host (docs/device.md).
 */
#pragma once

#include "capi/advance.hpp"

namespace miscid::capi {

/** Refuses arrays of the host among those of a device, other than those all cells share. */
miscid_status check_memory(const char* where, const miscid_batch& batch);

/** The cells of a batch on a device. `call` has been prepared. */
miscid_status advance_on_device(const Call& call, miscid_report& tally);

} // namespace miscid::capi
