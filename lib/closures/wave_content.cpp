#include "closures/wave_content.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::closures {

void WaveContent::reserve(int directions) {
    content_.assign(static_cast<std::size_t>(std::max(directions, 1)), 0.0);
}

void WaveContent::clear() {
    std::fill(content_.begin(), content_.end(), 0.0);
}

void WaveContent::read(int directions, const double* numbers, double thinned) {
    for (int i = 0; i < directions; ++i) {
        content_[static_cast<std::size_t>(i)] = numbers[i] * (thinned * thinned);
    }
}

void WaveContent::write(int directions, double* numbers) const {
    std::copy_n(content_.begin(), directions, numbers);
}

void WaveContent::add(int directions, const double* e, double sign) {
    for (int i = 0; i < directions; ++i) {
        content_[static_cast<std::size_t>(i)] += sign * e[i] * e[i];
    }
}

double WaveContent::held(int directions, const double* e) const {
    double sum = 0.0;
    for (int i = 0; i < directions; ++i) {
        sum += std::sqrt(e[i] * e[i] + std::max(content_[static_cast<std::size_t>(i)], 0.0)) - std::abs(e[i]);
    }
    return sum;
}

} // namespace miscid::closures
