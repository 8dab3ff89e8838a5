#include "closures/lepton_number.hpp"

namespace miscid::closures {

namespace {

/** Flavor equipartition where lepton number has the sign of the smaller area, the rest from conservation: survival
 * probability 1/2 there and 1 - I_</(2 I_>) on the other side (Zaizen & Nagakura 2211.09343; Box3D, theory.md 6.1). In
 * terms of e = mu w s p, whose factor is 2 P - 1: zero, and 1 - I_</I_>. Every cell with a crossing counts as unstable. */
class Equipartition final : public Closure {
public:
    void reserve(int) override {}
    int state_size(int) const override { return 0; }

    Outcome apply(const Cell& cell, Answer& answer) override {
        const auto [usable, areas] = begin(cell, Kind::equipartition, answer);
        if (!usable) {
            return Outcome::refused;
        }
        if (areas.smaller() == 0.0) {
            return Outcome::stable;
        }
        const bool positive_is_smaller = areas.positive < areas.negative;
        for (int i = 0; i < cell.directions; ++i) {
            const bool smaller = answer.e[i] != 0.0 && (answer.e[i] > 0.0) == positive_is_smaller;
            answer.factor[i] = smaller ? 0.0 : 1.0 - areas.ratio();
            answer.e[i] *= answer.factor[i];
        }
        answer.diagnostics.iterations = 1;
        describe_viscosity(cell, answer.factor, answer.diagnostics);
        return Outcome::ok;
    }
};

} // namespace

std::unique_ptr<Closure> make_equipartition() {
    return std::make_unique<Equipartition>();
}

} // namespace miscid::closures
