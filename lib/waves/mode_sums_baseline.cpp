#define MISCID_MODE_SUMS mode_sums_baseline
#include "waves/mode_sums.inc"
