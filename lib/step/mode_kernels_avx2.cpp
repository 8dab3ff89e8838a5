#include "step/mode_kernels.hpp"

#define MISCID_MODE_KERNELS mode_kernels_avx2
#include "step/mode_kernels.inc"
