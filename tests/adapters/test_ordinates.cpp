// The ordinates adapter: every bin keeps its neutrinos, and what moves is what miscid_apply moves.

#include "catch.hpp"
#include "count_allocations.hpp"

#include <miscid/miscid.hpp>
#include <miscid/ordinates.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr int zones = 3, groups = 2, polar = 8, azimuth = 4, directions = polar * azimuth;

std::string text(const std::string& own, const std::string& more = "") {
    return R"({"phase_space": {"groups": 2, "directions": 32}, "vacuum.ordering": "inverted", "collisions.mode": "off",
        "equilibrium.cold_start": "from_incoming", "ordinates": {)" +
           own + "}" + more + "}";
}
const std::string mixing = R"(, "viscosity.closure": "equipartition")";

void require(miscid_status status) {
    char words[512];
    miscid_ordinates_last_error(words, sizeof words);
    INFO(words);
    REQUIRE(status >= 0);
}

/** f(direction, group, species, zone), direction fastest: occupations; Gauss-Legendre times azimuth. */
struct Code {
    int species;
    miscid_ordinates* ordinates = nullptr;
    miscid_ordinates_workspace* workspace = nullptr;
    miscid_ordinates_batch* batch = nullptr;
    std::vector<double> f, direction, weight, energy = {10, 18}, electrons = {3e33, 2e33, 1e33},
                                              density = {3e10, 2e10, 1e10}, state;
    std::vector<std::int32_t> status = std::vector<std::int32_t>(zones, 77);

    Code(const std::string& json, int species_count) : species(species_count) {
        require(miscid_ordinates_create(json.data(), json.size(), &ordinates));
        require(miscid_ordinates_workspace_create(ordinates, &workspace));
        require(miscid_ordinates_batch_create(ordinates, &batch));
        std::int32_t doubles = 0;
        require(miscid_ordinates_state_doubles_per_cell(ordinates, &doubles));
        state.assign(static_cast<std::size_t>(zones * doubles), 0.0);
        f.assign(static_cast<std::size_t>(directions * groups * species * zones), 0.0);
        weight.resize(static_cast<std::size_t>(directions * groups));
        for (int i = 0; i < polar; ++i) {
            double x = std::cos(M_PI * (i + 0.75) / (polar + 0.5)), slope = 1;
            for (int n = 0; n < 50; ++n) {
                const double p = std::legendre(polar, x);
                slope = polar * (x * p - std::legendre(polar - 1, x)) / (x * x - 1);
                x -= p / slope;
            }
            for (int a = 0; a < azimuth; ++a) {
                const double phi = 2 * M_PI * (a + 0.5) / azimuth, s = std::sqrt(1 - x * x);
                direction.insert(direction.end(), {s * std::cos(phi), s * std::sin(phi), x});
                for (int g = 0; g < groups; ++g) { // cm^-3 at occupation 1
                    weight[static_cast<std::size_t>(i * azimuth + a + directions * g)] =
                        energy[static_cast<std::size_t>(g)] * energy[static_cast<std::size_t>(g)] * 1e30 /
                        ((1 - x * x) * slope * slope * azimuth);
                }
            }
        }
        for (int z = 0; z < zones; ++z) {
            for (int s = 0; s < species; ++s) {
                for (int g = 0; g < groups; ++g) {
                    for (int d = 0; d < directions; ++d) {
                        const double mu = direction[static_cast<std::size_t>(3 * d + 2)];
                        at(z, s, g, d) = 0.02 / (1 + z) * std::exp((s % 2 == 1 ? 1.6 : 0.7) * mu) *
                                         (s < 2 ? 1.0 : 0.5) * (s == 1 ? 0.9 : 1.0) / (1 + g);
                    }
                }
            }
        }
        bind(MISCID_ORDINATES_FIELD_DISTRIBUTION,
             miscid::View::column_major(f.data(), {{MISCID_AXIS_DIRECTION, directions},
                                                   {MISCID_AXIS_GROUP, groups},
                                                   {MISCID_ORDINATES_AXIS_SPECIES, species},
                                                   {MISCID_AXIS_I, zones}}));
        bind(MISCID_ORDINATES_FIELD_WEIGHT,
             miscid::View::column_major(weight.data(),
                                        {{MISCID_AXIS_DIRECTION, directions}, {MISCID_AXIS_GROUP, groups}}));
        bind(MISCID_ORDINATES_FIELD_DIRECTION,
             miscid::View::row_major(direction.data(), {{MISCID_AXIS_DIRECTION, directions}, {MISCID_AXIS_SPACE, 3}}));
        bind(MISCID_ORDINATES_FIELD_ENERGY, miscid::View::row_major(energy.data(), {{MISCID_AXIS_GROUP, groups}}));
        bind(MISCID_ORDINATES_FIELD_ELECTRON_DENSITY,
             miscid::View::row_major(electrons.data(), {{MISCID_AXIS_I, zones}}));
        bind(MISCID_ORDINATES_FIELD_MASS_DENSITY, miscid::View::row_major(density.data(), {{MISCID_AXIS_I, zones}}));
        bind(MISCID_ORDINATES_FIELD_STATE,
             miscid::View::row_major(state.data(), {{MISCID_AXIS_I, zones}, {MISCID_AXIS_COMPONENT, doubles}}));
        bind(MISCID_ORDINATES_FIELD_STATUS, miscid::View::row_major(status.data(), {{MISCID_AXIS_I, zones}}));
        const std::int64_t box[4] = {zones, 1, 1, 1};
        require(miscid_ordinates_set_box(batch, box, nullptr, nullptr));
    }
    ~Code() {
        miscid_ordinates_batch_destroy(batch);
        miscid_ordinates_workspace_destroy(workspace);
        miscid_ordinates_destroy(ordinates);
    }
    void bind(miscid_ordinates_field field, const miscid::View& view) {
        require(miscid_ordinates_bind(batch, field, view.get()));
    }
    double& at(int z, int s, int g, int d) {
        return f[static_cast<std::size_t>(d + directions * (g + groups * (s + species * z)))];
    }
    miscid_status step() { return miscid_ordinates_apply(ordinates, workspace, batch, 0, 1e-6, nullptr); }
};

const char* const three = R"("species": ["nu_e", "nubar_e", "nu_x"])";
const char* const four = R"("species": ["nu_e", "nubar_e", "nu_x", "nubar_x"], "heavy": "each")";
const char* const six = R"("species": ["nu_e", "nubar_e", "nu_mu", "nubar_mu", "nu_tau", "nubar_tau"])";

} // namespace

TEST_CASE("Every bin keeps the neutrinos of all species, and none is below zero") {
    for (const int species : {3, 4, 6}) {
        INFO(species);
        const std::string own = species == 3 ? three : (species == 4 ? four : six);
        Code code(text(own, mixing), species);
        const auto before = code.f;
        REQUIRE(code.step() == MISCID_OK);
        double largest = 0;
        for (int z = 0; z < zones; ++z) {
            for (int g = 0; g < groups; ++g) {
                for (int d = 0; d < directions; ++d) {
                    double change = 0, sum = 0;
                    for (int s = 0; s < species; ++s) {
                        const double factor = species == 4 && s > 1 ? 2.0 : 1.0; // "each": one of two
                        const auto i = static_cast<std::size_t>(&code.at(z, s, g, d) - code.f.data());
                        change += factor * (code.f[i] - before[i]);
                        sum += factor * before[i];
                        largest = std::max(largest, std::abs(code.f[i] - before[i]) / before[i]);
                        CHECK(code.f[i] >= 0);
                    }
                    CHECK(std::abs(change) <= 1e-15 * sum);
                }
            }
        }
        CHECK(largest > 0.05);
    }
}

TEST_CASE("Nothing mixes, nothing changes: no mixing angle, switched off, or outside the range of densities") {
    for (const auto& json : {text(three, R"(, "vacuum.mixing_angle": 0)"), text(three, R"(, "step.enabled": false)"),
                             text(std::string(three) + R"(, "off_above_density": 1e9)", mixing)}) {
        Code code(json, 3);
        const auto before = code.f;
        REQUIRE(code.step() == MISCID_OK);
        CHECK(std::memcmp(before.data(), code.f.data(), before.size() * sizeof(double)) == 0);
    }
}

TEST_CASE("The off-switch of ordinates by radius, zone by zone, and diagnostics in the host's arrays") {
    Code code(text(std::string(three) + R"(, "off_outside_radius": 85)", mixing), 3);
    std::vector<double> radius = {60, 80, 100}, residual(zones, -1.0);
    code.bind(MISCID_ORDINATES_FIELD_RADIUS, miscid::View::row_major(radius.data(), {{MISCID_AXIS_I, zones}}));
    const auto view = miscid::View::row_major(residual.data(), {{MISCID_AXIS_I, zones}});
    require(miscid_ordinates_bind_diagnostic(code.batch, MISCID_FIELD_RESIDUAL, view.get()));
    const auto before = code.f;
    REQUIRE(code.step() == MISCID_OK);
    for (int z = 0; z < zones; ++z) {
        const auto first = static_cast<std::size_t>(&code.at(z, 0, 0, 0) - code.f.data());
        const std::size_t bytes = sizeof(double) * static_cast<std::size_t>(3 * groups * directions);
        CHECK((std::memcmp(&before[first], &code.f[first], bytes) == 0) == (z == 2));
        CHECK((residual[static_cast<std::size_t>(z)] >= 0) == (z != 2));
    }
    std::int32_t species = 0, group = 0, direction = 0;
    require(miscid_ordinates_shape(code.ordinates, &species, &group, &direction));
    CHECK((species == 3 && group == groups && direction == directions));
    CHECK(miscid_ordinates_context(code.ordinates) != nullptr);
}

#ifdef MISCID_COUNT_ALLOCATIONS
TEST_CASE("A step of the ordinates adapter allocates nothing") {
    REQUIRE(miscid::tests::allocations_are_seen());
    Code code(text(three, mixing), 3);
    for (int step = 0; step < 2; ++step) {
        CHECK(miscid::tests::allocations_of([&] { code.step(); }) == 0);
    }
    code.at(1, 0, 0, 0) = -1;
    CHECK(miscid::tests::allocations_of([&] { code.step(); }) == 0);
}
#endif

TEST_CASE("Occupations go where miscid_apply takes them in occupation form") {
    Code code(text(four, mixing), 4);
    const auto before = code.f;
    REQUIRE(code.step() == MISCID_OK);
    const miscid::Context context(miscid::Config::from_json(
        R"({"phase_space": {"groups": 2, "directions": 32, "form": "occupation"}, "vacuum.ordering": "inverted",
            "collisions.mode": "off", "equilibrium.cold_start": "from_incoming", "viscosity.closure": "equipartition",
            "screen.units": false})"));
    miscid::Workspace workspace(context);
    miscid::Batch batch(context);
    std::vector<double> rho(2 * groups * directions * 4),
        state(static_cast<std::size_t>(context.state_doubles_per_cell()));
    const int zone = 1;
    const auto at = [&](int t, int g, int d, int c) -> double& {
        return rho[static_cast<std::size_t>(((t * groups + g) * directions + d) * 4 + c)];
    };
    for (int s = 0; s < 4; ++s) {
        for (int g = 0; g < groups; ++g) {
            for (int d = 0; d < directions; ++d) {
                at(s % 2, g, d, s / 2) = before[static_cast<std::size_t>(&code.at(zone, s, g, d) - code.f.data())];
            }
        }
    }
    batch
        .bind(MISCID_FIELD_RHO, miscid::View::row_major(rho.data(), {{MISCID_AXIS_TYPE, 2},
                                                                     {MISCID_AXIS_GROUP, groups},
                                                                     {MISCID_AXIS_DIRECTION, directions},
                                                                     {MISCID_AXIS_COMPONENT, 4}}))
        .bind(MISCID_FIELD_WEIGHT, miscid::View::column_major(code.weight.data(), {{MISCID_AXIS_DIRECTION, directions},
                                                                                   {MISCID_AXIS_GROUP, groups}}))
        .bind(MISCID_FIELD_DIRECTION,
              miscid::View::row_major(code.direction.data(),
                                      {{MISCID_AXIS_DIRECTION, directions}, {MISCID_AXIS_SPACE, 3}}))
        .bind(MISCID_FIELD_ENERGY, miscid::View::row_major(code.energy.data(), {{MISCID_AXIS_GROUP, groups}}))
        .bind(MISCID_FIELD_ELECTRON_DENSITY, miscid::View(&code.electrons[zone]))
        .bind(MISCID_FIELD_STATE,
              miscid::View::row_major(state.data(), {{MISCID_AXIS_COMPONENT, context.state_doubles_per_cell()}}))
        .set_box({1, 1, 1, 1});
    REQUIRE(miscid::apply(context, workspace, batch, 0, 1e-6).refused == 0);
    double largest = 0;
    for (int t = 0; t < 2; ++t) {
        for (int g = 0; g < groups; ++g) {
            for (int d = 0; d < directions; ++d) {
                const double start = before[static_cast<std::size_t>(&code.at(zone, t, g, d) - code.f.data())];
                CHECK(code.at(zone, t, g, d) == Approx(at(t, g, d, 0)).margin(1e-12 * start));
                largest = std::max(largest, std::abs(code.at(zone, t, g, d) / start - 1));
                // x is one of two heavy flavors: the mean of both changes by half as much.
                const double heavy = before[static_cast<std::size_t>(&code.at(zone, t + 2, g, d) - code.f.data())];
                CHECK(code.at(zone, t + 2, g, d) - heavy == Approx((at(t, g, d, 1) - heavy) / 2).margin(1e-12 * start));
            }
        }
    }
    CHECK(largest > 0.05);
}
