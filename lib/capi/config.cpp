// miscid_config: values by name or from JSON, and the list of parameters.

#include "capi/copy_out.hpp"
#include "capi/error.hpp"
#include "capi/handles.hpp"

#include <fstream>
#include <string>

using namespace miscid::capi;

miscid_status miscid_config_create(miscid_config** config) {
    MISCID_REQUIRE(config);
    return guarded(__func__, [&] {
        *config = new miscid_config;
        return MISCID_OK;
    });
}

void miscid_config_destroy(miscid_config* config) {
    delete config;
}

miscid_status miscid_config_read_json(miscid_config* config, const char* text, size_t length) {
    MISCID_REQUIRE(config);
    MISCID_REQUIRE(text);
    return guarded(__func__, [&] {
        config->values.merge(parse(std::string(text, length)));
        return MISCID_OK;
    });
}

miscid_status miscid_config_read_file(miscid_config* config, const char* path) {
    MISCID_REQUIRE(config);
    MISCID_REQUIRE(path);
    return guarded(__func__, [&] {
        std::ifstream stream(path, std::ios::binary);
        std::string text(largest_configuration_text + 1, '\0'); // never more, whatever the path leads to
        if (!stream || (!stream.read(text.data(), static_cast<std::streamsize>(text.size())) && !stream.eof())) {
            throw StatusError(MISCID_FILE_ERROR, std::string(path) + ": cannot be read");
        }
        text.resize(static_cast<std::size_t>(stream.gcount()));
        try {
            config->values.merge(parse(text));
        } catch (const StatusError& error) {
            throw StatusError(error.status(), std::string(path) + ": " + error.what());
        }
        return MISCID_OK;
    });
}

namespace {

/** `value` becomes JSON inside the guard: that may take memory. */
template <typename T>
miscid_status set_value(const char* where, miscid_config* config, const char* name, T value) {
    if (config == nullptr || name == nullptr) {
        return set_error(MISCID_NULL_ARGUMENT, "%s: argument '%s' is null", where,
                         config == nullptr ? "config" : "name");
    }
    return guarded(where, [&] {
        config->values.set(name, Json(value));
        return MISCID_OK;
    });
}

} // namespace

miscid_status miscid_config_set_number(miscid_config* config, const char* name, double value) {
    return set_value(__func__, config, name, value);
}

miscid_status miscid_config_set_integer(miscid_config* config, const char* name, int64_t value) {
    return set_value(__func__, config, name, value);
}

miscid_status miscid_config_set_boolean(miscid_config* config, const char* name, int32_t value) {
    return set_value(__func__, config, name, value != 0);
}

miscid_status miscid_config_set_text(miscid_config* config, const char* name, const char* value) {
    MISCID_REQUIRE(value);
    return set_value(__func__, config, name, value);
}

miscid_status miscid_config_set_unit(miscid_config* config, const char* quantity, double value) {
    MISCID_REQUIRE(quantity);
    return guarded(__func__, [&] {
        return set_value("miscid_config_set_unit", config, ("units." + std::string(quantity)).c_str(), value);
    });
}

miscid_status miscid_config_write_json(const miscid_config* config, char* buffer, size_t capacity, size_t* needed) {
    MISCID_REQUIRE(config);
    if (buffer == nullptr) {
        MISCID_REQUIRE(needed);
    }
    return guarded(__func__, [&] {
        const std::string text = config->values.json_text(true);
        return copy_out("miscid_config_write_json", text.c_str(), text.size() + 1, buffer, capacity, needed);
    });
}

int32_t miscid_parameter_count(void) {
    return static_cast<int32_t>(parameters().size());
}

const char* miscid_parameter_text(int32_t index, miscid_parameter_property property) {
    if (index < 0 || index >= miscid_parameter_count()) {
        return nullptr;
    }
    const Parameter& parameter = parameters()[static_cast<std::size_t>(index)];
    switch (property) {
    case MISCID_PARAMETER_NAME:
        return parameter.name;
    case MISCID_PARAMETER_TYPE:
        return parameter.type;
    case MISCID_PARAMETER_DEFAULT:
        return parameter.default_value;
    case MISCID_PARAMETER_RANGE:
        return parameter.range;
    case MISCID_PARAMETER_UNIT:
        return parameter.unit;
    case MISCID_PARAMETER_DOC:
        return parameter.doc;
    case MISCID_PARAMETER_SOURCE:
        return parameter.source;
    default:
        return nullptr;
    }
}
