/** @file mixer.hpp
 *  One cell whose species are known per group and direction, through the step of miscid.h, and what that moved from
 *  species to species. Knows nothing of how a host stores its neutrinos.
 */
#pragma once

#include "host_view.hpp"
#include "species.hpp"

#include <miscid/miscid.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace miscid::adapters {

/** Matter of a cell, in the host's units of miscid.h. */
struct Medium {
    double electron_density = 0;
    double mass_density = 0;
    double electron_fraction = 0;
};

/** What of the medium a host gives. */
struct MediumFields {
    bool electron_density = false;
    bool mass_density = false;
    bool electron_fraction = false;
};

/** An OUT field of miscid.h bound to a host's array. */
struct Diagnostic {
    miscid_field field = MISCID_FIELD_STATUS;
    miscid_view view{};
    HostView host;
};

/** What a call did, summed over cells. */
class Tally {
public:
    Tally();
    void add(const CellIndex& cell, miscid_status status, const miscid_report& one);
    miscid_report report;
    miscid_status status() const;
};

class Mixer {
public:
    Mixer(const miscid::Context& context, const SpeciesTable& species, int groups, int directions, bool invariant);

    /** Neutrinos of a species in a group, one number per direction, in units.number_density. */
    double* content(int species, int group) { return content_.data() + place(species, group); }
    const double* content(int species, int group) const { return content_.data() + place(species, group); }
    double* directions() { return direction_.data(); } ///< [direction][x, y, z]
    double* energies() { return energy_.data(); }      ///< [group], units.energy
    Medium medium;
    const std::vector<Diagnostic>
        no_diagnostics; ///< a static one would be made, and registered for the exit, in a call

    /** Once per call, before its cells. */
    void begin(const MediumFields& given, const std::vector<Diagnostic>& diagnostics);
    /** The step. `state` is the cell's; `status` its status. Returns false if the cell must be left as it is. */
    bool mix(const CellIndex& cell, double* state, std::int64_t state_stride,
             const std::vector<Diagnostic>& diagnostics, double time, double dt, miscid_status& status,
             miscid_report& report) noexcept;
    /** Change of the number of a flavor (0 e, then x or mu, tau) of neutrinos (0) or antineutrinos (1), per direction. Sums
     *  over flavors to zero; exactly zero where only rounding differs. */
    const double* change(int type, int group, int flavor) const { return change_.data() + mode(type, group, flavor); }
    /** Nothing of the group was moved. */
    bool unchanged(int group) const { return !moved_[static_cast<std::size_t>(group)]; }
    /** Matrix mode: a polarization is left with more than 1e-3 of it off the electron axis. */
    bool tilted() const { return tilted_; }

    /** fraction[s][to]: part of species s, in one direction and group, that becomes species `to`. For hosts whose neutrinos keep
     *  their direction and energy one by one. At most most_species species. */
    static constexpr int most_species = 8;
    void transfer(int group, int d, double (&fraction)[most_species][most_species]) const;

    /** Adds to moved[species][k] what mixing moves, the numbers carry(species, direction, each) says of one neutrino. What
     *  flavors lose is taken from their species in proportion, pooled per direction, and dealt to those that gain: the sum
     *  over species of every moved[.][k] is zero up to its rounding. */
    template <int K, typename Carry>
    void fold(int group, Carry&& carry, double (*moved)[K]) const;
    /** The same where species of one group have different energies (grey hosts; two flavors): a neutrino changes flavor
     *  with the probability that the change of numbers implies, in both directions. */
    template <int K, typename Carry>
    void fold_exchange(int group, Carry&& carry, double (*moved)[K]) const;

private:
    std::size_t place(int species, int group) const {
        return (static_cast<std::size_t>(species) * groups_ + group) * directions_;
    }
    std::size_t mode(int type, int group, int flavor) const {
        return ((static_cast<std::size_t>(type) * groups_ + group) * flavors_ + flavor) * directions_;
    }
    /** Takes `number` neutrinos of a flavor and direction from its species; pool[k] receives what they carry. */
    template <int K, typename Carry>
    void take(int type, int group, int flavor, int d, double number, Carry&& carry, double (&pool)[K],
              double (*moved)[K]) const;
    template <int K>
    void give(int type, int flavor, double share, const double (&pool)[K], double (*moved)[K]) const;
    void write_flavors();
    void read_flavors();
    bool is_tilted(int type, int group) const;
    /** Place of a component in rho_, or of an eigenstate in amplitude; the flavor-diagonal ones come first. */
    double* stored(int type, int group, std::size_t component) {
        const std::size_t numbers = invariant_ ? flavors_ : components_;
        return rho_.data() + ((static_cast<std::size_t>(type) * groups_ + group) * numbers + component) * directions_;
    }
    const double* stored(int type, int group, std::size_t component) const {
        return const_cast<Mixer*>(this)->stored(type, group, component);
    }
    /** Eigenstate of a flavor at high density: e has the highest eigenvalue of H. */
    std::size_t diagonal(std::size_t flavor) const { return invariant_ ? flavors_ - 1 - flavor : flavor; }

    const miscid::Context& context_;
    const SpeciesTable& species_;
    std::size_t groups_, directions_, flavors_, components_;
    bool invariant_;
    bool tilted_ = false;
    miscid::Workspace workspace_;
    miscid::Batch batch_;
    std::vector<double> content_, direction_, energy_, rho_, flavor_, change_;
    std::vector<char> moved_;
    std::vector<miscid_field> bound_diagnostics_;
    std::int32_t status_ = 0;
};

template <int K, typename Carry>
void Mixer::take(int type, int group, int flavor, int d, double number, Carry&& carry, double (&pool)[K],
                 double (*moved)[K]) const {
    const double whole = flavor_[mode(type, group, flavor) + static_cast<std::size_t>(d)];
    if (!(whole > 0.0)) {
        return;
    }
    for (const Part& part : species_.parts(type, flavor)) {
        const double taken = number * (part.content * content(part.species, group)[d] / whole);
        double each[K];
        carry(part.species, d, each);
        for (int k = 0; k < K; ++k) {
            const double amount = taken * each[k];
            moved[part.species][k] -= amount;
            pool[k] += amount;
        }
    }
}

template <int K>
void Mixer::give(int type, int flavor, double share, const double (&pool)[K], double (*moved)[K]) const {
    for (const Part& part : species_.parts(type, flavor)) {
        for (int k = 0; k < K; ++k) {
            moved[part.species][k] += pool[k] * (share * part.gain);
        }
    }
}

template <int K, typename Carry>
void Mixer::fold(int group, Carry&& carry, double (*moved)[K]) const {
    const int flavors = static_cast<int>(flavors_);
    for (int type = 0; type < 2; ++type) {
        for (int d = 0; d < static_cast<int>(directions_); ++d) {
            double gained = 0.0;
            for (int f = 0; f < flavors; ++f) {
                gained += std::max(change(type, group, f)[d], 0.0);
            }
            if (!(gained > 0.0)) {
                continue;
            }
            double pool[K] = {};
            for (int f = 0; f < flavors; ++f) {
                const double lost = -change(type, group, f)[d];
                if (lost > 0.0) {
                    const double there = flavor_[mode(type, group, f) + static_cast<std::size_t>(d)];
                    take(type, group, f, d, std::min(lost, there), carry, pool, moved);
                }
            }
            for (int f = 0; f < flavors; ++f) {
                const double won = change(type, group, f)[d];
                if (won > 0.0) {
                    give(type, f, won / gained, pool, moved);
                }
            }
        }
    }
}

template <int K, typename Carry>
void Mixer::fold_exchange(int group, Carry&& carry, double (*moved)[K]) const {
    for (int type = 0; type < 2; ++type) {
        const double* e = flavor_.data() + mode(type, group, 0);
        const double* x = flavor_.data() + mode(type, group, 1);
        const double* won = change(type, group, 0);
        double difference = 0.0;
        double changed = 0.0;
        for (std::size_t d = 0; d < directions_; ++d) {
            difference += std::abs(e[d] - x[d]);
            changed += std::abs(won[d]);
        }
        if (!(changed > 0.0)) {
            continue;
        }
        for (std::size_t d = 0; d < directions_; ++d) {
            // Where e and x are equal nothing shows how many change places; the mean of the other directions then.
            const bool told = std::abs(e[d] - x[d]) > 1e-6 * (e[d] + x[d]);
            const double probability = std::clamp(told ? won[d] / (x[d] - e[d]) : changed / difference, 0.0, 1.0);
            double from_e[K] = {};
            double from_x[K] = {};
            take(type, group, 0, static_cast<int>(d), probability * e[d], carry, from_e, moved);
            take(type, group, 1, static_cast<int>(d), probability * x[d], carry, from_x, moved);
            give(type, 1, 1.0, from_e, moved);
            give(type, 0, 1.0, from_x, moved);
        }
    }
}

} // namespace miscid::adapters
