/** @file polish.hpp
 *  Newton from an answer of the library to the equilibrium it stands for, and how much of its distance is rounding.
 *  With 64 bits of mantissa; with 113 where 64 do not get below the rounding of the answer.
 */
#pragma once

#include "check/paths.hpp"

#include <random>
#include <type_traits>
#include <utility>

namespace miscid::campaign {

template <int N>
struct Polished {
    bool converged = false;
    bool quadruple = false; ///< 113 bits were needed
    Field<Quadruple, N> field{};
    std::vector<Coordinates<Extended, N>> rho; ///< per mode, traceless
    int inertia = 0;
    std::vector<Extended> floor; ///< per mode: change of rho if inputs and rho changed by half a unit in the last place
};

template <class To, class From, int N>
Field<To, N> field_as(const Field<From, N>& field) {
    Field<To, N> result;
    for (std::size_t m = 0; m < 4; ++m) {
        for (std::size_t i = 0; i < field[m].size(); ++i) {
            result[m][i] = static_cast<To>(field[m][i]);
        }
    }
    return result;
}

template <class Real, int N>
void step_back(Field<Real, N>& field, const std::vector<Extended>& step) {
    constexpr std::size_t n = static_cast<std::size_t>(N * N);
    for (std::size_t m = 0; m < 4; ++m) {
        for (std::size_t i = 0; i < n; ++i) {
            field[m][i] -= step[m * n + i];
        }
    }
}

/** Relative change from one density matrix to another. */
template <int N>
Extended relative_change(const Coordinates<Extended, N>& a, const Coordinates<Extended, N>& b) {
    Extended difference = 0, size = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference += (a[i] - b[i]) * (a[i] - b[i]);
        size += b[i] * b[i];
    }
    return size > 0 ? std::sqrt(difference / size) : 0;
}

/** Density matrices at the field of these sums. */
template <class Real, int N>
std::vector<Coordinates<Extended, N>> density_matrices(const Problem<Real, N>& problem, const Sums<Real, N>& sums) {
    std::vector<Coordinates<Extended, N>> all(problem.modes.size());
    for (std::size_t q = 0; q < all.size(); ++q) {
        if (problem.modes[q].counts) {
            const auto rho = density_matrix<Real, N>(sums.frames[q].vector, problem.modes[q].r);
            for (std::size_t i = 0; i < rho.size(); ++i) {
                all[q][i] = static_cast<Extended>(rho[i]);
            }
        }
    }
    return all;
}

/** Newton with F in the precision of Real, the derivative always in 64 bits and kept once nothing turns any more. */
template <class Real, int N>
class Polisher {
public:
    explicit Polisher(const Inputs<N>& inputs) {
        InputPath<Real, N>(inputs, inputs).at(1, problem_);
        InputPath<Extended, N>(inputs, inputs).at(1, rough_);
    }

    /** Rotation (rad) of the last step: what rounding leaves; 9 if the answer is left. */
    Extended run(Field<Quadruple, N>& start, Polished<N>& result) {
        field_ = field_as<Real, Quadruple, N>(start);
        Sums<Real, N> before;
        Extended last = 9;
        bool keep_derivative = false;
        constexpr int most_iterations = 12;
        for (int iteration = 0; iteration <= most_iterations; ++iteration) {
            const bool derivative_too = std::is_same_v<Real, Extended> && !keep_derivative;
            evaluate(derivative_too);
            if (iteration > 0) {
                const auto turned = static_cast<Extended>(rotation<Real, N>(problem_, before, sums_));
                if (!(turned < 1e-2L)) {
                    return 9; // this is no polishing any more
                }
                keep_derivative = keep_derivative || turned < 1e-9L;
                const bool at_rounding = turned < 1e-20L || (turned < 1e-15L && turned > 0.1L * last);
                if (at_rounding || (iteration > 5 && turned > 0.5L * last) || iteration == most_iterations) {
                    result.rho = density_matrices<Real, N>(problem_, sums_);
                    start = field_as<Quadruple, Real, N>(field_);
                    return turned;
                }
                last = turned;
            }
            if (iteration == 0 || !keep_derivative) {
                factorize(derivative_too);
                result.inertia = factors_.regular() ? inertia_without_trace(factors_.negative_eigenvalues()) : -1;
            }
            step_back<Real, N>(field_, newton_step(residual<Real, N>(problem_, field_, sums_)));
            std::swap(before, sums_);
        }
        return 9;
    }

    /** The same problem with every input rounded differently (random signs, fixed sequence), and also what the sum over modes is
     *  made of in double precision: the field in every H, and every number of every density matrix. Where an eigenvalue of
     *  g J is small only because a symmetry nearly breaks (time reversal, for one), no change of the inputs leads there. */
    std::vector<Extended> floor(const Polished<N>& polished) {
        std::minstd_rand signs(1);
        const auto rounded = [&signs](Real& x) { x *= 1 + (signs() & 64 ? 1 : -1) * Real(0x1p-53L); };
        const Problem<Real, N> exact = problem_;
        for (auto& mode : problem_.modes) {
            rounded(mode.weight);
            rounded(mode.frequency);
        }
        for (std::size_t m = 0; m < 4; ++m) {
            for (std::size_t a = 0; a < N; ++a) {
                rounded(problem_.matter[m][a]);
            }
        }
        for (auto& x : problem_.vacuum) {
            rounded(x);
        }
        for (auto& nu : problem_.nu) {
            for (std::size_t m = 1; m < 4; ++m) {
                rounded(nu[m]);
            }
        }
        evaluate(false);
        auto R = residual<Real, N>(problem_, field_, sums_);
        const auto exact_field = field_, exact_F = sums_.F;
        for (auto& part : field_) {
            for (Real& x : part) {
                rounded(x);
            }
        }
        evaluate(false);
        field_ = exact_field;
        Field<Real, N> rounding{}; // of F
        for (std::size_t m = 0; m < 4; ++m) {
            for (std::size_t i = 0; i < rounding[m].size(); ++i) {
                rounding[m][i] = sums_.F[m][i] - exact_F[m][i];
            }
        }
        for (std::size_t q = 0; q < problem_.modes.size(); ++q) {
            const auto& mode = problem_.modes[q];
            if (!mode.counts) {
                continue;
            }
            auto rho = density_matrix<Real, N>(sums_.frames[q].vector, mode.r);
            for (std::size_t i = 0; i < rho.size(); ++i) {
                const Real exactly = rho[i];
                rounded(rho[i]);
                for (std::size_t m = 0; m < 4; ++m) {
                    rounding[m][i] += problem_.nu[q / problem_.slots][m] * mode.weight * (rho[i] - exactly);
                }
            }
        }
        without_torque(rounding, exact_F);
        for (std::size_t m = 0; m < 4; ++m) {
            for (std::size_t i = 0; i < rounding[m].size(); ++i) {
                R[m][i] -= rounding[m][i];
            }
        }
        step_back<Real, N>(field_, newton_step(R));
        evaluate(false);
        const auto rho = density_matrices<Real, N>(problem_, sums_);
        problem_ = exact;
        std::vector<Extended> floor(rho.size());
        for (std::size_t q = 0; q < rho.size(); ++q) {
            floor[q] = relative_change<N>(rho[q], polished.rho[q]);
        }
        return floor;
    }

    /** sum |field| over the smallest gap: rounding of the field, as an angle in units of a rounding. */
    Extended scale_of_field() const {
        Extended size = 0;
        for (const auto& part : field_) {
            for (const Real& x : part) {
                size += static_cast<Extended>(magnitude(x));
            }
        }
        return size / static_cast<Extended>(sums_.smallest_gap);
    }

private:
    /** Takes out of a change of F what turns all D alike: the torque of the two-body part of H is zero exactly, so that in these
     *  directions, soft as they are where mu is large, rounding is that of the vacuum term (equilibrium-solver.md section 4). */
    void without_torque(Field<Real, N>& change, const Field<Real, N>& D) const {
        const auto overlap = [](const Field<Real, N>& a, const Field<Real, N>& b) {
            Real sum = 0;
            for (std::size_t m = 0; m < 4; ++m) {
                sum += product<Real, N>(a[m], b[m]);
            }
            return sum;
        };
        const auto take_out = [](Field<Real, N>& a, const Field<Real, N>& b, Real share) {
            for (std::size_t m = 0; m < 4; ++m) {
                for (std::size_t i = 0; i < a[m].size(); ++i) {
                    a[m][i] -= share * b[m][i];
                }
            }
        };
        const Real size = overlap(D, D);
        Real fastest = 0;
        for (const auto& mode : problem_.modes) {
            fastest = std::max<Real>(fastest, magnitude(mode.frequency));
        }
        const Real rest = square_root(size + overlap(problem_.matter, problem_.matter));
        const Real exact = fastest < rest ? 1 - fastest / rest : Real(0); // share of the torque that does not round
        std::vector<Field<Real, N>> turned;
        for (std::size_t a = 0; a < D[0].size(); ++a) {
            Coordinates<Real, N> generator{};
            generator[a] = 1;
            Field<Real, N> t;
            for (std::size_t m = 0; m < 4; ++m) {
                t[m] = commutator<Real, N>(generator, D[m]);
                for (Real& x : t[m]) {
                    x *= Real(metric(m));
                }
            }
            for (const auto& other : turned) {
                take_out(t, other, overlap(t, other));
            }
            const Real length = overlap(t, t);
            if (length > Real(1e-20L) * size) {
                Field<Real, N> unit{};
                take_out(unit, t, -1 / square_root(length));
                turned.push_back(unit);
            }
        }
        for (const auto& t : turned) {
            take_out(change, t, exact * overlap(change, t));
        }
    }

    void evaluate(bool derivative_too) {
        derivative_too ? sum_modes<true, Real, N>(problem_, field_, sums_)
                       : sum_modes<false, Real, N>(problem_, field_, sums_);
    }
    void factorize(bool at_hand) {
        if constexpr (std::is_same_v<Real, Extended>) {
            if (at_hand) {
                factors_ = SymmetricFactors<Extended>(derivative<Extended, N>(problem_, field_, sums_));
                return;
            }
        }
        const auto field = field_as<Extended, Real, N>(field_);
        Sums<Extended, N> sums;
        sum_modes<true, Extended, N>(rough_, field, sums);
        factors_ = SymmetricFactors<Extended>(derivative<Extended, N>(rough_, field, sums));
    }
    std::vector<Extended> newton_step(const Field<Real, N>& R) const {
        const auto field = field_as<Extended, Real, N>(field_);
        return factors_.solve(right_side<Extended, N>(rough_, field, field_as<Extended, Real, N>(R)));
    }

    Problem<Real, N> problem_;
    Problem<Extended, N> rough_;
    Field<Real, N> field_{};
    Sums<Real, N> sums_;
    SymmetricFactors<Extended> factors_{SquareMatrix<Extended>(0)};
};

template <int N>
Polished<N> polish(const Inputs<N>& inputs, const Field<Quadruple, N>& start, bool with_floor) {
    Polished<N> result;
    result.field = start;
    Polisher<Extended, N> polisher(inputs);
    Extended turned = polisher.run(result.field, result);
    // Enough if what is left is a tenth of the rounding of the field in double precision.
    if (turned < std::min(1e-13L, 0.1L * 0x1p-53L * (2 + polisher.scale_of_field()))) {
        result.converged = true;
        if (with_floor) {
            result.floor = polisher.floor(result);
        }
        return result;
    }
    result.quadruple = true;
    result.field = start;
    Polisher<Quadruple, N> finer(inputs);
    turned = finer.run(result.field, result);
    result.converged = turned < 1e-18L;
    if (result.converged && with_floor) {
        result.floor = finer.floor(result);
    }
    return result;
}

} // namespace miscid::campaign
