// Cells the moments adapter leaves alone because the moments tell that nothing mixes: the step must leave them alone, too.

#include "catch.hpp"
#include "count_allocations.hpp"
#include "moments_host.hpp"

#include "moments/axial_shapes.hpp"
#include "moments/description.hpp"
#include "phase_space/minerbo.hpp"

#include <cfenv>
#include <memory>
#include <random>

using host::configuration;
using host::MomentsCode;

namespace {

constexpr double negligible = 1e-9;

bool left_alone(const MomentsCode& code, std::int64_t zone) {
    return (code.flags[static_cast<std::size_t>(zone)] & MISCID_MOMENTS_FLAG_NOTHING_MIXES) != 0;
}

/** Any neutrinos in any matter: dense and thin, with and without a crossing, either sign of the lepton number. */
void fill(MomentsCode& code, std::mt19937& random) {
    std::uniform_real_distribution<double> unit(0.0, 1.0);
    for (std::int64_t z = 0; z < code.zones; ++z) {
        const double neutrinos = std::pow(10.0, -6.0 * unit(random));
        const double antineutrinos = 0.2 + 1.2 * unit(random);
        code.electron_density[static_cast<std::size_t>(z)] = 1e34 * std::pow(10.0, -7.0 * unit(random));
        for (std::int64_t s = 0; s < code.species; ++s) {
            const double forward = 0.9 * unit(random);
            const double temperature = 3.0 + 3.0 * unit(random);
            for (std::int64_t g = 0; g < code.groups; ++g) {
                const double e = code.energy[static_cast<std::size_t>(g)];
                const double number =
                    2e30 * neutrinos * e * e * std::exp(-e / temperature) * (s == 1 ? antineutrinos : 1.0);
                code.at(z, s, g, 0) = number * e;
                code.at(z, s, g, 1) = forward * number * e;
            }
        }
    }
}

} // namespace

TEST_CASE("What the moments tell not to mix, the step does not mix") {
    std::mt19937 random(20261121);
    int alone = 0;
    int mixed = 0;
    double worst = 0.0;
    for (const auto* more :
         {R"("viscosity.closure": "none")", R"("viscosity.closure": "equipartition")",
          R"("viscosity.closure": "none", "vacuum.ordering": "normal", "transport.mode": "invariant")"}) {
        for (const int species : {3, 4, 6}) {
            for (const auto* start : {"from_incoming", "from_matter"}) {
                const std::string names =
                    species == 3   ? R"("species": ["nu_e", "nubar_e", "nu_x"])"
                    : species == 4 ? R"("species": ["nu_e", "nubar_e", "nu_x", "nubar_x"])"
                                   : R"("species": ["nu_e", "nubar_e", "nu_mu", "nubar_mu", "nu_tau", "nubar_tau"])";
                std::string settings =
                    R"({"phase_space.groups": 3, "collisions.mode": "off", "equilibrium.cold_start": ")";
                settings += std::string(start) + "\", " + more + ", \"moments\": {" + names;
                const int rounds = start == std::string("from_matter") ? 4 : 12;
                for (int round = 0; round < rounds; ++round) {
                    MomentsCode quick(settings + "}}", species), whole(settings + R"(, "negligible": 0}})", species);
                    fill(quick, random);
                    whole.q = quick.q;
                    whole.electron_density = quick.electron_density;
                    for (int step = 0; step < 2; ++step) {
                        const auto before = whole.q;
                        const auto quick_before = quick.q;
                        quick.step();
                        whole.step();
                        for (std::int64_t z = 0; z < whole.zones; ++z) {
                            INFO(more << ", " << species << " species, " << start << ", step " << step << ", zone "
                                      << z);
                            CHECK_FALSE(left_alone(whole, z));
                            if (!left_alone(quick, z)) {
                                ++mixed;
                                continue;
                            }
                            ++alone;
                            CHECK(whole.status[static_cast<std::size_t>(z)] == MISCID_OK);
                            CHECK(quick.status[static_cast<std::size_t>(z)] == MISCID_OK);
                            for (std::int64_t g = 0; g < whole.groups; ++g) {
                                double sum = 0.0;
                                double change = 0.0;
                                for (std::int64_t s = 0; s < species; ++s) {
                                    const auto i = static_cast<std::size_t>(&whole.at(z, s, g, 0) - whole.q.data());
                                    sum += before[i];
                                    change = std::max(change, std::abs(whole.q[i] - before[i]));
                                    CHECK(quick.q[i] == quick_before[i]);
                                }
                                worst = std::max(worst, change / sum);
                            }
                        }
                    }
                }
            }
        }
    }
    INFO("largest change in a cell left alone: " << worst);
    CHECK(worst <= negligible);
    CHECK(worst > 0.0); // the step is not idle there
    CHECK(alone > 100);
    CHECK(mixed > 100);
}

TEST_CASE("Waves that cannot grow are told from those that can") {
    // Dense matter, antineutrinos more forward: the lepton number of forward directions depends on how many there are.
    const std::string waves = R"("viscosity.closure": "equipartition", "equilibrium.cold_start": "from_incoming")";
    for (const double antineutrinos : {0.2, 0.4, 0.55, 0.7, 0.85, 1.0, 2.0, 8.0}) {
        MomentsCode quick(configuration("", waves)), whole(configuration(R"("negligible": 0)", waves));
        for (auto* code : {&quick, &whole}) {
            for (std::int64_t z = 0; z < code->zones; ++z) {
                code->electron_density[static_cast<std::size_t>(z)] = 1e35;
                for (std::int64_t g = 0; g < code->groups; ++g) {
                    for (std::int64_t k = 0; k < 2; ++k) {
                        code->at(z, 1, g, k) = antineutrinos * code->at(z, 0, g, 0) * (k == 0 ? 1.0 : 0.5);
                        code->at(z, 0, g, k) = code->at(z, 0, g, 0) * (k == 0 ? 1.0 : 0.3);
                    }
                }
            }
        }
        const auto before = whole.q;
        quick.step();
        whole.step();
        const bool crossing = whole.largest_relative_change(before) > 1e-6;
        for (std::int64_t z = 0; z < quick.zones; ++z) {
            INFO(antineutrinos << " antineutrinos per neutrino");
            CHECK(left_alone(quick, z) == !crossing);
        }
        CHECK((!crossing || host::same_bits(quick.q, whole.q)));
    }
}

TEST_CASE("A cell is not left alone where somebody asks for its numbers, or where its state is strange") {
    const std::string dense = R"("viscosity.closure": "marginal")";
    const auto make = [&](const std::string& moments) {
        auto code = std::make_unique<MomentsCode>(configuration(moments, dense));
        for (std::int64_t z = 0; z < code->zones; ++z) {
            code->electron_density[static_cast<std::size_t>(z)] = 1e35;
            for (std::int64_t g = 0; g < code->groups; ++g) {
                for (std::int64_t k = 0; k < 2; ++k) {
                    code->at(z, 1, g, k) = 0.3 * code->at(z, 0, g, k);
                }
            }
        }
        return code;
    };
    const auto plain = make("");
    const auto report = plain->step();
    CHECK(report.ok == plain->zones);
    CHECK(report.cold_starts == 0);
    CHECK(left_alone(*plain, 0));
    CHECK(plain->state == std::vector<double>(plain->state.size(), 0.0));
    std::feclearexcept(FE_ALL_EXCEPT);
    plain->step();
    CHECK(std::fetestexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW) == 0);
#ifdef MISCID_COUNT_ALLOCATIONS
    CHECK(miscid::tests::allocations_of([&] {
              miscid_moments_apply(plain->moments.get(), plain->workspace.get(), plain->batch.get(), 0, 1e-6, nullptr);
          }) == 0);
#endif

    const auto asked = make("");
    std::vector<double> residual(MomentsCode::zones, -1.0);
    asked->batch.bind_diagnostic(MISCID_FIELD_RESIDUAL, MomentsCode::cells(residual));
    CHECK(asked->step().cold_starts == asked->zones);
    CHECK_FALSE(left_alone(*asked, 0));
    CHECK(residual[0] >= 0.0);

    const auto continued = make(R"("negligible": 0)"); // writes states
    continued->step();
    const auto states = continued->state;
    const auto doubles = static_cast<std::size_t>(continued->moments.state_doubles_per_cell());
    const auto code = make("");
    code->state = states;
    code->state[0] += 1.0;                       // zone 0: of another configuration
    code->state[doubles + 1 + 2] *= 3.0;         // zone 1: far from here
    code->state[2 * doubles + 19] = 1e-3;        // zone 2: waves that grew before
    code->state[3 * doubles + 1] = std::nan(""); // zone 3: what no step has written
    code->step();
    CHECK(code->status[0] == MISCID_CELL_BAD_STATE);
    CHECK_FALSE(left_alone(*code, 1));
    CHECK_FALSE(left_alone(*code, 2));
    CHECK_FALSE(left_alone(*code, 3));
    CHECK(left_alone(*code, 4));
}

TEST_CASE("Tabulated distributions over rings: both moments exact, the closure's shape") {
    using namespace miscid::adapters;
    for (const int polar : {4, 8, 24}) {
        const Quadrature quadrature(polar, 4);
        const AxialShapes shapes(quadrature, Closure::minerbo);
        std::vector<double> number(static_cast<std::size_t>(polar));
        for (double f = -0.9; f < 0.91; f += 0.0137) {
            if (!shapes.covers(f)) {
                continue;
            }
            INFO(polar << " rings, f = " << f);
            shapes.at(f, 2.0, number.data());
            double sum = 0.0;
            double flux = 0.0;
            for (std::size_t d = 0; d < number.size(); ++d) {
                CHECK(number[d] > 0.0);
                sum += number[d];
                flux += number[d] * quadrature.mu[d];
                if (polar == 24 && std::abs(f) > 1e-3 && std::abs(f) < 0.8) { // enough rings to need no correction
                    const double Z = miscid::phase_space::minerbo_parameter(std::abs(f));
                    const double shape = Z / std::sinh(Z) * std::exp(std::copysign(Z, f) * quadrature.mu[d]);
                    CHECK(number[d] == Approx(2.0 * quadrature.weight[d] * shape).epsilon(2e-7));
                }
            }
            CHECK(sum == Approx(2.0).epsilon(1e-14));
            CHECK(flux == Approx(2.0 * f).margin(2e-14));
        }
        CHECK_FALSE(shapes.covers(quadrature.axial_reach));
    }
}
