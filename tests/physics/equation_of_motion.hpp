// dP/dt = H x P of a homogeneous gas by brute force, with nothing taken from the library (theory.md section 1).
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <boost/numeric/odeint.hpp>

#include <functional>
#include <vector>

namespace dynamics {

using Vector = Eigen::Vector3d;

struct Mode {
    Vector v;
    double signed_omega;    ///< s omega
    double signed_strength; ///< mu w s
};

struct Gas {
    std::vector<Mode> modes;
    Vector B;
    Vector matter_velocity = Vector::Zero();
    std::function<double(double)> lambda;

    /** State: P of every mode, x y z. */
    void operator()(const std::vector<double>& state, std::vector<double>& change, double t) const {
        Vector D0 = Vector::Zero();
        Eigen::Matrix3d D1 = Eigen::Matrix3d::Zero();
        for (std::size_t i = 0; i < modes.size(); ++i) {
            const Vector P(&state[3 * i]);
            D0 += modes[i].signed_strength * P;
            D1 += modes[i].signed_strength * P * modes[i].v.transpose();
        }
        for (std::size_t i = 0; i < modes.size(); ++i) {
            const Vector H = modes[i].signed_omega * B +
                             lambda(t) * (1 - matter_velocity.dot(modes[i].v)) * Vector::UnitZ() + D0 - D1 * modes[i].v;
            Eigen::Map<Vector> out(&change[3 * i]);
            out = H.cross(Vector(&state[3 * i]));
        }
    }
};

/** Integrates to `end` with a relative and absolute error of 1e-9 per step. */
inline void integrate(const Gas& gas, std::vector<double>& state, double end) {
    using namespace boost::numeric::odeint;
    integrate_adaptive(make_controlled<runge_kutta_fehlberg78<std::vector<double>>>(1e-9, 1e-9), gas, state, 0.0, end,
                       1e-3);
}

} // namespace dynamics
