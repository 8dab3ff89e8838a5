/** @file ranks.hpp
 *  The processes of one run. Alone unless the program was built with MPI and started by mpirun (or srun): nothing of MPI is
 *  touched otherwise.
 */
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace miscid::apps {

class Ranks {
public:
    /** Joins the other processes. Throws std::runtime_error if a launcher started several and this build has no MPI. */
    Ranks();
    ~Ranks();
    Ranks(const Ranks&) = delete;
    Ranks& operator=(const Ranks&) = delete;

    int rank() const { return rank_; }
    int size() const { return size_; }
    bool first() const { return rank_ == 0; }
    bool last() const { return rank_ == size_ - 1; }

    void barrier() const;
    /** Numbers to and from another rank; both sides name the same length. */
    void send(const double* numbers, std::size_t count, int to) const;
    void receive(double* numbers, std::size_t count, int from) const;
    /** Numbers of all ranks, in the order of ranks, on every rank. */
    std::vector<double> gather(const std::vector<double>& mine) const;
    /** Ends all processes when this one cannot go on; returns when it is alone. */
    void end_all(int exit_code) const;

private:
    int rank_ = 0;
    int size_ = 1;
    bool joined_ = false; ///< MPI was initialised here
};

} // namespace miscid::apps
