/** @file marker_box.hpp
 *  The kinetic equation (d_t + v d_z) E_v = (D_0 - v D_1) x E_v, D_n = sum_v a_v v^n u_v, on Lagrangian markers in a
 *  periodic box (docs/embedded-box.md).
 *
 *  Beam v carries N markers at z = (j + f_v) dz, 0 <= f < 1, all moving together, so streaming is exact; a beam that
 *  passes a node renumbers its markers. Marker j holds u, E in units of an amplitude a_v of its beam (quadrature weight
 *  included): u = z is a beam without flavor coherence, and a direction without lepton number still shows how it would
 *  have been mixed. Rotations are Cayley's, exact in |u|. Fields are deposited and gathered with the same 4-point cubic
 *  weights, one set per beam.
 *
 *  Everything happens in a gauge that takes out the carrier of the waves: H_z - Omega_0, D_1z + K_0, which is
 *  S -> S exp(-i k_0 z + i Omega_0 t), k_0 = -K_0, S = u_x - i u_y. K_0 and Omega_0 follow the field. So neither matter
 *  nor D_0z is stiff. Units: mu = c = 1, any frequency.
 *
 *  One box, or up to sixteen of equal beams and markers side by side, each with its own cosines, amplitudes, length, step
 *  and number of steps. A box gives the same bits alone, in any company, and with every instruction set. Numbers are float,
 *  sums double. Nothing allocates after reserve.
 */
#pragma once

#include "kinetics/marker_kernels.hpp"
#include "kinetics/random_numbers.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace miscid::kinetics {

/** Numbers that begin where a cache line does. */
template <typename Number>
class Lanes {
public:
    void assign(std::size_t count, Number value) {
        lines_.assign((count * sizeof(Number) + sizeof(Line) - 1) / sizeof(Line), Line());
        count_ = count;
        fill(value);
    }
    void fill(Number value) { std::fill_n(data(), count_, value); }
    std::size_t size() const { return count_; }
    Number* data() { return reinterpret_cast<Number*>(lines_.data()); }
    const Number* data() const { return reinterpret_cast<const Number*>(lines_.data()); }
    Number& operator[](std::size_t i) { return data()[i]; }
    const Number& operator[](std::size_t i) const { return data()[i]; }

private:
    struct alignas(64) Line {
        unsigned char bytes[64];
    };
    std::vector<Line> lines_;
    std::size_t count_ = 0;
};

class MarkerBox {
public:
    static constexpr int most_boxes = marker_lanes;

    explicit MarkerBox(equilibrium::DispatchLevel level);

    /** Room for so many beams and markers on each. More than one box stand side by side. */
    void reserve(int beams, int markers, int boxes = 1);
    /** Starts a box: cosines, amplitudes a_v = w_v E_v and length; u = z, shifts zero, k_0 = D_1z. Boxes side by side must
     * have the same beams and markers; those that were not started wait empty. */
    void start(int beams, int markers, double length, const double* v, const double* amplitude, int box = 0);

    /** Tilts u by a field common to all beams: independent normal amplitudes for |k| <= largest_k (at most N/4 waves of
     * either sign), weighted with sqrt(I_-) on E > 0 and sqrt(I_+) on E < 0 so that no lepton number comes in at
     * second order. */
    void tilt(double rms, double largest_k, RandomNumbers& random, int box = 0);

    struct Task {
        int steps = 0;
        double h = 0.0;                 ///< length of a step
        const double* source = nullptr; ///< de/dt of each beam along z, spread over the steps; null: none
        const double* loss = nullptr;   ///< decay rate of S of each beam; null: none
    };
    /** One task per box of reserve(). */
    void run(const Task* tasks);
    /** The only box. */
    void run(int steps, double h, const double* source, const double* loss) {
        const Task task = {steps, h, source, loss};
        run(&task);
    }

    int beams() const { return beams_; }
    int markers() const { return markers_; }
    double length(int box = 0) const { return boxes_[at(box)].length; }
    double amplitude(int beam, int box = 0) const { return a_[beam_of(beam, box)]; }
    /** mean over markers of u_z, times a_v. */
    double mean(int beam, int box = 0) const { return amplitude(beam, box) * mean_of_u(beam, box); }
    double mean_of_u(int beam, int box = 0) const;
    /** mean |u|^2, and that of its transverse part. */
    double square(int beam, int box = 0) const;
    double transverse_square(int beam, int box = 0) const;
    /** sum a^2 <|S|^2> / sum a^2 <|u|^2>. */
    double wave_content(int box = 0) const;
    /** The lepton number sum a <u_z> should have; run() keeps it there. */
    double lepton_number(int box = 0) const { return boxes_[at(box)].lepton_number; }
    void set_lepton_number(double value, int box = 0) { boxes_[at(box)].lepton_number = value; }

    /** Marker by marker, for states and tests. */
    float& u(int beam, int component, int marker, int box = 0) { return rows_[place(beam, component, marker, box)]; }
    float u(int beam, int component, int marker, int box = 0) const {
        return rows_[place(beam, component, marker, box)];
    }
    double shift(int beam, int box = 0) const { return shift_[entry(beam, box)]; }
    /** 0 <= shift < 1. */
    void set_shift(int beam, double shift, int box = 0);
    void set_amplitude(int beam, double a, int box = 0);
    double gauge_frequency(int box = 0) const { return boxes_[at(box)].omega; }
    double gauge_wave_number(int box = 0) const { return boxes_[at(box)].k; }
    void set_gauge(double omega, double k, int box = 0);
    int steps_done(int box = 0) const { return boxes_[at(box)].steps_done; }
    void set_steps_done(int steps, int box = 0) { boxes_[at(box)].steps_done = steps; }
    /** D_n, n = 0, 1, on the nodes, as it is now, without the gauge. For tests and pictures. */
    void field_now(int moment, int component, double* nodes, int box = 0);

private:
    /** What each box has of its own. */
    struct Box {
        double length = 0.0, dz = 0.0;
        double omega = 0.0, k = 0.0;
        double lepton_number = 0.0;
        double size = 0.0, largest_a = 0.0, all_squares = 0.0; ///< sum |a|, max |a|, sum a^2
        int steps_done = 0;
        bool remembered = false;
        int steps = 0; ///< still to come
        double h = 0.0;
        double source = 0.0; ///< of lepton number, per step
        double waves = 0.0;  ///< content at the last correction
        int pieces = 1;      ///< of a drift, none longer than a node
    };
    /** Which boxes something is for. */
    using Chosen = std::array<bool, most_boxes>;

    static std::size_t at(int box) { return static_cast<std::size_t>(box); }
    std::size_t beam_of(int beam, int box) const { return static_cast<std::size_t>(box * beams_ + beam); }
    int lane(int beam, int box) const { return arrays_.side_by_side ? box : beam % arrays_.turn; }
    int group(int beam) const { return arrays_.side_by_side ? beam : beam / arrays_.turn; }
    /** Lanes of a beam are `turn` apart, and so are its entries. */
    int copies() const { return arrays_.uniform() || arrays_.side_by_side ? 1 : marker_lanes / arrays_.turn; }
    std::size_t entry(int beam, int box) const {
        return static_cast<std::size_t>(arrays_.uniform() ? beam : group(beam) * marker_lanes + lane(beam, box));
    }
    std::size_t place(int beam, int component, int marker, int box) const {
        return static_cast<std::size_t>((3 * group(beam) + component) * marker_lanes + lane(beam, box)) +
               slot_[static_cast<std::size_t>(marker)];
    }
    /** A number of a beam, in all lanes of it. */
    template <typename Number>
    void spread(Lanes<Number>& numbers, int beam, int box, double value) {
        const std::size_t first = entry(beam, box);
        for (int copy = 0; copy < copies(); ++copy) {
            numbers[first + at(copy * arrays_.turn)] = static_cast<Number>(value);
        }
    }

    void set_layout(int beams, int markers);
    void set_lanes();
    void drift(const std::array<double, most_boxes>& time);
    void pass_nodes();
    void prepare(const Task* tasks);
    void finish_box(int box);
    void step();
    void correct_lepton_number(Chosen boxes);
    void sums_of(int beam, int box, double& along, double& across) const;
    const float* field_of(int box) const { return field_.data() + (arrays_.side_by_side ? box : 0); }
    void remember_wave(int box);
    void center_gauge(int box);
    void turn_gauge(double modes, int box);

    MarkerKernels kernels_;
    MarkerArrays arrays_;
    int count_ = 1;  ///< boxes
    int pieces_ = 1; ///< of a drift
    int beams_ = 0;
    int markers_ = 0;
    bool adds_ = false; ///< sources or losses
    std::array<Box, most_boxes> boxes_;
    std::vector<double> v_, a_;    ///< [box][beam]
    Lanes<double> shift_, rate_;   ///< [entry]
    Lanes<double> along_, across_; ///< [group][lane]
    std::vector<double> wave_;     ///< [box][re, im][node] N(z) = sum a S one step ago
    std::vector<int> passed_;
    std::vector<std::size_t> slot_; ///< place of a marker in its beam
    std::vector<std::size_t> node_; ///< and of a node in the field
    Lanes<float> rows_, middle_, field_, stencil_;
    Lanes<float> v_float_, a_float_, tap_, share_, added_, left_, tilt_; ///< [entry]
    alignas(64) float step_[marker_lanes], omega_[marker_lanes], k_[marker_lanes];
};

} // namespace miscid::kinetics
