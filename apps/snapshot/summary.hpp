/** @file summary.hpp  What a snapshot tells at the end, put together from what was noted of each chunk. */
#pragma once

#include "json_input.hpp"
#include "snapshot/cell_box.hpp"
#include "snapshot/treatment.hpp"

#include <vector>

namespace miscid::apps {

/** Notes of one chunk: a row of doubles in the output, so that they survive an interruption. */
class ChunkNotes {
public:
    explicit ChunkNotes(std::size_t counted) : before(counted, 0.0), after(counted, 0.0) {}
    static std::size_t length(std::size_t counted) { return fixed + 2 * counted; }

    void count(const miscid_report& report, const CellBox& box);
    std::vector<double> row() const;
    static ChunkNotes from_row(const double* row, std::size_t counted);

    double cells = 0, ok = 0, events = 0, relaxed = 0, reduce_time_step = 0, refused = 0, iterations = 0;
    double max_residual = 0, max_tilt = 0;
    double first_refused[3] = {-1, -1, -1};
    double first_refused_status = 0;
    std::vector<double> before, after; ///< numbers of each counted species in the chunk

private:
    static constexpr std::size_t fixed = 13;
};

/** Sums of a field over one chunk by species; `view` describes the numbers. */
std::vector<double> count_species(const miscid_view& view, const Counted& counted);

/** The summary as JSON: the same bits for any number of ranks. */
Json summarise(const std::vector<double>& rows, const Counted& counted);

/** A table on standard error. */
void print_summary(const Json& summary);

} // namespace miscid::apps
