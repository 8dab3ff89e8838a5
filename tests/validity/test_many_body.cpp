// The many-body Hamiltonian (Johns, many-body correlations, Eq. 1) solved exactly against its mean field (Eq. 5) and
// the logarithmic onset (Eq. 25).
#include "../../examples/many_body/many_body.hpp"

#include "catch.hpp"

namespace {

using namespace many_body;

Neutrinos generic(std::size_t count) {
    Neutrinos gas = two_beams(count, 1.3, 0.2);
    for (std::size_t p = 0; p < count; ++p) {
        const double a = 0.7 * static_cast<double>(p);
        gas.direction[p] = Vector(std::cos(a), std::sin(2 * a), 0.3 * a).normalized();
        gas.start[p] = Vector(std::sin(a), std::cos(3 * a), 0.5).normalized();
        gas.omega[p] = 0.4 + 0.1 * a;
    }
    return gas;
}

} // namespace

TEST_CASE("a product state starts with the H x P of its mean field, whatever it is") {
    const auto gas = generic(5);
    const MeanField mean(gas);
    const double h = 1e-3;
    Exact forward(gas), far(gas), backward(gas), far_back(gas);
    forward.step(h);
    far.step(2 * h);
    backward.step(-h);
    far_back.step(-2 * h);
    for (std::size_t p = 0; p < gas.size(); ++p) {
        const Vector slope = (8 * (forward.polarization(p) - backward.polarization(p)) -
                              (far.polarization(p) - far_back.polarization(p))) /
                             (12 * h);
        CHECK((Exact(gas).polarization(p) - gas.start[p]).norm() < 1e-14);
        CHECK((slope - mean.field(p).cross(gas.start[p])).norm() < 1e-10);
    }
}

TEST_CASE("exact evolution keeps norm and energy, twelve neutrinos as 4096 amplitudes are two large spins") {
    const auto mixed = generic(6);
    Exact exact(mixed);
    const double energy = exact.energy();
    for (int i = 0; i < 500; ++i)
        exact.step(0.01);
    CHECK(std::abs(exact.norm() - 1) < 1e-8);
    CHECK(std::abs(exact.energy() - energy) < 1e-7);

    for (const std::size_t count : {4, 8, 12}) {
        const auto gas = two_beams(count, 2.0, 0.0);
        Exact spins(gas);
        const TwoLargeSpins large(static_cast<int>(count), 2.0);
        for (int i = 0; i < 300; ++i)
            spins.step(0.01);
        CHECK(std::abs(spins.polarization(0).z() - large.polarization_at(3.0)) < 1e-6);
        CHECK(std::abs(spins.polarization(0).z() + spins.polarization(count - 1).z()) < 1e-6); // lepton number
    }
}

TEST_CASE("the mean field of the flavor state is a fixed point without mixing, exact neutrinos leave it") {
    const auto gas = two_beams(8, 2.0, 0.0);
    MeanField mean(gas);
    for (int i = 0; i < 1000; ++i)
        mean.step(0.01);
    CHECK(std::abs(mean.polarization(0).z() - 1) < 1e-14);
    CHECK(TwoLargeSpins(8, 2.0).polarization_at(2.0) < 0.5);
}

TEST_CASE("early times: 1 - P_z = (4/N) sinh^2(Omega t) with Omega = kappa") {
    const TwoLargeSpins large(1024, 2.0);
    for (const double t : {0.5, 1.0, 1.5})
        CHECK(std::abs((1 - large.polarization_at(t)) / (4.0 / 1024 * std::pow(std::sinh(t), 2)) - 1) < 0.05);
}

TEST_CASE("the onset of exact neutrinos grows as log N/(2 Omega)") {
    for (const double delta : {1.0, 2.0}) {
        const double rate = std::sqrt(1 - std::pow(0.5 * delta - 1, 2));
        std::vector<double> number, onset;
        for (int count = 128; count <= 2048; count *= 2) {
            number.push_back(count);
            onset.push_back(TwoLargeSpins(count, delta).time_of(0.9));
        }
        const Slope slope = onset_slope(number, onset);
        INFO("delta " << delta << ": " << slope.value << " +- " << slope.error);
        CHECK(std::abs(slope.value * 2 * rate - 1) < 0.005);
        CHECK(std::abs(slope.value - 0.5 / rate) < 3 * slope.error);
    }
}
