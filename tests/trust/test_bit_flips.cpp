// Bits that flip in a host's memory: whatever comes in, nothing crashes, a cell that is refused stays bit for bit as it
// was, and a cell that is not holds finite and physical numbers.
// MISCID_BIT_FLIPS sets the number of trials; the gate's is small, tools/assure takes two millions.
#include "any_cell.hpp"

#include "catch.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

long trials() {
    const char* text = std::getenv("MISCID_BIT_FLIPS");
    return text != nullptr ? std::atol(text) : 10000;
}

/** All of a host that a step may change. */
struct Written {
    std::vector<double> numbers, state, D0, D1, occupation, hamiltonian, source;
    explicit Written(const host::Cells& c)
        : numbers(c.numbers), state(c.state), D0(c.D0), D1(c.D1), occupation(c.occupation), hamiltonian(c.hamiltonian),
          source(c.source) {}
    bool same(const Written& other) const {
        const auto equal = [](const std::vector<double>& a, const std::vector<double>& b) {
            return std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
        };
        return equal(numbers, other.numbers) && equal(state, other.state) && equal(D0, other.D0) &&
               equal(D1, other.D1) && equal(occupation, other.occupation) && equal(hamiltonian, other.hamiltonian) &&
               equal(source, other.source);
    }
};

bool finite(const std::vector<double>& numbers) {
    return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
}

/** Eigenvalues of every density matrix lie where the screen wants them, up to its own tolerance. */
bool physical(const host::Cells& cells, double tolerance) {
    for (int type = 0; type < 2; ++type)
        for (int group = 0; group < cells.groups; ++group)
            for (int d = 0; d < cells.directions; ++d) {
                Eigen::VectorXd r;
                if (cells.invariant)
                    r = Eigen::Map<const Eigen::VectorXd>(
                        &cells.numbers[host::Cells::count(cells.flavors) * cells.mode(type, group, d)], cells.flavors);
                else
                    r = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd>(trust::get_matrix(cells, type, group, d))
                            .eigenvalues();
                if (!(r.minCoeff() >= -tolerance && r.maxCoeff() <= 1 + tolerance))
                    return false;
            }
    return true;
}

/** A whole host of one cell that has made two steps, and a copy to come back to. */
class Victim {
public:
    Victim(const trust::Kind& kind, const std::string& more, unsigned seed) : run_(kind, seed, more) {
        run_.go();
        REQUIRE(run_.done());
        for (const auto* array : arrays())
            sound_.push_back(*array);
    }

    /** One to three flips, a step, and the promises. */
    void try_once(std::mt19937_64& engine) {
        host::Cells& c = run_.cells;
        std::string flipped;
        for (auto flips = 1 + engine() % 3; flips > 0; --flips) {
            const auto which = engine() % arrays().size();
            auto& array = *arrays()[which];
            double& number = array[engine() % array.size()];
            const double sound = number;
            std::uint64_t bits;
            std::memcpy(&bits, &number, sizeof bits);
            bits ^= std::uint64_t{1} << engine() % 64;
            std::memcpy(&number, &bits, sizeof bits);
            char text[80]; // printed so that no trap is raised
            std::snprintf(text, sizeof text, "array %d: %a to %a; ", static_cast<int>(which), sound, number);
            flipped += text;
        }
        c.status[0] = 77;
        const Written before(c);
        const auto called = miscid_apply(c.context.get(), c.workspace.get(), c.batch.get(), 0, 0.05, nullptr);
        if (called < 0) {
            ++refused_calls;
            if (!before.same(Written(c)) || c.status[0] != 77)
                FAIL("a refused call changed something: " << miscid::last_error());
        } else if (c.status[0] < 0 || c.status[0] == MISCID_CELL_REDUCE_TIME_STEP) {
            ++refused;
            if (!before.same(Written(c)))
                FAIL("a refused cell was changed: " << miscid::last_error());
        } else {
            ++answered;
            const struct {
                const char* name;
                const std::vector<double>& numbers;
            } answers[] = {{"numbers", c.numbers},
                           {"state", c.state},
                           {"D0", c.D0},
                           {"D1", c.D1},
                           {"hamiltonian_norm", c.hamiltonian},
                           {"source_ledger", c.source},
                           {"residual", c.residual},
                           {"polarization_energy", c.energy_U},
                           {"min_hamiltonian", c.min_hamiltonian}};
            for (const auto& answer : answers)
                if (!finite(answer.numbers))
                    FAIL(answer.name << " is not finite, status " << c.status[0] << ", flipped: " << flipped);
            if (!physical(c, 1e-6))
                FAIL("an answer is not physical, status " << c.status[0] << ", flipped: " << flipped);
        }
        std::size_t i = 0;
        for (auto* array : arrays())
            *array = sound_[i++];
    }

    long answered = 0, refused = 0, refused_calls = 0;

private:
    std::vector<std::vector<double>*> arrays() {
        host::Cells& c = run_.cells;
        return {&c.numbers,  &c.numbers,   &c.numbers,         &c.state,     &c.state,      &c.weight,
                &c.weight,   &c.direction, &c.depolarization,  &c.viscosity, &c.absorption, &c.emission_equilibrium,
                &c.velocity, &c.energy,    &c.electron_density};
    }
    trust::Run run_;
    std::vector<std::vector<double>> sound_;
};

} // namespace

TEST_CASE("bits that flip anywhere in a host's memory: no crash, no touched cell, no number that is not finite") {
    const struct {
        trust::Kind kind;
        const char* more;
        unsigned seed;
    } hosts[] = {{{2, false}, R"(, "collisions.mode": "full")", 1},
                 {{2, false}, R"(, "collisions.mode": "depolarization", "viscosity.closure": "host")", 1},
                 {{2, true}, R"(, "collisions.mode": "full")", 1},
                 {{2, false}, R"(, "viscosity.closure": "marginal")", 1},
                 {{3, false}, R"(, "collisions.mode": "full")", 1},
                 {{3, true}, R"(, "collisions.mode": "depolarization")", 1}};
    std::mt19937_64 engine(20);
    for (const auto& host : hosts) {
        INFO(host.kind.name() << host.more);
        Victim victim(host.kind, host.more, host.seed);
        const long of_this = trials() / 6 / (host.kind.flavors == 3 ? 2 : 1);
        for (long n = 0; n < of_this; ++n)
            victim.try_once(engine);
        CHECK(victim.answered > 0);
        CHECK(victim.refused > 0);
        CHECK(victim.refused_calls > 0);
    }
}
