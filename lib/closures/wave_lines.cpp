#include "closures/wave_lines.hpp"

#include "waves/wave_fan.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::closures {

void WaveLines::reserve(int modes) {
    axial_.reserve(modes);
    breaking_.reserve(modes);
    kernel_.reserve(modes);
    axial_finder_.reserve(modes);
    breaking_finder_.reserve(modes);
    finder_.reserve(modes);
    scratch_.assign(static_cast<std::size_t>(modes) + 1, 0.0);
    stride_ = modes;
    cosines_.assign(static_cast<std::size_t>(modes) * most_lines, 0.0);
}

void WaveLines::set_axisymmetric(int modes, const double* v, bool axial_breaking) {
    axisymmetric_ = true;
    modes_ = modes;
    v_ = v;
    lines_ = axial_breaking ? 2 : 1;
    for (int line = 0; line < lines_; ++line) {
        std::copy(v, v + modes, cosines_.begin() + line * stride_);
    }
}

void WaveLines::set_directions(int modes, const double* const* direction, const Eigen::Vector3d& axis) {
    axisymmetric_ = false;
    modes_ = modes;
    for (int a = 0; a < 3; ++a) {
        direction_[a] = direction[a];
    }
    const auto fan = waves::wave_fan(axis);
    static_assert(waves::fan_size == most_lines);
    std::copy(fan.begin(), fan.end(), n_);
    lines_ = most_lines;
    for (int line = 0; line < lines_; ++line) {
        for (int i = 0; i < modes; ++i) {
            cosines_[static_cast<std::size_t>(line * stride_ + i)] =
                n_[line].dot(Eigen::Vector3d(direction_[0][i], direction_[1][i], direction_[2][i]));
        }
    }
}

void WaveLines::set_background(const double* e, const double* damping) {
    e_ = e;
    damping_ = damping;
    if (axisymmetric_) {
        const waves::AxisymmetricBackground background{modes_, v_, e, damping};
        axial_.set_background(background);
        if (lines_ > 1) {
            breaking_.set_background(background);
        }
    } else {
        kernel_.set_background({modes_, {direction_[0], direction_[1], direction_[2]}, e, damping, nullptr});
    }
}

double WaveLines::floor_slope(int line, double kappa) {
    if (axisymmetric_) {
        return waves::growth_floor(waves::AxisymmetricBackground{modes_, v_, e_, damping_}, 1.0, scratch_.data(),
                                   kappa);
    }
    return waves::growth_floor(
        waves::AlignedBackground{modes_, {direction_[0], direction_[1], direction_[2]}, e_, damping_, nullptr},
        n_[line], scratch_.data(), kappa);
}

double WaveLines::flux(int line) const {
    double sum = 0.0;
    for (int i = 0; i < modes_; ++i) {
        sum += e_[i] * cosines_[static_cast<std::size_t>(line * stride_ + i)];
    }
    return sum;
}

void WaveLines::range(int line, double total, bool beams, double& low, double& high) const {
    const double reach = 2.0 * total;
    low = -reach;
    high = reach;
    if (!axisymmetric_ || beams || damping_) {
        return;
    }
    constexpr int most_crossings = 16;
    int crossings = 0;
    double least = 0.0;
    double most = 0.0;
    const auto include = [&](double k) {
        if (std::abs(k) < 2.0 * reach) {
            least = std::min(least, k);
            most = std::max(most, k);
        }
    };
    for (int i = 0; i + 1 < modes_ && crossings < most_crossings; ++i) {
        if (!(e_[i] * e_[i + 1] < 0.0)) {
            continue;
        }
        ++crossings;
        const double u = v_[i] - e_[i] * (v_[i + 1] - v_[i]) / (e_[i + 1] - e_[i]);
        double P[3] = {};
        for (int j = 0; j < modes_; ++j) {
            const double part = u != v_[j] ? e_[j] / (u - v_[j]) : 0.0;
            P[0] += part;
            P[1] += part * v_[j];
            P[2] += part * v_[j] * v_[j];
        }
        if (line == 1) {
            include(0.5 * (P[0] - P[2]));
            continue;
        }
        // k'^2 + b k' + c = 0
        const double b = P[0] - P[2];
        const double c = P[1] * P[1] - P[0] * P[2];
        const double discriminant = 0.25 * b * b - c;
        if (discriminant >= 0.0) {
            include(-0.5 * b - std::sqrt(discriminant));
            include(-0.5 * b + std::sqrt(discriminant));
        }
    }
    if (crossings == 0 || crossings == most_crossings) {
        return;
    }
    const double margin = 0.02 * (most - least);
    low = std::min(least - margin, -0.3 * total);
    high = std::max(most + margin, 0.3 * total);
}

waves::RootSet WaveLines::unstable(int line, double k, double floor) {
    if (!axisymmetric_) {
        kernel_.set_wave_vector(k * n_[line]);
        return finder_.unstable(kernel_, floor);
    }
    if (line == 0) {
        axial_.set_wave_vector(k);
        return axial_finder_.unstable(axial_, floor);
    }
    breaking_.set_wave_vector(k);
    return breaking_finder_.unstable(breaking_, floor);
}

namespace {

/** Newton's iteration on log det from a root of nearly the same kernel; RootFinder::polish is the one for unknown ground. The
 * last step is far below the precision the viscosity needs, and a start without a root near it is given up soon. */
template <typename Kernel>
bool follow_root(const Kernel& kernel, Complex& omega) {
    constexpr int most_steps = 12;
    constexpr double close = 1e-8; // of sum |e|; convergence is quadratic
    const double scale = kernel.coupling();
    Complex z = omega;
    for (int i = 0; i < most_steps; ++i) {
        typename Kernel::Matrix m;
        typename Kernel::Matrix derivative;
        kernel.evaluate(z, m, derivative);
        waves::Determinant determinant;
        Complex slope; // of log det
        waves::determinant_and_slope<Kernel::rank>(m, derivative, determinant, slope);
        const double squared = slope.real() * slope.real() + slope.imag() * slope.imag();
        if (!std::isfinite(squared) || squared == 0.0) {
            return false;
        }
        double re = -slope.real() / squared;
        double im = slope.imag() / squared;
        const double length = std::sqrt(re * re + im * im);
        if (length > 0.5 * scale) {
            re *= 0.5 * scale / length;
            im *= 0.5 * scale / length;
        }
        z = Complex(z.real() + re, z.imag() + im);
        if (length < close * scale) {
            omega = z;
            return true;
        }
    }
    return false;
}

} // namespace

bool WaveLines::polish(int line, double k, Complex& omega) {
    if (!axisymmetric_) {
        kernel_.set_wave_vector(k * n_[line]);
        return follow_root(kernel_, omega);
    }
    if (line == 0) {
        axial_.set_wave_vector(k);
        return follow_root(axial_, omega);
    }
    breaking_.set_wave_vector(k);
    return follow_root(breaking_, omega);
}

namespace {

Complex response_between(const waves::AxisymmetricKernel::Vector& null, double v) {
    return null[0] - v * null[1];
}
Complex response_between(const waves::AxialBreakingKernel::Vector& null, double v) {
    return std::sqrt(std::max(0.0, 0.5 * (1.0 - v * v))) * null[0];
}
Complex response_between(const waves::AlignedKernel::Vector&, double) {
    return 0.0; // a three-dimensional grid is never refined
}

} // namespace

template <typename Kernel>
bool WaveLines::fill(const Kernel& kernel, const waves::RootFinder<Kernel>& finder, int line, Complex omega, double k,
                     double broadening, int between, const double* v, const double* damping_between, WaveShape& shape) {
    const auto null = finder.null_vector(kernel, omega);
    const waves::Poles poles = kernel.poles();
    // Real arithmetic by hand: products of std::complex test for NaN.
    double weighted = 0.0;
    double total = 0.0;
    double norm_re = 0.0, norm_im = 0.0, moved_re = 0.0, moved_im = 0.0, tilted_re = 0.0, tilted_im = 0.0;
    for (int i = 0; i < modes_; ++i) {
        const Complex phi = kernel.response(null, i);
        const double a = omega.real() - poles.frequency[i];
        const double b = omega.imag() + poles.damping[i];
        const double inverse = 1.0 / (a * a + b * b);
        const double re = (phi.real() * a + phi.imag() * b) * inverse; // phi/x
        const double im = (phi.imag() * a - phi.real() * b) * inverse;
        const double squared_re = e_[i] * (re * re - im * im);
        const double squared_im = e_[i] * (2.0 * re * im);
        const double mu = cosines_[static_cast<std::size_t>(line * stride_ + i)];
        norm_re += squared_re;
        norm_im += squared_im;
        moved_re += squared_re * mu;
        moved_im += squared_im * mu;
        tilted_re += e_[i] * re;
        tilted_im += e_[i] * im;
        const double wide = b + broadening;
        const double R = (phi.real() * phi.real() + phi.imag() * phi.imag()) / (a * a + wide * wide);
        shape.R[i] = R;
        weighted += std::abs(e_[i]) * R;
        total += std::abs(e_[i]);
    }
    const Complex norm(norm_re, norm_im);
    if (!(weighted > 0.0) || !std::isfinite(weighted) || !(std::norm(norm) > 0.0) || !std::isfinite(std::norm(norm))) {
        return false;
    }
    const double scale = total / weighted;
    // delta Omega' = v_g delta k' + sum delta e phi^2/x / norm, and a wave of fixed k has delta k' = - delta D_1.
    const Complex velocity = Complex(moved_re, moved_im) / norm;
    const Complex per_norm = 1.0 / norm;
    shape.velocity = velocity.real();
    // S_i = e_i phi_i A/x_i with A = sum (phi/x) S / sum e phi^2/x^2: the kernel is complex symmetric.
    shape.seed_gain = std::norm(Complex(tilted_re, tilted_im) * per_norm) / scale;
    for (int i = 0; i < modes_; ++i) {
        shape.R[i] *= scale;
    }
    if (shape.growth_of_e) {
        for (int i = 0; i < modes_; ++i) {
            const Complex phi = kernel.response(null, i);
            const double a = omega.real() - poles.frequency[i];
            const double b = omega.imag() + poles.damping[i];
            const double inverse = 1.0 / (a * a + b * b);
            const double square_re = phi.real() * phi.real() - phi.imag() * phi.imag();
            const double square_im = 2.0 * phi.real() * phi.imag();
            const double re = (square_re * a + square_im * b) * inverse; // phi^2/x
            const double im = (square_im * a - square_re * b) * inverse;
            shape.growth_of_e[i] = re * per_norm.imag() + im * per_norm.real() -
                                   velocity.imag() * cosines_[static_cast<std::size_t>(line * stride_ + i)];
        }
    }
    for (int i = 0; i < between; ++i) {
        const Complex phi = response_between(null, v[i]);
        const double a = omega.real() - k * v[i];
        const double b = omega.imag() + broadening + (damping_between ? damping_between[i] : 0.0);
        shape.R_between[i] = scale * (phi.real() * phi.real() + phi.imag() * phi.imag()) / (a * a + b * b);
    }
    return true;
}

bool WaveLines::shape(int line, double k, Complex omega, double broadening, int between, const double* v,
                      const double* damping_between, WaveShape& shape) {
    if (!axisymmetric_) {
        kernel_.set_wave_vector(k * n_[line]);
        return fill(kernel_, finder_, line, omega, k, broadening, 0, nullptr, nullptr, shape);
    }
    if (line == 0) {
        axial_.set_wave_vector(k);
        return fill(axial_, axial_finder_, line, omega, k, broadening, between, v, damping_between, shape);
    }
    breaking_.set_wave_vector(k);
    return fill(breaking_, breaking_finder_, line, omega, k, broadening, between, v, damping_between, shape);
}

} // namespace miscid::closures
