// The step of three-flavor cells through the C interface: what it must keep, what two flavors and closed forms say.
#include "step/cells.hpp"
#include "step/random_cells.hpp"

#include "catch.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include <cmath>
#include <cstring>
#include <random>

namespace {

using Matrix = Eigen::Matrix3cd;
using Complex = std::complex<double>;

const std::string three = R"("phase_space.flavors": 3, "collisions.mode": "off", )";
const std::string angles = R"("vacuum.mass_squared_difference": 2, "vacuum.mass_squared_difference_21": 0.06,
    "vacuum.mixing_angle": 0.15, "vacuum.mixing_angle_12": 0.58, "vacuum.mixing_angle_23": 0.83, "vacuum.cp_phase": 1.2)";

/** U of the PDG, product of its three rotations. */
Matrix mixing(double t12, double t13, double t23, double delta) {
    Matrix R23 = Matrix::Identity(), R13 = Matrix::Identity(), R12 = Matrix::Identity();
    R23.block<2, 2>(1, 1) << std::cos(t23), std::sin(t23), -std::sin(t23), std::cos(t23);
    R12.block<2, 2>(0, 0) << std::cos(t12), std::sin(t12), -std::sin(t12), std::cos(t12);
    R13(0, 0) = R13(2, 2) = std::cos(t13);
    R13(0, 2) = std::polar(std::sin(t13), -delta);
    R13(2, 0) = -std::polar(std::sin(t13), delta);
    return R23 * R13 * R12;
}

Matrix vacuum(double dm31, double dm21, double t12, double t13, double t23, double delta) {
    const Matrix U = mixing(t12, t13, t23, delta);
    return U * Eigen::Vector3cd(0, dm21, dm31).asDiagonal() * U.adjoint();
}

struct Mode {
    int type, group, d;
    double sign_weight;
};

std::vector<Mode> modes_of(const host::Cells& cells) {
    std::vector<Mode> modes;
    for (int type = 0; type < 2; ++type)
        for (int group = 0; group < cells.groups; ++group)
            for (int d = 0; d < cells.directions; ++d)
                modes.push_back(
                    {type, group, d,
                     (type == 0 ? 1 : -1) * cells.weight[host::Cells::count(group * cells.directions + d)]});
    return modes;
}

/** H of a mode from the density matrices of the cell (theory.md section 1; mu = 1 in natural units). */
Matrix hamiltonian(const host::Cells& cells, const Matrix& M2, const Mode& mode) {
    const host::Vector v = cells.direction_of(mode.d), u(cells.velocity.data());
    Matrix H = (mode.type == 0 ? 0.5 : -0.5) / cells.energy[host::Cells::count(mode.group)] * M2;
    H(0, 0) += cells.electron_density[0] * (1 - u.dot(v));
    for (const Mode& other : modes_of(cells))
        H += other.sign_weight * (1 - v.dot(cells.direction_of(other.d))) *
             cells.get_matrix(other.type, other.group, other.d);
    return H;
}

Eigen::Vector3d spectrum(const Matrix& rho) {
    return Eigen::SelfAdjointEigenSolver<Matrix>(rho).eigenvalues();
}

void fill_diagonal(host::Cells& cells, const host::Regime& regime, unsigned seed, bool mu_tau_differ) {
    std::mt19937 engine(seed);
    std::uniform_real_distribution<double> uniform(0, 1);
    std::normal_distribution<double> normal;
    for (int group = 0; group < cells.groups; ++group)
        cells.energy[host::Cells::count(group)] = 0.5 + group;
    for (int d = 0; d < cells.directions; ++d) {
        const double x = normal(engine), y = normal(engine), z = normal(engine);
        cells.set_direction(d, host::Vector(x, y, z).normalized());
    }
    cells.electron_density[0] = regime.lambda;
    for (int a = 0; a < 3; ++a)
        cells.velocity[host::Cells::count(a)] = 0.1 * (uniform(engine) - 0.5);
    for (const Mode& mode : modes_of(cells)) {
        cells.weight[host::Cells::count(mode.group * cells.directions + mode.d)] =
            2 * regime.density * uniform(engine) / (cells.groups * cells.directions);
        const double mu = 0.2 + 0.05 * uniform(engine);
        const double e = mode.type == 0 ? 0.4 + 0.3 * uniform(engine) : 0.3 + 0.1 * uniform(engine);
        cells.set_matrix(Eigen::Vector3cd(e, mu, mu_tau_differ ? 0.9 * mu : mu).asDiagonal(), mode.type, mode.group,
                         mode.d);
    }
}

} // namespace

TEST_CASE("three flavors: every rho commutes with its H, keeps its spectrum, and D_0 is their sum") {
    const Matrix M2 = vacuum(2, 0.06, 0.58, 0.15, 0.83, 1.2);
    for (const auto& regime : host::regimes()) {
        host::Cells cells(2, 9, "{" + three + angles + "}");
        fill_diagonal(cells, regime, 11, false);
        std::mt19937 engine(5);
        std::uniform_real_distribution<double> uniform(-1, 1);
        for (int step = 0; step < 4; ++step) {
            std::vector<Eigen::Vector3d> before;
            for (const Mode& mode : modes_of(cells))
                before.push_back(spectrum(cells.get_matrix(mode.type, mode.group, mode.d)));
            cells.apply();
            INFO(regime.name << ", step " << step);
            REQUIRE(cells.status[0] == MISCID_OK);
            Eigen::Matrix<double, 8, 1> D0 = Eigen::Matrix<double, 8, 1>::Zero();
            std::size_t i = 0;
            double scale = cells.electron_density[0];
            for (const Mode& mode : modes_of(cells))
                scale += std::abs(mode.sign_weight);
            for (const Mode& mode : modes_of(cells)) {
                const Matrix rho = cells.get_matrix(mode.type, mode.group, mode.d);
                const Matrix H = hamiltonian(cells, M2, mode);
                CHECK((H * rho - rho * H).norm() < 1e-13 * scale);
                CHECK((spectrum(rho) - before[i++]).norm() < 1e-14);
                const auto& w = mode.sign_weight;
                D0[0] += w * (rho(1, 1) - rho(2, 2)).real();
                D0[1] += w * (2.0 * rho(0, 0) - rho(1, 1) - rho(2, 2)).real() / std::sqrt(3.0);
                const Complex off[3] = {rho(0, 1), rho(0, 2), rho(1, 2)};
                for (int pair = 0; pair < 3; ++pair) {
                    D0[2 + 2 * pair] += 2 * w * off[pair].real();
                    D0[3 + 2 * pair] -= 2 * w * off[pair].imag();
                }
            }
            CHECK((D0 - Eigen::Map<const Eigen::Matrix<double, 8, 1>>(cells.D0.data())).norm() < 1e-12 * scale);
            CHECK(cells.tilt[0] < (step == 0 ? 4 : 1e-6)); // nothing but round-off after the first step
            for (double& w : cells.weight)
                w *= 1 + 0.01 * uniform(engine);
            cells.electron_density[0] *= 0.99;
        }
    }
}

TEST_CASE("three flavors with e and tau mixed alone are two flavors") {
    const std::string two =
        R"("vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0.2, "collisions.mode": "off")";
    for (const char* ordering : {"normal", "inverted"})
        for (const auto& regime : host::regimes()) {
            const std::string order = std::string(R"(, "vacuum.ordering": ")") + ordering + "\"";
            host::Cells pair(2, 9, "{" + two + order + "}");
            host::Cells cells(2, 9,
                              "{" + three + two + order +
                                  R"(, "vacuum.mass_squared_difference_21": 0, "vacuum.mixing_angle_12": 0,
                                  "vacuum.mixing_angle_23": 0})");
            host::fill(pair, regime, 3);
            cells.energy = pair.energy;
            cells.direction = pair.direction;
            cells.weight = pair.weight;
            cells.velocity = pair.velocity;
            cells.electron_density = pair.electron_density;
            std::vector<double> spectator;
            for (const Mode& mode : modes_of(cells)) {
                const auto [P0, P] = pair.get(mode.type, mode.group, mode.d);
                const double x = 0.5 * (P0 - P.z());
                cells.set_matrix(Eigen::Vector3cd(0.5 * (P0 + P.z()), x, x).asDiagonal(), mode.type, mode.group,
                                 mode.d);
                spectator.push_back(x);
            }
            for (int step = 0; step < 5; ++step) {
                pair.apply();
                cells.apply();
                INFO(ordering << ", " << regime.name << ", step " << step);
                if (pair.status[0] != MISCID_OK)
                    break;
                // Levels of the spectator may be crossed: events of three flavors that two do not have.
                REQUIRE((cells.status[0] == MISCID_OK || cells.status[0] == MISCID_CELL_EVENT));
                std::size_t i = 0;
                for (const Mode& mode : modes_of(cells)) {
                    const auto [P0, P] = pair.get(mode.type, mode.group, mode.d);
                    const Matrix rho = cells.get_matrix(mode.type, mode.group, mode.d);
                    CHECK(std::abs(rho(0, 0).real() - 0.5 * (P0 + P.z())) < 1e-12);
                    CHECK(std::abs(rho(2, 2).real() - 0.5 * (P0 - P.z())) < 1e-12);
                    CHECK(std::abs(rho(0, 2) - Complex(0.5 * P.x(), -0.5 * P.y())) < 1e-12);
                    CHECK(std::abs(rho(0, 1)) + std::abs(rho(1, 2)) < 1e-14);
                    CHECK(std::abs(rho(1, 1) - spectator[i++]) < 1e-14);
                }
                for (auto* both : {&pair, &cells}) {
                    both->electron_density[0] *= 0.97;
                    for (double& w : both->weight)
                        w *= 1.02;
                }
            }
        }
}

TEST_CASE("three flavors: kinematic decoherence of a nu_e in vacuum, P_ee = 0.54998") {
    host::Cells cells(1, 1, "{" + three + R"("equilibrium.tilted": "project", "equilibrium.cold_start": "from_incoming",
        "vacuum.mixing_angle_12": 0.58728, "vacuum.mixing_angle": 0.14887, "vacuum.mass_squared_difference": 2})");
    const double s12 = 0.307, s13 = 0.022; // sin^2
    cells.weight = {0.5};                  // one beam: no self-interaction
    cells.set_matrix(Eigen::Vector3cd(1, 0, 0).asDiagonal(), 0, 0, 0);
    cells.apply();
    REQUIRE(cells.status[0] >= 0);
    const double expected = std::pow((1 - s13) * (1 - s12), 2) + std::pow((1 - s13) * s12, 2) + s13 * s13;
    CHECK(std::abs(expected - 0.54998) < 5e-6);
    CHECK(std::abs(cells.get_matrix(0, 0, 0)(0, 0).real() - 0.54998) < 2e-5);
    CHECK(cells.tilt[0] > 0.1);
}

TEST_CASE("three flavors: a nu_e born in dense matter leaves the star as one mass state") {
    struct Case {
        const char* ordering;
        int type;
        double survival; ///< |U_ek|^2
    };
    const double s12 = std::pow(std::sin(0.58), 2), s13 = std::pow(std::sin(0.15), 2);
    // nu_e is the highest state at large lambda, nubar_e the lowest of H for antineutrinos; dm2_21 > 0.
    for (const Case& c : {Case{"normal", 0, s13}, Case{"inverted", 0, (1 - s13) * s12},
                          Case{"normal", 1, (1 - s13) * (1 - s12)}, Case{"inverted", 1, s13}}) {
        host::Cells cells(1, 1, "{" + three + angles + R"(, "vacuum.ordering": ")" + c.ordering + "\"}");
        cells.weight = {1e-3};
        cells.electron_density = {1e4};
        cells.set_matrix(Eigen::Vector3cd(0.8, 0.1, 0.1).asDiagonal(), c.type, 0, 0);
        const int steps = 400;
        for (int step = 0; step <= steps; ++step) {
            cells.electron_density[0] = 1e4 * std::pow(1e-14, double(step) / steps);
            cells.apply();
            REQUIRE(cells.status[0] == MISCID_OK);
        }
        INFO(c.ordering << " " << c.type);
        CHECK(std::abs(cells.get_matrix(c.type, 0, 0)(0, 0).real() - (0.1 + 0.7 * c.survival)) < 1e-8);
    }
}

TEST_CASE("three flavors: invariant mode and matrix mode are one evolution, flavor content is the diagonal") {
    host::Cells matrix(2, 9, "{" + three + angles + "}");
    host::Cells invariant(2, 9, "{" + three + angles + R"(, "transport.mode": "invariant"})");
    fill_diagonal(matrix, host::regimes()[1], 21, false);
    invariant.energy = matrix.energy;
    invariant.direction = matrix.direction;
    invariant.weight = matrix.weight;
    invariant.velocity = matrix.velocity;
    invariant.electron_density = matrix.electron_density;
    for (const Mode& mode : modes_of(matrix)) { // electron state on top of equal mu and tau
        const Matrix rho = matrix.get_matrix(mode.type, mode.group, mode.d);
        double* r = &invariant.numbers[3 * invariant.mode(mode.type, mode.group, mode.d)];
        r[0] = rho(1, 1).real();
        r[1] = rho(2, 2).real();
        r[2] = rho(0, 0).real();
    }
    for (int step = 0; step < 3; ++step) {
        matrix.apply();
        invariant.apply();
        REQUIRE(matrix.status[0] == MISCID_OK);
        REQUIRE(invariant.status[0] == MISCID_OK);
        miscid::invariant_to_flavor(invariant.context, invariant.workspace, invariant.batch);
        for (const Mode& mode : modes_of(matrix))
            for (int a = 0; a < 3; ++a)
                CHECK(
                    std::abs(
                        matrix.get_matrix(mode.type, mode.group, mode.d)(a, a).real() -
                        invariant.content[3 * invariant.mode(mode.type, mode.group, mode.d) + host::Cells::count(a)]) <
                    1e-12);
        matrix.electron_density[0] = invariant.electron_density[0] *= 0.95;
    }
    for (std::size_t i = 0; i < matrix.occupation.size(); ++i)
        CHECK(std::abs(matrix.occupation[i] - invariant.numbers[i]) < 1e-13);
}

TEST_CASE(
    "three flavors: depolarization shortens P, absorption and emission end in equilibrium and are accounted for") {
    host::Cells cells(1, 1, R"({"phase_space.flavors": 3, "collisions.mode": "depolarization", )" + angles + "}");
    cells.weight = {0.3};
    cells.electron_density = {5};
    cells.set_matrix(Eigen::Vector3cd(0.7, 0.2, 0.1).asDiagonal(), 0, 0, 0);
    cells.apply();
    const Eigen::Vector3d r = spectrum(cells.get_matrix(0, 0, 0));
    cells.depolarization[0] = 2;
    cells.apply(0.3);
    const Eigen::Vector3d damped = spectrum(cells.get_matrix(0, 0, 0));
    for (int k = 0; k < 3; ++k)
        CHECK(std::abs(damped[k] - (1.0 / 3 + (r[k] - 1.0 / 3) * std::exp(-0.6))) < 1e-14);

    host::Cells full(1, 1, R"({"phase_space.flavors": 3, "collisions.mode": "full", )" + angles + "}");
    full.weight = {0.3};
    full.electron_density = {5};
    full.set_matrix(Eigen::Vector3cd(0.7, 0.2, 0.1).asDiagonal(), 0, 0, 0);
    full.apply();
    const Matrix before = full.get_matrix(0, 0, 0);
    const double kappa[3] = {2, 0.5, 0.7}, f[3] = {0.6, 0.3, 0.2}, dt = 1e-5;
    for (std::size_t a = 0; a < 3; ++a) {
        full.absorption[a] = kappa[a];
        full.emission_equilibrium[a] = f[a];
    }
    full.apply(dt);
    const Matrix after = full.get_matrix(0, 0, 0);
    double total = 0;
    for (int a = 0; a < 3; ++a) { // C_aa = kappa_a (f_a - rho_aa)
        const double C = kappa[a] * (f[a] - before(a, a).real());
        CHECK(std::abs(full.source[host::Cells::count(a)] / (0.3 * dt) - C) < 1e-4);
        total += full.source[host::Cells::count(a)];
    }
    CHECK(std::abs(total - 0.3 * (after - before).trace().real()) < 1e-16);
    // <k|C|k> in the eigenstates of H: the change of the spectrum to first order
    const Matrix V = Eigen::SelfAdjointEigenSolver<Matrix>(before).eigenvectors();
    Matrix C = Matrix::Zero();
    for (int a = 0; a < 3; ++a)
        for (int b = 0; b < 3; ++b)
            C(a, b) = (a == b ? kappa[a] * f[a] : 0.0) - 0.5 * (kappa[a] + kappa[b]) * before(a, b);
    for (int k = 0; k < 3; ++k)
        CHECK(std::abs((spectrum(after) - spectrum(before))[k] / dt - V.col(k).dot(C * V.col(k)).real()) < 1e-4);
    for (std::size_t a = 0; a < 3; ++a) { // one equilibrium occupation for all flavors: nothing but it is left
        full.emission_equilibrium[a] = 0.25;
    }
    full.apply(1e3);
    CHECK((full.get_matrix(0, 0, 0) - 0.25 * Matrix::Identity()).norm() < 1e-14);
}

TEST_CASE("three flavors: conjugate antineutrinos, muons and the tau potential enter where they should") {
    host::Cells same(1, 4, "{" + three + angles + "}");
    host::Cells conjugate(1, 4, "{" + three + angles + R"(, "phase_space.antineutrino_convention": "conjugate"})");
    fill_diagonal(same, host::regimes()[3], 4, false);
    for (auto member : {&host::Cells::numbers, &host::Cells::energy, &host::Cells::direction, &host::Cells::weight,
                        &host::Cells::velocity, &host::Cells::electron_density})
        conjugate.*member = same.*member;
    same.apply();
    conjugate.apply();
    REQUIRE(same.status[0] == MISCID_OK);
    for (const Mode& mode : modes_of(same)) {
        const Matrix a = same.get_matrix(mode.type, mode.group, mode.d);
        const Matrix b = conjugate.get_matrix(mode.type, mode.group, mode.d);
        CHECK((mode.type == 0 ? (a - b).norm() : (a - b.conjugate()).norm()) == 0);
    }
    // Potentials of e, mu and tau far above the vacuum term: flavor states but for a tilt of first order.
    const Matrix M2 = vacuum(2, 0.06, 0.58, 0.15, 0.83, 1.2);
    host::Cells muons(1, 1, "{" + three + angles + "}");
    double muon_density = 1e6;
    muons.batch.bind(MISCID_FIELD_MUON_DENSITY, miscid::View(&muon_density));
    muons.weight = {1e-3};
    muons.electron_density = {3e6};
    const double r[3] = {0.5, 0.3, 0.1}, potential[3] = {3e6, 1e6, 0};
    muons.set_matrix(Eigen::Vector3cd(r[0], r[1], r[2]).asDiagonal(), 0, 0, 0);
    muons.apply();
    REQUIRE(muons.status[0] == MISCID_OK);
    for (int a = 0; a < 3; ++a)
        for (int b = 0; b < a; ++b) {
            const Complex tilt = (r[a] - r[b]) * 0.5 * M2(a, b) / (potential[a] - potential[b]);
            CHECK(std::abs(muons.get_matrix(0, 0, 0)(a, b) - tilt) < 2e-6 * std::abs(tilt));
        }
    // The tau potential: Y sqrt2 G_F n_B in the tau entry, and refused without the mass density.
    host::Cells tau(1, 1, "{" + three + angles + R"(, "matter.tau_effective_fraction": 1e-4})");
    CHECK_THROWS_AS(tau.apply(), miscid::Error);
    double density = 1e9;
    tau.batch.bind(MISCID_FIELD_MASS_DENSITY, miscid::View(&density));
    tau.weight = {1e-3};
    tau.electron_density = {3e8};
    tau.set_matrix(Eigen::Vector3cd(r[0], r[1], r[2]).asDiagonal(), 0, 0, 0);
    tau.apply();
    REQUIRE(tau.status[0] == MISCID_OK);
    const Complex tilt = (r[1] - r[2]) * 0.5 * M2(1, 2) / (0 - 1e5);
    CHECK(std::abs(tau.get_matrix(0, 0, 0)(1, 2) - tilt) < 2e-5 * std::abs(tilt));
}

TEST_CASE("three flavors: what cannot be is refused and left alone, a batch is its cells, bit for bit") {
    host::Cells cells(2, 9, "{" + three + angles + "}", 3);
    std::mt19937 engine(3);
    std::uniform_real_distribution<double> uniform(0, 1);
    host::Cells one(2, 9, "{" + three + angles + "}");
    fill_diagonal(one, host::regimes()[3], 8, true);
    const auto repeat = [&](const std::vector<double>& from, std::vector<double>& to) {
        for (std::size_t i = 0; i < to.size(); ++i)
            to[i] = from[i % from.size()];
    };
    cells.energy = one.energy;
    repeat(one.direction, cells.direction);
    repeat(one.weight, cells.weight);
    repeat(one.velocity, cells.velocity);
    repeat(one.numbers, cells.numbers);
    cells.electron_density = {one.electron_density[0], 5, one.electron_density[0]};
    cells.numbers[9 * cells.mode(1, 1, 4, 1)] = 1.5; // above 1
    const auto before = cells.numbers;
    CHECK_NOTHROW(cells.apply());
    one.apply();
    CHECK(cells.status[1] == MISCID_CELL_EIGENVALUE_RANGE);
    const std::size_t n = one.numbers.size();
    CHECK(std::memcmp(&cells.numbers[n], &before[n], n * sizeof(double)) == 0);
    for (const std::size_t cell : {0, 2}) {
        CHECK(cells.status[cell] == one.status[0]);
        CHECK(std::memcmp(&cells.numbers[cell * n], one.numbers.data(), n * sizeof(double)) == 0);
        CHECK(std::memcmp(&cells.state[cell * one.state.size()], one.state.data(), one.state.size() * sizeof(double)) ==
              0);
    }
    CHECK_THROWS_AS(cells.batch.bind(MISCID_FIELD_SIGNED_AMPLITUDE, miscid::View(cells.p.data())), miscid::Error);
}

TEST_CASE("three flavors: finite numbers, and no floating-point exception, in every regime") {
    for (const auto& regime : host::regimes())
        for (const bool differ : {false, true}) {
            host::Cells cells(3, 12, "{" + three + angles + "}");
            fill_diagonal(cells, regime, 17, differ);
            for (int step = 0; step < 3; ++step) {
                cells.apply(1e-3);
                cells.electron_density[0] *= 0.9;
            }
            for (const double x : cells.numbers)
                CHECK(std::isfinite(x));
        }
}

TEST_CASE("Landau-Zener in apply: lambda from 20 to 0 in T = 200 leaves p = 1 - 2 P_c, in any number of steps") {
    const double theta = 0.15;
    for (const int steps : {50, 200, 1000}) {
        host::Cells two(1, 1, R"({"equilibrium.crossing": "landau_zener", "collisions.mode": "off",
            "vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0.15})");
        host::Cells cells(1, 1, "{" + three + R"("equilibrium.crossing": "landau_zener",
            "vacuum.mass_squared_difference": 2, "vacuum.mixing_angle": 0.15, "vacuum.mass_squared_difference_21": 0,
            "vacuum.mixing_angle_12": 0, "vacuum.mixing_angle_23": 0})");
        two.weight = cells.weight = {1e-9};
        two.set({1, {0, 0, 1}}, 0, 0, 0);
        cells.set_matrix(Eigen::Vector3cd(1, 0, 0).asDiagonal(), 0, 0, 0);
        for (int step = 0; step < steps; ++step) {
            two.electron_density[0] = cells.electron_density[0] = 20 * (1 - double(step) / steps);
            two.apply(200.0 / steps);
            cells.apply(200.0 / steps);
            REQUIRE(two.status[0] >= 0);
            REQUIRE(cells.status[0] >= 0);
        }
        // p of nu_e, laid along H at lambda = 20 with its full length, after the passage at lambda = cos 2theta
        const double P_c = std::exp(-std::acos(-1.0) * std::pow(std::sin(2 * theta), 2) / (2 * 0.1));
        CHECK(std::abs(two.p[0] - (1 - 2 * P_c)) < 1e-9);
        const Eigen::Vector3d r = spectrum(cells.get_matrix(0, 0, 0));       // mu: 0
        CHECK(std::abs(r[2] - r[1] - (1 - 2 * P_c)) < 1e-3 * (1 - 2 * P_c)); // the rate from the gap beside its minimum
    }
}
