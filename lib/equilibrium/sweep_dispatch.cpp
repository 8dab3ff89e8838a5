#include "equilibrium/sweep.hpp"

namespace miscid::equilibrium {

SweepKernels sweep_kernels_baseline();
#ifdef MISCID_X86_LEVELS
SweepKernels sweep_kernels_avx2();
SweepKernels sweep_kernels_avx512();
#endif

DispatchLevel best_dispatch_level() {
#ifdef MISCID_X86_LEVELS
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) {
        return DispatchLevel::avx512;
    }
    if (__builtin_cpu_supports("avx2")) {
        return DispatchLevel::avx2;
    }
#endif
    return DispatchLevel::baseline;
}

const char* dispatch_level_name(DispatchLevel level) {
    switch (level) {
    case DispatchLevel::avx2:
        return "avx2";
    case DispatchLevel::avx512:
        return "avx512";
    default:
        return "baseline";
    }
}

SweepKernels sweep_kernels(DispatchLevel level) {
#ifdef MISCID_X86_LEVELS
    switch (level) {
    case DispatchLevel::avx2:
        return sweep_kernels_avx2();
    case DispatchLevel::avx512:
        return sweep_kernels_avx512();
    default:
        break;
    }
#endif
    (void)level;
    return sweep_kernels_baseline();
}

} // namespace miscid::equilibrium
