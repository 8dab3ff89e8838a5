#include "kinetics/box_kernels.hpp"

#define MISCID_BOX_KERNELS box_kernels_baseline
#include "kinetics/box_kernels.inc"
