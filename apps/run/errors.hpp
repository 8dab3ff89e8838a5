/** @file errors.hpp
 *  How a run ends early; unusable input is an InputError (json_input.hpp).
 */
#pragma once

#include <stdexcept>

namespace miscid::apps {

/** The input was read, but the run was refused. Exit code 3. */
class RunError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace miscid::apps
