/** @file hdf5_handle.hpp  An HDF5 identifier that is closed when it goes. Only where MISCID_HDF5 is defined. */
#pragma once

#include <hdf5.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace miscid::apps {

class Hdf5Handle {
public:
    using Close = herr_t (*)(hid_t);

    Hdf5Handle() = default;
    /** Throws std::runtime_error with `complaint` if the identifier is none. */
    Hdf5Handle(hid_t id, Close close, const std::string& complaint) : id_(id), close_(close) {
        if (id_ < 0) {
            throw std::runtime_error(complaint);
        }
    }
    ~Hdf5Handle() {
        if (id_ >= 0) {
            close_(id_);
        }
    }
    Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
        return *this;
    }
    operator hid_t() const { return id_; }

private:
    hid_t id_ = -1;
    Close close_ = nullptr;
};

} // namespace miscid::apps
