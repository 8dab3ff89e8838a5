/** @file parameter_path.hpp
 *  The path between two cells whose parameters are both known (reference cases, campaigns): mu and lambda geometric in s
 *  (linear if one end is 0), velocity, weights and |P| linear, alignments fixed.
 */
#pragma once

#include "equilibrium/between.hpp"
#include "equilibrium/solver.hpp"

namespace miscid::equilibrium {

template <int N_f>
class ParameterPathFor final : public PathFor<N_f> {
public:
    /** One end. The amplitude of a mode is c = s epsilon w |P| (three flavors: c_k = s w r_k), interpolated in w and |P|
     *  separately. */
    struct End {
        medium::MediumFor<N_f> medium;
        SymmetryAxesFor<N_f> symmetry;
        phase_space::AlignedVector weight;       ///< w, in the grid's layout
        phase_space::AlignedVector polarization; ///< |P|; or r_k, one array for each eigenstate behind the other
    };

    /** `sign` holds s epsilon (s) per mode, in the grid's layout. */
    ParameterPathFor(const phase_space::ModeGrid& grid, phase_space::AlignedVector sign, End start, End finish)
        : grid_(&grid), sign_(std::move(sign)), start_(std::move(start)), finish_(std::move(finish)) {}

    void at(double s, ProblemFor<N_f>& problem, double* amplitude) const override {
        const auto linear = [s](double a, double b) { return a + s * (b - a); };
        problem.grid = grid_;
        problem.medium = finish_.medium;
        problem.medium.mu = between(start_.medium.mu, finish_.medium.mu, s);
        problem.medium.lambda = between(start_.medium.lambda, finish_.medium.lambda, s);
        if (s != 1.0) {
            problem.medium.velocity = start_.medium.velocity + s * (finish_.medium.velocity - start_.medium.velocity);
        }
        problem.symmetry = finish_.symmetry;
        problem.medium.lambda_mu = between(start_.medium.lambda_mu, finish_.medium.lambda_mu, s);
        problem.medium.lambda_tau = between(start_.medium.lambda_tau, finish_.medium.lambda_tau, s);
        auto from = start_.symmetry.begin();
        for (auto& axis : problem.symmetry) {
            if (from != start_.symmetry.end()) {
                axis.conserved_projection = linear((from++)->conserved_projection, axis.conserved_projection);
            }
        }
        problem.offset = FieldFor<N_f>::Zero();
        for (int plane = 0; plane < amplitude_planes<N_f>; ++plane) {
            for (std::size_t i = 0; i < sign_.size(); ++i, ++amplitude) {
                const std::size_t k = static_cast<std::size_t>(plane) * sign_.size() + i;
                *amplitude = sign_[i] * (s == 1.0 ? finish_.weight[i] * finish_.polarization[k]
                                                  : linear(start_.weight[i], finish_.weight[i]) *
                                                        linear(start_.polarization[k], finish_.polarization[k]));
            }
        }
    }

private:
    const phase_space::ModeGrid* grid_;
    phase_space::AlignedVector sign_;
    End start_;
    End finish_;
};
using ParameterPath = ParameterPathFor<2>;

} // namespace miscid::equilibrium
