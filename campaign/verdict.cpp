#include "verdict.hpp"

#include "judge.hpp"

#include <miscid/miscid.h>

namespace miscid::campaign {

const char* name_of(Reported reported) {
    constexpr const char* names[] = {"ok", "event", "relaxed", "reduce time step", "refused", "not run"};
    return names[static_cast<int>(reported)];
}

const char* name_of(Finding finding) {
    constexpr const char* names[] = {"equilibrium", "confirmed", "not followed", "not polished",   "other path",
                                     "grazing",     "undecided", "wrong branch", "silent failure", "unexplained"};
    return names[static_cast<int>(finding)];
}

Reported reported_by(std::int32_t status) {
    switch (status) {
    case MISCID_OK:
        return Reported::ok;
    case MISCID_CELL_EVENT:
        return Reported::event;
    case MISCID_CELL_RELAXED:
        return Reported::relaxed;
    case MISCID_CELL_REDUCE_TIME_STEP:
        return Reported::reduce_time_step;
    default:
        return Reported::refused;
    }
}

void judge(const Shape& shape, const Cell& cell, const History& history, const Depth (&depth)[2],
           Verdict (&verdict)[2]) {
    shape.flavors == 2 ? judge_flavors<2>(shape, cell, history, depth, verdict)
                       : judge_flavors<3>(shape, cell, history, depth, verdict);
}

} // namespace miscid::campaign
