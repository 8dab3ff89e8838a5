/** @file bands.hpp
 *  Unstable bands along a line of wave vectors, and the fastest wave of all wave vectors (theory.md 5.12).
 *
 *  A band is an interval of k on which something grows above the floor. Coarse samples find the bands and halving their
 *  edges; from the best sample of each, the followed root is climbed to its top. Every band is listed, not the strongest
 *  only.
 */
#pragma once

#include "waves/wave.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::waves {

struct Band {
    double low = 0.0;
    double high = 0.0;
    double k_fastest = 0.0;
    Complex omega;      ///< of the fastest wave in it
    int most_roots = 0; ///< largest number of growing roots at one k
};

inline constexpr int max_bands = 16;

struct BandSet {
    int count = 0;
    Band band[max_bands];
    bool certified = true; ///< every count was, and no band had to be left out
    long evaluations = 0;
};

/** Where to look: `samples` values of k from low to high. */
struct ScanRange {
    double low = 0.0;
    double high = 0.0;
    int samples = 48;
};

namespace detail {

/** Climbs from k, where omega is a root, to the largest Im Omega between low and high. */
template <typename Kernel, typename SetK>
void climb(Kernel& kernel, const RootFinder<Kernel>& finder, const SetK& set_k, double low, double high, double step,
           double& k, Complex& omega) {
    const double smallest = 1e-7 * step;
    for (int i = 0; i < 60 && step > smallest; ++i) {
        bool rose = false;
        for (const double sign : {1.0, -1.0}) {
            const double trial = std::clamp(k + sign * step, low, high);
            Complex there = omega;
            set_k(kernel, trial);
            if (trial != k && finder.polish(kernel, there) && there.imag() > omega.imag()) {
                k = trial;
                omega = there;
                rose = true;
                break;
            }
        }
        step *= rose ? 1.3 : 0.5;
    }
    set_k(kernel, k);
}

} // namespace detail

/** Bands of a kernel along a line: `set_k(kernel, k)` puts it at k, `floor_at(k)` is the growth that counts. `watch(k,
 * set)` sees the roots of every sample. */
template <typename Kernel, typename SetK, typename FloorAt, typename Watch>
BandSet find_bands(Kernel& kernel, RootFinder<Kernel>& finder, const ScanRange& range, const SetK& set_k,
                   const FloorAt& floor_at, const Watch& watch) {
    BandSet bands;
    const long before = finder.evaluations();
    const double spacing = range.samples > 1 ? (range.high - range.low) / (range.samples - 1) : 0.0;
    const auto grows = [&](double k, Complex* fastest) {
        set_k(kernel, k);
        const RootSet set = fastest ? finder.unstable(kernel, floor_at(k)) : finder.count(kernel, floor_at(k));
        bands.certified = bands.certified && set.certified;
        if (fastest) {
            watch(k, set);
            *fastest = set.found > 0 ? set.omega[0] : Complex(0.0, 0.0);
        }
        return set.count;
    };
    const auto edge = [&](double stable, double unstable) {
        for (int halving = 0; halving < 14; ++halving) {
            const double middle = 0.5 * (stable + unstable);
            (grows(middle, nullptr) > 0 ? unstable : stable) = middle;
        }
        return unstable;
    };
    Band open;
    bool inside = false;
    Complex fastest;
    for (int j = 0; j < range.samples; ++j) {
        const double k = range.low + spacing * j;
        const int count = grows(k, &fastest);
        if (count > 0) {
            if (!inside) {
                open = Band();
                open.low = j > 0 ? edge(k - spacing, k) : k;
                open.omega = Complex(0.0, -1.0);
                inside = true;
            }
            open.high = k;
            open.most_roots = std::max(open.most_roots, count);
            if (fastest.imag() > open.omega.imag()) {
                open.omega = fastest;
                open.k_fastest = k;
            }
        }
        if (inside && (count == 0 || j + 1 == range.samples)) {
            if (count == 0) {
                open.high = edge(k, k - spacing);
            }
            detail::climb(kernel, finder, set_k, open.low, open.high, 0.5 * spacing, open.k_fastest, open.omega);
            if (bands.count < max_bands) {
                bands.band[bands.count++] = open;
            } else {
                bands.certified = false;
            }
            inside = false;
        }
    }
    bands.evaluations = finder.evaluations() - before;
    return bands;
}

template <typename Kernel, typename SetK, typename FloorAt>
BandSet find_bands(Kernel& kernel, RootFinder<Kernel>& finder, const ScanRange& range, const SetK& set_k,
                   const FloorAt& floor_at) {
    return find_bands(kernel, finder, range, set_k, floor_at, [](double, const RootSet&) {});
}

/** The fastest wave over all wave vectors. */
struct FastestWave {
    bool found = false;
    Eigen::Vector3d k = Eigen::Vector3d::Zero();
    Complex omega;
};

/** Samples the ball |k| <= reach on `directions` axes (a spiral over the half sphere would miss one branch, so the
 * whole sphere) and `radii` lengths, then climbs along Im v_g from the best of each radius. `velocity(kernel, omega)`
 * is the group velocity there, `set_k(kernel, k)` puts the kernel at k. */
template <typename Kernel, typename SetK, typename FloorAt, typename Velocity>
FastestWave find_fastest(Kernel& kernel, RootFinder<Kernel>& finder, double reach, int directions, int radii,
                         const SetK& set_k, const FloorAt& floor_at, const Velocity& velocity) {
    constexpr double golden_angle = 2.39996322972865332;
    FastestWave best;
    const auto climb_from = [&](Eigen::Vector3d k, Complex omega) {
        double step = 0.5 * reach / radii;
        for (int i = 0; i < 60 && step > 1e-8 * reach; ++i) {
            set_k(kernel, k);
            const Eigen::Vector3d slope = velocity(kernel, omega).imag();
            const double length = slope.norm();
            if (!(length > 0.0) || !std::isfinite(length)) {
                break;
            }
            const Eigen::Vector3d trial = k + step / length * slope;
            Complex there = omega;
            set_k(kernel, trial);
            if (finder.polish(kernel, there) && there.imag() > omega.imag()) {
                k = trial;
                omega = there;
                step *= 1.3;
            } else {
                step *= 0.5;
            }
        }
        if (!best.found || omega.imag() > best.omega.imag()) {
            best = {true, k, omega};
        }
    };
    for (int r = 0; r <= radii; ++r) {
        const double length = reach * r / radii;
        Eigen::Vector3d k_of_radius = Eigen::Vector3d::Zero();
        Complex omega_of_radius(0.0, 0.0);
        for (int d = 0; d < (r == 0 ? 1 : directions); ++d) {
            const double v = directions > 1 ? 1.0 - 2.0 * d / (directions - 1.0) : 1.0;
            const double across = std::sqrt(std::max(0.0, 1.0 - v * v));
            const Eigen::Vector3d k =
                length * Eigen::Vector3d(across * std::cos(golden_angle * d), across * std::sin(golden_angle * d), v);
            set_k(kernel, k);
            const RootSet set = finder.unstable(kernel, floor_at(k));
            if (set.found > 0 && set.omega[0].imag() > omega_of_radius.imag()) {
                omega_of_radius = set.omega[0];
                k_of_radius = k;
            }
        }
        if (omega_of_radius.imag() > 0.0) {
            climb_from(k_of_radius, omega_of_radius);
        }
    }
    return best;
}

} // namespace miscid::waves
