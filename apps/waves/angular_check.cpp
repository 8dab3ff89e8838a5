#include "waves/angular_check.hpp"

#include "phase_space/refinement.hpp"
#include "waves/wave.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace miscid::apps {

using namespace miscid::waves;

namespace {

constexpr double largest_move = 0.01; ///< of Im Omega + |k'|, of a physical root
constexpr double relative_floor = 1e-5;

/** E and damping of a case at other angles. */
struct FineGrid {
    std::vector<double> v, w, e, damping;

    FineGrid(const WaveCase& c, int factor) {
        const std::size_t coarse = c.v.size();
        std::vector<std::size_t> order(coarse);
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return c.v[a] < c.v[b]; });
        std::vector<double> knots, E, D;
        for (const std::size_t i : order) {
            if (!knots.empty() && c.v[i] <= knots.back()) {
                throw InvalidInput("directions_coincide", "v[" + std::to_string(i) + "]: --refine needs each v once");
            }
            knots.push_back(c.v[i]);
            E.push_back(c.E[i]);
            D.push_back(c.damping[i]);
        }
        const int fine = factor * static_cast<int>(coarse);
        for (auto* array : {&v, &w, &e, &damping}) {
            array->resize(static_cast<std::size_t>(fine));
        }
        phase_space::gauss_legendre(fine, v.data(), w.data());
        phase_space::Spline spline;
        spline.reserve(static_cast<int>(coarse));
        spline.set_knots(static_cast<int>(coarse), knots.data());
        spline.interpolate(E.data(), fine, v.data(), e.data());
        spline.interpolate(D.data(), fine, v.data(), damping.data());
        for (std::size_t i = 0; i < e.size(); ++i) {
            e[i] *= w[i];
            damping[i] = std::max(damping[i], 0.0);
        }
    }
};

} // namespace

Json refined_angles(const WaveCase& c, int factor, const Json& answer) {
    if (c.v.size() < 4) {
        throw InvalidInput("too_few_angles", "v: --refine needs four");
    }
    const FineGrid fine(c, factor);
    const AxisymmetricBackground background{static_cast<int>(fine.v.size()), fine.v.data(), fine.e.data(),
                                            fine.damping.data()};
    double D[2] = {0.0, 0.0};
    for (std::size_t i = 0; i < fine.v.size(); ++i) {
        D[0] += fine.e[i];
        D[1] += fine.e[i] * fine.v[i];
    }
    AxisymmetricKernel kernel;
    kernel.reserve(background.modes);
    kernel.set_background(background);
    kernel.set_wave_vector(c.k[2] - D[1]);
    RootFinder<AxisymmetricKernel> finder;
    finder.reserve(background.modes);
    const RootSet set = finder.unstable(kernel, relative_floor * kernel.coupling());
    Json json = {{"modes", background.modes}, {"roots", Json::array()}, {"count_certified", set.certified}};
    for (const Complex z : finder.roots()) {
        json["roots"].push_back(complex_json(z + D[0]));
    }
    if (answer["omega"].is_null()) {
        return json;
    }
    const Complex omega(answer["omega"][0], answer["omega"][1]);
    double distance = 1e300;
    Complex nearest;
    for (const Complex z : finder.roots()) {
        if (std::abs(z + D[0] - omega) < distance) {
            distance = std::abs(z + D[0] - omega);
            nearest = z + D[0];
        }
    }
    // In units of what the wave is: its growth, and the spread of frequencies it lives on.
    const double size = std::abs(omega.imag()) + std::abs(c.k[2] - D[1]);
    const bool kept = !finder.roots().empty() && distance <= largest_move * size;
    json["omega"] = finder.roots().empty() ? Json() : complex_json(nearest);
    json["relative_change"] = finder.roots().empty() ? Json() : Json(distance / size);
    json["physical"] = kept;
    return json;
}

} // namespace miscid::apps
