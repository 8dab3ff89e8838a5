#include "module.hpp"

#include "errors.hpp"
#include "json_input.hpp"

#include <algorithm>

namespace miscid::apps {

namespace {

std::string last_error() {
    std::string message(miscid_last_error(nullptr, 0) + 1, '\0');
    miscid_last_error(message.data(), message.size());
    message.pop_back(); // the terminator
    return message;
}

} // namespace

miscid_status checked(miscid_status status, const char* call) {
    if (status < 0) {
        throw RunError(std::string(call) + ": " + miscid_status_text(status) + ": " + last_error());
    }
    return status;
}

Module::Module(const ModuleShape& shape, const Mixing& mixing, const nlohmann::json& parameters) {
    miscid_config* config = nullptr;
    checked(miscid_config_create(&config), "miscid_config_create");
    const std::unique_ptr<miscid_config, Destroy<miscid_config_destroy>> owner(config);
    nlohmann::json settings = {
        {"phase_space", {{"groups", shape.groups}, {"directions", shape.directions}, {"form", shape.form}}},
        {"transport", {{"mode", shape.transport}}},
        {"vacuum",
         {{"mass_squared_difference", mixing.mass_squared_difference},
          {"mixing_angle", mixing.angle},
          {"ordering", mixing.ordering}}},
        // The transport absorbs and emits together with the streaming (docs/run.md), so nothing is left for the module.
        {"collisions", {{"mode", "off"}}},
        // Far outside, the rays fill a cone of 1e-7 of the sphere: less phase space than the screen takes for
        // plausible.
        {"screen", {{"units", false}}}};
    settings.merge_patch(parameters);
    const std::string text = settings.dump();
    const miscid_status read = miscid_config_read_json(config, text.data(), text.size());
    if (read == MISCID_UNKNOWN_KEY || read == MISCID_BAD_VALUE) {
        throw InputError("key 'module': " + last_error());
    }
    checked(read, "miscid_config_read_json");

    miscid_context* context = nullptr;
    checked(miscid_context_create(config, &context), "miscid_context_create");
    context_.reset(context);
    miscid_workspace* workspace = nullptr;
    checked(miscid_workspace_create(context, &workspace), "miscid_workspace_create");
    workspace_.reset(workspace);
    checked(miscid_state_doubles_per_cell(context, &state_doubles_), "miscid_state_doubles_per_cell");
    checked(miscid_context_fingerprint(context, &fingerprint_), "miscid_context_fingerprint");
}

Batch::Batch(const Module& module) {
    miscid_batch* batch = nullptr;
    checked(miscid_batch_create(module.context(), &batch), "miscid_batch_create");
    batch_.reset(batch);
}

void Batch::bind(miscid_field field, void* data, miscid_dtype dtype, std::int64_t size, const std::vector<Axis>& axes) {
    miscid_view view;
    checked(miscid_view_init(&view, data), "miscid_view_init");
    view.dtype = dtype;
    std::int64_t stride = size;
    for (const auto& axis : axes) {
        stride *= axis.extent;
    }
    for (const auto& axis : axes) {
        stride /= axis.extent;
        checked(miscid_view_add_axis(&view, axis.name, axis.extent, stride), "miscid_view_add_axis");
    }
    checked(miscid_batch_bind(batch_.get(), field, &view), miscid_field_name(field));
}

void Batch::select(int first, int count, int total) {
    const std::int64_t extent[4] = {total, 1, 1, 1};
    const std::int64_t lower[4] = {first, 0, 0, 0};
    const std::int64_t upper[4] = {total - first - count, 0, 0, 0};
    checked(miscid_batch_set_box(batch_.get(), extent, lower, upper), "miscid_batch_set_box");
}

void StatusCount::add(const miscid_report& report) {
    cells += report.cells;
    ok += report.ok;
    events += report.events;
    relaxed += report.relaxed;
    reduce_time_step += report.reduce_time_step;
    refused += report.refused;
    iterations += report.iterations;
    continued += report.continued;
    cold_starts += report.cold_starts;
    max_residual = std::max(max_residual, report.max_residual);
    max_tilt = std::max(max_tilt, report.max_tilt);
}

namespace {

constexpr std::int64_t StatusCount::*counts[] = {&StatusCount::cells,
                                                 &StatusCount::ok,
                                                 &StatusCount::events,
                                                 &StatusCount::relaxed,
                                                 &StatusCount::reduce_time_step,
                                                 &StatusCount::refused,
                                                 &StatusCount::iterations,
                                                 &StatusCount::continued,
                                                 &StatusCount::cold_starts};
constexpr double StatusCount::*maxima[] = {&StatusCount::max_residual, &StatusCount::max_tilt};

} // namespace

std::vector<double> StatusCount::numbers() const {
    std::vector<double> numbers;
    for (const auto count : counts) {
        numbers.push_back(static_cast<double>(this->*count));
    }
    for (const auto largest : maxima) {
        numbers.push_back(this->*largest);
    }
    return numbers;
}

StatusCount StatusCount::from_numbers(const std::vector<double>& numbers) {
    StatusCount result;
    auto next = numbers.begin();
    for (const auto count : counts) {
        result.*count = static_cast<std::int64_t>(*next++);
    }
    for (const auto largest : maxima) {
        result.*largest = *next++;
    }
    return result;
}

StatusCount StatusCount::of_all(const Ranks& ranks) const {
    const std::vector<double> all = ranks.gather(numbers());
    StatusCount total;
    for (int rank = 0; rank < ranks.size(); ++rank) {
        const auto start = all.begin() + static_cast<std::ptrdiff_t>(all.size() / ranks.size() * rank);
        const StatusCount one = from_numbers({start, start + static_cast<std::ptrdiff_t>(all.size() / ranks.size())});
        for (const auto count : counts) {
            total.*count += one.*count;
        }
        for (const auto largest : maxima) {
            total.*largest = std::max(total.*largest, one.*largest);
        }
    }
    return total;
}

nlohmann::json StatusCount::json() const {
    return {{"cells", cells},
            {"ok", ok},
            {"events", events},
            {"relaxed", relaxed},
            {"reduce_time_step", reduce_time_step},
            {"refused", refused},
            {"iterations", iterations},
            {"continued", continued},
            {"cold_starts", cold_starts},
            {"max_residual", max_residual},
            {"max_tilt", max_tilt}};
}

} // namespace miscid::apps
