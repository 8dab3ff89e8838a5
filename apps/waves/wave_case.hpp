/** @file wave_case.hpp  Cases of `miscid waves`: the keys of docs/waves-command.md, checked and laid out for lib/waves.
 * */
#pragma once

#include "json_input.hpp"

#include "waves/background.hpp"

#include <optional>
#include <string>
#include <vector>

namespace miscid::apps {

/** Arrays of one component each, as lib/waves takes them. */
using Components = std::vector<double>[3];

/** A background of any kind: directions, weights with sign, polarization vectors, depolarization, external field. */
struct WaveCase {
    std::string name;
    std::string kind; ///< dispersion or gamma_profile
    Eigen::Vector3d k = Eigen::Vector3d::Zero();
    std::optional<double> eta; ///< growth below it is not asked for

    Components direction;
    std::vector<double> g; ///< mu x weight x sign
    Components P;
    Components H; ///< external field and mean field
    std::vector<double> damping;

    /** gamma_profile given by v, w, E: the S branch of an axisymmetric aligned state. */
    bool axisymmetric = false;
    std::vector<double> v, E, e; ///< e = w E

    int modes() const { return static_cast<int>(axisymmetric ? v.size() : g.size()); }
    waves::Background background() const;
    waves::AxisymmetricBackground axisymmetric_background() const;
};

/** The aligned state that a background is, if all its P and H lie along one axis. */
struct AlignedState {
    Components direction;
    std::vector<double> e;
    std::vector<double> frequency; ///< H along the axis: the mean field included, so k and Omega are not shifted
    std::vector<double> damping;

    waves::AlignedBackground background() const;
};
std::optional<AlignedState> aligned_state(const WaveCase& c);

/** Reads one case. Throws InputError (keys, types) or InvalidInput (unusable numbers). */
WaveCase read_wave_case(const Json& json, const std::string& file, const std::string& place,
                        const std::string& kind_of_file);

} // namespace miscid::apps
