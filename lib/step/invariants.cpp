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

Field Stepper::frame_of_input(Cell& cell, const equilibrium::Problem& problem, Diagnostics& diagnostics) {
    // The incoming state's own D, in the medium it was last solved with: H moves on to the new medium by continuation.
    equilibrium::Problem incoming = problem;
    double omega_c = 0.0;
    if (cell.state[state::marker] != 0.0) {
        incoming.medium.lambda = cell.state[state::lambda];
        incoming.medium.velocity = Eigen::Map<const Eigen::Vector3d>(cell.state + state::velocity);
        omega_c = cell.state[state::rotation_frequency];
    }
    const Field frame = equilibrium::field_of_moments(incoming, moments_of(cell), omega_c);
    directions_of(cell, frame);
    if (starts_from_matter(cell, problem)) {
        label_by_matter(cell);
    }
    signed_amplitudes(cell, diagnostics);
    return frame;
}

void Stepper::label_by_matter(const Cell& cell) {
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        hhat_[0][i] = 0.0;
        hhat_[1][i] = 0.0;
        hhat_[2][i] = 1.0;
    }
}

void Stepper::signed_amplitudes(Cell& cell, Diagnostics& diagnostics) const {
    const std::size_t n = cell.grid->size();
    const bool rotate = settings_.tilted == Tilted::rotate;
    double across = 0.0; // largest tan^2 of the tilt as a fraction across/along
    double along = 1.0;
    double heat = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        const double Px = cell.P[0][i];
        const double Py = cell.P[1][i];
        const double Pz = cell.P[2][i];
        const double projection = Px * hhat_[0][i] + Py * hhat_[1][i] + Pz * hhat_[2][i];
        const double length2 = Px * Px + Py * Py + Pz * Pz;
        // Tilted states: keep |P| (rotate) or its part along H (project: kinematic decoherence).
        cell.p[i] = rotate ? std::copysign(std::sqrt(length2), projection) : projection;
        heat += 0.5 * cell.sign_weight[i] * norm_[i] * (cell.p[i] - projection);
        const double cx = Py * hhat_[2][i] - Pz * hhat_[1][i];
        const double cy = Pz * hhat_[0][i] - Px * hhat_[2][i];
        const double cz = Px * hhat_[1][i] - Py * hhat_[0][i];
        const double across2 = cx * cx + cy * cy + cz * cz;
        const double along2 = projection * projection;
        const double smallest = smallest_polarization * cell.trace[i];
        if (across2 * along > across * along2 && length2 > smallest * smallest && cell.sign_weight[i] != 0.0) {
            across = across2;
            along = along2;
        }
    }
    diagnostics.tilt = std::atan2(std::sqrt(across), std::sqrt(along));
    diagnostics.kinematic_heat = heat;
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
