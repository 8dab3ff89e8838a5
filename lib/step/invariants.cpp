// Local equilibrium frame: directions of H, signed amplitudes p = P.hhat, tilt and its heat (Johns & Kost Eqs. 27-40).

#include "step/step.hpp"

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

void Stepper::directions_of(const Cell& cell, const Field& field) {
    equilibrium::Problem problem;
    problem.grid = cell.grid;
    problem.medium = cell.medium;
    double* const hhat[3] = {hhat_[0].data(), hhat_[1].data(), hhat_[2].data()};
    kernels_.directions(equilibrium::sweep_input(problem, field, field), hhat, norm_.data());
}

Field moments_of(const Cell& cell) {
    constexpr int L = phase_space::lanes;
    const auto& grid = *cell.grid;
    Field D = Field::Zero();
    for (int block = 0; block < grid.blocks(); ++block) {
        double sum[3][L] = {};
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t first = (static_cast<std::size_t>(block) * grid.slots() + slot) * L;
            const double* w = &cell.sign_weight[first];
            for (int a = 0; a < 3; ++a) {
                const double* P = &cell.P[a][first];
                for (int l = 0; l < L; ++l) {
                    sum[a][l] += w[l] * P[l];
                }
            }
        }
        for (int l = 0; l < L; ++l) {
            const int d = block * L + l;
            const Eigen::RowVector4d nu(1.0, grid.component(0)[d], grid.component(1)[d], grid.component(2)[d]);
            D += FlavorVector(sum[0][l], sum[1][l], sum[2][l]) * nu;
        }
    }
    return D;
}

void Stepper::signed_amplitudes(Cell& cell, Diagnostics& diagnostics) const {
    constexpr int L = phase_space::lanes; // inner loops over lanes: the compiler makes vectors of them
    const bool rotate = settings_.tilted == Tilted::rotate;
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

void Stepper::lay_along_field(Cell& cell) const {
    for (int a = 0; a < 3; ++a) {
        for (std::size_t i = 0; i < cell.grid->size(); ++i) {
            cell.P[a][i] = cell.p[i] * hhat_[a][i];
        }
    }
}

void Stepper::electron_content(const Cell& cell, const Field& field, AlignedVector& content) {
    const auto& grid = *cell.grid;
    for (int direction = 0; direction < grid.directions(); ++direction) {
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const FlavorVector H = equilibrium::hamiltonian(field, grid.direction(direction),
                                                            grid.frequency(direction, slot), cell.medium.B);
            const double length = H.norm();
            content[grid.index(direction, slot)] =
                length > 0.0 ? std::clamp(0.5 + 0.5 * H.z() / length, 0.0, 1.0) : 0.5;
        }
    }
}

} // namespace miscid::step
