// Means over the markers of a box, and the correction that keeps its lepton number.
#include "kinetics/marker_box.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::kinetics {

namespace {

constexpr double largest_correction = 2e-3; ///< relative change of |S|^2 at one time
constexpr double enough_correction = 1e-4;  ///< what is left after less than that is its square
constexpr double least_waves = 1e-3;        ///< content below which lepton numbers are not corrected

/** Sums of doubles in four lanes, closed in one order. */
template <typename Term>
double sum_of(int count, const Term& term) {
    double lane[4] = {};
    int i = 0;
    for (; i + 4 <= count; i += 4) {
        for (int l = 0; l < 4; ++l) {
            lane[l] += term(i + l);
        }
    }
    for (; i < count; ++i) {
        lane[0] += term(i);
    }
    return (lane[0] + lane[1]) + (lane[2] + lane[3]);
}

} // namespace

double MarkerBox::mean_of_u(int beam, int box) const {
    const float* z = rows_.data() + place(beam, 2, 0, box);
    return sum_of(markers_, [&](int j) { return static_cast<double>(z[slot_[at(j)]]); }) / markers_;
}

double MarkerBox::transverse_square(int beam, int box) const {
    const float* x = rows_.data() + place(beam, 0, 0, box);
    const float* y = rows_.data() + place(beam, 1, 0, box);
    const auto term = [&](int j) {
        const float X = x[slot_[at(j)]], Y = y[slot_[at(j)]];
        return static_cast<double>(X * X + Y * Y);
    };
    return sum_of(markers_, term) / markers_;
}

double MarkerBox::square(int beam, int box) const {
    const float* z = rows_.data() + place(beam, 2, 0, box);
    const auto term = [&](int j) {
        const float Z = z[slot_[at(j)]];
        return static_cast<double>(Z * Z);
    };
    return transverse_square(beam, box) + sum_of(markers_, term) / markers_;
}

double MarkerBox::wave_content(int box) const {
    double waves = 0.0, all = 0.0;
    for (int beam = 0; beam < beams_; ++beam) {
        const double a2 = amplitude(beam, box) * amplitude(beam, box);
        waves += a2 * transverse_square(beam, box);
        all += a2 * square(beam, box);
    }
    return all > 0.0 ? waves / all : 0.0;
}

/** Of what the kernel left in the lanes; as the pieces of a lane are summed side by side. */
void MarkerBox::sums_of(int beam, int box, double& along, double& across) const {
    const std::size_t first = at(group(beam) * marker_lanes + lane(beam, box));
    const int pieces = arrays_.side_by_side ? 1 : marker_lanes / arrays_.turn;
    double z[marker_lanes], s[marker_lanes];
    for (int p = 0; p < pieces; ++p) {
        z[p] = along_[first + at(p * arrays_.turn)];
        s[p] = across_[first + at(p * arrays_.turn)];
    }
    for (int d = 1; d < pieces; d *= 2) {
        for (int p = 0; p < pieces; p += 2 * d) {
            z[p] += z[p + d];
            s[p] += s[p + d];
        }
    }
    along = z[0];
    across = s[0];
}

/** u_z -= share a |S|^2, |u| kept: a rotation that vanishes where nothing is tilted. */
void MarkerBox::correct_lepton_number(Chosen chosen) {
    constexpr int passes = 2;
    for (int pass = 0; pass < passes; ++pass) {
        kernels_.sums(arrays_, along_.data(), across_.data());
        tilt_.fill(0.0f);
        bool any = false;
        for (int box = 0; box < count_; ++box) {
            if (!chosen[at(box)]) {
                continue;
            }
            Box& b = boxes_[at(box)];
            double number = 0.0, lever = 0.0;
            for (int beam = 0; beam < beams_; ++beam) {
                const double a = amplitude(beam, box);
                double z = 0.0, s = 0.0;
                sums_of(beam, box, z, s);
                number += a * z;
                lever += a * a * s;
            }
            const double excess = number / markers_ - b.lepton_number;
            lever /= markers_;
            b.waves = b.all_squares > 0.0 ? lever / b.all_squares : 0.0;
            // Small waves keep the lepton number to second order, and rounding must not drive them.
            if (!(b.waves > least_waves) || !std::isfinite(excess) || !(b.largest_a > 0.0)) {
                chosen[at(box)] = false;
                continue;
            }
            any = true;
            const double most = 0.5 * largest_correction / b.largest_a;
            const double share = std::clamp(excess / lever, -most, most);
            for (int beam = 0; beam < beams_; ++beam) {
                spread(tilt_, beam, box, share * amplitude(beam, box));
            }
            chosen[at(box)] = std::abs(share) * b.largest_a > enough_correction;
        }
        if (!any) {
            return;
        }
        kernels_.correct(arrays_, tilt_.data());
        if (std::none_of(chosen.begin(), chosen.end(), [](bool left) { return left; })) {
            return;
        }
    }
}

} // namespace miscid::kinetics
