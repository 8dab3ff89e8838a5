#include "thermo/thermal_search.hpp"

namespace miscid::thermo {

template <>
ThermalStateFor<2> thermal_state(const GasFor<2>& gas, double energy, const ChargesFor<2>& charges,
                                 Statistics statistics) {
    return StateSearch<2>(gas, charges, statistics).find(energy);
}

} // namespace miscid::thermo
