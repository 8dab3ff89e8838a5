#include "random_cell.hpp"

#include "equilibrium/solver.hpp"
#include "medium/constants.hpp"
#include "phase_space/minerbo.hpp"

#include <cmath>
#include <random>
#include <stdexcept>

namespace miscid::bench {

equilibrium::Problem RandomCell::problem() const {
    equilibrium::Problem problem;
    problem.grid = &grid;
    problem.amplitude = amplitude.data();
    problem.medium = medium;
    return problem;
}

namespace {

/** Nearly uniform directions: a Fibonacci spiral. */
Eigen::Vector3d spiral(int i, int count) {
    const double z = 1.0 - (2.0 * i + 1.0) / count;
    const double phi = 2.399963229728653 * i;
    const double r = std::sqrt(1.0 - z * z);
    Eigen::Vector3d v(r * std::cos(phi), r * std::sin(phi), z);
    return v.normalized();
}

} // namespace

RandomCell make_cell(int groups, int directions, unsigned seed) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> uniform(0.0, 1.0);
    namespace constants = medium::constants;
    for (int attempt = 0; attempt < 100; ++attempt) {
        RandomCell cell;
        cell.grid = phase_space::ModeGrid(directions, 2 * groups);
        cell.sign_weight.assign(cell.grid.size(), 0.0);
        cell.p.assign(cell.grid.size(), 0.0);
        cell.amplitude.assign(cell.grid.size(), 0.0);
        cell.medium.B = medium::vacuum_direction(0.1496);
        cell.medium.mu = constants::sqrt2_fermi_constant;
        const double frequency = -2.5e-3 * constants::vacuum_frequency;
        const double density = 1e30; // far enough out for mixing to be collective: mu D of a few times omega and more
        const double temperature[2] = {2.8, 4.0};
        const Eigen::Vector3d flux[2] = {{0.05, 0.02, 0.5 + 0.1 * uniform(random)},
                                         {0.02, 0.05, 0.6 + 0.1 * uniform(random)}};
        const double ratio = 0.75 + 0.1 * uniform(random);
        for (int d = 0; d < directions; ++d) {
            cell.direction.push_back(spiral(d, directions));
            cell.grid.set_direction(d, cell.direction.back());
        }
        for (int group = 0; group < groups; ++group) {
            const double energy = 2.0 * std::pow(30.0, (group + 0.5) / groups);
            cell.energy.push_back(energy);
            for (int type = 0; type < 2; ++type) {
                const double T = temperature[type];
                const double spectrum = std::pow(energy / T, 3) / (std::exp(energy / T) + 1.0) / groups;
                for (int d = 0; d < directions; ++d) {
                    const std::size_t i = cell.grid.index(d, type * groups + group);
                    const double angular =
                        phase_space::minerbo_density(flux[type], cell.direction[static_cast<std::size_t>(d)]) * 4.0 *
                        constants::pi / directions;
                    cell.grid.set_frequency(d, type * groups + group, (type == 0 ? 1.0 : -1.0) * frequency / energy);
                    cell.sign_weight[i] = (type == 0 ? 1.0 : -ratio) * density * angular;
                    cell.p[i] = spectrum * (0.6 - 0.3 * uniform(random) * energy / 60.0);
                    cell.amplitude[i] = cell.sign_weight[i] * cell.p[i];
                }
            }
        }
        cell.electron_density = density * std::pow(10.0, -1.5 + uniform(random));
        cell.medium.lambda = cell.medium.mu * cell.electron_density;

        equilibrium::Solver solver(equilibrium::sweep_kernels(equilibrium::best_dispatch_level()));
        auto problem = cell.problem();
        equilibrium::Field D = equilibrium::Field::Zero();
        for (int d = 0; d < directions; ++d) {
            for (int slot = 0; slot < 2 * groups; ++slot) {
                const auto& v = cell.direction[static_cast<std::size_t>(d)];
                D.row(2) += cell.amplitude[cell.grid.index(d, slot)] * Eigen::RowVector4d(1.0, v.x(), v.y(), v.z());
            }
        }
        const auto result =
            solver.solve(problem, equilibrium::field_of_moments(problem, D), equilibrium::unknown_inertia);
        if (result.outcome == equilibrium::Outcome::ok && result.event_count == 0) {
            cell.field = result.field;
            cell.inertia = result.inertia;
            return cell;
        }
    }
    throw std::runtime_error("no random cell with an equilibrium found");
}

} // namespace miscid::bench
