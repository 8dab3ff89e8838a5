#include "closures/box_state.hpp"
#include "closures/embedded_box.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace miscid::closures {

namespace {

/** Up to this ratio of the lepton-number areas M errs half as much as S; above it no less (docs/judgement.md,
 *  decisions/0017). The waves of unequal areas live in few directions, and 16 beams are few for them. */
constexpr double unequal_areas = 0.3;

/** Fewer directions of the host hold nothing that 16 beams could not. */
constexpr int fine_host = 17;

/** The embedded box: S, or M where a host of many directions has unequal areas. A box that runs keeps its size. */
class Automatic final : public Closure {
public:
    explicit Automatic(const Options& options)
        : small_(make_embedded_box(sized(box_sizes::S), options)),
          large_(make_embedded_box(sized(box_sizes::M), options)) {}

    void reserve(int directions) override {
        small_->reserve(directions);
        if (directions >= fine_host) {
            large_->reserve(directions);
        }
    }

    int state_size(int directions) const override {
        return (directions >= fine_host ? large_ : small_)->state_size(directions);
    }

    Outcome apply(const Cell& cell, Answer& answer) override {
        BoxHeader header;
        if (cell.state) {
            std::memcpy(static_cast<void*>(&header), cell.state, sizeof header);
        }
        const bool large = header.stage == BoxHeader::running ? header.beams == box_sizes::M.beams : wants_large(cell);
        return (large ? large_ : small_)->apply(cell, answer);
    }

private:
    static EmbeddedBoxOptions sized(BoxSize size) {
        EmbeddedBoxOptions options;
        options.size = size;
        return options;
    }

    static bool wants_large(const Cell& cell) {
        if (cell.directions < fine_host || !cell.v || !cell.weight) {
            return false;
        }
        double positive = 0.0, negative = 0.0;
        for (int i = 0; i < cell.directions; ++i) {
            const double e = cell.e[i] + (cell.source ? cell.dt * cell.source[i] : 0.0);
            (e > 0.0 ? positive : negative) += std::abs(e);
        }
        return std::min(positive, negative) < unequal_areas * std::max(positive, negative);
    }

    std::unique_ptr<Closure> small_, large_;
};

} // namespace

std::unique_ptr<Closure> make_automatic(const Options& options) {
    return std::make_unique<Automatic>(options);
}

} // namespace miscid::closures
