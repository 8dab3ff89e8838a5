// What a host gives away and takes back: checkpoints, the zone beyond the edge, and everything at the end.
#include "fingerprint.hpp"
#include "host.hpp"
#include "json_input.hpp"

#include <algorithm>

namespace miscid::apps {

namespace {

double largest_of_all(const Ranks& ranks, double mine) {
    const std::vector<double> numbers = ranks.gather({mine});
    return *std::max_element(numbers.begin(), numbers.end());
}

} // namespace

void Host::exchange_halo(std::vector<double>& numbers, std::size_t per_zone) const {
    if (!ranks_.first()) {
        ranks_.send(numbers.data(), per_zone, ranks_.rank() - 1);
    }
    if (!ranks_.last()) {
        ranks_.receive(numbers.data() + per_zone * layout_.own, per_zone, ranks_.rank() + 1);
    }
}

void Host::fetch_halo() {
    // What miscid_crossing_probability compares: the invariants, the module's memory (field and waves), the status.
    exchange_halo(q_, layout_.modes_per_zone() * layout_.components);
    exchange_halo(state_, static_cast<std::size_t>(module_.state_doubles()));
    std::vector<double> status(status_.begin(), status_.end());
    exchange_halo(status, 1);
    std::transform(status.begin(), status.end(), status_.begin(),
                   [](double s) { return static_cast<std::int32_t>(s); });
}

std::vector<double> Host::all(const std::vector<double>& numbers) const {
    const std::size_t per_zone = numbers.size() / static_cast<std::size_t>(layout_.zones);
    return ranks_.gather({numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(per_zone * layout_.own)});
}

void Host::save(Checkpoint& checkpoint) const {
    auto& arrays = checkpoint.arrays;
    checkpoint.fingerprint = module_.fingerprint();
    arrays["layout"] = {double(star_.grid.zones()), double(layout_.groups), double(layout_.directions),
                        double(layout_.components)};
    arrays["grid"] = {time_step_, star_.grid.inner_edge(0), star_.grid.outer_edge(star_.grid.zones() - 1)};
    arrays["transported"] = all(q_);
    arrays["state"] = all(state_);
    arrays["status"] = all({status_.begin(), status_.end()});
    arrays["refusals"] = all(refusals_);
    // What the last call of the module told, for a run that has no step left to ask again.
    arrays["signed_amplitude"] = all(signed_amplitude_);
    arrays["D_0"] = all(D0_);
    arrays["residual"] = all(residual_);
    arrays["min_hamiltonian"] = all(min_hamiltonian_);
    if (waves_) {
        arrays["waves"] = waves_->numbers();
    }
    arrays["counts"] = statuses_.of_all(ranks_).numbers();
    arrays["largest_changes"] = {largest_of_all(ranks_, largest_trace_change_),
                                 largest_of_all(ranks_, largest_number_change_)};
    arrays["steps"] = {double(steps_done_)};
    arrays["initial_number"] = {initial_number_[0], initial_number_[1]};
    std::vector<double> sources;
    for (const auto& zone : ledger_.zone_source) {
        for (const Sum& sum : zone) {
            sources.insert(sources.end(), {sum.total(), sum.lost()});
        }
    }
    arrays["sources"] = ranks_.gather(sources);
    // The core belongs to the first rank, the outer boundary to the last.
    std::vector<double> boundaries;
    for (const auto* account : {&ledger_.through_core, &ledger_.escaped}) {
        for (const Sum& sum : *account) {
            boundaries.insert(boundaries.end(), {sum.total(), sum.lost()});
        }
    }
    boundaries = ranks_.gather(boundaries);
    arrays["ledger"].assign(boundaries.begin(), boundaries.begin() + 4);
    arrays["ledger"].insert(arrays["ledger"].end(), boundaries.end() - 4, boundaries.end());
}

void Host::load(const Checkpoint& checkpoint, const std::string& path) {
    if (checkpoint.fingerprint != module_.fingerprint()) {
        throw InputError(path +
                         ": expected a checkpoint of the same module configuration (mixing, transport and module "
                         "parameters); its fingerprint differs");
    }
    Checkpoint mine;
    save(mine);
    for (const auto& [name, numbers] : mine.arrays) {
        const auto found = checkpoint.arrays.find(name);
        const bool fits = found != checkpoint.arrays.end() && found->second.size() == numbers.size();
        const bool must_be_equal = name == "layout" || name == "grid";
        if (!fits || (must_be_equal && found->second != numbers)) {
            throw InputError(path + ": expected a checkpoint of the same grid and time step; '" + name + "' differs");
        }
    }
    take(checkpoint);
}

void Host::take(const Checkpoint& checkpoint) {
    const auto& arrays = checkpoint.arrays;
    // Into the arrays the module is bound to, not in their place; of each only the zones advanced here.
    const auto mine_of = [&](const char* name, auto to) {
        const std::vector<double>& from = arrays.at(name);
        const std::size_t per_zone = from.size() / static_cast<std::size_t>(star_.grid.zones());
        std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(per_zone * layout_.first), per_zone * layout_.own, to);
    };
    mine_of("transported", q_.begin());
    mine_of("state", state_.begin());
    mine_of("refusals", refusals_.begin());
    std::vector<double> status(static_cast<std::size_t>(layout_.own));
    mine_of("status", status.begin());
    std::transform(status.begin(), status.end(), status_.begin(),
                   [](double s) { return static_cast<std::int32_t>(s); });
    mine_of("signed_amplitude", signed_amplitude_.begin());
    mine_of("D_0", D0_.begin());
    mine_of("residual", residual_.begin());
    mine_of("min_hamiltonian", min_hamiltonian_.begin());
    if (waves_) {
        waves_->take(arrays.at("waves"));
    }
    // One rank carries on the counts of all.
    statuses_ = ranks_.first() ? StatusCount::from_numbers(arrays.at("counts")) : StatusCount{};
    largest_trace_change_ = arrays.at("largest_changes")[0];
    largest_number_change_ = arrays.at("largest_changes")[1];
    steps_done_ = static_cast<int>(arrays.at("steps")[0]);
    initial_number_ = {arrays.at("initial_number")[0], arrays.at("initial_number")[1]};
    std::vector<double> sources(static_cast<std::size_t>(layout_.own) * 4);
    mine_of("sources", sources.begin());
    const double* sum = sources.data();
    for (auto& zone : ledger_.zone_source) {
        for (Sum& one : zone) {
            one = Sum(sum[0], sum[1]);
            sum += 2;
        }
    }
    sum = arrays.at("ledger").data();
    for (auto* account : {&ledger_.through_core, &ledger_.escaped}) {
        for (Sum& one : *account) {
            one = Sum(sum[0], sum[1]);
            sum += 2;
        }
    }
}

void Host::collect() {
    number_ = {count_number(neutrino), count_number(antineutrino)};
    if (ranks_.size() == 1) {
        return;
    }
    Checkpoint whole;
    save(whole);
    for (auto* numbers : {&weight_, &direction_, &density_, &electron_fraction_, &signed_amplitude_, &D0_, &residual_,
                          &min_hamiltonian_, &q_, &state_, &refusals_}) {
        *numbers = all(*numbers);
    }
    if (invariant_) {
        for (auto* numbers : {&content_, &rates_.absorption, &rates_.emission, &rates_.crossing}) {
            *numbers = all(*numbers);
        }
    }
    const std::vector<double> status = all({status_.begin(), status_.end()});
    status_.assign(status.begin(), status.end());
    layout_.first = 0;
    layout_.zones = layout_.own = star_.grid.zones();
    ledger_.zone_source.resize(static_cast<std::size_t>(layout_.own));
    take(whole);
    statuses_ = StatusCount::from_numbers(whole.arrays.at("counts"));
    bind_arrays();
}

std::uint64_t Host::bits() const {
    const std::uint64_t transported = fnv1a(q_.data(), q_.size() * sizeof(double));
    return fnv1a(state_.data(), state_.size() * sizeof(double), transported);
}

} // namespace miscid::apps
