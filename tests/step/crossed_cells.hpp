// Cells in dense matter with a lepton-number crossing in angle, for tests of flavor waves through the C interface.
#pragma once

#include "step/cells.hpp"

#include <cmath>

namespace crossed {

/** Dense matter: mass mixing tilts nothing, so every P lies along the flavor axis. */
inline const std::string dense =
    R"("vacuum.mass_squared_difference": 1e-9, "vacuum.mixing_angle": 0.1, "collisions.mode": "off",)";

constexpr int rings = 16;
constexpr int azimuths = 4;

/** Nodes and weights of Gauss-Legendre quadrature with sixteen points (Abramowitz & Stegun table 25.4). */
constexpr double node[8] = {0.0950125098376374, 0.2816035507792589, 0.4580167776572274, 0.6178762444026438,
                            0.7554044083550030, 0.8656312023878318, 0.9445750230732326, 0.9894009349916499};
constexpr double gauss_weight[8] = {0.1894506104550685, 0.1826034150449236, 0.1691565193950025, 0.1495959888165767,
                                    0.1246289712555339, 0.0951585116824928, 0.0622535239386479, 0.0271524594117541};

inline double cosine(int ring) {
    return ring < 8 ? -node[7 - ring] : node[ring - 8];
}
inline double ring_weight(int ring) {
    return gauss_weight[ring < 8 ? 7 - ring : ring - 8];
}
inline double gaussian(double v, double width) {
    return std::exp(-0.5 * (v - 1) * (v - 1) / (width * width));
}

struct Gas {
    double nu, nubar, heavy; ///< occupations: of nu_e and its antineutrino forward, of each heavy flavor
};

/** nu_e and antineutrinos with a crossing in angle, the narrower one being the antineutrinos. */
template <class Fill>
host::Cells make(const std::string& configuration, Fill fill) {
    host::Cells cells(1, rings * azimuths, "{" + dense + configuration + "}");
    cells.electron_density[0] = 1e3;
    for (int ring = 0; ring < rings; ++ring) {
        for (int azimuth = 0; azimuth < azimuths; ++azimuth) {
            const int d = ring * azimuths + azimuth;
            const double v = cosine(ring);
            const double phi = (azimuth + 0.5) * 2.0 * 3.14159265358979323846 / azimuths;
            cells.set_direction(
                d, host::Vector(std::sqrt(1 - v * v) * std::cos(phi), std::sqrt(1 - v * v) * std::sin(phi), v)
                       .normalized());
            cells.weight[host::Cells::count(d)] = ring_weight(ring) / azimuths;
            fill(cells, v, d);
        }
    }
    return cells;
}

inline host::Cells two_flavors(const std::string& closure, double alpha = 0.9, const std::string& more = "") {
    return make(more + "\"viscosity.closure\": \"" + closure + "\"", [alpha](host::Cells& cells, double v, int d) {
        const double e = 0.6 * gaussian(v, 0.6), ebar = 0.6 * alpha * 1.2 * gaussian(v, 0.5), x = 0.1;
        cells.set({e + x, {0, 0, e - x}}, 0, 0, d);
        cells.set({ebar + x, {0, 0, ebar - x}}, 1, 0, d);
    });
}

struct Totals {
    double traces = 0.0;
    double lepton_number = 0.0; ///< sum w s (rho_ee - rho_xx)
};

inline Totals totals(const host::Cells& cells) {
    Totals sum;
    for (int type = 0; type < 2; ++type) {
        for (int d = 0; d < cells.directions; ++d) {
            const auto [P0, P] = cells.get(type, 0, d);
            sum.traces += cells.weight[host::Cells::count(d)] * P0;
            sum.lepton_number += (type == 0 ? 1 : -1) * cells.weight[host::Cells::count(d)] * P.z();
        }
    }
    return sum;
}

} // namespace crossed
