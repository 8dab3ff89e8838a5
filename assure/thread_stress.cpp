// Many threads on one context, each with workspaces, batches and cells of its own that come and go while others step:
// every thread gets the bits that one thread alone gets. Built with MISCID_SANITIZE=thread it also looks for races.
//   assure_thread_stress [THREADS = 16] [ROUNDS = 50]
#include "trust/any_cell.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace {

constexpr int cells = 8, steps = 6;

/** Cells that share a context they do not own. */
std::vector<double> work(const miscid_context* context, const trust::Kind& kind, unsigned seed, int error_every) {
    trust::Run source(kind, seed);
    const host::Cells& from = source.cells;
    const std::size_t n = from.numbers.size();
    std::vector<double> numbers, state(cells * from.state.size(), 0.0), density(cells);
    for (int cell = 0; cell < cells; ++cell) {
        numbers.insert(numbers.end(), from.numbers.begin(), from.numbers.end());
        density[static_cast<std::size_t>(cell)] = from.electron_density[0] * (1 + 0.1 * cell);
    }
    std::vector<std::int32_t> status(cells);
    miscid_workspace* workspace = nullptr;
    miscid_batch* batch = nullptr;
    miscid::check(miscid_workspace_create(context, &workspace));
    miscid::check(miscid_batch_create(context, &batch));
    const auto bind = [&](miscid_field field, auto& data, std::initializer_list<miscid::Extent> axes) {
        miscid::check(miscid_batch_bind(batch, field, miscid::View::row_major(data.data(), axes).get()));
    };
    auto energy = from.energy;
    auto direction = from.direction;
    auto weight = from.weight;
    bind(MISCID_FIELD_ENERGY, energy, {{MISCID_AXIS_GROUP, trust::groups}});
    bind(MISCID_FIELD_DIRECTION, direction, {{MISCID_AXIS_DIRECTION, trust::directions}, {MISCID_AXIS_SPACE, 3}});
    bind(MISCID_FIELD_WEIGHT, weight, {{MISCID_AXIS_GROUP, trust::groups}, {MISCID_AXIS_DIRECTION, trust::directions}});
    bind(MISCID_FIELD_ELECTRON_DENSITY, density, {{MISCID_AXIS_I, cells}});
    bind(MISCID_FIELD_STATE, state,
         {{MISCID_AXIS_I, cells}, {MISCID_AXIS_COMPONENT, static_cast<std::int64_t>(from.state.size())}});
    bind(MISCID_FIELD_STATUS, status, {{MISCID_AXIS_I, cells}});
    const auto last = static_cast<std::int64_t>(n / from.modes());
    bind(kind.invariant ? MISCID_FIELD_AMPLITUDE : MISCID_FIELD_RHO, numbers,
         {{MISCID_AXIS_I, cells},
          {MISCID_AXIS_TYPE, 2},
          {MISCID_AXIS_GROUP, trust::groups},
          {MISCID_AXIS_DIRECTION, trust::directions},
          {kind.invariant ? MISCID_AXIS_EIGENSTATE : MISCID_AXIS_COMPONENT, last}});
    const std::int64_t box[4] = {cells, 1, 1, 1};
    miscid::check(miscid_batch_set_box(batch, box, nullptr, nullptr));
    for (int step = 0; step < steps; ++step) {
        miscid_apply(context, workspace, batch, 0, 0.01, nullptr);
        if (step % error_every == 0 &&
            (miscid_apply(context, workspace, batch, 0, -1, nullptr) != MISCID_BAD_ARGUMENT ||
             miscid::last_error().find("dt") == std::string::npos))
            std::abort(); // another thread's error was read
        for (double& electrons : density)
            electrons *= 0.9;
    }
    miscid_batch_destroy(batch);
    miscid_workspace_destroy(workspace);
    numbers.insert(numbers.end(), state.begin(), state.end());
    return numbers;
}

} // namespace

int main(int argc, char** argv) {
    const int threads = argc > 1 ? std::atoi(argv[1]) : 16, rounds = argc > 2 ? std::atoi(argv[2]) : 50;
    std::atomic<int> wrong{0};
    for (const auto& kind : trust::kinds()) {
        const host::Cells owner(trust::groups, trust::directions, kind.configuration());
        const miscid_context* context = owner.context.get();
        std::vector<std::vector<double>> alone;
        for (unsigned seed = 1; seed <= 4; ++seed)
            alone.push_back(work(context, kind, seed, 1));
        std::vector<std::thread> running;
        for (int t = 0; t < threads; ++t)
            running.emplace_back([&, t] {
                for (int round = 0; round < rounds; ++round) {
                    const auto seed = static_cast<unsigned>((t + round) % 4);
                    wrong += work(context, kind, seed + 1, 1 + t % 3) != alone[seed];
                }
            });
        for (std::thread& thread : running)
            thread.join();
        std::printf("%s: %d threads, %d rounds of %d cells and %d steps each; %d differ\n", kind.name().c_str(),
                    threads, rounds, cells, steps, wrong.load());
    }
    return wrong == 0 ? 0 : 1;
}
