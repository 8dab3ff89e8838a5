// d rho/dt = -i [H, rho] of a homogeneous three-flavor gas by brute force, with nothing taken from the library
// (theory.md section 1).
#pragma once

#include "naive_three_flavor.hpp"

#include <boost/numeric/odeint.hpp>

#include <functional>

namespace motion {

using Matrix = naive3::MatrixOf<double>;
using State = std::vector<Matrix>; ///< w s rho of every mode

/** From `before` to `after` as x goes from 0 to 1, with no speed at either end. */
inline double ramp(double before, double after, double x) {
    x = std::min(x, 1.0);
    return before + (after - before) * x * x * (3 - 2 * x);
}

struct Gas {
    naive3::SystemOf<double> s;
    std::function<double(double)> mu, lambda; ///< of time; the system's own where empty

    void operator()(const std::vector<double>& state, std::vector<double>& change, double t) {
        if (mu)
            s.mu = mu(t);
        if (lambda)
            s.lambda = lambda(t);
        const auto* rho = reinterpret_cast<const std::complex<double>*>(state.data());
        auto* out = reinterpret_cast<std::complex<double>*>(change.data());
        naive3::MomentsOf<double> D;
        D.fill(Matrix::Zero());
        for (std::size_t n = 0; n < s.modes.size(); ++n)
            for (int m = 0; m < 4; ++m)
                D[static_cast<std::size_t>(m)] += s.along(s.modes[n], m) * Eigen::Map<const Matrix>(rho + 9 * n);
        for (std::size_t n = 0; n < s.modes.size(); ++n) {
            const Matrix H = s.hamiltonian(s.modes[n], D), r = Eigen::Map<const Matrix>(rho + 9 * n);
            Eigen::Map<Matrix> d(out + 9 * n);
            d = std::complex<double>(0, -1) * (H * r - r * H);
        }
    }
};

/** Integrates to `end` with a relative and absolute error of 1e-9 per step. */
inline void integrate(Gas& gas, State& rho, double end) {
    using namespace boost::numeric::odeint;
    std::vector<double> numbers(18 * rho.size());
    auto* entries = reinterpret_cast<std::complex<double>*>(numbers.data());
    for (std::size_t n = 0; n < rho.size(); ++n)
        Eigen::Map<Matrix>(entries + 9 * n) = rho[n];
    integrate_adaptive(make_controlled<runge_kutta_fehlberg78<std::vector<double>>>(1e-9, 1e-9), std::ref(gas), numbers,
                       0.0, end, 1e-3);
    for (std::size_t n = 0; n < rho.size(); ++n)
        rho[n] = Eigen::Map<const Matrix>(entries + 9 * n);
}

} // namespace motion
