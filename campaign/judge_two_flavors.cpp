#include "judge.hpp"

template void miscid::campaign::judge_flavors<2>(const Shape&, const Cell&, const History&, const Depth (&)[2],
                                                 Verdict (&)[2]);
