/** @file hdf5_output.hpp  Results as HDF5: the tree of the JSON answer, arrays of numbers as datasets. */
#pragma once

#include "json_input.hpp"

namespace miscid::apps {

/** False where miscid was configured without HDF5. */
bool hdf5_available();

/** Objects become groups, rectangular arrays of numbers datasets, single numbers and texts attributes. Throws
 *  std::runtime_error if the file cannot be written or there is no HDF5. */
void write_hdf5(const Json& answer, const std::string& path);

} // namespace miscid::apps
