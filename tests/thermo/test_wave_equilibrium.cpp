// The residual of flavor-wave equilibrium (Johns & Kost Eq. 103): its zeros, and its size for a weak wave.
#include "thermo/gases.hpp"
#include "thermo/wave_equilibrium.hpp"

#include "catch.hpp"

#include <complex>

namespace {

using namespace gases;

std::vector<thermo::GasFor<2>> gases_of(const std::vector<Cell<2>>& cells) {
    std::vector<thermo::GasFor<2>> gases;
    for (const auto& cell : cells)
        gases.push_back(cell.gas());
    return gases;
}

} // namespace

TEST_CASE(
    "flavor-wave equilibrium: a homogeneous mixing equilibrium and a synchronized wave are, random places are not") {
    auto cell = random_cell<2>(3);
    cell.medium.B = {0, 0, 1};
    thermo::for_each_mode(cell.gas(), [&](const thermo::Mode& mode) {
        cell.set(mode.index, {0, 0, mode.index % 2 ? 0.3 : -0.2}); // all along the axis: H x P = 0
    });
    const auto still = thermo::wave_equilibrium_residual(gases_of({cell, cell, cell}));
    CHECK(still.mean == 0.0);
    CHECK(still.waves == 0.0);

    // H_{n-m} parallel to P_m (text after 002-22): neutrinos see only each other and share a direction that turns in space
    std::vector<Cell<2>> places;
    for (int place = 0; place < 7; ++place) {
        auto one = random_cell<2>(5);
        one.medium.lambda = 0;
        one.medium.B.setZero();
        const Eigen::Vector3d n(std::sin(place), std::cos(place), 0.3 * place);
        thermo::for_each_mode(one.gas(), [&](const thermo::Mode& mode) {
            one.set(mode.index, 0.1 * (1 + static_cast<double>(mode.index % 3)) * n.normalized());
        });
        places.push_back(one);
    }
    const auto synchronized = thermo::wave_equilibrium_residual(gases_of(places));
    CHECK(synchronized.mean < 1e-15);
    CHECK(synchronized.waves < 1e-15);

    const auto wild = thermo::wave_equilibrium_residual(gases_of({random_cell<2>(8), random_cell<2>(8)}));
    CHECK(wild.mean > 0.1);
    CHECK(wild.waves < 1e-7); // the same in both places: all of it is n = 0
}

TEST_CASE("a weak wave: |H S - P h| of every beam, and the mean at second order") {
    using Complex = std::complex<double>;
    const double P[2] = {0.8, 0.5}, sign[2] = {1, -1}, v[2] = {1, -1}; // neutrinos forward, antineutrinos back
    const Complex S[2] = {{0.6, 0.2}, {-0.3, 0.5}};
    const double w = 0.7, mu = 1.3, lambda = 0.4;
    double expected = 0.0, scale = 0.0;
    for (int i = 0; i < 2; ++i) {
        double H = lambda;
        Complex h = 0.0;
        for (int j = 0; j < 2; ++j) {
            H += mu * w * sign[j] * (1 - v[i] * v[j]) * P[j];
            h += mu * w * sign[j] * (1 - v[i] * v[j]) * S[j];
        }
        expected += w * std::norm(H * S[i] - P[i] * h);
        scale += w * H * H * P[i] * P[i];
    }
    double before = 0.0;
    for (const double size : {1e-3, 1e-4}) {
        std::vector<Cell<2>> places;
        for (int place = 0; place < 16; ++place) {
            Cell<2> cell(2, 1);
            cell.medium.mu = mu;
            cell.medium.lambda = lambda;
            for (int i = 0; i < 2; ++i) {
                const std::size_t at = cell.grid.index(i, 0);
                cell.grid.set_direction(i, {0, 0, v[i]});
                cell.sign_weight[at] = sign[i] * w;
                cell.trace[at] = 1.0;
                const Complex here = size * S[i] * std::polar(1.0, 2 * 3.14159265358979323846 * place / 16);
                cell.set(at, {here.real(), -here.imag(), P[i]});
            }
            places.push_back(cell);
        }
        const auto residual = thermo::wave_equilibrium_residual(gases_of(places));
        CHECK(std::abs(residual.waves / (size * std::sqrt(expected / scale)) - 1) < 10 * size);
        CHECK(residual.mean < 10 * size * size);
        if (before > 0.0)
            CHECK(std::abs(before / residual.mean / 100 - 1) < 1e-2);
        before = residual.mean;
    }
}
