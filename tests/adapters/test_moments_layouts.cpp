// The host's arrays: any order of axes gives the same bits, ghosts and padding stay, single precision works, nothing is allocated.

#include "catch.hpp"
#include "count_allocations.hpp"
#include "moments_host.hpp"

#include <cfenv>

using host::configuration;
using host::MomentsCode;

namespace {

const std::string mixing = R"("viscosity.closure": "equipartition")";

/** The moments of a MomentsCode in another array: species fastest, then moment, group, zone backwards, ghosts around. */
struct Rearranged {
    static constexpr std::int64_t ghosts = 2, all = MomentsCode::zones + 2 * ghosts;
    MomentsCode& code;
    std::vector<double> memory;

    explicit Rearranged(MomentsCode& from) : code(from) {
        memory.assign(static_cast<std::size_t>(all * code.groups * (1 + code.components) * code.species), -7.0);
        for (std::int64_t z = 0; z < code.zones; ++z)
            each([&](std::int64_t s, std::int64_t g, std::int64_t k) { at(z, s, g, k) = code.at(z, s, g, k); });
    }
    template <class Use>
    void each(Use use) const {
        for (std::int64_t s = 0; s < code.species; ++s)
            for (std::int64_t g = 0; g < code.groups; ++g)
                for (std::int64_t k = 0; k <= code.components; ++k)
                    use(s, g, k);
    }
    std::int64_t zone_stride() const { return code.groups * (1 + code.components) * code.species; }
    double& at(std::int64_t z, std::int64_t s, std::int64_t g, std::int64_t k) {
        const std::int64_t zone = all - 1 - (z + ghosts);
        return memory[static_cast<std::size_t>(s + code.species * (k + (1 + code.components) * g) +
                                               zone_stride() * zone)];
    }
    miscid::View view(std::int64_t k) {
        return miscid::View::strided(&at(-ghosts, 0, 0, k),
                                     {{MISCID_AXIS_I, all, -zone_stride()},
                                      {MISCID_MOMENTS_AXIS_SPECIES, code.species, 1},
                                      {MISCID_AXIS_GROUP, code.groups, code.species * (1 + code.components)}});
    }
};

} // namespace

TEST_CASE("The same bits from another order of axes, backwards in memory, with ghost zones that stay") {
    for (const std::int64_t components : {std::int64_t{1}, std::int64_t{3}}) {
        MomentsCode plain(configuration("", mixing), 3, components), other(configuration("", mixing), 3, components);
        Rearranged array(other);
        constexpr auto g = Rearranged::ghosts, all = Rearranged::all;
        const auto widen = [&](const std::vector<double>& narrow) {
            std::vector<double> wide(static_cast<std::size_t>(all), -1.0);
            std::copy(narrow.begin(), narrow.end(), wide.begin() + g);
            return wide;
        };
        auto electrons = widen(other.electron_density), mass = widen(other.mass_density), radius = widen(other.radius);
        const auto doubles = other.moments.state_doubles_per_cell();
        std::vector<double> state(static_cast<std::size_t>(all * doubles), 0.0), unused(static_cast<std::size_t>(all));
        std::vector<std::int32_t> status(static_cast<std::size_t>(all), 77), flags(static_cast<std::size_t>(all), 77);
        const auto cells = [&](auto& numbers) {
            return miscid::View::row_major(numbers.data(), {{MISCID_AXIS_I, all}});
        };
        miscid::MomentsBatch batch(other.moments);
        batch.bind(MISCID_MOMENTS_FIELD_DENSITY, array.view(0))
            .bind(MISCID_MOMENTS_FIELD_ENERGY, miscid::View::row_major(other.energy.data(), {{MISCID_AXIS_GROUP, 3}}))
            .bind(MISCID_MOMENTS_FIELD_ELECTRON_DENSITY, cells(electrons))
            .bind(MISCID_MOMENTS_FIELD_STATUS, cells(status))
            .bind(MISCID_MOMENTS_FIELD_FLAGS, cells(flags))
            .bind(MISCID_MOMENTS_FIELD_STATE,
                  miscid::View::column_major(state.data(), {{MISCID_AXIS_I, all}, {MISCID_AXIS_COMPONENT, doubles}}));
        if (components == 1) {
            batch.bind(MISCID_MOMENTS_FIELD_FLUX, array.view(1));
        } else {
            batch.bind(MISCID_MOMENTS_FIELD_FLUX_X, array.view(1))
                .bind(MISCID_MOMENTS_FIELD_FLUX_Y, array.view(2))
                .bind(MISCID_MOMENTS_FIELD_FLUX_Z, array.view(3));
        }
        batch.set_box({all, 1, 1, 1}, {g, 0, 0, 0}, {g, 0, 0, 0});
        for (int step = 0; step < 2; ++step) {
            plain.step();
            REQUIRE(miscid::apply(other.moments, other.workspace, batch, 0, 1e-6).refused == 0);
        }
        for (std::int64_t z = 0; z < plain.zones; ++z) {
            array.each([&](std::int64_t s, std::int64_t group, std::int64_t k) {
                CHECK(std::memcmp(&plain.at(z, s, group, k), &array.at(z, s, group, k), sizeof(double)) == 0);
            });
        }
        for (const std::int64_t z : {-2, -1, 5, 6}) {
            array.each(
                [&](std::int64_t s, std::int64_t group, std::int64_t k) { CHECK(array.at(z, s, group, k) == -7.0); });
            CHECK(status[static_cast<std::size_t>(z + g)] == 77);
        }
    }
}

TEST_CASE("Moments in single precision: sums to its rounding, realizable as stored") {
    MomentsCode code(configuration("", mixing));
    std::vector<float> q; // in units of 1e20 MeV cm^-3, to stay within a float's range
    for (const double one : code.q) {
        q.push_back(static_cast<float>(one * 1e-20));
    }
    miscid::Moments moments(configuration(R"("unit": 1e20)", mixing));
    miscid::MomentsWorkspace workspace(moments);
    miscid::MomentsBatch batch(moments);
    const auto axes = {miscid::Extent{MISCID_AXIS_I, 5}, miscid::Extent{MISCID_MOMENTS_AXIS_SPECIES, 3},
                       miscid::Extent{MISCID_AXIS_GROUP, 3}};
    batch.bind(MISCID_MOMENTS_FIELD_DENSITY, miscid::View::column_major(q.data(), axes))
        .bind(MISCID_MOMENTS_FIELD_FLUX, miscid::View::column_major(q.data() + 45, axes))
        .bind(MISCID_MOMENTS_FIELD_ENERGY, miscid::View::row_major(code.energy.data(), {{MISCID_AXIS_GROUP, 3}}))
        .bind(MISCID_MOMENTS_FIELD_ELECTRON_DENSITY, MomentsCode::cells(code.electron_density))
        .bind(MISCID_MOMENTS_FIELD_STATE,
              miscid::View::row_major(code.state.data(),
                                      {{MISCID_AXIS_I, 5}, {MISCID_AXIS_COMPONENT, moments.state_doubles_per_cell()}}))
        .set_box({5, 1, 1, 1});
    const auto before = q;
    REQUIRE(miscid::apply(moments, workspace, batch, 0, 1e-6).refused == 0);
    for (std::size_t z = 0; z < 5; ++z) {
        for (std::size_t g = 0; g < 3; ++g) {
            double sum = 0, change = 0;
            for (std::size_t s = 0; s < 3; ++s) {
                const std::size_t i = z + 5 * (s + 3 * g);
                sum += static_cast<double>(before[i]);
                change += static_cast<double>(q[i]) - static_cast<double>(before[i]);
                CHECK(std::abs(q[i + 45]) <= q[i]);
            }
            CHECK(std::abs(change) < 3e-7 * sum);
        }
    }
    CHECK(q != before);
}

TEST_CASE("Diagnostics of the step come out in the host's arrays") {
    MomentsCode code(configuration("", R"("viscosity.closure": "marginal")"));
    std::vector<double> growth(5, -1.0), D0(15, -1.0);
    code.batch.bind_diagnostic(MISCID_FIELD_GROWTH_RATE, MomentsCode::cells(growth))
        .bind_diagnostic(MISCID_FIELD_D0,
                         miscid::View::row_major(D0.data(), {{MISCID_AXIS_I, 5}, {MISCID_AXIS_VECTOR, 3}}));
    // D_0z is the lepton number: nu_e - nubar_e, as nu_x and its antineutrino are one array here.
    std::vector<double> lepton_number;
    for (std::int64_t z = 0; z < 5; ++z) {
        double sum = 0;
        for (std::int64_t g = 0; g < 3; ++g) {
            sum += (code.at(z, 0, g, 0) - code.at(z, 1, g, 0)) / code.energy[static_cast<std::size_t>(g)];
        }
        lepton_number.push_back(sum);
    }
    code.step();
    for (std::size_t z = 0; z < 5; ++z) {
        CHECK(growth[z] > 0);
        CHECK(D0[3 * z + 2] == Approx(lepton_number[z]).epsilon(1e-6));
    }
}

#ifdef MISCID_COUNT_ALLOCATIONS
TEST_CASE("A step of the moments adapter allocates nothing") {
    REQUIRE(miscid::tests::allocations_are_seen());
    for (const std::int64_t components : {std::int64_t{1}, std::int64_t{3}}) {
        for (const auto* closure : {"minerbo", "pauli"}) {
            MomentsCode code(configuration(R"("closure": ")" + std::string(closure) + "\"",
                                           R"("viscosity.closure": "equipartition")"),
                             3, components);
            std::vector<double> growth(5);
            code.batch.bind_diagnostic(MISCID_FIELD_GROWTH_RATE, MomentsCode::cells(growth));
            for (int step = 0; step < 2; ++step) {
                miscid_report report{};
                report.struct_size = sizeof report;
                CHECK(miscid::tests::allocations_of([&] {
                          miscid_moments_apply(code.moments.get(), code.workspace.get(), code.batch.get(), 0, 1e-6,
                                               &report);
                      }) == 0);
                CHECK(miscid::tests::allocations_of([&] {
                          miscid_moments_uncertainty(code.moments.get(), code.workspace.get(), code.batch.get(), 0,
                                                     1e-6, nullptr);
                      }) == 0);
            }
            code.at(1, 0, 0, 0) = -1;
            CHECK(miscid::tests::allocations_of([&] {
                      miscid_moments_apply(code.moments.get(), code.workspace.get(), code.batch.get(), 0, 1e-6,
                                           nullptr);
                  }) == 0);
        }
    }
}
#endif

TEST_CASE("No trap of invalid operation, division by zero or overflow") {
    for (const std::int64_t components : {std::int64_t{1}, std::int64_t{3}}) {
        for (const auto* closure : {"minerbo", "levermore", "pauli"}) {
            MomentsCode code(configuration(R"("closure": ")" + std::string(closure) + "\"", mixing), 3, components);
            for (std::int64_t s = 0; s < 3; ++s) { // free streaming, nothing, next to nothing
                for (std::int64_t k = 0; k <= components; ++k) {
                    const bool along = k == 0 || k == components;
                    code.at(1, s, 0, k) = along ? code.at(1, s, 0, 0) : 0.0;
                    code.at(2, s, 1, k) = 0.0;
                    code.at(3, s, 2, k) = along ? 1e-300 : 0.0;
                    code.at(4, s, 0, k) = k == 0 ? code.at(4, s, 0, 0) : 0.0;
                }
            }
            std::feclearexcept(FE_ALL_EXCEPT);
            const auto report = code.step();
            CHECK(std::fetestexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW) == 0);
            CHECK(report.refused == 0);
            CHECK(code.realizable());
        }
    }
}
