#define MISCID_MULTIPLY_ADD_RATE multiply_add_baseline
#include "multiply_add_rate.inc"
