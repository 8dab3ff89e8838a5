#include "closures/lepton_number.hpp"

#include <cmath>

namespace miscid::closures {

namespace {

/** The power-1/2 prescription of Xiong et al. 2307.11129 for two flavors: survival probability 1/2 where lepton number has
 * the sign of the smaller area, and 1 - h(|v - v_c|/a)/2 with h(x) = (1 + x^2)^{-1/2} elsewhere, v_c the crossing and a such
 * that lepton number is kept. In terms of e the factors are zero and 1 - h. Undefined with equal areas, in three
 * dimensions and for anything but one crossing: then nothing is done and `undefined` is set. */
class PowerHalf final : public Closure {
public:
    void reserve(int) override {}
    int state_size(int) const override { return 0; }

    Outcome apply(const Cell& cell, Answer& answer) override {
        const auto [usable, areas] = begin(cell, Kind::power_half, answer);
        if (!usable) {
            return Outcome::refused;
        }
        if (areas.smaller() == 0.0) {
            return Outcome::stable;
        }
        // Equal areas: a is infinite. Up to 1e-12 the difference is rounding of the sums.
        if (!cell.v || areas.crossings != 1 || areas.ratio() > 1.0 - 1e-12) {
            answer.diagnostics.undefined = true;
            return Outcome::ok;
        }
        const bool positive_is_smaller = areas.positive < areas.negative;
        const double crossing = crossing_of(cell, answer.e);
        const double width = width_of(cell, answer.e, positive_is_smaller, crossing, areas);
        double kept = 0.0;
        for (int i = 0; i < cell.directions; ++i) {
            answer.factor[i] = 1.0 - reduction(cell.v[i], answer.e[i], positive_is_smaller, crossing, width);
            kept += std::abs(answer.e[i]) * answer.factor[i];
        }
        // What the finite number of bisections leaves.
        const double correction = kept > 0.0 ? (areas.larger() - areas.smaller()) / kept : 1.0;
        for (int i = 0; i < cell.directions; ++i) {
            answer.factor[i] *= correction < 1.0 + 1e-9 ? correction : 1.0;
            answer.e[i] *= answer.factor[i];
        }
        answer.diagnostics.iterations = 1;
        describe_viscosity(cell, answer.factor, answer.diagnostics);
        return Outcome::ok;
    }

private:
    /** Where e per quadrature weight crosses zero, by a straight line between the two directions around it. */
    static double crossing_of(const Cell& cell, const double* e) {
        int last = -1;
        for (int i = 0; i < cell.directions; ++i) {
            if (e[i] == 0.0) {
                continue;
            }
            if (last >= 0 && (e[last] > 0.0) != (e[i] > 0.0)) {
                const double left = cell.weight ? e[last] / cell.weight[last] : e[last];
                const double right = cell.weight ? e[i] / cell.weight[i] : e[i];
                return cell.v[last] - left * (cell.v[i] - cell.v[last]) / (right - left);
            }
            last = i;
        }
        return 0.0;
    }

    static double reduction(double v, double e, bool positive_is_smaller, double crossing, double width) {
        const bool smaller = e != 0.0 && (e > 0.0) == positive_is_smaller;
        const double x = (v - crossing) / width;
        return smaller ? 1.0 : 1.0 / std::sqrt(1.0 + x * x);
    }

    /** a from sum over the larger side |e| h = I_<, by bisection in log a. */
    static double width_of(const Cell& cell, const double* e, bool positive_is_smaller, double crossing,
                           const LeptonAreas& areas) {
        double low = std::log(1e-12);
        double high = std::log(1e12);
        for (int step = 0; step < 80; ++step) {
            const double middle = 0.5 * (low + high);
            double lost = -areas.smaller();
            for (int i = 0; i < cell.directions; ++i) {
                lost += std::abs(e[i]) * reduction(cell.v[i], e[i], positive_is_smaller, crossing, std::exp(middle));
            }
            (lost < areas.smaller() ? low : high) = middle;
        }
        return std::exp(0.5 * (low + high));
    }
};

} // namespace

std::unique_ptr<Closure> make_power_half() {
    return std::make_unique<PowerHalf>();
}

} // namespace miscid::closures
