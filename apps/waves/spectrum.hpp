/** @file spectrum.hpp
 *  All unstable waves of one wave vector: from the determinants, and from the dense operator where those come short.
 */
#pragma once

#include "waves/wave_case.hpp"

#include "waves/dense.hpp"
#include "waves/wave.hpp"

#include <optional>
#include <string>
#include <vector>

namespace miscid::apps {

constexpr int most_roots = 4096;
constexpr int largest_dense = 1600; ///< rows: about a minute

/** A root and its group velocity: none where the root is degenerate. */
struct SpectrumWave {
    waves::Complex omega;
    std::optional<Eigen::Vector3cd> velocity;
};

struct Spectrum {
    int count = 0;
    bool certified = true;
    std::vector<SpectrumWave> waves;
    std::string method;
    long evaluations = 0;
};

/** Roots this close are one multiple root to double precision, and have no velocity of their own. */
bool degenerate(const std::vector<waves::Complex>& roots, std::size_t j, double scale);

/** Roots of one kernel; those of the dense operator where the determinant's come short. `dense` gives that operator, or
 *  an empty matrix where it would be too large. */
template <typename Kernel, typename DenseOperator>
std::vector<waves::Complex> all_roots(const Kernel& kernel, double floor, const DenseOperator& dense,
                                      Spectrum& spectrum) {
    waves::RootFinder<Kernel> finder;
    finder.reserve(kernel.poles().count, most_roots);
    finder.set_evaluation_limit(2000000);
    const waves::RootSet set = finder.unstable(kernel, floor);
    spectrum.evaluations += set.evaluations;
    if (set.complete()) {
        spectrum.count += set.count;
        return finder.roots();
    }
    const Eigen::MatrixXcd matrix = dense();
    if (matrix.rows() == 0) { // too large to diagonalise: short, and said so
        spectrum.count += set.count;
        spectrum.certified = spectrum.certified && set.certified;
        spectrum.method = "determinant, short";
        return finder.roots();
    }
    const Eigen::VectorXcd values = waves::dense_spectrum(matrix);
    std::vector<waves::Complex> roots;
    for (const waves::Complex z : values) {
        if (z.imag() > floor) {
            roots.push_back(z);
        }
    }
    spectrum.method = "dense";
    spectrum.certified = spectrum.certified && set.certified && set.count == static_cast<int>(roots.size());
    spectrum.count += static_cast<int>(roots.size());
    return roots;
}

/** Adds the S branch at k, or minus the conjugate of the S branch at -k (flavor-waves.md 1). */
void add_branch(const waves::AlignedBackground& background, const Eigen::Vector3d& k, bool conjugate, double floor,
                Spectrum& spectrum);

/** The answer of kind `dispersion`. */
Json spectrum_json(Spectrum& spectrum, double floor, double natural_floor);

} // namespace miscid::apps
