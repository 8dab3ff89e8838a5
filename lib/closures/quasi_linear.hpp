/** @file quasi_linear.hpp
 *  What the wave closures share: the background of a cell on its refined angles, the unstable bands in k' with a set of
 *  waves in each, and the conservative exchange between waves and amplitudes (theory.md F7, F10; flavor-waves.md 3-5).
 */
#pragma once

#include "closures/closure.hpp"
#include "closures/wave_lines.hpp"
#include "phase_space/refinement.hpp"

#include <vector>

namespace miscid::closures {

/** An integer from a state, zero if it is none below the limit: states may come from a damaged file. */
inline int stored_integer(double number, int limit) {
    return number >= 0.0 && number < limit ? static_cast<int>(number) : 0;
}

/** One wave that is followed. */
struct Wave {
    int line = 0;
    int group = 0;      ///< neighbours in k' on the same branch share one
    double k = 0.0;     ///< shifted wave number
    double width = 0.0; ///< share of the k axis it stands for
    Complex omega;      ///< its last root above the floor
    bool growing = false;
    double lab_k = 0.0;     ///< k of the wave itself, which stays while D_1 moves (kinetic)
    double intensity = 0.0; ///< I of |s_i|^2 = p_i^2 R_i I (kinetic)
    double seed_gain = 0.0; ///< WaveShape
    double velocity = 0.0;  ///< Re dOmega/dk (kinetic)
};

class QuasiLinear {
public:
    static constexpr int most_waves = 64;

    explicit QuasiLinear(const Options& options) : options_(options) {}
    void reserve(int directions);

    /** Takes the cell's amplitudes. `held` is lepton number (sum |e|) that waves hold already; it raises the floor. */
    void begin(const Cell& cell, Answer& answer, double held);
    /** e += share * dt * source. */
    void add_source(double share);
    /** Waves above this growth count. */
    double floor(int line, double k) const { return std::max(slope_[line] * std::abs(k), base_floor_); }
    double base_floor() const { return base_floor_; }
    void set_held(double held);
    double held() const { return held_; }
    double total() const { return total_; } ///< sum |e| now

    /** Counts roots on a grid over all bands there can be and places waves in those that grow. Returns false if nothing grows. */
    bool scan();
    /** True if a scan was done for amplitudes so close to these that spot checks will do. */
    bool searched(const double* record) const;
    /** Writes the record of a scan of these amplitudes: search_record numbers. */
    void record_search(double* record) const;
    static constexpr int search_record = 3;
    static constexpr int most_cursor = 1 << 20;
    /** Looks at every second place, the others next time. True if one grows that is followed by no wave. */
    bool check_half(int& cursor);
    /** Counts roots at some wave numbers only, the cursor going round from call to call. True if one grows that is followed by
     * no wave. */
    bool spot_check(int places, int& cursor);
    /** Newton from where the waves were. Returns the fastest growth (0 if none is above the floor). */
    double follow();
    /** Moves the waves of each band over the part that grows. */
    void center();
    /** Waves followed that grow. */
    int growing() const;
    /** Fastest growth of the last scan, and whether every count since was certified. */
    double scanned_growth() const { return scanned_growth_; }
    bool scan_certified() const { return scan_certified_; }
    bool homogeneous_unstable();

    std::vector<Wave>& waves() { return waves_; }
    /** Waves from a state, those left out that cannot be waves of this cell. After begin(). */
    void take_waves(const std::vector<Wave>& stored);
    const std::vector<Wave>& waves() const { return waves_; }
    /** D_1 along a line: k' = k - D_1. */
    double flux(int line) const { return lines_.flux(line); }
    int lines() const { return lines_.lines(); }
    double multiplicity(int line) const { return lines_.multiplicity(line); }
    /** Root at this place, started from omega: true if it grows above the floor. */
    bool grows(int line, double k, Complex& omega);
    void band(double& low, double& high) const;

    /** Shapes of the growing waves, with a width nu added to their resonance. */
    void take_shapes(double broadening, bool derivatives = false);
    /** Largest share a direction would give if wave w gave transfer[w] (in units of R). */
    double largest_share(const double* transfer);
    /** d Im Omega/dt of wave w by the source. */
    double growth_from_source(int w) const;
    /** d Im Omega of wave `of` per unit transfer of wave `by`. */
    double growth_from_transfer(int of, int by) const;
    /** e_i (1 - sum_w transfer_w R_iw (1 + D_i/Im Omega_w)); keeps sum e to rounding. */
    void exchange(const double* transfer);

    /** Pseudo-time relaxation along the quasi-linear direction, waves by their growth, until nothing grows above the floor
     * (flavor-waves.md 4). `thorough`: look for waves everywhere before saying so. False at the cap of iterations. */
    bool relax(double broadening, bool thorough, int& cursor, int most_iterations);

    int iterations = 0;

private:
    bool propose_relaxation(double broadening);

    struct Place { ///< of the scan
        int count = 0;
        int listed = 0;
        Complex omega[3];
    };
    static constexpr int most_places = 18;
    int places() const { return cell_->v ? most_places : 16; }
    double step(int line) const { return (high_[line] - low_[line]) / places(); }
    double place(int line, int j) const { return low_[line] + (j + 0.5) * step(line); }
    void look(int line, int j, double k);
    bool is_new(int line, int j, double k) const;
    void find_range();
    void put_waves_into(int line, int first, int last, int nodes);
    void refresh();
    void shares(const double* transfer, const double* R, int count, const double* damping, double* x) const;

    Options options_;
    const Cell* cell_ = nullptr;
    Answer* answer_ = nullptr;
    bool refined_ = false;
    int modes_ = 0;
    int directions_ = 0;
    int follows_ = 0;
    bool beams_ = false;
    double low_[WaveLines::most_lines] = {}; ///< range of k' that scans look at
    double high_[WaveLines::most_lines] = {};
    double total_ = 0.0;
    double held_ = 0.0;
    double base_floor_ = 0.0;
    double slope_[WaveLines::most_lines] = {};
    double scanned_growth_ = 0.0;
    bool scan_certified_ = true;
    WaveLines lines_;
    phase_space::Spline spline_;
    std::vector<Wave> waves_;
    std::vector<Wave> moved_;
    std::vector<Place> found_;
    // Over the modes of the background:
    std::vector<double> v_, fine_v_, fine_weight_, e_, source_, damping_;
    std::vector<double> share_, share_between_, density_, e_between_;
    // Per wave:
    std::vector<double> R_, R_between_, growth_of_e_;
    double relaxing_[most_waves] = {};
};

} // namespace miscid::closures
