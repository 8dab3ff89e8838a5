#include "equilibrium/sweep.hpp"

#define MISCID_THREE_FLAVOR_KERNELS three_flavor_kernels_avx2
#include "equilibrium/three_flavor_kernel.inc"
