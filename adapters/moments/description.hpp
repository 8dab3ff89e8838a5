/** @file description.hpp  What stands behind miscid_moments: everything that does not change during a run. */
#pragma once

#include "../common/mixer.hpp"
#include "../common/setup.hpp"
#include "axial_shapes.hpp"

#include <vector>

namespace miscid::adapters {

enum class Closure { minerbo, levermore, pauli };
enum class Content { number, energy };
enum class Frame { fluid, laboratory };

/** Directions: Gauss-Legendre in the cosine to the polar axis z, evenly spaced azimuths, ring by ring. */
struct Quadrature {
    int polar = 0;
    int azimuth = 0;
    std::vector<double> mu;        ///< cosine of each ring
    std::vector<double> weight;    ///< of each ring, sum 1
    std::vector<double> direction; ///< [polar][azimuth][x, y, z]
    double axial_reach = 0;        ///< largest flux factor along z the directions can hold
    double reach = 0;              ///< along any direction

    Quadrature(int polar, int azimuth);
    int count() const { return polar * azimuth; }
};

struct MomentsDescription {
    static MomentsDescription read(const char* text, std::size_t length);

    miscid::Context context;
    SpeciesTable species;
    OffSwitch off;
    Quadrature quadrature;
    int groups;
    bool invariant;
    bool grey;
    Closure closure, other_closure;
    Content content;
    Frame frame;
    bool densitized, covariant_flux, root_metric;
    double unit;                                     ///< host's zeroth moment times this: cm^-3 or MeV cm^-3
    double number_unit;                              ///< grey hosts: the same for NUMBER
    double flux_unit;                                ///< host's flux times this is in units of the zeroth moment (1/c)
    double flux_tolerance;                           ///< how far |F| may exceed E
    double density_unit, energy_unit, velocity_unit; ///< those of miscid_config
    double negligible;                               ///< certificate.hpp
    std::vector<double> minerbo_table;               ///< Z (1 - f^2)/f on even f in [0, 1]
    std::array<AxialShapes, 2> shapes;               ///< minerbo, levermore
    Json parameters;                                 ///< of miscid, all of them
};

} // namespace miscid::adapters
