#include "closures/embedded_box.hpp"

#include "closures/box_angles.hpp"
#include "closures/box_search.hpp"
#include "closures/box_state.hpp"
#include "closures/lepton_number.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace miscid::closures {

namespace {

constexpr double grown_content = 0.01;    ///< share of sum |E|^2 off the axis above which waves are at full height
constexpr double quiet_content = 1e-4;    ///< and below which they are gone
constexpr double searched_change = 0.002; ///< relative change of the lepton numbers after which a search is repeated
constexpr double young_change = 0.005;    ///< and after which waves at their seeds get another growth
constexpr double nearly_saturated = 0.7;  ///< part of a first saturation that passes for a whole one
constexpr double most_steps = 1e6;
constexpr int step_period = 1 << 10;   ///< of the step counter in a state
constexpr double largest_pace = 1.5;   ///< growth of sum |e| that the distance of markers bears
constexpr double smallest_pace = 0.25; ///< and decrease that the length of the box bears
constexpr int most_markers = 128;      ///< of one beam, where few beams leave room for more

double largest_factor(const Cell& cell, int i) {
    return cell.largest_factor ? cell.largest_factor[i] : 1.0;
}

class EmbeddedBox final : public Closure {
public:
    EmbeddedBox(const EmbeddedBoxOptions& box, const Options& options)
        : settings_(box), options_(options), box_(box.level) {}

    void reserve(int directions) override;
    int state_size(int) const override { return box_state_size(settings_.size.beams, settings_.size.markers); }
    Outcome apply(const Cell& cell, Answer& answer) override;

private:
    void take(const Cell& cell);
    bool activate(const Cell& cell, Diagnostics& diagnostics);
    bool plan(const Cell& cell, bool fresh);
    bool run(const Cell& cell, Answer& answer, bool fresh);
    void dilute();
    void bring_source(double time);
    void answer_with_ratios(const Cell& cell, Answer& answer);
    void answer_with_changes(const Cell& cell, Answer& answer, double time);
    void finish(const Cell& cell, Answer& answer);
    int markers() const;
    void resume(const Cell& cell);
    void store(const Cell& cell, const Answer& answer);

    EmbeddedBoxOptions settings_;
    Options options_;
    kinetics::MarkerBox box_;
    BoxSearch search_;
    BoxAngles angles_;
    BoxHeader header_;
    double pace_ = 1.0;      ///< sum |e| in the header's unit
    double rescaled_ = 1.0;  ///< new unit over old
    double available_ = 0.0; ///< time of the host since the box last ran
    double h_ = 0.0;
    int steps_ = 0;
    std::vector<double> now_;    ///< amplitudes of the beams, source included
    std::vector<double> before_; ///< those of the last answer
    std::vector<double> source_, loss_, mean_, scratch_, change_;
};

void EmbeddedBox::reserve(int directions) {
    const int beams = settings_.size.beams;
    angles_.reserve(directions, beams);
    search_.reserve(std::max(beams, directions), options_);
    box_.reserve(beams, std::max(settings_.size.markers, most_markers));
    const auto count = static_cast<std::size_t>(beams);
    for (auto* array : {&now_, &before_, &source_, &loss_, &mean_}) {
        array->assign(count, 0.0);
    }
    const auto host = static_cast<std::size_t>(std::max(directions, beams));
    scratch_.assign(host, 0.0);
    change_.assign(host, 0.0);
}

/** Markers per beam: few beams share the room of all. */
int EmbeddedBox::markers() const {
    const int beams = angles_.beams();
    if (beams == settings_.size.beams) {
        return settings_.size.markers;
    }
    const int room = settings_.size.beams * settings_.size.markers / beams / 16 * 16;
    return std::clamp(room, settings_.size.markers, std::max(most_markers, settings_.size.markers));
}

void EmbeddedBox::take(const Cell& cell) {
    header_ = BoxHeader();
    if (cell.state) {
        std::memcpy(static_cast<void*>(&header_), cell.state, sizeof header_);
        if (!header_.usable()) {
            header_ = BoxHeader();
        }
    }
    if (header_.stage != BoxHeader::running) {
        const Eigen::Vector3d axis = box_axis(cell);
        std::copy(axis.data(), axis.data() + 3, header_.axis);
    }
    angles_.set(cell, Eigen::Map<const Eigen::Vector3d>(header_.axis), settings_.size.beams);
    if (header_.stage != BoxHeader::none && header_.beams != angles_.beams()) {
        header_.stage = BoxHeader::none; // the host's angles are others than those of the state
    }
    for (int i = 0; i < cell.directions; ++i) {
        scratch_[static_cast<std::size_t>(i)] = cell.e[i] + (cell.source ? cell.dt * cell.source[i] : 0.0);
    }
    angles_.amplitudes(scratch_.data(), now_.data());
    std::fill(loss_.begin(), loss_.end(), 0.0);
    if (cell.damping) {
        angles_.rates(cell.damping, loss_.data());
    }
    if (header_.stage != BoxHeader::none) {
        std::copy_n(cell.state + BoxHeader::size, angles_.beams(), before_.begin());
    }
}

/** sum |a - b| / sum |a|. */
double relative_change(int count, const double* a, const double* b) {
    double change = 0.0, size = 0.0;
    for (int i = 0; i < count; ++i) {
        change += std::abs(a[i] - b[i]);
        size += std::abs(a[i]);
    }
    return size > 0.0 ? change / size : 0.0;
}

/** The same seeds for the same angular distribution, in any unit that is a power of two of another. */
std::uint64_t seed_of(int count, const double* amplitudes, double activations) {
    std::uint64_t seed = 0x9e3779b97f4a7c15ull + static_cast<std::uint64_t>(activations);
    for (int i = 0; i < count; ++i) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &amplitudes[i], sizeof bits);
        seed = (seed ^ bits) * 0x100000001b3ull; // FNV-1a, word by word
        seed ^= seed >> 29;
    }
    return seed;
}

/** Looks for growing waves and starts a box on the fastest one. */
bool EmbeddedBox::activate(const Cell& cell, Diagnostics& diagnostics) {
    const int beams = angles_.beams();
    if (header_.stage == BoxHeader::searched && relative_change(beams, now_.data(), before_.data()) < searched_change) {
        std::copy_n(before_.begin(), beams, now_.begin()); // the record stays that of the search
        return false;
    }
    double unit = 0.0;
    for (int b = 0; b < beams; ++b) {
        unit += std::abs(now_[static_cast<std::size_t>(b)]);
    }
    header_.beams = beams;
    header_.stage = BoxHeader::searched;
    if (!(unit > 0.0)) {
        return false;
    }
    double flux = 0.0, number = 0.0;
    for (int b = 0; b < beams; ++b) {
        const auto n = static_cast<std::size_t>(b);
        scratch_[n] = now_[n] / unit;
        number += scratch_[n];
        flux += scratch_[n] * angles_.v()[b];
        mean_[n] = loss_[n] / unit;
    }
    const BoxSearch::Found found =
        search_.look(beams, angles_.v(), angles_.weights(), scratch_.data(), cell.damping ? mean_.data() : nullptr);
    diagnostics.max_growth_before = found.growth * unit;
    diagnostics.growth_floor = found.floor * unit;
    diagnostics.band_low = found.low * unit;
    diagnostics.band_high = found.high * unit;
    diagnostics.roots = found.roots;
    diagnostics.certified = found.certified;
    if (!(found.growth > 0.0)) {
        return false;
    }
    header_.stage = BoxHeader::running;
    header_.unit = unit;
    header_.growth = found.growth;
    header_.saturation =
        std::clamp(settings_.growth_times / found.growth, settings_.least_saturation, settings_.most_saturation);
    header_.owed = header_.saturation;
    header_.waiting = header_.change = header_.grown = 0.0;
    box_.start(beams, markers(), settings_.marker_distance * markers(), angles_.v(), scratch_.data());
    // In the gauge of the fastest wave, Omega = Omega' + D_0 and k = k' + D_1, the coupling is exact where it matters.
    box_.set_gauge(found.frequency + number, -(found.k + flux));
    // Seeds of a resolved step keep the spectral density of the host's; those of a sudden one are soon forgotten.
    const double width = cell.seed_wave_number > 0.0 ? cell.seed_wave_number / unit : 2.0;
    const double reach = std::min(0.25 * markers() * 6.283185307179586 / box_.length(), width);
    double rms = cell.seed * std::sqrt(reach / width);
    if (cell.dt * unit >= header_.saturation) {
        rms = std::max(rms, settings_.sudden_seed);
    }
    kinetics::RandomNumbers random(seed_of(beams, scratch_.data(), header_.activations));
    header_.activations += 1.0;
    box_.tilt(std::clamp(rms, 1e-12, 0.2), reach, random);
    return true;
}

/** Where all lepton numbers have shrunk by nearly one factor, by dilution or a uniform loss, the whole box shrinks with
 * them: waves are not left behind. What differs from the factor counts as source. */
void EmbeddedBox::dilute() {
    double product = 0.0, square = 0.0;
    for (int b = 0; b < angles_.beams(); ++b) {
        const auto n = static_cast<std::size_t>(b);
        product += now_[n] * before_[n];
        square += before_[n] * before_[n];
    }
    const double factor = square > 0.0 ? product / square : 1.0;
    if (!(factor > 0.0 && factor < 1.0)) {
        return;
    }
    double rest = 0.0, size = 0.0;
    for (int b = 0; b < angles_.beams(); ++b) {
        const auto n = static_cast<std::size_t>(b);
        rest += std::abs(now_[n] - factor * before_[n]);
        size += std::abs(before_[n]);
    }
    if (rest > 0.5 * (1.0 - factor) * size) {
        return;
    }
    header_.unit *= factor;
    for (int b = 0; b < angles_.beams(); ++b) {
        before_[static_cast<std::size_t>(b)] *= factor;
    }
}

/** Differences of the lepton numbers since the last answer go to the markers; a beam of small amplitude gets room for
 * them. */
void EmbeddedBox::bring_source(double time) {
    const double least = 0.01 / angles_.beams();
    for (int b = 0; b < angles_.beams(); ++b) {
        const auto n = static_cast<std::size_t>(b);
        source_[n] = (now_[n] - before_[n]) / (header_.unit * time);
        const double a = box_.amplitude(b);
        if (std::abs(a) < least && source_[n] != 0.0) {
            const double wider = a < 0.0 ? -least : least;
            const auto scale = static_cast<float>(a / wider);
            for (int c = 0; c < 3; ++c) {
                for (int j = 0; j < box_.markers(); ++j) {
                    box_.u(b, c, j) *= scale;
                }
            }
            box_.set_amplitude(b, wider);
        }
    }
}

/** How long the box runs: as long as the host's step, but no longer than what happened to it can keep it busy. False if
 * that is not worth a step: the time waits, and so does the source. */
bool EmbeddedBox::plan(const Cell& cell, bool fresh) {
    const int beams = angles_.beams();
    const BoxHeader entered = header_;
    if (fresh) {
        std::copy_n(now_.begin(), beams, before_.begin());
    } else {
        dilute();
    }
    double total = 0.0;
    for (int b = 0; b < beams; ++b) {
        total += std::abs(now_[static_cast<std::size_t>(b)]);
    }
    pace_ = total / header_.unit;
    rescaled_ = 1.0;
    if (pace_ > largest_pace || (pace_ > 0.0 && pace_ < smallest_pace)) {
        // The box keeps its length in units of 1/sum |e|, and so do the waves in it.
        header_.unit = total;
        rescaled_ = pace_;
        pace_ = 1.0;
    }
    available_ = header_.waiting + cell.dt * header_.unit;
    const double change = relative_change(beams, now_.data(), before_.data());
    double owed = header_.owed + settings_.time_per_change * change / pace_;
    const bool young = header_.grown == 0.0 && header_.change + change > young_change;
    if (young) {
        owed = std::max(owed, header_.saturation);
    }
    if (fresh && available_ > nearly_saturated * owed) {
        owed = std::min(owed, available_); // a mean over little that is left would only add noise
    }
    const double time = std::min(available_, owed);
    const double h = settings_.step / pace_;
    if (!(time >= 0.5 * h)) {
        header_ = entered;
        header_.waiting += cell.dt * entered.unit;
        return false;
    }
    steps_ = static_cast<int>(std::ceil(std::min(time / h, most_steps) - 1e-9));
    h_ = std::min(time / steps_, h);
    header_.owed = std::max(0.0, owed - steps_ * h_);
    header_.waiting = 0.0;
    header_.change = young ? 0.0 : header_.change + change;
    return true;
}

/** Runs the box as planned and answers. False if the box had to be given up. */
bool EmbeddedBox::run(const Cell& cell, Answer& answer, bool fresh) {
    const int beams = angles_.beams();
    const int steps = steps_;
    const double h = h_;
    bring_source(steps * h);
    double lepton_number = 0.0; // what the host has before the source of this call reaches the box
    bool has_source = false;
    for (int b = 0; b < beams; ++b) {
        const auto n = static_cast<std::size_t>(b);
        lepton_number += before_[n] / header_.unit;
        has_source = has_source || source_[n] != 0.0;
        loss_[n] *= available_ / (header_.unit * steps * h); // all the damping of the host's time
    }
    box_.set_lepton_number(lepton_number);
    const double* source = has_source ? source_.data() : nullptr;
    const double* loss = cell.damping ? loss_.data() : nullptr;
    const int window = std::max(1, static_cast<int>(settings_.averaging * steps));
    box_.run(steps - window, h, source, loss);
    std::fill(mean_.begin(), mean_.end(), 0.0);
    const int stride = std::clamp(window / 8, 1, 8);
    int samples = 0;
    for (int left = window; left > 0; ++samples) {
        const int portion = std::min(stride, left);
        box_.run(portion, h, source, loss);
        left -= portion;
        for (int b = 0; b < beams; ++b) { // the source still to come belongs to the end of the step
            const auto n = static_cast<std::size_t>(b);
            const double a = box_.amplitude(b);
            mean_[n] += box_.mean_of_u(b) + (source && a != 0.0 ? left * h * source_[n] / a : 0.0);
        }
    }
    for (int b = 0; b < beams; ++b) {
        mean_[static_cast<std::size_t>(b)] /= samples;
    }
    answer.diagnostics.iterations = steps;
    if (!std::all_of(mean_.begin(), mean_.begin() + beams, [](double x) { return std::isfinite(x); })) {
        answer.diagnostics.undefined = true; // numbers out of the range of a float
        add_source_only(cell, answer);
        return false;
    }
    answer.diagnostics.e_folds = header_.growth * steps * h;
    if (fresh && header_.owed < h) {
        answer_with_ratios(cell, answer);
    } else {
        answer_with_changes(cell, answer, steps * h * pace_);
    }
    return true;
}

/** First saturation in one step: every beam started from the axis, so mean u_z is the ratio, even where there is no
 * lepton number to mix. */
void EmbeddedBox::answer_with_ratios(const Cell& cell, Answer& answer) {
    angles_.ratios_to_host(mean_.data(), answer.factor);
    for (int i = 0; i < cell.directions; ++i) {
        answer.factor[i] = std::clamp(answer.factor[i], -1.0, 1.0); // a spline may overshoot, markers cannot
        change_[static_cast<std::size_t>(i)] = (answer.factor[i] - 1.0) * cell.e[i];
    }
    finish(cell, answer);
}

/** Later: the beams' lepton numbers go towards those of the box. */
void EmbeddedBox::answer_with_changes(const Cell& cell, Answer& answer, double time) {
    const double follow = -std::expm1(-time / settings_.smoothing);
    for (int b = 0; b < angles_.beams(); ++b) {
        const auto n = static_cast<std::size_t>(b);
        mean_[n] = follow * (mean_[n] * box_.amplitude(b) * header_.unit - now_[n]);
    }
    angles_.changes_to_host(mean_.data(), change_.data());
    for (int i = 0; i < cell.directions; ++i) {
        const auto n = static_cast<std::size_t>(i);
        const double most = largest_factor(cell, i);
        answer.factor[i] = cell.e[i] != 0.0 ? std::clamp(1.0 + change_[n] / cell.e[i], -most, most) : 1.0;
        change_[n] = (answer.factor[i] - 1.0) * cell.e[i];
    }
    finish(cell, answer);
}

/** sum of the changes to zero, then source and factors. First in proportion to their size; where that leaves the bounds,
 * by less change on the side that has more of it. Less change is always within them. */
void EmbeddedBox::finish(const Cell& cell, Answer& answer) {
    double gain = 0.0, loss = 0.0;
    const auto add_up = [&] {
        gain = loss = 0.0;
        for (int i = 0; i < cell.directions; ++i) {
            const double change = change_[static_cast<std::size_t>(i)];
            (change > 0.0 ? gain : loss) += std::abs(change);
        }
    };
    constexpr int passes = 3;
    bool within = true;
    for (int pass = 0; pass < passes; ++pass) {
        add_up();
        const double excess = gain + loss > 0.0 ? (gain - loss) / (gain + loss) : 0.0;
        within = true;
        for (int i = 0; i < cell.directions; ++i) {
            const auto n = static_cast<std::size_t>(i);
            change_[n] -= excess * std::abs(change_[n]);
            within = within && std::abs(cell.e[i] + change_[n]) <= largest_factor(cell, i) * std::abs(cell.e[i]);
        }
    }
    for (int pass = 0; pass < passes && !within; ++pass) {
        for (int i = 0; i < cell.directions; ++i) {
            const auto n = static_cast<std::size_t>(i);
            const double most = largest_factor(cell, i) * std::abs(cell.e[i]);
            change_[n] = std::clamp(cell.e[i] + change_[n], -most, most) - cell.e[i];
        }
        add_up();
        const double common = std::min(gain, loss);
        for (int i = 0; i < cell.directions; ++i) {
            double& change = change_[static_cast<std::size_t>(i)];
            const double side = change > 0.0 ? gain : loss;
            change *= side > 0.0 ? common / side : 0.0;
        }
    }
    for (int i = 0; i < cell.directions; ++i) {
        if (cell.e[i] != 0.0) {
            answer.factor[i] = 1.0 + change_[static_cast<std::size_t>(i)] / cell.e[i];
        }
        answer.e[i] = answer.factor[i] * cell.e[i] + (cell.source ? cell.dt * cell.source[i] : 0.0);
    }
}

/** The box as it stands in the state. */
void EmbeddedBox::resume(const Cell& cell) {
    const double* numbers = cell.state + BoxHeader::size;
    box_.start(angles_.beams(), markers(), settings_.marker_distance * markers(), angles_.v(),
               stored_amplitudes(numbers, angles_.beams()));
    load_markers(numbers, box_);
    for (int b = 0; rescaled_ != 1.0 && b < angles_.beams(); ++b) {
        box_.set_amplitude(b, box_.amplitude(b) / rescaled_);
    }
    box_.set_gauge(header_.omega, header_.wave_number);
    box_.set_steps_done(static_cast<int>(header_.steps));
}

Outcome EmbeddedBox::apply(const Cell& cell, Answer& answer) {
    const Screen seen = screen(cell);
    if (!seen.usable) {
        return Outcome::refused;
    }
    Diagnostics& diagnostics = answer.diagnostics;
    diagnostics = Diagnostics();
    diagnostics.used = Kind::embedded_box;
    describe(cell, lepton_areas(cell, cell.e), diagnostics);
    const bool has_box = cell.state && cell.state[0] == BoxHeader::running;
    if (!has_box && seen.nothing_can_grow) {
        add_source_only(cell, answer);
        return Outcome::stable;
    }
    take(cell);
    const bool fresh = header_.stage != BoxHeader::running;
    if (fresh && !activate(cell, diagnostics)) {
        add_source_only(cell, answer);
        if (cell.state) {
            std::memcpy(cell.state, static_cast<const void*>(&header_), sizeof header_);
            std::copy_n(now_.begin(), angles_.beams(), cell.state + BoxHeader::size);
        }
        return Outcome::stable;
    }
    const bool runs = plan(cell, fresh);
    if (runs) {
        if (!fresh) {
            resume(cell);
        }
        if (run(cell, answer, fresh)) {
            diagnostics.wave_content = box_.wave_content();
            describe_viscosity(cell, answer.factor, diagnostics);
        } else {
            header_.stage = BoxHeader::none;
        }
    } else {
        add_source_only(cell, answer);
    }
    if (cell.state) {
        if (header_.stage == BoxHeader::running && (runs || fresh)) {
            store(cell, answer);
        }
        std::memcpy(cell.state, static_cast<const void*>(&header_), sizeof header_);
    }
    if (header_.stage == BoxHeader::running && header_.grown == 0.0 && diagnostics.wave_content <= grown_content) {
        diagnostics.max_growth_after = header_.growth * header_.unit; // small waves go on as the search found them
        diagnostics.max_growth_before = std::max(diagnostics.max_growth_before, diagnostics.max_growth_after);
    }
    return Outcome::ok;
}

/** Markers, with what they need to go on. */
void EmbeddedBox::store(const Cell& cell, const Answer& answer) {
    const double content = answer.diagnostics.wave_content;
    header_.grown = header_.grown != 0.0 || content > grown_content ? 1.0 : 0.0;
    header_.omega = box_.gauge_frequency();
    header_.wave_number = box_.gauge_wave_number();
    header_.steps = box_.steps_done() % step_period;
    if (header_.grown != 0.0 && content < quiet_content) {
        header_.stage = BoxHeader::none;
    }
    angles_.amplitudes(answer.e, cell.state + BoxHeader::size);
    store_markers(box_, cell.state + BoxHeader::size);
}

} // namespace

std::unique_ptr<Closure> make_embedded_box(const EmbeddedBoxOptions& box, const Options& options) {
    return std::make_unique<EmbeddedBox>(box, options);
}

} // namespace miscid::closures
