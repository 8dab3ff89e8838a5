#include "equilibrium/case.hpp"

#include <cmath>

namespace miscid::apps {

namespace {

void require_finite(const std::vector<double>& values, const char* key, std::size_t per_mode = 1) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            throw InvalidInput("not_a_number", std::string(key) + "[" + std::to_string(i / per_mode) + "]");
        }
    }
}

void require_not_negative(const std::vector<double>& values, const char* key, const char* reason) {
    require_finite(values, key);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] < 0.0) {
            throw InvalidInput(reason, std::string(key) + "[" + std::to_string(i) + "]");
        }
    }
}

medium::Medium read_medium(const Section& parameters, const equilibrium::FlavorVector& B) {
    medium::Medium medium;
    medium.B = B;
    medium.mu = parameters.number("mu");
    medium.lambda = parameters.number("lambda");
    const auto v = parameters.numbers("v_m", 3);
    medium.velocity = Eigen::Vector3d(v[0], v[1], v[2]);
    require_finite({medium.mu, medium.lambda}, "parameters.mu, lambda", 2);
    require_finite(v, "parameters.v_m", 3);
    if (medium.mu < 0.0) {
        throw InvalidInput("negative_mu", "parameters.mu");
    }
    if (medium.velocity.norm() >= 1.0) {
        throw InvalidInput("velocity_not_below_light", "parameters.v_m");
    }
    return medium;
}

} // namespace

EquilibriumCase read_equilibrium_case(const Json& json, const std::string& file) {
    const Section root(json, file, "");
    root.allow({"schema", "n_flavors", "parameters", "modes", "start", "symmetry", "mu_sequence", "vacuum", "fold"});
    EquilibriumCase c;

    const Section parameters = root.child("parameters");
    parameters.allow({"mu", "lambda", "v_m", "B"});
    const auto b = parameters.numbers("B", 3);
    require_finite(b, "parameters.B", 3);
    c.B = {b[0], b[1], b[2]};
    if (std::abs(c.B.norm() - 1.0) > 1e-10) {
        throw InvalidInput("vacuum_direction_not_unit", "parameters.B");
    }
    c.medium = read_medium(parameters, c.B);

    const Section modes = root.child("modes");
    modes.allow({"direction", "is_antineutrino", "weight", "omega", "P_norm", "epsilon"});
    c.direction = modes.table("direction", 3);
    const int n = static_cast<int>(c.direction.size() / 3);
    if (n == 0) {
        throw InvalidInput("no_modes", "modes.direction");
    }
    c.weight = modes.numbers("weight", n);
    c.omega = modes.numbers("omega", n);
    c.polarization = modes.numbers("P_norm", n);
    c.epsilon = modes.numbers("epsilon", n);
    for (const double flag : modes.numbers("is_antineutrino", n)) {
        if (flag != 0.0 && flag != 1.0) {
            modes.fail("is_antineutrino", "0 or 1 for every mode");
        }
        c.antineutrino.push_back(flag == 1.0);
    }
    require_finite(c.direction, "modes.direction", 3);
    require_not_negative(c.weight, "modes.weight", "negative_weight");
    require_finite(c.omega, "modes.omega");
    require_not_negative(c.polarization, "modes.P_norm", "negative_polarization");
    for (int i = 0; i < n; ++i) {
        const double* q = &c.direction[3 * static_cast<std::size_t>(i)];
        if (std::abs(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] - 1.0) > 1e-10) {
            throw InvalidInput("direction_not_unit", "modes.direction[" + std::to_string(i) + "]");
        }
        if (std::abs(c.epsilon[static_cast<std::size_t>(i)]) != 1.0) {
            throw InvalidInput("alignment_not_plus_minus_one", "modes.epsilon[" + std::to_string(i) + "]");
        }
    }

    const Section start = root.child("start");
    start.allow({"parameters", "weight", "P_norm", "P", "D_0", "D_1", "Omega", "field_G"});
    c.start_P = start.table("P", 3, n);
    require_finite(c.start_P, "start.P", 3);
    c.start_from_large_mu = !start.has("parameters");
    c.start_medium = c.start_from_large_mu ? c.medium : read_medium(start.child("parameters"), c.B);
    c.start_weight = start.has("weight") ? start.numbers("weight", n) : c.weight;
    c.start_polarization = start.has("P_norm") ? start.numbers("P_norm", n) : c.polarization;
    require_not_negative(c.start_weight, "start.weight", "negative_weight");
    require_not_negative(c.start_polarization, "start.P_norm", "negative_polarization");
    c.start_rotation_frequency = start.number("Omega", 0.0);
    require_finite({c.start_rotation_frequency}, "start.Omega");
    if (start.has("field_G")) {
        const auto rows = start.table("field_G", 3, 4);
        require_finite(rows, "start.field_G", 3);
        c.start_field = Eigen::Map<const equilibrium::Field>(rows.data());
    }

    if (root.has("symmetry")) {
        const Section symmetry = root.child("symmetry");
        symmetry.allow({"axis", "conserved_projection"});
        const auto axis = symmetry.numbers("axis", 3);
        require_finite(axis, "symmetry.axis", 3);
        require_finite({symmetry.number("conserved_projection")}, "symmetry.conserved_projection");
        if (std::abs(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2] - 1.0) > 1e-10) {
            throw InvalidInput("axis_not_unit", "symmetry.axis");
        }
        c.symmetry = equilibrium::SymmetryAxis{{axis[0], axis[1], axis[2]}, symmetry.number("conserved_projection")};
    }

    // The values of mu a swap case asks for stand in its list of answers; only they are read there.
    if (root.has("mu_sequence")) {
        c.mu_sequence = root.numbers("mu_sequence");
    } else if (json.contains("expected") && json["expected"].is_object() && json["expected"].contains("sequence")) {
        for (const auto& entry : json["expected"]["sequence"]) {
            c.mu_sequence.push_back(Section(entry, file, "expected.sequence").number("mu"));
        }
    }
    require_not_negative(c.mu_sequence, "mu_sequence", "negative_mu");
    return c;
}

} // namespace miscid::apps
