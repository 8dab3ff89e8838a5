#include "rivals.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::judge {

namespace {

/** Maximal flavor equilibration of angle-integrated numbers, as gray moment codes relax towards it (in the manner of Qiu,
 * Radice, Richers & Bhattacharyya 2503.11758): the pairs nu_e anti-nu_e <-> nu_x anti-nu_x run to equilibrium. With
 * p = N_e - N_x of neutrinos and q of antineutrinos, p - q is conserved, and the smaller of the two goes to zero. All
 * directions of a type get the same factor. Acts where the lepton number crosses zero. */
class NumberEquilibrium final : public Contender {
public:
    void start(const Situation&, int) override {}

    bool step(Host& host, double dt) override {
        host.emit(dt);
        if (areas(host).smaller() == 0.0) {
            return true;
        }
        double sum[2] = {};
        for (int type = 0; type < 2; ++type) {
            for (std::size_t i = 0; i < host.directions(); ++i) {
                sum[type] += host.cell->weight[i] * host.difference(type, i);
            }
        }
        if (!(sum[0] * sum[1] > 0.0)) {
            return true; // no pairs left to convert
        }
        const double converted = std::copysign(std::min(std::abs(sum[0]), std::abs(sum[1])), sum[0]);
        for (int type = 0; type < 2; ++type) {
            const double factor = 1.0 - converted / sum[type];
            for (std::size_t i = 0; i < host.directions(); ++i) {
                host.set_difference(type, i, factor * host.difference(type, i));
            }
        }
        return true;
    }
};

} // namespace

std::unique_ptr<Contender> number_equilibrium() {
    return std::make_unique<NumberEquilibrium>();
}

} // namespace miscid::judge
