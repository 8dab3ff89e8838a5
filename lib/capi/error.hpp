/** @file error.hpp
 *  Errors at the border: a readable message per thread, and the one place where exceptions end.
 */
#pragma once

#include <miscid/miscid.h>

#include <cstdarg>
#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>

namespace miscid::capi {

/** Carries a status and a message to the border; only used outside apply and evaluate. */
class StatusError : public std::runtime_error {
public:
    StatusError(miscid_status status, const std::string& message) : std::runtime_error(message), status_(status) {}
    miscid_status status() const { return status_; }

private:
    miscid_status status_;
};

/** Forgets the calling thread's message. */
void clear_error() noexcept;

/** Sets the calling thread's message (fixed buffer, no allocation; cut if too long) and returns the status. */
miscid_status set_error(miscid_status status, const char* format, ...) noexcept __attribute__((format(printf, 2, 3)));

/** Runs a function; whatever it throws becomes a status and a message. Nothing passes into the host. */
template <typename Function>
miscid_status guarded(const char* where, Function&& function) noexcept {
    clear_error();
    try {
        return function();
    } catch (const StatusError& error) {
        return set_error(error.status(), "%s: %s", where, error.what());
    } catch (const std::bad_alloc&) {
        return set_error(MISCID_OUT_OF_MEMORY, "%s: memory could not be allocated", where);
    } catch (const std::exception& error) {
        return set_error(MISCID_INTERNAL_ERROR, "%s: %s", where, error.what());
    } catch (...) {
        return set_error(MISCID_INTERNAL_ERROR, "%s: unknown exception", where);
    }
}

/** Refuses null arguments by name. */
#define MISCID_REQUIRE(argument)                                                                                       \
    do {                                                                                                               \
        if ((argument) == nullptr) {                                                                                   \
            return ::miscid::capi::set_error(MISCID_NULL_ARGUMENT, "%s: argument '%s' is null", __func__, #argument);  \
        }                                                                                                              \
    } while (false)

} // namespace miscid::capi
