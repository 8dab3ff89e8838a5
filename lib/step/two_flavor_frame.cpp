// Two flavors: directions of H, signed amplitudes p = P.hhat, tilt and its heat (Johns & Kost Eqs. 27-40).

#include "collisions/collisions.hpp"
#include "step/frame.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

namespace miscid::step {

using equilibrium::Field;
using equilibrium::FlavorVector;

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

ModeArrays FrameFor<2>::arrays(const Cell& cell) const {
    ModeArrays arrays;
    arrays.size = cell.grid->size();
    arrays.sign_weight = cell.sign_weight.data();
    arrays.trace = cell.trace.data();
    arrays.p = cell.p.data();
    arrays.norm = norm_.data();
    for (std::size_t a = 0; a < 3; ++a) {
        arrays.P[a] = cell.P[a].data();
        arrays.hhat[a] = hhat_[a].data();
    }
    return arrays;
}

void FrameFor<2>::read_invariants(Cell& cell, Tilted tilted, Diagnostics& diagnostics) {
    Tilt tilt;
    mode_kernels_->signed_amplitudes(arrays(cell), tilted == Tilted::rotate, cell.p.data(), tilt);
    diagnostics.tilt = std::atan(std::sqrt(tilt.tan2));
    diagnostics.kinematic_heat = tilt.heat;
}

void FrameFor<2>::lay(Cell& cell) const {
    mode_kernels_->lay_along_field(arrays(cell), {cell.P[0].data(), cell.P[1].data(), cell.P[2].data()});
}

void FrameFor<2>::depolarize(Cell& cell, double dt, FlavorVector& change) const {
    double added[3];
    mode_kernels_->depolarize(arrays(cell), cell.depolarization.data(), dt, cell.p.data(), added);
    change += Eigen::Map<const FlavorVector>(added);
}

void FrameFor<2>::dissipate(Cell& cell, double dt, FlavorVector& change) const {
    const double largest = *std::max_element(cell.viscosity.begin(), cell.viscosity.end());
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        if (cell.viscosity[i] != 0.0) {
            const double before = cell.p[i];
            cell.p[i] *= collisions::viscous_factor(cell.viscosity[i], largest, dt);
            change += cell.sign_weight[i] * (cell.p[i] - before) * direction(i);
        }
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
    return mode_kernels_->energy(arrays(cell));
}

} // namespace miscid::step
