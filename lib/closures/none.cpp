#include "closures/lepton_number.hpp"

namespace miscid::closures {

namespace {

/** Adiabatic miscidynamics: no viscosity. */
class None final : public Closure {
public:
    void reserve(int) override {}
    int state_size(int) const override { return 0; }
    Outcome apply(const Cell& cell, Answer& answer) override {
        return begin(cell, Kind::none, answer).usable ? Outcome::ok : Outcome::refused;
    }
};

} // namespace

std::unique_ptr<Closure> make_none() {
    return std::make_unique<None>();
}

} // namespace miscid::closures
