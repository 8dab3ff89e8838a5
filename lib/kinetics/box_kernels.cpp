#include "kinetics/box_kernels.hpp"

#include "medium/constants.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

namespace miscid::kinetics {

FourierPlan::FourierPlan(int cells) : cells_(cells) {
    if (cells < 2 || (cells & (cells - 1)) != 0) {
        throw std::invalid_argument("cells: a power of two from 2 upwards is needed, not " + std::to_string(cells));
    }
    const auto size = static_cast<std::size_t>(cells);
    frequency_.resize(size);
    std::vector<int> position_of(size);
    for (int p = 0; p < cells; ++p) {
        int rest = p, step = 1, f = 0, length = cells;
        for (; length >= 4; length /= 4, step *= 4) {
            f += rest / (length / 4) * step;
            rest %= length / 4;
        }
        f += rest * step;
        position_of[static_cast<std::size_t>(f)] = p;
        frequency_[static_cast<std::size_t>(p)] = f < cells / 2 ? f : f - cells;
    }
    for (int p = 0; p < cells; ++p) {
        const int f = (cells - frequency_[static_cast<std::size_t>(p)]) % cells;
        partner_.push_back(position_of[static_cast<std::size_t>(f)]);
    }
    for (int length = cells; length >= 4; length /= 4) {
        for (int j = 0; j < length / 4; ++j) {
            for (int power = 1; power <= 3; ++power) {
                const double angle = -2.0 * medium::constants::pi * (power * j % length) / length;
                twiddles_.push_back(std::cos(angle));
                twiddles_.push_back(std::sin(angle));
            }
        }
    }
}

const double* FourierPlan::twiddles(int length) const {
    std::size_t offset = 0;
    for (int longer = cells_; longer > length; longer /= 4) {
        offset += static_cast<std::size_t>(longer / 4) * 6;
    }
    return twiddles_.data() + offset;
}

// One set per instruction set, each in a file of its own.
BoxKernels box_kernels_baseline();
#ifdef MISCID_X86_LEVELS
BoxKernels box_kernels_avx2();
BoxKernels box_kernels_avx512();
#endif

BoxKernels box_kernels(DispatchLevel level) {
#ifdef MISCID_X86_LEVELS
    switch (level) {
    case DispatchLevel::avx2:
        return box_kernels_avx2();
    case DispatchLevel::avx512:
        return box_kernels_avx512();
    default:
        break;
    }
#endif
    (void)level;
    return box_kernels_baseline();
}

} // namespace miscid::kinetics
