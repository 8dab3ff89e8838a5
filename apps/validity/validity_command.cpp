#include "validity/validity_command.hpp"

#include "thermo/cell_command.hpp"
#include "validity/validity_answer.hpp"

namespace miscid::apps {

void add_validity_command(CLI::App& app, int& exit_code) {
    add_cell_command(app, exit_code,
                     {"validity", "are the theory's assumptions met in this cell",
                      "draw the criteria into this PNG file", MISCID_VALIDITY_PLOT_SCRIPT, "criteria",
                      solve_validity_case});
}

} // namespace miscid::apps
