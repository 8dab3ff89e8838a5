#include "parameters/parameters_command.hpp"

#include <miscid/miscid.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace miscid::apps {

std::string describe_parameters(bool as_json) {
    nlohmann::json list = nlohmann::json::array();
    std::ostringstream text;
    for (int32_t i = 0; i < miscid_parameter_count(); ++i) {
        const auto get = [i](miscid_parameter_property property) { return miscid_parameter_text(i, property); };
        list.push_back({{"name", get(MISCID_PARAMETER_NAME)},
                        {"type", get(MISCID_PARAMETER_TYPE)},
                        {"default", nlohmann::json::parse(get(MISCID_PARAMETER_DEFAULT))},
                        {"range", get(MISCID_PARAMETER_RANGE)},
                        {"unit", get(MISCID_PARAMETER_UNIT)},
                        {"doc", get(MISCID_PARAMETER_DOC)},
                        {"source", get(MISCID_PARAMETER_SOURCE)}});
        const std::string range = get(MISCID_PARAMETER_RANGE);
        const std::string unit = get(MISCID_PARAMETER_UNIT);
        text << get(MISCID_PARAMETER_NAME) << " = " << get(MISCID_PARAMETER_DEFAULT) << (unit.empty() ? "" : " " + unit)
             << "\n    " << get(MISCID_PARAMETER_TYPE) << (range.empty() ? "" : ", " + range) << "\n    "
             << get(MISCID_PARAMETER_DOC) << "\n    default from: " << get(MISCID_PARAMETER_SOURCE) << "\n";
    }
    return as_json ? list.dump(2) + "\n" : text.str();
}

} // namespace miscid::apps
