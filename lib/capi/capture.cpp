// One cell with everything bound, as JSON that runs again alone (miscid replay).

#include "capi/access.hpp"
#include "capi/error.hpp"
#include "capi/fields.hpp"

#include <cstdio>
#include <cstring>

namespace miscid::capi {

namespace {

/** Numbers keep every bit: finite ones as shortest round-trip decimals, others by their bit pattern. */
Json number_json(const char* address, int dtype) {
    double value;
    if (read_number(address, dtype, value)) {
        if (dtype == MISCID_INT32 || dtype == MISCID_INT64) {
            return static_cast<std::int64_t>(value);
        }
        return value;
    }
    char text[32];
    if (dtype == MISCID_FLOAT32) {
        std::uint32_t bits;
        std::memcpy(&bits, address, sizeof bits);
        std::snprintf(text, sizeof text, "float32:%08x", bits);
    } else {
        std::uint64_t bits;
        std::memcpy(&bits, address, sizeof bits);
        std::snprintf(text, sizeof text, "float64:%016llx", static_cast<unsigned long long>(bits));
    }
    return text;
}

/** The field's numbers at a cell in the order of its axes, last fastest. */
Json values_json(const CellView& view, const Shape& shape) {
    Json values = Json::array();
    std::array<std::int64_t, MISCID_AXIS_COUNT> index{};
    while (true) {
        const char* address = view.base();
        for (int i = 0; i < shape.count; ++i) {
            address += index[static_cast<std::size_t>(i)] * view.stride(shape.axis[static_cast<std::size_t>(i)]);
        }
        values.push_back(number_json(address, view.dtype()));
        int i = shape.count - 1;
        while (i >= 0 && ++index[static_cast<std::size_t>(i)] == shape.extent[static_cast<std::size_t>(i)]) {
            index[static_cast<std::size_t>(i--)] = 0;
        }
        if (i < 0) {
            return values;
        }
    }
}

} // namespace

} // namespace miscid::capi

using namespace miscid::capi;

miscid_status miscid_capture_cell(const miscid_context* context, miscid_workspace* workspace, const miscid_batch* batch,
                                  const int64_t cell[4], double time, double dt, char* buffer, size_t capacity,
                                  size_t* needed) {
    MISCID_REQUIRE(context);
    MISCID_REQUIRE(workspace);
    MISCID_REQUIRE(batch);
    MISCID_REQUIRE(cell);
    if (buffer == nullptr) {
        MISCID_REQUIRE(needed);
    }
    return guarded(__func__, [&]() -> miscid_status {
        if (batch->fingerprint != context->fingerprint || workspace->fingerprint != context->fingerprint) {
            throw StatusError(MISCID_CONTEXT_MISMATCH, "workspace or batch belong to another configuration");
        }
        if (batch->on_device()) {
            throw StatusError(MISCID_UNSUPPORTED, "arrays in device memory are not captured; copy the cell to the host");
        }
        const CellIndex index{cell[0], cell[1], cell[2], cell[3]};
        Json json;
        json["miscid_cell"] = 1;
        json["version"] = MISCID_VERSION_STRING;
        json["configuration"] = context->values.json();
        json["time"] = time;
        json["dt"] = dt;
        json["cell"] = {cell[0], cell[1], cell[2], cell[3]};
        Json fields = Json::object();
        for (int id = 0; id < field_capacity; ++id) {
            const BoundView& bound = batch->view(id);
            if (!bound.bound()) {
                continue;
            }
            const Field& field = *find_field(id);
            if (field.access == Access::OUT) {
                continue;
            }
            for (std::size_t a = 0; a < 4; ++a) {
                if (index[a] < 0 || (bound.named[a] && index[a] >= bound.extent[a])) {
                    throw StatusError(MISCID_BAD_ARGUMENT,
                                      std::string("the cell lies outside field '") + field.name + "'");
                }
            }
            fields[field.name] = values_json(CellView(bound, index), shape_of(field, context->extents()));
        }
        json["fields"] = fields;
        const std::string text = json.dump(1);
        if (needed != nullptr) {
            *needed = text.size() + 1;
        }
        if (buffer == nullptr) {
            return MISCID_OK;
        }
        if (capacity < text.size() + 1) {
            return set_error(MISCID_BUFFER_TOO_SMALL, "miscid_capture_cell: %zu bytes are needed, %zu were given",
                             text.size() + 1, capacity);
        }
        std::memcpy(buffer, text.c_str(), text.size() + 1);
        return MISCID_OK;
    });
}
