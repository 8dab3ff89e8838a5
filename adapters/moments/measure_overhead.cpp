// What the moments adapter costs beside the bare step: the same cells, once as moments through miscid_moments_apply and once as
// density matrices on the same directions through miscid_apply. Prints microseconds per zone (minimum of many runs) and the ratio.
#include <miscid/moments.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

namespace {

constexpr int zones = 64, groups = 12, species = 3;

template <class Call>
double microseconds_per_zone(Call call) {
    double best = 1e300;
    for (int run = 0; run < 60; ++run) {
        const auto start = std::chrono::steady_clock::now();
        call();
        const std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - start;
        best = std::min(best, time.count() / zones);
    }
    return best;
}

void measure(int components, const std::string& closure, const char* shape, bool crossing) {
    const std::string common = R"("phase_space.groups": 12, "vacuum.ordering": "inverted", "collisions.mode": "off",
        "equilibrium.cold_start": "from_incoming", "viscosity.closure": ")" +
                               closure + "\"";
    miscid::Moments moments("{" + common + R"(, "moments": {"polar": 8, "azimuth": 4, "closure": ")" + shape + "\"}}");
    miscid::MomentsWorkspace workspace(moments);
    miscid::MomentsBatch batch(moments);
    const auto config =
        miscid::Config::from_json("{" + common + R"(, "phase_space.directions": 32, "phase_space.form": "density"})");
    const miscid::Context context(config);
    miscid::Workspace bare_workspace(context);
    miscid::Batch bare(context);

    const auto doubles = moments.state_doubles_per_cell();
    std::vector<double> E(zones * species * groups), F(E.size() * 3), energy, width, electrons(zones, 3e34),
        state(static_cast<std::size_t>(zones * doubles)), bare_state(state.size()), rho(zones * 2 * groups * 4 * 32),
        direction;
    for (int g = 0; g < groups; ++g) {
        energy.push_back(3 * std::pow(1.3, g));
        width.push_back(0.26 * energy.back());
    }
    // The adapter's directions: Gauss-Legendre in the cosine, four azimuths.
    std::vector<double> mu, weight;
    for (unsigned i = 0; i < 8; ++i) {
        double x = std::cos(M_PI * (i + 0.75) / 8.5), slope = 1;
        for (int n = 0; n < 50; ++n) {
            slope = 8 * (x * std::legendre(8, x) - std::legendre(7, x)) / (x * x - 1);
            x -= std::legendre(8, x) / slope;
        }
        for (int a = 0; a < 4; ++a) {
            const double phi = M_PI * (a + 0.5) / 2, s = std::sqrt(1 - x * x);
            direction.insert(direction.end(), {s * std::cos(phi), s * std::sin(phi), x});
            mu.push_back(x);
            weight.push_back(1 / ((1 - x * x) * slope * slope) / 4);
        }
    }
    const double slant = components == 1 ? 0.0 : 0.02; // lateral part of the flux
    for (int z = 0; z < zones; ++z) {
        for (int s = 0; s < species; ++s) {
            for (int g = 0; g < groups; ++g) {
                const double e = energy[static_cast<std::size_t>(g)];
                const double number = 1e30 * e * e * std::exp(-e / (4.0 + s)) *
                                      (s == 1 ? (crossing ? 0.6 : 0.3) : 1.0) * (1 + 0.01 * z / zones);
                const double f = s == 0 ? 0.3 : (s == 1 ? 0.45 : 0.5);
                const auto i = static_cast<std::size_t>((z * species + s) * groups + g);
                E[i] = number * e;
                F[3 * i] = slant * number * e;
                F[3 * i + 2] = f * number * e;
                double Z = 3 * f; // the same neutrinos for the bare step
                for (int n = 0; n < 60; ++n) {
                    Z -= (1 / std::tanh(Z) - 1 / Z - f) / (1 / (Z * Z) - 1 / (std::sinh(Z) * std::sinh(Z)));
                }
                for (std::size_t d = 0; d < 32; ++d) {
                    const double n = number * weight[d] * Z / std::sinh(Z) * std::exp(Z * mu[d]);
                    for (int t = 0; t < 2; ++t) {
                        if (s == 2 || s == t) {
                            rho[static_cast<std::size_t>(((z * 2 + t) * groups + g) * 4 + (s == 2)) * 32 + d] =
                                n / (s == 2 ? 4 : 1);
                        }
                    }
                }
            }
        }
    }
    const auto original = rho;
    const auto E0 = E, F0 = F;
    batch
        .bind(MISCID_MOMENTS_FIELD_DENSITY, miscid::View::row_major(E.data(), {{MISCID_AXIS_I, zones},
                                                                               {MISCID_MOMENTS_AXIS_SPECIES, species},
                                                                               {MISCID_AXIS_GROUP, groups}}))
        .bind(MISCID_MOMENTS_FIELD_FLUX, miscid::View::strided(F.data() + (components == 1 ? 2 : 0),
                                                               {{MISCID_AXIS_I, zones, 3 * species * groups},
                                                                {MISCID_MOMENTS_AXIS_SPECIES, species, 3 * groups},
                                                                {MISCID_AXIS_GROUP, groups, 3},
                                                                {MISCID_AXIS_SPACE, components, 1}}))
        .bind(MISCID_MOMENTS_FIELD_ENERGY, miscid::View::row_major(energy.data(), {{MISCID_AXIS_GROUP, groups}}))
        .bind(MISCID_MOMENTS_FIELD_ENERGY_WIDTH, miscid::View::row_major(width.data(), {{MISCID_AXIS_GROUP, groups}}))
        .bind(MISCID_MOMENTS_FIELD_ELECTRON_DENSITY,
              miscid::View::row_major(electrons.data(), {{MISCID_AXIS_I, zones}}))
        .bind(MISCID_MOMENTS_FIELD_STATE,
              miscid::View::row_major(state.data(), {{MISCID_AXIS_I, zones}, {MISCID_AXIS_COMPONENT, doubles}}))
        .set_box({zones, 1, 1, 1});
    bare.bind(MISCID_FIELD_RHO, miscid::View::row_major(rho.data(), {{MISCID_AXIS_I, zones},
                                                                     {MISCID_AXIS_TYPE, 2},
                                                                     {MISCID_AXIS_GROUP, groups},
                                                                     {MISCID_AXIS_COMPONENT, 4},
                                                                     {MISCID_AXIS_DIRECTION, 32}}))
        .bind(MISCID_FIELD_DIRECTION,
              miscid::View::row_major(direction.data(), {{MISCID_AXIS_DIRECTION, 32}, {MISCID_AXIS_SPACE, 3}}))
        .bind(MISCID_FIELD_ENERGY, miscid::View::row_major(energy.data(), {{MISCID_AXIS_GROUP, groups}}))
        .bind(MISCID_FIELD_ELECTRON_DENSITY, miscid::View::row_major(electrons.data(), {{MISCID_AXIS_I, zones}}))
        .bind(MISCID_FIELD_STATE,
              miscid::View::row_major(bare_state.data(), {{MISCID_AXIS_I, zones}, {MISCID_AXIS_COMPONENT, doubles}}))
        .set_box({zones, 1, 1, 1});
    const double adapter = microseconds_per_zone([&] {
        E = E0;
        F = F0;
        miscid::apply(moments, workspace, batch, 0, 1e-6);
    });
    const double step = microseconds_per_zone([&] {
        rho = original;
        miscid::apply(context, bare_workspace, bare, 0, 1e-6);
    });
    std::printf("%-9s %-9s %-8s flux of %d: adapter %8.2f us, bare step %8.2f us, ratio %.2f\n", shape, closure.c_str(),
                crossing ? "crossed" : "stable", components, adapter, step, adapter / step);
}

/** Zones of which every hundredth has a crossing that `marginal` keeps at the edge of stability while transport drives it back
 *  by 1 % per step. Mean over steps, not the minimum: what a run pays. */
void measure_tracked(int percent) {
    constexpr int block = 100, steps = 40;
    miscid::Moments moments(R"({"phase_space.groups": 12, "vacuum.ordering": "inverted", "collisions.mode": "off",
        "equilibrium.cold_start": "from_incoming", "viscosity.closure": "marginal", "moments": {}})");
    miscid::MomentsWorkspace workspace(moments);
    miscid::MomentsBatch batch(moments);
    const auto doubles = moments.state_doubles_per_cell();
    std::vector<double> E(block * species * groups), F(E.size()), energy, electrons(block, 3e34),
        state(static_cast<std::size_t>(block * doubles));
    for (int g = 0; g < groups; ++g) {
        energy.push_back(3 * std::pow(1.3, g));
    }
    for (int z = 0; z < block; ++z) {
        for (int s = 0; s < species; ++s) {
            for (int g = 0; g < groups; ++g) {
                const double e = energy[static_cast<std::size_t>(g)];
                const auto i = static_cast<std::size_t>((z * species + s) * groups + g);
                E[i] = 1e30 * e * e * e * std::exp(-e / (4.0 + s)) * (s == 1 ? (z < percent ? 0.6 : 0.3) : 1.0);
                F[i] = E[i] * (s == 0 ? 0.3 : (s == 1 ? 0.45 : 0.5));
            }
        }
    }
    const auto E0 = E, F0 = F;
    const auto moment = [&](std::vector<double>& array) {
        return miscid::View::row_major(
            array.data(),
            {{MISCID_AXIS_I, block}, {MISCID_MOMENTS_AXIS_SPECIES, species}, {MISCID_AXIS_GROUP, groups}});
    };
    batch.bind(MISCID_MOMENTS_FIELD_DENSITY, moment(E))
        .bind(MISCID_MOMENTS_FIELD_FLUX, moment(F))
        .bind(MISCID_MOMENTS_FIELD_ENERGY, miscid::View::row_major(energy.data(), {{MISCID_AXIS_GROUP, groups}}))
        .bind(MISCID_MOMENTS_FIELD_ELECTRON_DENSITY,
              miscid::View::row_major(electrons.data(), {{MISCID_AXIS_I, block}}))
        .bind(MISCID_MOMENTS_FIELD_STATE,
              miscid::View::row_major(state.data(), {{MISCID_AXIS_I, block}, {MISCID_AXIS_COMPONENT, doubles}}))
        .set_box({block, 1, 1, 1});
    double total = 0.0;
    for (int step = -5; step < steps; ++step) { // the first ones saturate
        for (std::size_t i = 0; i < E.size(); ++i) {
            E[i] += 0.01 * (E0[i] - E[i]);
            F[i] += 0.01 * (F0[i] - F[i]);
        }
        const std::clock_t start = std::clock(); // of this process: the machine may have other work
        miscid::apply(moments, workspace, batch, step, 1e-6);
        total += step >= 0 ? static_cast<double>(std::clock() - start) : 0.0;
    }
    const double zone = total / CLOCKS_PER_SEC * 1e6 / steps / block;
    std::printf("%3d %% of the zones tracked by marginal: %.2f us per zone, %.1f %% of 60 us\n", percent, zone,
                zone / 0.6);
}

} // namespace

int main() {
    std::printf("3 species x 12 groups, 32 directions, per zone\n");
    for (const char* shape : {"minerbo", "levermore", "pauli"}) {
        measure(1, "none", shape, false);
        measure(3, "none", shape, false);
    }
    measure(1, "marginal", "minerbo", false);
    measure(3, "marginal", "minerbo", false);
    measure(1, "marginal", "minerbo", true);
    measure_tracked(0);
    measure_tracked(1);
}
