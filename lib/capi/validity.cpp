// Validity numbers: surroundings in, numbers and flags out, one line of text.

#include "capi/validity.hpp"

#include "capi/access.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::capi {

namespace {

// Field of criterion b: VALIDITY_FLAGS + 1 + b.
#define MISCID_CRITERION(NAME, bit, key, equations, flag, refuse, text)                                                \
    static_assert(MISCID_FIELD_VALIDITY_##NAME == MISCID_FIELD_VALIDITY_FLAGS + 1 + bit);
#include "validity/criterion_list.h"
#undef MISCID_CRITERION

constexpr double not_known = -1.0;
constexpr double not_finite = 1e300; ///< as bad as can be, and still a number

int field_of(std::size_t criterion) {
    return MISCID_FIELD_VALIDITY_FLAGS + 1 + static_cast<int>(criterion);
}

void write(const miscid_batch& batch, int field, const CellIndex& cell, double value) {
    const CellView view(batch.view(field), cell);
    if (view.bound()) {
        write_number(view.base(), view.dtype(), value);
    }
}

} // namespace

bool validity_wanted(const miscid_context& context, const miscid_batch& batch) {
    if (context.validity_action != ValidityAction::apply || batch.view(MISCID_FIELD_VALIDITY_FLAGS).bound()) {
        return true;
    }
    for (std::size_t i = 0; i < validity::criterion_count; ++i) {
        if (batch.view(field_of(i)).bound()) {
            return true;
        }
    }
    return false;
}

miscid_status gather_surroundings(const miscid_context& context, const miscid_batch& batch, const CellIndex& cell,
                                  validity::Surroundings& around, Complaint& complaint) {
    const std::pair<int, std::optional<double>*> lengths[] = {
        {MISCID_FIELD_VARIATION_LENGTH, &around.variation_length},
        {MISCID_FIELD_CELL_LENGTH, &around.cell_length},
        {MISCID_FIELD_MEAN_FREE_PATH, &around.mean_free_path},
    };
    for (const auto& [field, length] : lengths) {
        const CellView view(batch.view(field), cell);
        double value = 0.0;
        if (!view.bound()) {
            continue;
        }
        if (!read_number(view.base(), view.dtype(), value)) {
            complaint.field = field;
            return MISCID_CELL_NOT_FINITE;
        }
        if (value > 0.0) {
            *length = value;
        }
    }
    if (context.coherence_length > 0.0 && !context.natural_units) {
        around.coherence_length = context.coherence_length;
    }
    return MISCID_OK;
}

template <int N_f>
miscid_status judge(const miscid_context& context, miscid_workspace& workspace, const miscid_batch& batch,
                    const CellIndex& cell, const step::BeforeStepFor<N_f>& before, double seconds,
                    const step::Diagnostics& diagnostics, const validity::Surroundings& around, miscid_status status) {
    auto& worker = workspace.worker<N_f>();
    if (context.invariant()) {
        worker.stepper.frame().lay(worker.cell);
    }
    std::optional<validity::EnergyRange> energy;
    if (!context.natural_units) { // else energies have no unit to compare G_F with
        const auto [lowest, highest] = std::minmax_element(workspace.energy.begin(), workspace.energy.end());
        energy = validity::EnergyRange{*lowest, *highest};
    }
    const auto numbers =
        step::validity_numbers<N_f>(worker.cell, before, seconds, diagnostics, context.settings, energy, around);
    const auto assessment = validity::assess(numbers, context.validity_criteria);
    write(batch, MISCID_FIELD_VALIDITY_FLAGS, cell, assessment.code);
    for (std::size_t i = 0; i < validity::criterion_count; ++i) {
        const double number = !numbers[i]                  ? not_known
                              : std::isfinite(*numbers[i]) ? std::min(*numbers[i], not_finite)
                                                           : not_finite;
        write(batch, field_of(i), cell, number);
    }
    if (context.validity_action == ValidityAction::refuse && assessment.action == validity::Action::refuse) {
        return MISCID_CELL_VALIDITY_VIOLATED;
    }
    const bool say_so = context.validity_action != ValidityAction::apply && assessment.code != 0;
    return say_so && status == MISCID_OK ? MISCID_CELL_VALIDITY_DOUBTFUL : status;
}
#define MISCID_FLAVORS(N_f)                                                                                            \
    template miscid_status judge<N_f>(const miscid_context&, miscid_workspace&, const miscid_batch&, const CellIndex&, \
                                      const step::BeforeStepFor<N_f>&, double, const step::Diagnostics&,               \
                                      const validity::Surroundings&, miscid_status);
MISCID_FLAVORS(2)
MISCID_FLAVORS(3)
#undef MISCID_FLAVORS

} // namespace miscid::capi

size_t miscid_validity_text(int32_t flags, char* buffer, size_t capacity) {
    return miscid::validity::describe(static_cast<miscid::validity::Code>(flags), buffer,
                                      buffer != nullptr ? capacity : 0);
}
