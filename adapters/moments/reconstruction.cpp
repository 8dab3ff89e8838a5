#include "reconstruction.hpp"

#include "phase_space/levermore.hpp"
#include "phase_space/pauli_closure.hpp"

#include <Eigen/Core>
#include <Eigen/LU>

#include <cmath>

namespace miscid::adapters {

namespace {

using Vector = Eigen::Vector3d;

/** Z of Minerbo's distribution from the table; five digits, the correction does the rest. */
double minerbo_Z(const std::vector<double>& table, double f) {
    const double last = static_cast<double>(table.size() - 1);
    const double x = f * last;
    const auto i = std::min(static_cast<std::size_t>(x), table.size() - 2);
    const double t = x - static_cast<double>(i);
    return f * ((1.0 - t) * table[i] + t * table[i + 1]) / (1.0 - f * f);
}

/** The closure's shape on the nodes, not normalised. */
bool shape(const MomentsDescription& description, Closure closure, const Nodes& nodes, const Moments& fluid,
           double occupation, double* number) {
    const Vector H(nodes.axial ? 0.0 : fluid.flux[0], nodes.axial ? 0.0 : fluid.flux[1], fluid.flux[2]);
    const double magnitude = H.norm();
    const double f = fluid.density > 0.0 ? std::min(magnitude / fluid.density, nodes.reach) : 0.0;
    const Vector along = magnitude > 0.0 ? Vector(H / magnitude) : Vector(0, 0, 1);
    const auto cosine = [&](int d) {
        return nodes.axial ? along[2] * nodes.fluid[2][d]
                           : along[0] * nodes.fluid[0][d] + along[1] * nodes.fluid[1][d] + along[2] * nodes.fluid[2][d];
    };
    if (closure == Closure::levermore) {
        const double b = phase_space::levermore_parameter(f);
        for (int d = 0; d < nodes.count; ++d) {
            const double u = 1.0 - b * cosine(d);
            number[d] = nodes.weight[d] / (u * u * u * u);
        }
        return true;
    }
    phase_space::PauliParameters pauli;
    const bool dilute = closure == Closure::minerbo || !(occupation > 1e-8);
    const bool found = dilute || phase_space::pauli_parameters(occupation, f, pauli);
    if (dilute || !found) {
        const double Z = minerbo_Z(description.minerbo_table, f);
        for (int d = 0; d < nodes.count; ++d) {
            number[d] = nodes.weight[d] * std::exp(Z * (cosine(d) - 1.0));
        }
        return found;
    }
    for (int d = 0; d < nodes.count; ++d) {
        number[d] = nodes.weight[d] * phase_space::pauli_occupation(pauli, cosine(d));
    }
    return true;
}

/** Zeroth and first moment of the nodes' neutrinos in the host's frame. */
Eigen::Vector4d moments_of(const Nodes& nodes, const double* number) {
    Eigen::Vector4d sum = Eigen::Vector4d::Zero();
    for (int d = 0; d < nodes.count; ++d) {
        const double c = number[d] * nodes.per_neutrino[d];
        sum[0] += c;
        for (int a = nodes.axial ? 2 : 0; a < 3; ++a) {
            sum[a + 1] += c * nodes.host[a][d];
        }
    }
    return sum;
}

void scale(const Nodes& nodes, double* number, double factor) {
    for (int d = 0; d < nodes.count; ++d) {
        number[d] *= factor;
    }
}

/** Coefficients delta of 1 + delta.(1, v') that give the nodes' neutrinos the wanted moments. */
Eigen::Vector4d correction(const Nodes& nodes, const double* number, const Eigen::Vector4d& wanted) {
    if (nodes.axial) {
        double m[2][2] = {};
        for (int d = 0; d < nodes.count; ++d) {
            const double c = number[d] * nodes.per_neutrino[d];
            const double l = nodes.host[2][d];
            const double v = nodes.fluid[2][d];
            m[0][0] += c;
            m[0][1] += c * v;
            m[1][0] += c * l;
            m[1][1] += c * l * v;
        }
        const double r0 = wanted[0] - m[0][0];
        const double r1 = wanted[3] - m[1][0];
        const double determinant = m[0][0] * m[1][1] - m[0][1] * m[1][0];
        if (!(std::abs(determinant) > 1e-12)) {
            return Eigen::Vector4d::Constant(2e3); // too steep to correct
        }
        return {(m[1][1] * r0 - m[0][1] * r1) / determinant, 0.0, 0.0, (m[0][0] * r1 - m[1][0] * r0) / determinant};
    }
    // Column b of M: sum of c (1, l) V_b.
    double M[4][4] = {};
    for (int d = 0; d < nodes.count; ++d) {
        const double c = number[d] * nodes.per_neutrino[d];
        const double L[4] = {c, c * nodes.host[0][d], c * nodes.host[1][d], c * nodes.host[2][d]};
        const double V[4] = {1.0, nodes.fluid[0][d], nodes.fluid[1][d], nodes.fluid[2][d]};
        for (int b = 0; b < 4; ++b) {
            for (int a = 0; a < 4; ++a) {
                M[b][a] += L[a] * V[b];
            }
        }
    }
    const Eigen::Map<const Eigen::Matrix4d> matrix(&M[0][0]);
    if (!(std::abs(matrix.determinant()) > 1e-20)) {
        return Eigen::Vector4d::Constant(2e3);
    }
    return matrix.inverse() * (wanted - matrix.col(0));
}

/** Brings the moments of the nodes' neutrinos to `wanted`; leaves them normalised where that is not possible. */
void correct(const Nodes& nodes, const Eigen::Vector4d& wanted, double* number) {
    for (int pass = 0; pass < 4; ++pass) {
        const Eigen::Vector4d delta = correction(nodes, number, wanted);
        const auto change = [&](int d) {
            const double along = delta[0] + delta[3] * nodes.fluid[2][d];
            return nodes.axial ? along : along + delta[1] * nodes.fluid[0][d] + delta[2] * nodes.fluid[1][d];
        };
        double largest = 0.0;
        for (int d = 0; d < nodes.count; ++d) {
            largest = std::max(largest, std::abs(change(d)));
        }
        if (!delta.allFinite() || !(largest < 1e3)) {
            return;
        }
        const bool small = largest < 0.5;
        for (int d = 0; d < nodes.count; ++d) {
            number[d] *= small ? 1.0 + change(d) : std::exp(std::clamp(change(d), -1.0, 1.0));
        }
        if (small) {
            return;
        }
        scale(nodes, number, wanted[0] / moments_of(nodes, number)[0]);
    }
}

/** The smallest part of a beam that makes the flux right: |x - y + part y| = part with x = F/E wanted, y = F/E there. */
void complete(const Nodes& nodes, const Moments& host, const double* number, Beam& beam) {
    const Eigen::Vector4d there = moments_of(nodes, number);
    Vector x(host.flux[0], host.flux[1], host.flux[2]); // of density 1
    x /= std::max(1.0, x.norm());
    const Vector y(there[1] / there[0], there[2] / there[0], there[3] / there[0]);
    const Vector missing = x - y;
    if (missing.norm() <= 4e-15) {
        return;
    }
    const double s = y.dot(missing);
    const double free = std::max(1.0 - y.squaredNorm(), 1e-30);
    beam.part = std::min(1.0, (s + std::sqrt(s * s + free * missing.squaredNorm())) / free);
    const Vector along = (missing + beam.part * y) / beam.part;
    for (int a = 0; a < 3; ++a) {
        beam.along[a] = along[a] / std::max(1.0, along.norm());
    }
}

double squared(const double (&v)[3]) {
    return v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
}

} // namespace

void fit_moments(const Nodes& nodes, const Moments& one, double* number) noexcept {
    scale(nodes, number, 1.0 / moments_of(nodes, number)[0]);
    correct(nodes, {1.0, one.flux[0], one.flux[1], one.flux[2]}, number);
    scale(nodes, number, 1.0 / moments_of(nodes, number)[0]);
}

bool reconstruct(const MomentsDescription& description, Closure closure, const Nodes& nodes, const Moments& host,
                 const Moments& fluid, double occupation, double* number, Beam& beam) noexcept {
    beam = Beam{};
    if (!(host.density > 0.0)) {
        std::fill(number, number + nodes.count, 0.0);
        return true;
    }
    // For one neutrino, whatever their number: no product underflows.
    const Moments one{1.0, {host.flux[0] / host.density, host.flux[1] / host.density, host.flux[2] / host.density}};
    const bool found = shape(description, closure, nodes, fluid, occupation, number);
    const Vector seen(fluid.flux[0], fluid.flux[1], fluid.flux[2]);
    if (seen.norm() < nodes.reach * fluid.density) {
        fit_moments(nodes, one, number);
    } else {
        scale(nodes, number, 1.0 / moments_of(nodes, number)[0]);
    }
    complete(nodes, one, number, beam);
    scale(nodes, number, host.density);
    return found;
}

Moments boost_energy(const Moments& moments, const double (&v)[3]) noexcept {
    const double v2 = squared(v);
    if (!(v2 > 0.0) || !(moments.density > 0.0)) {
        return moments;
    }
    const double gamma = 1.0 / std::sqrt(1.0 - v2);
    const Vector F(moments.flux[0], moments.flux[1], moments.flux[2]);
    const Vector V(v[0], v[1], v[2]);
    const double f = std::min(F.norm() / moments.density, 1.0);
    const double chi = phase_space::levermore_eddington_factor(f);
    const Vector n = F.norm() > 0.0 ? Vector(F / F.norm()) : Vector::Zero();
    // P = E ((1 - chi)/2 1 + (3 chi - 1)/2 n n); row 0 of the boosted tensor, then its boosted components.
    const Vector Pv = moments.density * (0.5 * (1.0 - chi) * V + 0.5 * (3.0 * chi - 1.0) * n.dot(V) * n);
    const double a0 = gamma * (moments.density - V.dot(F));
    const Vector a = gamma * (F - Pv);
    const Vector H = a + ((gamma - 1.0) / v2 * V.dot(a) - gamma * a0) * V;
    return {gamma * (a0 - V.dot(a)), {H[0], H[1], H[2]}};
}

Moments boost_number(const Moments& moments, const double (&v)[3]) noexcept {
    const double v2 = squared(v);
    if (!(v2 > 0.0)) {
        return moments;
    }
    const double gamma = 1.0 / std::sqrt(1.0 - v2);
    const Vector F(moments.flux[0], moments.flux[1], moments.flux[2]);
    const Vector V(v[0], v[1], v[2]);
    const Vector H = F + ((gamma - 1.0) / v2 * V.dot(F) - gamma * moments.density) * V;
    return {gamma * (moments.density - V.dot(F)), {H[0], H[1], H[2]}};
}

} // namespace miscid::adapters
