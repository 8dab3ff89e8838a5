#include "device/backend.hpp"

namespace miscid::device {

Backend* backend() {
    return nullptr;
}

} // namespace miscid::device
