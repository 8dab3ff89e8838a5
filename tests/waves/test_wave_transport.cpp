// Waves between cells and on a changing background: conservation, closed forms, and a direct integration of the linear
// equation of motion.
#include "waves/adiabatic_transport.hpp"
#include "waves/wave_transport.hpp"

#include "catch.hpp"

#include <cmath>
#include <cstring>
#include <numeric>
#include <random>
#include <vector>

using miscid::waves::Complex;
using miscid::waves::RayMotion;
using miscid::waves::RayMover;
using miscid::waves::WaveMesh;
using miscid::waves::WaveNumberBins;

namespace {

constexpr double pi = 3.14159265358979323846;

/** Cells of a rectangular block, periodic or open, with its own neighbour lists. */
struct Block {
    Block(std::vector<long> shape, bool periodic, double width = 1.0) {
        mesh.dimensions = int(shape.size());
        mesh.cells = std::accumulate(shape.begin(), shape.end(), 1L, std::multiplies<>());
        volumes.assign(std::size_t(mesh.cells), std::pow(width, double(shape.size())));
        areas.assign(std::size_t(mesh.cells), std::pow(width, double(shape.size()) - 1));
        mesh.volume = volumes.data();
        long stride = 1;
        for (std::size_t d = 0; d < shape.size(); stride *= shape[d++])
            for (int side = 0; side < 2; ++side) {
                for (long cell = 0; cell < mesh.cells; ++cell) {
                    const long place = cell / stride % shape[d], to = place + (side == 0 ? -1 : 1);
                    const bool inside = to >= 0 && to < shape[d];
                    neighbours[d][side].push_back(
                        inside || periodic ? cell + ((to + shape[d]) % shape[d] - place) * stride : WaveMesh::outside);
                }
                mesh.neighbour[d][side] = neighbours[d][side].data();
                mesh.area[d][side] = areas.data();
            }
    }
    WaveMesh mesh;
    std::vector<double> volumes, areas;
    std::vector<long> neighbours[3][2];
};

std::vector<double> even_edges(int bins, double low, double high) {
    std::vector<double> edges;
    for (int i = 0; i <= bins; ++i)
        edges.push_back(low + (high - low) * i / bins);
    return edges;
}

double sum(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

/** Error of a smooth profile carried once around a periodic line of so many cells. */
double error_after_one_turn(int cells) {
    Block line({cells}, true, 1.0 / cells);
    const auto edges = even_edges(1, 0, 1);
    const std::vector<double> velocity(std::size_t(cells), 0.7);
    std::vector<double> content;
    for (int i = 0; i < cells; ++i)
        content.push_back(1.1 + std::sin(2 * pi * (i + 0.5) / cells));
    const auto start = content;
    RayMover mover;
    mover.reserve(cells, 1);
    mover.move(line.mesh, {1, edges.data()}, {{velocity.data(), nullptr, nullptr}, nullptr}, 1 / 0.7, content.data());
    double error = 0.0;
    for (int i = 0; i < cells; ++i)
        error += std::abs(content[std::size_t(i)] - start[std::size_t(i)]) / cells;
    return error;
}

} // namespace

TEST_CASE("whatever moves where, the content of a closed mesh stays and none becomes negative") {
    Block box({6, 5, 4}, true, 0.3);
    const int bins = 7;
    const auto edges = even_edges(bins, -2, 3);
    const std::size_t size = std::size_t(box.mesh.cells) * bins;
    std::mt19937 engine(11);
    std::normal_distribution<double> normal;
    std::vector<double> velocity[3], force(size), content(size);
    for (auto& component : velocity)
        for (std::size_t i = 0; i < size; ++i)
            component.push_back(normal(engine));
    for (std::size_t i = 0; i < size; ++i) {
        force[i] = i % bins == 0 || i % bins == bins - 1 ? 0.0 : normal(engine); // nothing leaves at the ends
        content[i] = i % 3 == 0 ? std::exp(3 * normal(engine)) : 0.0;
    }
    const double before = sum(content);
    RayMover mover;
    mover.reserve(box.mesh.cells, bins);
    const double lost =
        mover.move(box.mesh, {bins, edges.data()},
                   {{velocity[0].data(), velocity[1].data(), velocity[2].data()}, force.data()}, 2.5, content.data());
    CHECK(lost == 0.0);
    CHECK(std::abs(sum(content) - before) < 1e-12 * before);
    CHECK(*std::min_element(content.begin(), content.end()) >= 0.0);
    CHECK(mover.substeps() > 1);
}

TEST_CASE("smooth content is carried at second order") {
    const double coarse = error_after_one_turn(50), fine = error_after_one_turn(100);
    CHECK(coarse < 0.02);
    CHECK(coarse / fine > 3.2);
}

TEST_CASE("rays stay inside the light cone") {
    Block line({40}, true, 0.1);
    const auto edges = even_edges(1, 0, 1);
    std::vector<double> beyond(40, 1.7), light(40, 1.0), a(40, 0.0);
    a[3] = 2.0;
    auto b = a;
    RayMover mover;
    mover.reserve(40, 1);
    mover.move(line.mesh, {1, edges.data()}, {{beyond.data(), nullptr, nullptr}, nullptr}, 1.0, a.data());
    mover.move(line.mesh, {1, edges.data()}, {{light.data(), nullptr, nullptr}, nullptr}, 1.0, b.data());
    CHECK(std::memcmp(a.data(), b.data(), sizeof(double) * a.size()) == 0);
}

TEST_CASE("what leaves an open mesh is told") {
    Block line({10}, false, 1.0);
    const int bins = 4;
    const auto edges = even_edges(bins, 0, 2);
    std::vector<double> velocity(40, 0.5), force(40, 0.2), content(40, 1.0);
    RayMover mover;
    mover.reserve(10, bins);
    const double lost = mover.move(line.mesh, {bins, edges.data()}, {{velocity.data(), nullptr, nullptr}, force.data()},
                                   4.0, content.data());
    CHECK(lost > 1.0);
    CHECK(std::abs(sum(content) + lost - 40.0) < 1e-12);
}

TEST_CASE("in a potential well of Re Omega rays go around as the pendulum of Hamilton's equations does") {
    // Re Omega = (k^2 + x^2)/2: dx/dt = k, dk/dt = -x; a quarter turn takes (x, k) = (0, 1/2) to (1/2, 0).
    const int cells = 160, bins = 160;
    Block line({cells}, false, 2.0 / cells);
    const auto edges = even_edges(bins, -1, 1);
    const std::size_t size = std::size_t(cells) * bins;
    std::vector<double> velocity(size), force(size), content(size);
    for (int i = 0; i < cells; ++i)
        for (int j = 0; j < bins; ++j) {
            const double x = -1 + 2 * (i + 0.5) / cells, k = -1 + 2 * (j + 0.5) / bins;
            velocity[std::size_t(i * bins + j)] = k;
            force[std::size_t(i * bins + j)] = -x;
            content[std::size_t(i * bins + j)] = std::exp(-0.5 * (x * x + (k - 0.5) * (k - 0.5)) / 0.0064);
        }
    RayMover mover;
    mover.reserve(cells, bins);
    mover.move(line.mesh, {bins, edges.data()}, {{velocity.data(), nullptr, nullptr}, force.data()}, pi / 2,
               content.data());
    double x_mean = 0, k_mean = 0;
    for (int i = 0; i < cells; ++i)
        for (int j = 0; j < bins; ++j) {
            x_mean += content[std::size_t(i * bins + j)] * (-1 + 2 * (i + 0.5) / cells) / sum(content);
            k_mean += content[std::size_t(i * bins + j)] * (-1 + 2 * (j + 0.5) / bins) / sum(content);
        }
    CHECK(std::abs(x_mean - 0.5) < 2e-3);
    CHECK(std::abs(k_mean) < 2e-3);
}

TEST_CASE("what cannot be moved stays and is told") {
    Block line({4}, true);
    const auto edges = even_edges(1, 0, 1);
    std::vector<double> velocity(4, 0.5), content = {1, 2, 3, 4};
    const auto before = content;
    RayMover mover;
    mover.reserve(2, 1); // too few
    CHECK(std::isnan(
        mover.move(line.mesh, {1, edges.data()}, {{velocity.data(), nullptr, nullptr}, nullptr}, 1.0, content.data())));
    mover.reserve(4, 1);
    line.volumes[2] = 0.0;
    CHECK(std::isnan(
        mover.move(line.mesh, {1, edges.data()}, {{velocity.data(), nullptr, nullptr}, nullptr}, 1.0, content.data())));
    CHECK(content == before);
}

TEST_CASE("rebinning keeps the content and says what falls outside") {
    const auto from = even_edges(5, 0, 1), to = even_edges(7, -0.5, 0.9);
    const std::vector<double> content = {1, 4, 2, 3, 5};
    std::vector<double> moved(7);
    const double outside = miscid::waves::rebin({5, from.data()}, content.data(), {7, to.data()}, moved.data());
    CHECK(std::abs(outside - 2.5) < 1e-14); // the last bin, 0.8 to 1.0, ends at 0.9
    CHECK(std::abs(sum(moved) + outside - 15.0) < 1e-14);
    CHECK(moved[0] == 0.0);
}

TEST_CASE("the content of a wave on a slowly changing background follows growth and biorthogonal transport") {
    // i ds_i/dt = k' v_i s_i - p_i sum_j w_j (1 - v_i v_j) s_j, with p and k' changing slowly.
    constexpr int n = 8;
    double v[n], w[n];
    for (int i = 0; i < n; ++i) {
        v[i] = -0.9 + 1.8 * i / (n - 1);
        w[i] = 0.1 + 0.01 * i;
    }
    const double T = 4000.0;
    const auto p_at = [&](double t, int i) {
        const double start = 1.0 - 0.2 * v[i] - (v[i] > 0.4 ? 1.3 : 0.0);
        return start * (1.0 + 0.25 * t / T * (1.0 + v[i]));
    };
    const auto k_at = [&](double t) { return 1.0 + 0.05 * t / T; };
    using State = Eigen::Matrix<Complex, n, 1>;
    const auto rate = [&](double t, const State& s) {
        Complex density = 0, flux = 0;
        for (int j = 0; j < n; ++j) {
            density += w[j] * s[j];
            flux += w[j] * v[j] * s[j];
        }
        State d;
        for (int i = 0; i < n; ++i)
            d[i] = Complex(0, -1) * (k_at(t) * v[i] * s[i] - p_at(t, i) * (density - v[i] * flux));
        return d;
    };
    using Kernel = miscid::waves::AxisymmetricKernel;
    miscid::waves::RootFinder<Kernel> finder;
    finder.reserve(n);
    Kernel before, after;
    before.reserve(n);
    after.reserve(n);
    double e_before[n], e_after[n];
    const auto set = [&](Kernel& kernel, double* e, double t) {
        for (int i = 0; i < n; ++i)
            e[i] = w[i] * p_at(t, i);
        kernel.set_background({n, v, e, nullptr});
        kernel.set_wave_vector(k_at(t));
    };
    set(before, e_before, 0.0);
    // A stable wave outside the range of the poles: its growth is zero and transport alone changes its content.
    const auto roots = [&] {
        std::vector<Complex> all;
        for (double start = -4.0; start <= 4.0; start += 0.05) {
            Complex omega(start, 0.0);
            if (finder.polish(before, omega) && std::abs(omega.imag()) < 1e-12 && std::abs(omega) > 0.4 &&
                std::none_of(all.begin(), all.end(), [&](Complex o) { return std::abs(o - omega) < 1e-6; }))
                all.push_back(omega);
        }
        return all;
    }();
    REQUIRE(!roots.empty());
    const auto content = [&](const State& s, double t) { // sum over modes of |e| |s/p|^2, the I of the header
        double total = 0;
        for (int i = 0; i < n; ++i)
            total += w[i] * std::abs(p_at(t, i)) * std::norm(s[i] / p_at(t, i));
        double area = 0;
        for (int i = 0; i < n; ++i)
            area += w[i] * std::abs(p_at(t, i));
        return total / area;
    };
    for (Complex omega : roots) {
        set(before, e_before, 0.0); // the last wave left it at T
        const auto null = finder.null_vector(before, omega);
        State s;
        for (int i = 0; i < n; ++i)
            s[i] = -p_at(0, i) * before.response(null, i) / (omega - k_at(0) * v[i]);
        const double start = content(s, 0.0);
        const double h = 0.05;
        const int steps = int(T / h);
        double predicted = 1.0, growth = 0.0;
        for (int step = 0; step < steps; ++step) {
            const double t = step * h;
            const State k1 = rate(t, s), k2 = rate(t + h / 2, s + h / 2 * k1), k3 = rate(t + h / 2, s + h / 2 * k2),
                        k4 = rate(t + h, s + h * k3);
            s += h / 6 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
            if ((step + 1) % 4000 == 0) { // twenty looks at the background
                const Complex earlier = omega;
                set(after, e_after, (step + 1) * h);
                REQUIRE(finder.polish(after, omega));
                predicted *= miscid::waves::transport_factor<Kernel>(finder, {before, e_before, earlier},
                                                                     {after, e_after, omega});
                growth += (earlier.imag() + omega.imag()) * 4000 * h;
                set(before, e_before, (step + 1) * h);
            }
        }
        const double measured = content(s, T) / start;
        CAPTURE(omega, measured, predicted, growth);
        CHECK(std::abs(growth) < 1e-9);
        CHECK(std::abs(predicted - 1.0) > 0.02); // there is something to see
        CHECK(std::abs(measured / (predicted * std::exp(growth)) - 1.0) < 3e-3);
    }
}
