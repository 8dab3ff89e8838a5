#include "thermo/cell_history.hpp"

#include "equilibrium/equilibrium_command.hpp"

#include <cmath>

namespace miscid::apps {

namespace {

template <int N_f>
const char* spectrum_key() {
    return N_f == 2 ? "P_norm" : "rho_eigenvalues";
}

std::vector<double> linear(const std::vector<double>& from, const std::vector<double>& to, double s) {
    std::vector<double> result(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
        result[i] = s == 1.0 ? to[i] : from[i] + s * (to[i] - from[i]);
    }
    return result;
}

/** Medium of a leg at s, as ParameterPathFor has it. */
template <int N_f>
medium::MediumFor<N_f> between(const medium::MediumFor<N_f>& from, const medium::MediumFor<N_f>& to, double s) {
    const auto geometric = [s](double a, double b) {
        if (s == 1.0) {
            return b;
        }
        return a > 0.0 && b > 0.0 ? a * std::pow(b / a, s) : a + s * (b - a);
    };
    medium::MediumFor<N_f> medium = to;
    medium.mu = geometric(from.mu, to.mu);
    medium.lambda = geometric(from.lambda, to.lambda);
    medium.lambda_mu = geometric(from.lambda_mu, to.lambda_mu);
    if (s != 1.0) {
        medium.velocity = from.velocity + s * (to.velocity - from.velocity);
    }
    return medium;
}

template <int N_f>
Json parameters_json(const medium::MediumFor<N_f>& medium) {
    const auto& v = medium.velocity;
    Json json = {{"mu", medium.mu}, {"lambda", medium.lambda}, {"v_m", {v.x(), v.y(), v.z()}}};
    if constexpr (N_f == 2) {
        json["B"] = {medium.B.x(), medium.B.y(), medium.B.z()};
    } else {
        json["lambda_mu"] = medium.lambda_mu;
    }
    return json;
}

/** |P| per mode, or rows of three eigenvalues. */
template <int N_f>
Json spectrum_json(const std::vector<double>& planes) {
    if constexpr (N_f == 2) {
        return planes;
    } else {
        const std::size_t n = planes.size() / 3;
        Json rows = Json::array();
        for (std::size_t i = 0; i < n; ++i) {
            rows.push_back({planes[i], planes[n + i], planes[2 * n + i]});
        }
        return rows;
    }
}

std::vector<flavor::FlavorVectorFor<2>> polarizations(const Json& answer, std::integral_constant<int, 2>) {
    std::vector<flavor::FlavorVectorFor<2>> P;
    for (const auto& row : answer["P"]) {
        P.emplace_back(row[0].get<double>(), row[1].get<double>(), row[2].get<double>());
    }
    return P;
}
std::vector<flavor::FlavorVectorFor<3>> polarizations(const Json& answer, std::integral_constant<int, 3>) {
    std::vector<flavor::FlavorVectorFor<3>> P;
    const Json& re = answer["rho_traceless"]["re"];
    const Json& im = answer["rho_traceless"]["im"];
    for (std::size_t i = 0; i < re.size(); ++i) {
        flavor::FlavorMatrix rho;
        for (int a = 0; a < 3; ++a) {
            for (int b = 0; b < 3; ++b) {
                const auto row = static_cast<std::size_t>(a);
                const auto column = static_cast<std::size_t>(b);
                rho(a, b) = {re[i][row][column].get<double>(), im[i][row][column].get<double>()};
            }
        }
        P.push_back(flavor::vector_of_matrix(rho));
    }
    return P;
}

/** Solves one step after the other through the cases of `miscid equilibrium`. */
template <int N_f>
class Follower {
public:
    Follower(const Json& input, const std::string& file, CellHistory<N_f>& history)
        : input_(input), file_(file), history_(history), epsilon_(history.c.epsilon) {
        input_.erase("mu_sequence");
        input_.erase("expected");
        labels_ = history.c.polarization;
        start_labels_ = history.c.start_polarization;
    }

    void follow(int steps) {
        const auto& c = history_.c;
        CellState<N_f> incoming{c.start_medium, c.start_weight, c.start_P, Json(), {}, {}};
        history_.states.push_back(incoming);
        auto from = c.start_medium;
        auto to = c.medium;
        auto from_weight = c.start_weight;
        std::vector<double> targets = c.mu_sequence.empty() ? std::vector<double>{c.medium.mu} : c.mu_sequence;
        for (const double mu : targets) {
            to.mu = mu;
            const int parts = c.start_from_large_mu && history_.states.size() == 1 ? 1 : steps;
            for (int part = 1; part <= parts; ++part) {
                if (!take(from, to, from_weight, (part - 1.0) / parts, static_cast<double>(part) / parts)) {
                    return;
                }
            }
            from = to;
            from_weight = c.weight;
            start_labels_ = labels_;
        }
    }

private:
    bool take(const medium::MediumFor<N_f>& from, const medium::MediumFor<N_f>& to,
              const std::vector<double>& from_weight, double s, double s_end) {
        const auto& c = history_.c;
        const auto medium = between(from, to, s_end);
        const auto weight = linear(from_weight, c.weight, s_end);
        Json one = input_;
        one["parameters"] = parameters_json(medium);
        one["modes"]["weight"] = weight;
        one["modes"][spectrum_key<N_f>()] = spectrum_json<N_f>(linear(start_labels_, labels_, s_end));
        if constexpr (N_f == 2) {
            one["modes"]["epsilon"] = epsilon_;
        }
        if (history_.states.size() > 1) {
            const auto& last = history_.last();
            Json start = {{"parameters", parameters_json(last.medium)},
                          {"weight", last.weight},
                          {spectrum_key<N_f>(), spectrum_json<N_f>(linear(start_labels_, labels_, s))}};
            for (const char* key : {"P", "rho_traceless"}) {
                if (answer_.contains(key)) {
                    start[key] = answer_[key];
                }
            }
            if (answer_.contains("field_G")) {
                start["field_G"] = answer_["field_G"];
            }
            if (answer_.contains("Omega") && answer_["Omega"].is_number()) {
                start["Omega"] = answer_["Omega"];
            }
            one["start"] = start;
        }
        Json answer = solve_equilibrium_case(one, file_);
        std::vector<std::size_t> flipped;
        if (answer["status"] == "alignment_event" && answer.contains("continued")) {
            answer = answer["continued"];
            answer["status"] = "ok";
            exchange(answer, flipped);
        }
        if (answer["status"] != "ok") {
            history_.status = answer["status"];
            history_.refusal = answer;
            return false;
        }
        answer_ = answer;
        Json account = answer;
        for (const char* key : {"P", "rho_traceless", "D_0", "D_1"}) {
            account.erase(key);
        }
        history_.states.push_back(
            {medium, weight, polarizations(answer, std::integral_constant<int, N_f>()), account, flipped, {}});
        return true;
    }

    /** Labels that an event exchanged stay so for the rest of the way. */
    void exchange(const Json& answer, std::vector<std::size_t>& flipped) {
        if constexpr (N_f == 2) {
            epsilon_ = answer["epsilon"].get<std::vector<double>>();
            for (const auto& mode : answer["flipped_modes"]) {
                flipped.push_back(mode.get<std::size_t>());
            }
        } else {
            const std::size_t n = history_.c.modes();
            for (const auto& event : answer["exchanged_states"]) {
                const auto mode = event["mode"].get<std::size_t>();
                const auto lower = event["states"][0].get<std::size_t>();
                for (auto* planes : {&labels_, &start_labels_}) {
                    std::swap((*planes)[lower * n + mode], (*planes)[(lower + 1) * n + mode]);
                }
                flipped.push_back(mode);
            }
        }
    }

    Json input_;
    const std::string& file_;
    CellHistory<N_f>& history_;
    Json answer_;
    std::vector<double> epsilon_, labels_, start_labels_;
};

void check_traces(const CellHistory<2>& history, const std::string& file) {
    const auto& c = history.c;
    for (std::size_t i = 0; i < c.modes(); ++i) {
        const double most = std::max(c.polarization[i], c.start_polarization[i]);
        if (!(history.trace[i] >= most)) {
            throw InputError(file + ": key 'thermo.trace[" + std::to_string(i) +
                             "]': expected a number not below |P| = " + std::to_string(most));
        }
    }
}
void check_traces(const CellHistory<3>&, const std::string&) {}

} // namespace

template <int N_f>
CellHistory<N_f> follow_case(const Json& input, const std::string& file, std::vector<double> trace, int steps) {
    CellHistory<N_f> history;
    history.c = read_equilibrium_case<N_f>(input, file);
    const std::size_t n = history.c.modes();
    history.trace = std::move(trace);
    if constexpr (N_f == 3) {
        history.trace.assign(n, 0.0);
        for (std::size_t k = 0; k < 3 * n; ++k) {
            history.trace[k % n] += history.c.polarization[k];
        }
    } else if (history.trace.size() != n) {
        throw InputError(file + ": key 'thermo.trace': expected an array of " + std::to_string(n) + " numbers");
    }
    check_traces(history, file);
    Follower<N_f>(input, file, history).follow(steps);
    return history;
}

template CellHistory<2> follow_case<2>(const Json&, const std::string&, std::vector<double>, int);
template CellHistory<3> follow_case<3>(const Json&, const std::string&, std::vector<double>, int);

} // namespace miscid::apps
