// Three flavors: eigenstates of H, occupations r_k by ascending eigenvalue (theory.md F3), tilt and its heat.

#include "collisions/collisions.hpp"
#include "flavor/three_flavor.hpp"
#include "step/frame.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::step {

using equilibrium::FieldFor;
using FlavorVector = flavor::FlavorVectorFor<3>;

namespace {

template <std::size_t... I>
void point_to(const std::array<AlignedVector, sizeof...(I)>& arrays, const double* (&pointers)[sizeof...(I)],
              std::index_sequence<I...>) {
    ((pointers[I] = arrays[I].data()), ...);
}

} // namespace

void FrameFor<3>::reserve(std::size_t modes) {
    for (auto& array : states_) {
        array.assign(modes, 0.0);
    }
    for (auto& array : energy_) {
        array.assign(modes, 0.0);
    }
    for (auto& array : diagonal_) {
        array.assign(modes, 0.0);
    }
    gap_.assign(modes, 0.0);
    tan2_.assign(modes, 0.0);
}

void FrameFor<3>::at(const phase_space::ModeGrid& grid, const medium::MediumFor<3>& medium, const Field& field) {
    equilibrium::ProblemFor<3> problem;
    problem.grid = &grid;
    problem.medium = medium;
    double* states[18];
    for (std::size_t i = 0; i < 18; ++i) {
        states[i] = states_[i].data();
    }
    double* const energy[3] = {energy_[0].data(), energy_[1].data(), energy_[2].data()};
    kernels_.eigenstates(equilibrium::sweep_input<3>(problem, field, field), states, energy);
    for (std::size_t i = 0; i < grid.size(); ++i) {
        gap_[i] = std::min(energy_[1][i] - energy_[0][i], energy_[2][i] - energy_[1][i]);
    }
}

void FrameFor<3>::at_large_matter(const phase_space::ModeGrid& grid, const medium::MediumFor<3>& medium,
                                  const Field& field) {
    double largest_frequency = 0.0;
    for (std::size_t i = 0; i < grid.size(); ++i) {
        largest_frequency = std::max(largest_frequency, std::abs(grid.frequencies()[i]));
    }
    const double scale = field.norm() + largest_frequency * medium.B.norm() + std::abs(medium.lambda);
    Field dense = field;
    dense.col(0) += 1e12 * scale * flavor::electron_axis<3>();
    // What tells mu from tau in this matter grows with it.
    const double heavy = medium.lambda_mu - medium.lambda_tau;
    if (heavy != 0.0) {
        dense(0, 0) += 1e12 * scale * std::clamp(heavy / std::max(std::abs(medium.lambda), 1e-290), -0.5, 0.5);
    }
    at(grid, medium, dense);
}

void FrameFor<3>::read_invariants(CellFor<3>& cell, Tilted tilted, Diagnostics& diagnostics) {
    const std::size_t size = cell.grid->size();
    equilibrium::SpectrumInput input;
    input.size = static_cast<long>(size);
    point_to(states_, input.states, std::make_index_sequence<18>());
    point_to(cell.P, input.polarization, std::make_index_sequence<8>());
    input.trace = cell.trace.data();
    double* const diagonal[3] = {diagonal_[0].data(), diagonal_[1].data(), diagonal_[2].data()};
    double* const spectrum[3] = {cell.p.data(), cell.p.data() + size, cell.p.data() + 2 * size};
    kernels_.spectra(input, diagonal, spectrum, tan2_.data());
    double largest = 0.0;
    double heat = 0.0; // sum w s Tr H (rho_out - rho_in)
    for (std::size_t i = 0; i < size; ++i) {
        if (cell.sign_weight[i] == 0.0) {
            continue;
        }
        largest = std::max(largest, tan2_[i]);
        for (std::size_t k = 0; k < 3; ++k) {
            // Tilted states: keep the spectrum of rho (rotate) or its diagonal (project: kinematic decoherence).
            double& r = spectrum[k][i];
            r = tilted == Tilted::rotate ? r : diagonal_[k][i];
            heat += cell.sign_weight[i] * (energy_[k][i] - energy_[1][i]) * (r - diagonal_[k][i]);
        }
    }
    diagnostics.tilt = std::atan(std::sqrt(largest));
    diagnostics.kinematic_heat = heat;
}

void FrameFor<3>::lay(CellFor<3>& cell) const {
    const std::size_t size = cell.grid->size();
    const double* states[18];
    point_to(states_, states, std::make_index_sequence<18>());
    const double* const occupation[3] = {cell.p.data(), cell.p.data() + size, cell.p.data() + 2 * size};
    double* polarization[8];
    for (std::size_t a = 0; a < 8; ++a) {
        polarization[a] = cell.P[a].data();
    }
    kernels_.polarizations(static_cast<long>(size), states, occupation, polarization);
}

FlavorVector FrameFor<3>::polarization_of_state(std::size_t mode, int k) const {
    Eigen::Vector3cd ket;
    for (int flavor = 0; flavor < 3; ++flavor) {
        const auto component = static_cast<std::size_t>(6 * k + 2 * flavor);
        ket[flavor] = {states_[component][mode], states_[component + 1][mode]};
    }
    return flavor::vector_of_matrix(ket * ket.adjoint());
}

void FrameFor<3>::shrink(CellFor<3>& cell, std::size_t mode, double factor, FlavorVector& change) const {
    const double mean = cell.trace[mode] / 3.0;
    for (int k = 0; k < 3; ++k) {
        double& r = cell.p[static_cast<std::size_t>(k) * cell.grid->size() + mode];
        const double before = r;
        r = mean + factor * (r - mean);
        change += cell.sign_weight[mode] * (r - before) * polarization_of_state(mode, k);
    }
}

void FrameFor<3>::depolarize(CellFor<3>& cell, double dt, FlavorVector& change) const {
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        if (cell.depolarization[i] != 0.0 && cell.sign_weight[i] != 0.0) {
            shrink(cell, i, collisions::depolarize(1.0, cell.depolarization[i], dt), change);
        }
    }
}

void FrameFor<3>::dissipate(CellFor<3>& cell, double dt, FlavorVector& change) const {
    const double largest = *std::max_element(cell.viscosity.begin(), cell.viscosity.end());
    for (std::size_t i = 0; i < cell.grid->size(); ++i) {
        if (cell.viscosity[i] != 0.0 && cell.sign_weight[i] != 0.0) {
            shrink(cell, i, collisions::viscous_factor(cell.viscosity[i], largest, dt), change);
        }
    }
}

void FrameFor<3>::collide(CellFor<3>& cell, double dt, FlavorVector& change, Diagnostics& diagnostics) const {
    const auto& grid = *cell.grid;
    const std::size_t size = grid.size();
    for (int d = 0; d < grid.directions(); ++d) {
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t i = grid.index(d, slot);
            collisions::FlavorRates<3> rates;
            double content[3][3];
            for (std::size_t a = 0; a < 3; ++a) {
                rates.absorption[a] = cell.absorption[a][i];
                rates.equilibrium[a] = cell.equilibrium[a][i];
                for (int k = 0; k < 3; ++k) {
                    content[k][a] = flavor_content(i, k, static_cast<int>(a));
                }
            }
            double integral[3];
            double gain = 0.0;
            FlavorVector P = FlavorVector::Zero(); // of the time-integrated rho
            for (int k = 0; k < 3; ++k) {
                const auto projected = collisions::project<3>(rates, content[k]);
                double& r = cell.p[static_cast<std::size_t>(k) * size + i];
                integral[k] = collisions::time_integral(r, projected, dt);
                const double after = collisions::relax(r, projected, dt);
                gain += after - r;
                r = after;
                P += integral[k] * polarization_of_state(i, k);
            }
            cell.trace[i] += gain;
            // C integrated over dt: exchange with matter on the diagonal, damping of the coherences off it.
            const auto exchange = collisions::exchange<3>(rates, content, integral, dt);
            FlavorVector C;
            C[0] = exchange[1] - exchange[2];
            C[1] = (2.0 * exchange[0] - exchange[1] - exchange[2]) / flavor::sqrt3;
            const double damping[3] = {-0.5 * (rates.absorption[0] + rates.absorption[1]),
                                       -0.5 * (rates.absorption[0] + rates.absorption[2]),
                                       -0.5 * (rates.absorption[1] + rates.absorption[2])};
            for (int pair = 0; pair < 3; ++pair) {
                C.segment<2>(2 + 2 * pair) = damping[pair] * P.segment<2>(2 + 2 * pair);
            }
            change += cell.sign_weight[i] * C;
            const int type = slot / (grid.slots() / 2);
            for (std::size_t a = 0; a < 3; ++a) {
                diagnostics.source[type][a] += std::abs(cell.sign_weight[i]) * exchange[a];
            }
        }
    }
}

bool FrameFor<3>::lies_along(const CellFor<3>& cell, const equilibrium::SymmetryAxesFor<3>& axes) const {
    constexpr double tolerance = 1e-14;
    const std::size_t size = cell.grid->size();
    for (std::size_t i = 0; i < size; ++i) {
        if (cell.sign_weight[i] == 0.0) {
            continue;
        }
        FlavorVector P = FlavorVector::Zero();
        for (int k = 0; k < 3; ++k) {
            P += cell.p[static_cast<std::size_t>(k) * size + i] * polarization_of_state(i, k);
        }
        FlavorVector across = P;
        for (const auto& [axis, projection] : axes) {
            across -= axis.dot(P) * axis;
        }
        if (across.norm() > tolerance * (P.norm() + cell.trace[i])) {
            return false;
        }
    }
    return true;
}

double FrameFor<3>::energy(const CellFor<3>& cell) const {
    const std::size_t size = cell.grid->size();
    double energy = 0.0;
    for (std::size_t i = 0; i < size; ++i) { // H.P/2 = Tr(H rho) without the traces
        const double r1 = cell.p[size + i];
        const double mean = (energy_[0][i] + energy_[1][i] + energy_[2][i]) / 3.0;
        energy += cell.sign_weight[i] *
                  ((cell.p[i] - r1) * (energy_[0][i] - mean) + (cell.p[2 * size + i] - r1) * (energy_[2][i] - mean));
    }
    return energy;
}

} // namespace miscid::step
