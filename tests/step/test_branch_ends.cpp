// What apply does where the tracked branch ends: reference cases 14 (fold) and 26 (alignment event) as cells of a host.
#include "step/random_cells.hpp"
#include "step/reference_cell.hpp"

#include "catch.hpp"

namespace {

/** The case, or a visible skip. */
#define REFERENCE_CASE(json, name)                                                                                     \
    const auto json = host::reference_case(name);                                                                      \
    if (!json) {                                                                                                       \
        WARN("SKIPPED: no reference case " name "; set MISCID_REFERENCE_DIR");                                         \
        return;                                                                                                        \
    }

constexpr int steps = 21; // so that no step ends within 1e-6 of the event at s = 0.5000004 or the fold at 0.25000014

} // namespace

TEST_CASE("alignment event: apply flips the one label and goes on, every P continuous") {
    REFERENCE_CASE(json, "26_alignment_event");
    const auto& expected = (*json)["expected"];
    host::ReferenceCell reference(*json, R"({"equilibrium.strict": false})");
    REQUIRE(reference.cell->apply().status == MISCID_OK);
    REQUIRE(reference.cell->status[0] == MISCID_OK);
    int events = 0;
    for (int n = 1; n <= steps; ++n) {
        const double s = static_cast<double>(n) / steps;
        std::vector<host::Vector> before;
        for (std::size_t i = 0; i < reference.modes(); ++i)
            before.push_back(reference.P(i).normalized());
        const auto report = reference.step_to(s);
        INFO("s = " << s << ": " << miscid::last_error());
        REQUIRE(report.status == MISCID_OK);
        const bool event_here = s - 1.0 / steps < expected["event_at_s"] && s >= expected["event_at_s"];
        CHECK(reference.cell->status[0] == (event_here ? MISCID_CELL_EVENT : MISCID_OK));
        CHECK(report.events == (event_here ? 1 : 0));
        CHECK(reference.cell->events[0] == (event_here ? 1 : 0));
        events += event_here;
        for (std::size_t i = 0; i < reference.modes(); ++i)
            CHECK((reference.P(i).normalized() - before[i]).norm() < 0.3);
    }
    CHECK(events == 1);
    const auto& continued = expected["continued"];
    for (std::size_t i = 0; i < reference.modes(); ++i) {
        INFO("mode " << i);
        const double length = (*json)["modes"]["P_norm"][i];
        CHECK((reference.P_of_case(i) - host::ReferenceCell::vector(continued["P"][i])).norm() < 1e-10 * length);
        const bool flipped = i == expected["mode"];
        CHECK((reference.signed_amplitude(i) * double((*json)["modes"]["epsilon"][i]) < 0) == flipped);
    }
}

TEST_CASE("alignment event: strict refuses the cell there and leaves it as it was") {
    REFERENCE_CASE(json, "26_alignment_event");
    host::ReferenceCell reference(*json, R"({"equilibrium.strict": true})");
    REQUIRE(reference.cell->apply().status == MISCID_OK);
    bool refused = false;
    for (int n = 1; n <= steps && !refused; ++n) {
        const double s = static_cast<double>(n) / steps;
        const auto state = reference.cell->state;
        reference.move_to(s);
        const auto numbers = reference.cell->numbers;
        const auto report = reference.cell->apply();
        refused = report.refused > 0;
        INFO("s = " << s);
        CHECK(refused == (s >= (*json)["expected"]["event_at_s"]));
        if (refused) {
            CHECK(report.status == MISCID_PARTIAL);
            CHECK(reference.cell->status[0] == MISCID_CELL_ALIGNMENT_EVENT);
            CHECK(miscid::last_error().find("alignment_event") != std::string::npos);
            CHECK(reference.cell->state == state);
            CHECK(reference.cell->numbers == numbers);
        }
    }
    CHECK(refused);
}

TEST_CASE("fold: apply relaxes the cell to another mixing equilibrium and says so") {
    REFERENCE_CASE(json, "14_beyond_fold");
    host::ReferenceCell reference(*json, R"({"equilibrium.strict": false})");
    REQUIRE(reference.cell->apply().status == MISCID_OK);
    bool relaxed = false;
    for (int n = 1; n <= steps && !relaxed; ++n) {
        const double s = static_cast<double>(n) / steps;
        const auto report = reference.step_to(s);
        INFO("s = " << s << ": " << miscid::last_error());
        REQUIRE(report.status == MISCID_OK);
        relaxed = reference.cell->status[0] == MISCID_CELL_RELAXED;
        CHECK(relaxed == (s >= (*json)["expected"]["fold_at_s"]));
        CHECK(report.relaxed == (relaxed ? 1 : 0));
        CHECK(reference.cell->branch_end[0] == (relaxed ? 1 : 0));
        CHECK(reference.cell->residual[0] < 1e-12); // still an equilibrium
    }
    CHECK(relaxed);
}

TEST_CASE("fold: strict refuses the cell there and leaves it as it was") {
    REFERENCE_CASE(json, "14_beyond_fold");
    host::ReferenceCell reference(*json, R"({"equilibrium.strict": true})");
    REQUIRE(reference.cell->apply().status == MISCID_OK);
    bool refused = false;
    for (int n = 1; n <= steps && !refused; ++n) {
        const double s = static_cast<double>(n) / steps;
        const auto state = reference.cell->state;
        reference.move_to(s);
        const auto numbers = reference.cell->numbers;
        const auto report = reference.cell->apply();
        refused = report.refused > 0;
        INFO("s = " << s);
        CHECK(refused == (s >= (*json)["expected"]["fold_at_s"]));
        if (refused) {
            CHECK(reference.cell->status[0] == MISCID_CELL_NO_TRACKED_SOLUTION);
            CHECK(reference.cell->state == state);
            CHECK(reference.cell->numbers == numbers);
        }
    }
    CHECK(refused);
}

TEST_CASE("a way too long for the cap on iterations: the cell stays as it was and asks for a smaller time step, which "
          "leads there") {
    const auto collective = host::regimes()[1];
    const std::string configuration = "{" + std::string(host::mixing) + R"(, "equilibrium.strict": true)";
    host::Cells free(3, 7, configuration + "}"), capped(3, 7, configuration + R"(, "equilibrium.max_iterations": 10})");
    for (host::Cells* cells : {&free, &capped}) {
        host::fill(*cells, collective, 3);
        REQUIRE(cells->apply(1).status == MISCID_OK);
    }
    const double dense = capped.electron_density[0], thin = 0.05 * dense;
    const std::vector<double> numbers = capped.numbers, state = capped.state;
    capped.electron_density[0] = thin;
    const miscid::Report report = capped.apply(1);
    CHECK(report.status == MISCID_REDUCE_TIME_STEP);
    CHECK(report.reduce_time_step == 1);
    CHECK(report.refused == 0);
    CHECK(capped.status[0] == MISCID_CELL_REDUCE_TIME_STEP);
    CHECK(report.time_step_factor >= 0.1);
    CHECK(report.time_step_factor <= 0.5);
    CHECK(capped.numbers == numbers);
    CHECK(capped.state == state);

    double done = 0, next = report.time_step_factor;
    for (int tries = 0; done < 1 && tries < 1000; ++tries) { // as a host would
        const double until = std::min(1.0, done + next);
        capped.electron_density[0] = dense * std::pow(thin / dense, until);
        const miscid::Report part = capped.apply(until - done);
        if (part.status == MISCID_OK)
            done = until;
        else
            REQUIRE(part.status == MISCID_REDUCE_TIME_STEP);
        next *= part.status == MISCID_OK ? 1.2 : part.time_step_factor;
    }
    REQUIRE(done == 1);
    free.electron_density[0] = thin;
    REQUIRE(free.apply(1).status == MISCID_OK);
    for (std::size_t i = 0; i < free.numbers.size(); ++i)
        CHECK(std::abs(free.numbers[i] - capped.numbers[i]) < 1e-10);
}

TEST_CASE("pitchfork at the foot of the matter-neutrino resonance: a host is told that a symmetry breaks, not that the "
          "branch turns back") {
    // Inverted ordering, two opposite beams, 4 antineutrinos for 3 neutrinos: H of all modes turns over where R = lambda/mu
    // reaches alpha - 1 = 1/3, omega/mu being small (Malkus et al.; theory.md section 7 row 12).
    host::Cells cells(1, 2, R"({"vacuum.mass_squared_difference": 2e-4, "vacuum.mixing_angle": 0.15,
                                "vacuum.ordering": "inverted", "phase_space.form": "density",
                                "equilibrium.cold_start": "from_incoming"})");
    for (int d = 0; d < 2; ++d) {
        cells.set_direction(d, {0, 0, d == 0 ? 1.0 : -1.0});
        cells.set({0.5, {0, 0, 0.5}}, 0, 0, d);
        cells.set({2.0 / 3.0, {0, 0, 2.0 / 3.0}}, 1, 0, d);
    }
    double end = 0;
    for (int n = 0; n < 40 && end == 0; ++n) {
        const double R = 0.2 + 0.005 * n;
        cells.electron_density[0] = R;
        INFO("R = " << R);
        REQUIRE(cells.apply(1).status == MISCID_OK);
        if (n > 0 && cells.status[0] == MISCID_CELL_RELAXED) {
            CHECK(cells.branch_end[0] == 2);
            end = R;
        } else if (n > 0) {
            CHECK(cells.status[0] == MISCID_OK);
            CHECK(cells.branch_end[0] == 0);
        }
    }
    CHECK(std::abs(end - 1.0 / 3.0) < 0.01);
}
