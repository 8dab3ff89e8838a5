/** @file wave_carrier.hpp
 *  Flavor waves between the zones of a run: fields wave_spectrum, wave_frequency and wave_group_velocity of the module, moved by
 *  miscid_wave_force and miscid_move_waves (Johns & Kost Eqs. 84-90; docs/waves-transport.md).
 */
#pragma once

#include "module.hpp"
#include "star.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace miscid::apps {

class WaveCarrier {
public:
    WaveCarrier(const Star& star, const WaveScenario& scenario);

    void bind(Batch& batch);
    /** Moves what the module left in the zones over `path` = c dt; the next call of the module finds it there. */
    void carry(double path);

    double content(int zone) const;        ///< lepton number held by waves, cm^-3
    double group_velocity(int zone) const; ///< of this content, units of c
    double growth_rate(int zone) const { return growth_rate_[static_cast<std::size_t>(zone)]; }
    nlohmann::json summary() const;

    /** For a checkpoint. */
    std::vector<double> numbers() const;
    void take(const std::vector<double>& numbers);

private:
    double total() const;

    WaveScenario scenario_;
    std::int64_t zones_;
    std::vector<double> volume_, area_, edge_; ///< area: lower faces of all zones, then upper faces
    std::vector<std::int64_t> neighbour_;
    std::vector<double> spectrum_, frequency_, velocity_, force_, scratch_; ///< (zone, bin)
    std::vector<double> growth_rate_;
    double lost_ = 0.0;      ///< numbers that left the star or the wave numbers looked at
    double imbalance_ = 0.0; ///< largest relative change of sum volume x content + lost in a step
};

} // namespace miscid::apps
