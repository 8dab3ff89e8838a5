#include "closures/lepton_number.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::closures {

LeptonAreas lepton_areas(const Cell& cell, const double* e) {
    LeptonAreas areas;
    double last = 0.0;
    for (int i = 0; i < cell.directions; ++i) {
        (e[i] > 0.0 ? areas.positive : areas.negative) += std::abs(e[i]);
        if (e[i] != 0.0) {
            areas.crossings += last * e[i] < 0.0 || (last != 0.0 && (last > 0.0) != (e[i] > 0.0));
            last = e[i];
        }
    }
    if (!cell.v) {
        areas.crossings = areas.positive > 0.0 && areas.negative > 0.0 ? 1 : 0;
    }
    return areas;
}

namespace {

constexpr int lanes = 8; ///< of loops that compilers make vectors of without reordering anything

/** sum |x|: finite only if every x is. */
double magnitude(int count, const double* x) {
    double lane[lanes] = {};
    int i = 0;
    for (; i + lanes <= count; i += lanes) {
        for (int l = 0; l < lanes; ++l) {
            lane[l] += std::abs(x[i + l]);
        }
    }
    for (; i < count; ++i) {
        lane[0] += std::abs(x[i]);
    }
    double sum = 0.0;
    for (const double part : lane) {
        sum += part;
    }
    return sum;
}

bool ascending(int count, const double* v) {
    if (count > 0 && !(v[0] >= -1.0 && v[count - 1] <= 1.0)) {
        return false;
    }
    double shortest[lanes];
    std::fill(shortest, shortest + lanes, 1.0);
    int i = 0;
    for (; i + lanes < count; i += lanes) {
        for (int l = 0; l < lanes; ++l) {
            const double gap = v[i + l + 1] - v[i + l];
            shortest[l] = gap < shortest[l] ? gap : shortest[l];
        }
    }
    for (; i + 1 < count; ++i) {
        const double gap = v[i + 1] - v[i];
        shortest[0] = gap < shortest[0] ? gap : shortest[0];
    }
    return *std::min_element(shortest, shortest + lanes) > 0.0;
}

} // namespace

Screen screen(const Cell& cell) {
    Screen result;
    double low[lanes] = {};
    double high[lanes] = {};
    int i = 0;
    if (!cell.source) {
        for (; i + lanes <= cell.directions; i += lanes) {
            for (int l = 0; l < lanes; ++l) {
                const double x = cell.e[i + l];
                low[l] = x < low[l] ? x : low[l];
                high[l] = x > high[l] ? x : high[l];
            }
        }
    }
    for (; i < cell.directions; ++i) {
        const double after = cell.source ? cell.e[i] + cell.dt * cell.source[i] : cell.e[i];
        low[0] = std::min({low[0], cell.e[i], after});
        high[0] = std::max({high[0], cell.e[i], after});
    }
    const bool negative = *std::min_element(low, low + lanes) < 0.0;
    const bool positive = *std::max_element(high, high + lanes) > 0.0;
    result.nothing_can_grow = !(negative && positive);
    const int count = std::max(cell.directions, 0);
    double sum = std::abs(cell.dt) + std::abs(cell.seed) + std::abs(cell.seed_wave_number) + magnitude(count, cell.e);
    if (cell.source) {
        sum += magnitude(count, cell.source) * cell.dt;
    }
    if (cell.damping) {
        sum += magnitude(count, cell.damping);
    }
    for (int a = 0; !cell.v && a < 3 && count > 0; ++a) {
        sum += magnitude(count, cell.direction[a]);
    }
    result.usable =
        std::isfinite(sum) && cell.dt >= 0.0 && cell.directions >= 0 && (!cell.v || ascending(count, cell.v));
    return result;
}

void add_source_only(const Cell& cell, Answer& answer) {
    for (int i = 0; i < cell.directions; ++i) {
        answer.e[i] = cell.source ? cell.e[i] + cell.dt * cell.source[i] : cell.e[i];
        answer.factor[i] = 1.0;
    }
}

Beginning begin(const Cell& cell, Kind kind, Answer& answer) {
    Beginning result;
    result.usable = usable(cell);
    if (result.usable) {
        answer.diagnostics = Diagnostics();
        answer.diagnostics.used = kind;
        add_source_only(cell, answer);
        result.areas = lepton_areas(cell, answer.e);
        describe(cell, result.areas, answer.diagnostics);
    }
    return result;
}

void describe(const Cell& cell, const LeptonAreas& areas, Diagnostics& diagnostics) {
    diagnostics.crossings = areas.crossings;
    diagnostics.area_ratio = areas.ratio();
    diagnostics.more_than_one_crossing = cell.v && areas.crossings > 1;
    diagnostics.large_area_ratio = areas.ratio() > 0.3;
}

void describe_viscosity(const Cell& cell, const double* factor, Diagnostics& diagnostics) {
    if (cell.directions == 0 || !(cell.dt > 0.0)) {
        return;
    }
    const auto [least, most] = std::minmax_element(factor, factor + cell.directions);
    diagnostics.gamma_min = (1.0 - *most) / cell.dt;
    diagnostics.gamma_max = (1.0 - *least) / cell.dt;
}

double balance(int count, const double* e, double* x) {
    double gain = 0.0;
    double loss = 0.0;
    for (int i = 0; i < count; ++i) {
        (e[i] > 0.0 ? gain : loss) += std::abs(e[i]) * x[i];
    }
    const double common = std::min(gain, loss);
    const double for_positive = gain > 0.0 ? common / gain : 0.0;
    const double for_negative = loss > 0.0 ? common / loss : 0.0;
    for (int i = 0; i < count; ++i) {
        x[i] *= e[i] > 0.0 ? for_positive : for_negative;
    }
    return 2.0 * common;
}

} // namespace miscid::closures
