#include "ranks.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>

#ifdef MISCID_MPI
#include <mpi.h>
#endif

namespace miscid::apps {

namespace {

/** Number of processes the launcher started, as it tells them through the environment; 0: no launcher. */
int processes_of_launcher() {
    for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS", "MV2_COMM_WORLD_SIZE"}) {
        if (const char* text = std::getenv(name)) {
            return std::atoi(text);
        }
    }
    const char* step = std::getenv("SLURM_STEP_NUM_TASKS");
    return step != nullptr && std::getenv("PMIX_RANK") != nullptr ? std::atoi(step) : 0;
}

} // namespace

#ifdef MISCID_MPI

Ranks::Ranks() {
    if (processes_of_launcher() == 0) {
        return;
    }
    MPI_Init(nullptr, nullptr);
    joined_ = true;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
}

Ranks::~Ranks() {
    if (joined_) {
        MPI_Finalize();
    }
}

void Ranks::barrier() const {
    if (joined_) {
        MPI_Barrier(MPI_COMM_WORLD);
    }
}

void Ranks::send(const double* numbers, std::size_t count, int to) const {
    MPI_Send(numbers, static_cast<int>(count), MPI_DOUBLE, to, 0, MPI_COMM_WORLD);
}

void Ranks::receive(double* numbers, std::size_t count, int from) const {
    MPI_Recv(numbers, static_cast<int>(count), MPI_DOUBLE, from, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

std::vector<double> Ranks::gather(const std::vector<double>& mine) const {
    if (!joined_) {
        return mine;
    }
    const int count = static_cast<int>(mine.size());
    std::vector<int> counts(size_);
    MPI_Allgather(&count, 1, MPI_INT, counts.data(), 1, MPI_INT, MPI_COMM_WORLD);
    std::vector<int> places(size_, 0);
    for (int r = 1; r < size_; ++r) {
        places[r] = places[r - 1] + counts[r - 1];
    }
    std::vector<double> all(static_cast<std::size_t>(places.back()) + counts.back());
    MPI_Allgatherv(mine.data(), count, MPI_DOUBLE, all.data(), counts.data(), places.data(), MPI_DOUBLE,
                   MPI_COMM_WORLD);
    return all;
}

void Ranks::end_all(int exit_code) const {
    if (size_ > 1) {
        MPI_Abort(MPI_COMM_WORLD, exit_code);
    }
}

#else

Ranks::Ranks() {
    const int processes = processes_of_launcher();
    if (processes > 1) {
        throw std::runtime_error("started as " + std::to_string(processes) +
                                 " processes, but this miscid was built without MPI (Debian: libopenmpi-dev "
                                 "libhdf5-openmpi-dev; then configure again)");
    }
}
Ranks::~Ranks() {
    joined_ = false;
}
void Ranks::barrier() const {}
void Ranks::send(const double*, std::size_t, int) const {}
void Ranks::receive(double*, std::size_t, int) const {}
std::vector<double> Ranks::gather(const std::vector<double>& mine) const {
    return mine;
}
void Ranks::end_all(int) const {}

#endif

} // namespace miscid::apps
