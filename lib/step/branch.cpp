// Where a tracked branch begins (cold start) and what is done where it ends (relaxation).

#include "step/step.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <array>
#include <cmath>

namespace miscid::step {

using equilibrium::Outcome;
using equilibrium::ResultFor;

namespace {

/** The matter potential comes down from a value that dwarfs everything else (design section 2, cold start). */
template <int N_f>
class MatterPath final : public equilibrium::PathFor<N_f> {
public:
    using Problem = equilibrium::ProblemFor<N_f>;

    MatterPath(const Problem& problem, double largest, double smallest_scale)
        : problem_(problem), largest_(largest), shift_(smallest_scale) {}

    void at(double s, Problem& problem, double* amplitude) const override {
        std::copy_n(problem_.amplitude, equilibrium::amplitude_planes<N_f> * problem_.grid->size(), amplitude);
        problem.grid = problem_.grid;
        problem.medium = problem_.medium;
        problem.symmetry = problem_.symmetry;
        problem.offset.setZero();
        set_matter(problem.medium, lambda(s));
    }

    /** Twelve decades of matter may lie in between. */
    double largest_step() const override { return 0.02; }

    /** Matter of the cell's composition at another electron potential. */
    static void set_matter(medium::MediumFor<N_f>& medium, double lambda) {
        if (std::abs(medium.lambda_mu) + std::abs(medium.lambda_tau) <= std::abs(medium.lambda)) {
            medium.lambda_mu *= medium.lambda != 0.0 ? lambda / medium.lambda : 1.0;
            medium.lambda_tau *= medium.lambda != 0.0 ? lambda / medium.lambda : 1.0;
        }
        medium.lambda = lambda;
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

/** True if two amplitudes of heavy states differ. */
bool heavy_spectra_differ(const equilibrium::ProblemFor<2>&, std::size_t) {
    return false;
}
bool heavy_spectra_differ(const equilibrium::ProblemFor<3>& problem, std::size_t index) {
    constexpr double equal = 1e-13;
    const std::size_t plane = problem.grid->size();
    const double* c = problem.amplitude + index;
    return std::abs(c[0] - c[plane]) > equal * (std::abs(c[0]) + std::abs(c[plane]) + std::abs(c[2 * plane]));
}

/** True if the states of this H are in the order they have at a large matter potential: e above all others; of mu and tau, where
 *  that matters, the one that matter of this kind lifts. What is so here is so in denser matter, where the splittings by
 *  matter are larger and all else is the same. */
bool ordered_as_in_matter(const flavor::FlavorVectorFor<2>& H, const medium::MediumFor<2>&, bool) {
    return H.z() > 0.0;
}
bool ordered_as_in_matter(const flavor::FlavorVectorFor<3>& H, const medium::MediumFor<3>& medium, bool heavy_differ) {
    constexpr double clearly = 3.0; // above their mixing
    const double mixing = std::hypot(H[6], H[7]);
    const double lifted = std::copysign(1.0, medium.lambda_mu - medium.lambda_tau) * H[0];
    const bool heavy_too = !heavy_differ || (medium.lambda_mu != medium.lambda_tau && lifted > clearly * mixing);
    return heavy_too && flavor::sqrt3 * H[1] > std::hypot(H[0], mixing);
}

/** Deals the occupations of every mode out again in the order of size of `p`, which takes their place. */
void arrange(const AlignedVector& spectrum, std::size_t size, AlignedVector& p) {
    for (std::size_t i = 0; i < size; ++i) {
        std::array<double, 3> r = {spectrum[i], spectrum[size + i], spectrum[2 * size + i]};
        std::array<std::size_t, 3> order = {0, 1, 2};
        std::sort(r.begin(), r.end());
        std::sort(order.begin(), order.end(),
                  [&](std::size_t a, std::size_t b) { return p[a * size + i] < p[b * size + i]; });
        for (std::size_t k = 0; k < 3; ++k) {
            p[order[k] * size + i] = r[k];
        }
    }
}

} // namespace

template <int N_f>
ResultFor<N_f> StepperFor<N_f>::cold_start(const Problem& problem, Cell& cell) {
    const auto& grid = *cell.grid;
    double largest_omega = 0.0;
    for (std::size_t i = 0; i < grid.size(); ++i) {
        largest_omega = std::max(largest_omega, std::abs(grid.frequencies()[i]));
    }
    largest_omega *= problem.medium.B.norm();
    const double mu_scale = problem.medium.mu * equilibrium::total_amplitude(problem);
    const double scale =
        std::max({mu_scale, largest_omega, std::abs(problem.medium.lambda_mu), std::abs(problem.medium.lambda_tau)});
    double largest = std::max(1e3 * scale, 2.0 * std::abs(problem.medium.lambda));
    if constexpr (N_f == 3) { // as dense as it takes to tell mu from tau by matter where their spectra differ
        const double splitting = std::abs(problem.medium.lambda_mu - problem.medium.lambda_tau);
        bool differ = false;
        for (std::size_t i = 0; i < grid.size(); ++i) {
            differ = differ || heavy_spectra_differ(problem, i);
        }
        if (differ && splitting > 0.0 && splitting < std::abs(problem.medium.lambda)) {
            largest = std::max(largest, 1e3 * scale * std::abs(problem.medium.lambda) / splitting);
        }
    }

    // The state at the largest potential: electron flavor diagonal; mu and tau, if told apart, in equilibrium.
    Problem dense = problem;
    MatterPath<N_f>::set_matter(dense.medium, largest);
    Field diagonal = problem.medium.field();
    Field start = dense.medium.field();
    int inertia = 9;
    for (int iteration = 0; iteration < (N_f == 2 ? 1 : 5); ++iteration) {
        frame_.at_large_matter(grid, cell.medium, N_f == 2 ? diagonal : start);
        frame_.lay(cell);
        const Field moments = moments_of(cell);
        diagonal = equilibrium::field_of_moments<N_f>(problem, moments, FlavorVector::Zero());
        start = equilibrium::field_of_moments<N_f>(dense, moments, FlavorVector::Zero());
    }
    if (N_f == 3) {
        const Result found = solver_.solve(dense, start, equilibrium::unknown_inertia);
        if (found.outcome != Outcome::ok) {
            return found;
        }
        start = found.field;
        inertia = found.inertia;
        diagonal = equilibrium::field_of_moments<N_f>(problem, found.moments, FlavorVector::Zero());
    }

    // Short cut: if the states of every mode are in the order of dense matter at this lambda they are so for every larger one,
    // and nothing turned over on the way down; a certified solution close to the diagonal state is then the wanted one.
    const bool all_up = [&] {
        for (int direction = 0; direction < grid.directions(); ++direction) {
            for (int slot = 0; slot < grid.slots(); ++slot) {
                const FlavorVector H = equilibrium::hamiltonian<N_f>(diagonal, grid.direction(direction),
                                                                     grid.frequency(direction, slot), problem.medium.B);
                const std::size_t i = grid.index(direction, slot);
                if (equilibrium::is_polarized(problem, i) &&
                    !ordered_as_in_matter(H, problem.medium, heavy_spectra_differ(problem, i))) {
                    return false;
                }
            }
        }
        return true;
    }();
    if (all_up) {
        const Result result = solver_.newton(problem, diagonal, inertia);
        if (result.outcome == Outcome::ok) {
            return result;
        }
    }
    const MatterPath<N_f> path(problem, largest, std::max(0.1 * largest_omega, 1e-6 * scale));
    return solver_.track(path, grid, start, inertia, settings_.max_cold_iterations);
}

template ResultFor<2> StepperFor<2>::cold_start(const Problem&, Cell&);
template ResultFor<3> StepperFor<3>::cold_start(const Problem&, Cell&);

template <>
bool StepperFor<2>::relax(Cell& cell, const Problem& problem, Result& result) {
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
    frame_.lay(cell);
    int last_offer = -pause;
    int offered_times = 0;
    for (int iteration = 1; iteration <= sweeps; ++iteration) {
        const Field field = equilibrium::field_of_moments(problem, moments_of(cell));
        frame_.at(grid, cell.medium, field);
        double weight = 0.0;
        double typical = 0.0; // mean |H|, weighted with |w P|
        double max_tilt = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            const FlavorVector P = cell.polarization(i);
            const FlavorVector h = frame_.direction(i);
            const double length = P.norm();
            cell.p[i] = std::copysign(length, P.dot(h));
            if (length > 0.0 && cell.sign_weight[i] != 0.0) {
                max_tilt = std::max(max_tilt, std::atan2(P.cross(h).norm(), std::abs(P.dot(h))));
                weight += std::abs(cell.sign_weight[i]) * length;
                typical += std::abs(cell.sign_weight[i]) * length * frame_.gap()[i];
            }
        }
        const bool due = iteration == 1 || (max_tilt < 0.02 && iteration - last_offer >= pause) ||
                         iteration % (sweeps / offers) == 0;
        if (due && offered_times < most_offers) {
            ++offered_times;
            last_offer = iteration;
            amplitudes(cell);
            // First the state as it is, its labels read off anew: the least that can happen (theory.md 5.1b).
            const Result offered = iteration == 1 ? solver_.newton(problem, field, equilibrium::unknown_inertia)
                                                  : solver_.solve(problem, field, equilibrium::unknown_inertia,
                                                                  problem.medium, iterations_per_offer);
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
            FlavorVector P = cell.polarization(i);
            const FlavorVector h = frame_.direction(i);
            const double length = P.norm();
            if (length == 0.0) {
                continue;
            }
            P = Eigen::AngleAxisd(frame_.gap()[i] * clock, h) * P;
            P = (1.0 - approach) * P + approach * cell.p[i] * h;
            P *= length / P.norm();
            cell.set_polarization(i, P);
        }
    }
    return false;
}

template <>
bool StepperFor<3>::relax(Cell& cell, const Problem& problem, Result& result) {
    // Overdamped homogeneous motion from the last state: every rho leans towards the nearest arrangement of its spectrum
    // along H, and H follows. Now and then the state is offered to the solver as the start of a branch.
    constexpr int sweeps = 200;
    constexpr int pause = 40; // sweeps between two offers
    constexpr int iterations_per_offer = 400;
    constexpr double approach = 0.1;
    const std::size_t size = cell.grid->size();
    frame_.lay(cell);
    Diagnostics ignored;
    std::copy(cell.p.begin(), cell.p.end(),
              spectrum_.begin()); // the leaning shortens P: the occupations themselves are kept here
    for (int iteration = 0; iteration <= sweeps; ++iteration) {
        const Field field = equilibrium::field_of_moments<3>(problem, moments_of(cell), FlavorVector::Zero());
        frame_.at(*cell.grid, cell.medium, field);
        frame_.read_invariants(cell, Tilted::rotate, ignored);
        arrange(spectrum_, size, cell.p);
        if (iteration % pause == 0) {
            amplitudes(cell);
            const Result offered = iteration == 0 ? solver_.newton(problem, field, equilibrium::unknown_inertia)
                                                  : solver_.solve(problem, field, equilibrium::unknown_inertia,
                                                                  problem.medium, iterations_per_offer);
            const int spent = result.iterations + offered.iterations;
            if (offered.outcome == Outcome::ok) {
                result = offered;
                result.iterations = spent;
                result.continued = true;
                return true;
            }
            result.iterations = spent;
        }
        for (std::size_t i = 0; i < size; ++i) {
            FlavorVector along = FlavorVector::Zero();
            for (int k = 0; k < 3; ++k) {
                along += cell.p[static_cast<std::size_t>(k) * size + i] * frame_.polarization_of_state(i, k);
            }
            cell.set_polarization(i, (1.0 - approach) * cell.polarization(i) + approach * along);
        }
    }
    return false;
}

} // namespace miscid::step
