#include "phase_space/refinement.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::phase_space {

void gauss_legendre(int count, double* nodes, double* weights) {
    constexpr double pi = 3.14159265358979323846;
    for (int i = 0; i < count; ++i) {
        double x = -std::cos(pi * (i + 0.75) / (count + 0.5));
        double derivative = 1.0;
        for (int step = 0; step < 100; ++step) {
            double p = 1.0;
            double previous = 0.0;
            for (int n = 0; n < count; ++n) { // (n+1) P_{n+1} = (2n+1) x P_n - n P_{n-1}
                const double next = ((2.0 * n + 1.0) * x * p - n * previous) / (n + 1.0);
                previous = p;
                p = next;
            }
            derivative = count * (x * p - previous) / (x * x - 1.0);
            const double change = p / derivative;
            x -= change;
            if (std::abs(change) < 1e-15) {
                break;
            }
        }
        nodes[i] = x;
        weights[i] = 2.0 / ((1.0 - x * x) * derivative * derivative);
    }
}

void Spline::reserve(int knots) {
    const auto size = static_cast<std::size_t>(std::max(knots, 4));
    for (auto* array : {&x_, &h_, &second_, &lower_, &diagonal_, &upper_, &right_}) {
        array->assign(size, 0.0);
    }
}

void Spline::set_knots(int count, const double* x) {
    count_ = count;
    std::copy(x, x + count, x_.begin());
    for (int i = 0; i + 1 < count; ++i) {
        h_[static_cast<std::size_t>(i)] = x[i + 1] - x[i];
    }
}

void Spline::interpolate(const double* y, int places, const double* at, double* values) {
    const int n = count_;
    const double* h = h_.data();
    double* m = second_.data();
    // h_{i-1} m_{i-1} + 2 (h_{i-1} + h_i) m_i + h_i m_{i+1} = 6 (slope_i - slope_{i-1}) for the inner knots; not-a-knot:
    // the third derivative is continuous at the second knot from either end, which removes the end unknowns.
    for (int i = 1; i + 1 < n; ++i) {
        lower_[i] = h[i - 1];
        diagonal_[i] = 2.0 * (h[i - 1] + h[i]);
        upper_[i] = h[i];
        right_[i] = 6.0 * ((y[i + 1] - y[i]) / h[i] - (y[i] - y[i - 1]) / h[i - 1]);
    }
    const double first = h[0] / h[1]; // m_0 = (1 + first) m_1 - first m_2
    diagonal_[1] += lower_[1] * (1.0 + first);
    upper_[1] -= lower_[1] * first;
    const double last = h[n - 2] / h[n - 3];
    diagonal_[n - 2] += upper_[n - 2] * (1.0 + last);
    lower_[n - 2] -= upper_[n - 2] * last;
    for (int i = 2; i + 1 < n; ++i) {
        const double factor = lower_[i] / diagonal_[i - 1];
        diagonal_[i] -= factor * upper_[i - 1];
        right_[i] -= factor * right_[i - 1];
    }
    m[n - 2] = right_[n - 2] / diagonal_[n - 2];
    for (int i = n - 3; i >= 1; --i) {
        m[i] = (right_[i] - upper_[i] * m[i + 1]) / diagonal_[i];
    }
    m[0] = (1.0 + first) * m[1] - first * m[2];
    m[n - 1] = (1.0 + last) * m[n - 2] - last * m[n - 3];
    int piece = 0;
    for (int j = 0; j < places; ++j) {
        while (piece + 2 < n && at[j] > x_[piece + 1]) {
            ++piece;
        }
        const double a = (x_[piece + 1] - at[j]) / h[piece];
        const double b = 1.0 - a;
        values[j] = a * y[piece] + b * y[piece + 1] +
                    ((a * a * a - a) * m[piece] + (b * b * b - b) * m[piece + 1]) * h[piece] * h[piece] / 6.0;
    }
}

} // namespace miscid::phase_space
