#include "waves/rest_kernel.hpp"

#include "waves/root_finder.inc"

#include <numeric>

namespace miscid::waves {

namespace {

constexpr int columns = 10; ///< pairs a <= b of u^a u^b

} // namespace

void RestKernel::reserve(int modes) {
    table_.reserve(modes, columns);
    order_.assign(static_cast<std::size_t>(std::max(modes, 1)), 0);
    pole_.assign(static_cast<std::size_t>(std::max(modes, 1)), 0);
}

void RestKernel::set_background(const AlignedBackground& b, double same) {
    std::iota(order_.begin(), order_.begin() + b.modes, 0);
    const auto damping = [&](int i) { return b.damping ? b.damping[i] : 0.0; };
    std::sort(order_.begin(), order_.begin() + b.modes,
              [&](int i, int j) { return damping(i) < damping(j) || (damping(i) == damping(j) && i < j); });
    const double largest = b.modes > 0 ? damping(order_[static_cast<std::size_t>(b.modes - 1)]) : 0.0;
    int poles = 0;
    double first = 0.0; // damping the current pole began with
    double coupling = 0.0;
    double weight = 0.0;
    table_.resize(b.modes);
    for (int n = 0; n < b.modes; ++n) {
        const int i = order_[static_cast<std::size_t>(n)];
        if (n == 0 || damping(i) - first > same * largest) {
            first = damping(i);
            weight = 0.0;
            table_.damping()[poles] = 0.0;
            table_.detuning()[poles] = 0.0;
            for (int c = 0; c < columns; ++c) {
                table_.weight(c)[poles] = 0.0;
            }
            ++poles;
        }
        const int at = poles - 1;
        pole_[static_cast<std::size_t>(i)] = at;
        const double u[4] = {1.0, b.direction[0][i], b.direction[1][i], b.direction[2][i]};
        int c = 0;
        for (int a = 0; a < 4; ++a) {
            for (int d = a; d < 4; ++d, ++c) {
                table_.weight(c)[at] += b.e[i] * u[a] * u[d];
            }
        }
        coupling += std::abs(b.e[i]);
        weight += std::abs(b.e[i]);
        table_.damping()[at] =
            weight > 0.0 ? table_.damping()[at] + (damping(i) - table_.damping()[at]) * std::abs(b.e[i]) / weight
                         : damping(i);
    }
    table_.resize(poles);
    table_.pad();
    table_.set_coupling(coupling);
}

void RestKernel::evaluate(Complex omega, Matrix& m) const {
    Complex s[columns];
    table_.sum(omega, columns, s, nullptr);
    detail::fill_aligned(s, 1.0, m);
}

void RestKernel::evaluate(Complex omega, Matrix& m, Matrix& derivative) const {
    Complex s[columns];
    Complex d[columns];
    table_.sum(omega, columns, s, d);
    detail::fill_aligned(s, 1.0, m);
    detail::fill_aligned(d, 0.0, derivative);
}

template class RootFinder<RestKernel>;

} // namespace miscid::waves
