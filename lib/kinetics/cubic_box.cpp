#include "kinetics/cubic_box.hpp"

#include "medium/constants.hpp"

#include <algorithm>
#include <cmath>
#include <complex>

namespace miscid::kinetics {

namespace {

int power(int base, int exponent) {
    return exponent == 0 ? 1 : base * power(base, exponent - 1);
}

constexpr int passes = 4; ///< of the rotation's midpoint iteration

} // namespace

CubicBox::CubicBox(const Gas& gas, const Eigen::Matrix3Xd& axes, double length, int cells, double step,
                   DispatchLevel level)
    : gas_(gas), axes_(axes), length_(length), step_(step), cells_(cells), plan_(cells), kernels_(box_kernels(level)),
      weight_(in_lanes(gas.weight.transpose())), field_(gas.modes(), 3, power(cells, static_cast<int>(axes.cols()))) {
    for (int a = 0; a < dimensions(); ++a) {
        const Streaming along(gas.direction.transpose() * axes.col(a), length, cells, level);
        half_.push_back(along.translation(0.5 * step));
        full_.push_back(along.translation(step));
    }
    for (int m = 0; m < 3; ++m) {
        direction_[m] = in_lanes(gas.direction.row(m));
    }
    scratch_ = AlignedArray(static_cast<std::size_t>(field_.blocks()) * 3 * lanes);
    turned_ = AlignedArray(static_cast<std::size_t>(field_.cells()) * lanes);
}

void CubicBox::start(const Eigen::VectorXd& size, double rms, double largest_k, RandomNumbers& random) {
    const double unit = 2.0 * medium::constants::pi / length_;
    const int most = std::min(cells_ / 2 - 1, static_cast<int>(largest_k / unit)), d = dimensions();
    std::vector<std::complex<double>> wave(static_cast<std::size_t>(cells_)),
        e(static_cast<std::size_t>(field_.cells()));
    for (int i = 0; i < cells_; ++i) {
        wave[static_cast<std::size_t>(i)] = std::polar(1.0, 2.0 * medium::constants::pi * i / cells_);
    }
    const int per_axis = 2 * most + 1;
    double square = 0.0;
    for (int n = 0; n < power(per_axis, d); ++n) {
        int index[3] = {}, length2 = 0;
        for (int a = 0, rest = n; a < d; ++a, rest /= per_axis) {
            index[a] = rest % per_axis - most;
            length2 += index[a] * index[a];
        }
        if (std::sqrt(length2) * unit >= largest_k) {
            continue;
        }
        const double re = random.normal();
        const std::complex<double> amplitude(re, random.normal());
        for (int cell = 0; cell < field_.cells(); ++cell) {
            int phase = 0;
            for (int a = 0, rest = cell; a < d; ++a, rest /= cells_) {
                phase += index[a] * (rest % cells_);
            }
            e[static_cast<std::size_t>(cell)] += amplitude * wave[static_cast<std::size_t>(phase & (cells_ - 1))];
        }
        square += std::norm(amplitude);
    }
    for (int cell = 0; cell < field_.cells(); ++cell) {
        std::complex<double> tilt = square > 0.0 ? e[static_cast<std::size_t>(cell)] * (rms / std::sqrt(square)) : 0.0;
        tilt /= std::max(1.0, std::abs(tilt));
        for (int mode = 0; mode < gas_.modes(); ++mode) {
            field_.at(0, mode, cell) = size[mode] * tilt.real();
            field_.at(1, mode, cell) = size[mode] * tilt.imag();
            field_.at(2, mode, cell) = size[mode] * std::sqrt(std::max(0.0, 1.0 - std::norm(tilt)));
        }
    }
    steps_ = 0;
}

/** [slow axes][fastest axis] -> [fastest axis][slow axes]: another axis runs fastest. Once per axis, and all is as before. */
void CubicBox::turn_axes(double* array) {
    const int rows = field_.cells() / cells_;
    constexpr int tile = 8;
    for (int row_tile = 0; row_tile < rows; row_tile += tile) {
        for (int x = 0; x < cells_; ++x) {
            for (int row = row_tile; row < std::min(row_tile + tile, rows); ++row) {
                const double* from = array + (static_cast<std::size_t>(row) * static_cast<std::size_t>(cells_) +
                                              static_cast<std::size_t>(x)) *
                                                 lanes;
                std::copy_n(from, lanes,
                            turned_.data() + (static_cast<std::size_t>(x) * static_cast<std::size_t>(rows) +
                                              static_cast<std::size_t>(row)) *
                                                 lanes);
            }
        }
    }
    std::copy_n(turned_.data(), turned_.size(), array);
}

void CubicBox::stream(const std::vector<Streaming::Factors>& factors) {
    const int rows = field_.cells() / cells_;
    const std::size_t line = static_cast<std::size_t>(cells_) * lanes;
    for (int block = 0; block < field_.blocks(); ++block) {
        for (int a = 0; a < dimensions(); ++a) {
            const double* factor =
                factors[static_cast<std::size_t>(a)].data() + static_cast<std::size_t>(block) * 2 * line;
            double* x = field_.array(block, 0);
            double* y = field_.array(block, 1);
            double* z = field_.array(block, 2);
            for (int row = 0; row < rows; ++row) {
                const std::size_t at = static_cast<std::size_t>(row) * line;
                kernels_.spectrum(plan_, x + at, y + at, factor);
                if (row % 2 == 0) { // the rows of an even number, two at a time
                    kernels_.spectrum(plan_, z + at, z + at + line, factor);
                }
            }
            for (double* component : {x, y, z}) {
                turn_axes(component);
            }
        }
    }
}

void CubicBox::advance(long count) {
    if (count <= 0) {
        return;
    }
    LocalInput in;
    in.blocks = field_.blocks();
    in.cells = field_.cells();
    in.stride = field_.stride();
    in.components = 3;
    in.current_components = 3;
    for (int m = 0; m < 3; ++m) {
        in.direction[m] = direction_[m].data();
    }
    in.weight = weight_.data();
    in.mu = gas_.mu.at(0.0);
    in.P = field_.data();
    in.scratch = scratch_.data();
    stream(half_);
    for (long i = 0; i < count; ++i) {
        kernels_.rotation[0](in, step_, passes);
        ++steps_;
        stream(i + 1 < count ? full_ : half_);
    }
}

} // namespace miscid::kinetics
