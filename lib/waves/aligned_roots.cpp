#include "waves/root_finder.inc"

namespace miscid::waves {

template class RootFinder<AxisymmetricKernel>;
template class RootFinder<AxialBreakingKernel>;
template class RootFinder<AlignedKernel>;

} // namespace miscid::waves
