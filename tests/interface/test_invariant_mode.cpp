// Invariant mode: the host carries the occupations of the eigenstates of H, lower one first.
#include "catch.hpp"
#include "small_host.hpp"

#include <cmath>

namespace {

constexpr miscid_axis I = MISCID_AXIS_I, D = MISCID_AXIS_DIRECTION, G = MISCID_AXIS_GROUP, T = MISCID_AXIS_TYPE,
                      E = MISCID_AXIS_EIGENSTATE, F = MISCID_AXIS_FLAVOR, C = MISCID_AXIS_COMPONENT;

// Densities a ten-thousandth of those of the other tests: vacuum and matter terms are alike and mixing is strong.
const char* const thin = R"("units.number_density": 1e-4)";

/** The same cells and medium as host::Simulation. Arrays of occupations have the axes given. */
struct Classical {
    host::Simulation matrix{{}, thin};
    miscid::Context context = host::context(std::string(thin) + R"(, "transport.mode": "invariant")");
    miscid::Workspace workspace{context};
    miscid::Batch batch{context};
    host::Array<double> amplitude, content, change, state;
    miscid::Report last;

    explicit Classical(
        const std::vector<host::Axis>& axes = {{E, 2}, {D, host::directions}, {G, host::groups}, {T, 2}, {I, 4}})
        : amplitude(axes, 0), content(renamed(axes), 0), change(renamed(axes), 0),
          state({{C, context.state_doubles_per_cell()}, {I, 4}}, 0) {
        // Where the matter potential dominates the lower eigenstate is x, the upper one e.
        amplitude.for_each([this](const host::Position& at) {
            host::Position of_rho = at;
            of_rho[C] = at.at(E) == 0 ? 1 : 0;
            amplitude.at(at) = host::initial_rho(of_rho);
        });
        batch.bind(MISCID_FIELD_AMPLITUDE, amplitude.view())
            .bind(MISCID_FIELD_FLAVOR_CONTENT, content.view())
            .bind(MISCID_FIELD_FLAVOR_CHANGE, change.view())
            .bind(MISCID_FIELD_STATE, state.view())
            .bind(MISCID_FIELD_ELECTRON_DENSITY, matrix.electron_density.view())
            .bind(MISCID_FIELD_ENERGY, miscid::View::row_major(matrix.energy.data(), {{G, host::groups}}))
            .bind(MISCID_FIELD_DIRECTION,
                  miscid::View::row_major(matrix.direction.data(), {{D, host::directions}, {MISCID_AXIS_SPACE, 3}}))
            .set_box({4, 1, 1, 1});
    }

    void run() {
        for (int step = 0; step < 3; ++step) {
            for (double& density : matrix.electron_density.memory())
                density *= 0.6;
            last = miscid::apply(context, workspace, batch, step * 1e-6, 1e-6);
        }
        miscid::invariant_to_flavor(context, workspace, batch);
    }

private:
    static std::vector<host::Axis> renamed(std::vector<host::Axis> axes) {
        for (host::Axis& axis : axes)
            if (axis.name == E)
                axis.name = F;
        return axes;
    }
};

} // namespace

TEST_CASE("calls of invariant mode are refused in matrix mode", "[invariant]") {
    host::Simulation host;
    CHECK(miscid_invariant_to_flavor(host.context.get(), host.workspace.get(), host.batch.get(), nullptr) < 0);
    CHECK(miscid_flavor_to_invariant(host.context.get(), host.workspace.get(), host.batch.get(), nullptr) < 0);
}

TEST_CASE("both modes give the same flavor content", "[invariant]") {
    Classical invariant;
    host::Simulation matrix({}, thin);
    invariant.run();
    matrix.run();
    REQUIRE(invariant.last.refused == 0);
    REQUIRE(matrix.last.refused == 0);
    double most_mixed = 0;
    invariant.content.for_each([&](const host::Position& at) {
        host::Position of_rho = at;
        of_rho[C] = at.at(F);
        const double content = invariant.content.at(at), start = host::initial_rho(of_rho);
        CHECK(content == Approx(matrix.rho.at(of_rho)).epsilon(1e-8));
        most_mixed = std::max(most_mixed, std::abs(content / start - 1));
    });
    CHECK(most_mixed > 0.01); // there was something to compare
}

TEST_CASE("a cell without state has the labels of a large matter potential", "[invariant]") {
    Classical host;
    miscid::invariant_to_flavor(host.context, host.workspace, host.batch);
    host.content.for_each([&](const host::Position& at) {
        host::Position of_amplitude = at;
        of_amplitude[E] = 1 - at.at(F);
        CHECK(host.content.at(at) == Approx(host.amplitude.at(of_amplitude)).epsilon(1e-15));
    });
}

TEST_CASE("a change of flavor goes to the eigenstates, its trace kept", "[invariant]") {
    Classical host;
    host.run();
    host.change.for_each([&](const host::Position& at) { host.change.at(at) = at.at(F) == 0 ? 1e29 : -2e28; });
    const std::vector<double> before = host.amplitude.memory();
    REQUIRE(miscid::flavor_to_invariant(host.context, host.workspace, host.batch).refused == 0);
    REQUIRE(miscid::invariant_to_flavor(host.context, host.workspace, host.batch).refused == 0);
    for (std::size_t n = 0; n < before.size(); n += 2) { // the eigenstate is fastest
        const double change = host.amplitude.memory()[n] + host.amplitude.memory()[n + 1] - before[n] - before[n + 1];
        CHECK(change == Approx(1e29 - 2e28).epsilon(1e-10));
    }
}

TEST_CASE("a classical code's q(zone, species, group, direction) is bound as it is", "[invariant][layouts]") {
    // Species nu_e, nubar_e, nu_x, nubar_x: the eigenstate that becomes e comes first, a negative stride; see
    // docs/host-guide.md.
    Classical structs, species({{I, 4}, {T, 2}, {E, 2, 0, true}, {G, host::groups}, {D, host::directions}});
    structs.run();
    species.run();
    CHECK(species.amplitude.memory()[0] == species.amplitude.at({{E, 1}}));
    structs.amplitude.for_each(
        [&](const host::Position& at) { CHECK(structs.amplitude.at(at) == species.amplitude.at(at)); });
    CHECK(host::same_bits(structs.state.memory(), species.state.memory()));
}

TEST_CASE("nothing is crossed between cells of the same H, and probabilities are probabilities", "[invariant]") {
    Classical host;
    host.run();
    const std::vector<double> distance(static_cast<std::size_t>(host::directions), 1e5); // cm
    for (const double p :
         miscid::crossing_probability(host.context, host.workspace, host.batch, {1, 0, 0, 0}, {1, 0, 0, 0}, distance))
        CHECK(p == Approx(0).margin(1e-12));
    const std::vector<double> crossing =
        miscid::crossing_probability(host.context, host.workspace, host.batch, {0, 0, 0, 0}, {3, 0, 0, 0}, distance);
    CHECK(crossing.size() == 12);
    for (const double p : crossing) {
        CHECK(p >= 0);
        CHECK(p <= 1);
    }
    CHECK_THROWS_AS(
        miscid::crossing_probability(host.context, host.workspace, host.batch, {0, 0, 0, 0}, {1, 0, 0, 0}, {1e5}),
        std::invalid_argument);
}
