/** @file verdict.hpp
 *  What the check says about one step of one cell.
 */
#pragma once

#include "cells.hpp"
#include "host.hpp"

#include <array>
#include <string>

namespace miscid::campaign {

/** What the library reported. */
enum class Reported { ok, event, relaxed, reduce_time_step, refused, not_run };
inline constexpr std::array<Reported, 5> reports = {Reported::ok, Reported::event, Reported::relaxed,
                                                    Reported::reduce_time_step, Reported::refused};

/** What the check found. */
enum class Finding {
    equilibrium,    ///< an equilibrium to the floor; its branch was not followed
    confirmed,      ///< the branch was followed here, or an end of the branch was found where one was reported
    not_followed,   ///< an event, a relaxation or a refusal whose branch was not followed (beyond the sample)
    not_polished,   ///< kept what must be kept; beyond the budget of modes, nothing else was checked
    other_path,     ///< the branch by inputs ends or swaps labels elsewhere; by residual it leads here (counted apart)
    grazing,        ///< an event where the branch folds at |H| below the vacuum mixing; an end where it nearly ends
    undecided,      ///< the check itself could not follow the branch to its end
    wrong_branch,   ///< an equilibrium, but of another branch
    silent_failure, ///< reported as usable and no equilibrium, or something that must be kept was not
    unexplained,    ///< reported an event, an end of the branch or a refusal where the check finds none
};
inline constexpr std::array<Finding, 10> findings = {
    Finding::equilibrium, Finding::confirmed, Finding::not_followed, Finding::not_polished,   Finding::other_path,
    Finding::grazing,     Finding::undecided, Finding::wrong_branch, Finding::silent_failure, Finding::unexplained};

const char* name_of(Reported reported);
const char* name_of(Finding finding);
inline bool is_failure(Finding finding) {
    return finding == Finding::wrong_branch || finding == Finding::silent_failure || finding == Finding::unexplained;
}

struct Verdict {
    Reported reported = Reported::not_run;
    Finding finding = Finding::equilibrium;
    bool cold_start = false;
    bool polished = false;
    bool quadruple = false; ///< 64 bits were not enough to polish it
    bool followed = false;
    int status = 0;
    double iterations = 0;
    double displacement = 0;       ///< largest |P - P*|/|P| to the polished equilibrium
    double displacement_ratio = 0; ///< of a mode's displacement to its floor
    double residual_ratio = 0;     ///< of sin angle(P, H(P)) to its floor
    double scale_separation = 0;   ///< (lambda + mu sum w P0)/|H|min
    double interaction = 0;        ///< mu sum w |P| / omega at 15 MeV
    double matter = 0;             ///< lambda / (mu sum w |P|)
    double difference = 0;         ///< largest |P* - P_branch|/|P|
    double seconds_polishing = 0, seconds_following = 0;
    std::string detail; ///< in words, for cells that are not plain ok
};

Reported reported_by(std::int32_t status);

/** How far one step is checked. */
struct Depth {
    bool polish = true;
    bool follow = false;
    bool trace = false; ///< print every point of the branches
};

/** Judges a cell's two steps. */
void judge(const Shape& shape, const Cell& cell, const History& history, const Depth (&depth)[2],
           Verdict (&verdict)[2]);

} // namespace miscid::campaign
