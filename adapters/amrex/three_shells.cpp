// An AMReX code: one FArrayBox of moments with ghosts, component = moment + 4 (group + groups species).
#include <miscid/amrex.hpp>

#include "../common/three_shells.hpp"

#ifdef MISCID_HAVE_AMREX
#include <AMReX.H>
#include <AMReX_FArrayBox.H>
#else
#include "layout_twin.hpp"
#endif

#include <array>
#include <string>

using namespace three_shells;

namespace {

constexpr int ghosts = 2, moments_per_group = 4;

int component(int s, int g, int moment) {
    return moment + moments_per_group * (g + groups * s);
}

#ifdef MISCID_HAVE_AMREX
amrex::FArrayBox make(int components) {
    amrex::Box valid(amrex::IntVect(8, 0, 0), amrex::IntVect(8 + zones - 1, 0, 0));
    amrex::FArrayBox fab(amrex::grow(valid, ghosts), components, amrex::The_Cpu_Arena());
    fab.setVal<amrex::RunOn::Host>(-1.0);
    return fab;
}
#else
amrex_twin::FArrayBox make(int components) {
    return {{8, 0, 0}, {8 + zones - 1, 0, 0}, ghosts, components};
}
#endif

int run() {
    // 3 flux components; the radial one is the third, so axisymmetric zones stay cheap.
    miscid::Moments moments("{" + std::string(options) + R"(, "moments": {"polar": 8, "azimuth": 4}})");
    miscid::MomentsWorkspace workspace(moments);
    miscid::MomentsBatch batch(moments);

    auto radiation_fab = make(moments_per_group * groups * species);
    auto matter_fab = make(2);
    auto state_fab = make(moments.state_doubles_per_cell());
    const auto radiation = radiation_fab.array();
    const auto matter = matter_fab.array();
    const auto state = state_fab.array();
    std::array<std::int32_t, static_cast<std::size_t>((zones + 2 * ghosts) * (1 + 2 * ghosts) * (1 + 2 * ghosts))>
        status{};
    const int nx = zones + 2 * ghosts, ny = 1 + 2 * ghosts;

    for (int z = 0; z < zones; ++z) {
        matter(8 + z, 0, 0, 0) = mass_density(z);
        matter(8 + z, 0, 0, 1) = electron_fraction;
        for (int n = 0; n < moments.state_doubles_per_cell(); ++n) {
            state(8 + z, 0, 0, n) = 0;
        }
        for (int s = 0; s < species; ++s) {
            for (int g = 0; g < groups; ++g) {
                const double E = energy_density(z, s, g);
                const double values[4] = {E, 0, 0, E * flux_factor(z, s)};
                for (int m = 0; m < 4; ++m) {
                    radiation(8 + z, 0, 0, component(s, g, m)) = values[m];
                }
            }
        }
    }

    const auto species_axis = miscid::ComponentAxis{MISCID_MOMENTS_AXIS_SPECIES, species, component(1, 0, 0)};
    const auto group_axis = miscid::ComponentAxis{MISCID_AXIS_GROUP, groups, component(0, 1, 0)};
    batch.bind(MISCID_MOMENTS_FIELD_DENSITY, miscid::array4_view(radiation, 0, {species_axis, group_axis}))
        .bind(MISCID_MOMENTS_FIELD_FLUX,
              miscid::array4_view(radiation, 1, {species_axis, group_axis, {MISCID_AXIS_SPACE, 3, 1}}))
        .bind(MISCID_MOMENTS_FIELD_ENERGY, miscid::View::row_major(energy, {{MISCID_AXIS_GROUP, groups}}))
        .bind(MISCID_MOMENTS_FIELD_MASS_DENSITY, miscid::array4_view(matter, 0))
        .bind(MISCID_MOMENTS_FIELD_ELECTRON_FRACTION, miscid::array4_view(matter, 1))
        .bind(MISCID_MOMENTS_FIELD_STATE,
              miscid::array4_view(state, 0, {{MISCID_AXIS_COMPONENT, moments.state_doubles_per_cell(), 1}}))
        .bind(MISCID_MOMENTS_FIELD_STATUS,
              miscid::View::column_major(status.data(),
                                         {{MISCID_AXIS_I, nx}, {MISCID_AXIS_J, ny}, {MISCID_AXIS_K, 1 + 2 * ghosts}}));
    miscid::set_valid_box(batch, radiation, std::array<int, 3>{ghosts, ghosts, ghosts});

    for (int step = 0; step < steps; ++step) {
        for (int z = 0; z < zones; ++z) {
            for (int n = 0; n < component(1, 0, 0); ++n) {
                radiation(8 + z, 0, 0, n) *= source(step);
            }
        }
        miscid::apply(moments, workspace, batch, step * dt, dt);
        for (int z = 0; z < zones; ++z) {
            const auto at = static_cast<std::size_t>(ghosts + z + nx * (ghosts + ny * ghosts));
            print(step, z, status[at], radiation(8 + z, 0, 0, component(0, 1, 0)),
                  radiation(8 + z, 0, 0, component(2, 1, 0)), radiation(8 + z, 0, 0, component(0, 1, 3)));
        }
    }
    return radiation(6, 0, 0, 0) == -1.0 ? 0 : 1; // ghosts are untouched
}

} // namespace

int main() {
#ifdef MISCID_HAVE_AMREX
    // Its arenas have to be there before the first array; no word on standard output, where the hosts are compared.
    amrex::SetVerbose(0);
    int argc = 0;
    char** argv = nullptr;
    amrex::Initialize(argc, argv, false);
    const int result = run();
    amrex::Finalize();
    return result;
#else
    return run();
#endif
}
