#include "closures/closure.hpp"

#include "closures/embedded_box.hpp"

#include <cstring>

namespace miscid::closures {

namespace {

constexpr const char* names[kinds] = {"none",    "equipartition", "power_half", "marginal",
                                      "kinetic", "embedded_box",  "thermal",    "automatic"};

} // namespace

const char* name_of(Kind kind) {
    return names[static_cast<int>(kind)];
}

bool kind_of(const char* name, Kind& kind) {
    for (int i = 0; i < kinds; ++i) {
        if (std::strcmp(name, names[i]) == 0) {
            kind = static_cast<Kind>(i);
            return true;
        }
    }
    return false;
}

std::unique_ptr<Closure> make_closure(Kind kind, const Options& options) {
    switch (kind) {
    case Kind::equipartition:
        return make_equipartition();
    case Kind::power_half:
        return make_power_half();
    case Kind::marginal:
        return make_marginal(options);
    case Kind::kinetic:
        return make_kinetic(options);
    case Kind::embedded_box: {
        EmbeddedBoxOptions box;
        box.size = {options.box_beams, options.box_markers};
        return make_embedded_box(box, options);
    }
    case Kind::thermal:
        return make_thermal();
    case Kind::automatic:
        return make_automatic(options);
    case Kind::none:
        break;
    }
    return make_none();
}

} // namespace miscid::closures
