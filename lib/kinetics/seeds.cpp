#include "kinetics/seeds.hpp"

#include "flavor/three_flavor.hpp"

#include <Eigen/LU>
#include <cmath>
#include <complex>
#include <vector>

namespace miscid::kinetics {

namespace {

using medium::constants::pi;

/** A complex random field with rms 1: independent normal amplitudes for every wave |k| < largest_k. */
std::vector<std::complex<double>> random_field(const PeriodicBox& box, double largest_k, RandomNumbers& random) {
    const int cells = box.field().cells();
    const double unit = 2.0 * pi / box.length();
    std::vector<std::complex<double>> field(static_cast<std::size_t>(cells));
    for (int n = -cells / 2 + 1; n < cells / 2; ++n) {
        if (std::abs(n) * unit >= largest_k) {
            continue;
        }
        const double re = random.normal();
        const std::complex<double> amplitude(re, random.normal());
        for (int cell = 0; cell < cells; ++cell) {
            field[static_cast<std::size_t>(cell)] +=
                amplitude * std::polar(1.0, 2.0 * pi * (static_cast<double>(n) * cell / cells));
        }
    }
    double square = 0.0;
    for (const auto& value : field) {
        square += std::norm(value) / cells;
    }
    for (auto& value : field) {
        value /= std::sqrt(square);
    }
    return field;
}

/** P turned so that z gets the transverse components e. */
Eigen::Vector3d turned(const Eigen::Vector3d& P, std::complex<double> e) {
    const double size = std::min(std::abs(e), 1.0);
    if (size == 0.0) {
        return P;
    }
    const Eigen::Vector3d axis = Eigen::Vector3d(-e.imag(), e.real(), 0.0) / std::abs(e);
    const double cosine = std::sqrt(1.0 - size * size);
    return cosine * P + size * axis.cross(P) + (1.0 - cosine) * axis.dot(P) * axis;
}

/** Three flavors: U rho U^dagger with Cayley's U of the generator whose three off-diagonal pairs are e / 2. */
flavor::FlavorVectorFor<3> turned(const flavor::FlavorVectorFor<3>& P, const std::complex<double> (&e)[3]) {
    flavor::FlavorVectorFor<3> a = flavor::FlavorVectorFor<3>::Zero();
    for (int pair = 0; pair < 3; ++pair) {
        a[2 + 2 * pair] = -e[pair].imag();
        a[3 + 2 * pair] = e[pair].real();
    }
    const Eigen::Matrix3cd half = std::complex<double>(0.0, 0.5) * flavor::traceless_matrix_of_vector(a);
    const Eigen::Matrix3cd one = Eigen::Matrix3cd::Identity();
    const Eigen::Matrix3cd U = (one + half).inverse() * (one - half);
    return flavor::vector_of_matrix(U * flavor::traceless_matrix_of_vector(P) * U.adjoint());
}

} // namespace

void tilt(PeriodicBox& box, const SeedField& seed, RandomNumbers& random) {
    const Gas& gas = box.gas();
    BoxField& field = box.field();
    const int pairs = gas.flavors == 2 ? 1 : 3, kinds = seed.breaks_axial_symmetry ? 3 : 1;
    std::vector<std::vector<std::complex<double>>> fields;
    for (int i = 0; i < pairs * kinds; ++i) {
        fields.push_back(random_field(box, seed.largest_k, random));
    }
    for (int mode = 0; mode < gas.modes(); ++mode) {
        for (int cell = 0; cell < field.cells(); ++cell) {
            const auto z = static_cast<std::size_t>(cell);
            std::complex<double> e[3] = {};
            for (int pair = 0; pair < pairs; ++pair) {
                e[pair] = fields[static_cast<std::size_t>(pair)][z];
                for (int kind = 1; kind < kinds; ++kind) {
                    e[pair] += gas.direction(kind - 1, mode) * fields[static_cast<std::size_t>(kind * pairs + pair)][z];
                }
                e[pair] *= seed.rms;
            }
            if (gas.flavors == 2) {
                const Eigen::Vector3d P =
                    turned({field.at(0, mode, cell), field.at(1, mode, cell), field.at(2, mode, cell)}, e[0]);
                for (int c = 0; c < 3; ++c) {
                    field.at(c, mode, cell) = P[c];
                }
            } else {
                flavor::FlavorVectorFor<3> P;
                for (int c = 0; c < 8; ++c) {
                    P[c] = field.at(c, mode, cell);
                }
                P = turned(P, e);
                for (int c = 0; c < 8; ++c) {
                    field.at(c, mode, cell) = P[c];
                }
            }
        }
    }
}

void tilt_by_wave(PeriodicBox& box, int n, const Eigen::VectorXcd& amplitude_of_mode) {
    BoxField& field = box.field();
    for (int mode = 0; mode < box.gas().modes(); ++mode) {
        for (int cell = 0; cell < field.cells(); ++cell) {
            const std::complex<double> S =
                amplitude_of_mode[mode] * std::polar(1.0, 2.0 * pi * (static_cast<double>(n) * cell / field.cells()));
            const Eigen::Vector3d P =
                turned({field.at(0, mode, cell), field.at(1, mode, cell), field.at(2, mode, cell)}, std::conj(S));
            for (int c = 0; c < 3; ++c) {
                field.at(c, mode, cell) = P[c];
            }
        }
    }
}

} // namespace miscid::kinetics
