/** @file star.hpp
 *  What does not change during a supernova run: the grid, matter, and what it absorbs and emits.
 */
#pragma once

#include "radiation.hpp"
#include "ray_grid.hpp"
#include "scenario.hpp"

#include <cstddef>
#include <vector>

namespace miscid::apps {

/** Where a number lies in the arrays of the run. Zones are numbered from the first one that is held here: with several
 *  ranks each holds a range of its own, and the next one beyond it (halo) to compare with. */
struct Layout {
    int zones = 0; ///< held, halo included
    int groups = 0;
    int directions = 0;
    int components = 0;
    int first = 0; ///< number in the star of the zone that is 0 here
    int own = 0;   ///< zones that are advanced here

    std::size_t modes_per_zone() const { return std::size_t(2) * groups * directions; }
    std::size_t mode(int zone, int type, int group, int direction) const {
        return ((static_cast<std::size_t>(zone) * 2 + type) * groups + group) * directions + direction;
    }
    /** First component of a mode in a field q(zone, type, group, direction, component). */
    std::size_t at(int zone, int type, int group, int direction) const {
        return mode(zone, type, group, direction) * components;
    }
    std::size_t size() const { return zones * modes_per_zone() * components; }
};

struct Star {
    explicit Star(const SupernovaScenario& scenario);

    RayGrid grid;
    EnergyGrid energy;
    std::vector<MatterPoint> matter; ///< per zone
    /** (zone, type, group, flavor): absorption, cm^-1, and the occupation in equilibrium with matter. */
    std::vector<double> absorption;
    std::vector<double> equilibrium;
    /** (type, group, flavor): neutrinos per second that leave the star without mixing. */
    std::vector<double> emitted;
    /** Part of the emitted neutrinos outside the energy groups, largest of all species. */
    double lost_tail = 0.0;

    std::size_t species(int zone, int type, int group, int flavor) const {
        return ((static_cast<std::size_t>(zone) * 2 + type) * energy.groups() + group) * 2 + flavor;
    }

    /** Steady state without mixing: occupation per (zone, ray, inward/outward) for one type, group and flavor. */
    std::vector<double> unmixed(int type, int group, int flavor) const;

private:
    double outgoing(const std::vector<double>& occupation, int group) const;
};

} // namespace miscid::apps
