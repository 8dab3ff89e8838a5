#include "box/gas_input.hpp"

#include "flavor/three_flavor.hpp"
#include "medium/constants.hpp"
#include "medium/medium.hpp"

#include <cmath>

namespace miscid::apps {

namespace {

namespace constants = medium::constants;

Eigen::VectorXd as_vector(const std::vector<double>& values) {
    return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

/** Rows of the file as columns: [column][row]. */
Eigen::MatrixXd columns(const std::vector<double>& rows, int size) {
    return Eigen::Map<const Eigen::MatrixXd>(rows.data(), size, static_cast<Eigen::Index>(rows.size()) / size);
}

/** A number, or {"from", "to", "duration", "geometric"}. */
kinetics::Ramp read_ramp(const Section& section, const char* key, double fallback, double time_unit) {
    kinetics::Ramp ramp;
    ramp.from = fallback;
    if (!section.has(key)) {
        return ramp;
    }
    if (!section.json()[key].is_object()) {
        ramp.from = section.number(key);
    } else {
        const Section given = section.child(key);
        given.allow({"from", "to", "duration", "geometric"});
        ramp.from = given.number("from");
        ramp.to = given.number("to");
        ramp.duration = time_unit * given.number("duration");
        if (!(ramp.duration > 0.0)) {
            given.fail("duration", "a positive time");
        }
        if (given.has("geometric")) {
            if (!given.json()["geometric"].is_boolean()) {
                given.fail("geometric", "true or false");
            }
            ramp.geometric = given.json()["geometric"].get<bool>();
        }
        if (ramp.geometric && !(ramp.from * ramp.to > 0.0)) {
            given.fail("geometric", "`from` and `to` of one sign, neither 0");
        }
    }
    if (!std::isfinite(ramp.from) || !std::isfinite(ramp.to)) {
        section.fail(key, "finite numbers");
    }
    return ramp;
}

void read_directions(const Section& modes, GasInput& input, int count) {
    kinetics::Gas& gas = input.gas;
    gas.direction = Eigen::Matrix3Xd::Zero(3, count);
    if (modes.has("v")) {
        gas.direction.row(2) = as_vector(modes.numbers("v", count)).transpose();
        if ((gas.direction.row(2).array().abs() > 1.0 + 1e-12).any()) {
            modes.fail("v", "speeds in [-1, 1]");
        }
    } else if (modes.has("direction")) {
        gas.direction = columns(modes.table("direction", 3, count), 3);
        for (int i = 0; i < count; ++i) {
            if (std::abs(gas.direction.col(i).norm() - 1.0) > 1e-9) {
                modes.fail("direction[" + std::to_string(i) + "]", "a unit vector");
            }
        }
    } // neither: isotropic, D_1 = 0
}

/** s omega per mode (two flavors) or s/2E (three), from `omega` or `energy`. */
Eigen::VectorXd read_frequencies(const Section& modes, const Eigen::VectorXd& sign, double mass_squared, bool cgs) {
    const auto count = static_cast<int>(sign.size());
    if (modes.has("omega")) {
        return sign.cwiseProduct(as_vector(modes.numbers("omega", count)));
    }
    const Eigen::VectorXd energy = as_vector(modes.numbers("energy", count));
    if (!(energy.array() > 0.0).all()) {
        modes.fail("energy", "positive energies");
    }
    const double unit = cgs ? constants::vacuum_frequency : 0.5; // dm2/2E
    return sign.cwiseQuotient(energy) * unit * mass_squared;
}

void read_vacuum(const Section& section, const Section& modes, const Eigen::VectorXd& sign, bool cgs, GasInput& input) {
    if (!section.has("vacuum")) {
        return;
    }
    const Section vacuum = section.child("vacuum");
    kinetics::Gas& gas = input.gas;
    if (gas.flavors == 2) {
        vacuum.allow({"mixing_angle", "mass_squared_difference", "ordering"});
        const double dm2 = vacuum.number("mass_squared_difference", 1.0);
        const std::string ordering = vacuum.has("ordering") ? vacuum.text("ordering") : "normal";
        if (ordering != "normal" && ordering != "inverted") {
            vacuum.fail("ordering", "\"normal\" or \"inverted\"");
        }
        const double direction = ordering == "normal" ? 1.0 : -1.0;
        const Eigen::VectorXd frequency = direction * read_frequencies(modes, sign, dm2, cgs);
        gas.vacuum = medium::vacuum_direction(vacuum.number("mixing_angle")) * frequency.transpose();
        return;
    }
    vacuum.allow({"theta12", "theta13", "theta23", "cp_phase", "dm2_21", "dm2_31"});
    const auto U = flavor::mixing_matrix(vacuum.number("theta12"), vacuum.number("theta13"), vacuum.number("theta23"),
                                         vacuum.number("cp_phase", 0.0));
    const auto direction = flavor::vacuum_vector(U, vacuum.number("dm2_21"), vacuum.number("dm2_31"));
    gas.vacuum = direction * read_frequencies(modes, sign, 1.0, cgs).transpose();
}

void read_state(const Section& modes, GasInput& input, int count) {
    const int n = input.gas.generators(), flavors = input.gas.flavors;
    if (modes.has("P") == modes.has("occupation")) {
        modes.fail("P", std::string("either `P` (rows of ") + std::to_string(n) +
                            " numbers) or `occupation` (one row of " + std::to_string(flavors) + " flavors per mode)");
    }
    input.trace = Eigen::VectorXd::Zero(count);
    if (modes.has("occupation")) {
        const Eigen::MatrixXd f = columns(modes.table("occupation", flavors, count), flavors);
        input.P = Eigen::MatrixXd::Zero(n, count);
        if (flavors == 2) {
            input.P.row(2) = f.row(0) - f.row(1);
        } else {
            input.P.row(0) = f.row(1) - f.row(2);
            input.P.row(1) = (2.0 * f.row(0) - f.row(1) - f.row(2)) / flavor::sqrt3;
        }
        input.trace = f.colwise().sum().transpose();
        input.trace_given = true;
    } else {
        input.P = columns(modes.table("P", n, count), n);
    }
    if (modes.has("trace")) {
        input.trace = as_vector(modes.numbers("trace", count));
        input.trace_given = true;
    }
}

void read_collisions(const Section& section, GasInput& input, int count) {
    if (!section.has("collisions")) {
        return;
    }
    const Section given = section.child("collisions");
    given.allow({"absorption", "emission", "coherence_damping", "depolarization"});
    kinetics::Collisions& collisions = input.gas.collisions;
    const int flavors = input.gas.flavors;
    const auto per_flavor = [&](const char* key) -> Eigen::MatrixXd {
        return given.has(key) ? Eigen::MatrixXd(columns(given.table(key, count, flavors), count).transpose())
                              : Eigen::MatrixXd();
    };
    const auto per_mode = [&](const char* key) -> Eigen::VectorXd {
        return given.has(key) ? as_vector(given.numbers(key, count)) : Eigen::VectorXd();
    };
    collisions.absorption = per_flavor("absorption");
    collisions.emission = per_flavor("emission");
    collisions.coherence_damping = per_mode("coherence_damping");
    collisions.depolarization = per_mode("depolarization");
    const auto check = [&](const auto& rates, const char* key) {
        for (Eigen::Index i = 0; i < rates.size(); ++i) {
            if (!(rates.data()[i] >= 0.0) || !std::isfinite(rates.data()[i])) {
                given.fail(key, "rates >= 0");
            }
        }
    };
    check(collisions.absorption, "absorption");
    check(collisions.emission, "emission");
    check(collisions.coherence_damping, "coherence_damping");
    check(collisions.depolarization, "depolarization");
    if (collisions.changes_number() && !input.trace_given) {
        given.fail("absorption", "`modes.occupation` or `modes.trace` as well: collisions act on all of rho");
    }
}

} // namespace

GasInput read_gas(const Section& section) {
    GasInput input;
    kinetics::Gas& gas = input.gas;
    gas.flavors = section.has("flavors") ? section.integer("flavors") : 2;
    if (gas.flavors != 2 && gas.flavors != 3) {
        section.fail("flavors", "2 or 3");
    }
    const std::string units = section.has("units") ? section.text("units") : "natural";
    if (units != "natural" && units != "cgs_mev") {
        section.fail("units", "\"natural\" or \"cgs_mev\"");
    }
    const bool cgs = units == "cgs_mev";
    input.time_unit = cgs ? constants::speed_of_light : 1.0;
    gas.mu = read_ramp(section, "mu", cgs ? constants::sqrt2_fermi_constant : 1.0, input.time_unit);
    gas.lambda = read_ramp(section, "lambda", 0.0, input.time_unit);
    if (section.has("lambda")) {
        gas.matter = gas.flavors == 2 ? Eigen::VectorXd(flavor::electron_axis<2>())
                                      : Eigen::VectorXd(flavor::electron_axis<3>());
    }
    if (section.has("matter_velocity")) {
        gas.matter_velocity = as_vector(section.numbers("matter_velocity", 3));
        if (!(gas.matter_velocity.norm() < 1.0)) {
            section.fail("matter_velocity", "a velocity below 1");
        }
    }
    if (section.has("axis")) {
        gas.axis = as_vector(section.numbers("axis", 3));
        if (!(gas.axis.norm() > 0.0)) {
            section.fail("axis", "a vector other than 0");
        }
        gas.axis.normalize();
    }

    const Section modes = section.child("modes");
    modes.allow({"v", "direction", "is_antineutrino", "weight", "omega", "energy", "P", "occupation", "trace"});
    const Eigen::VectorXd weight = as_vector(modes.numbers("weight"));
    const auto count = static_cast<int>(weight.size());
    if (count < 1 || !(weight.array() >= 0.0).all() || !weight.allFinite()) {
        modes.fail("weight", "one weight >= 0 per mode");
    }
    Eigen::VectorXd sign = Eigen::VectorXd::Ones(count);
    if (modes.has("is_antineutrino")) {
        for (int i = 0; i < count; ++i) {
            const double kind = modes.numbers("is_antineutrino", count)[static_cast<std::size_t>(i)];
            if (kind != 0.0 && kind != 1.0) {
                modes.fail("is_antineutrino", "0 or 1 per mode");
            }
            sign[i] = kind == 0.0 ? 1.0 : -1.0;
        }
    }
    gas.weight = weight.cwiseProduct(sign);
    read_directions(modes, input, count);
    read_vacuum(section, modes, sign, cgs, input);
    read_state(modes, input, count);
    if (!input.P.allFinite() || !input.trace.allFinite() || !gas.direction.allFinite() || !gas.vacuum.allFinite()) {
        modes.fail("P", "finite numbers in every array of the modes");
    }
    read_collisions(section, input, count);
    if (section.has("source")) {
        gas.source = columns(section.table("source", gas.generators(), count), gas.generators()) / input.time_unit;
    }
    return input;
}

} // namespace miscid::apps
