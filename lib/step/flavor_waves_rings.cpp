// Directions that form rings about a coordinate axis: the cell is axisymmetric, which makes waves far cheaper.

#include "phase_space/refinement.hpp"
#include "step/flavor_waves.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace miscid::step {

namespace {

/** Cosines closer than this are those of one ring. */
constexpr double same_cosine = 1e-9;

/** A grid is Gauss-Legendre's if its cosines are that close to the nodes. */
constexpr double same_node = 1e-6;

/** Azimuths a ring needs to stand for a symmetric distribution. Two opposite ones are how rays of a star stand for a cone: they
 *  count where there are as many rings as only a grid has. */
constexpr int least_azimuths = 3;
constexpr int rings_of_a_grid = 8;

} // namespace

/** Directions that form rings of equal e about a coordinate axis: the cell is axisymmetric, which makes waves far cheaper. */
bool FlavorWaves::find_rings(const phase_space::ModeGrid& grid, const std::vector<double>& e) {
    const int n = grid.directions();
    double total = 0.0;
    for (int d = 0; d < n; ++d) {
        total += std::abs(e[static_cast<std::size_t>(d)]);
    }
    for (const int axis : {2, 0, 1}) {
        const double* cosine = grid.component(axis);
        const double* side[2] = {grid.component((axis + 1) % 3), grid.component((axis + 2) % 3)};
        std::iota(order_.begin(), order_.end(), 0);
        std::sort(order_.begin(), order_.end(), [cosine](int a, int b) { return cosine[a] < cosine[b]; });
        rings_ = 0;
        bool symmetric = true;
        int fewest = least_azimuths; // of rings that are no pole
        for (int first = 0; first < n && symmetric;) {
            const int leader = order_[static_cast<std::size_t>(first)];
            double sum = 0.0, damping = 0.0, weight = 0.0, x = 0.0, y = 0.0;
            int end = first;
            for (; end < n; ++end) {
                const int d = order_[static_cast<std::size_t>(end)];
                const auto at = static_cast<std::size_t>(d);
                if (cosine[d] - cosine[leader] > same_cosine) {
                    break;
                }
                symmetric = symmetric && std::abs(e[at] - e[static_cast<std::size_t>(leader)]) <= 1e-10 * total;
                sum += e[at];
                damping += damping_[at];
                weight += weight_[at];
                x += side[0][d];
                y += side[1][d];
                ring_[at] = rings_;
            }
            const bool pole = std::abs(cosine[leader]) > 1.0 - same_cosine;
            const int azimuths = end - first;
            symmetric = symmetric && (pole || (azimuths > 1 && std::hypot(x, y) < 1e-6 * azimuths));
            fewest = pole ? fewest : std::min(fewest, azimuths);
            const auto at = static_cast<std::size_t>(rings_++);
            ring_v_[at] = cosine[leader];
            ring_e_[at] = sum;
            ring_damping_[at] = damping / azimuths;
            ring_weight_[at] = weight;
            first = end;
        }
        if (symmetric && (fewest >= least_azimuths || rings_ >= rings_of_a_grid)) {
            normalise_weights();
            return true;
        }
    }
    return false;
}

/** A host's weights have the unit of a density; those of cosines add up to 2. */
void FlavorWaves::normalise_weights() {
    double total = 0.0;
    for (int i = 0; i < rings_; ++i) {
        total += ring_weight_[static_cast<std::size_t>(i)];
    }
    for (int i = 0; total > 0.0 && i < rings_; ++i) {
        ring_weight_[static_cast<std::size_t>(i)] *= 2.0 / total;
    }
}

/** Densities in bins do not tell the weights of an angular grid; the nodes of the usual quadrature do. */
bool FlavorWaves::rings_are_gauss_nodes() {
    if (gauss_nodes_ != rings_) {
        phase_space::gauss_legendre(rings_, gauss_v_.data(), gauss_weight_.data());
        gauss_nodes_ = rings_;
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(rings_); ++i) {
        if (!(std::abs(gauss_v_[i] - ring_v_[i]) < same_node)) {
            return false;
        }
    }
    return true;
}

} // namespace miscid::step
