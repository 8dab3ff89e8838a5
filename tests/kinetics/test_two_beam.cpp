// Two opposite beams: Fiorillo, Raffelt & Sigl Eqs. 8-13.
#include "energy/two_beam_energy.hpp"
#include "kinetics/periodic_box.hpp"
#include "kinetics/seeds.hpp"
#include "kinetics/two_beam.hpp"

#include "catch.hpp"

#include <cmath>

using namespace miscid::kinetics;

namespace {

constexpr double pi = 3.14159265358979323846;

/** Both beams turned by one wave exp(ikz) of psi = P^x + i P^y with the amplitudes of the growing mode of Eq. 10. */
TwoBeamProblem growing_mode(double zeta_plus, double zeta_minus, double length, int n, double size) {
    TwoBeamProblem problem{length, zeta_plus, zeta_minus, {}};
    const double k = 2.0 * pi * n / length;
    const double omega_0 = -zeta_plus - zeta_minus;
    const double gamma = two_beam_wave(k, zeta_plus, zeta_minus).growth();
    const std::complex<double> amplitude[2] = {{k + omega_0, gamma}, {k - omega_0, -gamma}};
    for (int beam = 0; beam < 2; ++beam) {
        const double a = size * std::abs(amplitude[beam]), phase = std::arg(amplitude[beam]);
        problem.seeds.push_back({beam, 0, n, a, phase});
        problem.seeds.push_back({beam, 1, n, a, phase - 0.5 * pi}); // sin
    }
    return problem;
}

double norm_of_wave(const SpectralFlow& flow, int n) {
    const int cells = flow.field().cells();
    const auto at = static_cast<std::size_t>((n + cells) % cells);
    return std::sqrt(std::norm(two_beam_psi(flow.field(), 0)[at]) + std::norm(two_beam_psi(flow.field(), 1)[at]));
}

} // namespace

TEST_CASE("every unstable wave grows at sqrt((k - k1)(k2 - k))") {
    for (const auto& [zeta_plus, zeta_minus] : {std::pair{0.5, -0.5}, {0.5, -0.3}, {0.2, -0.7}}) {
        const double length = 40.0, middle = zeta_minus - zeta_plus, half = 2.0 * std::sqrt(-zeta_plus * zeta_minus);
        int tested = 0;
        for (int n = -20; n <= 20; ++n) {
            const double k = 2.0 * pi * n / length;
            if (n == 0 || k <= middle - half || k >= middle + half) {
                continue;
            }
            const double expected = std::sqrt((k - middle + half) * (middle + half - k));
            auto flow = two_beam_flow(growing_mode(zeta_plus, zeta_minus, length, n, 1e-7), 128);
            const double start = norm_of_wave(flow, n);
            const double duration = 4.0 / expected;
            flow.advance_to(duration, 0.02);
            const double measured = std::log(norm_of_wave(flow, n) / start) / duration;
            INFO("zeta " << zeta_plus << " " << zeta_minus << ", k " << k);
            CHECK(measured == Approx(expected).epsilon(2e-3));
            ++tested;
        }
        CHECK(tested > 5);
    }
}

TEST_CASE("outside the band nothing grows") {
    auto flow = two_beam_flow({40.0, 0.5, -0.5, {{0, 0, 3, 1e-6, 0.3}, {1, 1, 3, 1e-6, 1.0}}}, 128);
    const double start = norm_of_wave(flow, 3);
    flow.advance_to(20.0, 0.02);
    CHECK(norm_of_wave(flow, 3) < 5.0 * start); // n = 3 is k > 0 of psi: oscillation; n = -3 grows
    CHECK(norm_of_wave(flow, -3) > 100.0 * start);
}

TEST_CASE("Eqs. 9-11: the two modes of Eq. 10 solve the linear equations, and alpha_k is found in them") {
    const std::complex<double> i(0.0, 1.0);
    for (const double k : {-1.9, -1.3, -0.4, -0.05}) {
        const double zp = 0.5, zm = -0.35, omega_0 = -zp - zm;
        const double gamma = two_beam_wave(k, zp, zm).growth();
        if (!(gamma > 0.0)) {
            continue;
        }
        const std::complex<double> plus = k + omega_0 + i * gamma, minus = k - omega_0 - i * gamma;
        const std::complex<double> rate = gamma - i * omega_0;
        CHECK(std::abs(rate * plus + i * k * plus - 2.0 * i * (zm * plus - zp * minus)) < 1e-13);
        CHECK(std::abs(rate * minus - i * k * minus - 2.0 * i * (-zm * plus + zp * minus)) < 1e-13);
        const std::complex<double> alpha(0.3, -0.2), beta(-0.1, 0.7);
        const std::complex<double> p = alpha * plus + beta * (k + omega_0 - i * gamma);
        const std::complex<double> m = alpha * minus + beta * (k - omega_0 + i * gamma);
        CHECK(std::abs(growing_amplitude(k, zp, zm, p, m) - alpha) < 1e-13);
    }
}

TEST_CASE("|P| is kept along characteristics to 1e-12") {
    // Steps of two cells: half steps of streaming move beams by whole cells.
    const double length = 50.0;
    const int cells = 1024;
    const double dz = length / cells;
    PeriodicBox box(two_beam_gas(), length, cells, 2.0 * dz);
    Eigen::MatrixXd P = Eigen::MatrixXd::Zero(3, 2);
    P.row(2) << 0.5, -0.5;
    box.fill(P, Eigen::Vector2d::Zero());
    RandomNumbers random(4);
    for (int cell = 0; cell < cells; ++cell) { // |P| different in every cell
        for (int beam = 0; beam < 2; ++beam) {
            for (int c = 0; c < 2; ++c) {
                box.field().at(c, beam, cell) = 1e-2 * random.normal();
            }
        }
    }
    const BoxField start = box.field();
    const long steps = 300;
    box.advance(steps);
    double worst = 0.0, turned = 0.0;
    for (int beam = 0; beam < 2; ++beam) {
        const Eigen::MatrixXd now = box.field().of_mode(beam), then = start.of_mode(beam);
        for (int cell = 0; cell < cells; ++cell) {
            const long from = (cell + (beam == 0 ? -1 : 1) * 2 * steps) % cells;
            const auto at = static_cast<Eigen::Index>((from + cells) % cells);
            worst = std::max(worst, std::abs(now.col(cell).norm() - then.col(at).norm()));
            turned = std::max(turned, (now.col(cell) - then.col(at)).norm());
        }
    }
    CHECK(worst < 1e-12);
    CHECK(turned > 0.5); // it is not at rest
}

TEST_CASE("the first depolarization of many seeds: <P+z> = 0.25 at 7.70 +- 0.10 (theory.md section 7 row 3)") {
    double sum = 0.0;
    const int seeds = 12;
    for (int seed = 1; seed <= seeds; ++seed) {
        const TwoBeamProblem problem{100.0, 0.5, -0.5, random_two_beam_seeds(1e-8, 100, static_cast<unsigned>(seed))};
        auto flow = two_beam_flow(problem, 512);
        double before = 0.5, t = 0.0;
        while (t < 12.0) {
            flow.advance_to(t + 0.1, 0.05);
            const double now = flow.field().mean()(2, 0);
            if (now < 0.25) {
                sum += t + 0.1 * (before - 0.25) / (before - now);
                break;
            }
            before = now;
            t = flow.time();
        }
    }
    CHECK(sum / seeds == Approx(7.70).margin(0.10));
}

TEST_CASE("adaptive steps reach the same state and the same kinetic energy") {
    const TwoBeamProblem problem{40.0, 0.5, -0.3, random_two_beam_seeds(1e-8, 20, 3)};
    auto fixed = two_beam_flow(problem, 128), adaptive = two_beam_flow(problem, 128);
    fixed.advance_to(14.0, 0.01);
    adaptive.advance_adaptively_to(6.0, 1e-9);
    adaptive.advance_adaptively_to(14.0, 1e-9);
    CHECK((fixed.field().mean() - adaptive.field().mean()).cwiseAbs().maxCoeff() < 1e-6);
    CHECK(adaptive.kinetic_energy_gained() == Approx(fixed.kinetic_energy_gained()).epsilon(1e-6));
    CHECK(std::abs(fixed.kinetic_energy_gained()) > 0.1);
}
