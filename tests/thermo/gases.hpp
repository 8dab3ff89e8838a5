// Random cells for the thermodynamics tests, with every array of thermo::GasFor.
#pragma once

#include "thermo/thermal_state.hpp"

#include <random>
#include <vector>

namespace gases {

using namespace miscid;
using thermo::FieldFor;
using thermo::FlavorVectorFor;
using thermo::Statistics;

template <int N_f>
struct Cell {
    phase_space::ModeGrid grid;
    phase_space::AlignedVector sign_weight, trace;
    std::array<phase_space::AlignedVector, flavor::generators<N_f>> P;
    medium::MediumFor<N_f> medium;

    Cell(int directions, int slots) : grid(directions, slots) {
        sign_weight.assign(grid.size(), 0.0);
        trace.assign(grid.size(), 0.0);
        for (auto& array : P)
            array.assign(grid.size(), 0.0);
    }
    thermo::GasFor<N_f> gas() const {
        thermo::GasFor<N_f> gas;
        gas.grid = &grid;
        gas.sign_weight = sign_weight.data();
        gas.trace = trace.data();
        for (std::size_t a = 0; a < P.size(); ++a)
            gas.P[a] = P[a].data();
        gas.medium = medium;
        return gas;
    }
    void set(std::size_t i, const FlavorVectorFor<N_f>& vector) {
        for (std::size_t a = 0; a < P.size(); ++a)
            P[a][i] = vector[static_cast<int>(a)];
    }
    /** Every P as the thermal state has it. */
    Cell in(const thermo::ThermalStateFor<N_f>& state, Statistics statistics) const {
        Cell laid = *this;
        thermo::for_each_mode(gas(), [&](const thermo::Mode& mode) {
            laid.set(mode.index, thermo::thermal_polarization(gas(), state, mode, statistics));
        });
        return laid;
    }
};

/** A random unit vector, and one of any length below 1. */
template <int N>
Eigen::Matrix<double, N, 1> random_direction(std::mt19937& engine) {
    std::normal_distribution<double> normal;
    Eigen::Matrix<double, N, 1> v;
    for (int a = 0; a < N; ++a)
        v[a] = normal(engine);
    return v.normalized();
}

/** Occupations of random size times `filling` (below 1), P in random directions; mu sum w ~ lambda ~ omega ~ 1. */
template <int N_f>
Cell<N_f> random_cell(unsigned seed, double filling = 1.0, int directions = 5, int slots = 4) {
    std::mt19937 engine(seed);
    std::uniform_real_distribution<double> uniform(0.0, 1.0);
    Cell<N_f> cell(directions, slots);
    cell.medium.mu = 0.5 + uniform(engine);
    cell.medium.lambda = 2.0 * uniform(engine);
    cell.medium.lambda_mu = N_f == 3 ? 0.3 * uniform(engine) : 0.0;
    cell.medium.velocity = 0.2 * random_direction<3>(engine);
    cell.medium.B = random_direction<flavor::generators<N_f>>(engine);
    for (int d = 0; d < directions; ++d) {
        cell.grid.set_direction(d, random_direction<3>(engine));
        for (int slot = 0; slot < slots; ++slot) {
            const std::size_t i = cell.grid.index(d, slot);
            const double s = slot % 2 == 0 ? 1.0 : -1.0;
            cell.grid.set_frequency(d, slot, s * (0.3 + uniform(engine)));
            cell.sign_weight[i] = s * (0.5 + uniform(engine)) / (filling * directions * slots);
            double sum = 0.0;
            Eigen::Matrix<double, N_f, 1> r;
            for (int k = 0; k < N_f; ++k)
                sum += r[k] = filling * uniform(engine);
            cell.trace[i] = sum;
            if constexpr (N_f == 2) {
                cell.set(i, (r[1] - r[0]) * random_direction<3>(engine));
            } else {
                const auto states = flavor::eigenstates(random_direction<8>(engine)).states;
                cell.set(i, flavor::vector_of_matrix(states * r.asDiagonal() * states.adjoint()));
            }
        }
    }
    return cell;
}

/** sum w |P| max|Hext| and the like: what rounding is measured against. */
template <int N_f>
double energy_scale(const Cell<N_f>& cell) {
    double scale = 0.0;
    const auto gas = cell.gas();
    thermo::for_each_mode(gas, [&](const thermo::Mode& mode) {
        scale += mode.weight * gas.polarization(mode.index).norm() *
                 (thermo::external_hamiltonian(cell.medium, mode).norm() + cell.medium.mu);
    });
    return scale;
}

} // namespace gases
