#include "equilibrium/equilibrium_command.hpp"

#include "equilibrium/case.hpp"
#include "equilibrium/parameter_path.hpp"

#include <Eigen/Geometry>

#include <array>
#include <cmath>
#include <map>

namespace miscid::apps {

namespace {

using equilibrium::Field;
using equilibrium::FlavorVector;
using equilibrium::Outcome;
using equilibrium::ParameterPath;
using equilibrium::Problem;
using equilibrium::Result;
using phase_space::AlignedVector;

const char* status_name(Outcome outcome) {
    switch (outcome) {
    case Outcome::ok:
        return "ok";
    case Outcome::no_tracked_solution:
        return "no_tracked_solution";
    case Outcome::alignment_event:
        return "alignment_event";
    default:
        return "not_converged";
    }
}

/** The case on a grid: modes of equal direction share it, each in a slot of its own. */
class GriddedCase {
public:
    explicit GriddedCase(const EquilibriumCase& c) : case_(c) {
        std::map<std::array<double, 3>, int> directions;
        std::vector<int> used;
        int slots = 0;
        for (std::size_t i = 0; i < c.modes(); ++i) {
            const std::array<double, 3> q = {c.direction[3 * i], c.direction[3 * i + 1], c.direction[3 * i + 2]};
            const auto inserted = directions.emplace(q, static_cast<int>(directions.size()));
            if (inserted.second) {
                used.push_back(0);
            }
            const int direction = inserted.first->second;
            place_.push_back({direction, used[static_cast<std::size_t>(direction)]++});
            slots = std::max(slots, used[static_cast<std::size_t>(direction)]);
        }
        grid_ = phase_space::ModeGrid(static_cast<int>(directions.size()), slots);
        for (const auto& [q, index] : directions) {
            grid_.set_direction(index, Eigen::Vector3d(q[0], q[1], q[2]));
        }
        for (std::size_t i = 0; i < c.modes(); ++i) {
            grid_.set_frequency(place_[i].first, place_[i].second, sign(i) * c.omega[i]);
        }
    }

    const phase_space::ModeGrid& grid() const { return grid_; }
    double sign(std::size_t mode) const { return case_.antineutrino[mode] ? -1.0 : 1.0; }
    std::size_t index(std::size_t mode) const { return grid_.index(place_[mode].first, place_[mode].second); }
    int mode_at(std::size_t index_in_grid) const {
        for (std::size_t i = 0; i < case_.modes(); ++i) {
            if (index(i) == index_in_grid) {
                return static_cast<int>(i);
            }
        }
        return -1;
    }
    AlignedVector spread(const std::vector<double>& per_mode) const {
        AlignedVector result(grid_.size(), 0.0);
        for (std::size_t i = 0; i < case_.modes(); ++i) {
            result[index(i)] = per_mode[i];
        }
        return result;
    }
    FlavorVector hamiltonian(const Field& field, std::size_t mode) const {
        return equilibrium::hamiltonian(field, grid_.direction(place_[mode].first), sign(mode) * case_.omega[mode],
                                        case_.B);
    }

private:
    const EquilibriumCase& case_;
    phase_space::ModeGrid grid_;
    std::vector<std::pair<int, int>> place_;
};

Json vector_json(const FlavorVector& v) {
    return {v.x(), v.y(), v.z()};
}

/** D_0, D_1 and P of a solution. */
Json state_json(const EquilibriumCase& c, const GriddedCase& gridded, const Result& result,
                const std::vector<double>& epsilon) {
    Json json;
    json["D_0"] = vector_json(result.moments.col(0));
    for (int a = 1; a < 4; ++a) {
        json["D_1"].push_back(vector_json(result.moments.col(a)));
    }
    for (std::size_t i = 0; i < c.modes(); ++i) {
        const FlavorVector H = gridded.hamiltonian(result.field, i);
        const double length = H.norm();
        const double p = epsilon[i] * c.polarization[i];
        json["P"].push_back(vector_json(length > 0.0 ? FlavorVector(p / length * H) : FlavorVector::Zero()));
    }
    return json;
}

/** How the solution was reached. */
Json account_json(const Result& result, bool rotating) {
    Json json;
    json["iterations"] = result.iterations;
    json["residual"] = result.residual;
    json["inertia"] = result.inertia;
    json["min_H"] = std::isfinite(result.min_hamiltonian) ? Json(result.min_hamiltonian) : Json();
    json["rotation"] = result.rotation;
    json["continued_along_branch"] = result.continued;
    for (int m = 0; m < 4; ++m) {
        json["field_G"].push_back(vector_json(result.field.col(m)));
    }
    if (rotating) {
        json["Omega"] = result.rotation_frequency;
    }
    return json;
}

class CaseSolver {
public:
    explicit CaseSolver(const EquilibriumCase& c)
        : case_(c), gridded_(c), solver_(equilibrium::sweep_kernels(equilibrium::best_dispatch_level())) {
        std::vector<double> sign;
        for (std::size_t i = 0; i < c.modes(); ++i) {
            sign.push_back(gridded_.sign(i) * c.epsilon[i]);
        }
        sign_ = gridded_.spread(sign);
        solver_.reserve(gridded_.grid().size());
    }

    Json solve() {
        ParameterPath::End start{case_.start_medium, case_.symmetry, gridded_.spread(case_.start_weight),
                                 gridded_.spread(case_.start_polarization)};
        ParameterPath::End finish{case_.medium, case_.symmetry, gridded_.spread(case_.weight),
                                  gridded_.spread(case_.polarization)};
        const Field start_moments = moments_of_start();
        if (!case_.symmetry && case_.medium.lambda == 0.0 && case_.start_medium.lambda == 0.0) {
            // Without matter every external field lies along B: a symmetry axis whether the case says so or not.
            const double projection = case_.B.dot(start_moments.col(0));
            start.symmetry = finish.symmetry = equilibrium::SymmetryAxis{case_.B, projection};
        } else if (case_.symmetry) {
            start.symmetry->conserved_projection = case_.symmetry->axis.dot(start_moments.col(0));
        }
        if (case_.start_from_large_mu) {
            start.symmetry = finish.symmetry;
            start.medium.mu = 1e4 * std::max(case_.medium.mu, 1.0);
        }
        Problem at_start;
        AlignedVector amplitude(gridded_.grid().size());
        ParameterPath(gridded_.grid(), sign_, start, finish).at(0.0, at_start, amplitude.data());
        at_start.amplitude = amplitude.data();
        Field field = start_field(at_start, start_moments);

        const auto weakest = equilibrium::weakest_mode(at_start, field);
        const double scale =
            field.norm() + weakest.vector.norm() + case_.medium.mu * equilibrium::total_amplitude(at_start);
        if (weakest.hamiltonian <= 1e-13 * scale) {
            Json json = {{"status", "degenerate_mode"},
                         {"mode", gridded_.mode_at(weakest.index)},
                         {"min_H", weakest.hamiltonian}};
            json["message"] = "H of this mode vanishes, so its direction is undefined";
            return json;
        }

        if (case_.mu_sequence.empty()) {
            return solve_one(start, finish, field);
        }
        Json sequence = Json::array();
        for (const double mu : case_.mu_sequence) {
            finish.medium.mu = mu;
            Json entry = solve_one(start, finish, field);
            if (entry["status"] != "ok") {
                entry["mu"] = mu;
                entry["sequence"] = sequence;
                return entry;
            }
            entry.erase("status");
            entry["mu"] = mu;
            sequence.push_back(entry);
            start = finish;
            field = last_.field;
        }
        return {{"status", "ok"}, {"sequence", sequence}};
    }

private:
    Field moments_of_start() const {
        Field D = Field::Zero();
        for (std::size_t i = 0; i < case_.modes(); ++i) {
            const FlavorVector P(case_.start_P[3 * i], case_.start_P[3 * i + 1], case_.start_P[3 * i + 2]);
            const double w = gridded_.sign(i) * case_.start_weight[i];
            D.col(0) += w * P;
            for (int a = 0; a < 3; ++a) {
                D.col(1 + a) += w * case_.direction[3 * i + static_cast<std::size_t>(a)] * P;
            }
        }
        return D;
    }

    Field start_field(const Problem& at_start, const Field& moments) const {
        if (case_.start_field) {
            return *case_.start_field;
        }
        double omega_c = case_.start_rotation_frequency;
        if (case_.start_from_large_mu) {
            // Synchronised limit: all P turn about the axis with Omega_c = sum w s P (s omega) / sum w s P.
            double numerator = 0.0;
            double denominator = 0.0;
            for (std::size_t i = 0; i < case_.modes(); ++i) {
                const double weight = case_.weight[i] * case_.epsilon[i] * case_.polarization[i];
                numerator += weight * case_.omega[i];
                denominator += gridded_.sign(i) * weight;
            }
            omega_c = denominator != 0.0 ? numerator / denominator : 0.0;
        }
        return equilibrium::field_of_moments(at_start, moments, omega_c);
    }

    Json solve_one(const ParameterPath::End& start, const ParameterPath::End& finish, const Field& field) {
        const ParameterPath path(gridded_.grid(), sign_, start, finish);
        AlignedVector amplitude(gridded_.grid().size());
        Problem problem;
        path.at(0.0, problem, amplitude.data());
        problem.amplitude = amplitude.data();
        const int inertia = equilibrium::inertia_at(kernels_.full, problem, field);
        path.at(1.0, problem, amplitude.data());
        Result result = solver_.newton(problem, field, inertia);
        if (result.outcome != Outcome::ok) {
            solver_.options().cross_events = false;
            result = solver_.track(path, gridded_.grid(), field, inertia);
        }
        last_ = result;
        Json json;
        json["status"] = status_name(result.outcome);
        if (result.outcome == Outcome::ok) {
            json.update(state_json(case_, gridded_, result, case_.epsilon));
            json.update(account_json(result, problem.symmetry.has_value()));
        } else if (result.outcome == Outcome::no_tracked_solution) {
            json["fold_at_s"] = result.end_s;
            json["iterations"] = result.iterations;
        } else if (result.outcome == Outcome::alignment_event) {
            json["mode"] = gridded_.mode_at(result.mode);
            json["event_at_s"] = result.end_s;
            json["iterations"] = result.iterations;
            add_continuation(json, path, field, inertia, problem.symmetry.has_value());
        }
        return json;
    }

    /** The equilibrium beyond the event, labels flipped there. */
    void add_continuation(Json& json, const ParameterPath& path, const Field& field, int inertia, bool rotating) {
        solver_.options().cross_events = true;
        const Result result = solver_.track(path, gridded_.grid(), field, inertia);
        if (result.outcome != Outcome::ok) {
            return;
        }
        std::vector<double> epsilon = case_.epsilon;
        Json flipped = Json::array();
        for (int i = 0; i < result.event_count; ++i) {
            const int mode = gridded_.mode_at(result.event_mode[static_cast<std::size_t>(i)]);
            epsilon[static_cast<std::size_t>(mode)] *= -1.0;
            flipped.push_back(mode);
        }
        json["continued"] = state_json(case_, gridded_, result, epsilon);
        json["continued"]["epsilon"] = epsilon;
        json["continued"]["flipped_modes"] = flipped;
        json["continued"].update(account_json(result, rotating));
    }

    const EquilibriumCase& case_;
    GriddedCase gridded_;
    equilibrium::SweepKernels kernels_ = equilibrium::sweep_kernels(equilibrium::best_dispatch_level());
    equilibrium::Solver solver_;
    AlignedVector sign_;
    Result last_;
};

} // namespace

Json solve_equilibrium_case(const Json& json, const std::string& file) {
    const Section root(json, file, "");
    if (!json.is_object()) {
        throw InputError(file + ": expected a JSON object");
    }
    const int flavors = root.integer("n_flavors");
    if (flavors != 2 && flavors != 3) {
        root.fail("n_flavors", "2 or 3");
    }
    if (flavors == 3) {
        return {{"status", "unsupported"}, {"message", "three flavors are not solved by this version"}};
    }
    try {
        const EquilibriumCase c = read_equilibrium_case(json, file);
        return CaseSolver(c).solve();
    } catch (const InvalidInput& error) {
        return {{"status", "invalid_input"}, {"reason", error.reason()}, {"message", error.what()}};
    }
}

} // namespace miscid::apps
