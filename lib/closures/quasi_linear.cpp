#include "closures/quasi_linear.hpp"

#include "closures/lepton_number.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::closures {

namespace {

constexpr int most_offsets = 4;
constexpr double offsets[most_offsets] = {0.0, 0.5, 0.25, 0.75}; ///< of a spot check within its share of k'

constexpr int least_knots = 5; ///< fewer directions are beams, not a grid

/** sum a b, and sum a b c, in eight fixed lanes: vectors without a licence to reorder. */
double dot(int count, const double* a, const double* b) {
    double lane[8] = {};
    int i = 0;
    for (; i + 8 <= count; i += 8) {
        for (int l = 0; l < 8; ++l) {
            lane[l] += a[i + l] * b[i + l];
        }
    }
    double sum = 0.0;
    for (; i < count; ++i) {
        sum += a[i] * b[i];
    }
    for (const double part : lane) {
        sum += part;
    }
    return sum;
}
double dot(int count, const double* a, const double* b, const double* c) {
    double lane[8] = {};
    int i = 0;
    for (; i + 8 <= count; i += 8) {
        for (int l = 0; l < 8; ++l) {
            lane[l] += a[i + l] * b[i + l] * c[i + l];
        }
    }
    double sum = 0.0;
    for (; i < count; ++i) {
        sum += a[i] * b[i] * c[i];
    }
    for (const double part : lane) {
        sum += part;
    }
    return sum;
}

/** Weights may have any unit (cm^-3 per occupation, solid angle, 2): that of a cosine in it. Zero where they are no quadrature of
 *  all cosines, e.g. that of a cone: there is nothing to interpolate then. */
double unit_of_weights(int count, const double* v, const double* weight) {
    constexpr double most_uneven =
        4.0; // w_i over the cosines between its neighbours; Gauss-Legendre: 1 to 2 at the ends
    double total = 0.0;
    double least = HUGE_VAL;
    double most = 0.0;
    for (int i = 0; i < count; ++i) {
        const double low = i > 0 ? 0.5 * (v[i - 1] + v[i]) : -1.0;
        const double high = i + 1 < count ? 0.5 * (v[i] + v[i + 1]) : 1.0;
        const double density = weight[i] / (high - low);
        least = std::min(least, density);
        most = std::max(most, density);
        total += weight[i];
    }
    return least > 0.0 && most <= most_uneven * least ? 0.5 * total : 0.0;
}

} // namespace

void QuasiLinear::reserve(int directions) {
    const int fine = options_.refined_directions;
    const auto modes = static_cast<std::size_t>(std::max({directions, fine, 1}));
    const auto host = static_cast<std::size_t>(std::max(directions, 1));
    lines_.reserve(static_cast<int>(modes));
    spline_.reserve(directions);
    waves_.reserve(most_waves);
    moved_.reserve(most_waves);
    found_.resize(static_cast<std::size_t>(WaveLines::most_lines) * most_places);
    fine_v_.assign(static_cast<std::size_t>(std::max(fine, 0)), 0.0);
    fine_weight_ = fine_v_;
    phase_space::gauss_legendre(fine, fine_v_.data(), fine_weight_.data());
    for (auto* array : {&v_, &e_, &source_, &damping_, &share_}) {
        array->assign(modes, 0.0);
    }
    for (auto* array : {&share_between_, &density_, &e_between_}) {
        array->assign(host, 0.0);
    }
    R_.assign(most_waves * modes, 0.0);
    growth_of_e_.assign(most_waves * modes, 0.0);
    R_between_.assign(most_waves * host, 0.0);
}

void QuasiLinear::begin(const Cell& cell, Answer& answer, double held) {
    cell_ = &cell;
    answer_ = &answer;
    iterations = 0;
    follows_ = 0;
    directions_ = cell.directions;
    std::copy(cell.e, cell.e + directions_, answer.e);
    std::fill(answer.factor, answer.factor + directions_, 1.0);
    const double unit =
        cell.v && cell.weight && directions_ >= least_knots ? unit_of_weights(directions_, cell.v, cell.weight) : 0.0;
    refined_ = unit > 0.0 && directions_ < options_.refined_directions;
    modes_ = refined_ ? options_.refined_directions : directions_;
    const auto take = [&](const double* from, double* to) {
        if (!refined_) {
            std::copy(from, from + directions_, to);
            return;
        }
        for (int i = 0; i < directions_; ++i) {
            density_[i] = from[i] / cell.weight[i];
        }
        spline_.interpolate(density_.data(), modes_, fine_v_.data(), to);
        for (int i = 0; i < modes_; ++i) {
            to[i] *= unit * fine_weight_[i];
        }
    };
    if (refined_) {
        spline_.set_knots(directions_, cell.v);
        std::copy(fine_v_.begin(), fine_v_.end(), v_.begin());
    } else if (cell.v) {
        std::copy(cell.v, cell.v + directions_, v_.begin());
    }
    take(cell.e, e_.data());
    if (cell.source) {
        take(cell.source, source_.data());
    }
    if (cell.damping) {
        if (refined_) { // a rate, not a density
            spline_.interpolate(cell.damping, modes_, fine_v_.data(), damping_.data());
            for (int i = 0; i < modes_; ++i) {
                damping_[i] = std::max(damping_[i], 0.0);
            }
        } else {
            std::copy(cell.damping, cell.damping + directions_, damping_.begin());
        }
    }
    if (cell.v) {
        lines_.set_axisymmetric(modes_, v_.data(), options_.axial_breaking);
    } else {
        Eigen::Vector3d flux = Eigen::Vector3d::Zero();
        for (int i = 0; i < directions_; ++i) {
            flux += cell.e[i] * Eigen::Vector3d(cell.direction[0][i], cell.direction[1][i], cell.direction[2][i]);
        }
        lines_.set_directions(modes_, cell.direction, flux);
    }
    waves_.clear();
    refresh();
    beams_ = !cell.weight || (cell.v && directions_ < least_knots);
    for (int line = 0; line < lines_.lines(); ++line) {
        slope_[line] = beams_ ? 0.0 : lines_.floor_slope(line, options_.floor_of_grid);
    }
    set_held(held);
}

void QuasiLinear::set_held(double held) {
    held_ = std::max(held, 0.0);
    base_floor_ = std::max(options_.relative_floor * (total_ + held_), options_.floor_of_waves * held_);
}

/** After a change of e. */
void QuasiLinear::refresh() {
    lines_.set_background(e_.data(), cell_->damping ? damping_.data() : nullptr);
    total_ = 0.0;
    for (int i = 0; i < modes_; ++i) {
        total_ += std::abs(e_[i]);
    }
}

void QuasiLinear::add_source(double share) {
    const double h = share * cell_->dt;
    for (int i = 0; i < modes_; ++i) {
        e_[i] += h * source_[i];
    }
    for (int i = 0; i < directions_; ++i) {
        answer_->e[i] += h * cell_->source[i];
    }
    refresh();
}

void QuasiLinear::find_range() {
    for (int line = 0; line < lines_.lines(); ++line) {
        lines_.range(line, total_, beams_, low_[line], high_[line]);
    }
}

void QuasiLinear::look(int line, int j, double k) {
    Place& place_found = found_[static_cast<std::size_t>(line * most_places + j)];
    const waves::RootSet set = lines_.unstable(line, k, floor(line, k));
    place_found.count = set.count;
    place_found.listed = std::min(set.listed, 3);
    for (int r = 0; r < place_found.listed; ++r) {
        place_found.omega[r] = set.omega[r];
    }
    scan_certified_ = scan_certified_ && set.certified;
    if (set.listed > 0) {
        scanned_growth_ = std::max(scanned_growth_, set.omega[0].imag());
    }
}

bool QuasiLinear::scan() {
    waves_.clear();
    scanned_growth_ = 0.0;
    scan_certified_ = true;
    find_range();
    int growing_places = 0;
    for (int line = 0; line < lines_.lines(); ++line) {
        for (int j = 0; j < places(); ++j) {
            look(line, j, place(line, j));
            growing_places += found_[static_cast<std::size_t>(line * most_places + j)].listed > 0;
        }
    }
    if (growing_places == 0) {
        return false;
    }
    // Nodes in proportion to the width of a band, but enough for its shape.
    const int budget = std::max(options_.band_nodes, std::min(options_.band_nodes * lines_.lines(), most_waves));
    for (int line = 0; line < lines_.lines(); ++line) {
        const Place* row = &found_[static_cast<std::size_t>(line * most_places)];
        for (int j = 0; j < places(); ++j) {
            if (row[j].listed == 0) {
                continue;
            }
            int last = j;
            while (last + 1 < places() && row[last + 1].listed > 0) {
                ++last;
            }
            const int share = budget * (last - j + 1) / growing_places;
            put_waves_into(line, j, last, std::clamp(share, 6, options_.band_nodes));
            j = last;
        }
    }
    return !waves_.empty();
}

/** Waves of every branch between two places of the scan. */
void QuasiLinear::put_waves_into(int line, int first, int last, int nodes) {
    const Place* row = &found_[static_cast<std::size_t>(line * most_places)];
    const double spacing = step(line);
    const double low = place(line, first) - 0.5 * spacing;
    const double width = spacing * (last - first + 1) / nodes;
    int branches = 0;
    for (int j = first; j <= last; ++j) {
        branches = std::max(branches, row[j].listed);
    }
    const int group = waves_.empty() ? 0 : waves_.back().group + 1;
    for (int branch = 0; branch < branches; ++branch) {
        for (int n = 0; n < nodes && static_cast<int>(waves_.size()) < most_waves; ++n) {
            Wave wave;
            wave.line = line;
            wave.group = group + branch;
            wave.k = low + (n + 0.5) * width;
            wave.width = width;
            const int j = std::clamp(static_cast<int>((wave.k - low) / spacing) + first, first, last);
            if (row[j].listed <= branch) {
                continue;
            }
            wave.omega = row[j].omega[branch];
            wave.growing = lines_.polish(line, wave.k, wave.omega) && wave.omega.imag() > floor(line, wave.k);
            // Two branches that ran into one root are one.
            for (const Wave& other : waves_) {
                if (other.line == line && other.k == wave.k && std::abs(other.omega - wave.omega) < 1e-8 * total_) {
                    wave.growing = false;
                }
            }
            if (!wave.growing) {
                wave.omega = row[j].omega[branch];
            }
            waves_.push_back(wave);
        }
    }
}

bool QuasiLinear::spot_check(int count, int& cursor) {
    const int all = lines_.lines() * places();
    find_range();
    for (int n = 0; n < count; ++n) {
        cursor = (cursor + 1) % (2 * most_offsets * all);
        const int round_trip = cursor / all;
        const double offset = offsets[round_trip / 2];
        // Neighbours in time lie far apart in k', and every round looks between the places of the one before.
        const int mixed = cursor * 7 % all;
        const int line = mixed / places();
        const int j = mixed % places();
        // Beyond the range of the scans, too: its formula knows no waves but those that end at a crossing.
        const double from = std::min(low_[line], -2.0 * total_);
        const double to = std::max(high_[line], 2.0 * total_);
        const double k =
            round_trip % 2 == 0 ? low_[line] + (j + offset) * step(line) : from + (j + offset) * (to - from) / places();
        look(line, j, k);
        if (is_new(line, j, k)) {
            return true;
        }
    }
    return false;
}

bool QuasiLinear::is_new(int line, int j, double k) const {
    if (found_[static_cast<std::size_t>(line * most_places + j)].listed == 0) {
        return false;
    }
    for (const Wave& wave : waves_) {
        if (wave.growing && wave.line == line && std::abs(wave.k - k) <= 2.0 * wave.width) {
            return false;
        }
    }
    return true;
}

bool QuasiLinear::check_half(int& cursor) {
    ++cursor;
    find_range();
    for (int line = 0; line < lines_.lines(); ++line) {
        for (int j = cursor % 2; j < places(); j += 2) {
            look(line, j, place(line, j));
            if (is_new(line, j, place(line, j))) {
                return true;
            }
        }
    }
    return false;
}

void QuasiLinear::record_search(double* record) const {
    record[0] = total_;
    record[1] = lines_.flux(0);
    record[2] = lines_.flux(lines_.lines() - 1);
}

bool QuasiLinear::searched(const double* record) const {
    constexpr double close = 0.02; // of sum |e|
    double now[search_record];
    record_search(now);
    double change = 0.0;
    for (int i = 0; i < search_record; ++i) {
        change = std::max(change, std::abs(now[i] - record[i]));
    }
    return record[0] > 0.0 && change <= close * total_;
}

void QuasiLinear::take_waves(const std::vector<Wave>& stored) {
    constexpr double largest = 1e3; // of sum |e|: no wave of this cell is that far away
    const double reach = largest * total_;
    waves_.clear();
    for (const Wave& wave : stored) {
        const bool known = wave.line >= 0 && wave.line < lines_.lines() && static_cast<int>(waves_.size()) < most_waves;
        const bool near = std::abs(wave.k) <= reach && std::abs(wave.lab_k) <= reach && std::abs(wave.width) <= reach &&
                          std::abs(wave.omega.real()) <= reach && std::abs(wave.omega.imag()) <= reach;
        if (known && near) {
            waves_.push_back(wave);
            waves_.back().intensity = std::clamp(wave.intensity, 0.0, largest);
        }
    }
}

bool QuasiLinear::grows(int line, double k, Complex& omega) {
    return lines_.polish(line, k, omega) && omega.imag() > floor(line, k) && omega.imag() <= 2.0 * total_;
}

double QuasiLinear::follow() {
    double fastest = 0.0;
    const bool all = follows_++ % 4 == 0;
    for (Wave& wave : waves_) {
        if (!wave.growing && !all) { // Newton takes long where there is no root
            continue;
        }
        Complex omega = wave.omega;
        wave.growing = grows(wave.line, wave.k, omega);
        if (wave.growing) {
            wave.omega = omega;
            fastest = std::max(fastest, omega.imag());
        }
    }
    if (fastest == 0.0 && !all) {
        follows_ = 0;
        return follow();
    }
    return fastest;
}

void QuasiLinear::center() {
    moved_.clear();
    for (std::size_t first = 0; first < waves_.size();) {
        std::size_t end = first;
        std::size_t low = waves_.size();
        std::size_t high = 0;
        for (; end < waves_.size() && waves_[end].group == waves_[first].group; ++end) {
            if (waves_[end].growing) {
                low = std::min(low, end);
                high = end;
            }
        }
        if (low < waves_.size() && low <= high) {
            const std::size_t count = end - first;
            const double from = waves_[low].k - waves_[low].width;
            const double to = waves_[high].k + waves_[high].width;
            for (std::size_t n = 0; n < count && moved_.size() < most_waves; ++n) {
                Wave wave = waves_[low];
                wave.width = (to - from) / static_cast<double>(count);
                wave.k = from + (static_cast<double>(n) + 0.5) * wave.width;
                std::size_t nearest = low;
                for (std::size_t i = low; i <= high; ++i) {
                    if (waves_[i].growing && std::abs(waves_[i].k - wave.k) < std::abs(waves_[nearest].k - wave.k)) {
                        nearest = i;
                    }
                }
                wave.omega = waves_[nearest].omega;
                moved_.push_back(wave);
            }
        } else { // quiet for now
            for (std::size_t i = first; i < end && moved_.size() < most_waves; ++i) {
                moved_.push_back(waves_[i]);
            }
        }
        first = end;
    }
    waves_.assign(moved_.begin(), moved_.end());
    follows_ = 0;
}

/** k = 0 is k' = -D_1, and in three dimensions the first line lies along D_1. Followed from the nearest growing wave. */
bool QuasiLinear::homogeneous_unstable() {
    for (int line = 0; line < (cell_->v ? lines_.lines() : 1); ++line) {
        const double k = -lines_.flux(line);
        const Wave* nearest = nullptr;
        for (const Wave& wave : waves_) {
            if (wave.growing && wave.line == line && (!nearest || std::abs(wave.k - k) < std::abs(nearest->k - k))) {
                nearest = &wave;
            }
        }
        Complex omega = nearest ? nearest->omega : Complex(0.0, 0.0);
        if (nearest && grows(line, k, omega)) {
            return true;
        }
    }
    return false;
}

int QuasiLinear::growing() const {
    return static_cast<int>(std::count_if(waves_.begin(), waves_.end(), [](const Wave& wave) { return wave.growing; }));
}

void QuasiLinear::band(double& low, double& high) const {
    low = high = 0.0;
    bool any = false;
    for (const Wave& wave : waves_) {
        if (wave.growing) {
            low = any ? std::min(low, wave.k) : wave.k;
            high = any ? std::max(high, wave.k) : wave.k;
            any = true;
        }
    }
}

void QuasiLinear::take_shapes(double broadening, bool derivatives) {
    const auto modes = static_cast<std::size_t>(modes_);
    const auto host = static_cast<std::size_t>(directions_);
    for (std::size_t w = 0; w < waves_.size(); ++w) {
        Wave& wave = waves_[w];
        if (!wave.growing) {
            continue;
        }
        WaveShape shape;
        shape.R = &R_[w * modes];
        shape.growth_of_e = derivatives ? &growth_of_e_[w * modes] : nullptr;
        shape.R_between = &R_between_[w * host];
        wave.growing = lines_.shape(wave.line, wave.k, wave.omega, broadening, refined_ ? directions_ : 0, cell_->v,
                                    cell_->damping, shape);
        wave.seed_gain = shape.seed_gain;
        wave.velocity = shape.velocity;
    }
}

void QuasiLinear::shares(const double* transfer, const double* R, int count, const double* damping, double* x) const {
    std::fill(x, x + count, 0.0);
    for (std::size_t w = 0; w < waves_.size(); ++w) {
        if (!waves_[w].growing || transfer[w] == 0.0) {
            continue;
        }
        const double* row = R + w * static_cast<std::size_t>(count);
        const double t = transfer[w];
        if (damping) {
            const double per_rate = t / waves_[w].omega.imag();
            for (int i = 0; i < count; ++i) {
                x[i] += (t + per_rate * damping[i]) * row[i];
            }
        } else {
            for (int i = 0; i < count; ++i) {
                x[i] += t * row[i];
            }
        }
    }
}

double QuasiLinear::largest_share(const double* transfer) {
    shares(transfer, R_.data(), modes_, cell_->damping ? damping_.data() : nullptr, share_.data());
    double largest = *std::max_element(share_.begin(), share_.begin() + modes_);
    if (refined_) {
        shares(transfer, R_between_.data(), directions_, cell_->damping, share_between_.data());
        largest = std::max(largest, *std::max_element(share_between_.begin(), share_between_.begin() + directions_));
    }
    return largest;
}

double QuasiLinear::growth_from_source(int w) const {
    const double* slope = &growth_of_e_[static_cast<std::size_t>(w) * static_cast<std::size_t>(modes_)];
    return dot(modes_, slope, source_.data());
}

double QuasiLinear::growth_from_transfer(int of, int by) const {
    const double* slope = &growth_of_e_[static_cast<std::size_t>(of) * static_cast<std::size_t>(modes_)];
    const double* R = &R_[static_cast<std::size_t>(by) * static_cast<std::size_t>(modes_)];
    return -dot(modes_, e_.data(), R, slope);
}

void QuasiLinear::exchange(const double* transfer) {
    shares(transfer, R_.data(), modes_, cell_->damping ? damping_.data() : nullptr, share_.data());
    // The dispersion relation makes sum e gamma vanish; broadening and rounding do not.
    balance(modes_, e_.data(), share_.data());
    const double* of_host = share_.data();
    if (refined_) {
        shares(transfer, R_between_.data(), directions_, cell_->damping, share_between_.data());
        balance(directions_, answer_->e, share_between_.data());
        of_host = share_between_.data();
    }
    for (int i = 0; i < directions_; ++i) {
        const double kept = 1.0 - of_host[i];
        answer_->e[i] *= kept;
        answer_->factor[i] *= kept;
    }
    for (int i = 0; i < modes_; ++i) {
        e_[i] *= 1.0 - share_[i];
    }
    const double before = total_;
    refresh();
    set_held(held_ + before - total_);
    ++iterations;
}

/** Transfers in proportion to growth, the largest share as allowed. */
bool QuasiLinear::propose_relaxation(double broadening) {
    take_shapes(broadening);
    for (std::size_t w = 0; w < waves_.size(); ++w) {
        const Wave& wave = waves_[w];
        relaxing_[w] = wave.growing ? lines_.multiplicity(wave.line) * wave.width * wave.omega.imag() : 0.0;
    }
    const double largest = largest_share(relaxing_);
    if (!(largest > 0.0) || !std::isfinite(largest)) {
        return false;
    }
    for (std::size_t w = 0; w < waves_.size(); ++w) {
        relaxing_[w] *= options_.largest_exchange / largest;
    }
    return true;
}

bool QuasiLinear::relax(double broadening, bool thorough, int& cursor, int most_iterations) {
    int since_centered = 0;
    while (iterations < most_iterations) {
        if (follow() == 0.0) {
            const bool another = (thorough ? check_half(cursor) : spot_check(1, cursor)) && scan();
            if (!another) {
                return true;
            }
            since_centered = 0;
            continue;
        }
        if (++since_centered % 4 == 0) { // bands move and shrink
            center();
            follow();
        }
        if (!propose_relaxation(broadening)) {
            return false;
        }
        exchange(relaxing_);
    }
    return false;
}

} // namespace miscid::closures
