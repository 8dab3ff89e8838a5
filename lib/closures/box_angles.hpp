/** @file box_angles.hpp
 *  Directions of a host as beams of an axisymmetric box, and what the box did back on the host's directions.
 *
 *  - Axisymmetric grid: e/weight by cubic spline to Gauss nodes, ratios and changes back by spline.
 *  - Few directions, or beams without angular weights: each is a beam of its own.
 *  - Three-dimensional set: by projection on the axis, each direction shared between its two neighbouring nodes so that
 *    D_0 and D_1 along the axis stay; back with the same shares, which conserves sum e by itself.
 */
#pragma once

#include "closures/closure.hpp"
#include "phase_space/refinement.hpp"

#include <Eigen/Core>

#include <vector>

namespace miscid::closures {

/** The axis about which a three-dimensional cell comes closest to symmetry: its lepton-number flux, or where that is
 * small the principal axis of its second moments. */
Eigen::Vector3d box_axis(const Cell& cell);

class BoxAngles {
public:
    void reserve(int directions, int most_beams);
    /** `axis` is for three-dimensional cells. */
    void set(const Cell& cell, const Eigen::Vector3d& axis, int most_beams);

    int beams() const { return beams_; }
    const double* v() const { return v_.data(); }
    /** Quadrature weights of the beams; null if they are beams of a host. */
    const double* weights() const { return kind_ == Kind::direct ? nullptr : weight_.data(); }

    void amplitudes(const double* e, double* beams);
    void rates(const double* rate, double* beams);
    /** A ratio per beam on the host's directions. */
    void ratios_to_host(const double* ratio, double* host);
    /** A change of amplitude per beam, as changes of the host's e. */
    void changes_to_host(const double* change, double* host);

private:
    enum class Kind { direct, spline, shares };

    Kind kind_ = Kind::direct;
    int beams_ = 0;
    int directions_ = 0;
    const double* host_v_ = nullptr;
    const double* host_weight_ = nullptr;
    phase_space::Spline to_beams_, to_host_;
    std::vector<double> v_, nodes_, weight_, scratch_, share_, beam_weight_;
    std::vector<int> below_; ///< beam below a direction's projection; share_ of it goes to the next one
};

} // namespace miscid::closures
