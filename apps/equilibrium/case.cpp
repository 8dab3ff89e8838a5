#include "equilibrium/case.hpp"

#include "flavor/three_flavor.hpp"

#include <cmath>
#include <type_traits>

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

template <int N_f>
medium::MediumFor<N_f> read_medium(const Section& parameters, const flavor::FlavorVectorFor<N_f>& B) {
    medium::MediumFor<N_f> medium;
    medium.B = B;
    medium.mu = parameters.number("mu");
    medium.lambda = parameters.number("lambda");
    medium.lambda_mu = parameters.number("lambda_mu", 0.0);
    const auto v = parameters.numbers("v_m", 3);
    medium.velocity = Eigen::Vector3d(v[0], v[1], v[2]);
    require_finite({medium.mu, medium.lambda, medium.lambda_mu}, "parameters.mu, lambda, lambda_mu", 3);
    require_finite(v, "parameters.v_m", 3);
    if (medium.mu < 0.0) {
        throw InvalidInput("negative_mu", "parameters.mu");
    }
    if (medium.velocity.norm() >= 1.0) {
        throw InvalidInput("velocity_not_below_light", "parameters.v_m");
    }
    return medium;
}

/** A Hermitian 3x3 matrix as its real and imaginary part. */
flavor::FlavorMatrix read_matrix(const Json& re, const Json& im, const Section& where, const std::string& key) {
    flavor::FlavorMatrix matrix;
    for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 3; ++j) {
            const auto row = static_cast<std::size_t>(i);
            const auto column = static_cast<std::size_t>(j);
            if (!re.is_array() || !im.is_array() || re.size() != 3 || im.size() != 3 || !re[row].is_array() ||
                !im[row].is_array() || re[row].size() != 3 || im[row].size() != 3 || !re[row][column].is_number() ||
                !im[row][column].is_number()) {
                where.fail(key, "real and imaginary part as 3x3 numbers");
            }
            matrix(i, j) = {re[row][column].get<double>(), im[row][column].get<double>()};
        }
    }
    if (!((matrix - matrix.adjoint()).norm() <= 1e-12 * matrix.norm())) {
        throw InvalidInput("matrix_not_hermitian", key);
    }
    return matrix;
}

flavor::FlavorVectorFor<2> read_vacuum(const Section&, const Section& parameters, std::integral_constant<int, 2>) {
    const auto b = parameters.numbers("B", 3);
    require_finite(b, "parameters.B", 3);
    const flavor::FlavorVector B(b[0], b[1], b[2]);
    if (std::abs(B.norm() - 1.0) > 1e-10) {
        throw InvalidInput("vacuum_direction_not_unit", "parameters.B");
    }
    return B;
}

flavor::FlavorVectorFor<3> read_vacuum(const Section& root, const Section&, std::integral_constant<int, 3>) {
    const Section vacuum = root.child("vacuum");
    vacuum.allow({"M_re", "M_im", "scale"});
    if (!vacuum.has("M_re") || !vacuum.has("M_im")) {
        vacuum.fail("M_re, M_im", "real and imaginary part of the vacuum matrix");
    }
    const auto matrix = read_matrix(vacuum.json()["M_re"], vacuum.json()["M_im"], vacuum, "M_re, M_im");
    return flavor::vector_of_matrix(matrix);
}

/** Frequency, amplitudes and alignment of every mode, checked. */
void read_modes(const Section& modes, int n, EquilibriumCase<2>& c) {
    modes.allow({"direction", "is_antineutrino", "weight", "omega", "P_norm", "epsilon"});
    c.frequency = modes.numbers("omega", n);
    c.polarization = modes.numbers("P_norm", n);
    c.epsilon = modes.numbers("epsilon", n);
    require_finite(c.frequency, "modes.omega");
    require_not_negative(c.polarization, "modes.P_norm", "negative_polarization");
    for (int i = 0; i < n; ++i) {
        if (std::abs(c.epsilon[static_cast<std::size_t>(i)]) != 1.0) {
            throw InvalidInput("alignment_not_plus_minus_one", "modes.epsilon[" + std::to_string(i) + "]");
        }
    }
}

/** Rows of three eigenvalues per mode to one array per eigenstate. */
std::vector<double> by_eigenstate(const std::vector<double>& rows) {
    const std::size_t n = rows.size() / 3;
    std::vector<double> planes(rows.size());
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < 3; ++k) {
            planes[k * n + i] = rows[3 * i + k];
        }
    }
    return planes;
}

void read_modes(const Section& modes, int n, EquilibriumCase<3>& c) {
    modes.allow({"direction", "is_antineutrino", "weight", "energy", "rho_eigenvalues"});
    const auto energy = modes.numbers("energy", n);
    require_finite(energy, "modes.energy");
    for (int i = 0; i < n; ++i) {
        if (!(energy[static_cast<std::size_t>(i)] > 0.0)) {
            throw InvalidInput("energy_not_positive", "modes.energy[" + std::to_string(i) + "]");
        }
        constexpr double reference_energy = 10.0; // vacuum term = (10/energy) M
        c.frequency.push_back(reference_energy / energy[static_cast<std::size_t>(i)]);
    }
    const auto eigenvalues = modes.table("rho_eigenvalues", 3, n);
    require_finite(eigenvalues, "modes.rho_eigenvalues", 3);
    c.polarization = by_eigenstate(eigenvalues);
    c.epsilon.assign(static_cast<std::size_t>(n), 1.0);
}

void read_start_polarizations(const Section& start, int n, EquilibriumCase<2>& c) {
    start.allow({"parameters", "weight", "P_norm", "P", "D_0", "D_1", "Omega", "field_G"});
    const auto P = start.table("P", 3, n);
    require_finite(P, "start.P", 3);
    for (int i = 0; i < n; ++i) {
        c.start_P.emplace_back(Eigen::Map<const Eigen::Vector3d>(&P[3 * static_cast<std::size_t>(i)]));
    }
    c.start_polarization = start.has("P_norm") ? start.numbers("P_norm", n) : c.polarization;
    require_not_negative(c.start_polarization, "start.P_norm", "negative_polarization");
}

void read_start_polarizations(const Section& start, int n, EquilibriumCase<3>& c) {
    start.allow({"parameters", "weight", "rho_eigenvalues", "rho_traceless", "D_0", "D_1", "Omega", "field_G"});
    const Section rho = start.child("rho_traceless");
    rho.allow({"re", "im"});
    const auto list = [&](const char* key) -> const Json& {
        if (!rho.has(key) || !rho.json()[key].is_array() || rho.json()[key].size() != static_cast<std::size_t>(n)) {
            rho.fail(key, std::to_string(n) + " matrices");
        }
        return rho.json()[key];
    };
    const Json& re = list("re");
    const Json& im = list("im");
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
        c.start_P.push_back(
            flavor::vector_of_matrix(read_matrix(re[i], im[i], rho, "start.rho_traceless[" + std::to_string(i) + "]")));
    }
    if (start.has("rho_eigenvalues")) {
        const auto eigenvalues = start.table("rho_eigenvalues", 3, n);
        require_finite(eigenvalues, "start.rho_eigenvalues", 3);
        c.start_polarization = by_eigenstate(eigenvalues);
    } else {
        c.start_polarization = c.polarization;
    }
}

template <int N_f>
void read_symmetry(const Section& root, EquilibriumCase<N_f>& c) {
    if constexpr (N_f == 2) {
        const Section symmetry = root.child("symmetry");
        symmetry.allow({"axis", "conserved_projection"});
        const auto axis = symmetry.numbers("axis", 3);
        require_finite(axis, "symmetry.axis", 3);
        require_finite({symmetry.number("conserved_projection")}, "symmetry.conserved_projection");
        if (std::abs(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2] - 1.0) > 1e-10) {
            throw InvalidInput("axis_not_unit", "symmetry.axis");
        }
        c.symmetry = equilibrium::SymmetryAxis{{axis[0], axis[1], axis[2]}, symmetry.number("conserved_projection")};
    } else {
        root.fail("symmetry", "no such key: three-flavor symmetries are found from vacuum and matter");
    }
}

} // namespace

template <int N_f>
EquilibriumCase<N_f> read_equilibrium_case(const Json& json, const std::string& file) {
    const Section root(json, file, "");
    root.allow({"schema", "n_flavors", "parameters", "modes", "start", "symmetry", "mu_sequence", "vacuum", "fold"});
    EquilibriumCase<N_f> c;

    const Section parameters = root.child("parameters");
    if (N_f == 2) {
        parameters.allow({"mu", "lambda", "v_m", "B"});
    } else {
        parameters.allow({"mu", "lambda", "lambda_mu", "v_m"});
    }
    const auto B = read_vacuum(root, parameters, std::integral_constant<int, N_f>());
    c.medium = read_medium<N_f>(parameters, B);

    const Section modes = root.child("modes");
    c.direction = modes.table("direction", 3);
    const int n = static_cast<int>(c.direction.size() / 3);
    if (n == 0) {
        throw InvalidInput("no_modes", "modes.direction");
    }
    c.weight = modes.numbers("weight", n);
    for (const double flag : modes.numbers("is_antineutrino", n)) {
        if (flag != 0.0 && flag != 1.0) {
            modes.fail("is_antineutrino", "0 or 1 for every mode");
        }
        c.antineutrino.push_back(flag == 1.0);
    }
    require_finite(c.direction, "modes.direction", 3);
    require_not_negative(c.weight, "modes.weight", "negative_weight");
    for (int i = 0; i < n; ++i) {
        const double* q = &c.direction[3 * static_cast<std::size_t>(i)];
        if (std::abs(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] - 1.0) > 1e-10) {
            throw InvalidInput("direction_not_unit", "modes.direction[" + std::to_string(i) + "]");
        }
    }
    read_modes(modes, n, c);

    const Section start = root.child("start");
    read_start_polarizations(start, n, c);
    c.start_from_large_mu = !start.has("parameters");
    c.start_medium = c.start_from_large_mu ? c.medium : read_medium<N_f>(start.child("parameters"), B);
    c.start_weight = start.has("weight") ? start.numbers("weight", n) : c.weight;
    require_not_negative(c.start_weight, "start.weight", "negative_weight");
    c.start_rotation_frequency = start.number("Omega", 0.0);
    require_finite({c.start_rotation_frequency}, "start.Omega");
    if (start.has("field_G")) {
        constexpr int components = flavor::generators<N_f>;
        const auto rows = start.table("field_G", components, 4);
        require_finite(rows, "start.field_G", components);
        c.start_field = Eigen::Map<const equilibrium::FieldFor<N_f>>(rows.data());
    }
    if (root.has("symmetry")) {
        read_symmetry(root, c);
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

template EquilibriumCase<2> read_equilibrium_case<2>(const Json&, const std::string&);
template EquilibriumCase<3> read_equilibrium_case<3>(const Json&, const std::string&);

} // namespace miscid::apps
