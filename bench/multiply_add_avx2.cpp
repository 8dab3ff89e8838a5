#define MISCID_MULTIPLY_ADD_RATE multiply_add_avx2
#include "multiply_add_rate.inc"
