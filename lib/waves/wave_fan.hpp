/** @file wave_fan.hpp
 *  Directions of wave vectors to look along where no symmetry singles one out (theory.md 5.12).
 */
#pragma once

#include <Eigen/Geometry>

#include <array>
#include <cmath>

namespace miscid::waves {

inline constexpr int fan_size = 7;

/** The axis, two directions across it and four halfway; any directions if the axis is zero. */
inline std::array<Eigen::Vector3d, fan_size> wave_fan(const Eigen::Vector3d& axis) {
    const Eigen::Vector3d z = axis.norm() > 0.0 ? axis.normalized() : Eigen::Vector3d::UnitZ();
    int away = 0; // the coordinate axis furthest from it
    z.cwiseAbs().minCoeff(&away);
    const Eigen::Vector3d x = z.cross(Eigen::Vector3d::Unit(away)).normalized();
    const Eigen::Vector3d y = z.cross(x);
    const double s = std::sqrt(0.5);
    return {z, x, y, s * (z + x), s * (z - x), s * (z + y), s * (z - y)};
}

} // namespace miscid::waves
