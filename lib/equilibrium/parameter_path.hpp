/** @file parameter_path.hpp
 *  The path between two cells whose parameters are both known (reference cases, campaigns): mu and lambda geometric in s
 *  (linear if one end is 0), velocity, weights and |P| linear, alignments fixed.
 */
#pragma once

#include "equilibrium/solver.hpp"

#include <vector>

namespace miscid::equilibrium {

class ParameterPath final : public Path {
public:
    /** One end. The amplitude of a mode is c = s epsilon w |P|, interpolated in w and |P| separately. */
    struct End {
        medium::Medium medium;
        std::optional<SymmetryAxis> symmetry;
        phase_space::AlignedVector weight;       ///< w, in the grid's layout
        phase_space::AlignedVector polarization; ///< |P|
    };

    /** `sign` holds s epsilon per mode, in the grid's layout. */
    ParameterPath(const phase_space::ModeGrid& grid, phase_space::AlignedVector sign, End start, End finish)
        : grid_(&grid), sign_(std::move(sign)), start_(std::move(start)), finish_(std::move(finish)) {}

    void at(double s, Problem& problem, double* amplitude) const override {
        const auto between = [s](double a, double b) { return a + s * (b - a); };
        const auto geometric = [&](double a, double b) {
            return a > 0.0 && b > 0.0 ? (s == 1.0 ? b : a * std::pow(b / a, s)) : between(a, b);
        };
        problem.grid = grid_;
        problem.medium = finish_.medium;
        problem.medium.mu = geometric(start_.medium.mu, finish_.medium.mu);
        problem.medium.lambda = geometric(start_.medium.lambda, finish_.medium.lambda);
        if (s != 1.0) {
            problem.medium.velocity = start_.medium.velocity + s * (finish_.medium.velocity - start_.medium.velocity);
        }
        problem.symmetry = finish_.symmetry;
        if (start_.symmetry && finish_.symmetry) {
            problem.symmetry->conserved_projection =
                between(start_.symmetry->conserved_projection, finish_.symmetry->conserved_projection);
        }
        problem.offset = Field::Zero();
        for (std::size_t i = 0; i < sign_.size(); ++i) {
            amplitude[i] = sign_[i] * between(start_.weight[i], finish_.weight[i]) *
                           between(start_.polarization[i], finish_.polarization[i]);
        }
        if (s == 1.0) {
            for (std::size_t i = 0; i < sign_.size(); ++i) {
                amplitude[i] = sign_[i] * finish_.weight[i] * finish_.polarization[i];
            }
        }
    }

private:
    const phase_space::ModeGrid* grid_;
    phase_space::AlignedVector sign_;
    End start_;
    End finish_;
};

} // namespace miscid::equilibrium
