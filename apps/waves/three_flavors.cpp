// `miscid waves` for three flavors: density matrices instead of polarization vectors, the 32 x 32 determinant or, where
// everything is diagonal in flavor, one aligned problem per pair of flavors (theory.md F6 and row 17).

#include "waves/three_flavors.hpp"

#include "flavor/three_flavor.hpp"
#include "waves/spectrum.hpp"
#include "waves/three_flavor_kernel.hpp"
#include "waves/wave_answer.hpp"

#include <cmath>

namespace miscid::apps {

using namespace miscid::waves;
using FlavorVector = flavor::FlavorVectorFor<3>;

namespace {

constexpr const char* pair_name[3] = {"e-mu", "e-tau", "mu-tau"};
constexpr int pair[3][2] = {{0, 1}, {0, 2}, {1, 2}};

struct Case {
    Components direction;
    std::vector<double> g, damping;
    std::vector<Eigen::Matrix3cd> rho, H;
    Eigen::Vector3d k;
    std::optional<double> eta;

    int modes() const { return static_cast<int>(g.size()); }
    bool diagonal() const {
        double off = 0.0;
        double all = 0.0;
        for (const auto* matrices : {&rho, &H}) {
            for (const Eigen::Matrix3cd& m : *matrices) {
                off = std::max(off, (m - Eigen::Matrix3cd(m.diagonal().asDiagonal())).norm());
                all = std::max(all, m.norm());
            }
        }
        return off <= 1e-14 * all;
    }
};

/** Nine numbers in the order of field `rho`: ee, mumu, tautau, Re emu, Im emu, Re etau, Im etau, Re mutau, Im mutau. */
Eigen::Matrix3cd matrix_of(const double* n) {
    Eigen::Matrix3cd m;
    m << n[0], Complex(n[3], n[4]), Complex(n[5], n[6]), //
        Complex(n[3], -n[4]), n[1], Complex(n[7], n[8]), //
        Complex(n[5], -n[6]), Complex(n[7], -n[8]), n[2];
    return m;
}

std::vector<Eigen::Matrix3cd> read_matrices(const Section& section, const char* key, int modes) {
    const Json& value = section.json().at(key);
    const bool one = value.is_array() && value.size() == 9 && !value[0].is_array();
    const auto numbers = one ? section.numbers(key, 9) : section.table(key, 9, modes);
    for (const double x : numbers) {
        if (!std::isfinite(x)) {
            throw InvalidInput("not_a_number", key);
        }
    }
    std::vector<Eigen::Matrix3cd> matrices;
    for (int i = 0; i < modes; ++i) {
        matrices.push_back(matrix_of(numbers.data() + (one ? 0 : 9 * i)));
    }
    return matrices;
}

Eigen::Vector3d direction_of(const Case& c, int i) {
    const auto n = static_cast<std::size_t>(i);
    return {c.direction[0][n], c.direction[1][n], c.direction[2][n]};
}

Case read_case(const Section& section) {
    section.allow({"kind", "schema", "q", "g", "rho", "D", "H_ext", "k", "eta"},
                  {"n_unstable", "unstable", "max_im_omega", "group_velocity", "rel_tol"});
    Case c;
    const auto q = section.table("q", 3);
    const int modes = static_cast<int>(q.size() / 3);
    if (modes == 0) {
        throw InvalidInput("no_modes", "q");
    }
    c.g = section.numbers("g", modes);
    for (int i = 0; i < modes; ++i) {
        for (std::size_t a = 0; a < 3; ++a) {
            c.direction[a].push_back(q[static_cast<std::size_t>(3 * i) + a]);
        }
        if (!(std::abs(direction_of(c, i).norm() - 1.0) <= 1e-6)) {
            throw InvalidInput("direction_not_unit", "q[" + std::to_string(i) + "]");
        }
        if (!std::isfinite(c.g[static_cast<std::size_t>(i)])) {
            throw InvalidInput("not_a_number", "g[" + std::to_string(i) + "]");
        }
    }
    c.damping =
        section.has("D") ? section.numbers("D", modes) : std::vector<double>(static_cast<std::size_t>(modes), 0.0);
    for (const double rate : c.damping) {
        if (!(rate >= 0.0) || !std::isfinite(rate)) {
            throw InvalidInput("negative_damping", "D");
        }
    }
    c.rho = read_matrices(section, "rho", modes);
    c.H = section.has("H_ext")
              ? read_matrices(section, "H_ext", modes)
              : std::vector<Eigen::Matrix3cd>(static_cast<std::size_t>(modes), Eigen::Matrix3cd::Zero());
    // H_i = H_ext + sum_j g_j (1 - q_i.q_j) rho_j
    Eigen::Matrix3cd D[4] = {Eigen::Matrix3cd::Zero(), Eigen::Matrix3cd::Zero(), Eigen::Matrix3cd::Zero(),
                             Eigen::Matrix3cd::Zero()};
    for (std::size_t j = 0; j < c.g.size(); ++j) {
        D[0] += c.g[j] * c.rho[j];
        for (int a = 0; a < 3; ++a) {
            D[a + 1] += c.g[j] * c.direction[a][j] * c.rho[j];
        }
    }
    for (std::size_t i = 0; i < c.g.size(); ++i) {
        c.H[i] += D[0] - c.direction[0][i] * D[1] - c.direction[1][i] * D[2] - c.direction[2][i] * D[3];
    }
    const auto k = section.numbers("k", 3);
    c.k = Eigen::Vector3d(k[0], k[1], k[2]);
    if (!c.k.allFinite()) {
        throw InvalidInput("not_a_number", "k");
    }
    if (section.has("eta")) {
        c.eta = section.number("eta");
    }
    return c;
}

/** rho = P.Lambda/2 without its trace. */
FlavorVector vector_of(const Eigen::Matrix3cd& m) {
    return flavor::vector_of_matrix(m);
}

Spectrum pairs(const Case& c, double floor, Json& json) {
    Spectrum all;
    all.method = "determinant 4x4 per pair of flavors";
    json = Json::object();
    for (int p = 0; p < 3; ++p) {
        const int a = pair[p][0];
        const int b = pair[p][1];
        std::vector<double> e, frequency;
        for (std::size_t i = 0; i < c.g.size(); ++i) {
            e.push_back(c.g[i] * (c.rho[i](a, a) - c.rho[i](b, b)).real());
            frequency.push_back((c.H[i](a, a) - c.H[i](b, b)).real());
        }
        const AlignedBackground background = {c.modes(),
                                              {c.direction[0].data(), c.direction[1].data(), c.direction[2].data()},
                                              e.data(),
                                              c.damping.data(),
                                              frequency.data()};
        Spectrum one;
        one.method = all.method;
        if (!no_wave_grows(background)) {
            add_branch(background, c.k, false, floor, one);
            add_branch(background, c.k, true, floor, one);
        }
        json[pair_name[p]] = one.count;
        all.count += one.count;
        all.certified = all.certified && one.certified;
        all.evaluations += one.evaluations;
        all.method = one.method;
        all.waves.insert(all.waves.end(), one.waves.begin(), one.waves.end());
    }
    return all;
}

Spectrum whole(const Case& c, double floor) {
    std::vector<FlavorVector> P, H;
    for (std::size_t i = 0; i < c.g.size(); ++i) {
        P.push_back(vector_of(c.rho[i]));
        H.push_back(vector_of(c.H[i]));
    }
    ThreeFlavorBackground background;
    background.modes = c.modes();
    background.g = c.g.data();
    background.P = P.data();
    background.H = H.data();
    background.damping = c.damping.data();
    for (int a = 0; a < 3; ++a) {
        background.direction[a] = c.direction[a].data();
    }
    Spectrum spectrum;
    spectrum.method = "determinant 32x32";
    ThreeFlavorKernel kernel;
    kernel.reserve(background.modes);
    kernel.set_background(background);
    kernel.set_wave_vector(c.k);
    const auto roots = all_roots(
        kernel, floor,
        [&] { return 8 * background.modes <= largest_dense ? dense_operator(background, c.k) : Eigen::MatrixXcd(); },
        spectrum);
    for (std::size_t j = 0; j < roots.size(); ++j) {
        SpectrumWave wave;
        wave.omega = roots[j];
        if (!degenerate(roots, j, kernel.coupling())) {
            ThreeFlavorKernel::Matrix m;
            kernel.evaluate(roots[j], m);
            wave.velocity = kernel.group_velocity(left_null_vector_of<32>(m), null_vector_of<32>(m), roots[j]);
        }
        spectrum.waves.push_back(wave);
    }
    return spectrum;
}

} // namespace

Json answer_three_flavors(const Json& json, const std::string& file, const std::string& place) {
    const Case c = read_case(Section(json, file, place));
    std::vector<double> along(c.g.size());
    double natural_floor = 0.0;
    double total = 0.0;
    {
        Background poles; // the floor asks for directions and weights only
        poles.modes = c.modes();
        poles.g = c.g.data();
        for (int a = 0; a < 3; ++a) {
            poles.direction[a] = c.direction[a].data();
        }
        natural_floor = growth_floor(poles, c.k, along.data());
    }
    for (std::size_t i = 0; i < c.g.size(); ++i) {
        total += std::abs(c.g[i]) * vector_of(c.rho[i]).norm();
    }
    const double floor = c.eta ? *c.eta : std::max(natural_floor, 1e-9 * total);
    if (!(floor > 0.0)) {
        throw InvalidInput("eta_not_positive", "eta");
    }
    Json by_pair;
    Spectrum spectrum = c.diagonal() ? pairs(c, floor, by_pair) : whole(c, floor);
    Json answer = spectrum_json(spectrum, floor, natural_floor);
    if (!by_pair.is_null()) {
        answer["n_unstable_by_pair"] = by_pair;
    }
    return answer;
}

} // namespace miscid::apps
