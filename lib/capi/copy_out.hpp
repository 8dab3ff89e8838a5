/** @file copy_out.hpp  Text and bytes to the caller. */
#pragma once

#include <miscid/miscid.h>

#include <cstddef>

namespace miscid::capi {

/** Copies in the two-call manner: needed size always, the bytes if they fit. */
miscid_status copy_out(const char* where, const void* data, std::size_t size, void* buffer, std::size_t capacity,
                       std::size_t* needed);

} // namespace miscid::capi
