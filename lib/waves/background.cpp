#include "waves/background.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::waves {

namespace {

constexpr double pi = 3.14159265358979323846;

bool one_sign(const double* e, int modes) {
    double lowest = 0.0;
    double highest = 0.0;
    for (int i = 0; i < modes; ++i) {
        lowest = e[i] < lowest ? e[i] : lowest;
        highest = e[i] > highest ? e[i] : highest;
    }
    // A NaN passes neither comparison and must not be certified.
    return !(lowest < 0.0 && highest > 0.0) && std::isfinite(lowest + highest);
}

/** One sign after neighbours that share everything have been summed. */
template <typename Same>
bool one_sign_of_groups(const double* e, int modes, Same same) {
    bool negative = false;
    bool positive = false;
    for (int i = 0; i < modes;) {
        double sum = e[i];
        double size = std::abs(e[i]);
        int next = i + 1;
        for (; next < modes && same(i, next); ++next) {
            sum += e[next];
            size += std::abs(e[next]);
        }
        const double rounding = 1e-15 * size;
        negative = negative || sum < -rounding;
        positive = positive || sum > rounding;
        i = next;
    }
    return !(negative && positive);
}

double floor_of_gaps(double* omega, int count, double kappa) {
    std::sort(omega, omega + count);
    double widest = 0.0;
    for (int i = 1; i < count; ++i) {
        widest = std::max(widest, omega[i] - omega[i - 1]);
    }
    return kappa * widest / (2.0 * pi);
}

bool all_finite(const double* x, int count) {
    double sum = 0.0;
    for (int i = 0; i < count; ++i) {
        sum += std::abs(x[i]);
    }
    return std::isfinite(sum);
}

} // namespace

bool no_wave_grows(const AxisymmetricBackground& b) {
    if (one_sign(b.e, b.modes)) {
        return all_finite(b.e, b.modes);
    }
    return all_finite(b.e, b.modes) && one_sign_of_groups(b.e, b.modes, [&](int i, int j) {
               return b.v[i] == b.v[j] && (!b.damping || b.damping[i] == b.damping[j]);
           });
}

bool no_wave_grows(const AlignedBackground& b) {
    if (one_sign(b.e, b.modes)) {
        return all_finite(b.e, b.modes);
    }
    return all_finite(b.e, b.modes) && one_sign_of_groups(b.e, b.modes, [&](int i, int j) {
               return b.direction[0][i] == b.direction[0][j] && b.direction[1][i] == b.direction[1][j] &&
                      b.direction[2][i] == b.direction[2][j] && (!b.damping || b.damping[i] == b.damping[j]) &&
                      (!b.frequency || b.frequency[i] == b.frequency[j]);
           });
}

double growth_floor(const AxisymmetricBackground& b, double k, double* scratch, double kappa) {
    int count = 0;
    for (int i = 0; i < b.modes; ++i) {
        if (b.e[i] != 0.0) {
            scratch[count++] = k * b.v[i];
        }
    }
    return floor_of_gaps(scratch, count, kappa);
}

double growth_floor(const AlignedBackground& b, const Eigen::Vector3d& k, double* scratch, double kappa) {
    int count = 0;
    for (int i = 0; i < b.modes; ++i) {
        if (b.e[i] != 0.0) {
            scratch[count++] = k[0] * b.direction[0][i] + k[1] * b.direction[1][i] + k[2] * b.direction[2][i];
        }
    }
    return floor_of_gaps(scratch, count, kappa);
}

double growth_floor(const Background& b, const Eigen::Vector3d& k, double* scratch, double kappa) {
    int count = 0;
    for (int i = 0; i < b.modes; ++i) {
        if (b.g[i] != 0.0) {
            scratch[count++] = k[0] * b.direction[0][i] + k[1] * b.direction[1][i] + k[2] * b.direction[2][i];
        }
    }
    return floor_of_gaps(scratch, count, kappa);
}

} // namespace miscid::waves
