// A small code with moments q(zone, species, group, moment) that the tests of the adapter start from.
#ifndef MISCID_TESTS_MOMENTS_HOST_HPP
#define MISCID_TESTS_MOMENTS_HOST_HPP

#include <miscid/moments.hpp>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace host {

/** Zones of a supernova between 50 and 100 km, more or less; fluxes with `components` components, along a slanted axis for 3.
 *  Memory: q[moment][group][species][zone], the zone fastest, as Fortran's q(zone, species, group, moment). */
struct MomentsCode {
    static constexpr std::int64_t zones = 5;
    std::int64_t species, groups, components;
    miscid::Moments moments;
    miscid::MomentsWorkspace workspace;
    miscid::MomentsBatch batch;
    std::vector<double> q, energy, width, electron_density, mass_density, ye, radius, state, velocity, metric,
        uncertainty;
    std::vector<std::int32_t> status, flags;

    explicit MomentsCode(const std::string& json, std::int64_t species_count = 3, std::int64_t flux_components = 1,
                         std::int64_t group_count = 3)
        : species(species_count), groups(group_count), components(flux_components), moments(json), workspace(moments),
          batch(moments), q(static_cast<std::size_t>(zones * species * groups * (1 + components)), 0.0),
          state(static_cast<std::size_t>(zones * moments.state_doubles_per_cell()), 0.0),
          velocity(static_cast<std::size_t>(zones * components), 0.0),
          metric(static_cast<std::size_t>(zones * (components == 1 ? 1 : 6)), 0.0), uncertainty(zones, 0.0),
          status(zones, 77), flags(zones, 77) {
        for (std::int64_t g = 0; g < groups; ++g) {
            energy.push_back(6.0 * std::pow(1.7, static_cast<double>(g)));
            width.push_back(0.5 * energy.back());
        }
        for (std::int64_t z = 0; z < zones; ++z) {
            const double x = static_cast<double>(z);
            electron_density.push_back(3e33 / (1 + x));
            mass_density.push_back(1e10 / (1 + x));
            ye.push_back(0.3);
            radius.push_back(50 + 10 * x);
            for (std::int64_t s = 0; s < species; ++s) {
                const bool electron = s < 2;
                for (std::int64_t g = 0; g < groups; ++g) {
                    const double e = energy[static_cast<std::size_t>(g)];
                    const double number = 2e30 * e * e * std::exp(-e / (s == 0 ? 4.0 : (s == 1 ? 5.0 : 6.0))) /
                                          (1 + 0.3 * x) * (s == 1 ? 0.9 : 1.0) * (electron ? 1.0 : 0.8);
                    const double f = (s == 0 ? 0.25 : (s == 1 ? 0.5 : 0.55)) + 0.05 * x;
                    at(z, s, g, 0) = number * e;
                    const double slant[3] = {components == 1 ? 0.6 + 0.4 : 0.3, 0.4, std::sqrt(0.75)};
                    for (std::int64_t k = 1; k <= components; ++k) {
                        at(z, s, g, k) = f * number * e * (components == 1 ? 1.0 : slant[k - 1]);
                    }
                }
            }
        }
        bind();
    }

    double& at(std::int64_t zone, std::int64_t s, std::int64_t g, std::int64_t moment) {
        return q[static_cast<std::size_t>(zone + zones * (s + species * (g + groups * moment)))];
    }

    void bind() {
        const auto moment_axes = {miscid::Extent{MISCID_AXIS_I, zones},
                                  miscid::Extent{MISCID_MOMENTS_AXIS_SPECIES, species},
                                  miscid::Extent{MISCID_AXIS_GROUP, groups}};
        batch.bind(MISCID_MOMENTS_FIELD_DENSITY, miscid::View::column_major(q.data(), moment_axes))
            .bind(MISCID_MOMENTS_FIELD_FLUX,
                  miscid::View::column_major(&at(0, 0, 0, 1), {{MISCID_AXIS_I, zones},
                                                               {MISCID_MOMENTS_AXIS_SPECIES, species},
                                                               {MISCID_AXIS_GROUP, groups},
                                                               {MISCID_AXIS_SPACE, components}}))
            .bind(MISCID_MOMENTS_FIELD_ENERGY, miscid::View::row_major(energy.data(), {{MISCID_AXIS_GROUP, groups}}))
            .bind(MISCID_MOMENTS_FIELD_ENERGY_WIDTH,
                  miscid::View::row_major(width.data(), {{MISCID_AXIS_GROUP, groups}}))
            .bind(MISCID_MOMENTS_FIELD_ELECTRON_DENSITY, cells(electron_density))
            .bind(MISCID_MOMENTS_FIELD_MASS_DENSITY, cells(mass_density))
            .bind(MISCID_MOMENTS_FIELD_RADIUS, cells(radius))
            .bind(MISCID_MOMENTS_FIELD_UNCERTAINTY, cells(uncertainty))
            .bind(MISCID_MOMENTS_FIELD_STATUS, cells(status))
            .bind(MISCID_MOMENTS_FIELD_FLAGS, cells(flags))
            .bind(MISCID_MOMENTS_FIELD_STATE,
                  miscid::View::row_major(state.data(), {{MISCID_AXIS_I, zones},
                                                         {MISCID_AXIS_COMPONENT, moments.state_doubles_per_cell()}}))
            .set_box({zones, 1, 1, 1});
    }

    void bind_laboratory() {
        const auto space = [](std::vector<double>& array, std::int64_t n) {
            return miscid::View::row_major(array.data(), {{MISCID_AXIS_I, zones}, {MISCID_AXIS_SPACE, n}});
        };
        batch.bind(MISCID_MOMENTS_FIELD_VELOCITY, space(velocity, components))
            .bind(MISCID_MOMENTS_FIELD_METRIC, space(metric, components == 1 ? 1 : 6));
    }

    template <class T>
    static miscid::View cells(std::vector<T>& array) {
        return miscid::View::row_major(array.data(), {{MISCID_AXIS_I, zones}});
    }

    miscid::Report step(double dt = 1e-6) { return miscid::apply(moments, workspace, batch, 0.0, dt); }

    /** Largest change of sum over species of a moment in any zone and group, over the sum of densities there. */
    double worst_change_of_sum(const std::vector<double>& before) {
        double worst = 0.0;
        for (std::int64_t z = 0; z < zones; ++z) {
            for (std::int64_t g = 0; g < groups; ++g) {
                double whole = 0.0;
                for (std::int64_t k = 0; k <= components; ++k) {
                    long double change = 0.0;
                    for (std::int64_t s = 0; s < species; ++s) {
                        const auto i = static_cast<std::size_t>(&at(z, s, g, k) - q.data());
                        change += static_cast<long double>(q[i]) - before[i];
                        whole += k == 0 ? before[i] : 0.0;
                    }
                    worst = std::max(worst, static_cast<double>(std::abs(change)) / whole);
                }
            }
        }
        return worst;
    }

    double largest_relative_change(const std::vector<double>& before) const {
        double largest = 0.0;
        for (std::size_t i = 0; i < static_cast<std::size_t>(zones * species * groups); ++i) {
            largest = std::max(largest, std::abs(q[i] - before[i]) / before[i]);
        }
        return largest;
    }

    bool realizable() {
        for (std::int64_t z = 0; z < zones; ++z) {
            for (std::int64_t s = 0; s < species; ++s) {
                for (std::int64_t g = 0; g < groups; ++g) {
                    double flux = 0.0;
                    for (std::int64_t k = 1; k <= components; ++k) {
                        flux += at(z, s, g, k) * at(z, s, g, k);
                    }
                    if (!(at(z, s, g, 0) >= 0.0) || !(std::sqrt(flux) <= at(z, s, g, 0))) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
};

/** Configuration; `moments` and `more` are members of the JSON objects. */
inline std::string configuration(const std::string& moments = "", const std::string& more = "", int groups = 3) {
    return R"({"phase_space": {"groups": )" + std::to_string(groups) +
           R"(}, "vacuum": {"ordering": "inverted"}, "collisions.mode": "off", "equilibrium.cold_start": "from_incoming",
              "moments": {)" +
           moments + "}" + (more.empty() ? "" : ", " + more) + "}";
}

inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

} // namespace host
#endif
