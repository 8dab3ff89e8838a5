/** @file box_run.hpp  One seed of a resolved box: the time loop, what is recorded, and whether it was resolved. */
#pragma once

#include "json_input.hpp"
#include "kinetics/box_diagnostics.hpp"
#include "kinetics/seeds.hpp"

#include <functional>
#include <string>
#include <vector>

namespace miscid::apps {

struct BoxSetup {
    kinetics::Gas gas;
    Eigen::MatrixXd P;     ///< initial, [generator][mode]
    Eigen::VectorXd trace; ///< P_0 per mode
    double length = 0.0;
    int cells = 0;
    double step = 0.0;
    double t_end = 0.0;
    double cadence = 0.0;          ///< time between records
    double spectrum_cadence = 0.0; ///< time between records with a power spectrum
    kinetics::SeedField seed;
    int passes = 4;
};

struct BoxRecord {
    double t = 0.0;
    kinetics::BoxAverages averages;
    std::vector<double> spectrum; ///< kinetics::power_spectrum; empty where it was not taken
};

/** One seed, from 0 to t_end. */
struct BoxHistory {
    std::vector<BoxRecord> records;
    Eigen::MatrixXd correlation;   ///< c_i at the end
    double largest_rotation = 0.0; ///< |H| h at the start
    double unresolved_power = 0.0; ///< at the worst record
    double wavenumber = 0.0;       ///< mean |k| of the waves at the end of their first growth
    double saturation_time = 0.0;  ///< the transverse part is first half its later maximum
    double lepton_drift = 0.0;     ///< largest |change of D_0| that sources do not explain / sum |w| |P|
    double square_drift = 0.0;     ///< largest relative change of F_i, where nothing may change it
    double seconds = 0.0;
    double updates = 0.0; ///< cells x modes x steps
    kinetics::BoxField final_state;

    /** Records that have a spectrum. */
    std::vector<const BoxRecord*> with_spectrum() const;
};

/** `progress` is called with the part done, in [0, 1]. */
BoxHistory run_box(const BoxSetup& setup, unsigned long long seed, const std::function<void(double)>& progress);

/** P of every mode in every cell, [mode][component][cell], for HDF5. */
Json field_json(const kinetics::BoxField& field);

/** Power per wave at the end: `k` and `power`. */
Json spectrum_json(const BoxSetup& setup, const BoxHistory& history);

/** Growth of the unstable waves: slope of (1/2) ln power over time, for the waves that grew most. */
Json growth_fits(const BoxSetup& setup, const BoxHistory& history);

/** Resolution of a set of runs, with `flags`: sentences on what is not resolved. */
Json resolution_report(const BoxSetup& setup, const std::vector<BoxHistory>& runs, bool& resolved);

} // namespace miscid::apps
