#include "thermo/thermo_command.hpp"

#include "thermo/cell_command.hpp"
#include "thermo/thermo_answer.hpp"

namespace miscid::apps {

void add_thermo_command(CLI::App& app, int& exit_code) {
    add_cell_command(app, exit_code,
                     {"thermo", "entropies, energy, heat and work, flavor temperature of one cell",
                      "draw the cell into this PNG file", MISCID_THERMO_PLOT_SCRIPT, "modes", solve_thermo_case});
}

} // namespace miscid::apps
