// The validity numbers as a host meets them: fields, one integer, one line of text, and what the module does about them.
#include "step/cells.hpp"

#include "catch.hpp"

#include "validity/criteria.hpp"

#include <cstring>

namespace {

using namespace miscid::validity;

/** A cell in CGS units whose medium thins out, with every validity field bound. */
struct Judged {
    host::Cells cells;
    std::vector<std::int32_t> flags = {-7};
    std::vector<double> number = std::vector<double>(criterion_count, -7.0);
    std::vector<double> variation_length = {1e9}, cell_length = {1e6}, mean_free_path = {1e9};

    explicit Judged(const std::string& more = "", int flavors = 2, bool invariant = false, bool bound = true)
        : cells(1, 4,
                R"({"units.system": "cgs_mev", "collisions.mode": "off", )" + more +
                    (invariant ? R"("transport.mode": "invariant", )" : "") +
                    "\"phase_space.flavors\": " + std::to_string(flavors) + "}") {
        cells.energy[0] = 10.0;
        cells.electron_density[0] = 3e32;
        for (int d = 0; d < 4; ++d) {
            cells.set_direction(d, host::Vector(d % 2 ? 0.6 : -0.6, 0, d < 2 ? 0.8 : -0.8));
            cells.weight[host::Cells::count(d)] = 3e32;
        }
        const int components = invariant ? flavors : flavors * flavors;
        for (int type = 0; type < 2; ++type)
            for (int d = 0; d < 4; ++d) { // nu_e above nubar_e everywhere; little of the others
                double* rho = &cells.numbers[components * cells.mode(type, 0, d)];
                const double e = type == 0 ? 0.6 : 0.3;
                for (int f = 0; f < flavors; ++f)
                    rho[f] = (invariant ? f == flavors - 1 : f == 0) ? e : 0.12;
            }
        if (bound)
            bind();
    }
    void bind() {
        cells.batch.bind(MISCID_FIELD_VALIDITY_FLAGS, miscid::View(flags.data()));
        for (std::size_t i = 0; i < criterion_count; ++i)
            cells.batch.bind(static_cast<miscid_field>(MISCID_FIELD_VALIDITY_FLAGS + 1 + static_cast<int>(i)),
                             miscid::View(&number[i]));
        cells.batch.bind(MISCID_FIELD_VARIATION_LENGTH, miscid::View(variation_length.data()));
        cells.batch.bind(MISCID_FIELD_CELL_LENGTH, miscid::View(cell_length.data()));
        cells.batch.bind(MISCID_FIELD_MEAN_FREE_PATH, miscid::View(mean_free_path.data()));
    }
    double& operator[](Criterion criterion) { return number[criterion]; }
};

constexpr double dt = 1e-6;
const std::string refusing = R"("validity.action": "refuse", )";

} // namespace

TEST_CASE(
    "through the C interface: the numbers are those of their definitions, and nothing is flagged in a good cell") {
    for (const bool invariant : {false, true}) {
        for (const int flavors : {2, 3}) {
            CAPTURE(invariant, flavors);
            Judged host("", flavors, invariant);
            REQUIRE(host.cells.apply(dt).status == MISCID_OK);
            INFO(miscid::validity_text(host.flags[0]));
            CHECK(host.flags[0] == 0);
            const double l_osc = host[SCALE_SEPARATION] * 1e9;
            CHECK(std::abs(host[OSCILLATIONS_IN_CELL] * 1e6 / l_osc - 1) < 1e-12);
            CHECK(l_osc >= 1.0 / host.cells.min_hamiltonian[0] * (1 - 1e-12)); // of the slowest polarized mode
            CHECK(l_osc < 1.0);
            CHECK(std::abs(host[GAS_PARAMETER] / (std::sqrt(2.0) * 1.1663787e-11 * 100) - 1) < 1e-12);
            CHECK(std::abs(host[COLLISION_OVERLAP] / (1.973269804e-11 / 10.0 / 1e9) - 1) < 1e-9);
            CHECK(host[CROSSING] == 0.0);
            CHECK(host[MISALIGNMENT] == host.cells.tilt[0]);
            CHECK(host[ADIABATICITY] == -1.0); // no state yet, so no way that led here
            CHECK(host[GROWTH] == -1.0);       // no closure looked for waves
            CHECK(host[SEED_OF_FLUCTUATIONS] > 0.0);

            host.cells.electron_density[0] *= 0.9;
            REQUIRE(host.cells.apply(dt).status == MISCID_OK);
            CHECK(host[ADIABATICITY] >= 0.0);
            CHECK(host[ADIABATICITY] < 1e-6);
            CHECK(host[LANDAU_ZENER] < 1e-3);
        }
    }
}

TEST_CASE("one integer and one line say why: a cell not wide against its oscillation length, from both sides") {
    Judged host;
    REQUIRE(host.cells.apply(dt).status == MISCID_OK);
    const double l_osc = host[OSCILLATIONS_IN_CELL] * 1e6;
    for (const auto& [length, flags] :
         {std::pair(10 * l_osc * (1 + 1e-9), 0), std::pair(10 * l_osc * (1 - 1e-9), 2),
          std::pair(l_osc * (1 + 1e-9), 2), std::pair(l_osc * (1 - 1e-9), 2 + (2 << 16))}) {
        host.cell_length[0] = length;
        CHECK(host.cells.apply(dt).status == MISCID_OK); // default: the numbers are there, and the cell is treated
        CHECK(host.cells.status[0] == MISCID_OK);
        CHECK(host.flags[0] == flags);
    }
    CHECK(miscid::validity_text(host.flags[0]) == std::string("refused: ") + definition(OSCILLATIONS_IN_CELL).text);
    CHECK(miscid::validity_text(0) == "every assumption that was checked is met");
    char cut[9] = "xxxxxxxx";
    CHECK(miscid_validity_text(host.flags[0], cut, 8) == miscid::validity_text(host.flags[0]).size());
    CHECK(std::string(cut) == "refused");
    host.cell_length[0] = 0.0; // not known
    host.cells.apply(dt);
    CHECK(host.flags[0] == 0);
    CHECK(host[OSCILLATIONS_IN_CELL] == -1.0);
}

TEST_CASE("validity.action = refuse leaves the cell bit for bit as it was and says why, flag treats it and says so") {
    Judged host(refusing);
    host.cell_length[0] = 1e-6;
    const auto before = host.cells.numbers, state = host.cells.state;
    const auto report = host.cells.apply(dt);
    CHECK(report.status == MISCID_PARTIAL);
    CHECK(report.first_refused_status == MISCID_CELL_VALIDITY_VIOLATED);
    CHECK(host.cells.status[0] == MISCID_CELL_VALIDITY_VIOLATED);
    CHECK(std::memcmp(before.data(), host.cells.numbers.data(), before.size() * sizeof(double)) == 0);
    CHECK(std::memcmp(state.data(), host.cells.state.data(), state.size() * sizeof(double)) == 0);
    CHECK(host.flags[0] == (2 | 2 << 16));
    CHECK(miscid::last_error().find("CELL_VALIDITY_VIOLATED") == std::string::npos); // words, not a constant
    CHECK(miscid::last_error().find("assumption") != std::string::npos);

    Judged flagging(R"("validity.action": "flag", )");
    flagging.cell_length[0] = 1e-6;
    CHECK(flagging.cells.apply(dt).ok == 1);
    CHECK(flagging.cells.status[0] == MISCID_CELL_VALIDITY_DOUBTFUL);
    CHECK(flagging.flags[0] == (2 | 2 << 16));

    Judged ignoring(refusing + R"("validity.criteria": 32765, )"); // all but bit 1
    ignoring.cell_length[0] = 1e-6;
    CHECK(ignoring.cells.apply(dt).status == MISCID_OK);
    CHECK(ignoring.flags[0] == 0);
    CHECK(ignoring[OSCILLATIONS_IN_CELL] > 1.0); // the number is written all the same
}

TEST_CASE("miscid_evaluate has the same numbers but for those that need a time step, and the answer does not depend on "
          "them") {
    Judged host, plain("", 2, false, false);
    REQUIRE(host.cells.apply(dt).status == MISCID_OK);
    REQUIRE(plain.cells.apply(dt).status == MISCID_OK);
    CHECK(std::memcmp(host.cells.numbers.data(), plain.cells.numbers.data(), plain.cells.numbers.size() * 8) == 0);
    CHECK(plain.flags[0] == -7);
    const auto number = host.number;
    miscid::evaluate(host.cells.context, host.cells.workspace, host.cells.batch, 0.0);
    for (const Criterion same :
         {SCALE_SEPARATION, OSCILLATIONS_IN_CELL, POTENTIAL_OVER_ENERGY, GAS_PARAMETER, CROSSING})
        CHECK(std::abs(host[same] - number[same]) <= 1e-9 * std::abs(number[same]));
    CHECK(host[ADIABATICITY] == -1.0);
    CHECK(host[FLUCTUATION_ONSET] == -1.0);
}

TEST_CASE("a crossing and the waves a closure leaves are seen, a length that is not finite refuses the cell") {
    Judged host(R"("viscosity.closure": "marginal", )");
    for (int d = 0; d < 2; ++d) // upward: more nubar_e than nu_e
        host.cells.numbers[4 * host.cells.mode(1, 0, d)] = 0.9;
    REQUIRE(host.cells.apply(dt).status >= 0);
    CHECK(host[CROSSING] > 0.1);
    CHECK((host.flags[0] & 1 << CROSSING) != 0);
    CHECK(host[GROWTH] >= 0.0);
    CHECK(host[INHOMOGENEITY] >= 0.0);
    CHECK(host[FLUCTUATION_ONSET] >= 0.0);
    host.mean_free_path[0] = std::numeric_limits<double>::infinity();
    CHECK(host.cells.apply(dt).status == MISCID_PARTIAL);
    CHECK(host.cells.status[0] == MISCID_CELL_NOT_FINITE);
    CHECK(miscid::last_error().find("mean_free_path") != std::string::npos);
}

TEST_CASE("flags need a type that holds them") {
    Judged host;
    float small = 0;
    miscid_view view;
    miscid_view_init(&view, &small);
    view.dtype = MISCID_FLOAT32;
    CHECK(miscid_batch_bind(host.cells.batch.get(), MISCID_FIELD_VALIDITY_FLAGS, &view) == MISCID_BAD_VIEW);
}
