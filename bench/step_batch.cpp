#include "step_batch.hpp"

#include <cmath>

namespace miscid::bench {

namespace {

std::string configuration(const StepBatch::Setup& setup) {
    return R"({"phase_space.form": "density", "vacuum.mixing_angle": 0, "collisions.mode": "off",
               "phase_space.groups": )" +
           std::to_string(setup.groups) + R"(, "phase_space.directions": )" + std::to_string(setup.directions) +
           R"(, "viscosity.closure": ")" + setup.closure + "\"}";
}

} // namespace

StepBatch::StepBatch(const Setup& setup)
    : setup_(setup), context_(Config::from_json(configuration(setup))), workspace_(context_), batch_(context_) {
    fill();
    const int component_last = setup_.layout == Layout::component_fastest;
    std::vector<std::pair<miscid_axis, std::int64_t>> axes = {
        {MISCID_AXIS_I, setup_.cells}, {MISCID_AXIS_TYPE, 2}, {MISCID_AXIS_GROUP, setup_.groups}};
    axes.push_back(component_last ? std::pair(MISCID_AXIS_DIRECTION, std::int64_t(setup_.directions))
                                  : std::pair(MISCID_AXIS_COMPONENT, std::int64_t(4)));
    axes.push_back(component_last ? std::pair(MISCID_AXIS_COMPONENT, std::int64_t(4))
                                  : std::pair(MISCID_AXIS_DIRECTION, std::int64_t(setup_.directions)));
    bind(MISCID_FIELD_RHO, rho.data(), axes);
    bind(MISCID_FIELD_DIRECTION, direction_.data(),
         {{MISCID_AXIS_DIRECTION, setup_.directions}, {MISCID_AXIS_SPACE, 3}});
    bind(MISCID_FIELD_ENERGY, energy_.data(), {{MISCID_AXIS_GROUP, setup_.groups}});
    bind(MISCID_FIELD_ELECTRON_DENSITY, electrons_.data(), {{MISCID_AXIS_I, setup_.cells}});
    bind(MISCID_FIELD_STATE, state_.data(),
         {{MISCID_AXIS_I, setup_.cells}, {MISCID_AXIS_COMPONENT, context_.state_doubles_per_cell()}});
    batch_.set_box({setup_.cells, 1, 1, 1});
}

std::size_t StepBatch::place(int cell, int type, int group, int direction, int component) const {
    const auto slot = (static_cast<std::size_t>(cell) * 2 + static_cast<std::size_t>(type)) *
                          static_cast<std::size_t>(setup_.groups) +
                      static_cast<std::size_t>(group);
    const auto d = static_cast<std::size_t>(direction);
    const auto c = static_cast<std::size_t>(component);
    const auto N = static_cast<std::size_t>(setup_.directions);
    return setup_.layout == Layout::component_fastest ? (slot * N + d) * 4 + c : (slot * 4 + c) * N + d;
}

void StepBatch::fill() {
    const auto cells = static_cast<std::size_t>(setup_.cells);
    rho.assign(4 * cells * static_cast<std::size_t>(modes()), 0.0);
    state_.assign(cells * static_cast<std::size_t>(context_.state_doubles_per_cell()), 0.0);
    electrons_.assign(cells, 1e33);
    for (int group = 0; group < setup_.groups; ++group) {
        energy_.push_back(2.0 * std::pow(30.0, (group + 0.5) / setup_.groups));
    }
    for (int d = 0; d < setup_.directions; ++d) {
        const double v = -1.0 + (2.0 * d + 1.0) / setup_.directions;
        direction_.insert(direction_.end(), {std::sqrt(1.0 - v * v), 0.0, v});
        // The two Gaussians of the resolved boxes (shared reference box.json): widths 0.6 and 0.5 around forward.
        const double forward[2] = {std::exp(-0.5 * std::pow((v - 1.0) / 0.6, 2)) / 0.75,
                                   setup_.ratio * std::exp(-0.5 * std::pow((v - 1.0) / 0.5, 2)) / 0.63};
        for (int cell = 0; cell < setup_.cells; ++cell) {
            for (int type = 0; type < 2; ++type) {
                for (int group = 0; group < setup_.groups; ++group) {
                    const double number = 1e31 * forward[type] / (setup_.groups * setup_.directions);
                    rho[place(cell, type, group, d, 0)] = number;
                    rho[place(cell, type, group, d, 1)] = 1e-3 * number;
                }
            }
        }
    }
}

void StepBatch::drive(double part) {
    for (int cell = 0; cell < setup_.cells; ++cell) {
        for (int group = 0; group < setup_.groups; ++group) {
            for (int d = 0; d < setup_.directions; ++d) {
                rho[place(cell, 1, group, d, 0)] *= 1.0 + part;
            }
        }
    }
}

void StepBatch::bind(miscid_field field, double* data, const std::vector<std::pair<miscid_axis, std::int64_t>>& axes) {
    View view(data);
    std::int64_t stride = 8;
    for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
        view.axis(axis->first, axis->second, stride);
        stride *= axis->second;
    }
    batch_.bind(field, view);
}

void StepBatch::apply(double dt) {
    report_.struct_size = sizeof report_;
    if (miscid_apply(context_.get(), workspace_.get(), batch_.get(), 0.0, dt, &report_) < 0 || report_.refused > 0) {
        char message[512];
        miscid_last_error(message, sizeof message);
        throw std::runtime_error(message);
    }
}

} // namespace miscid::bench
