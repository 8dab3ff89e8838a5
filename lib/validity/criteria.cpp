#include "validity/criteria.hpp"

#include <cmath>
#include <cstring>

namespace miscid::validity {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();

constexpr Definition definitions[] = {
#define MISCID_CRITERION(NAME, bit, key, equations, flag, refuse, text) {key, equations, flag, refuse, text},
#include "validity/criterion_list.h"
#undef MISCID_CRITERION
};
static_assert(sizeof definitions / sizeof definitions[0] == criterion_count);

constexpr unsigned refused_shift = 16;

/** Appends to a line of limited size and keeps count of the whole. */
class Line {
public:
    Line(char* line, std::size_t size) : line_(line), size_(size) {}
    void add(const char* text) {
        for (; *text != '\0'; ++text, ++length_) {
            if (length_ + 1 < size_) {
                line_[length_] = *text;
            }
        }
    }
    std::size_t finish() {
        if (size_ > 0) {
            line_[length_ < size_ ? length_ : size_ - 1] = '\0';
        }
        return length_;
    }

private:
    char* line_;
    std::size_t size_;
    std::size_t length_ = 0;
};

} // namespace

const Definition& definition(std::size_t criterion) {
    return definitions[criterion < criterion_count ? criterion : 0];
}

Assessment assess(const Values& values, Code judged) {
    Assessment result;
    for (std::size_t i = 0; i < criterion_count; ++i) {
        if (!values[i] || (judged >> i & 1U) == 0) {
            continue;
        }
        const bool usable = std::isfinite(*values[i]);
        const double value = usable ? *values[i] : 0.0;
        const bool refused = definitions[i].refused_above < never && (!usable || value > definitions[i].refused_above);
        const bool flagged = refused || !usable || value > definitions[i].flagged_above;
        result.verdict[i] = refused ? Verdict::violated : flagged ? Verdict::doubtful : Verdict::met;
        result.code |= (flagged ? 1U << i : 0U) | (refused ? 1U << (i + refused_shift) : 0U);
    }
    result.action = action_of(result.code);
    return result;
}

Action action_of(Code code) {
    if ((code >> refused_shift & all_criteria) != 0) {
        return Action::refuse;
    }
    return (code & all_criteria) != 0 ? Action::apply_and_flag : Action::apply;
}

std::size_t describe(Code code, char* text, std::size_t size) {
    Line line(text, size);
    const Code refused = code >> refused_shift & all_criteria;
    const Code flagged = code & all_criteria & ~refused;
    const auto list = [&](const char* head, Code bits) {
        const char* separator = head;
        for (std::size_t i = 0; i < criterion_count; ++i) {
            if ((bits >> i & 1U) != 0) {
                line.add(separator);
                line.add(definitions[i].text);
                separator = "; ";
            }
        }
    };
    if (refused == 0 && flagged == 0) {
        line.add("every assumption that was checked is met");
    }
    list("refused: ", refused);
    list(refused != 0 ? "; flagged: " : "flagged: ", flagged);
    return line.finish();
}

} // namespace miscid::validity
