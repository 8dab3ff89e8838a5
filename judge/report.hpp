/** @file report.hpp  The table, as text and as JSON. */
#pragma once

#include "score.hpp"

#include <iosfwd>

namespace miscid::judge {

struct Report {
    struct Case {
        Situation situation;
        Resolved resolved;
        std::vector<Score> scores; ///< as `entries`
    };
    std::vector<Entry> entries;
    std::vector<Case> cases;
};

/** Two tables in Markdown: every case by contender (L1 / largest), and what each contender does over all cases. */
void print(const Report& report, std::ostream& out);
Json to_json(const Report& report);

} // namespace miscid::judge
