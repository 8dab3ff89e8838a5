#include "kinetics/streaming.hpp"

#include "medium/constants.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace miscid::kinetics {

Streaming::Streaming(const Eigen::VectorXd& speed, double length, int cells, DispatchLevel level)
    : speed_(speed), length_(length), plan_(cells), kernels_(box_kernels(level)),
      empty_(static_cast<std::size_t>(cells) * lanes) {}

double Streaming::wavenumber(int frequency) const {
    return 2.0 * medium::constants::pi * frequency / length_;
}

Streaming::Factors
Streaming::factors(const std::function<std::pair<double, double>(double kv, bool nyquist)>& factor) const {
    const int cells = plan_.cells();
    const auto modes = static_cast<int>(speed_.size());
    const int blocks = (modes + lanes - 1) / lanes;
    Factors result(static_cast<std::size_t>(blocks) * static_cast<std::size_t>(cells) * 2 * lanes);
    for (int mode = 0; mode < modes; ++mode) {
        double* of_block =
            result.data() + static_cast<std::size_t>(mode / lanes) * static_cast<std::size_t>(cells) * 2 * lanes;
        for (int position = 0; position < cells; ++position) {
            const int frequency = plan_.frequency(position);
            const auto [re, im] = factor(wavenumber(frequency) * speed_[mode], 2 * frequency == -cells);
            of_block[(2 * position) * lanes + mode % lanes] = re / cells;
            of_block[(2 * position + 1) * lanes + mode % lanes] = im / cells;
        }
    }
    return result;
}

Streaming::Factors Streaming::translation(double time) const {
    // The highest frequency stands for both signs of k: only the part that is even in k leaves a real field real.
    return factors([time](double kv, bool nyquist) {
        return std::pair<double, double>{std::cos(kv * time), nyquist ? 0.0 : -std::sin(kv * time)};
    });
}

Streaming::Factors Streaming::advection() const {
    return factors([](double kv, bool nyquist) { return std::pair<double, double>{0.0, nyquist ? 0.0 : -kv}; });
}

void Streaming::apply(const Factors& factors, BoxField& field) {
    const std::size_t per_block = static_cast<std::size_t>(plan_.cells()) * 2 * lanes;
    const int last = field.components() - 1;
    for (int block = 0; block < field.blocks(); ++block) {
        const double* factor = factors.data() + static_cast<std::size_t>(block) * per_block;
        for (int component = 0; component < last; component += 2) {
            kernels_.spectrum(plan_, field.array(block, component), field.array(block, component + 1), factor);
        }
    }
    if (last % 2 == 1) {
        return;
    }
    // An odd component per block: those of two blocks go together.
    for (int block = 0; block < field.blocks(); block += 2) {
        const double* factor = factors.data() + static_cast<std::size_t>(block) * per_block;
        if (block + 1 < field.blocks()) {
            kernels_.spectrum_pair(plan_, field.array(block, last), field.array(block + 1, last), factor,
                                   factor + per_block);
        } else {
            std::fill_n(empty_.data(), empty_.size(), 0.0);
            kernels_.spectrum(plan_, field.array(block, last), empty_.data(), factor);
        }
    }
}

} // namespace miscid::kinetics
