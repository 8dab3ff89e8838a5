/** @file small_matrix.hpp
 *  LU factors of the small complex matrices of dispersion theory: determinant, solutions, trace of A^{-1} B.
 *
 *  Real and imaginary parts stand apart, so that the compilers make vectors of the rows; std::complex products would
 *  test every result for NaN.
 */
#pragma once

#include <Eigen/Core>

#include <cmath>
#include <complex>
#include <utility>

namespace miscid::waves {

using Complex = std::complex<double>;

/** A determinant as mantissa times exp(exponent): no overflow for any rank. */
struct Determinant {
    Complex mantissa{1.0, 0.0};
    double exponent = 0.0;

    double log_magnitude() const { return exponent + 0.5 * std::log(std::norm(mantissa)); }
};

template <int R>
class SmallLU {
public:
    using Matrix = Eigen::Matrix<Complex, R, R>;
    using Vector = Eigen::Matrix<Complex, R, 1>;

    explicit SmallLU(const Matrix& a) {
        double largest = 0.0;
        for (int i = 0; i < R; ++i) {
            order_[i] = i;
            for (int j = 0; j < R; ++j) {
                re_[i][j] = a(i, j).real();
                im_[i][j] = a(i, j).imag();
                largest = std::fmax(largest, std::abs(re_[i][j]) + std::abs(im_[i][j]));
            }
        }
        // A pivot of zero is replaced by one of rounding size: that is what makes inverse iteration work at a root.
        const double smallest = 1e-17 * (largest > 0.0 ? largest : 1.0);
        for (int k = 0; k < R; ++k) {
            eliminate(k, smallest);
        }
    }

    Determinant determinant() const {
        Determinant d;
        double re = odd_ ? -1.0 : 1.0;
        double im = 0.0;
        for (int k = 0; k < R; ++k) {
            const double r = re * re_[k][k] - im * im_[k][k];
            im = re * im_[k][k] + im * re_[k][k];
            re = r;
            const double size = std::abs(re) + std::abs(im);
            if (!(size < 1e100 && size > 1e-100)) {
                d.exponent += std::log(size);
                re /= size;
                im /= size;
            }
        }
        d.mantissa = {re, im};
        return d;
    }

    /** x of A x = b. */
    Vector solve(const Vector& b) const {
        double xr[R];
        double xi[R];
        for (int i = 0; i < R; ++i) {
            xr[i] = b[order_[i]].real();
            xi[i] = b[order_[i]].imag();
            for (int j = 0; j < i; ++j) {
                xr[i] -= re_[i][j] * xr[j] - im_[i][j] * xi[j];
                xi[i] -= re_[i][j] * xi[j] + im_[i][j] * xr[j];
            }
        }
        for (int i = R - 1; i >= 0; --i) {
            for (int j = i + 1; j < R; ++j) {
                xr[i] -= re_[i][j] * xr[j] - im_[i][j] * xi[j];
                xi[i] -= re_[i][j] * xi[j] + im_[i][j] * xr[j];
            }
            const double r = xr[i] * inverse_re_[i] - xi[i] * inverse_im_[i];
            xi[i] = xr[i] * inverse_im_[i] + xi[i] * inverse_re_[i];
            xr[i] = r;
        }
        Vector x;
        for (int i = 0; i < R; ++i) {
            x[i] = {xr[i], xi[i]};
        }
        return x;
    }

    /** tr(A^{-1} B) */
    Complex trace_of_quotient(const Matrix& b) const {
        // Forward substitution of all columns at once, then the diagonal of the back substitution.
        double xr[R][R];
        double xi[R][R];
        for (int i = 0; i < R; ++i) {
            for (int j = 0; j < R; ++j) {
                xr[i][j] = b(order_[i], j).real();
                xi[i][j] = b(order_[i], j).imag();
            }
            for (int k = 0; k < i; ++k) {
                subtract_multiple(xr[i], xi[i], xr[k], xi[k], re_[i][k], im_[i][k]);
            }
        }
        double trace_re = 0.0;
        double trace_im = 0.0;
        for (int i = R - 1; i >= 0; --i) {
            for (int k = i + 1; k < R; ++k) {
                subtract_multiple(xr[i], xi[i], xr[k], xi[k], re_[i][k], im_[i][k]);
            }
            for (int j = 0; j < R; ++j) {
                const double r = xr[i][j] * inverse_re_[i] - xi[i][j] * inverse_im_[i];
                xi[i][j] = xr[i][j] * inverse_im_[i] + xi[i][j] * inverse_re_[i];
                xr[i][j] = r;
            }
            trace_re += xr[i][i];
            trace_im += xi[i][i];
        }
        return {trace_re, trace_im};
    }

    Matrix inverse() const {
        Matrix result;
        for (int j = 0; j < R; ++j) {
            Vector unit = Vector::Zero();
            unit[j] = 1.0;
            result.col(j) = solve(unit);
        }
        return result;
    }

private:
    static void subtract_multiple(double* xr, double* xi, const double* yr, const double* yi, double r, double i) {
        for (int j = 0; j < R; ++j) {
            const double a = r * yr[j] - i * yi[j];
            const double b = r * yi[j] + i * yr[j];
            xr[j] -= a;
            xi[j] -= b;
        }
    }

    void eliminate(int k, double smallest) {
        int pivot = k;
        double best = -1.0;
        for (int i = k; i < R; ++i) {
            const double size = re_[i][k] * re_[i][k] + im_[i][k] * im_[i][k];
            if (size > best) {
                best = size;
                pivot = i;
            }
        }
        if (pivot != k) {
            for (int j = 0; j < R; ++j) {
                std::swap(re_[k][j], re_[pivot][j]);
                std::swap(im_[k][j], im_[pivot][j]);
            }
            std::swap(order_[k], order_[pivot]);
            odd_ = !odd_;
        }
        if (!(best > smallest * smallest)) {
            re_[k][k] = smallest;
            im_[k][k] = 0.0;
            best = smallest * smallest;
        }
        inverse_re_[k] = re_[k][k] / best;
        inverse_im_[k] = -im_[k][k] / best;
        for (int i = k + 1; i < R; ++i) {
            const double r = re_[i][k] * inverse_re_[k] - im_[i][k] * inverse_im_[k];
            const double m = re_[i][k] * inverse_im_[k] + im_[i][k] * inverse_re_[k];
            for (int j = k + 1; j < R; ++j) {
                const double a = r * re_[k][j] - m * im_[k][j];
                const double b = r * im_[k][j] + m * re_[k][j];
                re_[i][j] -= a;
                im_[i][j] -= b;
            }
            re_[i][k] = r;
            im_[i][k] = m;
        }
    }

    alignas(64) double re_[R][R];
    alignas(64) double im_[R][R];
    double inverse_re_[R];
    double inverse_im_[R];
    int order_[R];
    bool odd_ = false;
};

/** det A and d log det A = tr(A^{-1} dA). */
template <int R>
void determinant_and_slope(const Eigen::Matrix<Complex, R, R>& a, const Eigen::Matrix<Complex, R, R>& da,
                           Determinant& determinant, Complex& slope) {
    if constexpr (R <= 2) {
        // Written out: the axisymmetric kernels are evaluated in less time than the general elimination takes.
        const auto product = [](Complex x, Complex y) {
            return Complex(x.real() * y.real() - x.imag() * y.imag(), x.real() * y.imag() + x.imag() * y.real());
        };
        Complex change = da(0, 0);
        determinant = Determinant();
        determinant.mantissa = a(0, 0);
        if constexpr (R == 2) {
            determinant.mantissa = product(a(0, 0), a(1, 1)) - product(a(0, 1), a(1, 0));
            change = product(da(0, 0), a(1, 1)) + product(a(0, 0), da(1, 1)) - product(da(0, 1), a(1, 0)) -
                     product(a(0, 1), da(1, 0));
        }
        const double size = std::norm(determinant.mantissa);
        // At a zero the slope is as good as infinite.
        slope = size > 1e-290 ? product(change, std::conj(determinant.mantissa)) / size : Complex(1e140, 0.0);
    } else {
        const SmallLU<R> lu(a);
        determinant = lu.determinant();
        slope = lu.trace_of_quotient(da);
    }
}

/** Vector that A takes to zero at a root, of unit length: two steps of inverse iteration. */
template <int R>
Eigen::Matrix<Complex, R, 1> null_vector_of(const Eigen::Matrix<Complex, R, R>& a) {
    const SmallLU<R> lu(a);
    Eigen::Matrix<Complex, R, 1> x;
    for (int i = 0; i < R; ++i) {
        x[i] = Complex(1.0, 0.25 * i); // not orthogonal to anything that occurs
    }
    for (int step = 0; step < 3; ++step) {
        x = lu.solve(x);
        x /= x.norm();
    }
    return x;
}

/** Likewise l with l^T A = 0. */
template <int R>
Eigen::Matrix<Complex, R, 1> left_null_vector_of(const Eigen::Matrix<Complex, R, R>& a) {
    const Eigen::Matrix<Complex, R, R> transposed = a.transpose();
    return null_vector_of<R>(transposed);
}

} // namespace miscid::waves
