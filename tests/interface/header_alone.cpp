// miscid.hpp compiles alone, twice included; see CMakeLists.txt.
#include <miscid/miscid.hpp>

static_assert(std::is_nothrow_move_constructible_v<miscid::Batch> && !std::is_copy_constructible_v<miscid::Batch>);
static_assert(std::is_nothrow_move_constructible_v<miscid::Context> && !std::is_copy_constructible_v<miscid::Context>);
