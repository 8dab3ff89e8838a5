// Configuration and context: everything that happens once, at start-up.

#include "capi/error.hpp"
#include "capi/fields.hpp"
#include "capi/handles.hpp"
#include "flavor/three_flavor.hpp"
#include "medium/constants.hpp"

#include <cmath>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>

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

Json parse(const std::string& text) {
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& error) {
        throw StatusError(MISCID_BAD_JSON, std::string("not valid JSON: ") + error.what());
    }
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
    // A state may be read back where the same H would be made of it; other options may change in between.
    const Json json = values.json();
    std::string meaning_text = json["vacuum"].dump() + json["units"]["system"].dump() + ";layout=1";
    if (context->flavors == 3) {
        meaning_text += ";flavors=3";
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

    context->fingerprint = hash(values.json_for_fingerprint().dump() +
                                ";state=" + std::to_string(state_size(context->flavors)) + ";layout=1");
    return context;
}

/** Copies text out in the two-call manner: needed size with terminator always, text if it fits. */
miscid_status copy_out(const char* where, const void* data, size_t size, void* buffer, size_t capacity,
                       size_t* needed) {
    if (needed != nullptr) {
        *needed = size;
    }
    if (buffer == nullptr) {
        return MISCID_OK;
    }
    if (capacity < size) {
        return set_error(MISCID_BUFFER_TOO_SMALL, "%s: %zu bytes are needed, %zu were given", where, size, capacity);
    }
    std::memcpy(buffer, data, size);
    return MISCID_OK;
}

/** Names and units of the numbers of a cell's state. */
struct StateComponent {
    const char* name;
    const char* unit;
};
constexpr StateComponent two_flavor_state[miscid::step::StateFor<2>::size] = {{"marker", "1"},
                                                                              {"field_0_x", "cm^-1"},
                                                                              {"field_0_y", "cm^-1"},
                                                                              {"field_0_z", "cm^-1"},
                                                                              {"field_x_x", "cm^-1"},
                                                                              {"field_x_y", "cm^-1"},
                                                                              {"field_x_z", "cm^-1"},
                                                                              {"field_y_x", "cm^-1"},
                                                                              {"field_y_y", "cm^-1"},
                                                                              {"field_y_z", "cm^-1"},
                                                                              {"field_z_x", "cm^-1"},
                                                                              {"field_z_y", "cm^-1"},
                                                                              {"field_z_z", "cm^-1"},
                                                                              {"matter_potential", "cm^-1"},
                                                                              {"matter_velocity_x", "c"},
                                                                              {"matter_velocity_y", "c"},
                                                                              {"matter_velocity_z", "c"},
                                                                              {"inertia", "1"},
                                                                              {"rotation_frequency", "cm^-1"}};
constexpr StateComponent three_flavor_state[miscid::step::StateFor<3>::size] = {{"marker", "1"},
                                                                                {"field_0_mu_tau_diagonal", "cm^-1"},
                                                                                {"field_0_e_diagonal", "cm^-1"},
                                                                                {"field_0_emu_x", "cm^-1"},
                                                                                {"field_0_emu_y", "cm^-1"},
                                                                                {"field_0_etau_x", "cm^-1"},
                                                                                {"field_0_etau_y", "cm^-1"},
                                                                                {"field_0_mutau_x", "cm^-1"},
                                                                                {"field_0_mutau_y", "cm^-1"},
                                                                                {"field_x_mu_tau_diagonal", "cm^-1"},
                                                                                {"field_x_e_diagonal", "cm^-1"},
                                                                                {"field_x_emu_x", "cm^-1"},
                                                                                {"field_x_emu_y", "cm^-1"},
                                                                                {"field_x_etau_x", "cm^-1"},
                                                                                {"field_x_etau_y", "cm^-1"},
                                                                                {"field_x_mutau_x", "cm^-1"},
                                                                                {"field_x_mutau_y", "cm^-1"},
                                                                                {"field_y_mu_tau_diagonal", "cm^-1"},
                                                                                {"field_y_e_diagonal", "cm^-1"},
                                                                                {"field_y_emu_x", "cm^-1"},
                                                                                {"field_y_emu_y", "cm^-1"},
                                                                                {"field_y_etau_x", "cm^-1"},
                                                                                {"field_y_etau_y", "cm^-1"},
                                                                                {"field_y_mutau_x", "cm^-1"},
                                                                                {"field_y_mutau_y", "cm^-1"},
                                                                                {"field_z_mu_tau_diagonal", "cm^-1"},
                                                                                {"field_z_e_diagonal", "cm^-1"},
                                                                                {"field_z_emu_x", "cm^-1"},
                                                                                {"field_z_emu_y", "cm^-1"},
                                                                                {"field_z_etau_x", "cm^-1"},
                                                                                {"field_z_etau_y", "cm^-1"},
                                                                                {"field_z_mutau_x", "cm^-1"},
                                                                                {"field_z_mutau_y", "cm^-1"},
                                                                                {"matter_potential", "cm^-1"},
                                                                                {"matter_velocity_x", "c"},
                                                                                {"matter_velocity_y", "c"},
                                                                                {"matter_velocity_z", "c"},
                                                                                {"inertia", "1"},
                                                                                {"rotation_frequency_1", "cm^-1"},
                                                                                {"rotation_frequency_2", "cm^-1"},
                                                                                {"muon_potential", "cm^-1"},
                                                                                {"tau_potential", "cm^-1"}};

} // namespace

/* ---------------------------------------------------------------------------------------------------- configuration */

miscid_status miscid_config_create(miscid_config** config) {
    MISCID_REQUIRE(config);
    return guarded(__func__, [&] {
        *config = new miscid_config;
        return MISCID_OK;
    });
}

void miscid_config_destroy(miscid_config* config) {
    delete config;
}

miscid_status miscid_config_read_json(miscid_config* config, const char* text, size_t length) {
    MISCID_REQUIRE(config);
    MISCID_REQUIRE(text);
    return guarded(__func__, [&] {
        config->values.merge(parse(std::string(text, length)));
        return MISCID_OK;
    });
}

miscid_status miscid_config_read_file(miscid_config* config, const char* path) {
    MISCID_REQUIRE(config);
    MISCID_REQUIRE(path);
    return guarded(__func__, [&] {
        std::ifstream stream(path);
        std::stringstream text;
        if (!stream || !(text << stream.rdbuf())) {
            throw StatusError(MISCID_FILE_ERROR, std::string(path) + ": cannot be read");
        }
        try {
            config->values.merge(parse(text.str()));
        } catch (const StatusError& error) {
            throw StatusError(error.status(), std::string(path) + ": " + error.what());
        }
        return MISCID_OK;
    });
}

namespace {

miscid_status set_value(const char* where, miscid_config* config, const char* name, const Json& value) {
    if (config == nullptr || name == nullptr) {
        return set_error(MISCID_NULL_ARGUMENT, "%s: argument '%s' is null", where,
                         config == nullptr ? "config" : "name");
    }
    return guarded(where, [&] {
        config->values.set(name, value);
        return MISCID_OK;
    });
}

} // namespace

miscid_status miscid_config_set_number(miscid_config* config, const char* name, double value) {
    return set_value(__func__, config, name, value);
}

miscid_status miscid_config_set_integer(miscid_config* config, const char* name, int64_t value) {
    return set_value(__func__, config, name, value);
}

miscid_status miscid_config_set_boolean(miscid_config* config, const char* name, int32_t value) {
    return set_value(__func__, config, name, value != 0);
}

miscid_status miscid_config_set_text(miscid_config* config, const char* name, const char* value) {
    MISCID_REQUIRE(value);
    return set_value(__func__, config, name, value);
}

miscid_status miscid_config_set_unit(miscid_config* config, const char* quantity, double value) {
    MISCID_REQUIRE(quantity);
    return guarded(__func__, [&] {
        return set_value("miscid_config_set_unit", config, ("units." + std::string(quantity)).c_str(), value);
    });
}

miscid_status miscid_config_write_json(const miscid_config* config, char* buffer, size_t capacity, size_t* needed) {
    MISCID_REQUIRE(config);
    if (buffer == nullptr) {
        MISCID_REQUIRE(needed);
    }
    return guarded(__func__, [&] {
        const std::string text = config->values.json().dump(2);
        return copy_out("miscid_config_write_json", text.c_str(), text.size() + 1, buffer, capacity, needed);
    });
}

int32_t miscid_parameter_count(void) {
    return static_cast<int32_t>(parameters().size());
}

const char* miscid_parameter_text(int32_t index, miscid_parameter_property property) {
    if (index < 0 || index >= miscid_parameter_count()) {
        return nullptr;
    }
    const Parameter& parameter = parameters()[static_cast<std::size_t>(index)];
    switch (property) {
    case MISCID_PARAMETER_NAME:
        return parameter.name;
    case MISCID_PARAMETER_TYPE:
        return parameter.type;
    case MISCID_PARAMETER_DEFAULT:
        return parameter.default_value;
    case MISCID_PARAMETER_RANGE:
        return parameter.range;
    case MISCID_PARAMETER_UNIT:
        return parameter.unit;
    case MISCID_PARAMETER_DOC:
        return parameter.doc;
    case MISCID_PARAMETER_SOURCE:
        return parameter.source;
    default:
        return nullptr;
    }
}

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
        const std::string text = context->values.json().dump();
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
    *count = state_size(context->flavors);
    return MISCID_OK;
}

miscid_status miscid_state_component(const miscid_context* context, int32_t index, const char** name, const char** unit,
                                     miscid_amr_rule* rule) {
    clear_error();
    MISCID_REQUIRE(context);
    if (index < 0 || index >= state_size(context->flavors)) {
        return set_error(MISCID_BAD_ARGUMENT, "%s: index %d is not in [0, %d)", __func__, index,
                         state_size(context->flavors));
    }
    const StateComponent* components = context->flavors == 2 ? two_flavor_state : three_flavor_state;
    if (name != nullptr) {
        *name = components[index].name;
    }
    if (unit != nullptr) {
        *unit = components[index].unit;
    }
    if (rule != nullptr) {
        *rule = MISCID_AMR_COPY; // a neighbouring state is a valid guess; an average of states belongs to no cell
    }
    return MISCID_OK;
}

/* ---------------------------------------------------------------------------------------------------- workspace */

miscid_workspace::miscid_workspace(const miscid_context& context)
    : fingerprint(context.fingerprint), grid(context.directions, context.slots()),
      energy(static_cast<std::size_t>(context.groups)) {
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
