/** @file resolved.hpp
 *  The answer that closures are judged by: the kinetic equation in a periodic box, solved by the characteristic solver of
 *  lib/kinetics (spectral streaming, exact rotations), several seeds. It shares nothing with the marker box but the equation.
 */
#pragma once

#include "situation.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace miscid::judge {

using Json = nlohmann::json;

struct Resolved {
    std::vector<double> survival[2];    ///< sudden: of nu and anti-nu, per direction
    std::vector<std::vector<double>> E; ///< driven: per time and direction
    double sampling_error = 0.0;        ///< standard error of the mean over seeds, in the norm of the table
    int runs = 0;
    double seconds = 0.0; ///< processor time of one run
    double lepton_drift = 0.0;
};

/** Solves, or reads the answer of an earlier call with the same numbers from the file. */
class ResolvedAnswers {
public:
    /** `runs` > 0: at least so many seeds instead of those of the situation. */
    ResolvedAnswers(std::string file, int runs, bool again);
    Resolved of(const Situation& situation);
    /** True if no box has to be run for it. */
    bool knows(const Situation& situation) const;

private:
    static Json read(const std::string& file);
    int seeds_of(const Situation& situation) const { return runs_ > 0 ? runs_ : situation.box.runs; }

    std::string file_;
    int runs_;
    bool again_;
    Json known_;
};

} // namespace miscid::judge
