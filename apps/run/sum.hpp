/** @file sum.hpp
 *  A running sum that keeps what rounding would lose (Neumaier 1974), so that ledgers close to round-off.
 */
#pragma once

#include <cmath>

namespace miscid::apps {

class Sum {
public:
    Sum() = default;
    /** Continues a sum from its total() and lost(). */
    Sum(double total, double lost) : total_(total), lost_(lost) {}

    void add(double value) {
        const double total = total_ + value;
        lost_ += std::abs(total_) >= std::abs(value) ? (total_ - total) + value : (value - total) + total_;
        total_ = total;
    }
    double value() const { return total_ + lost_; }
    double total() const { return total_; }
    double lost() const { return lost_; }

private:
    double total_ = 0.0;
    double lost_ = 0.0;
};

} // namespace miscid::apps
