#define MISCID_MODE_SUMS mode_sums_avx512
#include "waves/mode_sums.inc"
