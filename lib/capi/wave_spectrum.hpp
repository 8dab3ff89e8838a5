/** @file wave_spectrum.hpp  Waves of a cell by wave number: fields wave_spectrum, wave_frequency and wave_group_velocity. */
#pragma once

#include "capi/transfer.hpp"

namespace miscid::capi {

/** After gather: gives the closure's state of the worker's cell what the host has brought. MISCID_OK or what refuses the cell. */
template <int N_f>
miscid_status take_wave_spectrum(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                                 const CellIndex& cell, Complaint& complaint);

/** After the step: writes the fields that are bound; zeros where the closure follows no waves by wave number. */
template <int N_f>
void give_wave_spectrum(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                        const CellIndex& cell);

} // namespace miscid::capi
