#include "library_closures.hpp"
#include "rivals/rivals.hpp"

#include "closures/embedded_box.hpp"

namespace miscid::judge {

std::vector<Entry> contenders() {
    using closures::Kind;
    std::vector<Entry> all;
    const auto add = [&all](const char* name, const char* what, std::unique_ptr<Contender> contender) {
        all.push_back({name, what, std::move(contender)});
    };
    const auto box = [](closures::BoxSize size) {
        closures::Options options;
        options.box_beams = size.beams;
        options.box_markers = size.markers;
        return library_closure(Kind::embedded_box, options);
    };
    add("no mixing", "viscosity.closure = none", library_closure(Kind::none));
    add("full equipartition", "survival 1/2 everywhere; lepton number not kept", full_equipartition());
    add("number equilibrium", "maximal equilibration of angle-integrated numbers (2503.11758)", number_equilibrium());
    add("equipartition box", "viscosity.closure = equipartition (2211.09343, Box3D)",
        library_closure(Kind::equipartition));
    add("BGK towards box", "2312.16285, rate sqrt(I_< I_>)/2 pi", bgk_towards_box());
    add("power 1/2", "viscosity.closure = power_half (2307.11129)", library_closure(Kind::power_half));
    add("thermal", "viscosity.closure = thermal", library_closure(Kind::thermal));
    add("kinetic", "viscosity.closure = kinetic", library_closure(Kind::kinetic));
    add("marginal", "viscosity.closure = marginal", library_closure(Kind::marginal));
    add("embedded box D", "10 beams x 20 markers", box(closures::box_sizes::D));
    add("embedded box S", "viscosity.closure = embedded_box: 16 x 32", box(closures::box_sizes::S));
    add("embedded box M", "32 x 48", box(closures::box_sizes::M));
    add("automatic", "viscosity.closure = automatic", library_closure(Kind::automatic));
    return all;
}

} // namespace miscid::judge
