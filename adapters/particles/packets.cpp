// Packets to cells and bins, and the draw.

#include "description.hpp"

#include <cmath>

namespace miscid::adapters {

namespace {

constexpr double two_pi = 6.283185307179586;

std::uint64_t mixed(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

/** Bin of a packet; -1 where a number is not finite or the direction has no length. */
int bin_of(const miscid_particles_batch& batch, std::int64_t p) {
    const auto& description = *batch.description;
    double v[3];
    double energy;
    double weight;
    for (int a = 0; a < 3; ++a) {
        if (!read_number(batch.place(p, MISCID_PARTICLES_DIRECTION) + 8 * a, MISCID_FLOAT64, v[a])) {
            return -1;
        }
    }
    if (!read_number(batch.place(p, MISCID_PARTICLES_ENERGY), MISCID_FLOAT64, energy) ||
        !read_number(batch.place(p, MISCID_PARTICLES_WEIGHT), MISCID_FLOAT64, weight) || !(weight >= 0.0)) {
        return -1;
    }
    const double largest = std::max({std::abs(v[0]), std::abs(v[1]), std::abs(v[2])});
    if (!(largest > 0.0)) {
        return -1;
    }
    for (double& one : v) {
        one /= largest;
    }
    const double mu = v[2] / std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    const int polar = std::clamp(static_cast<int>((1.0 - mu) / 2.0 * description.polar), 0, description.polar - 1);
    double turn = v[0] != 0.0 || v[1] != 0.0 ? std::atan2(v[1], v[0]) / two_pi : 0.0;
    turn -= std::floor(turn);
    const int around = std::min(static_cast<int>(turn * description.azimuth), description.azimuth - 1);
    const auto above = std::upper_bound(description.edges.begin() + 1, description.edges.end() - 1, energy);
    const int group = static_cast<int>(above - description.edges.begin()) - 1;
    return polar * description.azimuth + around + description.directions() * group;
}

} // namespace

double draw(std::uint64_t seed, std::uint64_t step, std::uint64_t packet) noexcept {
    return static_cast<double>(mixed(mixed(mixed(seed) ^ step) ^ packet) >> 11) * 0x1p-53;
}

miscid_status sort_packets(const char* where, const miscid_particles_batch& batch,
                           miscid_particles_workspace& workspace) noexcept {
    if (batch.count > static_cast<std::int64_t>(workspace.order.size()) ||
        batch.cells + 1 > static_cast<std::int64_t>(workspace.first.size())) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: %lld packets in %lld cells; the workspace was made for %zu in %zu",
                         where, static_cast<long long>(batch.count), static_cast<long long>(batch.cells),
                         workspace.order.size(), workspace.first.size() - 1);
    }
    auto& first = workspace.first;
    const auto cell_of = [&](std::int64_t p) {
        const auto cell =
            read_integer(batch.place(p, MISCID_PARTICLES_CELL), batch.member[MISCID_PARTICLES_CELL].dtype);
        return cell >= 0 && cell < batch.cells ? cell : -1;
    };
    std::fill(first.begin(), first.end(), 0);
    for (std::int64_t p = 0; p < batch.count; ++p) {
        if (const auto cell = cell_of(p); cell >= 0) {
            ++first[static_cast<std::size_t>(cell) + 1];
        }
    }
    for (std::size_t c = 1; c < first.size(); ++c) {
        first[c] += first[c - 1];
    }
    for (std::int64_t p = batch.count - 1; p >= 0; --p) { // backwards: first[cell + 1] counts down to the cell's first
        if (const auto cell = cell_of(p); cell >= 0) {
            workspace.order[static_cast<std::size_t>(--first[static_cast<std::size_t>(cell) + 1])] = p;
            workspace.bin[static_cast<std::size_t>(p)] = bin_of(batch, p);
        }
    }
    // Now first[c + 1] is where cell c begins; move down by one.
    for (std::size_t c = 0; c + 1 < first.size(); ++c) {
        first[c] = first[c + 1];
    }
    std::int64_t inside = 0;
    for (std::int64_t p = 0; p < batch.count; ++p) {
        inside += cell_of(p) >= 0;
    }
    for (std::size_t c = static_cast<std::size_t>(batch.cells); c < first.size(); ++c) {
        first[c] = inside;
    }
    return MISCID_OK;
}

} // namespace miscid::adapters
