/** @file random_background.hpp
 *  Random backgrounds of flavor waves, and their wave operator written out as a matrix without any code of lib/.
 */
#pragma once

#include "random.hpp"

#include <Eigen/Core>

#include <string>
#include <vector>

namespace miscid::campaign {

enum class WaveKind { aligned, collisional, tilted, arbitrary };
inline constexpr int wave_kinds = 4;
const char* name_of(WaveKind kind);

enum class AngularGrid { axisymmetric, product, scattered };

struct RandomBackground {
    WaveKind kind = WaveKind::aligned;
    AngularGrid grid = AngularGrid::axisymmetric;
    std::vector<double> direction[3];
    std::vector<double> g, damping;
    std::vector<double> P[3], H[3];
    Eigen::Vector3d k = Eigen::Vector3d::Zero();
    double floor = 0.0;

    int modes() const { return static_cast<int>(g.size()); }
    bool aligned() const { return kind == WaveKind::aligned || kind == WaveKind::collisional; }
    Eigen::Vector3d q(int i) const { return row(direction, i); }
    static Eigen::Vector3d row(const std::vector<double> (&v)[3], int i) {
        const auto n = static_cast<std::size_t>(i);
        return {v[0][n], v[1][n], v[2][n]};
    }
};

/** Background `number` of a campaign, with at most `most_modes` modes (fewer where the operator is 3N x 3N). */
RandomBackground draw_background(std::uint64_t seed, std::uint64_t number, int most_modes);

/** All eigenvalues of the wave operator above the floor: S branch N x N where all P are along z, 3N x 3N elsewhere. */
std::vector<std::complex<double>> dense_unstable(const RandomBackground& background);

} // namespace miscid::campaign
