// A two-flavor case of the equilibrium reference set as a cell of a host (natural units, density form).
#pragma once

#include "step/cells.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>

namespace host {

/** Folder of the reference cases; empty if there is none on this machine. */
inline std::string reference_folder() {
    std::vector<std::string> places;
    if (const char* named = std::getenv("MISCID_REFERENCE_DIR"))
        places.push_back(std::string(named) + "/equilibrium");
    if (const char* source = std::getenv("MISCID_SOURCE_DIR"))
        places.push_back(std::string(source) + "/../shared/reference/equilibrium");
    places.push_back("/work/shared/reference/equilibrium");
    for (const auto& place : places)
        if (std::ifstream(place + "/README.md"))
            return place;
    return "";
}

inline std::optional<nlohmann::json> reference_case(const std::string& name) {
    const std::string folder = reference_folder();
    std::ifstream file(folder + "/" + name + ".json");
    if (folder.empty() || !file)
        return std::nullopt;
    return nlohmann::json::parse(file);
}

/** The case at place s of its path from start (s = 0) to target (s = 1): mu and lambda geometric, the rest linear. */
class ReferenceCell {
public:
    ReferenceCell(const nlohmann::json& json, const std::string& more) : json_(json) {
        const auto& modes = json["modes"];
        for (std::size_t i = 0; i < modes["omega"].size(); ++i) {
            const double omega = modes["omega"][i];
            group_.push_back(find_or_add(frequency_, std::abs(omega)));
            const std::vector<double> v = modes["direction"][i];
            direction_.push_back(find_or_add(directions_, v));
            inverted_ = omega < 0;
        }
        const std::vector<double> B = json["parameters"]["B"];
        nlohmann::json configuration = {{"phase_space.form", "density"},
                                        {"vacuum.mass_squared_difference", 2.0},
                                        {"vacuum.ordering", inverted_ ? "inverted" : "normal"},
                                        {"vacuum.mixing_angle", 0.5 * std::atan2(B[0], -B[2])},
                                        {"equilibrium.cold_start", "from_incoming"}};
        configuration.update(nlohmann::json::parse(more));
        cell = std::make_unique<Cells>(static_cast<int>(frequency_.size()), static_cast<int>(directions_.size()),
                                       configuration.dump());
        for (std::size_t g = 0; g < frequency_.size(); ++g)
            cell->energy[g] = 1 / frequency_[g];
        for (std::size_t d = 0; d < directions_.size(); ++d)
            cell->set_direction(static_cast<int>(d), Vector(directions_[d].data()));
        for (std::size_t i = 0; i < group_.size(); ++i)
            set(i, vector(json["start"]["P"][i]) * density(i, 0) / double(json["start"]["P_norm"][i]), density(i, 0));
        set_medium(0);
    }

    /** The host's part of a step to s: every P keeps its direction and takes its new length, the medium changes. */
    void move_to(double s) {
        for (std::size_t i = 0; i < group_.size(); ++i)
            set(i, P(i).normalized() * density(i, s), density(i, s));
        set_medium(s);
    }
    miscid::Report step_to(double s) {
        move_to(s);
        return cell->apply();
    }

    std::size_t modes() const { return group_.size(); }
    Vector P(std::size_t i) const { return cell->get(type(i), group_[i], direction_[i]).P; }
    /** P in the units of the case. */
    Vector P_of_case(std::size_t i) const { return P(i) * double(json_["modes"]["P_norm"][i]) / density(i, 1); }
    double signed_amplitude(std::size_t i) const { return cell->p[cell->mode(type(i), group_[i], direction_[i])]; }
    static Vector vector(const nlohmann::json& json) {
        return Vector(json[0].get<double>(), json[1].get<double>(), json[2].get<double>());
    }

    std::unique_ptr<Cells> cell;

private:
    template <class T>
    static int find_or_add(std::vector<T>& all, const T& one) {
        const auto found = std::find(all.begin(), all.end(), one);
        const auto index = found - all.begin();
        if (found == all.end())
            all.push_back(one);
        return static_cast<int>(index);
    }
    int type(std::size_t i) const { return json_["modes"]["is_antineutrino"][i]; }
    static double geometric(double a, double b, double s) {
        return a > 0 && b > 0 ? a * std::pow(b / a, s) : a + s * (b - a);
    }
    double parameter(const char* name, double s) const {
        return geometric(json_["start"]["parameters"][name], json_["parameters"][name], s);
    }
    double linear(const char* name, std::size_t i, double s) const {
        const double a = json_["start"][name][i], b = json_["modes"][name][i];
        return a + s * (b - a);
    }
    /** mu w |P|: the length of the polarization in density form where mu = 1. */
    double density(std::size_t i, double s) const {
        return parameter("mu", s) * linear("weight", i, s) * linear("P_norm", i, s);
    }
    void set(std::size_t i, const Vector& P, double length) {
        cell->set({1.5 * length, P}, type(i), group_[i], direction_[i]);
    }
    void set_medium(double s) {
        cell->electron_density[0] = parameter("lambda", s);
        for (int a = 0; a < 3; ++a) {
            const auto n = Cells::count(a);
            const double from = json_["start"]["parameters"]["v_m"][n], to = json_["parameters"]["v_m"][n];
            cell->velocity[n] = from + s * (to - from);
        }
    }

    nlohmann::json json_;
    std::vector<double> frequency_;
    std::vector<std::vector<double>> directions_;
    std::vector<int> group_, direction_;
    bool inverted_ = false;
};

} // namespace host
