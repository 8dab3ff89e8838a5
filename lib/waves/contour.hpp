/** @file contour.hpp
 *  Walk along a curve with the argument principle: how often det(1 - Pi) winds around zero, and the power sums of the
 *  zeros inside. The walk halves every step on which the phase turns by more than 1.2 rad, or on which the logarithmic
 *  derivative at the two ends does not foretell the change: a group of roots next to their poles can turn the phase by
 *  whole turns that its values alone would hide.
 */
#pragma once

#include "waves/small_matrix.hpp"

#include <cmath>

namespace miscid::waves {

/** One point of a curve: a coordinate z of order one, and the determinant there. */
struct CurvePoint {
    Complex z;
    Complex unit{1.0, 0.0}; ///< determinant over its magnitude
    double log_magnitude = 0.0;
    Complex slope; ///< d log det / dz
};

inline void set_determinant(CurvePoint& point, const Determinant& determinant, Complex slope) {
    const double square = std::norm(determinant.mantissa);
    // A zero of the determinant on the curve itself: no phase; the walk refines there, and gives up at its smallest
    // step.
    const bool usable = square > 1e-290;
    point.unit = usable ? determinant.mantissa / std::sqrt(square) : Complex(0.0, 0.0);
    point.log_magnitude = usable ? determinant.exponent + 0.5 * std::log(square) : -1e300;
    point.slope = slope;
}

class Winding {
public:
    static constexpr int power_sums = 3;
    static constexpr double largest_turn = 1.2;   ///< rad
    static constexpr double largest_change = 2.0; ///< of log det, by the slope at either end
    static constexpr double largest_surprise =
        1.0; ///< change of log det against the mean slope; a lost turn would be 2 pi

    void begin(const CurvePoint& first) {
        *this = Winding();
        last_ = first;
    }

    /** Goes on to this point; false, and nothing done, if the step is too long to be sure of the phase. */
    bool advance(const CurvePoint& next) {
        const Complex turn = next.unit * std::conj(last_.unit);
        const Complex step = next.z - last_.z;
        constexpr double limit = largest_change * largest_change;
        if (!(turn.real() >= cosine_of_largest_turn) || !(std::norm(step * last_.slope) <= limit) ||
            !(std::norm(step * next.slope) <= limit)) {
            return false;
        }
        const Complex change(next.log_magnitude - last_.log_magnitude, std::atan2(turn.imag(), turn.real()));
        if (!(std::norm(0.5 * step * (last_.slope + next.slope) - change) <= largest_surprise * largest_surprise)) {
            return false;
        }
        const Complex middle = 0.5 * (next.z + last_.z);
        Complex power = middle;
        phase_ += change.imag();
        for (auto& sum : sums_) {
            sum += power * change;
            power *= middle;
        }
        last_ = next;
        return true;
    }

    const CurvePoint& last() const { return last_; }
    double turns() const { return phase_ / two_pi; }
    int count() const { return static_cast<int>(std::lround(turns())); }
    /** Closed, and turned a whole number of times. */
    bool closed() const { return std::isfinite(phase_) && std::abs(turns() - count()) < 1e-3; }
    /** sum over zeros of z^p, p = 1..power_sums, rough. */
    Complex power_sum(int p) const { return sums_[p - 1] / Complex(0.0, two_pi); }

private:
    static constexpr double cosine_of_largest_turn = 0.36235775447667357;
    static constexpr double two_pi = 6.28318530717958647692;
    CurvePoint last_;
    double phase_ = 0.0;
    Complex sums_[power_sums] = {};
};

/** Zeros of the polynomial whose zeros have the given power sums (Newton's identities), count <= 3. */
void zeros_of_power_sums(int count, const Winding& winding, Complex* z);

} // namespace miscid::waves
