#include "capi/wave_spectrum.hpp"

#include "closures/kinetic_state.hpp"

#include "capi/access.hpp"

#include <cmath>

namespace miscid::capi {

namespace {

using closures::WaveSpectrumBins;

constexpr int most_bins = 256; // parameters.cpp: largest viscosity.wave_bins

WaveSpectrumBins bins_of(const miscid_context& context) {
    return {context.wave_bins, context.wave_number_limit};
}

/** One number per direction and two flavors: what the closure `kinetic` keeps. */
template <int N_f>
bool has_spectrum(const miscid_context& context) {
    return N_f == 2 && context.settings.viscosity == step::Viscosity::waves &&
           context.settings.closure == closures::Kind::kinetic;
}

/** mu sum |sum s w P| over directions, before the frame of the cell is known. */
double lepton_number(const step::Cell& cell, bool invariant) {
    const auto& grid = *cell.grid;
    double total = 0.0;
    for (int d = 0; d < grid.directions(); ++d) {
        double sum[3] = {};
        for (int slot = 0; slot < grid.slots(); ++slot) {
            const std::size_t i = grid.index(d, slot);
            for (std::size_t a = 0; a < 3; ++a) {
                const double P = invariant ? (a == 0 ? cell.p[i] : 0.0) : cell.P[a][i];
                sum[a] += cell.sign_weight[i] * P;
            }
        }
        total += std::sqrt(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]);
    }
    return cell.medium.mu * total;
}

/** Content in the host's unit. */
double to_host(const miscid_context& context, double content, double mu) {
    return content / mu / context.number_density_unit;
}

} // namespace

template <int N_f>
miscid_status take_wave_spectrum(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                                 const CellIndex& cell, Complaint& complaint) {
    const CellView view(batch.view(MISCID_FIELD_WAVE_SPECTRUM), cell);
    if (!view.bound() || !has_spectrum<N_f>(context)) {
        return MISCID_OK;
    }
    if constexpr (N_f == 2) {
        step::Cell& target = workspace.worker<2>().cell;
        const WaveSpectrumBins bins = bins_of(context);
        const double mu = target.medium.mu;
        double content[most_bins] = {};
        closures::read_spectrum(target.waves.data(), bins, content, nullptr, nullptr);
        bool changed = false;
        for (int bin = 0; bin < bins.bins; ++bin) {
            double host = 0.0;
            const bool finite = read_number(view.at(MISCID_AXIS_COMPONENT, bin), view.dtype(), host);
            if (!finite || !(host >= 0.0) || !(host * context.number_density_unit * mu < 1e60)) {
                complaint = complain_of_mode(MISCID_FIELD_WAVE_SPECTRUM, -1, -1, -1, bin);
                complaint.value = host;
                complaint.has_value = finite;
                return finite ? MISCID_CELL_UNITS_SUSPECT : MISCID_CELL_NOT_FINITE;
            }
            const double there = to_host(context, content[bin], mu);
            const bool same = view.dtype() == MISCID_FLOAT32 ? host == static_cast<float>(there) : host == there;
            if (!same) {
                content[bin] = host * context.number_density_unit * mu;
                changed = true;
            }
        }
        if (changed) {
            closures::write_spectrum(target.waves.data(), bins, lepton_number(target, context.invariant()), content);
        }
    }
    return MISCID_OK;
}

template <int N_f>
void give_wave_spectrum(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                        const CellIndex& cell) {
    const CellView spectrum(batch.view(MISCID_FIELD_WAVE_SPECTRUM), cell);
    const CellView frequency(batch.view(MISCID_FIELD_WAVE_FREQUENCY), cell);
    const CellView velocity(batch.view(MISCID_FIELD_WAVE_GROUP_VELOCITY), cell);
    if (!spectrum.bound() && !frequency.bound() && !velocity.bound()) {
        return;
    }
    const WaveSpectrumBins bins = bins_of(context);
    const auto& source = workspace.worker<N_f>().cell;
    double numbers[3][most_bins] = {};
    if (has_spectrum<N_f>(context)) {
        closures::read_spectrum(source.waves.data(), bins, numbers[0], numbers[1], numbers[2]);
        for (int bin = 0; bin < bins.bins; ++bin) {
            numbers[0][bin] = to_host(context, numbers[0][bin], source.medium.mu);
            numbers[1][bin] += source.medium.lambda;
        }
    }
    const CellView* const views[3] = {&spectrum, &frequency, &velocity};
    for (int field = 0; field < 3; ++field) {
        for (int bin = 0; views[field]->bound() && bin < bins.bins; ++bin) {
            write_number(views[field]->at(MISCID_AXIS_COMPONENT, bin), views[field]->dtype(), numbers[field][bin]);
        }
    }
}

template miscid_status take_wave_spectrum<2>(const miscid_context&, miscid_workspace&, const miscid_batch&,
                                             const CellIndex&, Complaint&);
template miscid_status take_wave_spectrum<3>(const miscid_context&, miscid_workspace&, const miscid_batch&,
                                             const CellIndex&, Complaint&);
template void give_wave_spectrum<2>(const miscid_context&, miscid_workspace&, const miscid_batch&, const CellIndex&);
template void give_wave_spectrum<3>(const miscid_context&, miscid_workspace&, const miscid_batch&, const CellIndex&);

} // namespace miscid::capi
