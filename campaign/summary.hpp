/** @file summary.hpp
 *  The table of a campaign, and its machine-readable record.
 */
#pragma once

#include "cells.hpp"
#include "verdict.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace miscid::campaign {

/** Everything kept of a cell. */
struct Record {
    std::uint64_t cell = 0;
    int flavors = 2;
    std::size_t modes = 0;
    std::array<Verdict, 2> step;
    std::array<double, 2> seconds{}; ///< in miscid_apply, its share of the block
};

class Summary {
public:
    void add(Record record) { records_.push_back(std::move(record)); }
    /** In the order of the cells, whatever order they came in. */
    void sort();
    void print(std::ostream& out) const;
    nlohmann::json json() const;
    /** Wrong branches, silent failures and outcomes nobody can explain. */
    std::size_t failures(bool cold_starts) const;
    double wall_seconds = 0;

private:
    void print_outcomes(std::ostream& out, int flavors, bool cold) const;
    void print_precision(std::ostream& out) const;
    void print_cost(std::ostream& out) const;

    std::vector<Record> records_;
};

} // namespace miscid::campaign
