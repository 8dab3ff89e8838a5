// The problem that all dummy hosts of the adapters solve, in their own arrays and units (adapters/README.md).
#ifndef MISCID_ADAPTERS_THREE_SHELLS_HPP
#define MISCID_ADAPTERS_THREE_SHELLS_HPP

#include <cmath>
#include <cstdint>
#include <cstdio>

namespace three_shells {

constexpr int zones = 3, species = 3, groups = 4, steps = 3;
constexpr double energy[groups] = {6, 10, 16, 26}; // MeV
constexpr double dt = 1e-6;                        // s
constexpr const char* options = R"("phase_space.groups": 4, "vacuum.ordering": "inverted", "collisions.mode": "off",
    "viscosity.closure": "marginal", "equilibrium.cold_start": "from_incoming")";

inline double energy_density(int zone, int s, int g) { // MeV cm^-3
    constexpr double T[species] = {4, 5, 6}, A[species] = {1, 0.9, 2.4};
    return 2e30 * A[s] * std::pow(energy[g], 3) * std::exp(-energy[g] / T[s]) / (1 + 0.5 * zone);
}
inline double flux_factor(int zone, int s) {
    constexpr double factor[species] = {0.25, 0.5, 0.55};
    return factor[s] + 0.05 * zone;
}
inline double mass_density(int zone) {
    return 1e10 / (1 + zone);
} // g cm^-3
constexpr double electron_fraction = 0.3;
/** What a step does to nu_e before mixing. */
inline double source(int step) {
    return 1 + 0.01 * step;
}
inline void print(int step, int zone, std::int32_t status, double nu_e, double nu_x, double flux) {
    std::printf("%d %d %d %.15e %.15e %.15e\n", step, zone, static_cast<int>(status), nu_e, nu_x, flux / nu_e);
}

} // namespace three_shells
#endif
