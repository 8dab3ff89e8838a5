// Where a tracked branch begins (cold start) and what is done where it ends (relaxation).

#include "step/step.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

namespace miscid::step {

using equilibrium::Field;
using equilibrium::FlavorVector;
using equilibrium::Outcome;
using equilibrium::Problem;
using equilibrium::Result;

namespace {

/** The matter potential comes down from a value that dwarfs everything else (design section 2, cold start). */
class MatterPath final : public equilibrium::Path {
public:
    MatterPath(const Problem& problem, double largest, double smallest_scale)
        : problem_(problem), largest_(largest), shift_(smallest_scale) {}

    void at(double s, Problem& problem, double* amplitude) const override {
        std::copy_n(problem_.amplitude, problem_.grid->size(), amplitude);
        problem.grid = problem_.grid;
        problem.medium = problem_.medium;
        problem.symmetry = problem_.symmetry;
        problem.offset = Field::Zero();
        problem.medium.lambda = lambda(s);
    }

    double lambda(double s) const {
        const double last = problem_.medium.lambda;
        if (s == 1.0) {
            return last;
        }
        // Geometric while lambda is large, linear once it is small against every other scale or negative.
        return last >= 0.0 ? (largest_ + shift_) * std::pow((last + shift_) / (largest_ + shift_), s) - shift_
                           : largest_ + s * (last - largest_);
    }

private:
    const Problem& problem_;
    double largest_;
    double shift_;
};

/** Field of polarizations c_q along z. */
Field diagonal_field(const Problem& problem) {
    const auto& grid = *problem.grid;
    Field D = Field::Zero();
    for (int direction = 0; direction < grid.directions(); ++direction) {
        double sum = 0.0;
        for (int slot = 0; slot < grid.slots(); ++slot) {
            sum += problem.amplitude[grid.index(direction, slot)];
        }
        const Eigen::Vector3d v = grid.direction(direction);
        D.row(2) += sum * Eigen::RowVector4d(1.0, v.x(), v.y(), v.z());
    }
    return equilibrium::field_of_moments(problem, D);
}

} // namespace

Result Stepper::cold_start(const Problem& problem, const Cell& cell) {
    const auto& grid = *cell.grid;
    double largest_omega = 0.0;
    for (std::size_t i = 0; i < grid.size(); ++i) {
        largest_omega = std::max(largest_omega, std::abs(grid.frequencies()[i]));
    }
    const double mu_scale = problem.medium.mu * equilibrium::total_amplitude(problem);
    const double scale = std::max(mu_scale, largest_omega);

    // Short cut: if H_z is positive for every mode at this lambda it is so for every larger one, and nothing turned
    // over on the way down; a certified solution close to the diagonal state is then the wanted one.
    const Field diagonal = diagonal_field(problem);
    const bool all_up = [&] {
        for (int direction = 0; direction < grid.directions(); ++direction) {
            for (int slot = 0; slot < grid.slots(); ++slot) {
                const FlavorVector H = equilibrium::hamiltonian(diagonal, grid.direction(direction),
                                                                grid.frequency(direction, slot), problem.medium.B);
                if (!(H.z() > 0.0) && problem.amplitude[grid.index(direction, slot)] != 0.0) {
                    return false;
                }
            }
        }
        return true;
    }();
    constexpr int inertia_at_large_lambda = 9;
    if (all_up) {
        Result result = solver_.newton(problem, diagonal, inertia_at_large_lambda);
        if (result.outcome == Outcome::ok) {
            return result;
        }
    }
    const double largest = std::max(1e3 * scale, 2.0 * std::abs(problem.medium.lambda));
    const MatterPath path(problem, largest, std::max(0.1 * largest_omega, 1e-6 * scale));
    Problem start = problem;
    start.medium.lambda = largest;
    return solver_.track(path, grid, diagonal_field(start), inertia_at_large_lambda, settings_.max_cold_iterations);
}

bool Stepper::relax(Cell& cell, const Problem& problem, Result& result) {
    // Damped homogeneous motion from the last state (theory.md 5.1c): every P precesses about its H, all with one
    // clock, and leans towards +-H, whichever is nearer. Now and then the state is offered to the solver as the start
    // of a branch.
    constexpr int sweeps = 600;
    constexpr int offers = 6; // at least,
    constexpr int most_offers = 8;
    constexpr int pause = 20; // sweeps between two of them
    constexpr int iterations_per_offer = 400;
    constexpr double turn = 0.5;      // rad per sweep about a typical H
    constexpr double approach = 0.03; // of the tilt per sweep
    const auto& grid = *cell.grid;
    const std::size_t n = grid.size();
    lay_along_field(cell);
    int last_offer = -pause;
    int offered_times = 0;
    for (int iteration = 1; iteration <= sweeps; ++iteration) {
        const Field field = equilibrium::field_of_moments(problem, moments_of(cell));
        directions_of(cell, field);
        double weight = 0.0;
        double typical = 0.0; // mean |H|, weighted with |w P|
        double max_tilt = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            const FlavorVector P(cell.P[0][i], cell.P[1][i], cell.P[2][i]);
            const FlavorVector h(hhat_[0][i], hhat_[1][i], hhat_[2][i]);
            const double length = P.norm();
            cell.p[i] = std::copysign(length, P.dot(h));
            if (length > 0.0 && cell.sign_weight[i] != 0.0) {
                max_tilt = std::max(max_tilt, std::atan2(P.cross(h).norm(), std::abs(P.dot(h))));
                weight += std::abs(cell.sign_weight[i]) * length;
                typical += std::abs(cell.sign_weight[i]) * length * norm_[i];
            }
        }
        const bool due = iteration == 1 || (max_tilt < 0.02 && iteration - last_offer >= pause) ||
                         iteration % (sweeps / offers) == 0;
        if (due && offered_times < most_offers) {
            ++offered_times;
            last_offer = iteration;
            amplitudes(cell);
            // First the state as it is, its labels read off anew: the least that can happen (theory.md 5.1b).
            const Result offered =
                iteration == 1 ? solver_.newton(problem, field, equilibrium::unknown_inertia)
                               : solver_.solve(problem, field, equilibrium::unknown_inertia, iterations_per_offer);
            const int spent = result.iterations + offered.iterations;
            if (offered.outcome == Outcome::ok) {
                result = offered;
                result.iterations = spent;
                result.continued = true;
                return true;
            }
            result.iterations = spent;
        }
        const double clock = typical > 0.0 ? turn * weight / typical : 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            FlavorVector P(cell.P[0][i], cell.P[1][i], cell.P[2][i]);
            const FlavorVector h(hhat_[0][i], hhat_[1][i], hhat_[2][i]);
            const double length = P.norm();
            if (length == 0.0) {
                continue;
            }
            P = Eigen::AngleAxisd(norm_[i] * clock, h) * P;
            P = (1.0 - approach) * P + approach * cell.p[i] * h;
            P *= length / P.norm();
            for (int a = 0; a < 3; ++a) {
                cell.P[a][i] = P[a];
            }
        }
    }
    return false;
}

} // namespace miscid::step
