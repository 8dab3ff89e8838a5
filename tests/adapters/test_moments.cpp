// The moments adapter: what a step keeps, and that what it moves is what the step of miscid.h moves.

#include "catch.hpp"
#include "moments_host.hpp"

using host::configuration;
using host::MomentsCode;

namespace {

const std::string equipartition = R"("viscosity.closure": "equipartition")";
const std::string marginal = R"("viscosity.closure": "marginal")";

std::string species(int count) {
    return count == 3   ? R"("species": ["nu_e", "nubar_e", "nu_x"])"
           : count == 4 ? R"("species": ["nu_e", "nubar_e", "nu_x", "nubar_x"])"
                        : R"("species": ["nu_e", "nubar_e", "nu_mu", "nubar_mu", "nu_tau", "nubar_tau"])";
}

} // namespace

TEST_CASE("Sums over species of energy and flux stay, and |F| <= E") {
    for (const int count : {3, 4, 6}) {
        for (const std::int64_t components : {std::int64_t{1}, std::int64_t{3}}) {
            for (const auto* closure : {"minerbo", "levermore", "pauli"}) {
                for (const auto* waves : {"none", "marginal", "equipartition"}) {
                    INFO(count << " species, " << components << " components, " << closure << ", " << waves);
                    MomentsCode code(configuration(species(count) + R"(, "closure": ")" + closure + "\"",
                                                   R"("viscosity.closure": ")" + std::string(waves) + "\""),
                                     count, components);
                    if (std::string(waves) == "marginal" && components == 3 && std::string(closure) != "minerbo") {
                        continue; // general directions are dear; once is enough
                    }
                    const auto before = code.q;
                    for (int step = 0; step < 2; ++step) {
                        const auto report = code.step();
                        REQUIRE(report.refused == 0);
                        CHECK(report.cold_starts == (step == 0 ? code.zones : 0));
                    }
                    CHECK(code.worst_change_of_sum(before) < 1e-14);
                    CHECK(code.realizable());
                    if (std::string(waves) != "none") {
                        CHECK(code.largest_relative_change(before) > 1e-2); // something was mixed
                    }
                }
            }
        }
    }
}

TEST_CASE("A cell in which nothing mixes stays bit for bit") {
    const std::string aligned = R"("vacuum.mixing_angle": 0)";
    const std::string off = R"("step.enabled": false)";
    for (const auto& more : {aligned, off, aligned + R"(, "transport.mode": "invariant")"}) {
        for (const std::int64_t components : {std::int64_t{1}, std::int64_t{3}}) {
            INFO(more << " " << components);
            MomentsCode code(configuration("", more), 3, components);
            const auto before = code.q;
            CHECK(code.step().refused == 0);
            CHECK(host::same_bits(before, code.q));
        }
    }
}

TEST_CASE("The off-switch by density and by radius leaves zones alone") {
    // mass density 1e10/(1 + zone), radius 50 + 10 zone
    MomentsCode code(configuration(R"("off_above_density": 6e9, "off_outside_radius": 85)", equipartition));
    const auto before = code.q;
    const auto report = code.step();
    CHECK(report.ok + report.relaxed + report.events == code.zones);
    for (std::int64_t z = 0; z < code.zones; ++z) {
        const bool off = z == 0 || z == 4;
        const auto i = static_cast<std::size_t>(&code.at(z, 0, 0, 0) - code.q.data());
        CHECK((code.flags[static_cast<std::size_t>(z)] & MISCID_MOMENTS_FLAG_OFF) ==
              (off ? MISCID_MOMENTS_FLAG_OFF : 0));
        CHECK((code.q[i] == before[i]) == off);
        CHECK((code.state[static_cast<std::size_t>(z * code.moments.state_doubles_per_cell())] == 0.0) == off);
    }
}

TEST_CASE("Degeneracies: what nu_x holds is what it stands for") {
    // 6 equal heavy species, 4 with sums of two, 3 with the sum of four, and 3 that hold one of four: the same neutrinos, so the
    // same electron neutrinos come out.
    MomentsCode six(configuration(species(6), equipartition), 6);
    MomentsCode four(configuration(species(4), equipartition), 4);
    MomentsCode three(configuration(species(3), equipartition), 3);
    MomentsCode each(configuration(species(3) + R"(, "heavy": "each")", equipartition), 3);
    for (std::int64_t z = 0; z < six.zones; ++z) {
        for (std::int64_t g = 0; g < six.groups; ++g) {
            for (std::int64_t k = 0; k < 2; ++k) {
                const double one = six.at(z, 2, g, k);
                four.at(z, 2, g, k) = four.at(z, 3, g, k) = 2 * one;
                three.at(z, 2, g, k) = 4 * one;
                each.at(z, 2, g, k) = one;
            }
        }
    }
    const auto before = six.q;
    REQUIRE(six.step().refused + four.step().refused + three.step().refused + each.step().refused == 0);
    for (std::int64_t z = 0; z < six.zones; ++z) {
        for (std::int64_t g = 0; g < six.groups; ++g) {
            for (std::int64_t k = 0; k < 2; ++k) {
                const double scale = six.at(z, 0, g, 0);
                for (const std::int64_t s : {0, 1}) {
                    CHECK(four.at(z, s, g, k) == Approx(six.at(z, s, g, k)).margin(1e-12 * scale));
                    CHECK(three.at(z, s, g, k) == Approx(six.at(z, s, g, k)).margin(1e-12 * scale));
                    CHECK(each.at(z, s, g, k) == Approx(six.at(z, s, g, k)).margin(1e-12 * scale));
                }
                CHECK(each.at(z, 2, g, k) == Approx(three.at(z, 2, g, k) / 4).margin(1e-12 * scale));
                // What e loses in neutrinos, mu and tau gain in equal parts.
                const auto i = [&](std::int64_t s) {
                    return static_cast<std::size_t>(&six.at(z, s, g, k) - six.q.data());
                };
                const double lost = before[i(0)] - six.q[i(0)];
                CHECK(six.q[i(2)] - before[i(2)] == Approx(lost / 2).margin(1e-12 * scale));
                CHECK(six.q[i(4)] - before[i(4)] == Approx(lost / 2).margin(1e-12 * scale));
            }
        }
    }
    CHECK((three.flags[0] & MISCID_MOMENTS_FLAG_NU_X_SHARED) != 0);
    CHECK((four.flags[0] & MISCID_MOMENTS_FLAG_NU_X_SHARED) == 0);
}

TEST_CASE("Equal neutrinos of all flavors do not change") {
    MomentsCode code(configuration(species(6), marginal), 6);
    for (std::int64_t i = 0; i < code.zones; ++i) {
        for (std::int64_t g = 0; g < code.groups; ++g) {
            for (std::int64_t k = 0; k < 2; ++k) {
                for (std::int64_t s = 1; s < 6; ++s) {
                    code.at(i, s, g, k) = code.at(i, 0, g, k);
                }
            }
        }
    }
    const auto before = code.q;
    code.step();
    CHECK(host::same_bits(before, code.q));
}

TEST_CASE("What the adapter moves is what miscid_apply moves on the same directions") {
    // A second calculation: Minerbo's distribution written out here, density matrices, the public call, moments by summation.
    const int polar = 16, azimuth = 4, directions = polar * azimuth;
    MomentsCode code(configuration(species(4) + R"(, "polar": 16)", equipartition), 4);
    const auto before = code.q;
    REQUIRE(code.step().refused == 0);

    const auto config = miscid::Config::from_json(
        R"({"phase_space": {"groups": 3, "directions": 64, "form": "density"}, "vacuum": {"ordering": "inverted"},
            "collisions.mode": "off", "equilibrium.cold_start": "from_incoming", "viscosity.closure": "equipartition"})");
    miscid::Context context(config);
    miscid::Workspace workspace(context);
    miscid::Batch batch(context);
    std::vector<double> mu, weight, direction, rho(2 * 3 * directions * 4),
        state(static_cast<std::size_t>(context.state_doubles_per_cell()));
    for (int i = 0; i < polar; ++i) { // roots of P_16 by bisection between its extrema's brackets
        double x = std::cos(M_PI * (i + 0.75) / (polar + 0.5)), p = 0, slope = 1;
        for (int n = 0; n < 50; ++n) {
            p = std::legendre(static_cast<unsigned>(polar), x);
            slope = polar * (x * p - std::legendre(static_cast<unsigned>(polar - 1), x)) / (x * x - 1);
            x -= p / slope;
        }
        mu.push_back(x);
        weight.push_back(1 / ((1 - x * x) * slope * slope) / azimuth);
        for (int a = 0; a < azimuth; ++a) {
            const double phi = 2 * M_PI * (a + 0.5) / azimuth, s = std::sqrt(1 - x * x);
            direction.insert(direction.end(), {s * std::cos(phi), s * std::sin(phi), x});
        }
    }
    const auto rho_at = [&](int t, int g, int d, int c) -> double& {
        return rho[static_cast<std::size_t>(((t * 3 + g) * directions + d) * 4 + c)];
    };
    const std::int64_t zone = 2;
    const auto start = [&](std::int64_t s, std::int64_t g, std::int64_t k) {
        return before[static_cast<std::size_t>(&code.at(zone, s, g, k) - code.q.data())];
    };
    for (int t = 0; t < 2; ++t) {
        for (int g = 0; g < 3; ++g) {
            for (int f = 0; f < 2; ++f) {
                const std::int64_t s = t + 2 * f; // nu_e, nubar_e, nu_x, nubar_x
                const double flux_factor = start(s, g, 1) / start(s, g, 0);
                double Z = 3 * flux_factor; // coth Z - 1/Z = f
                for (int n = 0; n < 100; ++n) {
                    Z -= (1 / std::tanh(Z) - 1 / Z - flux_factor) / (1 / (Z * Z) - 1 / (std::sinh(Z) * std::sinh(Z)));
                }
                for (int d = 0; d < directions; ++d) {
                    const double x = mu[static_cast<std::size_t>(d / azimuth)];
                    const double shape =
                        Z * std::exp(Z * x) / std::sinh(Z) * weight[static_cast<std::size_t>(d / azimuth)];
                    rho_at(t, g, d, f) =
                        start(s, g, 0) / code.energy[static_cast<std::size_t>(g)] * shape * (f == 1 ? 0.5 : 1.0);
                }
            }
        }
    }
    const auto incoming = rho;
    batch
        .bind(MISCID_FIELD_RHO, miscid::View::row_major(rho.data(), {{MISCID_AXIS_TYPE, 2},
                                                                     {MISCID_AXIS_GROUP, 3},
                                                                     {MISCID_AXIS_DIRECTION, directions},
                                                                     {MISCID_AXIS_COMPONENT, 4}}))
        .bind(MISCID_FIELD_DIRECTION,
              miscid::View::row_major(direction.data(), {{MISCID_AXIS_DIRECTION, directions}, {MISCID_AXIS_SPACE, 3}}))
        .bind(MISCID_FIELD_ENERGY, miscid::View::row_major(code.energy.data(), {{MISCID_AXIS_GROUP, 3}}))
        .bind(MISCID_FIELD_ELECTRON_DENSITY, miscid::View(&code.electron_density[static_cast<std::size_t>(zone)]))
        .bind(MISCID_FIELD_STATE,
              miscid::View::row_major(state.data(), {{MISCID_AXIS_COMPONENT, context.state_doubles_per_cell()}}))
        .set_box({1, 1, 1, 1});
    REQUIRE(miscid::apply(context, workspace, batch, 0, 1e-6).refused == 0);
    for (int t = 0; t < 2; ++t) {
        for (int g = 0; g < 3; ++g) {
            const double e = code.energy[static_cast<std::size_t>(g)];
            double gain = 0, flux_gain = 0;
            for (int d = 0; d < directions; ++d) {
                const double change =
                    rho_at(t, g, d, 0) - incoming[static_cast<std::size_t>(((t * 3 + g) * directions + d) * 4)];
                gain += e * change;
                flux_gain += e * change * mu[static_cast<std::size_t>(d / azimuth)];
            }
            const double scale = start(t, g, 0);
            CHECK(std::abs(gain) > 1e-3 * scale);
            CHECK(code.at(zone, t, g, 0) - start(t, g, 0) == Approx(gain).margin(1e-7 * scale));
            CHECK(code.at(zone, t, g, 1) - start(t, g, 1) == Approx(flux_gain).margin(1e-7 * scale));
            CHECK(code.at(zone, t + 2, g, 0) - start(t + 2, g, 0) == Approx(-gain).margin(1e-7 * scale));
        }
    }
}

TEST_CASE("Refused zones are untouched and say why") {
    MomentsCode code(configuration("", equipartition));
    code.at(1, 0, 0, 0) = -1.0;
    code.at(2, 1, 1, 1) = 2 * code.at(2, 1, 1, 0);
    code.at(3, 2, 2, 0) = std::nan("");
    const auto before = code.q;
    const auto report = code.step();
    CHECK(report.status == MISCID_PARTIAL);
    CHECK(report.refused == 3);
    CHECK(report.first_refused[0] == 1);
    CHECK(miscid::MomentsError::text().find("DENSITY") != std::string::npos);
    CHECK(code.status[1] == MISCID_CELL_EIGENVALUE_RANGE);
    CHECK(code.status[2] == MISCID_CELL_EIGENVALUE_RANGE);
    CHECK(code.status[3] == MISCID_CELL_NOT_FINITE);
    CHECK(code.status[0] >= 0);
    for (std::int64_t z = 0; z < code.zones; ++z) {
        bool same = true;
        for (std::int64_t i = z; i < static_cast<std::int64_t>(code.q.size()); i += code.zones) {
            const auto n = static_cast<std::size_t>(i);
            same = same && std::memcmp(&code.q[n], &before[n], sizeof(double)) == 0;
        }
        CHECK(same == (z >= 1 && z <= 3));
    }
}

TEST_CASE("Parameters and bindings that do not fit are refused by name") {
    const auto refused = [](const std::string& moments, const std::string& word) {
        try {
            miscid::Moments made(configuration(moments));
        } catch (const miscid::MomentsError& error) {
            return std::string(error.what()).find(word) != std::string::npos;
        }
        return false;
    };
    CHECK(refused(R"("closur": "minerbo")", "closur"));
    CHECK(refused(R"("closure": "eddington")", "eddington"));
    CHECK(refused(R"("species": ["nu_e", "nu_x"])", "antineutrino"));
    CHECK(refused(R"("species": ["nu_e", "nubar_e", "nu_y"])", "nu_y"));
    CHECK(refused(R"("degeneracy": [1, 1, 3])", "degeneracy"));
    CHECK(refused(R"("grey": true)", "grey"));
    CHECK(refused(R"("polar": 1)", "polar"));
    CHECK(refused(R"("unit": "erg")", "unit"));
    MomentsCode code(configuration());
    std::vector<double> wrong(100);
    CHECK_THROWS_WITH(code.batch.bind(MISCID_MOMENTS_FIELD_DENSITY,
                                      miscid::View::row_major(wrong.data(), {{MISCID_MOMENTS_AXIS_SPECIES, 4}})),
                      Catch::Contains("SPECIES"));
    CHECK_THROWS_WITH(code.batch.bind(MISCID_MOMENTS_FIELD_STATUS, MomentsCode::cells(wrong)),
                      Catch::Contains("int32"));
    miscid::MomentsBatch empty(code.moments);
    CHECK_THROWS_WITH(miscid::apply(code.moments, code.workspace, empty, 0, 1), Catch::Contains("DENSITY"));
}

TEST_CASE("A free-streaming flux stays one, whatever the directions hold") {
    MomentsCode code(configuration(R"("polar": 4)", equipartition));
    for (std::int64_t z = 0; z < code.zones; ++z) {
        for (std::int64_t s = 0; s < 3; ++s) {
            for (std::int64_t g = 0; g < 3; ++g) {
                code.at(z, s, g, 1) =
                    code.at(z, s, g, 0) * (z == 0 ? 1.0 : 1.0 - std::pow(10.0, -static_cast<double>(2 * z)));
            }
        }
    }
    const auto before = code.q;
    REQUIRE(code.step().refused == 0);
    CHECK(code.worst_change_of_sum(before) < 1e-14);
    CHECK(code.realizable());
    CHECK((code.flags[0] & MISCID_MOMENTS_FLAG_BEAM) != 0);
    for (std::int64_t s = 0; s < 3; ++s) {
        CHECK(code.at(0, s, 1, 1) == Approx(code.at(0, s, 1, 0)).epsilon(2e-15));
    }
}

TEST_CASE("The uncertainty compares two closures and changes nothing") {
    MomentsCode code(configuration("", equipartition));
    const auto before = code.q;
    CHECK(miscid::uncertainty(code.moments, code.workspace, code.batch, 0, 1e-6).refused == 0);
    CHECK(host::same_bits(before, code.q));
    CHECK(code.state == std::vector<double>(code.state.size(), 0.0));
    // By hand: two codes, each with one of the closures.
    MomentsCode minerbo(configuration("", equipartition)),
        levermore(configuration(R"("closure": "levermore")", equipartition));
    minerbo.step();
    levermore.step();
    for (std::int64_t z = 0; z < code.zones; ++z) {
        double difference = 0, number = 0;
        for (std::int64_t s = 0; s < 3; ++s) {
            for (std::int64_t g = 0; g < 3; ++g) {
                const double e = code.energy[static_cast<std::size_t>(g)];
                difference += std::abs(minerbo.at(z, s, g, 0) - levermore.at(z, s, g, 0)) / e;
                number += minerbo.at(z, s, g, 0) / e;
            }
        }
        CHECK(code.uncertainty[static_cast<std::size_t>(z)] > 1e-5);
        CHECK(code.uncertainty[static_cast<std::size_t>(z)] == Approx(difference / (2 * number)).epsilon(1e-9));
    }
}

TEST_CASE("Three flavors with six species and with four: sums kept, moments realizable") {
    const std::string three_flavors =
        R"("phase_space.flavors": 3, "viscosity.closure": "none", "vacuum.mixing_angle": 0.15)";
    for (const int count : {4, 6}) {
        MomentsCode code(configuration(species(count), three_flavors), count);
        for (auto& density : code.electron_density) {
            density = 2e27; // near the resonances, where the vacuum mixes
        }
        for (auto& number : code.q) {
            number *= 1e-6;
        }
        const auto before = code.q;
        const auto report = code.step();
        INFO(miscid::MomentsError::text());
        CHECK(report.refused == 0);
        CHECK(code.worst_change_of_sum(before) < 1e-14);
        CHECK(code.realizable());
        CHECK(code.largest_relative_change(before) > 1e-3);
    }
}

TEST_CASE("Invariant mode: in dense matter the eigenstates are the flavors, the upper one e") {
    const std::string from_matter = R"("equilibrium.cold_start": "from_matter")";
    const std::string text = R"({"phase_space.groups": 3, "vacuum.ordering": "inverted", "collisions.mode": "off", )" +
                             from_matter + ", " + equipartition;
    MomentsCode matrix(text + R"(, "moments": {}})"),
        invariant(text + R"(, "transport.mode": "invariant", "moments": {}})");
    for (auto* code : {&matrix, &invariant}) {
        for (auto& number : code->q) {
            number *= 1e-2; // neutrinos well below the electrons: every H points along matter's
        }
    }
    const auto before = matrix.q;
    REQUIRE(matrix.step().refused == 0);
    REQUIRE(invariant.step().refused == 0);
    CHECK(matrix.largest_relative_change(before) > 1e-2);
    for (std::size_t i = 0; i < matrix.q.size(); ++i) {
        CHECK(invariant.q[i] == Approx(matrix.q[i]).epsilon(1e-5));
    }
}

TEST_CASE("Matrix mode tells where the coherence it drops is large") {
    MomentsCode dense(configuration("", equipartition)), resonant(configuration());
    dense.step();
    CHECK((dense.flags[0] & MISCID_MOMENTS_FLAG_TILT) == 0);
    for (auto& density : resonant.electron_density) {
        density = 2e27;
    }
    for (auto& number : resonant.q) {
        number *= 1e-8;
    }
    resonant.step();
    CHECK((resonant.flags[0] & MISCID_MOMENTS_FLAG_TILT) != 0);
}

TEST_CASE("Neutrinos that stream freely take a momentum equal to their energy along when they change flavor") {
    MomentsCode code(configuration(species(4), equipartition), 4);
    for (std::int64_t z = 0; z < code.zones; ++z) {
        for (std::int64_t s = 0; s < 4; ++s) {
            for (std::int64_t g = 0; g < 3; ++g) {
                code.at(z, s, g, 0) *= s < 2 ? 1.0 : 0.3; // more e than x
                code.at(z, s, g, 1) = code.at(z, s, g, 0) * (s % 2 == 0 ? 1.0 : 0.1 * static_cast<double>(s));
            }
        }
    }
    const auto before = code.q;
    REQUIRE(code.step().refused == 0);
    CHECK(code.worst_change_of_sum(before) < 1e-14);
    for (std::int64_t z = 0; z < code.zones; ++z) {
        for (const std::int64_t s : {0, 2}) { // nu_e and nu_x: nothing but a beam
            const auto i = static_cast<std::size_t>(&code.at(z, s, 1, 0) - code.q.data());
            CHECK(std::abs(code.q[i] - before[i]) > 1e-3 * before[i]);
            CHECK(code.at(z, s, 1, 1) == Approx(code.at(z, s, 1, 0)).epsilon(3e-15));
        }
    }
}
