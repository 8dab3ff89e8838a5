#include "validity/criteria_json.hpp"

#include <cmath>

namespace miscid::apps {

namespace {

using validity::Verdict;

const char* verdict_name(Verdict verdict) {
    switch (verdict) {
    case Verdict::met:
        return "met";
    case Verdict::doubtful:
        return "doubtful";
    case Verdict::violated:
        return "violated";
    default:
        return "not_evaluated";
    }
}

} // namespace

const char* action_name(validity::Action action) {
    switch (action) {
    case validity::Action::apply:
        return "apply";
    case validity::Action::apply_and_flag:
        return "apply_and_flag";
    default:
        return "refuse";
    }
}

Json finite_or_null(double value) {
    return std::isfinite(value) ? Json(value) : Json();
}

Json criteria_json(const validity::Values& values, const validity::Assessment& assessment) {
    Json list = Json::array();
    for (std::size_t i = 0; i < validity::criterion_count; ++i) {
        const auto& one = validity::definition(i);
        const Verdict verdict = assessment.verdict[i];
        Json json = {{"criterion", one.key},
                     {"equations", one.equations},
                     {"value", values[i] ? finite_or_null(*values[i]) : Json()},
                     {"flagged_above", one.flagged_above},
                     {"refused_above", finite_or_null(one.refused_above)},
                     {"verdict", verdict_name(verdict)}};
        json["action"] = verdict == Verdict::violated   ? "refuse"
                         : verdict == Verdict::doubtful ? "apply_and_flag"
                                                        : "apply";
        if (verdict == Verdict::doubtful || verdict == Verdict::violated) {
            json["text"] = one.text;
        }
        list.push_back(json);
    }
    return list;
}

std::string line_of(validity::Code code) {
    std::string line(validity::describe(code, nullptr, 0), '\0');
    validity::describe(code, line.data(), line.size() + 1);
    return line;
}

} // namespace miscid::apps
