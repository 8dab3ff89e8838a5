#include "closures/kinetic_state.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::closures {

namespace {

enum Header {
    marker,
    e_folds_at,
    e_folds_large_at,
    mesh_at,
    step_at,
    cursor_at,
    count_at,
    search_at,
    total_at = search_at + QuasiLinear::search_record,
    density_at,
    flux_at,
    drift_at,
    header_end
};
static_assert(header_end <= KineticState::header);

enum PerWave { line_at, k_at, re_at, im_at, intensity_at, gain_at, velocity_at };
static_assert(velocity_at + 1 == KineticState::per_wave);

int stored_waves(const double* numbers) {
    return stored_integer(numbers[count_at], KineticState::most_waves + 1);
}

} // namespace

void KineticState::reserve(int directions) {
    waves.reserve(QuasiLinear::most_waves);
    content.reserve(directions);
}

void KineticState::clear() {
    waves.clear();
    content.clear();
    e_folds = e_folds_large = mesh = step = total = density = flux = drift = 0.0;
    cursor = 0;
    std::fill(search, search + QuasiLinear::search_record, 0.0);
}

void KineticState::read(int directions, const double* n, double total_now) {
    clear();
    if (!n || n[marker] == 0.0) {
        return;
    }
    e_folds = n[e_folds_at];
    e_folds_large = n[e_folds_large_at];
    // A mesh far from what the cell is now is laid out anew.
    mesh = n[mesh_at] >= 0.002 * total_now && n[mesh_at] <= 2.0 * total_now ? n[mesh_at] : 0.0;
    step = n[step_at];
    cursor = stored_integer(n[cursor_at], QuasiLinear::most_cursor);
    std::copy(n + search_at, n + search_at + QuasiLinear::search_record, search);
    total = n[total_at];
    density = n[density_at];
    flux = n[flux_at];
    drift = n[drift_at];
    const int count = stored_waves(n);
    for (int i = 0; i < count; ++i) {
        const double* w = n + header + per_wave * i;
        Wave wave;
        if (!(w[line_at] >= 0.0 && w[line_at] < WaveLines::most_lines)) {
            continue; // no wave of ours
        }
        wave.line = static_cast<int>(w[line_at]);
        wave.lab_k = w[k_at];
        wave.width = mesh;
        wave.omega = {w[re_at], w[im_at]};
        wave.intensity = w[intensity_at];
        wave.seed_gain = w[gain_at];
        wave.velocity = w[velocity_at];
        waves.push_back(wave);
    }
    const double thinned = total > 0.0 ? std::min(1.0, total_now / total) : 1.0;
    content.read(directions, n + header + per_wave * most_waves, thinned);
}

void KineticState::write(int directions, double* n) const {
    if (!n) {
        return;
    }
    std::fill(n, n + size(directions), 0.0);
    const int count = std::min(static_cast<int>(waves.size()), most_waves);
    n[marker] = 1.0;
    n[e_folds_at] = e_folds;
    n[e_folds_large_at] = e_folds_large;
    n[mesh_at] = mesh;
    n[step_at] = step;
    n[cursor_at] = cursor;
    n[count_at] = count;
    std::copy(search, search + QuasiLinear::search_record, n + search_at);
    n[total_at] = total;
    n[density_at] = density;
    n[flux_at] = flux;
    n[drift_at] = drift;
    for (int i = 0; i < count; ++i) {
        const Wave& wave = waves[static_cast<std::size_t>(i)];
        double* w = n + header + per_wave * i;
        w[line_at] = wave.line;
        w[k_at] = wave.lab_k;
        w[re_at] = wave.omega.real();
        w[im_at] = wave.omega.imag();
        w[intensity_at] = wave.intensity;
        w[gain_at] = wave.seed_gain;
        w[velocity_at] = wave.velocity;
    }
    content.write(directions, n + header + per_wave * most_waves);
}

int WaveSpectrumBins::bin_of(double k) const {
    const double place = (k + limit) / width();
    return place > 0.0 ? static_cast<int>(std::min(place, bins - 1.0)) : 0;
}

void read_spectrum(const double* n, const WaveSpectrumBins& bins, double* content, double* frequency,
                   double* group_velocity) {
    for (double* array : {content, frequency, group_velocity}) {
        if (array) {
            std::fill(array, array + bins.bins, 0.0);
        }
    }
    if (!n || n[marker] == 0.0) {
        return;
    }
    // Ballistic where nothing is known; the strongest wave of a bin speaks for it.
    for (int bin = 0; bin < bins.bins; ++bin) {
        if (frequency) {
            frequency[bin] = n[density_at] + n[drift_at] * (bins.middle(bin) - n[flux_at]);
        }
        if (group_velocity) {
            group_velocity[bin] = n[drift_at];
        }
    }
    const int count = stored_waves(n);
    for (int i = 0; i < count; ++i) {
        const double* w = n + KineticState::header + KineticState::per_wave * i;
        const int bin = bins.bin_of(w[k_at]);
        if (content) {
            content[bin] += 0.5 * w[intensity_at] * n[total_at];
        }
        bool strongest = w[im_at] != 0.0; // else it came from outside and was never followed
        for (int j = 0; j < count && strongest; ++j) {
            const double* other = n + KineticState::header + KineticState::per_wave * j;
            strongest = j == i || bins.bin_of(other[k_at]) != bin || other[im_at] == 0.0 ||
                        other[intensity_at] < w[intensity_at] || (other[intensity_at] == w[intensity_at] && j > i);
        }
        if (strongest && frequency) {
            frequency[bin] = n[density_at] + w[re_at] + w[velocity_at] * (bins.middle(bin) - w[k_at]);
        }
        if (strongest && group_velocity) {
            group_velocity[bin] = w[velocity_at];
        }
    }
}

void write_spectrum(double* n, const WaveSpectrumBins& bins, double total, const double* content) {
    if (!n || !(total > 0.0)) {
        return;
    }
    const double unit = n[marker] != 0.0 && n[total_at] > 0.0 ? n[total_at] : total;
    for (int bin = 0; bin < bins.bins; ++bin) {
        const int count = stored_waves(n);
        double there = 0.0;
        int waves = 0;
        for (int i = 0; i < count; ++i) {
            const double* w = n + KineticState::header + KineticState::per_wave * i;
            if (bins.bin_of(w[k_at]) == bin) {
                there += 0.5 * w[intensity_at] * n[total_at];
                ++waves;
            }
        }
        if (content[bin] == there) {
            continue;
        }
        if (waves > 0) {
            const double factor = there > 0.0 ? content[bin] / there : 0.0;
            for (int i = 0; i < count; ++i) {
                double* w = n + KineticState::header + KineticState::per_wave * i;
                if (bins.bin_of(w[k_at]) == bin) {
                    w[intensity_at] = there > 0.0 ? w[intensity_at] * factor : 2.0 * content[bin] / unit / waves;
                }
            }
        } else if (count < KineticState::most_waves) {
            double* w = n + KineticState::header + KineticState::per_wave * count;
            w[line_at] = 0.0;
            w[k_at] = bins.middle(bin);
            w[re_at] = n[drift_at] * (bins.middle(bin) - n[flux_at]);
            w[im_at] = 0.0;
            w[intensity_at] = 2.0 * content[bin] / unit;
            w[gain_at] = 0.0;
            w[velocity_at] = n[drift_at];
            n[marker] = 1.0;
            n[total_at] = unit;
            n[count_at] = count + 1;
        } else {
            double* nearest = n + KineticState::header;
            for (int i = 1; i < count; ++i) {
                double* w = n + KineticState::header + KineticState::per_wave * i;
                if (std::abs(w[k_at] - bins.middle(bin)) < std::abs(nearest[k_at] - bins.middle(bin))) {
                    nearest = w;
                }
            }
            nearest[intensity_at] += 2.0 * content[bin] / unit;
        }
    }
}

} // namespace miscid::closures
