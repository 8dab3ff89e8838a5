// Random cells of two and three flavors in both transport modes, made of one seed, for tests of what must hold always.
#pragma once

#include "step/random_cells.hpp"

#include <Eigen/Eigenvalues>

#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace trust {

/** What a host may be. */
struct Kind {
    int flavors;
    bool invariant;
    std::string name() const {
        return std::to_string(flavors) + " flavors, " + (invariant ? "invariant" : "matrix") + " mode";
    }
    /** Configuration text; `more` is further members of the JSON object, with a comma in front. */
    std::string configuration(const std::string& more = "") const {
        return "{\"phase_space.flavors\": " + std::to_string(flavors) +
               (invariant ? R"(, "transport.mode": "invariant")" : "") +
               R"(, "vacuum.mass_squared_difference": 2, "vacuum.mass_squared_difference_21": 0.06)" + more + "}";
    }
};

inline std::vector<Kind> kinds() {
    return {{2, false}, {2, true}, {3, false}, {3, true}};
}

constexpr int groups = 2, directions = 5;

/** What a random cell is made of; the zeros and ones are the simple cells that a failing test is brought down to. */
struct Draw {
    unsigned seed = 0; ///< of everything below, and of what has no name here
    int groups = trust::groups;
    int directions = trust::directions;
    double tilt = 0.2;        ///< of rho away from the flavor axis
    bool matter_moves = true; ///< velocity of matter
    bool rates = true;        ///< depolarization, absorption, emission
};

/** A random Hermitian matrix between 0 and 1, eigenvalues a fair way inside; not far from diagonal. */
inline Eigen::MatrixXcd random_density_matrix(int flavors, double tilt, std::mt19937& engine) {
    std::uniform_real_distribution<double> uniform(0.05, 0.85);
    std::normal_distribution<double> normal;
    Eigen::MatrixXcd A(flavors, flavors);
    for (int a = 0; a < flavors; ++a)
        for (int b = 0; b < flavors; ++b)
            A(a, b) = tilt * std::complex<double>(normal(engine), normal(engine)) + (a == b ? 1.0 : 0.0);
    const Eigen::MatrixXcd U = Eigen::HouseholderQR<Eigen::MatrixXcd>(A).householderQ();
    Eigen::VectorXd r(flavors);
    for (int a = 0; a < flavors; ++a)
        r[a] = uniform(engine);
    return U * r.cast<std::complex<double>>().asDiagonal() * U.adjoint();
}

inline void set_matrix(host::Cells& cells, const Eigen::MatrixXcd& rho, int type, int group, int d) {
    if (cells.flavors == 3)
        return cells.set_matrix(rho, type, group, d);
    cells.set({rho.trace().real(), {2 * rho(0, 1).real(), -2 * rho(0, 1).imag(), (rho(0, 0) - rho(1, 1)).real()}}, type,
              group, d);
}

inline Eigen::MatrixXcd get_matrix(const host::Cells& cells, int type, int group, int d) {
    if (cells.flavors == 3)
        return cells.get_matrix(type, group, d);
    const double* c = &cells.numbers[4 * cells.mode(type, group, d)];
    Eigen::MatrixXcd rho(2, 2);
    rho << c[0], std::complex<double>(c[2], c[3]), std::complex<double>(c[2], -c[3]), c[1];
    return rho;
}

/** Everything a cell has: densities over four decades, any directions, occupations and coherences (none without tilt). */
inline void fill(host::Cells& cells, const Draw& draw) {
    std::mt19937 engine(draw.seed);
    std::uniform_real_distribution<double> uniform(0, 1);
    std::normal_distribution<double> normal;
    for (int d = 0; d < cells.directions; ++d) {
        const double x = normal(engine), y = normal(engine), z = normal(engine);
        cells.set_direction(d, host::Vector(x, y, z).normalized());
    }
    for (double& energy : cells.energy)
        energy = 0.3 + 3 * uniform(engine);
    for (double& v : cells.velocity)
        v = (draw.matter_moves ? 0.3 : 0) * (uniform(engine) - 0.5);
    cells.electron_density[0] = std::exp(std::log(0.3) + uniform(engine) * std::log(1e3));
    const double density = std::exp(std::log(1e-2) + uniform(engine) * std::log(3e3));
    for (double& weight : cells.weight)
        weight = 2 * density * uniform(engine) / (cells.groups * cells.directions);
    const double rates = draw.rates ? 1 : 0;
    for (double& rate : cells.depolarization)
        rate = rates * uniform(engine);
    for (std::size_t i = 0; i < cells.absorption.size(); ++i) {
        cells.absorption[i] = rates * uniform(engine);
        cells.emission_equilibrium[i] = uniform(engine);
    }
    for (int type = 0; type < 2; ++type)
        for (int group = 0; group < cells.groups; ++group)
            for (int d = 0; d < cells.directions; ++d) {
                const auto rho = random_density_matrix(cells.flavors, draw.tilt, engine);
                if (cells.invariant)
                    for (int a = 0; a < cells.flavors; ++a)
                        cells.numbers[host::Cells::count(cells.flavors) * cells.mode(type, group, d) +
                                      host::Cells::count(a)] = rho(a, a).real();
                else
                    set_matrix(cells, rho, type, group, d);
            }
}

/** A filled cell and what a step made of it. */
struct Run {
    host::Cells cells;
    Run(const Kind& kind, const Draw& draw, const std::string& more = "")
        : cells(draw.groups, draw.directions, kind.configuration(more)) {
        fill(cells, draw);
    }
    Run(const Kind& kind, unsigned seed, const std::string& more = "") : Run(kind, Draw{seed}, more) {}
    /** Two steps, the second in thinner matter. */
    void go(double dt = 0.1) {
        cells.apply(dt);
        first = cells.status[0];
        first_iterations = static_cast<int>(cells.iterations[0]);
        cells.electron_density[0] *= 0.95;
        cells.apply(dt);
    }
    bool done() const { return first == MISCID_OK && cells.status[0] == MISCID_OK; }
    bool same_statuses(const Run& other) const {
        return first == other.first && cells.status[0] == other.cells.status[0];
    }
    /** An equilibrium found by a long way: it, and whether it is found, hang on the last bit of the sums. */
    bool went_far() const {
        constexpr int long_way = 500; // Newton iterations; a branch that is followed takes tens
        return (first == MISCID_OK && first_iterations > long_way) ||
               (cells.status[0] == MISCID_OK && cells.iterations[0] > long_way);
    }
    /** So does the search where the tracked branch was lost: images of this cell may differ from it. */
    bool searched() const {
        const auto lost = [](int status) {
            return status == MISCID_CELL_RELAXED || status == MISCID_CELL_NOT_CONVERGED;
        };
        return lost(first) || lost(cells.status[0]) || went_far();
    }
    int first = 0, first_iterations = 0;
};

/** Largest difference between the numbers of two cells. */
inline double difference(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = a.size() == b.size() ? 0 : HUGE_VAL;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
        largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

/** Numbers of the mode `to` of `target` become those of `from` of `source`, and so do its weight and its rates. */
inline void copy_mode(const host::Cells& source, int type, int group, int d, host::Cells& target, int to_d,
                      double share = 1) {
    const std::size_t i = source.mode(type, group, d), j = target.mode(type, group, to_d);
    const auto copy = [&](const std::vector<double>& from, std::vector<double>& to) {
        const std::size_t n = from.size() / source.modes();
        std::copy_n(&from[n * i], n, &to[n * j]);
    };
    copy(source.numbers, target.numbers);
    copy(source.depolarization, target.depolarization);
    copy(source.absorption, target.absorption);
    copy(source.emission_equilibrium, target.emission_equilibrium);
    target.weight[host::Cells::count(group * target.directions + to_d)] =
        share * source.weight[host::Cells::count(group * source.directions + d)];
    target.set_direction(to_d, source.direction_of(d));
}

/** The medium of a cell. */
inline void copy_medium(const host::Cells& source, host::Cells& target) {
    target.energy = source.energy;
    target.velocity = source.velocity;
    target.electron_density = source.electron_density;
}

} // namespace trust
