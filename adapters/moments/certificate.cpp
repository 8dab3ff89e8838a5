#include "certificate.hpp"

#include "medium/constants.hpp"

#include <cmath>

namespace miscid::adapters {

namespace {

namespace constants = medium::constants;

/** Lepton number of a ring below this part of what it is the difference of has no sign. */
constexpr double sign_margin = 1e-7;
/** How far, in units of the smallest |H|, the field may be from that of the cell's state. */
constexpr double near_state = 0.5;
/** Tilts beyond which first order says nothing. */
constexpr double small_tilt = 1e-3;
/** Densities beyond these are the step's to refuse. */
constexpr double largest_number_density = 1e38; // cm^-3
constexpr double largest_mass_density = 1e16;   // g cm^-3

/** False for numbers no step has written, which must not be compared: NaN traps. */
bool read_component(const char* state, std::int64_t stride, int component, double& value) {
    return read_number(state + component * stride, MISCID_FLOAT64, value) && std::abs(value) < 1e60;
}

} // namespace

Certificate::Certificate(const MomentsDescription& description, double marker)
    : negligible_(description.negligible), marker_(marker) {
    const Json& all = description.parameters;
    const auto text = [&](const char* section, const char* key) {
        return parameter(all, section, key).get<std::string>();
    };
    const auto number = [&](const char* section, const char* key) {
        return parameter(all, section, key).get<double>();
    };
    const bool natural = text("units", "system") == "natural";
    splitting_ = number("vacuum", "mass_squared_difference") * (natural ? 0.5 : constants::vacuum_frequency);
    sin2theta_ = std::abs(std::sin(2.0 * number("vacuum", "mixing_angle")));
    potential_ = natural ? 1.0 : constants::sqrt2_fermi_constant * number("units", "number_density");
    baryon_ =
        natural ? 1.0 : constants::sqrt2_fermi_constant * number("units", "mass_density") / constants::atomic_mass_unit;
    from_matter_ = text("equilibrium", "cold_start") == "from_matter";
    const miscid_context* context = description.context.get();
    state_size_ = description.context.state_doubles_per_cell();
    closure_ = state_size_;
    for (int c = state_size_ - 1; c >= 0; --c) {
        const char* name = nullptr;
        miscid_state_component(context, c, &name, nullptr, nullptr);
        const std::string component = name != nullptr ? name : "";
        constexpr const char* along_axis[] = {"field_0_z", "field_x_z", "field_y_z", "field_z_z"};
        for (int k = 0; k < 4; ++k) {
            field_[k] = component == along_axis[k] ? c : field_[k];
        }
        closure_ = component == "closure_0" ? c : closure_;
    }
    const bool known = field_[0] > 0 && field_[1] > 0 && field_[2] > 0 && field_[3] > 0;
    possible_ = negligible_ > 0.0 && marker != 0.0 && known && !description.grey &&
                description.species.flavors() == 2 && text("collisions", "mode") == "off" &&
                text("viscosity", "closure") != "host" && text("validity", "action") == "apply" &&
                parameter(all, "step", "enabled").get<bool>();
}

double Certificate::matter(const Medium& medium, bool electrons_given) const {
    if (electrons_given) {
        const double lambda = potential_ * medium.electron_density;
        return lambda < constants::sqrt2_fermi_constant * largest_number_density || potential_ == 1.0 ? lambda : 0.0;
    }
    const double lambda = baryon_ * medium.mass_density;
    const double largest = constants::sqrt2_fermi_constant * largest_mass_density / constants::atomic_mass_unit;
    const bool sane = medium.electron_fraction > 0.0 && medium.electron_fraction <= 1.0 && lambda > 0.0 &&
                      (lambda < largest || potential_ == 1.0);
    return sane ? lambda * medium.electron_fraction : 0.0;
}

/** Bound on the tilt of any mode; infinite where the response is not regular. */
double Certificate::predicted_tilt(const CellPotentials& cell, double fastest) const noexcept {
    constexpr double none = 1e300;
    const double gap = cell.lambda + cell.D0 - std::abs(cell.D1) - fastest; // smallest H of any mode, any direction
    if (!(gap > 1e-100)) {
        return none;
    }
    double M[3] = {};
    for (int d = 0; d < cell.rings; ++d) {
        const double one = cell.e[d] / (cell.lambda + cell.D0 - cell.v[d] * cell.D1);
        M[0] += one;
        M[1] += one * cell.v[d];
        M[2] += one * cell.v[d] * cell.v[d];
    }
    const double determinant = (1.0 - M[0]) * (1.0 + M[2]) + M[1] * M[1];
    if (!(determinant > 1e-9)) {
        return none;
    }
    const double inverse =
        (std::abs(1.0 - M[0]) + std::abs(1.0 + M[2]) + 2.0 * std::abs(M[1])) / determinant; // sum of its elements
    const double field = inverse * cell.source * sin2theta_ / gap;
    return (fastest * sin2theta_ + field) / gap;
}

bool Certificate::state_agrees(const CellPotentials& cell, const char* state, std::int64_t stride,
                               bool& history) const noexcept {
    double marker = 0.0;
    if (!read_component(state, stride, 0, marker) || (marker != 0.0 && marker != marker_)) {
        return false; // the step refuses it
    }
    history = marker != 0.0;
    if (!history) {
        return true;
    }
    for (int c = 0; c < closure_; ++c) {
        double any = 0.0;
        if (!read_component(state, stride, c, any)) {
            return false;
        }
    }
    const double now[4] = {cell.lambda + cell.D0, 0.0, 0.0, cell.D1};
    double change = 0.0;
    for (int k = 0; k < 4; ++k) {
        double then = 0.0;
        read_component(state, stride, field_[k], then);
        change += std::abs(then - now[k]);
    }
    if (!(change < near_state * (now[0] - std::abs(cell.D1)))) {
        return false;
    }
    for (int c = closure_; c < state_size_; ++c) {
        double waves = 0.0;
        if (!read_component(state, stride, c, waves) || waves != 0.0) {
            return false; // waves that grew before
        }
    }
    return true;
}

bool Certificate::holds(const CellPotentials& cell, double fastest, const char* state,
                        std::int64_t stride) const noexcept {
    if (!(cell.lambda > 0.0) || !(cell.polarized < 1e60)) {
        return false;
    }
    bool positive = true;
    bool negative = true;
    for (int d = 0; d < cell.rings; ++d) {
        positive = positive && cell.e[d] >= sign_margin * cell.size[d];
        negative = negative && cell.e[d] <= -sign_margin * cell.size[d];
    }
    bool history = false;
    if (!(positive || negative) || !state_agrees(cell, state, stride, history) ||
        (!positive && from_matter_ && !history)) {
        return false;
    }
    // sin^2(tilt/2) of a mode's polarization changes flavor; twice that is left for second order.
    const double tilt = predicted_tilt(cell, fastest);
    return tilt < small_tilt && 0.5 * tilt * tilt <= negligible_;
}

} // namespace miscid::adapters
