#include "kinetics/two_beam.hpp"

#include "kinetics/random_numbers.hpp"

#include <cmath>
#include <unsupported/Eigen/FFT>

namespace miscid::kinetics {

using medium::constants::pi;

std::vector<TwoBeamSeed> random_two_beam_seeds(double sigma2, int n_max, unsigned long long seed) {
    RandomNumbers random(seed);
    std::vector<TwoBeamSeed> seeds;
    const double sigma = std::sqrt(sigma2);
    for (int beam = 0; beam < 2; ++beam) {
        for (int component = 0; component < 2; ++component) {
            for (int n = 0; n <= n_max; ++n) {
                const double amplitude = sigma * random.normal();
                const double phase = 2.0 * pi * random.uniform();
                // n and -n add up to a cosine of twice the amplitude; phi_0 = -phi_0 = 0.
                seeds.push_back({beam, component, n, n == 0 ? amplitude : 2.0 * amplitude, n == 0 ? 0.0 : phase});
            }
        }
    }
    return seeds;
}

Gas two_beam_gas() {
    Gas gas;
    gas.direction = Eigen::Matrix3Xd::Zero(3, 2);
    gas.direction.row(2) << 1.0, -1.0;
    gas.weight = Eigen::Vector2d::Ones();
    gas.mu.from = 1.0;
    return gas;
}

SpectralFlow two_beam_flow(const TwoBeamProblem& problem, int cells) {
    SpectralFlow flow(two_beam_gas(), problem.length, cells);
    BoxField& P = flow.field();
    for (int cell = 0; cell < cells; ++cell) {
        P.at(2, 0, cell) = problem.zeta_plus;
        P.at(2, 1, cell) = problem.zeta_minus;
    }
    for (const auto& seed : problem.seeds) {
        for (int cell = 0; cell < cells; ++cell) {
            const double turns = seed.n * (static_cast<double>(cell) / cells - 0.5);
            P.at(seed.component, seed.beam, cell) += seed.amplitude * std::cos(2.0 * pi * turns + seed.phase);
        }
    }
    return flow;
}

TwoBeamWave two_beam_wave(double k, double zeta_plus, double zeta_minus) {
    const std::complex<double> product(-zeta_minus * zeta_plus, 0.0);
    const double middle = zeta_minus - zeta_plus;
    // (k - k_1)(k_2 - k) with k_{1,2} = middle -+ 2 sqrt(-zeta_- zeta_+)
    const std::complex<double> gamma = std::sqrt(4.0 * product - (k - middle) * (k - middle));
    const double omega_0 = -zeta_minus - zeta_plus;
    const std::complex<double> i(0.0, 1.0);
    return {omega_0 + i * gamma, omega_0 - i * gamma};
}

std::complex<double> growing_amplitude(double k, double zeta_plus, double zeta_minus, std::complex<double> psi_plus,
                                       std::complex<double> psi_minus) {
    const double omega_0 = -zeta_minus - zeta_plus;
    const double gamma = two_beam_wave(k, zeta_plus, zeta_minus).growth();
    const std::complex<double> i(0.0, 1.0);
    return ((gamma + i * omega_0) * (psi_plus + psi_minus) - i * k * (psi_plus - psi_minus)) / (4.0 * k * gamma);
}

std::vector<std::complex<double>> two_beam_psi(const BoxField& field, int beam) {
    const int cells = field.cells();
    std::vector<std::complex<double>> psi(static_cast<std::size_t>(cells)), result;
    for (int cell = 0; cell < cells; ++cell) {
        psi[static_cast<std::size_t>(cell)] = {field.at(0, beam, cell), field.at(1, beam, cell)};
    }
    Eigen::FFT<double> transform;
    transform.fwd(result, psi);
    for (int n = 0; n < cells; ++n) {
        // z starts at -L/2: a factor (-1)^n
        result[static_cast<std::size_t>(n)] *= (n % 2 == 0 ? 1.0 : -1.0) / cells;
    }
    return result;
}

} // namespace miscid::kinetics
