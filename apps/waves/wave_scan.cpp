#include "waves/wave_scan.hpp"

#include "waves/bands.hpp"
#include "waves/general_kernel.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::apps {

namespace {

using namespace miscid::waves;

/** Growth below this part of sum |e| is none, where the angular grid sets no higher floor. */
constexpr double relative_floor = 1e-5;

Json band_json(const Band& band) {
    return {{"from", band.low},
            {"to", band.high},
            {"k_fastest", band.k_fastest},
            {"omega_fastest", complex_json(band.omega)},
            {"max_growth", band.omega.imag()},
            {"most_roots", band.most_roots}};
}

bool ends_inside(const BandSet& set, const ScanRange& range) {
    return std::all_of(set.band, set.band + set.count,
                       [&](const Band& band) { return band.low > range.low && band.high < range.high; });
}

/** Range to look at first, and whether it may be widened until every band ends inside. */
struct Reach {
    ScanRange range;
    bool may_grow = false;
};

Reach reach_of(const ScanRequest& request, double reach) {
    Reach result;
    result.range.low = request.from.value_or(-reach);
    result.range.high = request.to.value_or(reach);
    result.range.samples = request.points;
    result.may_grow = !request.from && !request.to;
    return result;
}

/** Scans one kernel along a line. */
template <typename Kernel, typename SetK, typename FloorAt>
Json scan_branch(const char* name, Kernel& kernel, const Reach& reach, const SetK& set_k, const FloorAt& floor_at,
                 double shift_omega) {
    constexpr int widenings = 4;
    RootFinder<Kernel> finder;
    finder.reserve(3 * kernel.modes() + 1, 1024);
    ScanRange range = reach.range;
    Json points;
    BandSet set;
    for (int widening = 0; widening <= widenings; ++widening) {
        points = Json::array();
        set = find_bands(kernel, finder, range, set_k, floor_at, [&](double k, const RootSet& roots) {
            Json list = Json::array();
            for (int j = 0; j < roots.listed; ++j) {
                list.push_back(complex_json(roots.omega[j] + shift_omega));
            }
            points.push_back({{"k", k}, {"count", roots.count}, {"omega", list}, {"floor", floor_at(k)}});
        });
        if (!reach.may_grow || ends_inside(set, range) || widening == widenings) {
            break;
        }
        range.low *= 1.5;
        range.high *= 1.5;
        range.samples = range.samples * 3 / 2;
    }
    Json bands = Json::array();
    for (int j = 0; j < set.count; ++j) {
        set.band[j].omega += shift_omega;
        bands.push_back(band_json(set.band[j]));
    }
    return {{"branch", name},
            {"from", range.low},
            {"to", range.high},
            {"points", points},
            {"bands", bands},
            {"bands_end_inside", ends_inside(set, range)},
            {"certified", set.certified},
            {"evaluations", finder.evaluations()}};
}

Json scan_axisymmetric(const WaveCase& c, const ScanRequest& request) {
    const AxisymmetricBackground background = c.axisymmetric_background();
    double D[2] = {0.0, 0.0};
    for (std::size_t i = 0; i < c.v.size(); ++i) {
        D[0] += c.e[i];
        D[1] += c.e[i] * c.v[i];
    }
    std::vector<double> scratch(c.v.size());
    const double slope = growth_floor(background, 1.0, scratch.data(), request.kappa);
    Json json = {{"direction", {0.0, 0.0, 1.0}}, {"k_shift", D[1]}, {"branches", Json::array()}};
    if (no_wave_grows(background)) {
        json["screened"] = true;
        return json;
    }
    AxisymmetricKernel axial;
    AxialBreakingKernel breaking;
    axial.reserve(background.modes);
    breaking.reserve(background.modes);
    axial.set_background(background);
    breaking.set_background(background);
    const double least = relative_floor * axial.coupling();
    const auto floor_at = [&](double k) { return std::max(slope * std::abs(k), least); };
    const auto set_k = [](auto& kernel, double k) { kernel.set_wave_vector(k); };
    const Reach reach = reach_of(request, 2.0 * axial.coupling());
    json["branches"].push_back(scan_branch("axisymmetric", axial, reach, set_k, floor_at, D[0]));
    json["branches"].push_back(scan_branch("axial_breaking", breaking, reach, set_k, floor_at, D[0]));
    return json;
}

Eigen::Vector3d scan_direction(const WaveCase& c, const ScanRequest& request, const Eigen::Vector3d& flux) {
    for (const Eigen::Vector3d& n : {request.direction.value_or(Eigen::Vector3d::Zero()), c.k, flux}) {
        if (n.norm() > 0.0) {
            return n.normalized();
        }
    }
    return Eigen::Vector3d::UnitZ();
}

Json fastest_json(const FastestWave& wave, const Eigen::Vector3d& shift) {
    if (!wave.found) {
        return Json();
    }
    const Eigen::Vector3d k = wave.k + shift;
    return {{"k", {k[0], k[1], k[2]}},
            {"k_shifted", {wave.k[0], wave.k[1], wave.k[2]}},
            {"max_growth", wave.omega.imag()},
            {"omega", complex_json(wave.omega)}};
}

/** Aligned: along k' = k - D_1. The frequencies hold the mean field, so the shift is that of k alone. */
Json scan_aligned(const WaveCase& c, const AlignedState& state, const ScanRequest& request) {
    const AlignedBackground background = state.background();
    Eigen::Vector3d flux = Eigen::Vector3d::Zero();
    for (std::size_t i = 0; i < state.e.size(); ++i) {
        flux += state.e[i] * Eigen::Vector3d(state.direction[0][i], state.direction[1][i], state.direction[2][i]);
    }
    const Eigen::Vector3d n = scan_direction(c, request, flux);
    Json json = {
        {"direction", {n[0], n[1], n[2]}}, {"k_shift", {flux[0], flux[1], flux[2]}}, {"branches", Json::array()}};
    if (no_wave_grows(background)) {
        json["screened"] = true;
        return json;
    }
    AlignedKernel kernel;
    kernel.reserve(background.modes);
    kernel.set_background(background);
    std::vector<double> scratch(state.e.size());
    const double least = relative_floor * kernel.coupling();
    const auto floor_of = [&](const Eigen::Vector3d& k) {
        return std::max(growth_floor(background, k, scratch.data(), request.kappa), least);
    };
    const auto set_k = [&](AlignedKernel& at, double s) { at.set_wave_vector(flux + s * n); };
    const double reach = 2.0 * kernel.coupling();
    json["branches"].push_back(scan_branch(
        "aligned", kernel, reach_of(request, reach), set_k, [&](double s) { return floor_of(s * n); }, 0.0));
    if (request.directions > 0) {
        RootFinder<AlignedKernel> finder;
        finder.reserve(background.modes, 1024);
        const auto fastest = find_fastest(
            kernel, finder, reach, request.directions, 8,
            [&](AlignedKernel& at, const Eigen::Vector3d& k) { at.set_wave_vector(flux + k); }, floor_of,
            [&](const AlignedKernel& at, Complex omega) {
                return group_velocity(at, finder.null_vector(at, omega), omega, background);
            });
        json["fastest"] = fastest_json(fastest, flux);
    }
    return json;
}

Json scan_general(const WaveCase& c, const ScanRequest& request) {
    const Background background = c.background();
    GeneralKernel kernel;
    kernel.reserve(background.modes);
    kernel.set_background(background);
    const Eigen::Vector3d n = scan_direction(c, request, Eigen::Vector3d::Zero());
    std::vector<double> scratch(c.g.size());
    const double least = relative_floor * kernel.coupling();
    const auto floor_of = [&](const Eigen::Vector3d& k) {
        return std::max(growth_floor(background, k, scratch.data(), request.kappa), least);
    };
    const double reach = 2.0 * kernel.coupling();
    Json json = {{"direction", {n[0], n[1], n[2]}}, {"k_shift", {0.0, 0.0, 0.0}}, {"branches", Json::array()}};
    json["branches"].push_back(scan_branch(
        "general", kernel, reach_of(request, reach), [&](GeneralKernel& at, double s) { at.set_wave_vector(s * n); },
        [&](double s) { return floor_of(s * n); }, 0.0));
    if (request.directions > 0) {
        RootFinder<GeneralKernel> finder;
        finder.reserve(3 * background.modes, 1024);
        const auto fastest = find_fastest(
            kernel, finder, reach, request.directions, 8,
            [](GeneralKernel& at, const Eigen::Vector3d& k) { at.set_wave_vector(k); }, floor_of,
            [](const GeneralKernel& at, Complex omega) {
                GeneralKernel::Matrix m;
                at.evaluate(omega, m);
                return at.group_velocity(left_null_vector_of<12>(m), null_vector_of<12>(m), omega);
            });
        json["fastest"] = fastest_json(fastest, Eigen::Vector3d::Zero());
    }
    return json;
}

} // namespace

ScanRequest read_scan_request(const Json& json, const std::string& file, const std::string& place) {
    ScanRequest request;
    if (!json.is_object() || !json.contains("scan")) {
        return request;
    }
    const Section scan = Section(json, file, place).child("scan");
    scan.allow({"direction", "from", "to", "points", "directions", "kappa"});
    if (scan.has("direction")) {
        const auto n = scan.numbers("direction", 3);
        request.direction = Eigen::Vector3d(n[0], n[1], n[2]);
        if (!(request.direction->norm() > 0.0)) {
            scan.fail("direction", "a vector of some length");
        }
    }
    if (scan.has("from")) {
        request.from = scan.number("from");
    }
    if (scan.has("to")) {
        request.to = scan.number("to");
    }
    request.kappa = scan.number("kappa", request.kappa);
    if (!(request.kappa >= 0.0)) {
        scan.fail("kappa", "a number >= 0");
    }
    for (const auto& [key, value, least] :
         {std::tuple("points", &request.points, 2), std::tuple("directions", &request.directions, 0)}) {
        if (scan.has(key)) {
            *value = scan.integer(key);
            if (*value < least || *value > 100000) {
                scan.fail(key, "an integer from " + std::to_string(least) + " to 100000");
            }
        }
    }
    return request;
}

Json scan_case(const WaveCase& c, const ScanRequest& request) {
    if (c.axisymmetric) {
        return scan_axisymmetric(c, request);
    }
    const auto aligned = aligned_state(c);
    return aligned ? scan_aligned(c, *aligned, request) : scan_general(c, request);
}

} // namespace miscid::apps
