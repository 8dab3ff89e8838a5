#include "equilibrium/sweep.hpp"

#define MISCID_SWEEP_KERNELS sweep_kernels_avx2
#include "equilibrium/sweep_kernel.inc"
