#include "rivals.hpp"

namespace miscid::judge {

namespace {

/** Survival probability 1/2 everywhere once there is a crossing, for two flavors: the extreme case of parametric studies
 * (Ehring et al. 2305.11207 and earlier ones; they restore lepton number afterwards, this does not). */
class FullEquipartition final : public Contender {
public:
    void start(const Situation&, int) override {}
    bool step(Host& host, double dt) override {
        host.emit(dt);
        if (areas(host).smaller() > 0.0) {
            for (std::size_t i = 0; i < host.directions(); ++i) {
                host.set_difference(0, i, 0.0);
                host.set_difference(1, i, 0.0);
            }
        }
        return true;
    }
};

} // namespace

std::unique_ptr<Contender> full_equipartition() {
    return std::make_unique<FullEquipartition>();
}

} // namespace miscid::judge
