#include "situation.hpp"

#include "medium/constants.hpp"
#include "phase_space/refinement.hpp"

#include <cmath>
#include <functional>

namespace miscid::judge {

namespace {

using Density = std::function<double(double v)>;

/** Gaussian in v - 1, normalised on the nodes. */
std::vector<double> gaussian(const Situation& s, double width, double number) {
    std::vector<double> values;
    double sum = 0.0;
    for (std::size_t i = 0; i < s.v.size(); ++i) {
        values.push_back(std::exp(-0.5 * std::pow((s.v[i] - 1.0) / width, 2)));
        sum += s.weight[i] * values.back();
    }
    for (double& value : values) {
        value *= number / sum;
    }
    return values;
}

Situation on_gauss_nodes(const char* group, std::string name, std::string text, int directions = 64) {
    Situation s;
    s.group = group;
    s.name = std::move(name);
    s.text = std::move(text);
    s.v.resize(static_cast<std::size_t>(directions));
    s.weight.resize(s.v.size());
    phase_space::gauss_legendre(directions, s.v.data(), s.weight.data());
    return s;
}

void sudden(Situation& s, double t_end) {
    s.t_end = t_end;
    s.window_from = 0.5 * t_end;
}

/** nu_e and anti-nu_e as Gaussians about v = 1, anti-nu_e being alpha times as many. */
Situation two_gaussians(const char* group, const std::string& name, double alpha, double width_of_nubar, double t_end,
                        const std::string& text) {
    Situation s = on_gauss_nodes(group, name, text);
    s.nu = gaussian(s, 0.6, 1.0);
    s.nubar = gaussian(s, width_of_nubar, alpha);
    sudden(s, t_end);
    return s;
}

Situation from_densities(const char* group, const std::string& name, const Density& nu, const Density& nubar,
                         double t_end, const std::string& text) {
    Situation s = on_gauss_nodes(group, name, text);
    for (const double v : s.v) {
        s.nu.push_back(nu(v));
        s.nubar.push_back(nubar(v));
    }
    sudden(s, t_end);
    return s;
}

/** A trough of the lepton number at v_0. */
Situation trough(const std::string& name, double floor, double depth, double center, double width) {
    const auto E = [=](double v) { return floor - depth * std::exp(-0.5 * std::pow((v - center) / width, 2)); };
    return from_densities(
        "two crossings", name, [=](double v) { return 0.25 + 0.5 * E(v); }, [=](double v) { return 0.25 - 0.5 * E(v); },
        3000.0,
        "E = " + std::to_string(floor).substr(0, 4) + " with a trough at v = " + std::to_string(center).substr(0, 4));
}

/** In a box whose fields vary in a plane: one run is all the time there is for it. */
void sudden_in_a_plane(Situation& s) {
    sudden(s, 800.0);
    s.box.dimensions = 2;
    s.box.runs = 1;
    s.box.length = 48.0;
    s.box.cells = 64;
    s.quick = false;
}

/** The same densities on a product grid, in a box whose fields vary in a plane through the axis. */
Situation in_a_plane(const Situation& axisymmetric, const Density& nu, const Density& nubar) {
    constexpr int polar = 16;
    Situation s = on_gauss_nodes("two dimensions", axisymmetric.name + ", plane",
                                 "as " + axisymmetric.name + ", fields vary along the axis and across it", polar);
    for (const double v : s.v) {
        s.nu.push_back(nu(v));
        s.nubar.push_back(nubar(v));
    }
    sudden_in_a_plane(s);
    s.box.azimuths = 8;
    return s;
}

/** Densities exp(a v + b v^2), alpha times as many anti-nu_e: nothing in the library was chosen on these. */
Situation held_out(const std::string& name, double alpha, double a, double b, double a_bar, double b_bar) {
    Situation s = on_gauss_nodes("held out", name, "exp(a v + b v^2), numbers in judge/suite.cpp");
    const auto shape = [&s](double one, double two, double number) {
        std::vector<double> values;
        double sum = 0.0;
        for (std::size_t i = 0; i < s.v.size(); ++i) {
            values.push_back(std::exp(one * s.v[i] + two * s.v[i] * s.v[i]));
            sum += s.weight[i] * values.back();
        }
        for (double& value : values) {
            value *= number / sum;
        }
        return values;
    };
    s.nu = shape(a, b, 1.0);
    s.nubar = shape(a_bar, b_bar, alpha);
    sudden(s, 4000.0);
    s.held_out = true;
    return s;
}

/** anti-nu_e emitted so that alpha goes from one value to another in a time; E(v) at nine times. */
Situation driven(const std::string& name, double from, double to, double duration, const std::string& text) {
    Situation s = two_gaussians("driven", name, from, 0.5, 0.0, text);
    s.source = gaussian(s, 0.5, -(to - from) / duration);
    for (const double part : {0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.98}) {
        s.times.push_back(part * duration);
    }
    return s;
}

/** Two opposite beams, zeta_- = -1/2, and nu_e injected into the other from nothing to one (theory.md 7, row 4). */
Situation two_beams_driven(const std::string& name, double duration, std::vector<double> parts,
                           const std::string& text) {
    Situation s;
    s.group = "two beams";
    s.name = name;
    s.text = text;
    s.beams = true;
    s.v = {-1.0, 1.0};
    s.weight = {1.0, 1.0};
    s.nu = {0.0, 0.0};
    s.nubar = {0.5, 0.0};
    s.source = {0.0, 1.0 / duration};
    for (const double part : parts) {
        s.times.push_back(part * duration);
    }
    s.box.length = 100.0;
    s.box.cells = 2048;
    s.box.step = 100.0 / 2048.0;
    return s;
}

Situation two_beams_sudden() {
    Situation s;
    s.group = "two beams";
    s.name = "two beams, sudden";
    s.text = "Fiorillo, Raffelt & Sigl Fig. 1: zeta = +-1/2, L = 100";
    s.beams = true;
    s.v = {-1.0, 1.0};
    s.weight = {1.0, 1.0};
    s.nu = {0.0, 0.5};
    s.nubar = {0.5, 0.0};
    s.t_end = 160.0;
    s.window_from = 60.0;
    s.box.length = 100.0;
    s.box.cells = 2048;
    s.box.step = 100.0 / 2048.0;
    s.box.seed_rms = 1.4e-3;
    s.box.seed_kmax = 6.3;
    return s;
}

/** nu_e towards +z and anti-nu_e towards +y, both 1 + cos: the lepton number is symmetric about (z - y)/sqrt(2), the numbers
 * are not. */
Situation crossed_fluxes() {
    constexpr int polar = 12, azimuths = 8;
    Situation s = on_gauss_nodes("published boxes", "Emu 90Degree", "Richers et al. 2021: fluxes 1/3 at right angles");
    Situation nodes = on_gauss_nodes("", "", "", polar);
    s.v.clear();
    s.weight.clear();
    s.direction.resize(3, polar * azimuths);
    for (int i = 0; i < polar; ++i) {
        for (int a = 0; a < azimuths; ++a) {
            const double v = nodes.v[static_cast<std::size_t>(i)], r = std::sqrt(1.0 - v * v);
            const double angle = 2.0 * medium::constants::pi * (a + 0.5) / azimuths;
            s.direction.col(static_cast<int>(s.v.size())) << r * std::cos(angle), r * std::sin(angle), v;
            s.v.push_back(v);
            s.weight.push_back(nodes.weight[static_cast<std::size_t>(i)] / azimuths);
            s.nu.push_back(0.5 * (1.0 + v));
            s.nubar.push_back(0.5 * (1.0 + r * std::sin(angle)));
        }
    }
    sudden(s, 1500.0);
    s.box.axis = Eigen::Vector3d(0.0, -1.0, 1.0).normalized();
    s.box.cells = 512;
    s.box.length = 250.0;
    return s;
}

/** Neutrinos and antineutrinos whose fluxes point into different directions of the plane y = 0, in a box whose fields vary in
 * that plane: nothing says which axis a one-dimensional closure should take. */
Situation oblique(const std::string& name, const std::string& text,
                  const std::function<double(const Eigen::Vector3d&)>& nu,
                  const std::function<double(const Eigen::Vector3d&)>& nubar) {
    constexpr int polar = 12, azimuths = 8;
    Situation s = on_gauss_nodes("two dimensions", name, text);
    const Situation nodes = on_gauss_nodes("", "", "", polar);
    s.v.clear();
    s.weight.clear();
    s.direction.resize(3, polar * azimuths);
    for (std::size_t i = 0; i < polar; ++i) {
        for (int a = 0; a < azimuths; ++a) {
            const double v = nodes.v[i], r = std::sqrt(1.0 - v * v);
            const double angle = 2.0 * medium::constants::pi * a / azimuths;
            const Eigen::Vector3d q(r * std::cos(angle), r * std::sin(angle), v);
            s.direction.col(static_cast<int>(s.v.size())) = q;
            s.v.push_back(v);
            s.weight.push_back(nodes.weight[i] / azimuths);
            s.nu.push_back(nu(q));
            s.nubar.push_back(nubar(q));
        }
    }
    sudden_in_a_plane(s);
    return s;
}

} // namespace

Eigen::Vector3d Situation::unit(int i) const {
    if (direction.cols() > 0) {
        return direction.col(i);
    }
    const double z = v[static_cast<std::size_t>(i)];
    return {std::sqrt(1.0 - z * z), 0.0, z};
}

std::vector<Situation> suite() {
    std::vector<Situation> all;
    const auto quick_no = [](Situation s) {
        s.quick = false;
        return s;
    };
    const std::string gaussians = "Gaussians about v = 1, widths .6 and .5";
    all.push_back(quick_no(two_gaussians("weak crossing", "alpha .86", 0.86, 0.5, 6000.0, gaussians)));
    all.push_back(two_gaussians("weak crossing", "alpha .9", 0.9, 0.5, 4000.0, gaussians));
    all.push_back(two_gaussians("near-equal areas", "alpha .95", 0.95, 0.5, 3000.0, gaussians));
    all.push_back(two_gaussians("near-equal areas", "alpha 1.0", 1.0, 0.5, 3000.0, gaussians));
    all.push_back(two_gaussians("strong crossing", "alpha 1.3", 1.3, 0.5, 2000.0, gaussians));
    {
        // A crossing in the backward directions.
        auto s = from_densities(
            "weak crossing", "backward", [](double v) { return 0.5 * (1.0 + 0.6 * v); },
            [](double v) { return 0.4 * (1.0 - 0.35 * v + 0.25 * v * v); }, 4000.0,
            "quadratic in v, crossing at v < 0");
        all.push_back(quick_no(std::move(s)));
    }
    all.push_back(trough("trough, shallow", 0.15, 0.32, 0.55, 0.19));
    all.push_back(quick_no(trough("trough, deep", 0.12, 0.40, 0.35, 0.25)));
    for (const double alpha : {1.0, 1.1, 1.2}) {
        auto s = two_gaussians("published boxes", "COSEnu " + std::to_string(alpha).substr(0, 3), alpha, 0.53, 900.0,
                               "theory.md 6.2: widths .6 and .53, L = 600, last quarter of T = 900");
        s.box.length = 600.0;
        s.window_from = 675.0;
        s.quick = alpha == 1.1;
        all.push_back(std::move(s));
    }
    all.push_back(from_densities(
        "published boxes", "Emu Fiducial", [](double v) { return 0.5 * (1.0 + v); },
        [](double v) { return 0.5 * (1.0 - v); }, 1500.0, "Richers et al. 2021: opposite fluxes 1/3, equal numbers"));
    all.push_back(from_densities(
        "published boxes", "Emu TwoThirds", [](double) { return 0.5; }, [](double v) { return (1.0 - v) / 3.0; },
        1500.0, "Richers et al. 2021: isotropic nu_e, two thirds as many anti-nu_e with flux 1/3"));
    all.push_back(quick_no(crossed_fluxes()));
    {
        auto s = two_gaussians("axial breaking", "alpha 1.3, azimuths", 1.3, 0.5, 1500.0,
                               "as alpha 1.3, seeds and waves that break the symmetry about the axis");
        s.v.resize(24);
        s.weight.resize(24);
        phase_space::gauss_legendre(24, s.v.data(), s.weight.data());
        s.nu = gaussian(s, 0.6, 1.0);
        s.nubar = gaussian(s, 0.5, 1.3);
        s.box.azimuths = 8;
        s.box.length = 250.0;
        s.box.cells = 512;
        all.push_back(quick_no(std::move(s)));
    }
    {
        const auto shape = [](double v, double width) { return std::exp(-0.5 * std::pow((v - 1.0) / width, 2)); };
        // Normalised on [-1, 1] as the Gaussians above are.
        const auto area = [](double width) {
            return width * std::sqrt(0.5 * medium::constants::pi) * std::erf(std::sqrt(2.0) / width);
        };
        Situation named;
        named.name = "alpha 1.3";
        all.push_back(in_a_plane(
            named, [=](double v) { return shape(v, 0.6) / area(0.6); },
            [=](double v) { return 1.3 * shape(v, 0.5) / area(0.5); }));
        named.name = "Emu TwoThirds";
        all.push_back(in_a_plane(
            named, [](double) { return 0.5; }, [](double v) { return (1.0 - v) / 3.0; }));
        named.name = "Emu Fiducial";
        all.push_back(in_a_plane(
            named, [](double v) { return 0.5 * (1.0 + v); }, [](double v) { return 0.5 * (1.0 - v); }));
    }
    all.push_back(oblique(
        "right angles, plane", "isotropy plus fluxes 1/3 along z and along x, equal numbers",
        [](const Eigen::Vector3d& q) { return 0.5 * (1.0 + q.z()); },
        [](const Eigen::Vector3d& q) { return 0.5 * (1.0 + q.x()); }));
    all.push_back(oblique(
        "oblique, plane",
        "nu_e with flux .2 along z, .8 times as many anti-nu_e as a Gaussian about 60 degrees from it",
        [](const Eigen::Vector3d& q) { return 0.5 * (1.0 + 0.6 * q.z()); },
        [](const Eigen::Vector3d& q) {
            const double along = 0.5 * q.z() + std::sqrt(0.75) * q.x();
            return 0.4 * std::exp(-0.5 * std::pow((along - 1.0) / 0.7, 2)) / 0.43624;
        }));
    {
        auto s = two_gaussians("collisional", "alpha .9, damped", 0.9, 0.5, 4000.0,
                               gaussians + ", coherence damped at .01 of mu");
        s.damping.assign(s.v.size(), 0.01);
        all.push_back(quick_no(std::move(s)));
    }
    {
        auto s = on_gauss_nodes("collisional", "unequal rates",
                                "isotropic, 1 : .9, damping .02 of nu and .005 of anti-nu", 8);
        s.nu.assign(s.v.size(), 0.5);
        s.nubar.assign(s.v.size(), 0.45);
        s.damping.assign(s.v.size(), 0.02);
        s.damping_of_nubar = 0.005;
        sudden(s, 2000.0);
        s.box.length = 100.0;
        s.box.cells = 128;
        all.push_back(std::move(s));
    }
    all.push_back(driven("driven, T = 4000", 0.80, 0.92, 4000.0, "anti-nu_e emitted, alpha from .80 to .92"));
    all.push_back(quick_no(driven("driven, T = 16000", 0.80, 0.92, 16000.0, "the same four times slower")));
    all.push_back(quick_no(driven("driven to equal", 0.85, 1.0, 6000.0, "anti-nu_e emitted, alpha from .85 to 1")));
    all.push_back(two_beams_sudden());
    all.push_back(two_beams_driven("two beams, before zero", 1500.0, {0.1, 0.2, 0.3, 0.4},
                                   "theory.md 7 row 4a: follows the edge of instability"));
    all.push_back(two_beams_driven("two beams, past zero", 1500.0, {0.6, 0.8, 1.0}, "theory.md 7 row 4b"));
    all.push_back(held_out("held 1", 0.8, 0.6, 0.0, 1.5, 0.4));
    all.push_back(held_out("held 2", 1.1, 0.2, 0.3, 1.2, 0.2));
    all.push_back(held_out("held 3", 0.95, 0.9, -0.4, 0.4, 0.5));
    all.push_back(held_out("held 4", 0.7, 0.3, 0.0, 2.0, 0.0));
    all.push_back(held_out("held 5", 1.0, 0.5, 1.0, 0.5, -0.6));
    all.push_back(held_out("held 6", 0.9, 1.4, 0.6, 1.0, -0.8));
    all.push_back(held_out("held 7", 0.6, 0.6, 0.0, 1.5, 0.4));
    all.push_back(held_out("held 8", 1.5, 0.2, 0.3, 1.2, 0.2));
    all.push_back(held_out("held 9", 0.8, 0.9, -0.4, 0.4, 0.5));
    {
        auto s = held_out("held, driven", 0.75, 0.6, 0.0, 1.5, 0.4);
        s.t_end = s.window_from = 0.0;
        s.source = s.nubar;
        for (double& value : s.source) {
            value *= -(0.95 - 0.75) / 0.75 / 6000.0;
        }
        for (const double part : {0.2, 0.35, 0.5, 0.65, 0.8, 0.95}) {
            s.times.push_back(6000.0 * part);
        }
        all.push_back(std::move(s));
    }
    return all;
}

} // namespace miscid::judge
