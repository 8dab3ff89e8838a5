#include "waves/wave_case.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::apps {

namespace {

void require_finite(const std::vector<double>& values, const std::string& where) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            throw InvalidInput("not_a_number", where + "[" + std::to_string(i) + "]");
        }
    }
}

void split(const std::vector<double>& rows, Components& components) {
    for (std::size_t a = 0; a < 3; ++a) {
        components[a].clear();
        for (std::size_t i = a; i < rows.size(); i += 3) {
            components[a].push_back(rows[i]);
        }
    }
}

Eigen::Vector3d row(const Components& components, std::size_t i) {
    return {components[0][i], components[1][i], components[2][i]};
}

/** Depolarization rates: absent means none. */
std::vector<double> read_damping(const Section& section, std::size_t modes, const std::string& where) {
    if (!section.has("D")) {
        return std::vector<double>(modes, 0.0);
    }
    auto damping = section.numbers("D", static_cast<int>(modes));
    require_finite(damping, where + "D");
    for (std::size_t i = 0; i < modes; ++i) {
        if (damping[i] < 0.0) {
            throw InvalidInput("negative_damping", where + "D[" + std::to_string(i) + "]");
        }
    }
    return damping;
}

/** One vector for all modes, or one per mode. */
std::vector<double> read_field(const Section& section, const char* key, std::size_t modes) {
    const Json& value = section.json().at(key);
    if (value.is_array() && value.size() == 3 && !value[0].is_array()) {
        const auto one = section.numbers(key, 3);
        std::vector<double> all;
        for (std::size_t i = 0; i < modes; ++i) {
            all.insert(all.end(), one.begin(), one.end());
        }
        return all;
    }
    return section.table(key, 3, static_cast<int>(modes));
}

/** H_i = H_ext,i + sum_j g_j (1 - q_i.q_j) P_j */
void add_mean_field(WaveCase& c) {
    Eigen::Matrix<double, 3, 4> D = Eigen::Matrix<double, 3, 4>::Zero();
    for (std::size_t i = 0; i < c.g.size(); ++i) {
        D.col(0) += c.g[i] * row(c.P, i);
        for (int a = 0; a < 3; ++a) {
            D.col(1 + a) += c.g[i] * c.direction[a][i] * row(c.P, i);
        }
    }
    for (std::size_t i = 0; i < c.g.size(); ++i) {
        const Eigen::Vector3d field = D.col(0) - D.rightCols<3>() * row(c.direction, i);
        for (std::size_t a = 0; a < 3; ++a) {
            c.H[a][i] += field[static_cast<Eigen::Index>(a)];
        }
    }
}

void read_axisymmetric(WaveCase& c, const Section& section, const std::string& where) {
    c.axisymmetric = true;
    c.v = section.numbers("v");
    const int modes = static_cast<int>(c.v.size());
    const auto w = section.numbers("w", modes);
    c.E = section.numbers("E", modes);
    require_finite(c.v, where + "v");
    require_finite(w, where + "w");
    require_finite(c.E, where + "E");
    for (std::size_t i = 0; i < c.v.size(); ++i) {
        if (std::abs(c.v[i]) > 1.0) {
            throw InvalidInput("direction_not_unit", where + "v[" + std::to_string(i) + "]");
        }
        c.e.push_back(w[i] * c.E[i]);
    }
    c.damping = read_damping(section, c.v.size(), where);
    c.k[2] = section.number("k");
}

void read_general(WaveCase& c, const Section& section, const std::string& where) {
    const auto q = section.table("q", 3);
    const std::size_t modes = q.size() / 3;
    if (section.has("n_modes") && section.integer("n_modes") != static_cast<int>(modes)) {
        section.fail("n_modes", "the number of rows of q, " + std::to_string(modes));
    }
    c.g = section.numbers("g", static_cast<int>(modes));
    const auto P = section.table("P", 3, static_cast<int>(modes));
    require_finite(q, where + "q");
    require_finite(c.g, where + "g");
    require_finite(P, where + "P");
    split(q, c.direction);
    split(P, c.P);
    for (std::size_t i = 0; i < modes; ++i) {
        if (std::abs(row(c.direction, i).norm() - 1.0) > 1e-6) {
            throw InvalidInput("direction_not_unit", where + "q[" + std::to_string(i) + "]");
        }
    }
    c.damping = read_damping(section, modes, where);
    const bool external = section.has("H_ext");
    const auto field = external || section.has("H") ? read_field(section, external ? "H_ext" : "H", modes)
                                                    : std::vector<double>(3 * modes, 0.0);
    require_finite(field, where + (external ? "H_ext" : "H"));
    split(field, c.H);
    if (external || !section.has("H")) {
        add_mean_field(c);
    }
    const auto k = section.numbers("k", 3);
    c.k = Eigen::Vector3d(k[0], k[1], k[2]);
}

} // namespace

waves::Background WaveCase::background() const {
    waves::Background b;
    b.modes = modes();
    b.g = g.data();
    b.damping = damping.data();
    for (int a = 0; a < 3; ++a) {
        b.direction[a] = direction[a].data();
        b.P[a] = P[a].data();
        b.H[a] = H[a].data();
    }
    return b;
}

waves::AxisymmetricBackground WaveCase::axisymmetric_background() const {
    return {modes(), v.data(), e.data(), damping.data()};
}

waves::AlignedBackground AlignedState::background() const {
    waves::AlignedBackground b;
    b.modes = static_cast<int>(e.size());
    b.e = e.data();
    b.damping = damping.data();
    b.frequency = frequency.data();
    for (int a = 0; a < 3; ++a) {
        b.direction[a] = direction[a].data();
    }
    return b;
}

std::optional<AlignedState> aligned_state(const WaveCase& c) {
    const std::size_t modes = c.g.size();
    Eigen::Vector3d axis = Eigen::Vector3d::UnitZ();
    double longest = 0.0;
    double strongest = 0.0;
    for (std::size_t i = 0; i < modes; ++i) {
        const Eigen::Vector3d p = row(c.P, i);
        strongest = std::max(strongest, row(c.H, i).norm());
        if (p.norm() > longest) {
            longest = p.norm();
            axis = p / longest;
        }
    }
    AlignedState state;
    for (std::size_t i = 0; i < modes; ++i) {
        const Eigen::Vector3d p = row(c.P, i);
        const Eigen::Vector3d H = row(c.H, i);
        // Modes without polarization feel the waves and do not drive them.
        const bool matters = c.g[i] != 0.0 && p.norm() > 0.0;
        if (matters && (p.cross(axis).norm() > 1e-14 * p.norm() || H.cross(axis).norm() > 1e-14 * strongest)) {
            return std::nullopt;
        }
        state.e.push_back(c.g[i] * p.dot(axis));
        state.frequency.push_back(H.dot(axis));
    }
    for (int a = 0; a < 3; ++a) {
        state.direction[a] = c.direction[a];
    }
    state.damping = c.damping;
    return state;
}

WaveCase read_wave_case(const Json& json, const std::string& file, const std::string& place,
                        const std::string& kind_of_file) {
    if (!json.is_object()) {
        throw InputError(file + ": '" + place + "': expected an object");
    }
    const Section section(json, file, place);
    // The second line: answers that reference files keep beside the question; they are not read.
    section.allow({"kind",
                   "schema",
                   "n_modes",
                   "q",
                   "g",
                   "P",
                   "D",
                   "H_ext",
                   "H",
                   "k",
                   "eta",
                   "v",
                   "w",
                   "E",
                   "scan",
                   "n_unstable",
                   "unstable",
                   "max_im_omega",
                   "group_velocity",
                   "rel_tol",
                   "analytic_growth",
                   "analytic_omega",
                   "equilibrium_residual",
                   "omega",
                   "profile_R",
                   "gamma_per_intensity",
                   "conservation",
                   "gamma",
                   "correlation_c",
                   "sum_g_c",
                   "normalisation"});
    WaveCase c;
    c.name = json.contains("name") ? section.text("name") : "";
    c.kind = json.contains("kind")   ? section.text("kind")
             : !kind_of_file.empty() ? kind_of_file
             : json.contains("v")    ? "gamma_profile"
                                     : "dispersion";
    if (c.kind != "dispersion" && c.kind != "gamma_profile") {
        section.fail("kind", "dispersion or gamma_profile");
    }
    const std::string where = place.empty() ? "" : place + ".";
    if (json.contains("v")) {
        read_axisymmetric(c, section, where);
    } else {
        read_general(c, section, where);
    }
    if (!c.k.allFinite()) {
        throw InvalidInput("not_a_number", where + "k");
    }
    if (json.contains("eta")) {
        c.eta = section.number("eta");
        if (!std::isfinite(*c.eta)) {
            throw InvalidInput("not_a_number", where + "eta");
        }
    }
    if (c.modes() == 0) {
        throw InvalidInput("no_modes", place.empty() ? "case" : place);
    }
    return c;
}

} // namespace miscid::apps
