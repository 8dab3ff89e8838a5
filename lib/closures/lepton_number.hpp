/** @file lepton_number.hpp
 *  Lepton number of a cell by sign, the screens every closure starts with, and the conservative end of a change.
 */
#pragma once

#include "closures/closure.hpp"

namespace miscid::closures {

/** sum of the positive and of the negative e (as magnitude), and how often e changes sign along v. */
struct LeptonAreas {
    double positive = 0.0;
    double negative = 0.0;
    int crossings = 0;

    double total() const { return positive + negative; }
    double smaller() const { return positive < negative ? positive : negative; }
    double larger() const { return positive < negative ? negative : positive; }
    double ratio() const { return larger() > 0.0 ? smaller() / larger() : 0.0; }
};
LeptonAreas lepton_areas(const Cell& cell, const double* e);

/** What one pass over a cell tells. */
struct Screen {
    bool usable = true;           ///< every number finite, the step not negative, v strictly ascending in [-1, 1]
    bool nothing_can_grow = true; ///< all e of one sign before and after the source (theory.md F9)
};
Screen screen(const Cell& cell);
inline bool usable(const Cell& cell) {
    return screen(cell).usable;
}
inline bool nothing_can_grow(const Cell& cell) {
    return screen(cell).nothing_can_grow;
}

/** Answer of a cell without mixing. */
void add_source_only(const Cell& cell, Answer& answer);

/** How every prescription begins: refuses what is unusable, adds the source, describes the cell. */
struct Beginning {
    bool usable = false;
    LeptonAreas areas; ///< with the source
};
Beginning begin(const Cell& cell, Kind kind, Answer& answer);

/** Fills what a diagnostic says of the cell itself. */
void describe(const Cell& cell, const LeptonAreas& areas, Diagnostics& diagnostics);
/** gamma_min and gamma_max from the factors. */
void describe_viscosity(const Cell& cell, const double* factor, Diagnostics& diagnostics);

/** Makes sum e x = 0 by scaling x down on the side of e that gives more. x >= 0 stays so. Returns the sum of |e| x left. */
double balance(int count, const double* e, double* x);

} // namespace miscid::closures
