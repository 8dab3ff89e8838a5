/** @file must_hold_parts.hpp  What the rows of --must-hold are made with. */
#pragma once

#include "closures/embedded_box.hpp"
#include "library_closures.hpp"

#include <cstdio>
#include <memory>
#include <ostream>
#include <string>

namespace miscid::judge {

class Table {
public:
    explicit Table(std::ostream& out) : out_(out) { out_ << "| promise | bound | found | |\n|---|---|---|---|\n"; }
    void row(const std::string& promise, double bound, double found) {
        char text[64];
        std::snprintf(text, sizeof text, "%.3g | %.3g", bound, found);
        out_ << "| " << promise << " | " << text << " | " << (found <= bound ? "holds" : "DOES NOT HOLD") << " |"
             << std::endl;
        all_ = all_ && found <= bound;
    }
    /** Figures that no bound is set for. */
    void figure(const std::string& what, double one, double other) {
        char text[64];
        std::snprintf(text, sizeof text, "%.3g / %.3g", one, other);
        out_ << "| " << what << " | | " << text << " | |" << std::endl;
    }
    bool all() const { return all_; }

private:
    std::ostream& out_;
    bool all_ = true;
};

inline std::unique_ptr<Contender> box_of(closures::BoxSize size) {
    closures::Options options;
    options.box_beams = size.beams;
    options.box_markers = size.markers;
    return library_closure(closures::Kind::embedded_box, options);
}

inline Situation named(const std::string& name) {
    for (auto& situation : suite()) {
        if (situation.name == name) {
            return situation;
        }
    }
    return {};
}

/** Boxes that have other bits side by side than alone; says how fast both are if there is a table. */
double side_by_side(Table* table);
/** First saturation, driving step, state. */
void cost(Table& table);

} // namespace miscid::judge
