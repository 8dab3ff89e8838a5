#include "capi/state_layout.hpp"

#include "step/cell.hpp"

namespace miscid::capi {

namespace {

void append_field(std::vector<StateComponent>& layout, std::initializer_list<const char*> flavor_components) {
    for (const char* moment : {"0", "x", "y", "z"}) {
        for (const char* component : flavor_components) {
            layout.push_back({std::string("field_") + moment + "_" + component, "cm^-1"});
        }
    }
}

} // namespace

std::vector<StateComponent> state_layout(int flavors, int closure_numbers) {
    std::vector<StateComponent> layout = {{"marker", "1"}};
    if (flavors == 2) {
        append_field(layout, {"x", "y", "z"});
    } else {
        append_field(layout,
                     {"mu_tau_diagonal", "e_diagonal", "emu_x", "emu_y", "etau_x", "etau_y", "mutau_x", "mutau_y"});
    }
    layout.push_back({"matter_potential", "cm^-1"});
    for (const char* component : {"x", "y", "z"}) {
        layout.push_back({std::string("matter_velocity_") + component, "c"});
    }
    layout.push_back({"inertia", "1"});
    if (flavors == 2) {
        layout.push_back({"rotation_frequency", "cm^-1"});
    } else {
        for (const char* name : {"rotation_frequency_1", "rotation_frequency_2", "muon_potential", "tau_potential"}) {
            layout.push_back({name, "cm^-1"});
        }
    }
    for (int i = 0; i < closure_numbers; ++i) {
        layout.push_back({"closure_" + std::to_string(i), "1"});
    }
    return layout;
}

} // namespace miscid::capi
