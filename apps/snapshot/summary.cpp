#include "snapshot/summary.hpp"

#include "run/sum.hpp"
#include "run/terminal.hpp"

#include <algorithm>
#include <cstdio>

namespace miscid::apps {

void ChunkNotes::count(const miscid_report& report, const CellBox& box) {
    cells = static_cast<double>(report.cells);
    ok = static_cast<double>(report.ok);
    events = static_cast<double>(report.events);
    relaxed = static_cast<double>(report.relaxed);
    reduce_time_step = static_cast<double>(report.reduce_time_step);
    refused = static_cast<double>(report.refused);
    iterations = static_cast<double>(report.iterations);
    max_residual = report.max_residual;
    max_tilt = report.max_tilt;
    if (report.refused > 0) {
        for (std::size_t a = 0; a < 3; ++a) {
            first_refused[a] = static_cast<double>(box.first[a] + report.first_refused[a]);
        }
        first_refused_status = report.first_refused_status;
    }
}

std::vector<double> ChunkNotes::row() const {
    std::vector<double> row = {cells,
                               ok,
                               events,
                               relaxed,
                               reduce_time_step,
                               refused,
                               iterations,
                               max_residual,
                               max_tilt,
                               first_refused[0],
                               first_refused[1],
                               first_refused[2],
                               first_refused_status};
    row.insert(row.end(), before.begin(), before.end());
    row.insert(row.end(), after.begin(), after.end());
    return row;
}

ChunkNotes ChunkNotes::from_row(const double* row, std::size_t counted) {
    ChunkNotes notes(counted);
    double* numbers[fixed] = {&notes.cells,
                              &notes.ok,
                              &notes.events,
                              &notes.relaxed,
                              &notes.reduce_time_step,
                              &notes.refused,
                              &notes.iterations,
                              &notes.max_residual,
                              &notes.max_tilt,
                              notes.first_refused,
                              notes.first_refused + 1,
                              notes.first_refused + 2,
                              &notes.first_refused_status};
    for (double* number : numbers) {
        *number = *row++;
    }
    std::copy(row, row + counted, notes.before.begin());
    std::copy(row + counted, row + 2 * counted, notes.after.begin());
    return notes;
}

std::vector<double> count_species(const miscid_view& view, const Counted& counted) {
    std::vector<double> sums(counted.names.size(), 0.0);
    const int rank = view.axis_count;
    // What one step along each axis of the view means for the number of the species, and where counting ends there.
    std::vector<int> step(rank, 0);
    std::vector<std::int64_t> end(view.extent, view.extent + rank);
    for (int a = 0; a < rank; ++a) {
        for (const auto& axis : counted.axes) {
            if (axis.axis == view.axis[a]) {
                step[a] = axis.step;
                end[a] = std::min(end[a], axis.limit);
            }
        }
    }
    if (std::any_of(end.begin(), end.end(), [](std::int64_t n) { return n == 0; })) {
        return sums;
    }
    const int last = rank - 1;
    std::vector<std::int64_t> index(rank, 0);
    const char* row = static_cast<const char*>(view.data);
    int species = 0;
    while (true) {
        const char* address = row;
        for (std::int64_t n = 0; n < end[last]; ++n) {
            sums[static_cast<std::size_t>(species + n * step[last])] += *reinterpret_cast<const double*>(address);
            address += view.stride[last];
        }
        int a = last - 1;
        while (a >= 0 && ++index[a] == end[a]) {
            row -= (end[a] - 1) * view.stride[a];
            species -= static_cast<int>(end[a] - 1) * step[a];
            index[a--] = 0;
        }
        if (a < 0) {
            return sums;
        }
        row += view.stride[a];
        species += step[a];
    }
}

Json summarise(const std::vector<double>& rows, const Counted& counted) {
    const std::size_t species = counted.names.size();
    const std::size_t length = ChunkNotes::length(species);
    ChunkNotes total(species);
    std::vector<Sum> before(species), after(species);
    Json chunks = Json::array();
    for (std::size_t c = 0; c * length < rows.size(); ++c) {
        const ChunkNotes chunk = ChunkNotes::from_row(rows.data() + c * length, species);
        total.cells += chunk.cells;
        total.ok += chunk.ok;
        total.events += chunk.events;
        total.relaxed += chunk.relaxed;
        total.reduce_time_step += chunk.reduce_time_step;
        if (chunk.refused > 0 && total.refused == 0) {
            std::copy(chunk.first_refused, chunk.first_refused + 3, total.first_refused);
            total.first_refused_status = chunk.first_refused_status;
        }
        total.refused += chunk.refused;
        total.iterations += chunk.iterations;
        total.max_residual = std::max(total.max_residual, chunk.max_residual);
        total.max_tilt = std::max(total.max_tilt, chunk.max_tilt);
        for (std::size_t s = 0; s < species; ++s) {
            before[s].add(chunk.before[s]);
            after[s].add(chunk.after[s]);
        }
        chunks.push_back({{"before", chunk.before}, {"after", chunk.after}});
    }
    const auto whole = [](double number) { return static_cast<std::int64_t>(number); };
    Json summary = {{"status", total.refused + total.reduce_time_step > 0 ? "partial" : "ok"},
                    {"cells",
                     {{"cells", whole(total.cells)},
                      {"ok", whole(total.ok)},
                      {"events", whole(total.events)},
                      {"relaxed", whole(total.relaxed)},
                      {"reduce_time_step", whole(total.reduce_time_step)},
                      {"refused", whole(total.refused)},
                      {"iterations", whole(total.iterations)},
                      {"max_residual", total.max_residual},
                      {"max_tilt", total.max_tilt}}},
                    {"chunks", chunks}};
    if (total.refused > 0) {
        summary["first_refused"] = {
            {"cell", {whole(total.first_refused[0]), whole(total.first_refused[1]), whole(total.first_refused[2])}},
            {"status", miscid_status_name(static_cast<std::int32_t>(total.first_refused_status))},
            {"meaning", miscid_status_text(static_cast<std::int32_t>(total.first_refused_status))}};
    }
    for (std::size_t s = 0; s < species; ++s) {
        summary["species"].push_back(
            {{"name", counted.names[s]}, {"before", before[s].value()}, {"after", after[s].value()}});
    }
    return summary;
}

void print_summary(const Json& summary) {
    const auto text = [](const Json& value) { return short_number(value.get<double>(), 6); };
    std::vector<std::vector<std::string>> rows;
    for (const Json& species : summary["species"]) {
        const double before = species["before"];
        const double change = before != 0.0 ? species["after"].get<double>() / before - 1.0 : 0.0;
        rows.push_back({species["name"], text(species["before"]), text(species["after"]), short_number(change, 3)});
    }
    print_table({"species", "before", "after", "change"}, rows);
    std::fputs("\n", stderr);
    const Json& cells = summary["cells"];
    rows.clear();
    for (const char* name : {"cells", "ok", "events", "relaxed", "reduce_time_step", "refused"}) {
        rows.push_back({name, std::to_string(cells[name].get<std::int64_t>())});
    }
    rows.push_back({"largest residual", text(cells["max_residual"])});
    print_table({"cells", ""}, rows);
    if (summary.contains("first_refused")) {
        const Json& first = summary["first_refused"];
        std::fprintf(stderr, "\nfirst refused cell %s: %s\n", first["cell"].dump().c_str(),
                     first["meaning"].get<std::string>().c_str());
    }
}

} // namespace miscid::apps
