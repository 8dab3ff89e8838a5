/** @file situation.hpp
 *  What closures are judged on: a homogeneous cell, how it is driven, and the box that resolves it. mu = sqrt(2) G_F n = 1,
 *  c = 1, two flavors, no heavy-lepton neutrinos at the start.
 */
#pragma once

#include <Eigen/Core>

#include <string>
#include <vector>

namespace miscid::judge {

struct Situation {
    std::string name;
    std::string group;
    std::string text; ///< where it comes from

    std::vector<double> v;      ///< cosines to the symmetry axis, or to z where `direction` is given
    std::vector<double> weight; ///< of the angular quadrature
    Eigen::Matrix3Xd direction; ///< unit vectors of a cell that closures see without symmetry; else empty
    bool beams = false;         ///< nothing lies between the directions
    std::vector<double> nu;     ///< density per weight of nu_e and of anti-nu_e
    std::vector<double> nubar;
    std::vector<double> source;  ///< dE/dt, E = nu - nubar: nu_e where positive, anti-nu_e where negative; empty: none
    std::vector<double> damping; ///< of flavor coherence; empty: none
    double damping_of_nubar = -1.0; ///< another one for anti-nu; negative: the same

    /** The resolved box. */
    struct Box {
        double length = 500.0;
        int cells = 1024;
        double step = 0.4;
        double seed_rms = 1e-3;
        double seed_kmax = 2.0;
        int runs = 2;     ///< seeds
        int azimuths = 0; ///< of every polar direction: waves may break the axial symmetry; 0: they cannot
        Eigen::Vector3d axis = Eigen::Vector3d::UnitZ();
        int dimensions = 1; ///< 2: fields vary along z and x
    } box;
    double t_end = 0.0; ///< sudden: the answer is the mean over [window_from, t_end]
    double window_from = 0.0;
    std::vector<double> times; ///< driven: the answer is E at these times
    bool quick = true;         ///< belongs to --quick
    bool held_out = false;     ///< nothing was chosen on it; only with --held-out

    bool driven() const { return !source.empty(); }
    int directions() const { return static_cast<int>(v.size()); }
    double E(int i) const { return nu[static_cast<std::size_t>(i)] - nubar[static_cast<std::size_t>(i)]; }
    /** Unit vector of a direction; azimuth zero where the cell is axisymmetric. */
    Eigen::Vector3d unit(int i) const;
};

/** All of them, in the order of the table. */
std::vector<Situation> suite();

} // namespace miscid::judge
