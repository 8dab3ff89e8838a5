// Waves between cells through the C interface: conservation, the light cone, refusals that change nothing, the same bits.
#include <miscid/miscid.hpp>

#include "catch.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>

namespace {

/** A block of n^dimensions cells of width h, periodic or open. */
miscid::WaveMesh block(std::int32_t dimensions, std::int64_t n, double h, bool periodic) {
    miscid::WaveMesh mesh;
    mesh.dimensions = dimensions;
    const auto cells = static_cast<std::int64_t>(std::lround(std::pow(double(n), dimensions)));
    mesh.volume.assign(std::size_t(cells), std::pow(h, dimensions));
    std::int64_t stride = 1;
    for (int d = 0; d < dimensions; ++d, stride *= n)
        for (int step : {-1, 1})
            for (std::int64_t cell = 0; cell < cells; ++cell) {
                const std::int64_t place = cell / stride % n, to = place + step;
                const bool inside = to >= 0 && to < n;
                mesh.neighbour.push_back(inside || periodic ? cell + ((to + n) % n - place) * stride : -1);
                mesh.area.push_back(std::pow(h, dimensions - 1));
            }
    return mesh;
}

std::vector<double> even_edges(int bins, double low, double high) {
    std::vector<double> edges;
    for (int i = 0; i <= bins; ++i)
        edges.push_back(low + (high - low) * i / bins);
    return edges;
}

double sum(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

} // namespace

TEST_CASE("wave content is kept in one to three dimensions, never negative, with the same bits every time") {
    std::mt19937 engine(3);
    std::normal_distribution<double> normal;
    for (std::int32_t dimensions = 1; dimensions <= 3; ++dimensions) {
        const auto mesh = block(dimensions, 5, 0.4, true);
        const auto edges = even_edges(6, -1, 2);
        const std::size_t size = mesh.volume.size() * 6;
        std::vector<double> velocity(size * std::size_t(dimensions)), force(size), content(size), scratch;
        for (double& v : velocity)
            v = normal(engine);
        for (std::size_t i = 0; i < size; ++i) {
            force[i] = i % 6 == 0 || i % 6 == 5 ? 0.0 : normal(engine);
            content[i] = i % 4 == 0 ? std::exp(normal(engine)) : 0.0;
        }
        auto again = content;
        const double before = sum(content);
        const double lost = miscid::move_waves(mesh, edges, velocity, force, 1.7, content, scratch);
        CHECK(lost == 0.0);
        CHECK(std::abs(sum(content) - before) < 1e-12 * before);
        CHECK(*std::min_element(content.begin(), content.end()) >= 0.0);
        miscid::move_waves(mesh, edges, velocity, force, 1.7, again, scratch);
        CHECK(std::memcmp(again.data(), content.data(), size * sizeof(double)) == 0);
    }
}

TEST_CASE("nothing overtakes light: what starts in one cell stays within c dt of it") {
    const auto mesh = block(1, 100, 1.0, false);
    const std::vector<double> fast(100, 5.0);
    std::vector<double> content(100, 0.0), scratch;
    content[20] = 1.0;
    const double lost = miscid::move_waves(mesh, {0, 1}, fast, {}, 30.0, content, scratch);
    double mean = 0, behind = 0;
    for (std::size_t i = 0; i < 100; ++i) {
        mean += double(i) * content[i];
        behind += i < 20 ? content[i] : 0.0;
    }
    CHECK(lost < 1e-12);
    CHECK(behind == 0.0);
    CHECK(std::abs(mean - 50.0) < 0.5); // a speed of five is a speed of one, to half a cell
}

TEST_CASE("the force of a linear medium is its slope, and bends waves as Hamilton's equations say") {
    // Re Omega = k + 0.3 x: F = -0.3 everywhere, so k falls by 0.3 dt while waves move.
    const auto mesh = block(1, 60, 0.5, true);
    const int bins = 80;
    const auto edges = even_edges(bins, -2, 2);
    std::vector<double> frequency, content, scratch;
    const auto open = block(1, 60, 0.5, false);
    for (int cell = 0; cell < 60; ++cell)
        for (int bin = 0; bin < bins; ++bin) {
            const double k = -2 + 4 * (bin + 0.5) / bins, x = 0.5 * (cell + 0.5);
            frequency.push_back(k + 0.3 * x);
            content.push_back(std::exp(-0.5 * (k - 0.5) * (k - 0.5) / 0.04));
        }
    const auto force = miscid::wave_force(open, {1.0}, frequency);
    for (double f : force)
        CHECK(std::abs(f + 0.3) < 1e-12);
    miscid::move_waves(mesh, edges, {}, force, 2.0, content, scratch);
    double mean = 0;
    for (std::size_t i = 0; i < content.size(); ++i)
        mean += (-2 + 4 * (double(i % bins) + 0.5) / bins) * content[i] / sum(content);
    CHECK(std::abs(mean - (0.5 - 0.3 * 2.0)) < 1e-3);
}

TEST_CASE("waves that cannot be moved are refused by name, and stay") {
    auto mesh = block(1, 4, 1.0, true);
    const std::vector<double> edge = {0, 1, 2}, velocity(8, 0.5), force(8, 0.1);
    const std::vector<double> start = {1, 2, 3, 4, 5, 6, 7, 8};
    std::vector<double> content = start, scratch(16);
    double lost = 7.0;
    const auto move = [&](double path, const double* edges) {
        return miscid_move_waves(4, 1, mesh.volume.data(), mesh.neighbour.data(), mesh.area.data(), 2, edges,
                                 velocity.data(), force.data(), path, content.data(), scratch.data(), &lost);
    };
    CHECK(move(-1.0, edge.data()) == MISCID_BAD_ARGUMENT);
    CHECK(move(std::numeric_limits<double>::infinity(), edge.data()) == MISCID_BAD_ARGUMENT);
    CHECK(move(1e9, edge.data()) == MISCID_BAD_ARGUMENT); // too many sub-steps
    const double falling[] = {0, 2, 1};
    CHECK(move(1.0, falling) == MISCID_BAD_ARGUMENT);
    CHECK(miscid::last_error().find("edges 1 and 2") != std::string::npos);
    mesh.neighbour[3] = 4;
    CHECK(move(1.0, edge.data()) == MISCID_BAD_ARGUMENT);
    CHECK(miscid::last_error().find("neighbour 4 of cell 3") != std::string::npos);
    mesh.neighbour[3] = 2;
    content[5] = -1e-3;
    CHECK(move(1.0, edge.data()) == MISCID_BAD_ARGUMENT);
    CHECK(miscid::last_error().find("cell 2, bin 1") != std::string::npos);
    content[5] = start[5];
    CHECK(miscid_move_waves(4, 4, mesh.volume.data(), mesh.neighbour.data(), mesh.area.data(), 2, edge.data(), nullptr,
                            nullptr, 1.0, content.data(), scratch.data(), nullptr) == MISCID_BAD_ARGUMENT);
    CHECK(miscid_move_waves(4, 1, nullptr, mesh.neighbour.data(), mesh.area.data(), 2, edge.data(), nullptr, nullptr,
                            1.0, content.data(), scratch.data(), nullptr) == MISCID_NULL_ARGUMENT);
    CHECK(miscid_wave_force(4, 1, mesh.volume.data(), mesh.neighbour.data(), mesh.area.data(), 2, nullptr, nullptr,
                            nullptr) == MISCID_NULL_ARGUMENT);
    CHECK(content == start);
    CHECK(lost == 7.0);
    CHECK(move(1.0, edge.data()) == MISCID_OK);
    CHECK_THROWS_AS(miscid::move_waves(mesh, edge, velocity, {1.0}, 1.0, content, scratch), std::invalid_argument);
}
