// Thresholds from both sides, what the module does, and the integer and the line that say why.
#include "validity/criteria.hpp"

#include "catch.hpp"

#include <cstring>
#include <limits>
#include <string>

namespace {

using namespace miscid::validity;

Values all(double value) {
    Values values;
    values.fill(value);
    return values;
}

std::string line_of(Code code) {
    char line[4096];
    describe(code, line, sizeof line);
    return line;
}

} // namespace

TEST_CASE("a number just below its threshold is met, just above it flagged, above the second one refused") {
    for (std::size_t i = 0; i < criterion_count; ++i) {
        const auto& one = definition(i);
        INFO(one.key);
        Values values;
        values[i] = one.flagged_above * (1 - 1e-12);
        CHECK(assess(values).verdict[i] == Verdict::met);
        CHECK(assess(values).action == Action::apply);
        CHECK(assess(values).code == 0);
        values[i] = one.flagged_above * (1 + 1e-12);
        CHECK(assess(values).verdict[i] == Verdict::doubtful);
        CHECK(assess(values).action == Action::apply_and_flag);
        CHECK(assess(values).code == 1U << i);
        const bool can_refuse = one.refused_above < std::numeric_limits<double>::infinity();
        if (can_refuse) {
            values[i] = one.refused_above * (1 - 1e-12);
            CHECK(assess(values).action == Action::apply_and_flag);
            values[i] = one.refused_above * (1 + 1e-12);
            CHECK(assess(values).verdict[i] == Verdict::violated);
            CHECK(assess(values).code == ((1U << i) | (1U << (i + 16))));
        } else {
            values[i] = 1e300;
        }
        CHECK(assess(values).action == (can_refuse ? Action::refuse : Action::apply_and_flag));
        CHECK(one.refused_above >= one.flagged_above);
    }
}

TEST_CASE("what is not known is not judged, what is not a number is judged as bad as can be") {
    CHECK(assess(Values()).code == 0);
    CHECK(assess(Values()).verdict[SCALE_SEPARATION] == Verdict::not_evaluated);
    Values values;
    values[SCALE_SEPARATION] = std::numeric_limits<double>::quiet_NaN();
    CHECK(assess(values).action == Action::refuse);
    values = Values();
    values[ADIABATICITY] = std::numeric_limits<double>::infinity();
    CHECK(assess(values).action == Action::apply_and_flag);
}

TEST_CASE("one integer and one line of text say why") {
    CHECK(line_of(0) == "every assumption that was checked is met");
    Values values;
    values[GROWTH] = 5.0;
    CHECK(line_of(assess(values).code) == std::string("flagged: ") + definition(GROWTH).text);
    values[SCALE_SEPARATION] = 2.0;
    const std::string both = line_of(assess(values).code);
    CHECK(both ==
          std::string("refused: ") + definition(SCALE_SEPARATION).text + "; flagged: " + definition(GROWTH).text);
    CHECK(line_of(assess(all(1e300)).code).find('\n') == std::string::npos);

    char small[12];
    std::memset(small, 'x', sizeof small);
    CHECK(describe(assess(values).code, small, 10) == both.size());
    CHECK(std::string(small) == both.substr(0, 9));
    CHECK(small[10] == 'x'); // not written past the end
}
