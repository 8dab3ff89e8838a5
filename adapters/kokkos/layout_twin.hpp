// The face and memory of Kokkos::View<double*****, LayoutRight, HostSpace>: last index fastest, zero at first. Stands in where
// Kokkos is not installed.
#ifndef MISCID_KOKKOS_LAYOUT_TWIN_HPP
#define MISCID_KOKKOS_LAYOUT_TWIN_HPP

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace kokkos_twin {

class View5 {
public:
    View5(const char*, int m, int n, int k, int j, int i)
        : extent_{static_cast<std::size_t>(m), static_cast<std::size_t>(n), static_cast<std::size_t>(k),
                  static_cast<std::size_t>(j), static_cast<std::size_t>(i)},
          memory_(
              std::make_shared<std::vector<double>>(extent_[0] * extent_[1] * extent_[2] * extent_[3] * extent_[4])) {}
    double* data() const { return memory_->data(); }
    std::size_t extent(int r) const { return extent_[static_cast<std::size_t>(r)]; }
    std::size_t stride(int r) const {
        std::size_t stride = 1;
        for (int later = 4; later > r; --later) {
            stride *= extent(later);
        }
        return stride;
    }
    double& operator()(int m, int n, int k, int j, int i) const {
        const int at[5] = {m, n, k, j, i};
        std::size_t offset = 0;
        for (int r = 0; r < 5; ++r) {
            offset += static_cast<std::size_t>(at[r]) * stride(r);
        }
        return (*memory_)[offset];
    }

private:
    std::array<std::size_t, 5> extent_;
    std::shared_ptr<std::vector<double>> memory_;
};

} // namespace kokkos_twin
#endif
