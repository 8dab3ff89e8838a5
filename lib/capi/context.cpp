// Context and workspace: everything that happens once, at start-up.

#include "capi/copy_out.hpp"
#include "capi/error.hpp"
#include "capi/fields.hpp"
#include "capi/handles.hpp"
#include "flavor/three_flavor.hpp"
#include "medium/constants.hpp"

#include <cmath>
#include <cstring>
#include <memory>

using namespace miscid::capi;
using miscid::step::Settings;

namespace {

constexpr char pack_magic[8] = {'m', 'i', 's', 'c', 'i', 'd', '0', '1'};

/** FNV-1a, 64 bit. */
std::uint64_t hash(const std::string& text) {
    std::uint64_t h = 1469598103934665603ull;
    for (const char letter : text) {
        h = (h ^ static_cast<unsigned char>(letter)) * 1099511628211ull;
    }
    return h;
}

miscid::equilibrium::DispatchLevel choose_level(const std::string& level) {
    using miscid::equilibrium::DispatchLevel;
    const DispatchLevel best = miscid::equilibrium::best_dispatch_level();
    DispatchLevel wanted = best;
    if (level == "baseline") {
        wanted = DispatchLevel::baseline;
    } else if (level == "avx2") {
        wanted = DispatchLevel::avx2;
    } else if (level == "avx512") {
        wanted = DispatchLevel::avx512;
    }
    if (wanted > best) {
        throw StatusError(MISCID_UNSUPPORTED, "dispatch.level: this machine cannot run " + level);
    }
    return wanted;
}

std::unique_ptr<miscid_context> make_context(const Values& values) {
    namespace constants = miscid::medium::constants;
    auto context = std::make_unique<miscid_context>();
    context->values = values;
    context->level = choose_level(values.text("dispatch.level"));
    context->flavors = values.integer("phase_space.flavors");
    context->groups = values.integer("phase_space.groups");
    context->directions = values.integer("phase_space.directions");
    context->conjugate_antineutrinos = values.text("phase_space.antineutrino_convention") == "conjugate";
    context->enabled = values.boolean("step.enabled");
    context->natural_units = values.text("units.system") == "natural";
    context->screen_units = values.boolean("screen.units") && !context->natural_units;
    const std::string action = values.text("validity.action");
    context->validity_action = action == "apply"  ? ValidityAction::apply
                               : action == "flag" ? ValidityAction::flag
                                                  : ValidityAction::refuse;
    context->wave_bins = values.integer("viscosity.wave_bins");
    context->wave_number_limit = values.number("viscosity.wave_number_limit");
    context->validity_criteria = static_cast<std::uint32_t>(values.integer("validity.criteria"));
    context->coherence_length = values.number("validity.coherence_length");
    context->direction_tolerance = values.number("screen.direction_tolerance");
    context->B = miscid::medium::vacuum_direction(values.number("vacuum.mixing_angle"));
    if (std::abs(context->B.x()) < 1e-15) {
        context->B = {0.0, 0.0, std::copysign(1.0, context->B.z())}; // exactly along the flavor axis: a symmetry
    }
    const double ordering = values.text("vacuum.ordering") == "normal" ? 1.0 : -1.0;
    const double atmospheric = values.number("vacuum.mass_squared_difference");
    double splitting = ordering * atmospheric;
    if (context->flavors == 3) { // the ordering stands in the matrix
        const double ratio = atmospheric > 0.0 ? values.number("vacuum.mass_squared_difference_21") / atmospheric : 0.0;
        const auto U =
            miscid::flavor::mixing_matrix(values.number("vacuum.mixing_angle_12"), values.number("vacuum.mixing_angle"),
                                          values.number("vacuum.mixing_angle_23"), values.number("vacuum.cp_phase"));
        context->three_flavor_B = miscid::flavor::vacuum_vector(U, ratio, ordering);
        for (double& component : context->three_flavor_B) { // exactly 0 where the angles say so: a symmetry
            component = std::abs(component) < 1e-15 ? 0.0 : component;
        }
        splitting = atmospheric;
        context->tau_effective_fraction = values.number("matter.tau_effective_fraction");
    }
    if (context->natural_units) {
        context->vacuum_frequency = 0.5 * splitting;
        context->potential = 1.0;
    } else {
        context->vacuum_frequency = splitting * constants::vacuum_frequency;
        context->potential = constants::sqrt2_fermi_constant;
        context->number_density_unit = values.number("units.number_density");
        context->mass_density_unit = values.number("units.mass_density");
        context->energy_unit = values.number("units.energy");
        context->time_unit = values.number("units.time");
        context->velocity_unit = values.number("units.velocity");
        const double rate = values.number("units.rate");
        context->rate_unit = rate > 0.0 ? rate : 1.0 / context->time_unit;
    }

    Settings& s = context->settings;
    s.transport = values.text("transport.mode") == "matrix" ? miscid::step::Transport::matrix
                                                            : miscid::step::Transport::invariant;
    s.form =
        values.text("phase_space.form") == "occupation" ? miscid::step::Form::occupation : miscid::step::Form::density;
    s.tilted =
        values.text("equilibrium.tilted") == "rotate" ? miscid::step::Tilted::rotate : miscid::step::Tilted::project;
    s.cold_start = values.text("equilibrium.cold_start") == "from_matter" ? miscid::step::ColdStart::from_matter
                                                                          : miscid::step::ColdStart::from_incoming;
    const std::string collisions = values.text("collisions.mode");
    s.collisions = collisions == "off"              ? miscid::step::Collisions::off
                   : collisions == "depolarization" ? miscid::step::Collisions::depolarization
                                                    : miscid::step::Collisions::full;
    const std::string closure = values.text("viscosity.closure");
    if (closure == "host") {
        s.viscosity = miscid::step::Viscosity::host;
    } else if (miscid::closures::kind_of(closure.c_str(), s.closure) && s.closure != miscid::closures::Kind::none) {
        s.viscosity = miscid::step::Viscosity::waves;
    }
    // A state may be read back where the same H would be made of it; other options may change in between.
    std::string meaning_text = values.section_text("vacuum") + "\"" + values.text("units.system") + "\";layout=2";
    if (context->flavors == 3) {
        meaning_text += ";flavors=3";
    }
    if (s.viscosity == miscid::step::Viscosity::waves) {
        meaning_text += ";closure=" + closure;
    }
    const std::uint64_t meaning = hash(meaning_text);
    s.state_marker = 1.0 + static_cast<double>(meaning & 0xffffffffull);
    s.crossing = values.text("equilibrium.crossing") == "adiabatic" ? miscid::step::Crossing::adiabatic
                                                                    : miscid::step::Crossing::landau_zener;
    s.speed_of_light = context->natural_units ? 1.0 : constants::speed_of_light;
    s.strict = values.boolean("equilibrium.strict");
    s.eigenvalue_tolerance = values.number("screen.eigenvalue_tolerance");
    s.solver.max_iterations = values.integer("equilibrium.max_iterations");
    s.max_cold_iterations = values.integer("equilibrium.max_cold_iterations");
    s.solver.step_rotation = values.number("equilibrium.step_rotation");
    s.solver.corrector = values.number("equilibrium.corrector");

    context->state = state_layout(
        context->flavors, miscid::step::FlavorWaves::state_size(s.closure, context->directions, context->flavors));
    context->fingerprint =
        hash(values.text_for_fingerprint() + ";state=" + std::to_string(context->state_size()) + ";layout=2");
    return context;
}

} // namespace

/* ---------------------------------------------------------------------------------------------------- context */

miscid_status miscid_context_create(const miscid_config* config, miscid_context** context) {
    MISCID_REQUIRE(config);
    MISCID_REQUIRE(context);
    return guarded(__func__, [&] {
        *context = make_context(config->values).release();
        return MISCID_OK;
    });
}

void miscid_context_destroy(miscid_context* context) {
    delete context;
}

miscid_status miscid_context_pack(const miscid_context* context, void* buffer, size_t capacity, size_t* needed) {
    MISCID_REQUIRE(context);
    if (buffer == nullptr) {
        MISCID_REQUIRE(needed);
    }
    return guarded(__func__, [&] {
        const std::string text = context->values.json_text();
        const std::uint64_t checksum = hash(text);
        std::string bytes(pack_magic, sizeof pack_magic);
        bytes.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
        bytes += text;
        return copy_out("miscid_context_pack", bytes.data(), bytes.size(), buffer, capacity, needed);
    });
}

miscid_status miscid_context_unpack(const void* buffer, size_t length, miscid_context** context) {
    MISCID_REQUIRE(buffer);
    MISCID_REQUIRE(context);
    return guarded(__func__, [&] {
        const std::string bytes(static_cast<const char*>(buffer), length);
        std::uint64_t checksum = 0;
        constexpr std::size_t header = sizeof pack_magic + sizeof checksum;
        if (bytes.size() < header || std::memcmp(bytes.data(), pack_magic, sizeof pack_magic) != 0) {
            throw StatusError(MISCID_CONTEXT_MISMATCH, "these bytes were not packed by this version of miscid");
        }
        std::memcpy(&checksum, bytes.data() + sizeof pack_magic, sizeof checksum);
        const std::string text = bytes.substr(header);
        if (hash(text) != checksum) {
            throw StatusError(MISCID_CONTEXT_MISMATCH, "the packed bytes are damaged");
        }
        Values values;
        values.merge(parse(text));
        *context = make_context(values).release();
        return MISCID_OK;
    });
}

miscid_status miscid_context_fingerprint(const miscid_context* context, uint64_t* fingerprint) {
    clear_error();
    MISCID_REQUIRE(context);
    MISCID_REQUIRE(fingerprint);
    *fingerprint = context->fingerprint;
    return MISCID_OK;
}

miscid_status miscid_state_doubles_per_cell(const miscid_context* context, int32_t* count) {
    clear_error();
    MISCID_REQUIRE(context);
    MISCID_REQUIRE(count);
    *count = context->state_size();
    return MISCID_OK;
}

miscid_status miscid_state_component(const miscid_context* context, int32_t index, const char** name, const char** unit,
                                     miscid_amr_rule* rule) {
    clear_error();
    MISCID_REQUIRE(context);
    if (index < 0 || index >= context->state_size()) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: index %d is not in [0, %d)", __func__, index, context->state_size());
    }
    const StateComponent& component = context->state[static_cast<std::size_t>(index)];
    if (name != nullptr) {
        *name = component.name.c_str();
    }
    if (unit != nullptr) {
        *unit = component.unit;
    }
    if (rule != nullptr) {
        *rule = MISCID_AMR_COPY; // a neighbouring state is a valid guess; an average of states belongs to no cell
    }
    return MISCID_OK;
}

/* ---------------------------------------------------------------------------------------------------- workspace */

miscid_workspace::miscid_workspace(const miscid_context& context)
    : fingerprint(context.fingerprint), grid(context.directions, context.slots()),
      energy(static_cast<std::size_t>(context.groups)),
      lepton_number(static_cast<std::size_t>(grid.blocks()) * miscid::phase_space::lanes, 0.0) {
    if (context.flavors == 2) {
        two_flavors = std::make_unique<Worker<2>>(context, grid);
    } else {
        three_flavors = std::make_unique<Worker<3>>(context, grid);
    }
}

miscid_status miscid_workspace_create(const miscid_context* context, miscid_workspace** workspace) {
    MISCID_REQUIRE(context);
    MISCID_REQUIRE(workspace);
    return guarded(__func__, [&] {
        *workspace = new miscid_workspace(*context);
        return MISCID_OK;
    });
}

void miscid_workspace_destroy(miscid_workspace* workspace) {
    delete workspace;
}
