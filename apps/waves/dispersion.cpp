#include "waves/spectrum.hpp"
#include "waves/wave_answer.hpp"

#include "waves/general_kernel.hpp"

#include <cmath>

namespace miscid::apps {

using namespace miscid::waves;

bool degenerate(const std::vector<Complex>& roots, std::size_t j, double scale) {
    for (std::size_t i = 0; i < roots.size(); ++i) {
        if (i != j && std::abs(roots[i] - roots[j]) < 1e-9 * scale) {
            return true;
        }
    }
    return false;
}

void add_branch(const AlignedBackground& background, const Eigen::Vector3d& k, bool conjugate, double floor,
                Spectrum& spectrum) {
    AlignedKernel kernel;
    kernel.reserve(background.modes);
    kernel.set_background(background);
    const Eigen::Vector3d k_of_branch = conjugate ? Eigen::Vector3d(-k) : k;
    kernel.set_wave_vector(k_of_branch);
    const auto roots = all_roots(
        kernel, floor,
        [&] {
            return background.modes <= largest_dense ? dense_operator(background, k_of_branch) : Eigen::MatrixXcd();
        },
        spectrum);
    const RootFinder<AlignedKernel> finder;
    for (std::size_t j = 0; j < roots.size(); ++j) {
        SpectrumWave wave;
        wave.omega = conjugate ? -std::conj(roots[j]) : roots[j];
        if (!degenerate(roots, j, kernel.coupling())) {
            const auto null = finder.null_vector(kernel, roots[j]);
            const Eigen::Vector3cd velocity = group_velocity(kernel, null, roots[j], background);
            wave.velocity = conjugate ? Eigen::Vector3cd(velocity.conjugate()) : velocity;
        }
        spectrum.waves.push_back(wave);
    }
}

Json spectrum_json(Spectrum& spectrum, double floor, double natural_floor) {
    std::stable_sort(spectrum.waves.begin(), spectrum.waves.end(),
                     [](const SpectrumWave& a, const SpectrumWave& b) { return a.omega.imag() > b.omega.imag(); });
    Json json;
    json["n_unstable"] = spectrum.count;
    json["unstable"] = Json::array();
    json["group_velocity"] = Json::array();
    for (const SpectrumWave& wave : spectrum.waves) {
        json["unstable"].push_back(complex_json(wave.omega));
        json["group_velocity"].push_back(wave.velocity ? complex_vector_json(*wave.velocity) : Json());
    }
    json["count_certified"] = spectrum.certified;
    json["max_im_omega"] = spectrum.waves.empty() ? Json() : Json(spectrum.waves.front().omega.imag());
    json["eta"] = floor;
    json["growth_floor"] = natural_floor;
    json["method"] = spectrum.method;
    json["evaluations"] = spectrum.evaluations;
    const bool complete = spectrum.certified && static_cast<int>(spectrum.waves.size()) == spectrum.count;
    json["status"] = complete ? "ok" : "short";
    return json;
}

namespace {

Spectrum general_spectrum(const WaveCase& c, double floor) {
    Spectrum spectrum;
    spectrum.method = "determinant 12x12";
    const Background background = c.background();
    GeneralKernel kernel;
    kernel.reserve(background.modes);
    kernel.set_background(background);
    kernel.set_wave_vector(c.k);
    const auto roots = all_roots(
        kernel, floor,
        [&] { return 3 * background.modes <= largest_dense ? dense_operator(background, c.k) : Eigen::MatrixXcd(); },
        spectrum);
    for (std::size_t j = 0; j < roots.size(); ++j) {
        SpectrumWave wave;
        wave.omega = roots[j];
        if (!degenerate(roots, j, kernel.coupling())) {
            GeneralKernel::Matrix m;
            kernel.evaluate(roots[j], m);
            wave.velocity = kernel.group_velocity(left_null_vector_of<12>(m), null_vector_of<12>(m), roots[j]);
        }
        spectrum.waves.push_back(wave);
    }
    return spectrum;
}

Spectrum spectrum_of(const WaveCase& c, double floor) {
    const auto aligned = aligned_state(c);
    if (!aligned) {
        return general_spectrum(c, floor);
    }
    Spectrum spectrum;
    spectrum.method = "determinant 4x4";
    if (no_wave_grows(aligned->background())) {
        spectrum.method = "sign screen";
        return spectrum;
    }
    add_branch(aligned->background(), c.k, false, floor, spectrum);
    add_branch(aligned->background(), c.k, true, floor, spectrum);
    return spectrum;
}

} // namespace

Json answer_dispersion(const WaveCase& c) {
    if (c.axisymmetric) {
        throw InvalidInput("axisymmetric_input", "dispersion asks for q, g, P; v, w, E belong to gamma_profile");
    }
    std::vector<double> scratch(static_cast<std::size_t>(c.modes()));
    const double natural_floor = growth_floor(c.background(), c.k, scratch.data());
    double total = 0.0;
    for (std::size_t i = 0; i < c.g.size(); ++i) {
        total += std::abs(c.g[i]) * std::hypot(c.P[0][i], c.P[1][i], c.P[2][i]);
    }
    const double floor = c.eta ? *c.eta : std::max(natural_floor, 1e-9 * total);
    if (!(floor > 0.0)) {
        throw InvalidInput("eta_not_positive", "eta");
    }
    Spectrum spectrum = spectrum_of(c, floor);
    return spectrum_json(spectrum, floor, natural_floor);
}

} // namespace miscid::apps
