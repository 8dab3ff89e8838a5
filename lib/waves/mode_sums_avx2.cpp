#define MISCID_MODE_SUMS mode_sums_avx2
#include "waves/mode_sums.inc"
