/** @file paths.hpp
 *  How the problem of a cell changes from s = 0, where its equilibrium is known, to s = 1.
 */
#pragma once

#include "check/conditions.hpp"

#include <cmath>
#include <utility>
#include <vector>

namespace miscid::campaign {

/** Everything an equilibrium depends on: a host's numbers, and the labelled spectra r of every mode. */
template <int N>
struct Inputs {
    int groups = 1;
    std::vector<Extended> direction;                            ///< unit vectors
    std::vector<Extended> weight;                               ///< per direction and group
    std::vector<Extended> omega;                                ///< |dm^2|/2E per group
    std::array<Extended, static_cast<std::size_t>(N)> matter{}; ///< lambda_e, lambda_mu, lambda_tau
    std::array<Extended, 3> velocity{};
    Coordinates<Extended, N> vacuum{};
    Extended avoided_crossing = 0;                                    ///< Problem::avoided_crossing
    std::vector<std::array<Extended, static_cast<std::size_t>(N)>> r; ///< per mode, in the order of Shape::mode
    std::vector<Symmetry<Extended, N>> symmetry;
};

template <class Real, int N>
class Path {
public:
    virtual ~Path() = default;
    virtual void at(Real s, Problem<Real, N>& problem) const = 0;
};

template <class Real, int N>
void set_symmetry(const Inputs<N>& a, const Inputs<N>& b, Real s, Problem<Real, N>& problem) {
    problem.symmetry.resize(b.symmetry.size());
    for (std::size_t k = 0; k < b.symmetry.size(); ++k) {
        for (std::size_t i = 0; i < b.symmetry[k].generator.size(); ++i) {
            problem.symmetry[k].generator[i] = b.symmetry[k].generator[i];
        }
        const Real from = a.symmetry.size() > k ? a.symmetry[k].projection : b.symmetry[k].projection;
        problem.symmetry[k].projection = from + s * (Real(b.symmetry[k].projection) - from);
    }
}

/** From one set of inputs to another: weights and lambda in equal ratios (linear where an end is 0), the rest linear. */
template <class Real, int N>
class InputPath final : public Path<Real, N> {
public:
    InputPath(Inputs<N> from, Inputs<N> to) : a_(std::move(from)), b_(std::move(to)) {}

    void at(Real s, Problem<Real, N>& problem) const override {
        const auto linear = [s](Extended a, Extended b) { return Real(a) + s * (Real(b) - Real(a)); };
        const auto geometric = [&](Extended a, Extended b) {
            if (a == b || s == 1) {
                return Real(b);
            }
            return a > 0 && b > 0 ? Real(a) * power(Real(b / a), s) : linear(a, b);
        };
        const std::size_t groups = static_cast<std::size_t>(a_.groups), directions = a_.direction.size() / 3;
        problem.slots = 2 * groups;
        problem.nu.resize(directions);
        problem.modes.resize(directions * problem.slots);
        for (std::size_t i = 0; i < a_.vacuum.size(); ++i) {
            problem.vacuum[i] = b_.vacuum[i];
        }
        problem.avoided_crossing = b_.avoided_crossing;
        for (std::size_t a = 0; a < N; ++a) {
            problem.matter[0][a] = geometric(a_.matter[a], b_.matter[a]);
            for (std::size_t k = 0; k < 3; ++k) {
                problem.matter[k + 1][a] = problem.matter[0][a] * linear(a_.velocity[k], b_.velocity[k]);
            }
        }
        set_symmetry<Real, N>(a_, b_, s, problem);
        for (std::size_t d = 0; d < directions; ++d) {
            problem.nu[d] = {Real(1), Real(b_.direction[3 * d]), Real(b_.direction[3 * d + 1]),
                             Real(b_.direction[3 * d + 2])};
            for (std::size_t g = 0; g < groups; ++g) {
                const Real omega = 1 / linear(1 / a_.omega[g], 1 / b_.omega[g]); // linear in the energy
                const Real weight = geometric(a_.weight[d * groups + g], b_.weight[d * groups + g]);
                for (std::size_t type = 0; type < 2; ++type) {
                    const std::size_t q = d * problem.slots + type * groups + g;
                    auto& mode = problem.modes[q];
                    const int sign = type == 0 ? 1 : -1;
                    mode.frequency = sign * (s == 1 ? Real(b_.omega[g]) : omega);
                    mode.weight = sign * weight;
                    mode.counts = false;
                    for (std::size_t a = 0; a < N; ++a) {
                        mode.r[a] = linear(a_.r[q][a], b_.r[q][a]);
                        mode.counts = mode.counts || (weight != 0 && mode.r[a] != mode.r[0]);
                    }
                }
            }
        }
        problem.offset = {};
    }

private:
    Inputs<N> a_, b_;
};

/** Nothing but the matter density changes, at the composition of the cell: from lambda = `largest`, where everything is diagonal, in equal ratios (design section 2, cold start). */
template <class Real, int N>
class MatterPath final : public Path<Real, N> {
public:
    /** `scale`: lambda from which the descent goes on linearly. */
    MatterPath(const Inputs<N>& to, Extended largest, Extended scale)
        : end_(to, to), to_(to.matter[0]), largest_(largest), scale_(scale) {}

    void at(Real s, Problem<Real, N>& problem) const override {
        end_.at(Real(1), problem);
        if (s == 1) {
            return;
        }
        const Extended ratio = (to_ + scale_) / (largest_ + scale_);
        const Real lambda = Real(largest_ + scale_) * power(Real(ratio), s) - Real(scale_);
        for (auto& potential : problem.matter) {
            for (std::size_t a = 0; a < N; ++a) {
                potential[a] *= lambda / Real(to_);
            }
        }
    }

private:
    InputPath<Real, N> end_;
    Extended to_, largest_, scale_;
};

/** The residual of a start field goes to zero: R(G) = (1 - s) R(G_start) with the new inputs (design section 2). */
template <class Real, int N>
class ResidualPath final : public Path<Real, N> {
public:
    ResidualPath(const Inputs<N>& inputs, const Field<Quadruple, N>& field) : end_(inputs, inputs) {
        Field<Real, N> start;
        for (std::size_t m = 0; m < 4; ++m) {
            for (std::size_t i = 0; i < start[m].size(); ++i) {
                start[m][i] = static_cast<Real>(field[m][i]);
            }
        }
        Problem<Real, N> problem;
        end_.at(Real(1), problem);
        Sums<Real, N> sums;
        sum_modes<false, Real, N>(problem, start, sums);
        R_ = residual<Real, N>(problem, start, sums);
    }
    void at(Real s, Problem<Real, N>& problem) const override {
        end_.at(Real(1), problem);
        for (std::size_t m = 0; m < 4; ++m) {
            for (std::size_t i = 0; i < R_[m].size(); ++i) {
                problem.offset[m][i] = (1 - s) * R_[m][i];
            }
        }
    }

private:
    InputPath<Real, N> end_;
    Field<Real, N> R_;
};

} // namespace miscid::campaign
