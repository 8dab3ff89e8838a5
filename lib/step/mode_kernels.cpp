#include "step/mode_kernels.hpp"

namespace miscid::step {

extern const ModeKernels mode_kernels_baseline;
#ifdef MISCID_X86_LEVELS
extern const ModeKernels mode_kernels_avx2;
extern const ModeKernels mode_kernels_avx512;
#endif

const ModeKernels& mode_kernels(equilibrium::DispatchLevel level) {
#ifdef MISCID_X86_LEVELS
    switch (level) {
    case equilibrium::DispatchLevel::avx2:
        return mode_kernels_avx2;
    case equilibrium::DispatchLevel::avx512:
        return mode_kernels_avx512;
    default:
        break;
    }
#endif
    (void)level;
    return mode_kernels_baseline;
}

} // namespace miscid::step
