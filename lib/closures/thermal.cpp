#include "closures/lepton_number.hpp"
#include "thermo/fermi_dirac.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::closures {

namespace {

/** Flavor temperature (Johns & Kost section VI.B): of all states the waves could leave, the one of largest entropy.
 *
 *  What fast waves turn is the lepton number of a direction as a whole, a spin whose length |E_i| every place of the cell
 *  keeps (theory.md F8; E = e/weight). Its mean is P of Johns & Kost Eq. 101 with P0 = |E_i|, and every piece of the
 *  angular grid has the entropy of one such spin. At given lepton number sum e that makes
 *
 *      e_i' = |e_i| tanh(nu |E_i|),    sum e_i' = sum e_i,
 *
 *  one multiplier nu for all. The energy U of the homogeneous field is not held: flavor waves take it (the kinetic equation
 *  does not conserve it). Were it held, a cell with one crossing v_c could not move at all: no other state with these
 *  lengths has as much flux sum v e, since (v - v_c)(e' - e) <= 0 in each direction (docs/closures.md). */
class Thermal final : public Closure {
public:
    void reserve(int) override {}
    int state_size(int) const override { return 0; }

    Outcome apply(const Cell& cell, Answer& answer) override {
        const auto [usable, areas] = begin(cell, Kind::thermal, answer);
        if (!usable) {
            return Outcome::refused;
        }
        if (areas.smaller() == 0.0) {
            return Outcome::stable;
        }
        double longest = 0.0;
        for (int i = 0; i < cell.directions; ++i) {
            longest = std::max(longest, length(cell, answer.e, i));
        }
        // Share q = 1/(1 + exp(2 nu |E|)) of every spin points the wrong way, together the smaller area. The sum is convex
        // in nu, so Newton's method from nu = 0 never passes the answer.
        double nu = 0.0;
        for (int iteration = 0; iteration < most_iterations; ++iteration) {
            double excess = -areas.smaller();
            double slope = 0.0;
            for (int i = 0; i < cell.directions; ++i) {
                const double a = length(cell, answer.e, i) / longest;
                const double q = wrong_way(nu * a);
                excess += std::abs(answer.e[i]) * q;
                slope += 2.0 * a * std::abs(answer.e[i]) * q * (1.0 - q);
            }
            answer.diagnostics.iterations = iteration + 1;
            const double step = slope > 0.0 ? excess / slope : 0.0;
            nu += std::max(step, 0.0);
            if (!(step > 1e-15 * nu)) {
                break;
            }
        }
        lay(cell, areas, nu / longest, answer);
        describe_viscosity(cell, answer.factor, answer.diagnostics);
        return Outcome::ok;
    }

private:
    static constexpr int most_iterations = 400;

    /** |E| of a direction; discrete beams count alike. */
    static double length(const Cell& cell, const double* e, int i) {
        return cell.weight != nullptr && cell.weight[i] > 0.0 ? std::abs(e[i]) / cell.weight[i] : std::abs(e[i]);
    }
    static double wrong_way(double x) { return thermo::level_occupation(2.0 * x, thermo::Statistics::fermionic); }

    /** e' and the factors; what rounding left of the lepton number goes where e is. */
    static void lay(const Cell& cell, const LeptonAreas& areas, double nu, Answer& answer) {
        const double sign = areas.positive >= areas.negative ? 1.0 : -1.0;
        double missing = areas.positive - areas.negative;
        double size = 0.0;
        for (int i = 0; i < cell.directions; ++i) {
            const double aligned = 1.0 - 2.0 * wrong_way(nu * length(cell, answer.e, i));
            answer.factor[i] = answer.e[i] < 0.0 ? -sign * aligned : sign * aligned;
            missing -= answer.factor[i] * answer.e[i];
            size += std::abs(answer.factor[i] * answer.e[i]);
        }
        const double correction = size > 0.0 ? sign * missing / size : 0.0;
        for (int i = 0; i < cell.directions; ++i) {
            answer.factor[i] = std::clamp(answer.factor[i] * (1.0 + correction), -1.0, 1.0);
            answer.e[i] *= answer.factor[i];
        }
    }
};

} // namespace

std::unique_ptr<Closure> make_thermal() {
    return std::make_unique<Thermal>();
}

} // namespace miscid::closures
