#include "equilibrium/sweep.hpp"

namespace miscid::equilibrium {

// One set per instruction set, each in a file of its own.
SweepKernelsFor<2> sweep_kernels_baseline();
SweepKernelsFor<3> three_flavor_kernels_baseline();
#ifdef MISCID_X86_LEVELS
SweepKernelsFor<2> sweep_kernels_avx2();
SweepKernelsFor<2> sweep_kernels_avx512();
SweepKernelsFor<3> three_flavor_kernels_avx2();
SweepKernelsFor<3> three_flavor_kernels_avx512();
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

template <>
SweepKernelsFor<2> sweep_kernels_for<2>(DispatchLevel level) {
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

template <>
SweepKernelsFor<3> sweep_kernels_for<3>(DispatchLevel level) {
#ifdef MISCID_X86_LEVELS
    switch (level) {
    case DispatchLevel::avx2:
        return three_flavor_kernels_avx2();
    case DispatchLevel::avx512:
        return three_flavor_kernels_avx512();
    default:
        break;
    }
#endif
    (void)level;
    return three_flavor_kernels_baseline();
}

} // namespace miscid::equilibrium
