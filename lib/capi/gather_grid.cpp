#include "capi/gather_grid.hpp"

#include "capi/read_modes.hpp"
#include "medium/constants.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <cmath>

namespace miscid::capi {

namespace {

constexpr double least_phase_space = 0.03; // sum of weights over the states below the highest group energy
constexpr double most_phase_space = 30.0;

} // namespace

template <int N_f>
miscid_status gather_grid(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                          const CellIndex& cell, const Needs& needs, GridPart part, Complaint& complaint) {
    const bool varying = part == GridPart::varying;
    auto& grid = workspace.grid;
    auto& sign_weight = workspace.worker<N_f>().cell.sign_weight;
    const BoundView& directions = batch.view(MISCID_FIELD_DIRECTION);
    if (directions.varies_with_cell() == varying) {
        const CellView view(directions, cell);
        for (int d = 0; d < grid.directions(); ++d) {
            Eigen::Vector3d v;
            for (int a = 0; a < 3; ++a) {
                const char* address = view.at(MISCID_AXIS_DIRECTION, d) + a * view.stride(MISCID_AXIS_SPACE);
                if (!read_number(address, view.dtype(), v[a])) {
                    complaint = complain_of_mode(MISCID_FIELD_DIRECTION, -1, -1, d, a);
                    return MISCID_CELL_NOT_FINITE;
                }
            }
            const double length2 = v.lpNorm<Eigen::Infinity>() < 2.0 ? v.squaredNorm() : 4.0;
            if (!(std::abs(length2 - 1.0) <= 2.0 * context.direction_tolerance)) {
                complaint = complain_of_mode(MISCID_FIELD_DIRECTION, -1, -1, d, -1);
                complaint.value = std::sqrt(length2);
                complaint.has_value = true;
                return MISCID_CELL_DIRECTION_NOT_UNIT;
            }
            grid.set_direction(d, v);
        }
    }
    const BoundView& weights = batch.view(MISCID_FIELD_WEIGHT);
    const int groups = context.groups;
    if (context.density()) {
        if (!varying) {
            for (int slot = 0; slot < grid.slots(); ++slot) {
                for (int d = 0; d < grid.directions(); d += phase_space::lanes) {
                    std::fill_n(&sign_weight[grid.index(d, slot)], std::min(phase_space::lanes, grid.directions() - d),
                                slot < groups ? 1.0 : -1.0);
                }
            }
        }
    } else if (needs.weight && weights.varies_with_cell() == varying) {
        const CellView view(weights, cell);
        double total = 0.0;
        for (int group = 0; group < groups; ++group) {
            for (int d = 0; d < grid.directions(); ++d) {
                double w;
                const char* address = view.mode(0, group, d);
                if (!read_number(address, view.dtype(), w)) {
                    complaint = complain_of_mode(MISCID_FIELD_WEIGHT, -1, group, d, -1);
                    return MISCID_CELL_NOT_FINITE;
                }
                if (w < 0.0) {
                    complaint = complain_of_mode(MISCID_FIELD_WEIGHT, -1, group, d, -1);
                    complaint.value = w;
                    complaint.has_value = true;
                    return MISCID_CELL_NEGATIVE_WEIGHT;
                }
                if (!(w <= largest_number(context) / context.number_density_unit)) {
                    complaint = complain(MISCID_FIELD_WEIGHT, w);
                    return MISCID_CELL_UNITS_SUSPECT;
                }
                w *= context.number_density_unit;
                total += w;
                sign_weight[grid.index(d, group)] = w;
                sign_weight[grid.index(d, groups + group)] = -w;
            }
        }
        if (context.screen_units) {
            const double highest = *std::max_element(workspace.energy.begin(), workspace.energy.end());
            const double states = medium::constants::states_below_one_mev * highest * highest * highest;
            if (!(total <= most_phase_space * states && total >= least_phase_space * states)) {
                complaint = complain(MISCID_FIELD_WEIGHT, total);
                return MISCID_CELL_UNITS_SUSPECT;
            }
        }
    }
    return MISCID_OK;
}

template miscid_status gather_grid<2>(const miscid_context&, miscid_workspace&, const miscid_batch&, const CellIndex&,
                                      const Needs&, GridPart, Complaint&);
template miscid_status gather_grid<3>(const miscid_context&, miscid_workspace&, const miscid_batch&, const CellIndex&,
                                      const Needs&, GridPart, Complaint&);

} // namespace miscid::capi
