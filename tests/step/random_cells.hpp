// Cells of every regime with random contents: comparable self-interaction, matter and vacuum terms, anisotropic.
#pragma once

#include "step/cells.hpp"

#include <cmath>
#include <random>

namespace host {

struct Regime {
    std::string name;
    double density; ///< mu sum w
    double lambda;
};

/** Frequencies are about 1. */
inline std::vector<Regime> regimes() {
    return {{"matter", 3, 300}, {"collective", 20, 40}, {"vacuum", 1e-2, 0.5}, {"all alike", 2, 3}};
}

inline void fill(Cells& cells, const Regime& regime, unsigned seed) {
    std::mt19937 engine(seed);
    std::uniform_real_distribution<double> uniform(0, 1);
    std::normal_distribution<double> normal;
    for (int group = 0; group < cells.groups; ++group)
        cells.energy[Cells::count(group)] = 0.5 + group;
    for (int d = 0; d < cells.directions; ++d) {
        const double x = normal(engine), y = normal(engine), z = normal(engine);
        cells.set_direction(d, Vector(x, y, z).normalized());
    }
    for (int cell = 0; cell < cells.cells; ++cell) {
        cells.electron_density[Cells::count(cell)] = regime.lambda * (0.8 + 0.4 * uniform(engine));
        for (int a = 0; a < 3; ++a)
            cells.velocity[Cells::count(3 * cell + a)] = 0.1 * (uniform(engine) - 0.5);
        for (int group = 0; group < cells.groups; ++group)
            for (int d = 0; d < cells.directions; ++d) {
                cells.weight[Cells::count((cell * cells.groups + group) * cells.directions + d)] =
                    2 * regime.density * uniform(engine) / (cells.groups * cells.directions);
                cells.set({0.9, {0, 0, 0.3 + 0.5 * uniform(engine)}}, 0, group, d, cell);
                cells.set({0.6, {0, 0, 0.1 + 0.2 * uniform(engine)}}, 1, group, d, cell);
            }
    }
}

/** The configuration of these cells. */
inline const char* const mixing = R"("vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0.2)";

} // namespace host
