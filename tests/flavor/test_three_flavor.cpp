// Three-flavor algebra against matrices written out here (theory.md section 1 and 7 row 15), and the eigenstates of graded
// matrices against a decomposition with 60 digits.
#include "catch.hpp"
#include "flavor/many_digits.hpp"
#include "flavor/three_flavor.hpp"

#include <Eigen/Eigenvalues>

#include <cfenv>
#include <complex>
#include <random>

using miscid::flavor::FlavorMatrix;
using Vector = miscid::flavor::FlavorVectorFor<3>;
using Complex = std::complex<double>;

namespace {

const Complex i(0, 1);

FlavorMatrix generator(int a) {
    FlavorMatrix L;
    switch (a) {
    case 0:
        L << 0, 0, 0, 0, 1, 0, 0, 0, -1;
        break;
    case 1:
        L << 2, 0, 0, 0, -1, 0, 0, 0, -1;
        L /= std::sqrt(3.0);
        break;
    case 2:
        L << 0, 1, 0, 1, 0, 0, 0, 0, 0;
        break;
    case 3:
        L << 0, -i, 0, i, 0, 0, 0, 0, 0;
        break;
    case 4:
        L << 0, 0, 1, 0, 0, 0, 1, 0, 0;
        break;
    case 5:
        L << 0, 0, -i, 0, 0, 0, i, 0, 0;
        break;
    case 6:
        L << 0, 0, 0, 0, 0, 1, 0, 1, 0;
        break;
    default:
        L << 0, 0, 0, 0, 0, -i, 0, i, 0;
    }
    return L;
}

FlavorMatrix from_generators(const Vector& v) {
    FlavorMatrix m = FlavorMatrix::Zero();
    for (int a = 0; a < 8; ++a)
        m += 0.5 * v[a] * generator(a);
    return m;
}

struct Random {
    std::mt19937 engine{20250303};
    double operator()() { return std::normal_distribution<double>()(engine); }
    double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(engine); }
    Vector vector() {
        return Vector::NullaryExpr([this](Eigen::Index) { return (*this)(); });
    }
};

using DigitsMatrix = Eigen::Matrix<std::complex<Digits>, 3, 3>;

/** H = v.Lambda/2 as the library lays it out, without rounding: lambda stays in the ee entry. */
DigitsMatrix exact_matrix(const Vector& v) {
    const Digits half = Digits(1) / 2, root3 = sqrt(Digits(3));
    const auto off = [&](int a) { return std::complex<Digits>(half * v[a], -half * v[a + 1]); };
    DigitsMatrix H = DigitsMatrix::Zero();
    H(0, 0) = half * root3 * v[1];
    H(1, 1) = half * v[0];
    H(2, 2) = -half * v[0];
    H(0, 1) = off(2);
    H(0, 2) = off(4);
    H(1, 2) = off(6);
    H(1, 0) = conj(H(0, 1));
    H(2, 0) = conj(H(0, 2));
    H(2, 1) = conj(H(1, 2));
    return H;
}

} // namespace

TEST_CASE("SU(3): Tr(La Lb) = 2 delta_ab and the trace is lost, nothing else") {
    for (int a = 0; a < 8; ++a) {
        const Vector v = miscid::flavor::vector_of_matrix(generator(a));
        CHECK((v - 2 * Vector::Unit(a)).norm() < 1e-15);
        CHECK((miscid::flavor::vector_of_matrix(generator(a) + 3.0 * FlavorMatrix::Identity()) - v).norm() < 4e-15);
    }
}

TEST_CASE("SU(3): matrix and vector go over into each other") {
    Random random;
    for (int sample = 0; sample < 100; ++sample) {
        const Vector v = random.vector();
        const FlavorMatrix traceless = miscid::flavor::traceless_matrix_of_vector(v);
        CHECK((traceless - from_generators(v)).norm() < 1e-15 * v.norm());
        CHECK(std::abs(traceless.trace()) < 1e-15 * v.norm());
        CHECK((miscid::flavor::vector_of_matrix(traceless) - v).norm() < 1e-15 * v.norm());
        const FlavorMatrix other = miscid::flavor::matrix_of_vector(v);
        CHECK((miscid::flavor::vector_of_matrix(other) - v).norm() < 1e-15 * v.norm());
        CHECK((other - traceless - other.trace() / 3.0 * FlavorMatrix::Identity()).norm() < 1e-15 * v.norm());
    }
}

TEST_CASE("SU(3): -i [A, B] is the matrix of A x B, so f_abc has sign and size of the commutators") {
    Random random;
    for (int sample = 0; sample < 100; ++sample) {
        const Vector a = random.vector(), b = random.vector();
        const FlavorMatrix A = from_generators(a), B = from_generators(b);
        const Vector expected = miscid::flavor::vector_of_matrix(-i * (A * B - B * A));
        CHECK((miscid::flavor::cross(a, b) - expected).norm() < 1e-14 * a.norm() * b.norm());
        CHECK((miscid::flavor::cross_matrix(a) * b - expected).norm() < 1e-14 * a.norm() * b.norm());
        CHECK((miscid::flavor::cross_matrix(a) + miscid::flavor::cross_matrix(a).transpose()).norm() == 0);
        // Tr(A B) = a.b/2
        CHECK(std::abs((A * B).trace() - 0.5 * a.dot(b)) < 1e-14 * a.norm() * b.norm());
    }
}

TEST_CASE("SU(3): e and mu alone are two flavors") {
    // z of two flavors is (Lambda_1 sqrt(3) - Lambda_0)/2, x and y are Lambda_2 and Lambda_3.
    Vector x = Vector::Unit(2), y = Vector::Unit(3), z = Vector::Zero();
    z[0] = -0.5;
    z[1] = 0.5 * std::sqrt(3.0);
    CHECK((miscid::flavor::cross(x, y) - z).norm() < 1e-15);
    CHECK((miscid::flavor::cross(y, z) - x).norm() < 1e-15);
    CHECK((miscid::flavor::cross(z, x) - y).norm() < 1e-15);
}

TEST_CASE("the electron axis is the vector of diag(1, 0, 0)") {
    FlavorMatrix electron = FlavorMatrix::Zero();
    electron(0, 0) = 1;
    CHECK((miscid::flavor::electron_axis<3>() - miscid::flavor::vector_of_matrix(electron)).norm() < 1e-16);
    CHECK((miscid::flavor::electron_axis<2>() - Eigen::Vector3d::UnitZ()).norm() == 0);
}

TEST_CASE(
    "mixing matrix: unitary, the product of three rotations, PDG elements and the sign of the Jarlskog invariant") {
    Random random;
    for (int sample = 0; sample < 50; ++sample) {
        const double t12 = random.uniform(0, 1.5), t13 = random.uniform(0, 1.5), t23 = random.uniform(0, 1.5),
                     phase = random.uniform(0, 6.28);
        const FlavorMatrix U = miscid::flavor::mixing_matrix(t12, t13, t23, phase);
        CHECK((U * U.adjoint() - FlavorMatrix::Identity()).norm() < 1e-15);
        FlavorMatrix r23 = FlavorMatrix::Identity(), r13 = r23, r12 = r23;
        r23.bottomRightCorner<2, 2>() << std::cos(t23), std::sin(t23), -std::sin(t23), std::cos(t23);
        r12.topLeftCorner<2, 2>() << std::cos(t12), std::sin(t12), -std::sin(t12), std::cos(t12);
        r13(0, 0) = r13(2, 2) = std::cos(t13);
        r13(0, 2) = std::sin(t13) * std::exp(-i * phase);
        r13(2, 0) = -std::sin(t13) * std::exp(i * phase);
        CHECK((U - r23 * r13 * r12).norm() < 1e-15);
        // J = Im(U_e1 U_mu2 U_e2^* U_mu1^*) = c12 s12 c23 s23 c13^2 s13 sin(delta)   (PDG)
        const double J = (U(0, 0) * U(1, 1) * std::conj(U(0, 1) * U(1, 0))).imag();
        const double expected = std::cos(t12) * std::sin(t12) * std::cos(t23) * std::sin(t23) * std::cos(t13) *
                                std::cos(t13) * std::sin(t13) * std::sin(phase);
        CHECK(std::abs(J - expected) < 1e-15);
    }
    const FlavorMatrix U = miscid::flavor::mixing_matrix(0.59, 0.15, 0.84, 3.4);
    CHECK(std::abs(std::norm(U(0, 2)) - std::pow(std::sin(0.15), 2)) < 1e-16);
    CHECK(std::abs(std::norm(U(0, 1)) - std::pow(std::sin(0.59) * std::cos(0.15), 2)) < 1e-16);
    CHECK(std::abs(std::norm(U(1, 2)) - std::pow(std::sin(0.84) * std::cos(0.15), 2)) < 1e-15);
}

TEST_CASE("vacuum term: its eigenstates are the columns of U, by ascending mass") {
    const FlavorMatrix U = miscid::flavor::mixing_matrix(0.59, 0.15, 0.84, 3.4);
    for (const double dm2_31 : {2.5e-3, -2.5e-3}) {
        const auto found = miscid::flavor::eigenstates(miscid::flavor::vacuum_vector(U, 7.5e-5, dm2_31));
        const std::array<int, 3> order = dm2_31 > 0 ? std::array{0, 1, 2} : std::array{2, 0, 1};
        const std::array<double, 3> masses{0, 7.5e-5, dm2_31};
        for (int k = 0; k < 3; ++k) {
            const auto n = static_cast<std::size_t>(k);
            CHECK(std::abs(std::abs(U.col(order[n]).dot(found.states.col(k))) - 1) < 1e-13);
            CHECK(std::abs(found.energy[n] - found.energy[0] -
                           (masses[static_cast<std::size_t>(order[n])] - masses[static_cast<std::size_t>(order[0])])) <
                  1e-17);
        }
    }
}

TEST_CASE("eigenstates of matter-dominated H: every component has its own digits, up to lambda/omega = 1e10") {
    Random random;
    for (const double scale : {0.0, 1.0, 1e4, 1e8, 1e10, -1e10}) {
        double worst = 0, worst_energy = 0;
        for (int sample = 0; sample < 40; ++sample) {
            const Vector v = random.vector() + scale * miscid::flavor::electron_axis<3>();
            const auto found = miscid::flavor::eigenstates(v);
            // Householder and QL, unlike the rotations of the library.
            const Eigen::SelfAdjointEigenSolver<DigitsMatrix> exact(exact_matrix(v));
            for (int k = 0; k < 3; ++k) {
                // Projectors do not know the phases; their entries range over scale^-2 .. 1.
                for (int a = 0; a < 3; ++a)
                    for (int b = 0; b < 3; ++b) {
                        const std::complex<Digits> reference =
                            exact.eigenvectors()(a, k) * conj(exact.eigenvectors()(b, k));
                        const Complex mine = found.states(a, k) * std::conj(found.states(b, k));
                        const Digits error = sqrt(
                            Digits(pow(reference.real() - mine.real(), 2) + pow(reference.imag() - mine.imag(), 2)));
                        const Digits size = sqrt(Digits(pow(reference.real(), 2) + pow(reference.imag(), 2)));
                        worst = std::max(worst, static_cast<double>(error / size));
                    }
                const auto n = static_cast<std::size_t>(k);
                const Digits energy = exact.eigenvalues()[k];
                worst_energy =
                    std::max(worst_energy, static_cast<double>(abs(energy - found.energy[n]) / (1 + abs(energy))));
            }
        }
        INFO("scale " << scale << ": relative error " << worst << ", of eigenvalues " << worst_energy);
        CHECK(worst < 1e-12); // a mu-tau splitting of 1e-3 happens among the samples
        CHECK(worst_energy < 1e-14);
    }
}

TEST_CASE("eigenstates: degenerate, diagonal and zero matrices give orthonormal states and raise no exception") {
    Random random;
    std::vector<Vector> degenerate = {
        Vector::Zero(),           miscid::flavor::electron_axis<3>(), -1e10 * miscid::flavor::electron_axis<3>(),
        Vector::Unit(0),
        1e-300 * random.vector(), // squares are out of range
        1e-160 * random.vector(), 1e-130 * random.vector(),           1e140 * random.vector()};
    for (int sample = 0; sample < 20; ++sample) { // one eigenvector apart from a degenerate pair, in a random basis
        const Eigen::Vector3cd n =
            Eigen::Vector3cd(Complex(random(), random()), Complex(random(), random()), Complex(random(), random()))
                .normalized(); // in whatever order the compiler takes them
        degenerate.push_back(random() * miscid::flavor::vector_of_matrix(n * n.adjoint()));
    }
    constexpr int never = FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW;
    for (const Vector& v : degenerate) {
        std::feclearexcept(never);
        const auto found = miscid::flavor::eigenstates(v);
        CHECK(std::fetestexcept(never) == 0);
        CHECK((found.states.adjoint() * found.states - FlavorMatrix::Identity()).norm() < 1e-14);
        CHECK(found.energy[0] <= found.energy[1]);
        CHECK(found.energy[1] <= found.energy[2]);
        const Eigen::Vector3d energy(found.energy[0], found.energy[1], found.energy[2]);
        const FlavorMatrix again = found.states * energy.asDiagonal() * found.states.adjoint();
        const double size = v.lpNorm<Eigen::Infinity>();
        if (size == 0 || size > 1e-135)
            CHECK((again - miscid::flavor::matrix_of_vector(v)).cwiseAbs().maxCoeff() <= 1e-14 * size);
    }
}
