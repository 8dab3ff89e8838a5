// What apply does where the tracked branch ends: reference cases 14 (fold) and 26 (alignment event) as cells of a host.
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
