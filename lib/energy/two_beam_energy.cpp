#include "energy/two_beam_energy.hpp"

#include "energy/interaction_energy.hpp"
#include "medium/constants.hpp"

#include <cmath>

namespace miscid::energy {

TwoBeamState two_beam_state(const kinetics::TwoBeamProblem& problem, const kinetics::SpectralFlow& flow) {
    const kinetics::Gas gas = kinetics::two_beam_gas();
    const MomentFields moments = moment_fields(gas, flow.field());
    TwoBeamState state;
    state.t = flow.time();
    // (mu/4) (D_0^2 - D_1^2) = P_+.P_- for mu = 1
    state.U_over_U0 =
        oscillation_energy(moments, 1.0, flow.length()) / (problem.zeta_plus * problem.zeta_minus * flow.length());
    const Eigen::MatrixXd mean = flow.field().mean();
    state.mean_Pz_plus = mean(2, 0);
    state.mean_Pz_minus = mean(2, 1);
    state.dUdt = oscillation_energy_rate(moments, 1.0, flow.length());
    state.dKdt = kinetic_energy_rate(gas, flow.field(), moments, 1.0, flow.length());
    state.kinetic_energy = flow.kinetic_energy_gained();
    return state;
}

SecondOrderEnergy second_order_energy(const kinetics::TwoBeamProblem& problem, int cells, double time) {
    const kinetics::SpectralFlow start = kinetics::two_beam_flow(problem, cells);
    const auto plus = kinetics::two_beam_psi(start.field(), 0), minus = kinetics::two_beam_psi(start.field(), 1);
    const double middle = problem.zeta_minus - problem.zeta_plus;
    SecondOrderEnergy energy;
    for (int n = -cells / 2 + 1; n < cells / 2; ++n) {
        const double k = 2.0 * medium::constants::pi * n / problem.length;
        const double gamma = kinetics::two_beam_wave(k, problem.zeta_plus, problem.zeta_minus).growth();
        if (n == 0 || gamma <= 0.0) {
            continue;
        }
        const auto at = static_cast<std::size_t>((n + cells) % cells);
        const double intensity =
            std::norm(kinetics::growing_amplitude(k, problem.zeta_plus, problem.zeta_minus, plus[at], minus[at])) *
            std::exp(2.0 * gamma * time);
        energy.transverse += 2.0 * problem.length * k * (k - middle) * intensity;
        energy.total += 2.0 * problem.length * k * k * intensity;
    }
    return energy;
}

double transverse_energy(const kinetics::SpectralFlow& flow) {
    const Eigen::MatrixXd plus = flow.field().of_mode(0), minus = flow.field().of_mode(1);
    const double sum = plus.topRows<2>().cwiseProduct(minus.topRows<2>()).sum();
    return sum * flow.length() / flow.field().cells();
}

} // namespace miscid::energy
