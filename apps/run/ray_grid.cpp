#include "ray_grid.hpp"

#include "medium/constants.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::apps {

using medium::constants::pi;

namespace {

std::vector<double> zone_edges(const SupernovaScenario& scenario) {
    std::vector<double> edges{scenario.inner_radius};
    for (const auto& segment : scenario.segments) {
        const double inner = edges.back();
        for (int i = 1; i <= segment.zones; ++i) {
            const double part = static_cast<double>(i) / segment.zones;
            edges.push_back(segment.logarithmic ? inner * std::pow(segment.outer_radius / inner, part)
                                                : inner + (segment.outer_radius - inner) * part);
        }
        edges.back() = segment.outer_radius;
    }
    return edges;
}

/** int over b from lower to upper of 2 pi b sqrt(r^2 - b^2): half a sphere cut by the bundle. */
double half_volume(double r, double lower, double upper) {
    const auto cap = [r](double b) { return b < r ? (r - b) * (r + b) * std::sqrt((r - b) * (r + b)) : 0.0; };
    return 2.0 * pi / 3.0 * (cap(lower) - cap(upper));
}

/** The same between two radii, for a bundle that crosses both. For narrow bundles far out, where the two halves would
 *  cancel, the path is expanded about the middle of the bundle in db^2 (relative error below 1e-16 there). */
double shell_half_volume(double inner, double outer, double lower, double upper) {
    if (upper < 0.02 * inner) {
        const auto mean_path = [inner, outer](double b2) { // outer and inner root, without cancellation
            return (outer - inner) * (outer + inner) / (std::sqrt(outer * outer - b2) + std::sqrt(inner * inner - b2));
        };
        // Gauss-Legendre with 5 points in b^2: the integrand is analytic with b^2/r^2 < 4e-4.
        constexpr double node[] = {0.0, 0.5384693101056831, 0.9061798459386640};
        constexpr double weight[] = {0.5688888888888889, 0.4786286704993665, 0.2369268850561891};
        const double middle = 0.5 * (lower * lower + upper * upper);
        const double half = 0.5 * (upper - lower) * (upper + lower);
        double sum = weight[0] * mean_path(middle);
        for (int k = 1; k < 3; ++k) {
            sum += weight[k] * (mean_path(middle - node[k] * half) + mean_path(middle + node[k] * half));
        }
        return pi * half * sum;
    }
    return half_volume(outer, lower, upper) - half_volume(inner, lower, upper);
}

} // namespace

RayGrid::RayGrid(const SupernovaScenario& scenario) : edges_(zone_edges(scenario)), core_rays_(scenario.core_rays) {
    // Impact parameters: equal areas inside the inner boundary, then the edges of the zones, so that every bundle
    // either crosses a zone or turns in it.
    std::vector<double> impact;
    for (int j = 0; j <= core_rays_; ++j) {
        impact.push_back(edges_.front() * std::sqrt(static_cast<double>(j) / core_rays_));
        innermost_.push_back(0);
    }
    innermost_.pop_back();
    for (int i = 0; i < zones() && impact.back() < scenario.outermost_impact_parameter; ++i) {
        impact.push_back(edges_[i + 1]);
        innermost_.push_back(i);
    }
    for (int j = 0; j < rays(); ++j) {
        area_.push_back(pi * (impact[j + 1] - impact[j]) * (impact[j + 1] + impact[j]));
    }
    bundle_volume_.assign(static_cast<std::size_t>(zones()) * rays(), 0.0);
    cosine_ = bundle_volume_;
    for (int i = 0; i < zones(); ++i) {
        const double inner = edges_[i];
        const double outer = edges_[i + 1];
        radius_.push_back(0.5 * (inner + outer));
        shell_volume_.push_back(4.0 * pi / 3.0 * (outer - inner) * (outer * outer + outer * inner + inner * inner));
        for (int j = 0; j < rays(); ++j) {
            if (i < innermost_[j]) {
                continue;
            }
            const bool turns = i == innermost_[j] && !ends_in_core(j);
            const double volume = turns ? half_volume(outer, impact[j], impact[j + 1])
                                        : shell_half_volume(inner, outer, impact[j], impact[j + 1]);
            // int cos(theta) ds = change of radius along the path.
            const double lower = impact[j];
            const double climb = turns ? pi * (outer - lower) * (outer - lower) * (outer + 2.0 * lower) / 3.0
                                       : area_[j] * (outer - inner);
            bundle_volume_[index(i, j)] = volume;
            cosine_[index(i, j)] = std::min(1.0, climb / volume);
        }
    }
}

double RayGrid::solid_angle(int zone, int ray) const {
    return 4.0 * pi * bundle_volume(zone, ray) / (azimuths * shell_volume(zone));
}

std::array<double, 3> RayGrid::unit_vector(int zone, int ray, bool outward, int azimuth) const {
    const double cosine = zone < innermost_[ray] ? 0.0 : cosine_[index(zone, ray)];
    const double sine = std::sqrt((1.0 - cosine) * (1.0 + cosine));
    return {azimuth == 0 ? sine : -sine, 0.0, outward ? cosine : -cosine};
}

} // namespace miscid::apps
