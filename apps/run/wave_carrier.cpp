#include "wave_carrier.hpp"

#include "medium/constants.hpp"
#include "sum.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::apps {

WaveCarrier::WaveCarrier(const Star& star, const WaveScenario& scenario)
    : scenario_(scenario), zones_(star.grid.zones()) {
    constexpr double pi = medium::constants::pi;
    const auto sphere = [](double r) { return 4.0 * pi * r * r; };
    std::vector<double> upper;
    for (int zone = 0; zone < star.grid.zones(); ++zone) {
        const double in = star.grid.inner_edge(zone);
        const double out = star.grid.outer_edge(zone);
        volume_.push_back(4.0 * pi / 3.0 * (out - in) * (out * out + out * in + in * in));
        area_.push_back(sphere(in));
        upper.push_back(sphere(out));
        neighbour_.push_back(zone - 1); // -1: outside
    }
    area_.insert(area_.end(), upper.begin(), upper.end());
    for (int zone = 0; zone < star.grid.zones(); ++zone) {
        neighbour_.push_back(zone + 1 < star.grid.zones() ? zone + 1 : -1);
    }
    for (int bin = 0; bin <= scenario.bins; ++bin) {
        edge_.push_back(scenario.limit * (2.0 * bin / scenario.bins - 1.0));
    }
    const std::size_t size = static_cast<std::size_t>(zones_) * static_cast<std::size_t>(scenario.bins);
    for (auto* array : {&spectrum_, &frequency_, &velocity_, &force_}) {
        array->assign(size, 0.0);
    }
    scratch_.assign(2 * size, 0.0);
    growth_rate_.assign(static_cast<std::size_t>(zones_), 0.0);
}

void WaveCarrier::bind(Batch& batch) {
    const Axis zone{MISCID_AXIS_I, zones_};
    const Axis bin{MISCID_AXIS_COMPONENT, scenario_.bins};
    batch.bind(MISCID_FIELD_WAVE_SPECTRUM, spectrum_.data(), {zone, bin});
    batch.bind(MISCID_FIELD_WAVE_FREQUENCY, frequency_.data(), {zone, bin});
    batch.bind(MISCID_FIELD_WAVE_GROUP_VELOCITY, velocity_.data(), {zone, bin});
    batch.bind(MISCID_FIELD_GROWTH_RATE, growth_rate_.data(), {zone});
}

void WaveCarrier::carry(double path) {
    const double before = total();
    if (before == 0.0) {
        return;
    }
    if (scenario_.refraction) {
        const double axis = 1.0;
        checked(miscid_wave_force(zones_, 1, volume_.data(), neighbour_.data(), area_.data(), scenario_.bins, &axis,
                                  frequency_.data(), force_.data()),
                "miscid_wave_force");
        // Deep inside, matter sweeps waves over all bins many times in a step. Eight times is out as well, and costs less.
        constexpr double most_sweeps = 8.0;
        const double largest = most_sweeps * 2.0 * scenario_.limit / path;
        for (double& f : force_) {
            f = std::clamp(f, -largest, largest);
        }
    }
    double lost = 0.0;
    checked(miscid_move_waves(zones_, 1, volume_.data(), neighbour_.data(), area_.data(), scenario_.bins, edge_.data(),
                              velocity_.data(), scenario_.refraction ? force_.data() : nullptr, path, spectrum_.data(),
                              scratch_.data(), &lost),
            "miscid_move_waves");
    lost_ += lost;
    imbalance_ = std::max(imbalance_, std::abs(total() + lost - before) / before);
}

double WaveCarrier::total() const {
    Sum sum;
    for (int zone = 0; zone < zones_; ++zone) {
        sum.add(volume_[static_cast<std::size_t>(zone)] * content(zone));
    }
    return sum.value();
}

double WaveCarrier::content(int zone) const {
    double sum = 0.0;
    for (int bin = 0; bin < scenario_.bins; ++bin) {
        sum += spectrum_[static_cast<std::size_t>(zone * scenario_.bins + bin)];
    }
    return sum;
}

double WaveCarrier::group_velocity(int zone) const {
    double sum = 0.0;
    for (int bin = 0; bin < scenario_.bins; ++bin) {
        const auto at = static_cast<std::size_t>(zone * scenario_.bins + bin);
        sum += spectrum_[at] * std::clamp(velocity_[at], -1.0, 1.0);
    }
    const double all = content(zone);
    return all > 0.0 ? sum / all : 0.0;
}

nlohmann::json WaveCarrier::summary() const {
    return {{"number_held", total()},
            {"number_lost", lost_},
            {"largest_imbalance", imbalance_},
            {"bins", scenario_.bins},
            {"refraction", scenario_.refraction}};
}

std::vector<double> WaveCarrier::numbers() const {
    std::vector<double> numbers = {lost_, imbalance_};
    for (const auto* array : {&spectrum_, &frequency_, &velocity_, &growth_rate_}) {
        numbers.insert(numbers.end(), array->begin(), array->end());
    }
    return numbers;
}

void WaveCarrier::take(const std::vector<double>& numbers) {
    lost_ = numbers[0];
    imbalance_ = numbers[1];
    auto from = numbers.begin() + 2;
    for (auto* array : {&spectrum_, &frequency_, &velocity_, &growth_rate_}) {
        std::copy_n(from, array->size(), array->begin());
        from += static_cast<std::ptrdiff_t>(array->size());
    }
}

} // namespace miscid::apps
