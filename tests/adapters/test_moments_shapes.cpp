// Angular distributions of the closures: their moments, against closed forms and integrals done otherwise.

#include "catch.hpp"

#include "moments/reconstruction.hpp"
#include "phase_space/levermore.hpp"
#include "phase_space/minerbo.hpp"
#include "phase_space/pauli_closure.hpp"

#include <cmath>
#include <string>

using namespace miscid::adapters;

namespace {

MomentsDescription description(int polar) {
    const std::string text = R"({"moments": {"polar": )" + std::to_string(polar) + R"(, "azimuth": 12}})";
    return MomentsDescription::read(text.data(), text.size());
}

/** All directions of a quadrature in the fluid's own frame. */
struct FullNodes {
    std::vector<double> direction[3], weight, one;
    Nodes nodes;
    explicit FullNodes(const Quadrature& q) : one(static_cast<std::size_t>(q.count()), 1.0) {
        nodes.count = q.count();
        for (int d = 0; d < q.count(); ++d) {
            for (int a = 0; a < 3; ++a) {
                direction[a].push_back(q.direction[static_cast<std::size_t>(3 * d + a)]);
            }
            weight.push_back(q.weight[static_cast<std::size_t>(d / q.azimuth)] / q.azimuth);
        }
        for (int a = 0; a < 3; ++a) {
            nodes.fluid[a] = nodes.host[a] = direction[a].data();
        }
        nodes.weight = weight.data();
        nodes.per_neutrino = one.data();
        nodes.reach = q.reach;
    }
};

} // namespace

TEST_CASE("Reconstructed distributions have the moments exactly and the closure's Eddington factor") {
    const auto made = description(24);
    const FullNodes all(made.quadrature);
    std::vector<double> number(static_cast<std::size_t>(all.nodes.count));
    const double axis[3] = {0.36, -0.48, 0.8};
    for (const double f : {0.0, 1e-6, 0.1, 0.3, 0.5, 0.7}) {
        for (const auto closure : {Closure::minerbo, Closure::levermore}) {
            INFO("f = " << f);
            const Moments moments{3.0, {3 * f * axis[0], 3 * f * axis[1], 3 * f * axis[2]}};
            Beam beam;
            CHECK(reconstruct(made, closure, all.nodes, moments, moments, 0.0, number.data(), beam));
            CHECK(beam.part == 0.0);
            double sum = 0, along = 0, across = 0, second = 0;
            for (int d = 0; d < all.nodes.count; ++d) {
                const double n = number[static_cast<std::size_t>(d)];
                const double x = all.direction[0][static_cast<std::size_t>(d)],
                             y = all.direction[1][static_cast<std::size_t>(d)],
                             z = all.direction[2][static_cast<std::size_t>(d)];
                const double mu = axis[0] * x + axis[1] * y + axis[2] * z;
                CHECK(n >= 0);
                sum += n;
                along += n * mu;
                across += n * (0.8 * x - 0.36 * z);
                second += n * mu * mu;
            }
            CHECK(sum == Approx(3.0).epsilon(1e-14));
            CHECK(along == Approx(3.0 * f).margin(1e-13));
            CHECK(across == Approx(0.0).margin(1e-13));
            // Minerbo: chi = 1 - 2 f/Z; Levermore 1984: (3 + 4 f^2)/(5 + 2 sqrt(4 - 3 f^2)).
            const double Z = f > 1e-3 ? miscid::phase_space::minerbo_parameter(f) : 0.0;
            const double chi = closure == Closure::levermore ? (3 + 4 * f * f) / (5 + 2 * std::sqrt(4 - 3 * f * f))
                                                             : (f > 1e-3 ? 1 - 2 * f / Z : 1.0 / 3.0);
            CHECK(second / 3.0 == Approx(chi).epsilon(2e-5));
        }
    }
}

TEST_CASE("A flux the directions cannot hold is completed by a beam") {
    const auto made = description(4);
    const FullNodes all(made.quadrature);
    std::vector<double> number(static_cast<std::size_t>(all.nodes.count));
    const double axis[3] = {0.36, -0.48, 0.8};
    for (const double f : {0.85, 0.9, 0.97, 1.0}) {
        const Moments moments{2.0, {2 * f * axis[0], 2 * f * axis[1], 2 * f * axis[2]}};
        Beam beam;
        reconstruct(made, Closure::minerbo, all.nodes, moments, moments, 0.0, number.data(), beam);
        CHECK(beam.part >= 0.0);
        CHECK(beam.part <= 1.0);
        CHECK(beam.along[0] * beam.along[0] + beam.along[1] * beam.along[1] + beam.along[2] * beam.along[2] <=
              1 + 1e-15);
        double sum = 0, flux[3] = {0, 0, 0};
        for (int d = 0; d < all.nodes.count; ++d) {
            const auto i = static_cast<std::size_t>(d);
            sum += number[i];
            for (int a = 0; a < 3; ++a) {
                flux[a] += number[i] * ((1 - beam.part) * all.direction[a][i] + beam.part * beam.along[a]);
            }
        }
        CHECK(sum == Approx(2.0).epsilon(1e-14));
        for (int a = 0; a < 3; ++a) {
            CHECK(flux[a] == Approx(2 * f * axis[a]).margin(1e-13));
        }
    }
}

TEST_CASE("Pauli-aware distribution: occupation and flux by Simpson's rule, limits dilute and degenerate") {
    for (const double e : {1e-4, 0.05, 0.3, 0.6}) {
        for (const double part : {0.0, 0.3, 0.7}) {
            const double f = part * (1 - e);
            miscid::phase_space::PauliParameters parameters;
            REQUIRE(miscid::phase_space::pauli_parameters(e, f, parameters));
            const int n = 20000;
            double occupation = 0, flux = 0;
            for (int i = 0; i <= n; ++i) {
                const double mu = -1 + 2.0 * i / n, w = (i == 0 || i == n ? 1 : (i % 2 ? 4 : 2)) / (3.0 * n);
                const double value = 1 / (std::exp(parameters.eta - parameters.Z * mu) + 1);
                occupation += w * value;
                flux += w * mu * value;
            }
            CHECK(occupation == Approx(e).epsilon(1e-6));
            CHECK(flux == Approx(e * f).margin(1e-6 * e));
            if (e < 1e-3 && part > 0) {
                CHECK(parameters.Z == Approx(miscid::phase_space::minerbo_parameter(f)).epsilon(1e-3));
            }
        }
    }
    miscid::phase_space::PauliParameters parameters;
    CHECK_FALSE(miscid::phase_space::pauli_parameters(0.5, 0.51, parameters)); // f < 1 - e (Cernohorsky & Bludman 1994)
    CHECK_FALSE(miscid::phase_space::pauli_parameters(1.0, 0.0, parameters));
}

TEST_CASE("Moments seen from a moving frame: a beam is Doppler shifted, the invariant length of number stays") {
    const double v[3] = {0, 0, 0.6}; // G = 1.25
    const auto energy = boost_energy({1.0, {0, 0, 1.0}}, v);
    CHECK(energy.density == Approx(0.25)); // (G (1 - v))^2
    CHECK(energy.flux[2] == Approx(0.25));
    const auto number = boost_number({1.0, {0.3, 0, 0.4}}, v);
    CHECK(number.density == Approx(1.25 * (1 - 0.24)));
    CHECK(number.flux[2] == Approx(1.25 * (0.4 - 0.6)));
    CHECK(number.flux[0] == Approx(0.3));
    const double gamma2 = 1.5625;
    const auto isotropic = boost_energy({gamma2 * (1 + 0.12), {0, 0, 4.0 / 3.0 * gamma2 * 0.6}}, v);
    CHECK(isotropic.density == Approx(1.0));
    CHECK(isotropic.flux[2] == Approx(0.0).margin(1e-12));
}
