#include "waves/general_kernel.hpp"
#include "waves/root_finder.inc"

namespace miscid::waves {

template class RootFinder<GeneralKernel>;

} // namespace miscid::waves
