// AthenaK's blocks: u(m, n, k, j, i), LayoutRight, n = moment + 4 (group + groups species), ghosts in i.
#include <miscid/kokkos.hpp>

#include "../common/three_shells.hpp"

#ifdef MISCID_HAVE_KOKKOS
#include <Kokkos_Core.hpp>
#else
#include "layout_twin.hpp"
#endif

#include <string>
#include <vector>

using namespace three_shells;

namespace {

#ifdef MISCID_HAVE_KOKKOS
using Array5D = Kokkos::View<double*****, Kokkos::LayoutRight, Kokkos::HostSpace>;
#else
using Array5D = kokkos_twin::View5;
#endif

constexpr int ghosts = 2, nx1 = zones + 2 * ghosts;

int variable(int s, int g, int moment) {
    return moment + 4 * (g + groups * s);
}

void run() {
    miscid::Moments moments("{" + std::string(options) + R"(, "moments": {"polar": 8, "azimuth": 4}})");
    miscid::MomentsWorkspace workspace(moments);
    miscid::MomentsBatch batch(moments);
    const int doubles = moments.state_doubles_per_cell();

    // Mesh block 1 of two is the one that is mixed here.
    Array5D u("u0", 2, 4 * groups * species, 1, 1, nx1), w("w0", 2, 2, 1, 1, nx1),
        state("miscid", 2, doubles, 1, 1, nx1);
    std::vector<std::int32_t> status(nx1);
    for (int z = 0; z < zones; ++z) {
        const int i = ghosts + z;
        w(1, 0, 0, 0, i) = mass_density(z);
        w(1, 1, 0, 0, i) = electron_fraction;
        for (int s = 0; s < species; ++s) {
            for (int g = 0; g < groups; ++g) {
                u(1, variable(s, g, 0), 0, 0, i) = energy_density(z, s, g);
                u(1, variable(s, g, 3), 0, 0, i) = energy_density(z, s, g) * flux_factor(z, s);
            }
        }
    }

    const auto bytes = static_cast<std::int64_t>(u.stride(1) * sizeof(double));
    const auto moment = [&](int first) {
        return miscid::kokkos_view(u, {{miscid::fixed_dimension, 1},
                                       {MISCID_AXIS_GROUP, first, groups, 4},
                                       {MISCID_AXIS_K},
                                       {MISCID_AXIS_J},
                                       {MISCID_AXIS_I}})
            .axis(MISCID_MOMENTS_AXIS_SPECIES, species, variable(1, 0, 0) * bytes);
    };
    const auto scalar = [&](const Array5D& array, int n) {
        return miscid::kokkos_view(array, {{miscid::fixed_dimension, 1},
                                           {miscid::fixed_dimension, n},
                                           {MISCID_AXIS_K},
                                           {MISCID_AXIS_J},
                                           {MISCID_AXIS_I}});
    };
    batch.bind(MISCID_MOMENTS_FIELD_DENSITY, moment(0))
        .bind(MISCID_MOMENTS_FIELD_FLUX, moment(1).axis(MISCID_AXIS_SPACE, 3, bytes))
        .bind(MISCID_MOMENTS_FIELD_ENERGY, miscid::View::row_major(energy, {{MISCID_AXIS_GROUP, groups}}))
        .bind(MISCID_MOMENTS_FIELD_MASS_DENSITY, scalar(w, 0))
        .bind(MISCID_MOMENTS_FIELD_ELECTRON_FRACTION, scalar(w, 1))
        .bind(MISCID_MOMENTS_FIELD_STATE, miscid::kokkos_view(state, {{miscid::fixed_dimension, 1},
                                                                      {MISCID_AXIS_COMPONENT},
                                                                      {MISCID_AXIS_K},
                                                                      {MISCID_AXIS_J},
                                                                      {MISCID_AXIS_I}}))
        .bind(MISCID_MOMENTS_FIELD_STATUS, miscid::View::row_major(status.data(), {{MISCID_AXIS_I, nx1}}))
        .set_box({nx1, 1, 1, 1}, {ghosts, 0, 0, 0}, {ghosts, 0, 0, 0});

    for (int step = 0; step < steps; ++step) {
        for (int z = 0; z < zones; ++z) {
            for (int n = 0; n < variable(1, 0, 0); ++n) {
                u(1, n, 0, 0, ghosts + z) *= source(step);
            }
        }
        miscid::apply(moments, workspace, batch, step * dt, dt);
        for (int z = 0; z < zones; ++z) {
            const int i = ghosts + z;
            print(step, z, status[static_cast<std::size_t>(i)], u(1, variable(0, 1, 0), 0, 0, i),
                  u(1, variable(2, 1, 0), 0, 0, i), u(1, variable(0, 1, 3), 0, 0, i));
        }
    }
}

} // namespace

int main() {
#ifdef MISCID_HAVE_KOKKOS
    Kokkos::ScopeGuard guard;
#endif
    run();
}
