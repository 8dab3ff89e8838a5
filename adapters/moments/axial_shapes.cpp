#include "axial_shapes.hpp"

#include "reconstruction.hpp"

#include "phase_space/levermore.hpp"
#include "phase_space/minerbo.hpp"

namespace miscid::adapters {

namespace {

constexpr int knots = 2049;
/** Part of what the rings can hold that is tabulated: beyond it a beam may be needed. */
constexpr double covered = 0.999;

/** The closure's distribution with flux factor f, both moments exact. */
void fill(const Nodes& nodes, Closure closure, double f, double* number) {
    const double size = std::abs(f);
    const double along = f < 0.0 ? -1.0 : 1.0;
    const double Z = closure == Closure::minerbo ? phase_space::minerbo_parameter(size) : 0.0;
    const double b = closure == Closure::levermore ? phase_space::levermore_parameter(size) : 0.0;
    for (int d = 0; d < nodes.count; ++d) {
        const double cosine = along * nodes.fluid[2][d];
        const double u = 1.0 - b * cosine;
        number[d] =
            nodes.weight[d] * (closure == Closure::minerbo ? std::exp(Z * (cosine - 1.0)) : 1.0 / (u * u * u * u));
    }
    fit_moments(nodes, {1.0, {0.0, 0.0, f}}, number);
}

} // namespace

AxialShapes::AxialShapes(const Quadrature& quadrature, Closure closure)
    : rings_(quadrature.mu.size()), last_(covered * quadrature.axial_reach) {
    const std::vector<double> one(rings_, 1.0);
    std::vector<double> above(rings_), below(rings_);
    Nodes nodes;
    nodes.axial = true;
    nodes.count = quadrature.polar;
    nodes.fluid[2] = nodes.host[2] = quadrature.mu.data();
    nodes.weight = quadrature.weight.data();
    nodes.per_neutrino = one.data();
    nodes.reach = quadrature.axial_reach;

    const double high = last_ / (1.0 - last_ * last_);
    low_ = -high;
    per_step_ = (knots - 1) / (2.0 * high);
    knot_.resize(knots);
    row_.resize(2 * rings_ * knots);
    for (int k = 0; k < knots; ++k) {
        const double u = low_ + k / per_step_;
        const double f = k == 0 ? -last_ : (k == knots - 1 ? last_ : 2.0 * u / (1.0 + std::sqrt(1.0 + 4.0 * u * u)));
        knot_[static_cast<std::size_t>(k)] = f;
        double* value = row_.data() + 2 * rings_ * static_cast<std::size_t>(k);
        fill(nodes, closure, f, value);
        const double step = 1e-4 * (1.0 - f * f);
        fill(nodes, closure, f + step, above.data());
        fill(nodes, closure, f - step, below.data());
        for (std::size_t d = 0; d < rings_; ++d) {
            value[rings_ + d] = (above[d] - below[d]) / (2.0 * step);
        }
    }
}

} // namespace miscid::adapters
