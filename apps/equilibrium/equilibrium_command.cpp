#include "equilibrium/equilibrium_command.hpp"

#include "equilibrium/gridded_case.hpp"
#include "equilibrium/parameter_path.hpp"
#include "equilibrium/symmetry_axes.hpp"
#include "flavor/three_flavor.hpp"

#include <Eigen/QR>

#include <cmath>

namespace miscid::apps {

namespace {

using equilibrium::amplitude_planes;
using equilibrium::FieldFor;
using equilibrium::Outcome;
using equilibrium::ParameterPathFor;
using equilibrium::ProblemFor;
using equilibrium::ResultFor;
using equilibrium::SymmetryAxesFor;
using flavor::FlavorMatrix;
using flavor::FlavorVectorFor;
using phase_space::AlignedVector;

const char* status_name(Outcome outcome) {
    switch (outcome) {
    case Outcome::ok:
        return "ok";
    case Outcome::no_tracked_solution:
        return "no_tracked_solution";
    case Outcome::alignment_event:
        return "alignment_event";
    case Outcome::bifurcation:
        return "bifurcation";
    default:
        return "not_converged";
    }
}

template <typename Vector>
Json vector_json(const Vector& v) {
    return std::vector<double>(v.begin(), v.end());
}

/** What is left of a case when labels have been exchanged. */
template <int N_f>
struct Labels {
    std::vector<double> epsilon;      ///< two flavors
    std::vector<double> polarization; ///< |P|, or eigenvalues of rho by eigenstate
};

/** D_0, D_1 and P of a solution. */
Json state_json(const EquilibriumCase<2>& c, const GriddedCase<2>& gridded, const ResultFor<2>& result,
                const Labels<2>& labels) {
    Json json;
    json["D_0"] = vector_json(result.moments.col(0));
    for (int a = 1; a < 4; ++a) {
        json["D_1"].push_back(vector_json(result.moments.col(a)));
    }
    for (std::size_t i = 0; i < c.modes(); ++i) {
        const FlavorVectorFor<2> H = gridded.hamiltonian(result.field, i);
        const double length = H.norm();
        const double p = labels.epsilon[i] * labels.polarization[i];
        json["P"].push_back(
            vector_json(length > 0.0 ? FlavorVectorFor<2>(p / length * H) : FlavorVectorFor<2>::Zero()));
    }
    return json;
}

/** Adds a traceless matrix to a pair of lists {"re": [...], "im": [...]}. */
void append_matrix(Json& lists, const FlavorMatrix& matrix) {
    Json re = Json::array();
    Json im = Json::array();
    for (int i = 0; i < 3; ++i) {
        re.push_back({matrix(i, 0).real(), matrix(i, 1).real(), matrix(i, 2).real()});
        im.push_back({matrix(i, 0).imag(), matrix(i, 1).imag(), matrix(i, 2).imag()});
    }
    lists["re"].push_back(re);
    lists["im"].push_back(im);
}

/** D_0, D_1 and the traceless part of every rho. */
Json state_json(const EquilibriumCase<3>& c, const GriddedCase<3>& gridded, const ResultFor<3>& result,
                const Labels<3>& labels) {
    Json json;
    append_matrix(json["D_0"], flavor::traceless_matrix_of_vector(result.moments.col(0)));
    for (int a = 1; a < 4; ++a) {
        append_matrix(json["D_1"], flavor::traceless_matrix_of_vector(result.moments.col(a)));
    }
    for (std::size_t i = 0; i < c.modes(); ++i) {
        const auto states = flavor::eigenstates(gridded.hamiltonian(result.field, i)).states;
        Eigen::Vector3d r;
        for (int k = 0; k < 3; ++k) {
            r[k] = labels.polarization[static_cast<std::size_t>(k) * c.modes() + i];
        }
        r.array() -= r.mean();
        append_matrix(json["rho_traceless"], states * r.asDiagonal() * states.adjoint());
    }
    return json;
}

/** How the solution was reached. */
template <int N_f>
Json account_json(const ResultFor<N_f>& result, const SymmetryAxesFor<N_f>& symmetry) {
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
    if (N_f == 2 && symmetry) {
        json["Omega"] = result.rotation_frequency;
    } else {
        for (const auto& [axis, projection] : symmetry) {
            json["Omega"].push_back(axis.dot(result.rotation_vector));
        }
    }
    return json;
}

/** Labels flipped in a case, as the answer lists them. */
void exchange(Labels<2>& labels, const EquilibriumCase<2>&, std::size_t mode, int, Json& json) {
    labels.epsilon[mode] *= -1.0;
    json["epsilon"] = labels.epsilon;
    json["flipped_modes"].push_back(mode);
}
void exchange(Labels<3>& labels, const EquilibriumCase<3>& c, std::size_t mode, int lower_state, Json& json) {
    double* r = &labels.polarization[static_cast<std::size_t>(lower_state) * c.modes() + mode];
    std::swap(r[0], r[c.modes()]);
    json["exchanged_states"].push_back({{"mode", mode}, {"states", {lower_state, lower_state + 1}}});
}

template <int N_f>
class CaseSolver {
    using Field = FieldFor<N_f>;
    using Problem = ProblemFor<N_f>;
    using Result = ResultFor<N_f>;
    using ParameterPath = ParameterPathFor<N_f>;

public:
    explicit CaseSolver(const EquilibriumCase<N_f>& c) : case_(c), gridded_(c), solver_(kernels_) {
        std::vector<double> sign;
        for (std::size_t i = 0; i < c.modes(); ++i) {
            sign.push_back(gridded_.sign(i) * c.epsilon[i]);
        }
        sign_ = gridded_.spread(sign);
        solver_.reserve(gridded_.grid().size());
    }

    Json solve() {
        typename ParameterPath::End start{case_.start_medium, case_.symmetry, gridded_.spread(case_.start_weight),
                                          gridded_.spread(case_.start_polarization)};
        typename ParameterPath::End finish{case_.medium, case_.symmetry, gridded_.spread(case_.weight),
                                           gridded_.spread(case_.polarization)};
        const Field start_moments = moments_of_start();
        if (!case_.symmetry) { // a symmetry of both cells is one whether the case says so or not
            start.symmetry = finish.symmetry = common_symmetry();
        }
        for (auto* end : {&start, &finish}) {
            if (end == &start || !case_.symmetry) {
                for (auto& axis : end->symmetry) {
                    axis.conserved_projection = axis.axis.dot(start_moments.col(0));
                }
            }
        }
        if (case_.start_from_large_mu) {
            start.symmetry = finish.symmetry;
            start.medium.mu = 1e4 * std::max(case_.medium.mu, 1.0);
        }
        Problem at_start;
        AlignedVector amplitude(amplitude_planes<N_f> * gridded_.grid().size());
        ParameterPath(gridded_.grid(), sign_, start, finish).at(0.0, at_start, amplitude.data());
        at_start.amplitude = amplitude.data();
        Field field = start_field(at_start, start_moments);

        const auto weakest = equilibrium::weakest_mode<N_f>(at_start, field);
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
    /** Without matter, or without vacuum mixing, at both ends. */
    SymmetryAxesFor<N_f> common_symmetry() const {
        const auto here = equilibrium::symmetry_axes(gridded_.grid(), case_.medium);
        const auto there = equilibrium::symmetry_axes(gridded_.grid(), case_.start_medium);
        bool same = here.size() == there.size();
        for (auto a = here.begin(), b = there.begin(); same && a != here.end(); ++a, ++b) {
            same = a->axis == b->axis;
        }
        // A two-flavor state along the flavor axis itself has nothing to rotate.
        const bool aligned = N_f == 2 && here && here->axis == flavor::electron_axis<N_f>();
        return same && !aligned ? here : SymmetryAxesFor<N_f>();
    }

    Field moments_of_start() const {
        Field D = Field::Zero();
        for (std::size_t i = 0; i < case_.modes(); ++i) {
            const auto& P = case_.start_P[i];
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
        FlavorVectorFor<N_f> rotation = FlavorVectorFor<N_f>::Zero();
        if (at_start.symmetry && case_.start_rotation_frequency != 0.0) {
            rotation = case_.start_rotation_frequency * at_start.symmetry->axis;
        } else if (at_start.symmetry) {
            rotation = rotation_of_start(at_start, moments.col(0));
        }
        return equilibrium::field_of_moments<N_f>(at_start, moments, rotation);
    }

    /** sum Omega_c e of the start, from (H - Omega) x P = 0 summed over modes: sum w s Hext x P = Omega x D_0. */
    FlavorVectorFor<N_f> rotation_of_start(const Problem& at_start, const FlavorVectorFor<N_f>& D_0) const {
        FlavorVectorFor<N_f> torque = FlavorVectorFor<N_f>::Zero();
        const FlavorVectorFor<N_f> matter = at_start.medium.matter();
        for (std::size_t i = 0; i < case_.modes(); ++i) {
            const Eigen::Map<const Eigen::Vector3d> v(&case_.direction[3 * i]);
            const FlavorVectorFor<N_f> external = gridded_.sign(i) * case_.frequency[i] * case_.medium.B +
                                                  (1.0 - at_start.medium.velocity.dot(v)) * matter;
            torque += gridded_.sign(i) * case_.start_weight[i] * flavor::cross(external, case_.start_P[i]);
        }
        Eigen::Matrix<double, flavor::generators<N_f>, N_f - 1> turned;
        turned.setZero();
        int count = 0;
        for (const auto& [axis, projection] : at_start.symmetry) {
            turned.col(count++) = flavor::cross(axis, D_0);
        }
        const Eigen::Matrix<double, N_f - 1, 1> omega_c = turned.completeOrthogonalDecomposition().solve(torque);
        FlavorVectorFor<N_f> rotation = FlavorVectorFor<N_f>::Zero();
        count = 0;
        for (const auto& [axis, projection] : at_start.symmetry) {
            rotation += omega_c[count++] * axis;
        }
        return rotation;
    }

    Json solve_one(const typename ParameterPath::End& start, const typename ParameterPath::End& finish,
                   const Field& field) {
        const ParameterPath path(gridded_.grid(), sign_, start, finish);
        AlignedVector amplitude(amplitude_planes<N_f> * gridded_.grid().size());
        Problem problem;
        path.at(0.0, problem, amplitude.data());
        problem.amplitude = amplitude.data();
        const int inertia = equilibrium::inertia_at<N_f>(kernels_.full, problem, field);
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
            json.update(state_json(case_, gridded_, result, Labels<N_f>{case_.epsilon, case_.polarization}));
            json.update(account_json(result, problem.symmetry));
        } else if (result.outcome == Outcome::no_tracked_solution) {
            json["fold_at_s"] = result.end_s;
            json["iterations"] = result.iterations;
        } else if (result.outcome == Outcome::alignment_event) {
            json["mode"] = gridded_.mode_at(result.mode);
            json["event_at_s"] = result.end_s;
            json["iterations"] = result.iterations;
            add_continuation(json, path, field, inertia, problem.symmetry);
        }
        return json;
    }

    /** The equilibrium beyond the event, labels flipped there. */
    void add_continuation(Json& json, const ParameterPath& path, const Field& field, int inertia,
                          const SymmetryAxesFor<N_f>& symmetry) {
        solver_.options().cross_events = true;
        const Result result = solver_.track(path, gridded_.grid(), field, inertia);
        if (result.outcome != Outcome::ok) {
            return;
        }
        Labels<N_f> labels{case_.epsilon, case_.polarization};
        Json exchanged;
        for (int i = 0; i < result.event_count; ++i) {
            const auto& event = result.event[static_cast<std::size_t>(i)];
            exchange(labels, case_, static_cast<std::size_t>(gridded_.mode_at(event.mode)), event.lower_state,
                     exchanged);
        }
        json["continued"] = state_json(case_, gridded_, result, labels);
        json["continued"].update(exchanged);
        json["continued"].update(account_json(result, symmetry));
    }

    const EquilibriumCase<N_f>& case_;
    GriddedCase<N_f> gridded_;
    equilibrium::SweepKernelsFor<N_f> kernels_ =
        equilibrium::sweep_kernels_for<N_f>(equilibrium::best_dispatch_level());
    equilibrium::SolverFor<N_f> solver_;
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
    try {
        if (flavors == 3) {
            const auto c = read_equilibrium_case<3>(json, file);
            return CaseSolver<3>(c).solve();
        }
        const auto c = read_equilibrium_case<2>(json, file);
        return CaseSolver<2>(c).solve();
    } catch (const InvalidInput& error) {
        return {{"status", "invalid_input"}, {"reason", error.reason()}, {"message", error.what()}};
    }
}

} // namespace miscid::apps
