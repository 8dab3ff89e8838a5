#include "kinetics/marker_kernels.hpp"

#define MISCID_MARKER_KERNELS marker_kernels_baseline
#include "kinetics/marker_kernels.inc"
