#include "waves/wave_answer.hpp"

#include "waves/tilted_viscosity.hpp"
#include "waves/wave.hpp"

#include <cmath>

namespace miscid::apps {

namespace {

using namespace miscid::waves;

/** Growth that counts as none when the case does not say. */
constexpr double relative_floor = 1e-7;

template <typename Kernel>
std::optional<Complex> most_unstable(RootFinder<Kernel>& finder, const Kernel& kernel, const WaveCase& c, Json& json) {
    finder.reserve(kernel.poles().count, 4096);
    finder.set_evaluation_limit(2000000);
    const RootSet set = finder.unstable(kernel, c.eta.value_or(relative_floor * kernel.coupling()));
    json["n_unstable"] = set.count;
    json["count_certified"] = set.certified;
    json["status"] = set.complete() ? "ok" : "short";
    if (set.found == 0) {
        json["omega"] = json["group_velocity"] = Json();
        return std::nullopt;
    }
    return set.omega[0];
}

Json answer_axisymmetric(const WaveCase& c) {
    const AxisymmetricBackground background = c.axisymmetric_background();
    const std::size_t modes = c.v.size();
    double D_0 = 0.0;
    double D_1 = 0.0;
    for (std::size_t i = 0; i < modes; ++i) {
        D_0 += c.e[i];
        D_1 += c.e[i] * c.v[i];
    }
    const double k = c.k[2] - D_1;
    AxisymmetricKernel kernel;
    kernel.reserve(background.modes);
    kernel.set_background(background);
    kernel.set_wave_vector(k);
    std::vector<double> scratch(modes);
    Json json;
    json["growth_floor"] = growth_floor(background, k, scratch.data());
    RootFinder<AxisymmetricKernel> finder;
    const auto omega = most_unstable(finder, kernel, c, json);
    if (!omega) {
        return json;
    }
    const auto null = finder.null_vector(kernel, *omega);
    std::vector<double> R(modes);
    std::vector<double> gamma(modes);
    profile(kernel, null, *omega, background.e, R.data());
    viscosity(kernel.poles(), *omega, R.data(), gamma.data());
    double conservation = 0.0;
    for (std::size_t i = 0; i < modes; ++i) {
        conservation += c.e[i] * gamma[i];
    }
    json["omega"] = complex_json(*omega + D_0);
    json["group_velocity"] = complex_json(group_velocity(kernel, null, *omega, background.v, background.e));
    json["profile_R"] = R;
    json["gamma_per_intensity"] = gamma;
    json["conservation"] = conservation;
    return json;
}

Json answer_general(const WaveCase& c) {
    const Background background = c.background();
    GeneralKernel kernel;
    kernel.reserve(background.modes);
    kernel.set_background(background);
    kernel.set_wave_vector(c.k);
    Json json;
    std::vector<double> scratch(c.g.size());
    json["growth_floor"] = growth_floor(background, c.k, scratch.data());
    json["equilibrium"] = kernel.equilibrium();
    RootFinder<GeneralKernel> finder;
    const auto omega = most_unstable(finder, kernel, c, json);
    if (!omega) {
        return json;
    }
    GeneralKernel::Matrix m;
    kernel.evaluate(*omega, m);
    const auto null = null_vector_of<12>(m);
    std::vector<Eigen::Vector3d> correlation(c.g.size());
    std::vector<double> gamma(c.g.size());
    correlations(kernel, null, *omega, correlation.data());
    tilted_viscosity(kernel, null, *omega, correlation.data(), gamma.data());
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    json["correlation_c"] = Json::array();
    for (std::size_t i = 0; i < correlation.size(); ++i) {
        sum += c.g[i] * correlation[i];
        json["correlation_c"].push_back({correlation[i][0], correlation[i][1], correlation[i][2]});
    }
    json["omega"] = complex_json(*omega);
    json["group_velocity"] = complex_vector_json(kernel.group_velocity(left_null_vector_of<12>(m), null, *omega));
    json["gamma"] = gamma;
    json["sum_g_c"] = {sum[0], sum[1], sum[2]};
    json["conservation"] = sum.norm();
    return json;
}

} // namespace

Json answer_gamma_profile(const WaveCase& c) {
    return c.axisymmetric ? answer_axisymmetric(c) : answer_general(c);
}

} // namespace miscid::apps
