/** @file transport.hpp
 *  One time step of streaming, absorption and emission along the rays: the classical part of a host code.
 *
 *      V (f' - f)/(c dt) = A (F_in - F_out) + V kappa (f_eq - f'),   F_out = (1 - theta) f + theta f',
 *      theta = max(0, 1 - V/(A c dt))                                              (docs/run.md)
 *
 *  Rays pass through all zones, inwards and then outwards. With several ranks what crosses the edge of a rank's zones is
 *  handed on, group by group, so that ranks work on different groups at the same time.
 *
 *  Stable for every dt, exact transport (no numerical diffusion) where c dt is the width of a zone, and every new f
 *  is an average of old ones and f_eq: density matrices stay between 0 and 1.
 */
#pragma once

#include "ranks.hpp"
#include "star.hpp"
#include "sum.hpp"

#include <array>
#include <vector>

namespace miscid::apps {

/** Where the neutrinos of one type went since the start; numbers of neutrinos. */
struct NumberLedger {
    std::vector<std::array<Sum, 2>>
        zone_source;                 ///< emitted minus absorbed, zone by zone: sums in one order for any ranks
    std::array<Sum, 2> through_core; ///< net inflow through the inner boundary
    std::array<Sum, 2> escaped;      ///< outflow through the outer boundary

    double source(int type) const {
        Sum sum;
        for (const auto& zone : zone_source) {
            sum.add(zone[type].value());
        }
        return sum.value();
    }
    double expected_change(int type) const {
        Sum sum;
        sum.add(source(type));
        sum.add(through_core[type].value());
        sum.add(-escaped[type].value());
        return sum.value();
    }
};

/** What invariant mode adds: rates of the eigenstates and what happens between zones. */
struct EigenstateRates {
    /** (zone, type, group, direction, eigenstate): absorption (s^-1) and emission (s^-1) on the eigenstates of H. */
    std::vector<double> absorption;
    std::vector<double> emission;
    /** (interface, type, group, direction): probability to change the label between zone i and zone i + 1. */
    std::vector<double> crossing;
};

class Transport {
public:
    Transport(const Star& star, const Layout& layout, const Ranks& ranks)
        : star_(star), layout_(layout), ranks_(ranks) {}

    /** Matrix mode: q holds ee, xx, Re ex, Im ex. */
    void advance_matrices(std::vector<double>& q, double time_step, NumberLedger& ledger) const;
    /** Invariant mode: q holds the occupations of the two eigenstates. */
    void advance_eigenstates(std::vector<double>& q, const EigenstateRates& rates, double time_step,
                             NumberLedger& ledger) const;
    /** Number of neutrinos of a type in each zone that is advanced here. */
    std::vector<double> zone_numbers(const std::vector<double>& q, const std::vector<double>& weight, int type) const;

private:
    template <class Interaction>
    void advance(std::vector<double>& q, const Interaction& interaction, double time_step, NumberLedger& ledger) const;
    template <class Interaction>
    class Sweep;

    const Star& star_;
    Layout layout_;
    const Ranks& ranks_;
};

} // namespace miscid::apps
