// Certified Newton on the field (equilibrium-solver.md section 2, A).

#include "equilibrium/solver.hpp"
#include "equilibrium/symmetric_factorization.hpp"

#include <Eigen/Geometry>

#include <cmath>
#include <limits>

namespace miscid::equilibrium {

namespace {

constexpr double converged_angle = 1e-13; // rad: the last correction is at round-off
constexpr double stagnation_angle = 1e-9; // rad: may be accepted once it no longer falls (large scale separation)
constexpr double residual_guard = 1e-6;   // of mu sum|c|: guards against fields that ran away to infinity
constexpr double rounding = 1e-13;        // of the field: all that is left of R where matter dwarfs the neutrinos
constexpr double run_away = 1e8;          // a step so much longer than the field is none

double rotation_of(const SweepSums& sums) {
    return sums.turned_over ? std::numeric_limits<double>::infinity() : std::atan(std::sqrt(sums.max_tan2));
}

} // namespace

Field field_of_moments(const Problem& problem, const Field& moments, double rotation_frequency) {
    Field field = problem.medium.mu * moments;
    field.row(2) += problem.medium.current().transpose();
    if (problem.symmetry) {
        field.col(0) -= rotation_frequency * problem.symmetry->axis;
    }
    return field;
}

int inertia_at(SweepKernel full, const Problem& problem, const Field& field) {
    SweepSums sums;
    sweep(full, problem, field, field, sums);
    const FieldVector t = phase_direction(problem, field);
    FieldMatrix gJ = symmetric_jacobian(problem, sums);
    gJ += t * t.transpose();
    return SymmetricFactorization<12>(gJ).negative_eigenvalues();
}

bool Solver::newton_loop(const Problem& problem, const Field& start, int expected_inertia, double first_rotation,
                         double total_rotation, Result& result) {
    const double scale = problem.medium.mu * total_amplitude(problem);
    if (result.iterations >= max_iterations_) {
        return false;
    }
    SweepSums sums;
    Field field = start;
    Field previous = start;
    double total = 0.0;
    double last = 0.0; // rotation of the previous Newton step
    bool derivative_needed = true;
    int inertia = unknown_inertia;
    for (int iteration = 0; result.iterations < max_iterations_; ++iteration) {
        sweep(derivative_needed ? kernels_.full : kernels_.moments, problem, field, previous, sums);
        if (iteration > 0) {
            const double angle = rotation_of(sums);
            total += angle;
            const bool above_noise = angle > stagnation_angle;
            if (iteration == 1 ? angle > first_rotation : above_noise && angle > options_.contraction * last) {
                return false;
            }
            if (!(total <= total_rotation)) {
                return false;
            }
            const bool stagnated = iteration > 1 && !above_noise && angle >= options_.contraction * last;
            if (angle < converged_angle || stagnated) {
                break;
            }
            if (!derivative_needed) { // the forecast was too good: take the Jacobian after all
                sweep(kernels_.full, problem, field, previous, sums);
            }
            // Quadratic convergence: the next step will be about angle^2/last^2 * angle; skip the Jacobian it won't
            // need.
            const double forecast = iteration > 1 ? angle * (angle / last) * (angle / last) : angle;
            derivative_needed = forecast > 0.1 * converged_angle;
            last = angle;
        }
        const Field R = residual(problem, field, sums);
        const FieldVector t = phase_direction(problem, field);
        FieldVector gR = Eigen::Map<const FieldVector>(R.data());
        gR.tail<9>() = -gR.tail<9>();
        gR -= t * t.dot(gR); // the common phase stays where it is
        FieldMatrix gJ = symmetric_jacobian(problem, sums);
        gJ += t * t.transpose();
        const SymmetricFactorization<12> factors(gJ);
        ++result.iterations;
        if (!factors.regular()) {
            return false;
        }
        const FieldVector step = factors.solve(gR);
        if (!(step.lpNorm<Eigen::Infinity>() <= run_away * (field.lpNorm<Eigen::Infinity>() + scale))) {
            return false;
        }
        inertia = factors.negative_eigenvalues();
        previous = field;
        field -= Eigen::Map<const Field>(step.data());
    }
    if (expected_inertia != unknown_inertia && inertia != expected_inertia) {
        return false;
    }
    const Field R = residual(problem, field, sums);
    if (scale > 0.0 && !(R.norm() <= residual_guard * scale + rounding * field.norm())) {
        return false;
    }
    result.outcome = result.iterations < max_iterations_ ? Outcome::ok : Outcome::not_converged;
    result.field = field;
    result.moments = Eigen::Map<const Field>(sums.F);
    result.inertia = inertia;
    result.residual = scale > 0.0 ? R.norm() / scale : 0.0;
    result.min_hamiltonian = std::sqrt(sums.min_h2);
    result.rotation = total;
    result.rotation_frequency = rotation_frequency(problem, field);
    return result.outcome == Outcome::ok;
}

Result Solver::newton(const Problem& problem, const Field& start, int expected_inertia) {
    Result result;
    max_iterations_ = options_.max_iterations;
    if (newton_loop(problem, start, expected_inertia, options_.first_rotation, options_.total_rotation, result)) {
        return result;
    }
    // In synchronised states (mu D far above |H_q - H_q'|) the directions of P are a far better guess than the old
    // field, whose length no longer fits: take the field they make in the new medium.
    SweepSums sums;
    sweep(kernels_.moments, problem, start, start, sums);
    const Field guess = start - residual(problem, start, sums);
    const double turned = rotation_between(problem, guess, start);
    if (turned <= options_.first_rotation && result.iterations < max_iterations_ &&
        newton_loop(problem, guess, expected_inertia, options_.first_rotation, options_.total_rotation - turned,
                    result)) {
        result.rotation += turned;
        return result;
    }
    result.outcome = Outcome::not_converged;
    return result;
}

double Solver::rotation_between(const Problem& problem, const Field& a, const Field& b) {
    SweepSums sums;
    sweep(kernels_.moments, problem, a, b, sums);
    return rotation_of(sums);
}

WeakestMode weakest_mode(const Problem& problem, const Field& field) {
    WeakestMode weakest;
    weakest.hamiltonian = std::numeric_limits<double>::infinity();
    const auto& grid = *problem.grid;
    for (int direction = 0; direction < grid.directions(); ++direction) {
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t index = grid.index(direction, slot);
            if (problem.amplitude[index] == 0.0) {
                continue;
            }
            const FlavorVector H =
                hamiltonian(field, grid.direction(direction), grid.frequency(direction, slot), problem.medium.B);
            if (H.norm() < weakest.hamiltonian) {
                weakest = {index, direction, slot, H.norm(), H};
            }
        }
    }
    return weakest;
}

} // namespace miscid::equilibrium
