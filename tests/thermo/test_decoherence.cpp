// Kinematic decoherence (Johns Eqs. S1-S9, theory.md section 7 row 13).
#include "thermo/decoherence.hpp"

#include "catch.hpp"

#include <cmath>

namespace {

using namespace miscid;

double survival(const flavor::FlavorVectorFor<3>& P) {
    return (flavor::traceless_matrix_of_vector(P)(0, 0).real() + 1.0 / 3.0);
}

} // namespace

TEST_CASE("two flavors: P_ee = 1 - sin^2(2 theta)/2") {
    for (const double theta : {0.1, 0.4, 0.7}) {
        const auto P = thermo::decohered(flavor::FlavorVector(0, 0, 1), medium::vacuum_direction(theta));
        CHECK(std::abs(0.5 * (1 + P.z()) - (1 - 0.5 * std::pow(std::sin(2 * theta), 2))) < 1e-15);
    }
}

TEST_CASE("three flavors: P_ee = sum |U_ei|^4 = 0.54998 for sin^2 theta_12 = 0.307, sin^2 theta_13 = 0.022") {
    for (const double cp_phase : {0.0, 1.2, 3.4}) {
        const auto U = flavor::mixing_matrix(std::asin(std::sqrt(0.307)), std::asin(std::sqrt(0.022)), 0.8, cp_phase);
        const auto H = flavor::vacuum_vector(U, 7.5e-5, 2.5e-3);
        flavor::FlavorMatrix electron = flavor::FlavorMatrix::Zero();
        electron(0, 0) = 1.0;
        const double P_ee = survival(thermo::decohered(flavor::vector_of_matrix(electron), H));
        CHECK(std::abs(P_ee - 0.54998) < 5e-6);
        double expected = 0.0;
        for (int i = 0; i < 3; ++i)
            expected += std::pow(std::norm(U(0, i)), 2);
        CHECK(std::abs(P_ee - expected) < 1e-14);
    }
}

TEST_CASE("the N_f multipliers of Eq. S6 give back the occupations of the mass states") {
    const Eigen::Vector3d r(0.2, 0.5, 0.31), E(-1.0, 0.1, 1.4);
    const auto multipliers = thermo::decoherence_multipliers<3>(r, E);
    for (int k = 0; k < 3; ++k) {
        const double exponent = multipliers[1] * E[k] + multipliers[2] * E[k] * E[k] - multipliers[0];
        CHECK(std::abs(1 / (std::exp(exponent) + 1) - r[k]) < 1e-14);
    }
}

TEST_CASE("decoherence raises the entropy and keeps Tr(H rho)") {
    const flavor::FlavorVector P(0.3, -0.2, 0.4), H(0.5, 0.0, 1.0);
    const auto after = thermo::decohered(P, H);
    CHECK(std::abs(after.dot(H) - P.dot(H)) < 1e-15);
    CHECK(thermo::mode_entropy<2>(0.9, after, thermo::Statistics::fermionic) >
          thermo::mode_entropy<2>(0.9, P, thermo::Statistics::fermionic));
    // In three flavors what is lost is coherence between eigenstates, not a component along a vector.
    flavor::FlavorVectorFor<3> P3, H3;
    P3 << 0.1, 0.2, 0.05, -0.1, 0.07, 0.02, -0.06, 0.1;
    H3 << 0.5, 1.0, 0.3, 0.1, -0.2, 0.4, 0.2, 0.0;
    const auto after3 = thermo::decohered(P3, H3);
    CHECK(std::abs(after3.dot(H3) - P3.dot(H3)) < 1e-15);
    CHECK(flavor::cross(H3, after3).norm() < 1e-15);
    CHECK(thermo::mode_entropy<3>(1.0, after3, thermo::Statistics::fermionic) >
          thermo::mode_entropy<3>(1.0, P3, thermo::Statistics::fermionic));
}
