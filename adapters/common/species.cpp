#include "species.hpp"

#include "error.hpp"

#include <algorithm>

namespace miscid::adapters {

namespace {

bool contains(const std::vector<std::string>& names, const char* name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/** What a species is: type 0, 1, or 2 for both; flavor 0 e, 1 mu, 2 tau, 3 any heavy one. */
struct Kind {
    int type = 0;
    int flavor = 0;
};

Kind kind_of(const std::string& name, bool separate_antineutrinos) {
    const int type = name.rfind("nubar_", 0) == 0 ? 1 : 0;
    if (type == 1 || name.rfind("nu_", 0) == 0) {
        const std::string flavor = name.substr(type == 1 ? 6 : 3);
        if (flavor == "e" || flavor == "mu" || flavor == "tau") {
            return {type, flavor == "e" ? 0 : (flavor == "mu" ? 1 : 2)};
        }
        if (flavor == "x") {
            return {type == 0 && !separate_antineutrinos ? 2 : type, 3};
        }
    }
    throw StatusError(MISCID_BAD_VALUE, "species '" + name +
                                            "' is none of nu_e, nubar_e, nu_x, nubar_x, nu_mu, nubar_mu, nu_tau, "
                                            "nubar_tau");
}

} // namespace

std::vector<double> SpeciesTable::usual_degeneracy(const std::vector<std::string>& names) {
    const bool separate = contains(names, "nubar_x");
    std::vector<double> degeneracy;
    for (const auto& name : names) {
        const auto kind = kind_of(name, separate);
        degeneracy.push_back(kind.flavor != 3 ? 1.0 : (kind.type == 2 ? 4.0 : 2.0));
    }
    return degeneracy;
}

SpeciesTable::SpeciesTable(const std::vector<std::string>& names, std::vector<double> degeneracy, bool each,
                           int flavors)
    : flavors_(flavors) {
    if (degeneracy.empty()) {
        degeneracy = usual_degeneracy(names);
    }
    if (degeneracy.size() != names.size()) {
        throw StatusError(MISCID_BAD_VALUE, "moments.degeneracy has " + std::to_string(degeneracy.size()) +
                                                " entries for " + std::to_string(names.size()) + " species");
    }
    const bool separate = contains(names, "nubar_x");
    double heavy_flavors[2] = {0, 0};
    for (std::size_t s = 0; s < names.size(); ++s) {
        const auto kind = kind_of(names[s], separate);
        if (std::count(names.begin(), names.end(), names[s]) > 1) {
            throw StatusError(MISCID_BAD_VALUE, "species '" + names[s] + "' is named twice");
        }
        const double g = degeneracy[s];
        const bool allowed =
            kind.flavor != 3 ? g == 1.0 : (kind.type == 2 ? g == 2.0 || g == 4.0 : g == 1.0 || g == 2.0);
        if (!allowed) {
            throw StatusError(MISCID_BAD_VALUE,
                              "species '" + names[s] + "' cannot have degeneracy " + std::to_string(g) +
                                  " (1 for e, mu, tau; nu_x 1 or 2; nu_x with its antineutrinos 2 or 4)");
        }
        shared_ = shared_ || kind.type == 2;
        number_factor_.push_back(each ? g : 1.0);
        degeneracy_.push_back(g);
        for (int type = 0; type < 2; ++type) {
            if (kind.type != 2 && kind.type != type) {
                continue;
            }
            // Number of flavors of this type in the species.
            const double own = kind.type == 2 ? g / 2 : g;
            const int species = static_cast<int>(s);
            if (kind.flavor == 0) {
                parts_[type][0].push_back({species, 1.0, 1.0});
            } else if (flavors == 2) {
                heavy_flavors[type] += own;
                parts_[type][1].push_back({species, own / g, own}); // divided by all heavy flavors below
            } else if (kind.flavor == 3) {
                parts_[type][1].push_back({species, 1 / g, 1.0});
                parts_[type][2].push_back({species, 1 / g, 1.0});
            } else {
                parts_[type][kind.flavor].push_back({species, 1.0, 1.0});
            }
        }
    }
    for (int type = 0; type < 2; ++type) {
        for (int flavor = 0; flavor < flavors; ++flavor) {
            auto& parts = parts_[type][flavor];
            const bool many = flavors == 3 && parts.size() > 1;
            if (parts.empty() || many) {
                throw StatusError(MISCID_BAD_VALUE,
                                  std::string(many ? "more than one species is " : "no species is ") +
                                      (flavor == 0 ? "the electron" : (flavors == 2 ? "a heavy" : "the mu or tau")) +
                                      (type == 0 ? " neutrino" : " antineutrino"));
            }
        }
        for (auto& part : parts_[type][1]) {
            if (flavors == 2) {
                part.content /= heavy_flavors[type];
                part.gain /= heavy_flavors[type];
            }
        }
    }
}

} // namespace miscid::adapters
