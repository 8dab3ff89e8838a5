#include "equilibrium/sweep.hpp"

#define MISCID_SWEEP_KERNELS sweep_kernels_baseline
#include "equilibrium/sweep_kernel.inc"
