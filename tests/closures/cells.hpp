/** @file cells.hpp
 *  Cells for the tests of closures: lepton number over angle as in the reference boxes, and random ones.
 */
#pragma once

#include "closures/closure.hpp"
#include "phase_space/refinement.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

namespace closure_tests {

using namespace miscid::closures;

/** Numbers of a cell, and a closure's answer to it. */
struct CellForTest {
    std::vector<double> v, direction[3], weight, e, source, damping, largest_factor, after, factor, state;
    bool use_source = false;

    explicit CellForTest(int directions = 0) : v(directions), weight(directions), e(directions), source(directions) {}
    int directions() const { return static_cast<int>(e.size()); }

    Outcome apply(Closure& closure, double dt, Diagnostics* diagnostics = nullptr, double seed = 1e-3) {
        Cell cell;
        cell.directions = directions();
        cell.v = v.empty() ? nullptr : v.data();
        for (int a = 0; a < 3; ++a) {
            cell.direction[a] = direction[a].data();
        }
        cell.weight = weight.empty() ? nullptr : weight.data();
        cell.e = e.data();
        cell.source = use_source ? source.data() : nullptr;
        cell.damping = damping.empty() ? nullptr : damping.data();
        cell.largest_factor = largest_factor.empty() ? nullptr : largest_factor.data();
        cell.dt = dt;
        cell.seed = seed;
        state.resize(static_cast<std::size_t>(closure.state_size(directions())));
        cell.state = state.empty() ? nullptr : state.data();
        after.resize(e.size());
        factor.resize(e.size());
        Answer answer;
        answer.e = after.data();
        answer.factor = factor.data();
        const Outcome outcome = closure.apply(cell, answer);
        if (diagnostics) {
            *diagnostics = answer.diagnostics;
        }
        return outcome;
    }
    /** Applies and takes the answer as the new cell. */
    Outcome step(Closure& closure, double dt, Diagnostics* diagnostics = nullptr, double seed = 1e-3) {
        const Outcome outcome = apply(closure, dt, diagnostics, seed);
        if (outcome != Outcome::refused) {
            e = after;
        }
        return outcome;
    }

    static double sum(const std::vector<double>& x) {
        double s = 0.0;
        for (const double value : x) {
            s += value;
        }
        return s;
    }
    static double size(const std::vector<double>& x) {
        double s = 0.0;
        for (const double value : x) {
            s += std::abs(value);
        }
        return s;
    }
};

/** g_nu - alpha g_nubar with Gaussians in v - 1 of widths .6 and .5, as in reference/flavor-waves/box.json. */
inline CellForTest gaussian_cell(double alpha, int directions, double narrow = 0.5) {
    CellForTest cell(directions);
    miscid::phase_space::gauss_legendre(directions, cell.v.data(), cell.weight.data());
    const auto gauss = [](double v, double width) {
        const double norm = width * std::sqrt(0.5 * 3.14159265358979323846) * std::erf(std::sqrt(2.0) / width);
        return std::exp(-0.5 * (v - 1.0) * (v - 1.0) / (width * width)) / norm;
    };
    for (int i = 0; i < directions; ++i) {
        const auto n = static_cast<std::size_t>(i);
        cell.e[n] = cell.weight[n] * (gauss(cell.v[n], 0.6) - alpha * gauss(cell.v[n], narrow));
    }
    return cell;
}

/** The same numbers whatever the compiler and its library. */
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed * 2654435761u + 88172645463325252u) {}
    double operator()() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return static_cast<double>(state_ >> 11) * 0x1.0p-53;
    }
    double between(double low, double high) { return low + (high - low) * (*this)(); }

private:
    std::uint64_t state_;
};

/** Smooth lepton number over angle with any number of crossings. */
inline CellForTest random_cell(std::uint64_t seed, int directions) {
    Random random(seed);
    CellForTest cell(directions);
    miscid::phase_space::gauss_legendre(directions, cell.v.data(), cell.weight.data());
    const double c[5] = {random.between(-0.5, 0.5), random.between(-1, 1), random.between(-1, 1), random.between(-1, 1),
                         random.between(-1, 1)};
    for (int i = 0; i < directions; ++i) {
        const auto n = static_cast<std::size_t>(i);
        const double v = cell.v[n];
        cell.e[n] = cell.weight[n] * (c[0] + c[1] * v + c[2] * v * v + c[3] * v * v * v + c[4] * std::cos(4.0 * v));
        cell.source[n] = cell.weight[n] * random.between(-1, 1);
    }
    return cell;
}

/** A three-dimensional product grid with a crossing tilted against its axis. */
inline CellForTest three_dimensional_cell(int polar, int azimuthal, double tilt) {
    CellForTest cell(polar * azimuthal);
    std::vector<double> cosine(static_cast<std::size_t>(polar)), weight(static_cast<std::size_t>(polar));
    miscid::phase_space::gauss_legendre(polar, cosine.data(), weight.data());
    for (auto& component : cell.direction) {
        component.resize(cell.e.size());
    }
    std::size_t n = 0;
    for (std::size_t i = 0; i < cosine.size(); ++i) {
        for (int j = 0; j < azimuthal; ++j, ++n) {
            const double angle = 2.0 * 3.14159265358979323846 * (j + 0.5) / azimuthal;
            const double sine = std::sqrt(1.0 - cosine[i] * cosine[i]);
            cell.direction[0][n] = sine * std::cos(angle);
            cell.direction[1][n] = sine * std::sin(angle);
            cell.direction[2][n] = cosine[i];
            cell.weight[n] = weight[i] / azimuthal;
            const double along = std::cos(tilt) * cosine[i] + std::sin(tilt) * cell.direction[0][n];
            cell.e[n] = cell.weight[n] * (0.45 * std::exp(0.6 * along) - 0.42 * std::exp(1.2 * (along - 0.2)));
        }
    }
    cell.v.clear();
    return cell;
}

inline std::vector<Kind> all_kinds() {
    return {Kind::none, Kind::equipartition, Kind::power_half, Kind::marginal, Kind::kinetic};
}

} // namespace closure_tests
