/** @file criteria.hpp
 *  The assumptions of miscidynamics, number by number: threshold, verdict and what the module does about it. One
 *  integer and one line of text say why a cell was flagged.
 */
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace miscid::validity {

enum class Verdict { not_evaluated, met, doubtful, violated };
enum class Action { apply, apply_and_flag, refuse };

/** The criteria; the value of each is its bit. */
enum Criterion : unsigned {
#define MISCID_CRITERION(NAME, bit, key, equations, flag, refuse, text) NAME = bit,
#include "validity/criterion_list.h"
#undef MISCID_CRITERION
    criterion_count = 15,
};

/** One row of criterion_list.h. */
struct Definition {
    const char* key;
    const char* equations;
    double flagged_above;
    double refused_above;
    const char* text;
};
const Definition& definition(std::size_t criterion);

/** A number per criterion; empty where the cell or its host does not say enough to have one. */
using Values = std::array<std::optional<double>, criterion_count>;

/** Flagged criteria in bits 0 to 14, those for which the cell is refused also in bits 16 to 30. 0: nothing to say. */
using Code = std::uint32_t;

struct Assessment {
    std::array<Verdict, criterion_count> verdict{};
    Code code = 0;
    Action action = Action::apply;
};

/** Every criterion; bit b for criterion b. */
inline constexpr Code all_criteria = (Code{1} << criterion_count) - 1;

/** Judges every number by its thresholds, those of `judged` only. A number that is not finite is as bad as can be. */
Assessment assess(const Values& values, Code judged = all_criteria);

Action action_of(Code code);

/** One line that says why; text of every refused criterion first, then of every flagged one. Writes at most `size`
 *  bytes, the closing zero included, and returns the length the whole line has. */
std::size_t describe(Code code, char* line, std::size_t size);

} // namespace miscid::validity
