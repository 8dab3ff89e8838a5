// The memory of amrex::FArrayBox and the face of amrex::Array4 (AMReX Src/Base/AMReX_Array4.H): i fastest, component slowest,
// ghosts included, indices of the level's index space. Stands in where AMReX is not installed.
#ifndef MISCID_AMREX_LAYOUT_TWIN_HPP
#define MISCID_AMREX_LAYOUT_TWIN_HPP

#include <array>
#include <vector>

namespace amrex_twin {

struct Dim3 {
    int x, y, z;
};

template <class T>
struct Array4 {
    T* p;
    long jstride, kstride, nstride;
    Dim3 begin, end; // end is exclusive
    T& operator()(int i, int j, int k, int n = 0) const {
        return p[(i - begin.x) + (j - begin.y) * jstride + (k - begin.z) * kstride + n * nstride];
    }
};

class FArrayBox {
public:
    FArrayBox(Dim3 lo, Dim3 hi, int ghosts, int components)
        : lo_{lo.x - ghosts, lo.y - ghosts, lo.z - ghosts}, hi_{hi.x + ghosts + 1, hi.y + ghosts + 1,
                                                                hi.z + ghosts + 1},
          memory_(static_cast<std::size_t>((hi_.x - lo_.x) * (hi_.y - lo_.y) * (hi_.z - lo_.z) * components), -1.0) {}
    Array4<double> array() {
        const long nx = hi_.x - lo_.x, ny = hi_.y - lo_.y, nz = hi_.z - lo_.z;
        return {memory_.data(), nx, nx * ny, nx * ny * nz, lo_, hi_};
    }

private:
    Dim3 lo_, hi_;
    std::vector<double> memory_;
};

} // namespace amrex_twin
#endif
