/** @file cells.hpp
 *  Random cells: what a host hands over before and after one of its steps (distributions: docs/campaign.md).
 */
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace miscid::campaign {

/** What tells mu from tau in dense matter (three flavors). Where nothing does, their spectra are drawn equal. */
enum class HeavyPotential { none, muons, tau };

/** What is one for all cells of a call: the configuration, the energies, and by how much the next step differs. */
struct Shape {
    int flavors = 2;
    int groups = 1;
    int directions = 2;
    bool invariant = false;    ///< transport.mode
    bool density = false;      ///< phase_space.form
    bool inverted = false;     ///< mass ordering
    bool product_grid = false; ///< directions in rings about the flux, else a spiral in random orientation
    double mass_squared_difference = 1.0;
    double mixing_angle = 0.1;                           ///< three flavors: theta_13
    double mixing_angle_12 = 0.6, mixing_angle_23 = 0.8; ///< three flavors, as all below
    double cp_phase = 0.0;
    double mass_squared_difference_21 = 0.0;
    HeavyPotential heavy_potential = HeavyPotential::none;
    double tau_effective_fraction = 0.0;
    double change = 0.0;           ///< largest relative change of any input in the next step
    std::vector<double> energy[2]; ///< before and after

    std::size_t flavor_count() const { return static_cast<std::size_t>(flavors); }
    /** Numbers a host holds per mode. */
    std::size_t numbers() const { return invariant ? flavor_count() : flavor_count() * flavor_count(); }
    std::size_t modes() const { return 2 * static_cast<std::size_t>(groups * directions); }
    /** Modes lie direction by direction, in it type by type, in it group by group. */
    std::size_t mode(int direction, int type, int group) const {
        return static_cast<std::size_t>((direction * 2 + type) * groups + group);
    }
};

/** A cell of such a shape. Arrays in the order of Shape::mode, weights without the type. */
struct Cell {
    std::string kind;                 ///< "supernova" or "merger"
    std::vector<double> direction;    ///< unit vectors
    std::vector<double> weight[2];    ///< before and after; 1 in density form
    std::vector<double> content[3];   ///< first step: occupation (or density) of e, of x or mu, of tau
    std::vector<double> factor;       ///< next step: all of rho times this,
    std::vector<double> polarization; ///< and its polarization vector times this
    double electron_density[2] = {};
    double muon_density[2] = {};
    double mass_density[2] = {};
    double velocity[2][3] = {};
};

/** Where an electron, x or mu, tau neutrino is found among the eigenstates of H, ascending, when matter exceeds all else. */
std::size_t eigenstate_at_large_matter(const Shape& shape, std::size_t flavor);

/** Number of cells that share a shape and a call. */
inline constexpr std::uint64_t cells_per_block = 32;

/** Share of the blocks with three flavors, and how the numbers of modes are spread: (share, from, to), log-uniform. */
inline constexpr double three_flavor_share = 0.2;
struct ModeRange {
    double share;
    int fewest, most;
};
inline constexpr ModeRange mode_ranges[] = {{0.90, 16, 256}, {0.08, 256, 1024}, {0.02, 1024, 4096}};

struct Limits {
    int most_modes = 4096;
};

Shape draw_shape(std::uint64_t seed, std::uint64_t block, const Limits& limits);
Cell draw_cell(const Shape& shape, std::uint64_t seed, std::uint64_t cell);

} // namespace miscid::campaign
