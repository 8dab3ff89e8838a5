// Cells of a small host that binds every field, for tests through the C interface.
#pragma once

#include <miscid/miscid.hpp>

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <complex>
#include <cstdint>
#include <string>
#include <vector>

namespace host {

using Vector = Eigen::Vector3d;

/** Polarization of one mode: rho = (P0 + P.sigma)/2 (theory.md section 1). */
struct Polarization {
    double P0;
    Vector P;
};

/** A row of cells; every array lies [cell][type][group][direction][component], as far as the field has these axes. */
class Cells {
public:
    /** `configuration`: JSON of further parameters. Natural units unless it says otherwise. */
    Cells(int groups_, int directions_, const std::string& configuration = "{}", int cells_ = 1)
        : cells(cells_), groups(groups_), directions(directions_),
          flavors(configuration.find("\"phase_space.flavors\": 3") != std::string::npos ? 3 : 2),
          invariant(configuration.find("\"invariant\"") != std::string::npos), context(make(configuration)),
          workspace(context), batch(context), energy(count(groups), 1.0), direction(count(cells * directions * 3)),
          weight(count(cells * groups * directions), 1.0), electron_density(count(cells)), velocity(count(cells * 3)),
          state(count(cells * context.state_doubles_per_cell())), depolarization(modes()), viscosity(modes()),
          absorption(flavors * modes()), emission_equilibrium(flavors * modes()), status(count(cells), 77),
          D0(count(generators() * cells)), D1(count(3 * generators() * cells)), p(modes()),
          occupation(flavors * modes()), hamiltonian(modes()), source(count(2 * flavors * cells)),
          residual(count(cells)), min_hamiltonian(count(cells)), rotation(count(cells)), tilt(count(cells)),
          heat(count(cells)), iterations(count(cells)), inertia(count(cells)), stability(count(cells)),
          branch_end(count(cells)), omega_c(count(cells)), events(count(cells)), energy_U(count(cells)),
          growth(count(cells)), growth_left(count(cells)), growth_floor(count(cells)), area_ratio(count(cells)),
          closure_flags(count(cells)), content(flavors * modes()), change(flavors * modes()),
          projected_absorption(flavors * modes()), projected_emission(flavors * modes()) {
        for (int n = 0; n < cells * directions; ++n)
            direction[count(3 * n + 2)] = 1.0;
        numbers.assign((invariant ? flavors : flavors * flavors) * modes(), 0.0);
        bind(MISCID_FIELD_ENERGY, energy, {{MISCID_AXIS_GROUP, groups}});
        bind_in_cell(MISCID_FIELD_DIRECTION, direction, {{MISCID_AXIS_DIRECTION, directions}, {MISCID_AXIS_SPACE, 3}});
        bind_in_cell(MISCID_FIELD_WEIGHT, weight, {{MISCID_AXIS_GROUP, groups}, {MISCID_AXIS_DIRECTION, directions}});
        bind_in_cell(MISCID_FIELD_ELECTRON_DENSITY, electron_density, {});
        bind_in_cell(MISCID_FIELD_MATTER_VELOCITY, velocity, {{MISCID_AXIS_SPACE, 3}});
        bind_in_cell(MISCID_FIELD_STATE, state, {{MISCID_AXIS_COMPONENT, context.state_doubles_per_cell()}});
        bind_in_cell(MISCID_FIELD_STATUS, status, {});
        bind_in_cell(MISCID_FIELD_D0, D0, {{MISCID_AXIS_VECTOR, generators()}});
        bind_in_cell(MISCID_FIELD_D1, D1, {{MISCID_AXIS_SPACE, 3}, {MISCID_AXIS_VECTOR, generators()}});
        bind_in_cell(MISCID_FIELD_SOURCE_LEDGER, source, {{MISCID_AXIS_TYPE, 2}, {MISCID_AXIS_FLAVOR, flavors}});
        bind_in_cell(MISCID_FIELD_RESIDUAL, residual, {});
        bind_in_cell(MISCID_FIELD_MIN_HAMILTONIAN, min_hamiltonian, {});
        bind_in_cell(MISCID_FIELD_ROTATION, rotation, {});
        bind_in_cell(MISCID_FIELD_TILT, tilt, {});
        bind_in_cell(MISCID_FIELD_KINEMATIC_HEAT, heat, {});
        bind_in_cell(MISCID_FIELD_ITERATIONS, iterations, {});
        bind_in_cell(MISCID_FIELD_INERTIA, inertia, {});
        bind_in_cell(MISCID_FIELD_STABILITY, stability, {});
        bind_in_cell(MISCID_FIELD_BRANCH_END, branch_end, {});
        bind_in_cell(MISCID_FIELD_ROTATION_FREQUENCY, omega_c, {});
        bind_in_cell(MISCID_FIELD_EVENTS, events, {});
        bind_in_cell(MISCID_FIELD_POLARIZATION_ENERGY, energy_U, {});
        bind_in_cell(MISCID_FIELD_GROWTH_RATE, growth, {});
        bind_in_cell(MISCID_FIELD_GROWTH_RATE_LEFT, growth_left, {});
        bind_in_cell(MISCID_FIELD_GROWTH_FLOOR, growth_floor, {});
        bind_in_cell(MISCID_FIELD_CROSSING_AREA_RATIO, area_ratio, {});
        bind_in_cell(MISCID_FIELD_CLOSURE_FLAGS, closure_flags, {});
        bind_modes(MISCID_FIELD_DEPOLARIZATION_RATE, depolarization);
        bind_modes(MISCID_FIELD_VISCOSITY_RATE, viscosity);
        if (flavors == 2)
            bind_modes(MISCID_FIELD_SIGNED_AMPLITUDE, p);
        bind_modes(MISCID_FIELD_EIGENSTATE_OCCUPATION, occupation, {{MISCID_AXIS_EIGENSTATE, flavors}});
        bind_modes(MISCID_FIELD_HAMILTONIAN_NORM, hamiltonian);
        bind_modes(MISCID_FIELD_ABSORPTION, absorption, {{MISCID_AXIS_FLAVOR, flavors}});
        bind_modes(MISCID_FIELD_EMISSION_EQUILIBRIUM, emission_equilibrium, {{MISCID_AXIS_FLAVOR, flavors}});
        if (invariant) {
            bind_modes(MISCID_FIELD_AMPLITUDE, numbers, {{MISCID_AXIS_EIGENSTATE, flavors}});
            bind_modes(MISCID_FIELD_FLAVOR_CONTENT, content, {{MISCID_AXIS_FLAVOR, flavors}});
            bind_modes(MISCID_FIELD_FLAVOR_CHANGE, change, {{MISCID_AXIS_FLAVOR, flavors}});
            bind_modes(MISCID_FIELD_PROJECTED_ABSORPTION, projected_absorption, {{MISCID_AXIS_EIGENSTATE, flavors}});
            bind_modes(MISCID_FIELD_PROJECTED_EMISSION, projected_emission, {{MISCID_AXIS_EIGENSTATE, flavors}});
        } else {
            bind_modes(MISCID_FIELD_RHO, numbers, {{MISCID_AXIS_COMPONENT, flavors * flavors}});
        }
        batch.set_box({cells, 1, 1, 1});
    }

    miscid::Report apply(double dt = 0) { return miscid::apply(context, workspace, batch, 0.0, dt); }

    /** Number of a mode in arrays of one entry per mode. */
    std::size_t mode(int type, int group, int d, int cell = 0) const {
        return count(((cell * 2 + type) * groups + group) * directions + d);
    }
    std::size_t modes() const { return count(cells * 2 * groups * directions); }

    Polarization get(int type, int group, int d, int cell = 0) const {
        const double* rho = &numbers[4 * mode(type, group, d, cell)];
        return {rho[0] + rho[1], {2 * rho[2], -2 * rho[3], rho[0] - rho[1]}};
    }
    void set(const Polarization& polarization, int type, int group, int d, int cell = 0) {
        double* rho = &numbers[4 * mode(type, group, d, cell)];
        const auto& [P0, P] = polarization;
        rho[0] = 0.5 * (P0 + P.z());
        rho[1] = 0.5 * (P0 - P.z());
        rho[2] = 0.5 * P.x();
        rho[3] = -0.5 * P.y();
    }
    /** Three flavors: the density matrix in the order e, mu, tau. */
    Eigen::Matrix3cd get_matrix(int type, int group, int d, int cell = 0) const {
        const double* c = &numbers[9 * mode(type, group, d, cell)];
        Eigen::Matrix3cd rho;
        rho << c[0], std::complex(c[3], c[4]), std::complex(c[5], c[6]), //
            std::complex(c[3], -c[4]), c[1], std::complex(c[7], c[8]),   //
            std::complex(c[5], -c[6]), std::complex(c[7], -c[8]), c[2];
        return rho;
    }
    void set_matrix(const Eigen::Matrix3cd& rho, int type, int group, int d, int cell = 0) {
        double* c = &numbers[9 * mode(type, group, d, cell)];
        for (int a = 0; a < 3; ++a)
            c[a] = rho(a, a).real();
        const std::complex<double> off[3] = {rho(0, 1), rho(0, 2), rho(1, 2)};
        for (int pair = 0; pair < 3; ++pair) {
            c[3 + 2 * pair] = off[pair].real();
            c[4 + 2 * pair] = off[pair].imag();
        }
    }
    /** The same direction in every cell. */
    void set_direction(int d, const Vector& v) {
        for (int cell = 0; cell < cells; ++cell)
            for (int a = 0; a < 3; ++a)
                direction[count((cell * directions + d) * 3 + a)] = v[a];
    }
    Vector direction_of(int d, int cell = 0) const { return Vector(&direction[count((cell * directions + d) * 3)]); }
    Vector D0_of(int cell = 0) const { return Vector(&D0[count(3 * cell)]); }

    static constexpr std::size_t count(std::int64_t n) { return static_cast<std::size_t>(n); }

    int generators() const { return flavors * flavors - 1; }

    const int cells, groups, directions;
    const int flavors;    ///< 3 if the configuration says "phase_space.flavors": 3
    const bool invariant; ///< the host transports eigenstate occupations
    miscid::Context context;
    miscid::Workspace workspace;
    miscid::Batch batch;
    std::vector<double> energy, direction, weight, electron_density, velocity, state, depolarization, viscosity,
        absorption, emission_equilibrium;
    std::vector<double> numbers; ///< rho, or amplitude in invariant mode
    std::vector<std::int32_t> status;
    std::vector<double> D0, D1, p, occupation, hamiltonian, source, residual, min_hamiltonian, rotation, tilt, heat,
        iterations, inertia, stability, branch_end, omega_c, events, energy_U, growth, growth_left, growth_floor,
        area_ratio, closure_flags;
    std::vector<double> content, change, projected_absorption, projected_emission; ///< invariant mode

private:
    miscid::Context make(const std::string& configuration) {
        miscid::Config config;
        config.set("units.system", "natural")
            .set("phase_space.groups", groups)
            .set("phase_space.directions", directions);
        config.read_json(configuration);
        return miscid::Context(config);
    }
    template <class T>
    void bind(miscid_field field, std::vector<T>& data, const std::vector<miscid::Extent>& axes) {
        miscid::View view(data.data());
        std::int64_t stride = sizeof(T);
        for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
            view.axis(axis->axis, axis->extent, stride);
            stride *= axis->extent;
        }
        batch.bind(field, view);
    }
    template <class T>
    void bind_in_cell(miscid_field field, std::vector<T>& data, std::vector<miscid::Extent> axes) {
        axes.insert(axes.begin(), {MISCID_AXIS_I, cells});
        bind(field, data, axes);
    }
    void bind_modes(miscid_field field, std::vector<double>& data, const std::vector<miscid::Extent>& more = {}) {
        std::vector<miscid::Extent> axes = {
            {MISCID_AXIS_TYPE, 2}, {MISCID_AXIS_GROUP, groups}, {MISCID_AXIS_DIRECTION, directions}};
        axes.insert(axes.end(), more.begin(), more.end());
        bind_in_cell(field, data, axes);
    }
};

} // namespace host
