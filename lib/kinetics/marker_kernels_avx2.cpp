#include "kinetics/marker_kernels.hpp"

#define MISCID_MARKER_KERNELS marker_kernels_avx2
#include "kinetics/marker_kernels.inc"
