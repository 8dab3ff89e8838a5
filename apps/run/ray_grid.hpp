/** @file ray_grid.hpp
 *  Zones, impact parameters and everything geometric about their crossings (tangent rays; docs/run.md).
 *
 *  A spherically symmetric field is constant along a straight line except for sources, so a line is named by its impact
 *  parameter b. Rays with b in one bin form a bundle. Its volume in a zone, int 2 pi b db int ds, is exact, the
 *  bundles of a zone add up to the zone, and the area a bundle shows to a zone's edge is the same on both sides of
 *  it: what leaves one zone enters the next, to the last bit.
 */
#pragma once

#include "scenario.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace miscid::apps {

class RayGrid {
public:
    explicit RayGrid(const SupernovaScenario& scenario);

    int zones() const { return static_cast<int>(edges_.size()) - 1; }
    int rays() const { return static_cast<int>(innermost_.size()); }
    /** Directions of a cell: every ray inwards and outwards, at the azimuths 0 and pi. With one azimuth per polar
     *  angle the flux D_1 would have a component across the radius; with two the equilibrium is axisymmetric. */
    int directions() const { return rays() * 2 * azimuths; }
    static constexpr int azimuths = 2;
    int direction(int ray, bool outward, int azimuth) const {
        return (ray * 2 + (outward ? 1 : 0)) * azimuths + azimuth;
    }

    double inner_edge(int zone) const { return edges_[zone]; }
    double outer_edge(int zone) const { return edges_[zone + 1]; }
    double radius(int zone) const { return radius_[zone]; }
    double shell_volume(int zone) const { return shell_volume_[zone]; }
    /** First zone a ray enters; rays that end in the core enter zone 0. */
    int innermost_zone(int ray) const { return innermost_[ray]; }
    /** Rays that leave through the inner boundary instead of turning. */
    bool ends_in_core(int ray) const { return ray < core_rays_; }
    /** Cross section of the bundle, cm^2. */
    double area(int ray) const { return area_[ray]; }
    /** Volume of one half (inward or outward) of the bundle in a zone, cm^3; 0 where the ray does not come. */
    double bundle_volume(int zone, int ray) const { return bundle_volume_[index(zone, ray)]; }
    /** Mean path through a zone, cm. */
    double path(int zone, int ray) const { return bundle_volume(zone, ray) / area(ray); }
    /** Solid angle of a direction in a zone: 4 pi (bundle volume)/(shell volume), shared by the azimuths. */
    double solid_angle(int zone, int ray) const;
    /** Unit vector of a direction in a zone; its radial part is the path average, so that sum w v f is the flux. */
    std::array<double, 3> unit_vector(int zone, int ray, bool outward, int azimuth) const;

private:
    std::size_t index(int zone, int ray) const { return static_cast<std::size_t>(zone) * innermost_.size() + ray; }

    std::vector<double> edges_;
    std::vector<double> radius_;
    std::vector<double> shell_volume_;
    std::vector<double> area_;
    std::vector<int> innermost_;
    int core_rays_ = 0;
    std::vector<double> bundle_volume_;
    std::vector<double> cosine_;
};

} // namespace miscid::apps
