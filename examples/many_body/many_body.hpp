/** @file many_body.hpp
 *  Neutrinos as quantum spins (Johns, many-body correlations, Eq. 1) beside their mean field (Eq. 5):
 *
 *      H = sum_p omega_p B.J_p + (kappa/N) sum_{p,q} (1 - v_p.v_q) J_p.J_q,     kappa = sqrt2 G_F N/V
 *
 *  The sum runs over ordered pairs, and <J> = P/2: then the mean field of H is H_p = omega_p B + (kappa/N) sum_q (1 -
 *  v_p.v_q) P_q, that of the kinetic equation with w = 1/V.
 */
#pragma once

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <vector>

namespace many_body {

using Vector = Eigen::Vector3d;
using Complex = std::complex<double>;

struct Neutrinos {
    std::vector<double> omega;
    std::vector<Vector> direction;
    std::vector<Vector> start; ///< unit polarization of each at t = 0
    Vector B = Vector::UnitZ();
    double kappa = 1.0;

    std::size_t size() const { return omega.size(); }
    double coupling(std::size_t p, std::size_t q) const {
        return p == q ? 0.0 : kappa / static_cast<double>(size()) * (1.0 - direction[p].dot(direction[q]));
    }
};

/** Two beams against each other, nu_e one way and nu_x the other, frequencies +-delta/2; the vacuum term is tilted by
 *  twice the mixing angle. Without mixing the flavor state is an unstable fixed point of the mean field for 0 < delta
 *  < 4 kappa, with growth rate kappa at delta = 2 kappa. */
inline Neutrinos two_beams(std::size_t count, double delta, double mixing_angle) {
    Neutrinos gas;
    gas.B = Vector(std::sin(2.0 * mixing_angle), 0.0, std::cos(2.0 * mixing_angle));
    for (std::size_t p = 0; p < count; ++p) {
        const double sign = p < count / 2 ? 1.0 : -1.0;
        gas.omega.push_back(0.5 * sign * delta);
        gas.direction.push_back(sign * Vector::UnitZ());
        gas.start.push_back(sign * Vector::UnitZ());
    }
    return gas;
}

/** Exact wave function of up to about 12 neutrinos, 2^N amplitudes; bit p of the index is 1 where neutrino p is nu_x.
 *  */
class Exact {
public:
    explicit Exact(const Neutrinos& gas) : gas_(gas), psi_(std::size_t(1) << gas.size(), 0.0) {
        for (std::size_t state = 0; state < psi_.size(); ++state) { // a product state
            Complex amplitude = 1.0;
            for (std::size_t p = 0; p < gas.size(); ++p) {
                const Vector& P = gas.start[p];
                const double half = 0.5 * std::atan2(std::hypot(P.x(), P.y()), P.z());
                const double phase = std::atan2(P.y(), P.x());
                amplitude *= (state >> p & 1) != 0 ? std::polar(std::sin(half), phase) : Complex(std::cos(half));
            }
            psi_[state] = amplitude;
        }
    }

    /** Fourth-order Taylor series of exp(-i H dt). */
    void step(double dt) {
        std::vector<Complex> term = psi_;
        for (int order = 1; order <= 4; ++order) {
            term = apply(term);
            const Complex factor = Complex(0.0, -dt) / static_cast<double>(order);
            for (std::size_t i = 0; i < psi_.size(); ++i) {
                term[i] *= factor;
                psi_[i] += term[i];
            }
        }
    }

    Vector polarization(std::size_t p) const {
        const std::size_t bit = std::size_t(1) << p;
        Vector P = Vector::Zero();
        for (std::size_t i = 0; i < psi_.size(); ++i) {
            if ((i & bit) == 0) {
                const Complex coherence = std::conj(psi_[i]) * psi_[i | bit];
                P += Vector(2.0 * coherence.real(), 2.0 * coherence.imag(),
                            std::norm(psi_[i]) - std::norm(psi_[i | bit]));
            }
        }
        return P;
    }
    double energy() const {
        const auto Hpsi = apply(psi_);
        Complex sum = 0.0;
        for (std::size_t i = 0; i < psi_.size(); ++i) {
            sum += std::conj(psi_[i]) * Hpsi[i];
        }
        return sum.real();
    }
    double norm() const {
        double sum = 0.0;
        for (const Complex& c : psi_) {
            sum += std::norm(c);
        }
        return sum;
    }

private:
    std::vector<Complex> apply(const std::vector<Complex>& psi) const {
        std::vector<Complex> result(psi.size(), 0.0);
        for (std::size_t p = 0; p < gas_.size(); ++p) {
            const std::size_t bit = std::size_t(1) << p;
            const Vector h = 0.5 * gas_.omega[p] * gas_.B; // omega B.sigma/2
            for (std::size_t i = 0; i < psi.size(); ++i) {
                result[i] += ((i & bit) == 0 ? h.z() : -h.z()) * psi[i];
                result[i] += Complex(h.x(), (i & bit) == 0 ? -h.y() : h.y()) * psi[i ^ bit];
            }
            for (std::size_t q = p + 1; q < gas_.size(); ++q) {
                // both orders of the pair; J_p.J_q = (exchange of p and q)/2 - 1/4
                const double g = 2.0 * gas_.coupling(p, q);
                const std::size_t other = std::size_t(1) << q;
                for (std::size_t i = 0; g != 0.0 && i < psi.size(); ++i) {
                    const bool differ = ((i & bit) == 0) != ((i & other) == 0);
                    result[i] += g * (0.5 * psi[differ ? i ^ bit ^ other : i] - 0.25 * psi[i]);
                }
            }
        }
        return result;
    }

    const Neutrinos& gas_;
    std::vector<Complex> psi_;
};

/** The same neutrinos without correlations: dP/dt = H x P. */
class MeanField {
public:
    explicit MeanField(const Neutrinos& gas) : gas_(gas), P_(gas.start) {}

    void step(double dt) {
        const auto k1 = change(P_);
        const auto k2 = change(moved(k1, 0.5 * dt));
        const auto k3 = change(moved(k2, 0.5 * dt));
        const auto k4 = change(moved(k3, dt));
        for (std::size_t p = 0; p < P_.size(); ++p) {
            P_[p] += dt / 6.0 * (k1[p] + 2.0 * k2[p] + 2.0 * k3[p] + k4[p]);
        }
    }
    const Vector& polarization(std::size_t p) const { return P_[p]; }
    Vector field(std::size_t p) const { return field(P_, p); }

private:
    Vector field(const std::vector<Vector>& P, std::size_t p) const {
        Vector H = gas_.omega[p] * gas_.B;
        for (std::size_t q = 0; q < P.size(); ++q) {
            H += gas_.coupling(p, q) * P[q];
        }
        return H;
    }
    std::vector<Vector> change(const std::vector<Vector>& P) const {
        std::vector<Vector> result;
        for (std::size_t p = 0; p < P.size(); ++p) {
            result.push_back(field(P, p).cross(P[p]));
        }
        return result;
    }
    std::vector<Vector> moved(const std::vector<Vector>& k, double dt) const {
        std::vector<Vector> result = P_;
        for (std::size_t p = 0; p < P_.size(); ++p) {
            result[p] += dt * k[p];
        }
        return result;
    }

    const Neutrinos& gas_;
    std::vector<Vector> P_;
};

/** The two beams without mixing for any N: each beam is one large spin N/4, the state a sum over k exchanged pairs,
 *  and H tridiagonal. */
class TwoLargeSpins {
public:
    TwoLargeSpins(int count, double delta, double kappa = 1.0) : j_(0.25 * count) {
        const int states = count / 2 + 1;
        double lowest = 0.0;
        double highest = 0.0;
        for (int k = 0; k < states; ++k) {
            const double m = j_ - k;
            diagonal_.push_back(delta * m - 4.0 * kappa / count * m * m);
            off_.push_back(2.0 * kappa / count * (k + 1.0) * (2.0 * j_ - k)); // the last one is 0
            lowest = std::min(lowest, diagonal_.back() - 2.0 * off_.back());
            highest = std::max(highest, diagonal_.back() + 2.0 * off_.back());
        }
        for (double& energy : diagonal_) { // a common phase
            energy -= 0.5 * (lowest + highest);
        }
        largest_step_ = 2.0 / (highest - lowest);
        psi_.assign(static_cast<std::size_t>(states), 0.0);
        psi_[0] = 1.0;
    }

    /** Twelfth-order Taylor series of exp(-i H t) in steps of 1/|H|. */
    void advance(double t) {
        const int steps = std::max(1, static_cast<int>(std::ceil(std::abs(t) / largest_step_)));
        for (int i = 0; i < steps; ++i) {
            std::vector<Complex> term = psi_;
            for (int order = 1; order <= 12; ++order) {
                term = apply(term, Complex(0.0, -t / steps / order));
                for (std::size_t k = 0; k < psi_.size(); ++k) {
                    psi_[k] += term[k];
                }
            }
        }
    }
    /** P_z of the first beam, which starts at 1. */
    double polarization() const {
        double m = 0.0;
        for (std::size_t k = 0; k < psi_.size(); ++k) {
            m += (j_ - static_cast<double>(k)) * std::norm(psi_[k]);
        }
        return m / j_;
    }
    double polarization_at(double t) const {
        TwoLargeSpins later = *this;
        later.advance(t);
        return later.polarization();
    }
    /** First time at which P_z has fallen to a value, infinite if it has not by the time `latest`. */
    double time_of(double value, double latest = 30.0) const {
        constexpr double step = 0.1;
        TwoLargeSpins now = *this;
        double time = 0.0;
        while (now.polarization_at(step) > value) {
            now.advance(step);
            time += step;
            if (time > latest) {
                return std::numeric_limits<double>::infinity();
            }
        }
        double low = 0.0;
        double high = step;
        for (int i = 0; i < 20; ++i) {
            const double middle = 0.5 * (low + high);
            (now.polarization_at(middle) > value ? low : high) = middle;
        }
        return time + 0.5 * (low + high);
    }

private:
    std::vector<Complex> apply(const std::vector<Complex>& psi, Complex factor) const {
        std::vector<Complex> result(psi.size());
        for (std::size_t k = 0; k < psi.size(); ++k) {
            Complex sum = diagonal_[k] * psi[k];
            if (k > 0) {
                sum += off_[k - 1] * psi[k - 1];
            }
            if (k + 1 < psi.size()) {
                sum += off_[k] * psi[k + 1];
            }
            result[k] = factor * sum;
        }
        return result;
    }

    double j_;
    double largest_step_;
    std::vector<double> diagonal_, off_;
    std::vector<Complex> psi_;
};

/** Slope and intercept of a straight line through points, with the error of the slope from their scatter. */
struct Line {
    double slope = 0.0;
    double intercept = 0.0;
    double slope_error = 0.0;
};
inline Line fit_line(const std::vector<double>& x, const std::vector<double>& y) {
    const double n = static_cast<double>(x.size());
    double mean_x = 0.0, mean_y = 0.0, xx = 0.0, xy = 0.0, rest = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        mean_x += x[i] / n;
        mean_y += y[i] / n;
    }
    for (std::size_t i = 0; i < x.size(); ++i) {
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
    Line line{xy / xx, mean_y - xy / xx * mean_x, 0.0};
    for (std::size_t i = 0; i < x.size(); ++i) {
        rest += std::pow(y[i] - line.slope * x[i] - line.intercept, 2);
    }
    line.slope_error = std::sqrt(rest / (n - 2.0) / xx);
    return line;
}

/** d(onset)/d(log N) for N to infinity, from onset times at doubling N: slopes from one N to the next have
 *  corrections that fall as 1/N, which a straight line takes away. */
struct Slope {
    double value = 0.0;
    double error = 0.0;
};
inline Slope onset_slope(const std::vector<double>& number, const std::vector<double>& onset) {
    std::vector<double> inverse, slope;
    double mean_square = 0.0;
    for (std::size_t i = 1; i < number.size(); ++i) {
        inverse.push_back(1.0 / number[i]);
        slope.push_back((onset[i] - onset[i - 1]) / std::log(number[i] / number[i - 1]));
        mean_square += inverse.back() * inverse.back() / static_cast<double>(number.size() - 1);
    }
    const Line line = fit_line(inverse, slope);
    return {line.intercept, line.slope_error * std::sqrt(mean_square)};
}

} // namespace many_body
