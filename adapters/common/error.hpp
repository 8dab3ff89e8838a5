/** @file error.hpp  Messages of the adapters: one per thread and library. Exceptions end here. */
#pragma once

#include <miscid/miscid.h>

#include <exception>
#include <new>
#include <stdexcept>
#include <string>

namespace miscid::adapters {

/** Carries a status and a message to the border; never used while cells are treated. */
class StatusError : public std::runtime_error {
public:
    StatusError(miscid_status status, const std::string& message) : std::runtime_error(message), status_(status) {}
    miscid_status status() const { return status_; }

private:
    miscid_status status_;
};

void clear_error() noexcept;
/** Fixed buffer, no allocation. Returns the status. */
miscid_status set_error(miscid_status status, const char* format, ...) noexcept __attribute__((format(printf, 2, 3)));
std::size_t last_error(char* buffer, std::size_t capacity) noexcept;
/** What libmiscid said about its last refusal. */
std::string library_error();

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

/** Turns a refusal of libmiscid into a StatusError. */
inline void require(miscid_status status) {
    if (status < 0) {
        throw StatusError(status, library_error());
    }
}

} // namespace miscid::adapters
