/** @file root_finder.hpp
 *  Every unstable root of a dispersion determinant, with a certified count (flavor-waves.md 2).
 *
 *  1. The half plane Im Omega > floor is mapped to the unit disk, Omega = c + i floor + i s (1 + w)/(1 - w), and the
 *     determinant followed around its edge: its winding number is the number of roots. The determinant goes to one at
 *     w = 1, so the contour is closed. A node stands above every pole: a root just above the floor and the pole below
 *     it cancel from afar but not there.
 *  2. Up to three roots come from power sums of the walk, more from Beyn's moments of (1 - Pi)^{-1}; Newton's
 *     iteration on log det polishes them.
 *  3. Roots still missing, close to others or multiple ones, are found by halving a rectangle with the same argument
 *     principle until each is alone.
 * From step to step and along k, `polish` alone follows a root.
 */
#pragma once

#include "waves/aligned_kernels.hpp"
#include "waves/contour.hpp"
#include "waves/small_matrix.hpp"

#include <vector>

namespace miscid::waves {

inline constexpr int max_listed_roots = 64;

struct RootSet {
    int count = 0;          ///< roots above the floor, each with its multiplicity
    bool certified = false; ///< the walk met no step it could not resolve
    int found = 0;          ///< roots located; less than count means short
    int listed = 0;         ///< the first of them in omega, by decreasing growth
    Complex omega[max_listed_roots];
    long evaluations = 0; ///< of the kernel, in all

    bool complete() const { return certified && found == count; }
};

template <typename Kernel>
class RootFinder {
public:
    static constexpr int rank = Kernel::rank;
    using Matrix = typename Kernel::Matrix;
    using Vector = typename Kernel::Vector;

    /** Storage for kernels of this many poles. The roots of one call are at most `most_roots`. */
    void reserve(int poles, int most_roots = 256);
    void set_evaluation_limit(long limit) { evaluation_limit_ = limit; }

    /** The roots with Im Omega > floor > -min damping. */
    RootSet unstable(const Kernel& kernel, double floor);
    /** All roots of the last `unstable`, by decreasing growth. */
    const std::vector<Complex>& roots() const { return roots_; }
    /** Number of roots with Im Omega > floor only. */
    RootSet count(const Kernel& kernel, double floor);

    /** Newton's iteration from a nearby start; false (and `omega` untouched) if it does not converge. */
    bool polish(const Kernel& kernel, Complex& omega) const;
    /** N of (1 - Pi) N = 0 at a root, of unit length. */
    Vector null_vector(const Kernel& kernel, Complex omega) const;
    /** Kernel evaluations since reserve. */
    long evaluations() const { return evaluations_; }

private:
    struct Box {
        double low_re, high_re, low_im, high_im;
        int count;
    };
    static constexpr int most_boxes = 128;
    static constexpr int deepest_halving = 52;

    CurvePoint sample(const Kernel& kernel, Complex omega, Complex z, Complex omega_of_z) const;
    CurvePoint above_floor(const Kernel& kernel, Complex w) const;
    template <typename Between>
    bool step_to(const Between& between, const CurvePoint& goal, Winding& winding, bool record);
    bool walk_line(const Kernel& kernel, Complex from, Complex to, double unit, Complex centre, Winding& winding);
    bool walk_half_plane(const Kernel& kernel, double floor, Winding& winding);
    bool walk_box(const Kernel& kernel, const Box& box, Winding& winding);
    bool walk_circle(const Kernel& kernel, Complex centre, double radius, Winding& winding);
    void sort_poles(const Kernel& kernel);
    void starts_of_moments(const Kernel& kernel, int count);
    bool is_zero(const Kernel& kernel, Complex omega, double distance) const;
    bool add_if_new(Complex omega);
    void add_starts(const Kernel& kernel, double floor);
    static bool inside(const Box& box, Complex z) {
        return z.real() > box.low_re && z.real() < box.high_re && z.imag() > box.low_im && z.imag() < box.high_im;
    }
    bool resolve_cluster(const Kernel& kernel, Complex centre, int count);
    bool settle_box(const Kernel& kernel, const Box& box);
    void halve_boxes(const Kernel& kernel, double floor, int count);
    Complex omega_of(Complex w) const { return shift_ + Complex(0.0, half_range_) * (1.0 + w) / (1.0 - w); }

    Complex shift_;           ///< c + i floor
    double half_range_ = 1.0; ///< s
    double floor_ = 0.0;
    double scale_ = 1.0; ///< size of frequencies here
    double low_ = 0.0;
    double high_ = 0.0;
    double least_damping_ = 0.0;
    long evaluation_limit_ = 400000;
    long stop_at_ = 0;
    mutable long evaluations_ = 0;
    CurvePoint halvings_[deepest_halving]; ///< the step being halved; a member so that no step initialises it
    std::vector<double> poles_;            ///< frequencies, ascending
    std::vector<double> stops_;            ///< frequencies of the first nodes, descending
    std::vector<Complex> nodes_;           ///< w of the nodes walked over
    std::vector<Complex> starts_;
    std::vector<Complex> roots_;
    std::vector<Complex> saved_;
};

extern template class RootFinder<AxisymmetricKernel>;
extern template class RootFinder<AxialBreakingKernel>;
extern template class RootFinder<AlignedKernel>;

} // namespace miscid::waves
