#include "host.hpp"

#include <cmath>

namespace miscid::judge {

Host::Host(const Situation& situation)
    : cell(&situation), e{situation.nu, situation.nubar}, x{std::vector<double>(situation.nu.size(), 0.0),
                                                            std::vector<double>(situation.nu.size(), 0.0)} {}

void Host::emit(double dt) {
    for (std::size_t i = 0; i < cell->source.size(); ++i) {
        const double number = cell->source[i] * dt;
        e[number > 0.0 ? 0 : 1][i] += std::abs(number);
    }
}

double Host::lepton_number() const {
    double sum = 0.0;
    for (std::size_t i = 0; i < directions(); ++i) {
        sum += cell->weight[i] * E(i);
    }
    return sum;
}

double Host::lepton_content() const {
    double sum = 0.0;
    for (std::size_t i = 0; i < directions(); ++i) {
        sum += cell->weight[i] * std::abs(E(i));
    }
    return sum;
}

Areas areas(const Host& host) {
    Areas result;
    for (std::size_t i = 0; i < host.directions(); ++i) {
        const double e = host.cell->weight[i] * host.E(i);
        (e > 0.0 ? result.positive : result.negative) += std::abs(e);
    }
    return result;
}

} // namespace miscid::judge
