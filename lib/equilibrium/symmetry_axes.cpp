#include "equilibrium/symmetry_axes.hpp"

#include "flavor/three_flavor.hpp"

#include <algorithm>

namespace miscid::equilibrium {

namespace {

bool no_vacuum_term(const phase_space::ModeGrid& grid) {
    const double* frequency = grid.frequencies();
    return std::all_of(frequency, frequency + grid.size(), [](double f) { return f == 0.0; });
}

/** Unit vectors of the two diagonal generators in the basis given by the columns of U. */
SymmetryAxesFor<3> diagonal_axes(const flavor::FlavorMatrix& U) {
    SymmetryAxesFor<3> axes;
    for (int diagonal = 0; diagonal < 2; ++diagonal) {
        const FlavorVectorFor<3> unit = FlavorVectorFor<3>::Unit(diagonal);
        const flavor::FlavorMatrix generator = U * flavor::traceless_matrix_of_vector(unit) * U.adjoint();
        axes.add({flavor::vector_of_matrix(generator).normalized(), 0.0});
    }
    return axes;
}

} // namespace

SymmetryAxesFor<2> symmetry_axes(const phase_space::ModeGrid& grid, const medium::MediumFor<2>& medium) {
    const FlavorVector& B = medium.B;
    if (no_vacuum_term(grid) || (B.x() == 0.0 && B.y() == 0.0)) {
        return SymmetryAxis{flavor::electron_axis<2>(), 0.0};
    }
    if (medium.lambda == 0.0) {
        return SymmetryAxis{B, 0.0};
    }
    return {};
}

SymmetryAxesFor<3> symmetry_axes(const phase_space::ModeGrid& grid, const medium::MediumFor<3>& medium) {
    const FlavorVectorFor<3>& B = medium.B;
    if (no_vacuum_term(grid) || B.tail<6>().isZero(0.0)) {
        return diagonal_axes(flavor::FlavorMatrix::Identity());
    }
    const bool mu_tau_alike = medium.lambda_mu == 0.0 && medium.lambda_tau == 0.0;
    if (medium.lambda == 0.0 && mu_tau_alike) {
        return diagonal_axes(flavor::eigenstates(B).states);
    }
    if (B.segment<4>(2).isZero(0.0)) { // e mu and e tau
        SymmetryAxesFor<3> axes;
        axes.add({FlavorVectorFor<3>::Unit(1), 0.0});
        if (mu_tau_alike) {
            FlavorVectorFor<3> mu_tau = FlavorVectorFor<3>::Zero();
            mu_tau[0] = B[0];
            mu_tau.tail<2>() = B.tail<2>();
            axes.add({mu_tau.normalized(), 0.0});
        }
        return axes;
    }
    return {};
}

} // namespace miscid::equilibrium
