// Two flavors: directions of H, signed amplitudes p = P.hhat, tilt and its heat (Johns & Kost Eqs. 27-40).

#include "collisions/collisions.hpp"
#include "step/frame.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

namespace miscid::step {

using equilibrium::Field;
using equilibrium::FlavorVector;

namespace {

/** Polarizations below this fraction of the trace have no direction worth speaking of. */
constexpr double smallest_polarization = 1e-12;

} // namespace

void FrameFor<2>::reserve(std::size_t modes) {
    for (AlignedVector* array : {&hhat_[0], &hhat_[1], &hhat_[2], &norm_}) {
        array->assign(modes, 0.0);
    }
}

void FrameFor<2>::at(const phase_space::ModeGrid& grid, const medium::Medium& medium, const Field& field) {
    equilibrium::Problem problem;
    problem.grid = &grid;
    problem.medium = medium;
    double* const hhat[3] = {hhat_[0].data(), hhat_[1].data(), hhat_[2].data()};
    kernels_.directions(equilibrium::sweep_input(problem, field, field), hhat, norm_.data());
}

void FrameFor<2>::at_large_matter(const phase_space::ModeGrid& grid, const medium::Medium& medium, const Field& field) {
    at(grid, medium, field); // for |H|
    for (std::size_t i = 0; i < grid.size(); ++i) {
        set_direction(i, {0.0, 0.0, 1.0});
    }
}

void FrameFor<2>::read_invariants(Cell& cell, Tilted tilted, Diagnostics& diagnostics) {
    constexpr int L = phase_space::lanes; // inner loops over lanes: the compiler makes vectors of them
    const bool rotate = tilted == Tilted::rotate;
    double tan2[L] = {}; // largest tan^2 of the tilt
    double heat[L] = {};
    for (std::size_t first = 0; first < cell.grid->size(); first += L) {
        const double* P[3] = {&cell.P[0][first], &cell.P[1][first], &cell.P[2][first]};
        const double* h[3] = {&hhat_[0][first], &hhat_[1][first], &hhat_[2][first]};
        const double* weight = &cell.sign_weight[first];
        const double* norm = &norm_[first];
        const double* trace = &cell.trace[first];
        double* p = &cell.p[first];
        for (int l = 0; l < L; ++l) {
            const double along = P[0][l] * h[0][l] + P[1][l] * h[1][l] + P[2][l] * h[2][l];
            const double length2 = P[0][l] * P[0][l] + P[1][l] * P[1][l] + P[2][l] * P[2][l];
            // Tilted states: keep |P| (rotate) or its part along H (project: kinematic decoherence).
            p[l] = rotate ? std::copysign(std::sqrt(length2), along) : along;
            heat[l] += 0.5 * weight[l] * norm[l] * (p[l] - along);
            const double x = P[1][l] * h[2][l] - P[2][l] * h[1][l];
            const double y = P[2][l] * h[0][l] - P[0][l] * h[2][l];
            const double z = P[0][l] * h[1][l] - P[1][l] * h[0][l];
            const double smallest = smallest_polarization * trace[l];
            const bool counts = length2 > smallest * smallest && length2 > 1e-250 && weight[l] != 0.0;
            const double ratio = (x * x + y * y + z * z) / (counts ? std::max(along * along, 1e-30 * length2) : 1.0);
            tan2[l] = counts && ratio > tan2[l] ? ratio : tan2[l];
        }
    }
    double largest = 0.0;
    diagnostics.kinematic_heat = 0.0;
    for (int l = 0; l < L; ++l) {
        largest = std::max(largest, tan2[l]);
        diagnostics.kinematic_heat += heat[l];
    }
    diagnostics.tilt = std::atan(std::sqrt(largest));
}

void FrameFor<2>::lay(Cell& cell) const {
    for (std::size_t a = 0; a < 3; ++a) {
        for (std::size_t i = 0; i < cell.grid->size(); ++i) {
            cell.P[a][i] = cell.p[i] * hhat_[a][i];
        }
    }
}

void FrameFor<2>::depolarize(Cell& cell, double dt, FlavorVector& change) const {
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        const double p = collisions::depolarize(cell.p[i], cell.depolarization[i], dt);
        change += cell.sign_weight[i] * (p - cell.p[i]) * direction(i);
        cell.p[i] = p;
    }
}

void FrameFor<2>::collide(Cell& cell, double dt, FlavorVector& change, Diagnostics& diagnostics) const {
    const auto& grid = *cell.grid;
    for (int d = 0; d < grid.directions(); ++d) {
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t i = grid.index(d, slot);
            const collisions::FlavorRates<2> rates{{cell.absorption[0][i], cell.absorption[1][i]},
                                                   {cell.equilibrium[0][i], cell.equilibrium[1][i]}};
            const double content[2][2] = {{flavor_content(i, 0, 0), flavor_content(i, 0, 1)},
                                          {flavor_content(i, 1, 0), flavor_content(i, 1, 1)}};
            const double r[2] = {0.5 * (cell.trace[i] - cell.p[i]), 0.5 * (cell.trace[i] + cell.p[i])};
            double gain[2];
            double integral[2];
            for (int k = 0; k < 2; ++k) {
                const auto projected = collisions::project<2>(rates, content[k]);
                gain[k] = collisions::relax(r[k], projected, dt) - r[k];
                integral[k] = collisions::time_integral(r[k], projected, dt);
            }
            // C integrated over dt: exchange with matter on the diagonal, damping of the coherences off it.
            const auto exchange = collisions::exchange<2>(rates, content, integral, dt);
            const double damping = -0.5 * (rates.absorption[0] + rates.absorption[1]) * (integral[1] - integral[0]);
            const FlavorVector h = direction(i);
            change += cell.sign_weight[i] * FlavorVector(damping * h.x(), damping * h.y(), exchange[0] - exchange[1]);
            cell.trace[i] += gain[0] + gain[1];
            cell.p[i] += gain[1] - gain[0];
            const int type = slot / (grid.slots() / 2);
            for (int flavor = 0; flavor < 2; ++flavor) {
                diagnostics.source[type][flavor] +=
                    std::abs(cell.sign_weight[i]) * exchange[static_cast<std::size_t>(flavor)];
            }
        }
    }
}

bool FrameFor<2>::lies_along(const Cell& cell, const equilibrium::SymmetryAxes& axes) const {
    constexpr double tolerance = 1e-14;
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        if (cell.sign_weight[i] * cell.p[i] != 0.0 && axes->axis.cross(direction(i)).norm() > tolerance) {
            return false;
        }
    }
    return true;
}

double FrameFor<2>::energy(const Cell& cell) const {
    double energy = 0.0;
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        energy += 0.5 * cell.sign_weight[i] * cell.p[i] * norm_[i];
    }
    return energy;
}

} // namespace miscid::step
