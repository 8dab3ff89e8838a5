/** @file score.hpp  How far a contender is from the resolved box. */
#pragma once

#include "host.hpp"
#include "resolved.hpp"

namespace miscid::judge {

struct Score {
    bool defined = false;
    double L1 = 0.0;           ///< sudden: density-weighted L1 of survival; driven: worst sum w|dE|/sum w|E unmixed|
    double largest = 0.0;      ///< sudden: largest |dP| over directions; driven: as L1
    double number = -1.0;      ///< larger of the relative errors of the numbers of nu_e and anti-nu_e; driven: negative
    double flux = 0.0;         ///< |sum w v n dP|/sum w n, larger of both; driven: |sum w v dE|/sum w|E unmixed|
    double conservation = 0.0; ///< lepton number, over sum w|E|
    double milliseconds = 0.0; ///< processor time of the whole case, one run
    double scatter = 0.0;      ///< standard deviation of L1 between single runs, where they are random
    std::vector<double> survival[2]; ///< of the mean
    std::vector<double> error_at;    ///< driven: per time
};

/** Runs the contender through the situation; random ones `runs` times, the mean of whose answers counts. `host_steps`: of a
 *  driven situation, from its beginning to its last time. */
Score judge(const Situation& situation, const Resolved& resolved, Contender& contender, int runs, int host_steps = 200);

} // namespace miscid::judge
