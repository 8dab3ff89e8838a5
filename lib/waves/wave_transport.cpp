#include "waves/wave_transport.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace miscid::waves {

namespace {

/** Largest part of a cell's content that may leave it in a sub-step. */
constexpr double courant = 0.3;

/** A mesh so fine against c dt that it takes more sub-steps than this is no mesh of a host. */
constexpr double most_substeps = 1e6;

/** van Leer's harmonic mean: zero at extrema, so that no new ones appear. */
double limited_slope(double left, double right) {
    const double product = left * right;
    return product > 0.0 ? 2.0 * product / (left + right) : 0.0;
}

double within_light_cone(double speed) {
    return std::clamp(speed, -1.0, 1.0);
}

/** Part of its content that leaves a cell or bin per unit time, the largest. */
double largest_rate(const WaveMesh& mesh, const WaveNumberBins& wave_number, const RayMotion& motion) {
    double largest = 0.0;
    for (long cell = 0; cell < mesh.cells; ++cell) {
        const std::size_t first = static_cast<std::size_t>(cell) * static_cast<std::size_t>(wave_number.bins);
        for (int bin = 0; bin < wave_number.bins; ++bin) {
            double rate = 0.0;
            for (int d = 0; d < mesh.dimensions; ++d) {
                if (motion.group_velocity[d] != nullptr) {
                    // A face moves with the mean of its two cells, so either may set the pace.
                    double speed = std::abs(within_light_cone(motion.group_velocity[d][first + bin]));
                    for (int side = 0; side < 2; ++side) {
                        const long other = mesh.neighbour[d][side][cell];
                        if (other != WaveMesh::outside) {
                            const std::size_t there = static_cast<std::size_t>(other) * wave_number.bins + bin;
                            speed = std::max(speed, std::abs(within_light_cone(motion.group_velocity[d][there])));
                        }
                    }
                    rate += speed * (mesh.area[d][0][cell] + mesh.area[d][1][cell]) / mesh.volume[cell];
                }
            }
            if (motion.force != nullptr) {
                double force = std::abs(motion.force[first + bin]);
                force = bin > 0 ? std::max(force, std::abs(motion.force[first + bin - 1])) : force;
                force = bin + 1 < wave_number.bins ? std::max(force, std::abs(motion.force[first + bin + 1])) : force;
                rate += 2.0 * force / (wave_number.edge[bin + 1] - wave_number.edge[bin]);
            }
            largest = std::max(largest, rate);
        }
    }
    return largest;
}

/** d content/dt; returns what leaves per unit time. */
double change(const WaveMesh& mesh, const WaveNumberBins& wave_number, const RayMotion& motion, const double* content,
              double* rate) {
    const int bins = wave_number.bins;
    std::fill_n(rate, static_cast<std::size_t>(mesh.cells) * static_cast<std::size_t>(bins), 0.0);
    double lost = 0.0;
    const auto at = [bins](long cell, int bin) { return static_cast<std::size_t>(cell) * bins + bin; };
    for (int d = 0; d < mesh.dimensions; ++d) {
        const double* velocity = motion.group_velocity[d];
        if (velocity == nullptr) {
            continue;
        }
        // Content of a cell at its face towards `side`, from its own slope.
        const auto at_face = [&](long cell, int bin, int side) {
            const long lower = mesh.neighbour[d][0][cell];
            const long upper = mesh.neighbour[d][1][cell];
            const double here = content[at(cell, bin)];
            if (lower == WaveMesh::outside || upper == WaveMesh::outside) {
                return here;
            }
            const double slope = limited_slope(here - content[at(lower, bin)], content[at(upper, bin)] - here);
            return here + (side == 1 ? 0.5 : -0.5) * slope;
        };
        for (long cell = 0; cell < mesh.cells; ++cell) {
            const long upper = mesh.neighbour[d][1][cell];
            const long lower = mesh.neighbour[d][0][cell];
            for (int bin = 0; bin < bins; ++bin) {
                const double here = within_light_cone(velocity[at(cell, bin)]);
                if (upper != WaveMesh::outside) { // every inner face once, from below
                    const double v = 0.5 * (here + within_light_cone(velocity[at(upper, bin)]));
                    const double upwind = v > 0.0 ? at_face(cell, bin, 1) : at_face(upper, bin, 0);
                    const double flow = v * upwind * mesh.area[d][1][cell];
                    rate[at(cell, bin)] -= flow / mesh.volume[cell];
                    rate[at(upper, bin)] += flow / mesh.volume[upper];
                } else if (here > 0.0) {
                    const double flow = here * content[at(cell, bin)] * mesh.area[d][1][cell];
                    rate[at(cell, bin)] -= flow / mesh.volume[cell];
                    lost += flow;
                }
                if (lower == WaveMesh::outside && here < 0.0) {
                    const double flow = -here * content[at(cell, bin)] * mesh.area[d][0][cell];
                    rate[at(cell, bin)] -= flow / mesh.volume[cell];
                    lost += flow;
                }
            }
        }
    }
    if (motion.force == nullptr) {
        return lost;
    }
    for (long cell = 0; cell < mesh.cells; ++cell) {
        const double* spectrum = content + at(cell, 0);
        const double* force = motion.force + at(cell, 0);
        double* d = rate + at(cell, 0);
        const auto density = [&](int bin) {
            return spectrum[bin] / (wave_number.edge[bin + 1] - wave_number.edge[bin]);
        };
        const auto at_edge = [&](int bin, int side) {
            if (bin == 0 || bin == bins - 1) {
                return density(bin);
            }
            const double slope = limited_slope(density(bin) - density(bin - 1), density(bin + 1) - density(bin));
            return density(bin) + (side == 1 ? 0.5 : -0.5) * slope;
        };
        for (int bin = 0; bin + 1 < bins; ++bin) {
            const double f = 0.5 * (force[bin] + force[bin + 1]);
            const double flow = f * (f > 0.0 ? at_edge(bin, 1) : at_edge(bin + 1, 0));
            d[bin] -= flow;
            d[bin + 1] += flow;
        }
        const double below = std::max(0.0, -force[0]) * density(0);
        const double above = std::max(0.0, force[bins - 1]) * density(bins - 1);
        d[0] -= below;
        d[bins - 1] -= above;
        lost += (below + above) * mesh.volume[cell];
    }
    return lost;
}

} // namespace

double move_waves(const WaveMesh& mesh, const WaveNumberBins& wave_number, const RayMotion& motion, double dt,
                  double* content, double* scratch, int& substeps) {
    constexpr double refused = std::numeric_limits<double>::quiet_NaN();
    substeps = 0;
    const std::size_t size = static_cast<std::size_t>(mesh.cells) * static_cast<std::size_t>(wave_number.bins);
    if (size == 0) {
        return 0.0;
    }
    if (content == nullptr || scratch == nullptr || mesh.volume == nullptr || wave_number.edge == nullptr ||
        !(dt >= 0.0)) {
        return refused;
    }
    for (int d = 0; d < mesh.dimensions; ++d) {
        for (int side = 0; side < 2; ++side) {
            if (motion.group_velocity[d] != nullptr &&
                (mesh.neighbour[d][side] == nullptr || mesh.area[d][side] == nullptr)) {
                return refused;
            }
        }
    }
    for (long cell = 0; cell < mesh.cells; ++cell) {
        if (!(mesh.volume[cell] > 0.0)) {
            return refused;
        }
    }
    const double wanted = std::ceil(largest_rate(mesh, wave_number, motion) * dt / courant);
    if (!(wanted <= most_substeps)) {
        return refused;
    }
    substeps = std::max(1, static_cast<int>(wanted));
    const double h = dt / substeps;
    double* rate = scratch;
    double* half = scratch + size;
    double lost = 0.0;
    for (int step = 0; step < substeps; ++step) { // Heun's method: each stage alone keeps the content from below
        const double first = change(mesh, wave_number, motion, content, rate);
        for (std::size_t i = 0; i < size; ++i) {
            half[i] = content[i] + h * rate[i];
        }
        const double second = change(mesh, wave_number, motion, half, rate);
        for (std::size_t i = 0; i < size; ++i) {
            content[i] = 0.5 * (content[i] + half[i] + h * rate[i]);
            if (content[i] < 0.0) { // round-off where next to nothing is left
                lost += mesh.volume[i / static_cast<std::size_t>(wave_number.bins)] * content[i];
                content[i] = 0.0;
            }
        }
        lost += 0.5 * h * (first + second);
    }
    return lost;
}

void refractive_force(const WaveMesh& mesh, int bins, const double* axis, const double* frequency, double* force) {
    const auto at = [bins](long cell, int bin) { return static_cast<std::size_t>(cell) * bins + bin; };
    std::fill_n(force, static_cast<std::size_t>(mesh.cells) * static_cast<std::size_t>(bins), 0.0);
    for (int d = 0; d < mesh.dimensions; ++d) {
        if (axis[d] == 0.0) {
            continue;
        }
        for (long cell = 0; cell < mesh.cells; ++cell) {
            const auto width = [&](long c) { return 2.0 * mesh.volume[c] / (mesh.area[d][0][c] + mesh.area[d][1][c]); };
            long end[2];
            double distance = 0.0;
            for (int side = 0; side < 2; ++side) {
                const long other = mesh.neighbour[d][side][cell];
                end[side] = other == WaveMesh::outside ? cell : other;
                distance += other == WaveMesh::outside ? 0.0 : 0.5 * (width(cell) + width(other));
            }
            for (int bin = 0; distance > 0.0 && bin < bins; ++bin) {
                const double slope = (frequency[at(end[1], bin)] - frequency[at(end[0], bin)]) / distance;
                force[at(cell, bin)] -= axis[d] * slope;
            }
        }
    }
}

void RayMover::reserve(long cells, int bins) {
    capacity_ = static_cast<std::size_t>(cells) * static_cast<std::size_t>(bins);
    scratch_.assign(2 * capacity_, 0.0);
}

double RayMover::move(const WaveMesh& mesh, const WaveNumberBins& wave_number, const RayMotion& motion, double dt,
                      double* content) {
    if (static_cast<std::size_t>(mesh.cells) * static_cast<std::size_t>(wave_number.bins) > capacity_) {
        substeps_ = 0;
        return std::numeric_limits<double>::quiet_NaN();
    }
    return move_waves(mesh, wave_number, motion, dt, content, scratch_.data(), substeps_);
}

double rebin(const WaveNumberBins& from, const double* content, const WaveNumberBins& to, double* moved) {
    std::fill_n(moved, to.bins, 0.0);
    double outside = 0.0;
    for (int bin = 0; bin < from.bins; ++bin) {
        const double low = from.edge[bin];
        const double high = from.edge[bin + 1];
        const double density = content[bin] / (high - low);
        double placed = 0.0;
        int last = -1;
        for (int target = 0; target < to.bins; ++target) {
            const double overlap = std::min(high, to.edge[target + 1]) - std::max(low, to.edge[target]);
            if (overlap > 0.0) {
                moved[target] += density * overlap;
                placed += density * overlap;
                last = target;
            }
        }
        const bool covered = last >= 0 && low >= to.edge[0] && high <= to.edge[to.bins];
        if (covered) {
            moved[last] += content[bin] - placed; // round-off
        } else {
            outside += content[bin] - placed;
        }
    }
    return outside;
}

} // namespace miscid::waves
