// Moments of the laboratory against the same neutrinos seen by the fluid (theory.md 5.20): number is a four-vector.

#include "catch.hpp"
#include "moments_host.hpp"

#include <array>

using host::configuration;
using host::MomentsCode;

namespace {

using Vector = std::array<double, 3>;

const std::string mixing = R"("viscosity.closure": "equipartition")";

double dot(const Vector& a, const Vector& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** (density, flux) of the fluid's frame, seen by an observer for whom the fluid moves with v. */
std::array<double, 4> seen_from_laboratory(const std::array<double, 4>& fluid, const Vector& v) {
    const double v2 = dot(v, v), gamma = 1 / std::sqrt(1 - v2);
    const Vector H = {fluid[1], fluid[2], fluid[3]};
    const double along = (gamma - 1) / v2 * dot(v, H) + gamma * fluid[0];
    return {gamma * (fluid[0] + dot(v, H)), H[0] + along * v[0], H[1] + along * v[1], H[2] + along * v[2]};
}

std::array<double, 4> moments_at(MomentsCode& code, std::int64_t z, std::int64_t s, std::int64_t g) {
    if (code.components == 1) {
        return {code.at(z, s, g, 0), 0, 0, code.at(z, s, g, 1)};
    }
    return {code.at(z, s, g, 0), code.at(z, s, g, 1), code.at(z, s, g, 2), code.at(z, s, g, 3)};
}

void set_moments(MomentsCode& code, std::int64_t z, std::int64_t s, std::int64_t g,
                 const std::array<double, 4>& values) {
    code.at(z, s, g, 0) = values[0];
    for (std::int64_t k = 1; k <= code.components; ++k) {
        code.at(z, s, g, k) = values[static_cast<std::size_t>(code.components == 1 ? 3 : k)];
    }
}

} // namespace

TEST_CASE("Number moments of the laboratory give the Lorentz transform of what the fluid's frame gives") {
    for (const std::int64_t components : {std::int64_t{1}, std::int64_t{3}}) {
        const Vector v = components == 1 ? Vector{0, 0, -0.25} : Vector{0.2, -0.1, 0.15};
        const std::string fine = R"("content": "number", "polar": 12, "azimuth": 12)";
        MomentsCode fluid(configuration(fine, mixing), 3, components);
        MomentsCode laboratory(configuration(fine + R"(, "frame": "laboratory")", mixing), 3, components);
        laboratory.batch.bind(MISCID_MOMENTS_FIELD_VELOCITY,
                              miscid::View::row_major(laboratory.velocity.data(),
                                                      {{MISCID_AXIS_I, fluid.zones}, {MISCID_AXIS_SPACE, components}}));
        for (std::int64_t z = 0; z < fluid.zones; ++z) {
            for (std::int64_t a = 0; a < components; ++a) {
                laboratory.velocity[static_cast<std::size_t>(z * components + a)] =
                    v[static_cast<std::size_t>(components == 1 ? 2 : a)];
            }
            for (std::int64_t s = 0; s < 3; ++s) {
                for (std::int64_t g = 0; g < 3; ++g) {
                    fluid.at(z, s, g, 0) *= 0.1;
                    for (std::int64_t k = 1; k <= components; ++k) {
                        fluid.at(z, s, g, k) *= 0.1;
                    }
                    set_moments(laboratory, z, s, g, seen_from_laboratory(moments_at(fluid, z, s, g), v));
                }
            }
        }
        const auto before = laboratory.q, fluid_before = fluid.q;
        REQUIRE(fluid.step().refused == 0);
        REQUIRE(laboratory.step().refused == 0);
        CHECK(laboratory.worst_change_of_sum(before) < 1e-14);
        CHECK(laboratory.realizable());
        CHECK(fluid.largest_relative_change(fluid_before) > 1e-2);
        for (std::int64_t z = 0; z < fluid.zones; ++z) {
            for (std::int64_t s = 0; s < 3; ++s) {
                for (std::int64_t g = 0; g < 3; ++g) {
                    const auto expected = seen_from_laboratory(moments_at(fluid, z, s, g), v);
                    const auto found = moments_at(laboratory, z, s, g);
                    for (std::size_t k = 0; k < 4; ++k) {
                        CHECK(found[k] == Approx(expected[k]).margin(2e-9 * expected[0]));
                    }
                }
            }
        }
    }
}

TEST_CASE("Energy moments of neutrinos isotropic for the fluid: E = G^2 (1 + v^2/3) J, F = (4/3) G^2 v J") {
    const double v = 0.3, gamma2 = 1 / (1 - v * v);
    MomentsCode fluid(configuration("", mixing)), laboratory(configuration(R"("frame": "laboratory")", mixing));
    laboratory.batch.bind(MISCID_MOMENTS_FIELD_VELOCITY, MomentsCode::cells(laboratory.velocity));
    for (auto* code : {&fluid, &laboratory}) {
        code->electron_density.assign(code->electron_density.size(), 3e27); // near the resonance: mixing without waves
        code->velocity.assign(code->velocity.size(), v);
        for (std::int64_t z = 0; z < code->zones; ++z) {
            for (std::int64_t s = 0; s < 3; ++s) {
                for (std::int64_t g = 0; g < 3; ++g) {
                    const double J = 1e-6 * code->at(z, s, g, 0);
                    code->at(z, s, g, 0) = code == &fluid ? J : gamma2 * (1 + v * v / 3) * J;
                    code->at(z, s, g, 1) = code == &fluid ? 0.0 : 4.0 / 3.0 * gamma2 * v * J;
                }
            }
        }
    }
    const auto before = fluid.q;
    REQUIRE(fluid.step().refused == 0);
    REQUIRE(laboratory.step().refused == 0);
    CHECK(fluid.largest_relative_change(before) > 1e-3);
    for (std::int64_t z = 0; z < fluid.zones; ++z) {
        for (std::int64_t s = 0; s < 3; ++s) {
            for (std::int64_t g = 0; g < 3; ++g) {
                const double J = fluid.at(z, s, g, 0);
                CHECK(laboratory.at(z, s, g, 0) == Approx(gamma2 * (1 + v * v / 3) * J).epsilon(1e-9));
                CHECK(laboratory.at(z, s, g, 1) == Approx(4.0 / 3.0 * gamma2 * v * J).epsilon(1e-9));
            }
        }
    }
}

TEST_CASE("Densitized moments in a curved metric are those of the orthonormal frame") {
    // g = L L^T; F_i = L f (lower index), F^i = L^-T f (upper), v^i = L^-T v, everything times sqrt(det g) = det L.
    const double L[3][3] = {{1.3, 0, 0}, {0.2, 1.1, 0}, {-0.3, 0.1, 0.9}}, root = 1.3 * 1.1 * 0.9;
    const Vector v = {0.1, 0.2, -0.15};
    const auto inverse_transposed = [&](const Vector& f) { // L^T x = f
        Vector x{};
        x[2] = f[2] / L[2][2];
        x[1] = (f[1] - L[2][1] * x[2]) / L[1][1];
        x[0] = (f[0] - L[1][0] * x[1] - L[2][0] * x[2]) / L[0][0];
        return x;
    };
    for (const std::string index : {"lower", "upper"}) {
        MomentsCode flat(configuration(R"("frame": "laboratory")", mixing), 3, 3);
        MomentsCode curved(
            configuration(R"("frame": "laboratory", "densitized": true, "flux_index": ")" + index + "\"", mixing), 3,
            3);
        for (auto* code : {&flat, &curved}) {
            code->bind_laboratory();
            for (std::int64_t z = 0; z < code->zones; ++z) {
                const Vector given = code == &flat ? v : inverse_transposed(v);
                std::size_t m = 0;
                for (std::size_t a = 0; a < 3; ++a) {
                    code->velocity[static_cast<std::size_t>(3 * z) + a] = given[a];
                    for (std::size_t b = a; b < 3; ++b, ++m) {
                        double g = a == b ? 1.0 : 0.0;
                        if (code == &curved) {
                            g = L[a][0] * L[b][0] + L[a][1] * L[b][1] + L[a][2] * L[b][2];
                        }
                        code->metric[static_cast<std::size_t>(6 * z) + m] = g;
                    }
                }
            }
        }
        const auto stored = [&](const std::array<double, 4>& o) -> std::array<double, 4> {
            const Vector f = {o[1], o[2], o[3]};
            Vector F = inverse_transposed(f);
            if (index == "lower") {
                for (std::size_t a = 0; a < 3; ++a) {
                    F[a] = L[a][0] * f[0] + L[a][1] * f[1] + L[a][2] * f[2];
                }
            }
            return {root * o[0], root * F[0], root * F[1], root * F[2]};
        };
        for (std::int64_t z = 0; z < flat.zones; ++z) {
            for (std::int64_t s = 0; s < 3; ++s) {
                for (std::int64_t g = 0; g < 3; ++g) {
                    set_moments(curved, z, s, g, stored(moments_at(flat, z, s, g)));
                }
            }
        }
        const auto before = flat.q;
        REQUIRE(flat.step().refused == 0);
        REQUIRE(curved.step().refused == 0);
        CHECK(flat.largest_relative_change(before) > 1e-2);
        CHECK(flat.worst_change_of_sum(before) < 1e-14);
        for (std::int64_t z = 0; z < flat.zones; ++z) {
            for (std::int64_t s = 0; s < 3; ++s) {
                for (std::int64_t g = 0; g < 3; ++g) {
                    const auto expected = stored(moments_at(flat, z, s, g)), found = moments_at(curved, z, s, g);
                    for (std::size_t k = 0; k < 4; ++k) {
                        CHECK(found[k] == Approx(expected[k]).margin(1e-11 * expected[0]));
                    }
                }
            }
        }
    }
}

TEST_CASE("Grey hosts: number, energy and flux stay, and a neutrino that changes flavor takes its energy along") {
    for (const bool laboratory : {false, true}) {
        MomentsCode code(
            configuration(std::string(R"("grey": true, "species": ["nu_e", "nubar_e", "nu_x", "nubar_x"])") +
                              (laboratory ? R"(, "frame": "laboratory")" : ""),
                          mixing, 1),
            4, 1, 1);
        std::vector<double> number;
        for (std::int64_t s = 0; s < 4; ++s) {
            for (std::int64_t z = 0; z < code.zones; ++z) {
                number.push_back(code.at(z, s, 0, 0) / (10.0 + 2.0 * static_cast<double>(s)));
                code.at(z, s, 0, 1) = code.at(z, s, 0, 0) * (s % 2 == 0 ? 0.2 : 0.55); // e and x alike in angle
            }
        }
        code.velocity.assign(code.velocity.size(), 0.2);
        code.batch
            .bind(MISCID_MOMENTS_FIELD_NUMBER,
                  miscid::View::column_major(number.data(),
                                             {{MISCID_AXIS_I, code.zones}, {MISCID_MOMENTS_AXIS_SPECIES, 4}}))
            .bind(MISCID_MOMENTS_FIELD_VELOCITY, MomentsCode::cells(code.velocity));
        const auto before = code.q, number_before = number;
        REQUIRE(code.step().refused == 0);
        CHECK(code.worst_change_of_sum(before) < 1e-14);
        CHECK(code.realizable());
        const auto N = [&](const std::vector<double>& from, std::int64_t z, std::int64_t s) {
            return from[static_cast<std::size_t>(z + code.zones * s)];
        };
        for (std::int64_t z = 0; z < code.zones; ++z) {
            for (std::int64_t t = 0; t < 2; ++t) {
                const double gained = N(number, z, t) - N(number_before, z, t);
                const double whole = N(number_before, z, t) + N(number_before, z, t + 2);
                CHECK(std::abs(gained + N(number, z, t + 2) - N(number_before, z, t + 2)) < 1e-14 * whole);
                CHECK(std::abs(gained) > 1e-3 * whole);
                if (laboratory) {
                    continue; // energies change with the angle there
                }
                // The same angular distribution and probability for e and x: energy follows number.
                const double energy = code.at(z, t, 0, 0) - N(before, z, t);
                const double number_difference = N(number_before, z, t + 2) / 2 - N(number_before, z, t);
                const double energy_difference = N(before, z, t + 2) / 2 - N(before, z, t);
                CHECK(energy == Approx(gained * energy_difference / number_difference).epsilon(1e-9));
            }
        }
    }
}
