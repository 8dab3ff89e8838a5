// A cell of the step back to the host's arrays.

#include "capi/read_modes.hpp"

#include <algorithm>
#include <cstring>

namespace miscid::capi {

namespace {

/** Components of rho of a mode as the host stores them. */
void components_of_rho(const step::CellFor<2>& cell, std::size_t i, double factor, double im_factor, double* out) {
    const auto rho = flavor::density_matrix({cell.trace[i], {cell.P[0][i], cell.P[1][i], cell.P[2][i]}});
    out[0] = rho.ee * factor;
    out[1] = rho.xx * factor;
    out[2] = rho.re_ex * factor;
    out[3] = rho.im_ex * im_factor;
}
void components_of_rho(const step::CellFor<3>& cell, std::size_t i, double factor, double im_factor, double* out) {
    const double ee = (cell.trace[i] + flavor::sqrt3 * cell.P[1][i]) / 3.0;
    const double heavy = cell.trace[i] - ee;
    out[0] = ee * factor;
    out[1] = 0.5 * (heavy + cell.P[0][i]) * factor;
    out[2] = 0.5 * (heavy - cell.P[0][i]) * factor;
    for (std::size_t pair = 2; pair < 8; pair += 2) {
        out[pair + 1] = 0.5 * cell.P[pair][i] * factor;
        out[pair + 2] = -0.5 * cell.P[pair + 1][i] * im_factor;
    }
}

} // namespace

template <int N_f>
void scatter_state(miscid_workspace& workspace, const miscid_batch& batch, const CellIndex& cell, int numbers) {
    const CellView state(batch.view(MISCID_FIELD_STATE), cell);
    for (int s = 0; state.bound() && s < numbers; ++s) {
        write_number(state.at(MISCID_AXIS_COMPONENT, s), state.dtype(),
                     workspace.worker<N_f>().cell.state_number(static_cast<std::size_t>(s)));
    }
}
template void scatter_state<2>(miscid_workspace&, const miscid_batch&, const CellIndex&, int);
template void scatter_state<3>(miscid_workspace&, const miscid_batch&, const CellIndex&, int);

template <int N_f>
void scatter(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
             const CellIndex& cell) {
    const auto& grid = workspace.grid;
    const auto& source = workspace.worker<N_f>().cell;
    const double factor = context.density() ? 1.0 / context.number_density_unit : 1.0;
    const bool invariant = context.invariant();
    const CellView view(batch.view(invariant ? MISCID_FIELD_AMPLITUDE : MISCID_FIELD_RHO), cell);
    const std::int64_t step = view.stride(invariant ? MISCID_AXIS_EIGENSTATE : MISCID_AXIS_COMPONENT);
    const std::int64_t stride = view.stride(MISCID_AXIS_DIRECTION);
    const int components = invariant ? N_f : N_f * N_f;
    constexpr int lanes = phase_space::lanes;
    for (int slot = 0; slot < grid.slots(); ++slot) {
        const int type = type_of_slot(context, slot);
        if constexpr (N_f == 2) {
            if (!invariant && view.dtype() == MISCID_FLOAT64) {
                const auto host =
                    host_slot(view, type, slot % context.groups, MISCID_AXIS_COMPONENT, grid.directions());
                mode_kernels(context).write_density_matrices(
                    host, grid_slot(grid, slot), factor, sign_of_im(context, slot), source.trace.data(),
                    {source.P[0].data(), source.P[1].data(), source.P[2].data()});
                continue;
            }
        }
        char* address = view.mode(type, slot % context.groups, 0);
        const double im_factor = sign_of_im(context, slot) * factor;
        for (int block = 0; block < grid.blocks(); ++block) {
            const std::size_t first = (static_cast<std::size_t>(block) * grid.slots() + slot) * lanes;
            const int count = std::min(lanes, grid.directions() - block * lanes);
            for (int l = 0; l < count; ++l, address += stride) {
                double numbers[N_f * N_f];
                if (invariant) {
                    for (std::size_t k = 0; k < N_f; ++k) {
                        numbers[k] = source.occupation(first + l, k) * factor;
                    }
                } else {
                    components_of_rho(source, first + l, factor, im_factor, numbers);
                }
                if (view.dtype() == MISCID_FLOAT64) {
                    for (int c = 0; c < components; ++c) {
                        std::memcpy(address + c * step, &numbers[c], sizeof(double));
                    }
                } else {
                    for (int c = 0; c < components; ++c) {
                        write_number(address + c * step, view.dtype(), numbers[c]);
                    }
                }
            }
        }
    }
    scatter_state<N_f>(workspace, batch, cell, context.state_size());
}
template void scatter<2>(const miscid_context&, miscid_workspace&, const miscid_batch&, const CellIndex&);
template void scatter<3>(const miscid_context&, miscid_workspace&, const miscid_batch&, const CellIndex&);

} // namespace miscid::capi
