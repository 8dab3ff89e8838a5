#include "closure/box_picture.hpp"

#include "closures/wave_lines.hpp"
#include "phase_space/refinement.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::apps {

namespace {

/** Fastest growth over k' and gamma(v) of waves of equal intensity, of the initial state on many angles; for a driven case
 * of the last unmixed state. */
Json linear_theory(const BoxCase& box) {
    constexpr int fine = 160;
    constexpr int wave_numbers = 241;
    const auto count = static_cast<int>(box.v.size());
    const bool beams = count < 5;
    const int modes = beams ? count : fine;
    std::vector<double> v(fine), weight(fine), e(fine), E = box.E0;
    if (box.driven()) {
        for (std::size_t i = 0; i < E.size(); ++i) {
            E[i] += box.source[i] * box.samples.back().t;
        }
    }
    if (beams) {
        for (int i = 0; i < count; ++i) {
            v[i] = box.v[i];
            e[i] = box.w[i] * E[i];
        }
    } else {
        phase_space::gauss_legendre(fine, v.data(), weight.data());
        phase_space::Spline spline;
        spline.reserve(count);
        spline.set_knots(count, box.v.data());
        spline.interpolate(E.data(), fine, v.data(), e.data());
        for (int i = 0; i < fine; ++i) {
            e[i] *= weight[i];
        }
    }
    closures::WaveLines lines;
    lines.reserve(fine);
    lines.set_axisymmetric(modes, v.data(), false);
    lines.set_background(e.data(), nullptr);
    double total = 0.0;
    for (int i = 0; i < modes; ++i) {
        total += std::abs(e[i]);
    }
    double low = 0.0;
    double high = 0.0;
    lines.range(0, total, beams, low, high);
    const double slope = beams ? 0.0 : lines.floor_slope(0, 1.0);
    std::vector<double> k, growth, gamma(modes, 0.0), R(modes);
    closures::WaveShape shape;
    shape.R = R.data();
    for (int n = 0; n < wave_numbers; ++n) {
        k.push_back(low + (high - low) * n / (wave_numbers - 1));
        const double floor = std::max(slope * std::abs(k.back()), 1e-3 * total);
        const auto set = total > 0.0 ? lines.unstable(0, k.back(), floor) : waves::RootSet();
        growth.push_back(set.listed > 0 ? set.omega[0].imag() : 0.0);
        if (set.listed > 0 && lines.shape(0, k.back(), set.omega[0], 0.0, 0, nullptr, nullptr, shape)) {
            for (int i = 0; i < modes; ++i) {
                gamma[i] += R[i] * growth.back();
            }
        }
    }
    const double largest = *std::max_element(gamma.begin(), gamma.end());
    for (double& g : gamma) {
        g /= largest > 0.0 ? largest : 1.0;
    }
    v.resize(modes);
    return {{"k", k}, {"growth", growth}, {"v", v}, {"gamma", gamma}};
}

} // namespace

Json box_picture(const BoxCase& box, const Json& result) {
    Json picture = {{"name", box.name},
                    {"v", box.v},
                    {"w", box.w},
                    {"E0", box.E0},
                    {"ratio", box.ratio},
                    {"driven", box.driven()},
                    {"source", box.source},
                    {"closures", result["closures"]},
                    {"linear", linear_theory(box)}};
    Json samples = Json::array();
    for (const auto& sample : box.samples) {
        samples.push_back({{"t", sample.t}, {"E", sample.E}});
    }
    picture["samples"] = samples;
    return picture;
}

} // namespace miscid::apps
