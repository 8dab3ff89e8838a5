#include "rivals.hpp"

#include "medium/constants.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::judge {

namespace {

/** Relaxation df/dt = -(f - f_box)/tau (Nagakura, Johns & Zaizen 2312.16285) towards the box state of Zaizen & Nagakura
 * 2211.09343: survival 1/2 where the lepton number has the sign of the smaller area, 1 - I_</(2 I_>) elsewhere, with
 * 1/tau = sqrt(I_< I_>)/2 pi, as the open code Emu has it (theory.md 6.1). The box state is taken anew from the present
 * distribution in every one of enough sub-steps. */
class BgkTowardsBox final : public Contender {
public:
    void start(const Situation&, int) override {}

    bool step(Host& host, double dt) override {
        constexpr int fewest = 4;
        constexpr double largest_part = 0.25; // of tau
        double left = dt;
        while (left > 0.0) {
            const Areas before = areas(host);
            const double rate = std::sqrt(before.smaller() * before.larger()) / (2.0 * medium::constants::pi);
            double h = std::min(left, dt / fewest);
            if (rate > 0.0) {
                h = std::min(left, std::max(largest_part / rate, 1e-3 * dt));
            }
            host.emit(h);
            relax(host, h);
            left -= h;
            if (rate == 0.0 && !host.cell->driven()) {
                break;
            }
        }
        return true;
    }

private:
    static void relax(Host& host, double h) {
        const Areas now = areas(host);
        if (now.smaller() == 0.0) {
            return;
        }
        const double rate = std::sqrt(now.smaller() * now.larger()) / (2.0 * medium::constants::pi);
        const double done = -std::expm1(-rate * h);
        const bool positive_is_smaller = now.positive < now.negative;
        for (std::size_t i = 0; i < host.directions(); ++i) {
            const double E = host.E(i);
            const bool smaller = E != 0.0 && (E > 0.0) == positive_is_smaller;
            const double box = smaller ? 0.0 : 1.0 - now.smaller() / now.larger();
            for (int type = 0; type < 2; ++type) {
                host.set_difference(type, i, host.difference(type, i) * (1.0 + done * (box - 1.0)));
            }
        }
    }
};

} // namespace

std::unique_ptr<Contender> bgk_towards_box() {
    return std::make_unique<BgkTowardsBox>();
}

} // namespace miscid::judge
