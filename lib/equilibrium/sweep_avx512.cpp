#include "equilibrium/sweep.hpp"

#define MISCID_SWEEP_KERNELS sweep_kernels_avx512
#include "equilibrium/sweep_kernel.inc"
