// Many cell-steps of one process: memory stays flat, the time per cell stable, every answer finite.
//   assure_soak [CELL_STEPS = 100000000]
// One cell in each of the four kinds of host takes turns; its medium swings, so that branches are followed, lost and found
// again all the time. Exit status 1 if memory or time grew.
#include "trust/any_cell.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>

namespace {

long resident_kilobytes() {
    std::ifstream status("/proc/self/statm");
    long pages = 0, resident = 0;
    status >> pages >> resident;
    return resident * 4;
}

struct Soaked {
    Soaked(const trust::Kind& kind, const char* more)
        : run(kind, 5, more), lambda(run.cells.electron_density[0]), sound(run.cells.numbers) {}
    trust::Run run;
    double lambda;
    std::vector<double> sound;
};

} // namespace

int main(int argc, char** argv) {
    const long steps = argc > 1 ? std::atol(argv[1]) : 100000000;
    std::vector<std::unique_ptr<Soaked>> hosts;
    hosts.push_back(std::make_unique<Soaked>(trust::Kind{2, false}, R"(, "collisions.mode": "full")"));
    hosts.push_back(std::make_unique<Soaked>(trust::Kind{2, true}, R"(, "collisions.mode": "depolarization")"));
    hosts.push_back(std::make_unique<Soaked>(trust::Kind{2, false}, R"(, "viscosity.closure": "equipartition")"));
    hosts.push_back(std::make_unique<Soaked>(trust::Kind{2, false}, ""));

    constexpr int parts = 20;
    std::vector<double> seconds;
    std::vector<long> memory;
    long answered = 0, refused = 0;
    for (int part = 0; part < parts; ++part) {
        const auto begin = std::chrono::steady_clock::now();
        for (long n = 0; n < steps / parts; ++n) {
            Soaked& host = *hosts[static_cast<std::size_t>(n % static_cast<long>(hosts.size()))];
            host::Cells& cells = host.run.cells;
            if (n / 4 % 500 == 0) { // matter and collisions have taken all there was: start again
                cells.numbers = host.sound;
                std::fill(cells.state.begin(), cells.state.end(), 0.0);
            }
            cells.electron_density[0] = host.lambda * (1 + 0.6 * std::sin(1e-2 * static_cast<double>(n / 4)));
            miscid_apply(cells.context.get(), cells.workspace.get(), cells.batch.get(), 0, 1e-3, nullptr);
            ++(cells.status[0] < 0 ? refused : answered);
            if (!std::isfinite(cells.numbers[0]) || !std::isfinite(cells.state[1])) {
                std::printf("step %ld: not finite, status %d\n", n, cells.status[0]);
                return 1;
            }
        }
        seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
        memory.push_back(resident_kilobytes());
        std::printf("part %2d of %d: %.2f us per cell-step, %ld kB resident\n", part + 1, parts,
                    1e6 * seconds.back() * parts / static_cast<double>(steps), memory.back());
        std::fflush(stdout);
    }
    // The second part has seen everything there is to load; the fastest of each half are least disturbed by others.
    const auto half = static_cast<std::ptrdiff_t>(seconds.size() / 2);
    const double first = *std::min_element(seconds.begin(), seconds.begin() + half);
    const double second = *std::min_element(seconds.begin() + half, seconds.end());
    const long growth = memory.back() - memory[1];
    std::printf("%ld cell-steps, %ld of them refused; memory grew by %ld kB, time by a factor %.3f\n",
                answered + refused, refused, growth, second / first);
    return growth > 256 || second / first > 1.2 || answered < refused ? 1 : 0;
}
