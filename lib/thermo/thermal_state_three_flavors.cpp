#include "thermo/thermal_search.hpp"

namespace miscid::thermo {

template <>
ThermalStateFor<3> thermal_state(const GasFor<3>& gas, double energy, const ChargesFor<3>& charges,
                                 Statistics statistics) {
    return StateSearch<3>(gas, charges, statistics).find(energy);
}

} // namespace miscid::thermo
