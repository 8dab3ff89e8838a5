#include "step/step_picture.hpp"

#include "medium/constants.hpp"
#include "thermo/thermo_answer.hpp"
#include "validity/criteria_json.hpp"

#include <cmath>

namespace miscid::apps {

namespace {

namespace constants = medium::constants;

/** Numbers of a field, in the order of its axes. */
std::vector<double> numbers(const Json& json) {
    if (!json.is_array()) {
        return {json.is_number() ? json.get<double>() : 0.0};
    }
    std::vector<double> all;
    for (const auto& entry : json) {
        const auto some = numbers(entry);
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

/** Configuration and fields of a cell, in cm^-1, cm^-3 and MeV. */
class StepCell {
public:
    StepCell(const Json& cell, const Json& configuration) : fields_(cell["fields"]), configuration_(configuration) {
        natural_ = configuration["units"]["system"] == "natural";
    }

    double parameter(const char* section, const char* key) const { return configuration_[section][key].get<double>(); }
    std::string word(const char* section, const char* key) const { return configuration_[section][key]; }
    int count(const char* key) const { return configuration_["phase_space"][key].get<int>(); }
    bool density() const { return word("phase_space", "form") == "density"; }
    double unit(const char* quantity) const { return natural_ ? 1.0 : parameter("units", quantity); }
    std::vector<double> field(const char* name) const { return numbers(fields_[name]); }
    double scalar(const char* name) const { return fields_.contains(name) ? numbers(fields_[name])[0] : 0.0; }

    double potential() const { return natural_ ? 1.0 : constants::sqrt2_fermi_constant; }
    /** omega of a mode; three flavors: the factor of the vacuum matrix over dm^2_31. */
    double frequency(double energy) const {
        const double splitting = parameter("vacuum", "mass_squared_difference");
        const double sign = count("flavors") == 2 && word("vacuum", "ordering") == "inverted" ? -1.0 : 1.0;
        return sign * splitting * (natural_ ? 0.5 : constants::vacuum_frequency) / (energy * unit("energy"));
    }

    template <int N_f>
    medium::MediumFor<N_f> medium() const {
        medium::MediumFor<N_f> medium;
        medium.mu = potential();
        const double nucleons =
            scalar("mass_density") * unit("mass_density") / (natural_ ? 1.0 : constants::atomic_mass_unit);
        const double electrons = fields_.contains("electron_density")
                                     ? scalar("electron_density") * unit("number_density")
                                     : nucleons * scalar("electron_fraction");
        medium.lambda = potential() * electrons;
        if (fields_.contains("matter_velocity")) {
            const auto v = field("matter_velocity");
            medium.velocity = unit("velocity") * Eigen::Vector3d(v[0], v[1], v[2]);
        }
        const double angle = parameter("vacuum", "mixing_angle");
        if constexpr (N_f == 2) {
            medium.B = medium::vacuum_direction(angle);
        } else {
            medium.lambda_mu = potential() * scalar("muon_density") * unit("number_density");
            medium.lambda_tau = potential() * parameter("matter", "tau_effective_fraction") * nucleons;
            const double splitting = parameter("vacuum", "mass_squared_difference");
            medium.B = flavor::vacuum_vector(
                flavor::mixing_matrix(parameter("vacuum", "mixing_angle_12"), angle,
                                      parameter("vacuum", "mixing_angle_23"), parameter("vacuum", "cp_phase")),
                splitting > 0.0 ? parameter("vacuum", "mass_squared_difference_21") / splitting : 0.0,
                word("vacuum", "ordering") == "inverted" ? -1.0 : 1.0);
        }
        return medium;
    }

private:
    const Json& fields_;
    const Json& configuration_;
    bool natural_ = false;
};

/** Trace and polarization vector of components as the host stores them. */
double unpack(const double* c, double im_sign, flavor::FlavorVectorFor<2>& P) {
    P = {2.0 * c[2], -2.0 * im_sign * c[3], c[0] - c[1]};
    return c[0] + c[1];
}
double unpack(const double* c, double im_sign, flavor::FlavorVectorFor<3>& P) {
    flavor::FlavorMatrix rho = flavor::FlavorMatrix::Zero();
    for (int a = 0, k = 3; a < 3; ++a) {
        rho(a, a) = c[a];
        for (int b = a + 1; b < 3; ++b, k += 2) {
            rho(a, b) = {c[k], im_sign * c[k + 1]};
            rho(b, a) = std::conj(rho(a, b));
        }
    }
    P = flavor::vector_of_matrix(rho);
    return c[0] + c[1] + c[2];
}

template <int N_f>
CellHistory<N_f> history_of(const StepCell& cell, const std::vector<std::vector<double>>& rho) {
    const auto groups = static_cast<std::size_t>(cell.count("groups"));
    const auto directions = static_cast<std::size_t>(cell.count("directions"));
    const bool conjugate = cell.word("phase_space", "antineutrino_convention") == "conjugate";
    const auto energy = cell.field("energy");
    const auto direction = cell.field("direction");
    const auto weight = cell.density() ? std::vector<double>() : cell.field("weight");
    const double density = cell.density() ? cell.unit("number_density") : 1.0;

    CellHistory<N_f> history;
    auto& c = history.c;
    c.medium = cell.medium<N_f>();
    for (std::size_t mode = 0; mode < 2 * groups * directions; ++mode) {
        const std::size_t d = mode % directions;
        const std::size_t group = mode / directions % groups;
        c.antineutrino.push_back(mode >= groups * directions ? 1 : 0);
        c.frequency.push_back(cell.frequency(energy[group]));
        c.direction.insert(c.direction.end(), &direction[3 * d], &direction[3 * d] + 3);
        c.weight.push_back(cell.density() ? 1.0 : weight[group * directions + d] * cell.unit("number_density"));
    }
    for (const auto& numbers : rho) {
        CellState<N_f> state{c.medium, c.weight, {}, Json(), {}, {}};
        for (std::size_t mode = 0; mode < c.modes(); ++mode) {
            flavor::FlavorVectorFor<N_f> P;
            const double im_sign = conjugate && c.antineutrino[mode] ? -1.0 : 1.0;
            state.trace.push_back(density * unpack(&numbers[N_f * N_f * mode], im_sign, P));
            state.P.push_back(density * P);
        }
        history.states.push_back(state);
    }
    history.trace = history.states.front().trace;
    return history;
}

/** Validity numbers as the C interface wrote them. */
Json validity_json(const Json& fields) {
    validity::Values values;
    for (std::size_t i = 0; i < validity::criterion_count; ++i) {
        const std::string name = std::string("validity_") + validity::definition(i).key;
        if (fields.contains(name) && fields[name].is_number() && fields[name].get<double>() >= 0.0) {
            values[i] = fields[name].get<double>();
        }
    }
    const auto assessment = validity::assess(values);
    return {{"criteria", criteria_json(values, assessment)},
            {"action", action_name(assessment.action)},
            {"line", line_of(assessment.code)}};
}

} // namespace

Json step_picture(const Json& cell, const Json& configuration, const Json& answer,
                  const std::vector<std::vector<double>>& rho, const std::string& file) {
    const StepCell read(cell, configuration);
    if (rho.empty()) {
        throw InputError(file + ": --plot needs density matrices: transport.mode = \"matrix\"");
    }
    const auto statistics = read.density() ? thermo::Statistics::dilute : thermo::Statistics::fermionic;
    Json picture = read.count("flavors") == 2 ? thermo_answer(history_of<2>(read, rho), statistics)
                                              : thermo_answer(history_of<3>(read, rho), statistics);
    for (auto& group : picture["modes"]["frequency"]) { // the picture's axis is the energy itself
        group = 0.0;
    }
    const auto energy = read.field("energy");
    const auto directions = static_cast<std::size_t>(read.count("directions"));
    for (std::size_t mode = 0; mode < picture["modes"]["frequency"].size(); ++mode) {
        picture["modes"]["energy"].push_back(energy[mode / directions % energy.size()]);
    }
    picture["step"] = {{"dt", cell.value("dt", 0.0)},
                       {"status", answer["status"]},
                       {"steps", rho.size() - 1},
                       {"closure", read.word("viscosity", "closure")},
                       {"natural_units", read.word("units", "system") == "natural"}};
    if (answer.contains("fields")) {
        picture["validity"] = validity_json(answer["fields"]);
        picture["fields"] = answer["fields"];
    }
    picture["title"] = file;
    return picture;
}

} // namespace miscid::apps
