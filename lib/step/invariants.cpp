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
    const auto& grid = *cell.grid;
    const FlavorVector B = cell.medium.B;
    for (int block = 0; block < grid.blocks(); ++block) {
        constexpr int L = phase_space::lanes;
        double hx[L], hy[L], hz[L];
        for (int l = 0; l < L; ++l) {
            const int d = block * L + l;
            const double x = grid.component(0)[d];
            const double y = grid.component(1)[d];
            const double z = grid.component(2)[d];
            hx[l] = field(0, 0) - (x * field(0, 1) + y * field(0, 2) + z * field(0, 3));
            hy[l] = field(1, 0) - (x * field(1, 1) + y * field(1, 2) + z * field(1, 3));
            hz[l] = field(2, 0) - (x * field(2, 1) + y * field(2, 2) + z * field(2, 3));
        }
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t first = (static_cast<std::size_t>(block) * grid.slots() + slot) * L;
            const double* omega = grid.frequencies() + first;
            double* out[4] = {&hhat_[0][first], &hhat_[1][first], &hhat_[2][first], &norm_[first]};
            for (int l = 0; l < L; ++l) {
                const double x = hx[l] + omega[l] * B.x();
                const double y = hy[l] + omega[l] * B.y();
                const double z = hz[l] + omega[l] * B.z();
                const double length = std::sqrt(x * x + y * y + z * z);
                const double inverse = length > 0.0 ? 1.0 / length : 0.0;
                out[0][l] = x * inverse;
                out[1][l] = y * inverse;
                out[2][l] = z * inverse;
                out[3][l] = length;
            }
        }
    }
}

void Stepper::invariants(Cell& cell, const Field& frame, bool by_electron_content, Diagnostics& diagnostics) {
    directions_of(cell, frame);
    const std::size_t n = cell.grid->size();
    if (by_electron_content) { // labels of a large matter potential: H along z for every mode
        std::fill(hhat_[0].begin(), hhat_[0].begin() + static_cast<std::ptrdiff_t>(n), 0.0);
        std::fill(hhat_[1].begin(), hhat_[1].begin() + static_cast<std::ptrdiff_t>(n), 0.0);
        std::fill(hhat_[2].begin(), hhat_[2].begin() + static_cast<std::ptrdiff_t>(n), 1.0);
    }
    double max_tilt = 0.0;
    double heat = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        const FlavorVector P(cell.P[0][i], cell.P[1][i], cell.P[2][i]);
        const FlavorVector h(hhat_[0][i], hhat_[1][i], hhat_[2][i]);
        const double along = P.dot(h);
        const double length = P.norm();
        // Tilted states: keep |P| (rotate) or its part along H (project: kinematic decoherence).
        cell.p[i] = settings_.tilted == Tilted::rotate ? std::copysign(length, along) : along;
        if (cell.sign_weight[i] != 0.0 && length > smallest_polarization * cell.trace[i]) {
            const double tilt = std::atan2(P.cross(h).norm(), std::abs(along));
            max_tilt = std::max(max_tilt, tilt);
        }
        heat += 0.5 * cell.sign_weight[i] * norm_[i] * (cell.p[i] - along);
    }
    diagnostics.tilt = max_tilt;
    diagnostics.kinematic_heat = heat;
}

void Stepper::electron_content(const Cell& cell, const Field& field, AlignedVector& content) {
    const auto& grid = *cell.grid;
    for (int direction = 0; direction < grid.directions(); ++direction) {
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const FlavorVector H = equilibrium::hamiltonian(field, grid.direction(direction),
                                                            grid.frequency(direction, slot), cell.medium.B);
            const double length = H.norm();
            content[grid.index(direction, slot)] = length > 0.0 ? std::clamp(0.5 + 0.5 * H.z() / length, 0.0, 1.0) : 0.5;
        }
    }
}

bool Stepper::stored_field(const Cell& cell, Field& field) {
    if (cell.state[state::marker] == 0.0) {
        field = Field::Zero();
        field(2, 0) = 1.0; // H along z for every mode once the vacuum term is negligible
        return true;
    }
    for (const double number : cell.state) {
        if (!std::isfinite(number)) {
            return false;
        }
    }
    field = Eigen::Map<const Field>(cell.state + state::field);
    return cell.state[state::marker] == state::state_marker;
}

} // namespace miscid::step
