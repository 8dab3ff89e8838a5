/** @file host.hpp
 *  The arrays of the supernova run and its use of the module, in the way of any host code: arrays first, views
 *  bound once, one call per block of zones and step, statuses honoured zone by zone.
 */
#pragma once

#include "checkpoint.hpp"
#include "module.hpp"
#include "run_command.hpp"
#include "star.hpp"
#include "transport.hpp"
#include "wave_carrier.hpp"

#include <cstdint>
#include <vector>

namespace miscid::apps {

class Host {
public:
    Host(const Star& star, const Scenario& scenario, const SupernovaScenario& supernova, const RunOptions& options,
         const Ranks& ranks);

    /** Fills the grid with the steady state without mixing. */
    void fill_unmixed();
    /** Streams, absorbs and emits for one step, then lets the module mix. */
    void step();
    /** Invariant mode: flavor content of the eigenstates, and what matter absorbs and emits of them. */
    void update_content();

    /** After the last step: numbers are counted and every rank gets what all hold, so that the result can be told. */
    void collect();

    /** All ranks together; the checkpoint is that of one rank. */
    void save(Checkpoint& checkpoint) const;
    void load(const Checkpoint& checkpoint, const std::string& path);

    bool invariant() const { return invariant_; }
    bool module_off() const { return module_off_; }
    int steps_done() const { return steps_done_; }
    double time() const { return steps_done_ * time_step_; }
    const Layout& layout() const { return layout_; }
    const Module& module() const { return module_; }
    const StatusCount& statuses() const { return statuses_; }
    const NumberLedger& ledger() const { return ledger_; }
    double number(int type) const { return number_[type]; } ///< after collect()
    double initial_number(int type) const { return initial_number_[type]; }
    /** Largest relative change of any trace, and of sum w Tr rho of any zone, in any call of the module. */
    double largest_trace_change() const { return largest_trace_change_; }
    double largest_number_change() const { return largest_number_change_; }
    double seconds_in_module() const { return seconds_in_module_; }
    double seconds_in_transport() const { return seconds_in_transport_; }
    /** 64-bit FNV-1a of everything the host transports and stores: equal bits, equal number. */
    std::uint64_t bits() const; ///< after collect()

    /** Occupation of a flavor in one mode. */
    double content(int zone, int type, int group, int direction, int flavor) const;
    double weight(int zone, int group, int direction) const { return weight_[weight_index(zone, group, direction)]; }
    double signed_amplitude(std::size_t mode) const { return signed_amplitude_[mode]; }
    const double* D0(int zone) const { return D0_.data() + std::size_t(3) * zone; }
    double residual(int zone) const { return residual_[zone]; }
    double min_hamiltonian(int zone) const { return min_hamiltonian_[zone]; }
    /** Waves that are carried between zones; null if they are not. */
    const WaveCarrier* waves() const { return waves_ ? &*waves_ : nullptr; }
    std::int32_t status(int zone) const { return status_[zone]; }
    double refusals(int zone) const { return refusals_[zone]; }
    /** Density matrix of a mode (matrix mode) or eigenstate occupations (invariant mode). */
    const double* mode(int zone, int type, int group, int direction) const {
        return q_.data() + layout_.at(zone, type, group, direction);
    }

private:
    std::size_t weight_index(int zone, int group, int direction) const {
        return (static_cast<std::size_t>(zone) * layout_.groups + group) * layout_.directions + direction;
    }
    void fill_geometry();
    void bind_arrays();
    void use_flavor_labels(int zone);
    void update_crossings();
    void call_module();
    void note_conservation(const std::vector<double>& traces);
    double count_number(int type) const;
    void take(const Checkpoint& checkpoint);
    void fetch_halo();
    void exchange_halo(std::vector<double>& numbers, std::size_t per_zone) const;
    /** Numbers of all zones from those advanced on each rank. */
    std::vector<double> all(const std::vector<double>& numbers) const;

    const Star& star_;
    const Ranks& ranks_;
    bool invariant_;
    bool module_off_;
    int cells_per_batch_;
    double time_step_;
    Layout layout_;
    Transport transport_;
    Module module_;
    Batch batch_;

    std::vector<double> q_;         ///< (zone, type, group, direction, component): rho or amplitude
    std::vector<double> weight_;    ///< (zone, group, direction)
    std::vector<double> direction_; ///< (zone, direction, xyz)
    std::vector<double> density_;   ///< (zone)
    std::vector<double> electron_fraction_;
    std::vector<double> state_; ///< (zone, component): the module's memory, ours to keep
    std::vector<std::int32_t> status_;
    std::vector<double> refusals_; ///< (zone): steps in which the zone was left as it was

    EigenstateRates rates_;                ///< invariant mode only
    std::vector<double> content_;          ///< (zone, type, group, direction, flavor), invariant mode only
    std::vector<double> absorption_rate_;  ///< (zone, type, group, flavor), s^-1
    std::vector<double> signed_amplitude_; ///< (zone, type, group, direction)
    std::vector<double> D0_;               ///< (zone, vector)
    std::vector<double> residual_;         ///< (zone)
    std::vector<double> min_hamiltonian_;  ///< (zone)
    std::optional<WaveCarrier> waves_;

    int steps_done_ = 0;
    NumberLedger ledger_;
    std::array<double, 2> initial_number_{};
    std::array<double, 2> number_{};
    StatusCount statuses_;
    double largest_trace_change_ = 0.0;
    double largest_number_change_ = 0.0;
    double seconds_in_module_ = 0.0;
    double seconds_in_transport_ = 0.0;
};

} // namespace miscid::apps
