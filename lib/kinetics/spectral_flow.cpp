#include "kinetics/spectral_flow.hpp"

#include "kinetics/adaptive.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

namespace miscid::kinetics {

SpectralFlow::SpectralFlow(const Gas& gas, double length, int cells, DispatchLevel level)
    : gas_(gas), length_(length), streaming_(gas.speed(), length, cells, level), advection_(streaming_.advection()),
      kernels_(box_kernels(level)), weight_(in_lanes(gas.weight.transpose())),
      external_(in_lanes(gas.external_field(0.0))), field_(gas.modes(), gas.generators(), cells), stage_(field_),
      rate_(field_), sum_(field_) {
    for (int m = 0; m < 3; ++m) {
        direction_[m] = in_lanes(gas.direction.row(m));
    }
}

double SpectralFlow::evaluate(const BoxField& state, double time, BoxField& rate) {
    std::copy_n(state.data(), state.size(), rate.data());
    streaming_.apply(advection_, rate);
    if (!gas_.lambda.constant()) {
        external_ = in_lanes(gas_.external_field(time));
    }
    LocalInput in;
    in.blocks = state.blocks();
    in.cells = state.cells();
    in.stride = state.stride();
    in.components = state.components();
    in.current_components = gas_.direction.topRows<2>().isZero(0.0) ? 1 : 3;
    for (int m = 0; m < 3; ++m) {
        in.direction[m] = direction_[m].data();
    }
    in.weight = weight_.data();
    in.external = gas_.has_external_field() ? external_.data() : nullptr;
    in.mu = gas_.mu.at(time);
    in.P = const_cast<double*>(state.data()); // only read
    const double work = kernels_.precession[gas_.flavors - 2](in, rate.data());
    return -0.5 * work * length_ / state.cells();
}

void SpectralFlow::step(double h) {
    constexpr double weight[4] = {1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0};
    constexpr double place[4] = {0.0, 0.5, 0.5, 1.0};
    const std::size_t size = field_.size();
    std::copy_n(field_.data(), size, sum_.data());
    double gained = 0.0;
    for (int s = 0; s < 4; ++s) {
        const BoxField* at = &field_;
        if (s > 0) {
            for (std::size_t i = 0; i < size; ++i) {
                stage_.data()[i] = field_.data()[i] + place[s] * h * rate_.data()[i];
            }
            at = &stage_;
        }
        gained += weight[s] * evaluate(*at, time_ + place[s] * h, rate_);
        for (std::size_t i = 0; i < size; ++i) {
            sum_.data()[i] += weight[s] * h * rate_.data()[i];
        }
    }
    std::swap(field_, sum_);
    kinetic_energy_ += h * gained;
    time_ += h;
}

void SpectralFlow::advance_to(double time, double largest) {
    if (time <= time_) {
        return;
    }
    const double start = time_;
    const auto steps = static_cast<long>(std::ceil((time - start) / largest - 1e-9));
    const double h = (time - start) / static_cast<double>(steps);
    for (long i = 0; i < steps; ++i) {
        step(h);
        time_ = i + 1 == steps ? time : start + static_cast<double>(i + 1) * h;
    }
    if (!field_.finite()) {
        throw std::runtime_error("the solution stopped being finite before t = " + std::to_string(time) +
                                 ": use a smaller step");
    }
}

void SpectralFlow::advance_adaptively_to(double time, double tolerance) {
    if (time <= time_) {
        return;
    }
    // The field and, behind it, the kinetic energy gained.
    const std::size_t size = field_.size();
    std::vector<double> state(field_.data(), field_.data() + size);
    state.push_back(kinetic_energy_);
    const auto system = [&](const std::vector<double>& x, std::vector<double>& rate, double t) {
        std::copy_n(x.data(), size, stage_.data());
        rate.resize(size + 1);
        rate[size] = evaluate(stage_, t, rate_);
        std::copy_n(rate_.data(), size, rate.data());
    };
    advance_adaptively(system, state, time_, time, next_step_, tolerance, tolerance);
    std::copy_n(state.data(), size, field_.data());
    kinetic_energy_ = state[size];
}

} // namespace miscid::kinetics
