#include "waves/mode_sums.hpp"

#include "equilibrium/sweep.hpp"

namespace miscid::waves {

// One set per instruction set, each in a file of its own.
extern const ModeSums mode_sums_baseline;
#ifdef MISCID_X86_LEVELS
extern const ModeSums mode_sums_avx2;
extern const ModeSums mode_sums_avx512;
#endif

const ModeSums& mode_sums_of_level(int level) {
#ifdef MISCID_X86_LEVELS
    switch (static_cast<equilibrium::DispatchLevel>(level)) {
    case equilibrium::DispatchLevel::avx2:
        return mode_sums_avx2;
    case equilibrium::DispatchLevel::avx512:
        return mode_sums_avx512;
    default:
        break;
    }
#endif
    (void)level;
    return mode_sums_baseline;
}

const ModeSums& mode_sums() {
    return mode_sums_of_level(static_cast<int>(equilibrium::best_dispatch_level()));
}

} // namespace miscid::waves
