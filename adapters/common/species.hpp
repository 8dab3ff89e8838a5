/** @file species.hpp
 *  From the species of a host to the flavors that mix, and back (design: `heavy = mean`).
 *
 *  A host carries 3 species (nu_e, nubar_e, nu_x for all four heavy ones), 4 (nu_x, nubar_x for two each) or 6. With two
 *  flavors the x that mixes with e is the mean of the heavy flavors present: what it gains or loses is theirs, the other
 *  combination of the two keeps its number.
 */
#pragma once

#include <string>
#include <vector>

namespace miscid::adapters {

/** One species of the host as a part of one flavor. */
struct Part {
    int species = 0;
    double content = 0; ///< the flavor holds content * (number of the species)
    double gain = 0;    ///< part of what the flavor gains that goes to the species
};

class SpeciesTable {
public:
    /** names: nu_e, nubar_e, nu_x, nubar_x, nu_mu, nubar_mu, nu_tau, nubar_tau in the host's order; degeneracy: how many
     *  flavors a species stands for; each: the host's array holds one of them, not their sum. Throws StatusError. */
    SpeciesTable(const std::vector<std::string>& names, std::vector<double> degeneracy, bool each, int flavors);

    int count() const { return static_cast<int>(number_factor_.size()); }
    int flavors() const { return flavors_; }
    /** The species that make up a flavor (0 e, then x or mu, tau) of neutrinos (0) or antineutrinos (1). */
    const std::vector<Part>& parts(int type, int flavor) const {
        return parts_[static_cast<std::size_t>(type)][static_cast<std::size_t>(flavor)];
    }
    /** Host's number times this is the number of all neutrinos the species stands for. */
    double number_factor(int species) const { return number_factor_[static_cast<std::size_t>(species)]; }
    /** How many flavors a species stands for. */
    double degeneracy(int species) const { return degeneracy_[static_cast<std::size_t>(species)]; }
    /** nu_x and nubar_x are one array. */
    bool shared() const { return shared_; }

    /** The degeneracies a host's set of species usually has. */
    static std::vector<double> usual_degeneracy(const std::vector<std::string>& names);

private:
    int flavors_;
    bool shared_ = false;
    std::vector<double> number_factor_, degeneracy_;
    std::vector<Part> parts_[2][3];
};

} // namespace miscid::adapters
