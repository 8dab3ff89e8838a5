// Certified Newton on the field (equilibrium-solver.md section 2, A).

#include "equilibrium/real_basis.hpp"
#include "equilibrium/solver.hpp"
#include "equilibrium/symmetric_factorization.hpp"
#include "flavor/three_flavor.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace miscid::equilibrium {

namespace {

constexpr double converged_angle = 1e-13; // rad: the last correction is at round-off
constexpr double stagnation_angle = 1e-9; // rad: may be accepted once it no longer falls (large scale separation)
constexpr double rounding = 1e-13;        // of the field: all that is left of R where matter dwarfs the neutrinos
constexpr double residual_guard = 1e-9; // of mu sum|c|: far above rounding, which |H| of a mode over its gap multiplies
constexpr double soft_margin = 1e-4;    // how much smaller than the softest eigenvalue the last step must be
constexpr double negligible_angle = 1e-15; // rad: what a residual that turns no H by more asks for
constexpr double chord_angle = 1e-3;       // rad: a last step below which the factors of the one before are tried again
constexpr double chord_contraction = 1e-2; // and how much smaller their step has to be to be tried once more
constexpr double run_away = 1e8;           // a step so much longer than the field is none

template <int N_f>
double rotation_of(const SweepSumsFor<N_f>& sums) {
    return sums.turned_over ? std::numeric_limits<double>::infinity() : std::atan(std::sqrt(sums.max_tan2));
}

} // namespace

template <int N_f>
Certificate certificate_at(SweepKernelFor<N_f> full, const ProblemFor<N_f>& problem, const FieldFor<N_f>& field) {
    SweepSumsFor<N_f> sums;
    sweep(full, problem, field, field, sums);
    const SymmetricFactorization<unknowns<N_f>> factors(regular_jacobian(problem, field, sums));
    return {factors.negative_eigenvalues(), factors.softness(), std::sqrt(sums.min_gap2)};
}

template <int N_f>
bool SolverFor<N_f>::newton_loop(const Problem& problem, const Field& start, int expected_inertia,
                                 double first_rotation, double total_rotation, Result& result) {
    constexpr int n = generators<N_f>;
    const double scale = problem.medium.mu * total_amplitude(problem);
    if (result.iterations >= max_iterations_) {
        return false;
    }
    SweepSumsFor<N_f> sums;
    Field field = start;
    Field previous = start;
    double total = 0.0;
    double last = 0.0; // rotation of the previous step
    std::optional<SymmetricFactorization<unknowns<N_f>>> factors;
    bool chord = false;       // close to the end the last factors do as well: the next step is made with those at hand
    bool after_chord = false; // the last one was
    double softness = 1.0;
    double distance = 0.0; // from the field they belong to, relative to the field
    int lingering = 0;
    double lingering_residual = std::numeric_limits<double>::infinity();
    Field R = Field::Zero();
    for (int iteration = 0; result.iterations < max_iterations_; ++iteration) {
        sweep(chord ? kernels_.moments : kernels_.full, problem, field, previous, sums);
        R = residual(problem, field, sums);
        if (iteration > 0) {
            const double angle = rotation_of(sums);
            total += angle;
            const bool above_noise = angle > stagnation_angle;
            const bool contracts = iteration > 1 && angle < options_.contraction * last;
            const bool foreseeable = contracts && !problem.symmetry; // a given e.D_0 is kept to rounding
            if (iteration == 1 ? angle > first_rotation : above_noise && !contracts) {
                return false;
            }
            if (!(total <= total_rotation)) {
                return false;
            }
            // A soft direction is settled only by a Jacobian taken much closer by than its eigenvalue is small.
            const bool close_by = distance <= soft_margin * softness;
            const double size = R.norm();
            if (close_by && foreseeable && size <= negligible_angle * softness * std::sqrt(sums.min_gap2)) {
                break; // no step that R can still ask for turns any H
            }
            const bool converged = angle < converged_angle ||
                                   (foreseeable && !above_noise && angle * angle < 0.1 * converged_angle * last);
            const bool stagnated = iteration > 1 && !above_noise && !converged && !contracts;
            if (converged || stagnated) {
                // A change of the field that turns no H may still be on its way: of the lengths of H, or of the mu and
                // tau part where both are alike.
                const bool settled = size <= rounding * (field.norm() + scale) && close_by;
                const bool falling = size < 0.5 * lingering_residual; // slowly, where J is nearly singular
                lingering_residual = size;
                if (stagnated || settled || (++lingering > 3 && !falling)) {
                    break;
                }
            }
            if (chord && (angle > chord_angle || converged || (after_chord && angle > chord_contraction * last))) {
                chord = false; // the factors at hand do not serve any more
                sweep(kernels_.full, problem, field, previous, sums);
            }
            after_chord = chord;
            last = angle;
        }
        FieldVectorFor<N_f> gR = Eigen::Map<const FieldVectorFor<N_f>>(R.data());
        gR.template tail<3 * n>() = -gR.template tail<3 * n>();
        if (problem.symmetry) { // the common phases stay where they are
            const auto rotating = rotating_axes(problem, field);
            gR -= rotating.phases * (rotating.phases.transpose() * gR);
        }
        if (!chord) {
            factors.emplace(regular_jacobian(problem, field, sums));
            softness = factors->softness();
            distance = 0.0;
        }
        ++result.iterations;
        if (!factors->regular()) {
            return false;
        }
        const FieldVectorFor<N_f> step = factors->solve(gR);
        if (!(step.template lpNorm<Eigen::Infinity>() <=
              run_away * (field.template lpNorm<Eigen::Infinity>() + scale))) {
            return false;
        }
        distance += step.norm() / (field.norm() + scale);
        previous = field;
        field -= Eigen::Map<const Field>(step.data());
        chord = distance <= soft_margin * softness && !problem.symmetry;
    }
    const int inertia = factors->negative_eigenvalues();
    if (expected_inertia != unknown_inertia && inertia != expected_inertia) {
        return false;
    }
    if (!(R.norm() <= residual_guard * scale + 10.0 * rounding * field.norm())) {
        return false;
    }
    result.outcome = result.iterations < max_iterations_ ? Outcome::ok : Outcome::not_converged;
    result.field = field;
    result.moments = Eigen::Map<const Field>(sums.F);
    result.inertia = inertia;
    result.softness = softness;
    result.residual = scale > 0.0 ? R.norm() / scale : 0.0;
    result.min_hamiltonian = std::sqrt(sums.min_gap2);
    result.rotation = total;
    result.rotation_vector = rotation_vector(problem, field);
    result.rotation_frequency = rotation_frequency(problem, field);
    return result.outcome == Outcome::ok;
}

template <int N_f>
ResultFor<N_f> SolverFor<N_f>::newton(const Problem& problem, const Field& start, int expected_inertia) {
    if constexpr (N_f == 3) {
        if (const auto basis = RealBasis::of(problem.medium)) {
            return basis->leave(newton(basis->enter(problem), basis->enter(start), expected_inertia));
        }
    }
    Result result;
    max_iterations_ = options_.max_iterations;
    if (newton_loop(problem, start, expected_inertia, options_.first_rotation, options_.total_rotation, result)) {
        return result;
    }
    // In synchronised states (mu D far above |H_q - H_q'|) the directions of P are a far better guess than the old
    // field, whose length no longer fits: take the field they make in the new medium.
    SweepSumsFor<N_f> sums;
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

template <int N_f>
double SolverFor<N_f>::rotation_between(const Problem& problem, const Field& a, const Field& b) {
    SweepSumsFor<N_f> sums;
    sweep(kernels_.moments, problem, a, b, sums);
    return rotation_of(sums);
}

void measure_gap(const Problem&, WeakestModeFor<2>& mode) {
    mode.hamiltonian = mode.vector.norm();
}
void measure_gap(const ProblemFor<3>& problem, WeakestModeFor<3>& mode) {
    constexpr double equal_amplitudes = 1e-13;
    const auto energy = flavor::eigenstates(mode.vector).energy;
    const double* c = problem.amplitude + mode.index;
    const std::size_t plane = problem.grid->size();
    const double largest = std::max({std::abs(c[0]), std::abs(c[plane]), std::abs(c[2 * plane])});
    mode.hamiltonian = std::numeric_limits<double>::infinity();
    for (int k = 0; k < 2; ++k) {
        const auto i = static_cast<std::size_t>(k);
        const double gap = energy[i + 1] - energy[i];
        if (std::abs(c[(i + 1) * plane] - c[i * plane]) > equal_amplitudes * largest && gap < mode.hamiltonian) {
            mode.hamiltonian = gap;
            mode.lower_state = k;
        }
    }
}

template <int N_f>
WeakestModeFor<N_f> weakest_mode(const ProblemFor<N_f>& problem, const FieldFor<N_f>& field) {
    WeakestModeFor<N_f> weakest;
    weakest.hamiltonian = std::numeric_limits<double>::infinity();
    const auto& grid = *problem.grid;
    for (int direction = 0; direction < grid.directions(); ++direction) {
        for (int slot = 0; slot < grid.slots(); ++slot) {
            WeakestModeFor<N_f> mode;
            mode.index = grid.index(direction, slot);
            if (!is_polarized(problem, mode.index)) {
                continue;
            }
            mode.direction = direction;
            mode.slot = slot;
            mode.vector =
                hamiltonian<N_f>(field, grid.direction(direction), grid.frequency(direction, slot), problem.medium.B);
            measure_gap(problem, mode);
            if (mode.hamiltonian < weakest.hamiltonian) {
                weakest = mode;
            }
        }
    }
    return weakest;
}

#define MISCID_INSTANTIATE(N_f)                                                                                        \
    template Certificate certificate_at(SweepKernelFor<N_f>, const ProblemFor<N_f>&, const FieldFor<N_f>&);            \
    template WeakestModeFor<N_f> weakest_mode(const ProblemFor<N_f>&, const FieldFor<N_f>&);                           \
    template bool SolverFor<N_f>::newton_loop(const ProblemFor<N_f>&, const FieldFor<N_f>&, int, double, double,       \
                                              ResultFor<N_f>&);                                                        \
    template ResultFor<N_f> SolverFor<N_f>::newton(const ProblemFor<N_f>&, const FieldFor<N_f>&, int);                 \
    template double SolverFor<N_f>::rotation_between(const ProblemFor<N_f>&, const FieldFor<N_f>&,                     \
                                                     const FieldFor<N_f>&);

MISCID_INSTANTIATE(2)
MISCID_INSTANTIATE(3)

} // namespace miscid::equilibrium
