/** @file reconstruction.hpp
 *  Angular distribution of one species and group from its two moments.
 *
 *  The shape is that of a closure in the fluid's frame; a small polynomial correction then gives it the moments of the host
 *  exactly, on the directions used and in the frame the host measures them in. A flux beyond what the directions hold is
 *  made up for by letting the neutrinos of each direction move partly along the flux ("beam").
 */
#pragma once

#include "description.hpp"

namespace miscid::adapters {

/** Directions as fluid and host see them; rings where everything is axisymmetric. Arrays have `count` entries. */
struct Nodes {
    int count = 0;
    bool axial = false;             ///< only the z components are used
    const double* fluid[3] = {};    ///< v', fluid's frame
    const double* host[3] = {};     ///< l, host's frame (orthonormal)
    const double* weight = nullptr; ///< part of the solid angle in the fluid's frame, sum 1
    const double* per_neutrino =
        nullptr; ///< host's zeroth moment of one neutrino, over its energy in the fluid's frame
    double reach = 0;
};

/** The two moments of a species and group. */
struct Moments {
    double density = 0;
    double flux[3] = {};
};

/** Velocity of the neutrinos of node d: (1 - part) l_d + part along. */
struct Beam {
    double part = 0;
    double along[3] = {};
};

/** Normalises `number` to one neutrino and brings its flux to that of `one`, a species with density 1. */
void fit_moments(const Nodes& nodes, const Moments& one, double* number) noexcept;

/** Neutrinos per node (in units of the host's zeroth moment, fluid's frame) with the moments `host`. `fluid`: the same
 *  moments seen by the fluid, for the shape. `occupation`: mean occupation, for the Pauli-aware shape. Returns false if the
 *  Pauli-aware shape does not exist and Minerbo's was taken. */
bool reconstruct(const MomentsDescription& description, Closure closure, const Nodes& nodes, const Moments& host,
                 const Moments& fluid, double occupation, double* number, Beam& beam) noexcept;

/** Moments seen from a frame that moves with v: energy density and flux, with the pressure of Levermore's closure. */
Moments boost_energy(const Moments& moments, const double (&v)[3]) noexcept;
/** Number density and flux, a four-vector. */
Moments boost_number(const Moments& moments, const double (&v)[3]) noexcept;

} // namespace miscid::adapters
