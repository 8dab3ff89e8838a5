#include "step/step_command.hpp"

#include "file_command.hpp"
#include "picture.hpp"
#include "step/step_picture.hpp"

#include <miscid/miscid.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <map>
#include <memory>
#include <vector>

namespace miscid::apps {

namespace {

/** Ids, names and access of all fields, from the public list. */
struct FieldEntry {
    miscid_field id;
    bool input;
    bool output;
};

std::map<std::string, FieldEntry> field_table() {
    std::map<std::string, FieldEntry> table;
    const auto add = [&](miscid_field id, const std::string& access) {
        table[miscid_field_name(id)] = {id, access != "OUT", access != "IN"};
    };
#define MISCID_FIELD(name, id, axes, unit, access, text) add(MISCID_FIELD_##name, #access);
#include <miscid/field_list.h>
#undef MISCID_FIELD
    table.erase(miscid_field_name(MISCID_FIELD_COST)); // measured: the same step would not print the same numbers
    return table;
}

/** One field of the single cell: contiguous numbers in the order of the field's axes, last fastest. */
struct CellField {
    std::vector<int32_t> axis;
    std::vector<std::int64_t> extent;
    std::vector<double> values;
};

CellField make_field(const miscid_context* context, miscid_field id) {
    CellField field;
    int32_t count = 0;
    int32_t axis[MISCID_AXIS_COUNT];
    std::int64_t extent[MISCID_AXIS_COUNT];
    miscid_field_shape(context, id, &count, axis, extent);
    std::size_t size = 1;
    for (int i = 0; i < count; ++i) {
        field.axis.push_back(axis[i]);
        field.extent.push_back(extent[i]);
        size *= static_cast<std::size_t>(extent[i]);
    }
    field.values.assign(size, 0.0);
    return field;
}

/** False if the field does not exist for this number of flavors. */
bool bind(miscid_batch* batch, miscid_field id, CellField& field) {
    miscid_view view;
    miscid_view_init(&view, field.values.data());
    std::int64_t stride = static_cast<std::int64_t>(sizeof(double));
    for (std::size_t i = field.axis.size(); i-- > 0;) {
        miscid_view_add_axis(&view, static_cast<miscid_axis>(field.axis[i]), field.extent[i], stride);
        stride *= field.extent[i];
    }
    const miscid_status status = miscid_batch_bind(batch, id, &view);
    if (status == MISCID_UNSUPPORTED) {
        return false;
    }
    if (status < 0) {
        char message[512];
        miscid_last_error(message, sizeof message);
        throw InputError(message);
    }
    return true;
}

/** Numbers may be flat or nested arrays, or one number for a field without axes. */
void flatten(const Json& json, std::vector<double>& values, const Section& section, const std::string& key) {
    if (json.is_array()) {
        for (const auto& entry : json) {
            flatten(entry, values, section, key);
        }
    } else if (json.is_number()) {
        values.push_back(json.get<double>());
    } else if (json.is_string() && json.get<std::string>().rfind("float64:", 0) == 0) {
        const std::string digits = json.get<std::string>().substr(8);
        std::uint64_t bits = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), bits, 16);
        if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) {
            section.fail(key, "16 hexadecimal digits after 'float64:'");
        }
        double value;
        std::memcpy(&value, &bits, sizeof value);
        values.push_back(value);
    } else if (json.is_string() && json.get<std::string>().rfind("float32:", 0) == 0) {
        values.push_back(std::nan(""));
    } else if (json == "NaN") {
        values.push_back(std::nan(""));
    } else {
        section.fail(key, "numbers, or \"float64:<bits>\" for numbers that are not finite");
    }
}

/** Nested arrays again, so that the output reads like the field's shape. */
Json nested(const CellField& field, std::size_t axis, std::size_t& position) {
    if (axis == field.extent.size()) {
        const double value = field.values[position++];
        return std::isfinite(value) ? Json(value) : Json();
    }
    Json json = Json::array();
    for (std::int64_t i = 0; i < field.extent[axis]; ++i) {
        json.push_back(nested(field, axis + 1, position));
    }
    return json;
}

std::string lower(std::string text) {
    for (char& letter : text) {
        letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    return text;
}

std::string last_error() {
    char message[1024];
    miscid_last_error(message, sizeof message);
    return message;
}

Json report_json(const miscid_report& report) {
    return {{"iterations", report.iterations},
            {"continued", report.continued > 0},
            {"cold_start", report.cold_starts > 0},
            {"max_residual", report.max_residual},
            {"max_rotation", report.max_rotation},
            {"max_tilt", report.max_tilt},
            {"time_step_factor", report.time_step_factor}};
}

/** What is drawn besides the answer. */
struct ForPicture {
    Json configuration;                   ///< every parameter
    std::vector<std::vector<double>> rho; ///< as it came in and after each step
};

/** Numbers of a step that has no axes, for the history. */
Json scalars(const std::map<std::string, CellField>& arrays, const std::map<std::string, FieldEntry>& table) {
    Json json;
    for (const auto& [name, field] : arrays) {
        if (table.at(name).output && field.extent.empty()) {
            json[name] = std::isfinite(field.values[0]) ? Json(field.values[0]) : Json();
        }
    }
    return json;
}

int steps_of(const Section& root) {
    if (!root.has("steps")) {
        return 1;
    }
    const int steps = root.integer("steps");
    if (steps < 1 || steps > 100000) {
        root.fail("steps", "an integer from 1 to 100000");
    }
    return steps;
}

Json run_cell(const Json& json, const std::string& file, ForPicture* picture) {
    const Section root(json, file, "");
    root.allow({"miscid_cell", "version", "configuration", "time", "dt", "steps", "cell", "fields", "schema"});
    const int steps = steps_of(root);
    const Section fields = root.child("fields");

    Config config;
    try {
        config.read_json(root.child("configuration").json().dump());
    } catch (const Error& error) {
        throw InputError(file + ": configuration: " + error.what());
    }
    const Context context(config);
    Workspace workspace(context);
    Batch batch(context);
    if (picture != nullptr) {
        picture->configuration = Json::parse(config.json());
    }

    const auto table = field_table();
    std::map<std::string, CellField> arrays;
    for (const auto& item : fields.json().items()) {
        const auto found = table.find(item.key());
        if (found == table.end() || !found->second.input) {
            throw InputError(file + ": unknown key 'fields." + item.key() + "': no field a host gives has this name");
        }
        CellField field = make_field(context.get(), found->second.id);
        std::vector<double> values;
        flatten(item.value(), values, fields, item.key());
        if (values.size() != field.values.size()) {
            fields.fail(item.key(),
                        std::to_string(field.values.size()) + " numbers, got " + std::to_string(values.size()));
        }
        field.values = values;
        arrays[item.key()] = field;
    }
    // Written by miscid_invariant_to_flavor.
    const auto not_by_apply = [](const std::string& name) {
        return name == "status" || name == "flavor_content" || name == "projected_absorption" ||
               name == "projected_emission";
    };
    for (const auto& [name, entry] : table) {
        if (!not_by_apply(name) && entry.output && (arrays.count(name) > 0 || !entry.input || name == "state")) {
            arrays.emplace(name, make_field(context.get(), entry.id));
        }
    }
    for (auto entry = arrays.begin(); entry != arrays.end();) {
        const bool bound = bind(batch.get(), table.at(entry->first).id, entry->second);
        entry = bound ? std::next(entry) : arrays.erase(entry);
    }

    int32_t cell_status = 0;
    miscid_view status_view;
    miscid_view_init(&status_view, &cell_status);
    status_view.dtype = MISCID_INT32;
    miscid_batch_bind(batch.get(), MISCID_FIELD_STATUS, &status_view);

    const auto remember = [&] {
        if (picture != nullptr && arrays.count("rho") > 0) {
            picture->rho.push_back(arrays.at("rho").values);
        }
    };
    const double dt = root.number("dt", 0.0);
    double time = root.number("time", 0.0);
    Json answer;
    miscid_report report{};
    remember();
    for (int step = 1; step <= steps; ++step, time += dt) {
        report = miscid_report{};
        report.struct_size = sizeof report;
        const miscid_status status = miscid_apply(context.get(), workspace.get(), batch.get(), time, dt, &report);
        if (status < 0) {
            answer["status"] = lower(miscid_status_name(status));
            answer["message"] = last_error();
            return answer;
        }
        if (cell_status < 0 || cell_status == MISCID_CELL_REDUCE_TIME_STEP) {
            answer["steps_done"] = step - 1;
            break;
        }
        remember();
        if (steps > 1) {
            answer["steps_done"] = step;
            Json row = scalars(arrays, table);
            row["time"] = time + dt;
            row["status"] = cell_status == 0 ? "ok" : lower(miscid_status_name(cell_status));
            answer["history"].push_back(row);
        }
    }
    if (steps == 1 && answer.contains("steps_done")) {
        answer.erase("steps_done");
    }
    answer["status"] = cell_status == 0 ? "ok" : lower(miscid_status_name(cell_status));
    answer["code"] = cell_status;
    if (cell_status != 0) {
        answer["message"] = cell_status < 0 ? last_error() : miscid_status_text(cell_status);
    }
    answer["report"] = report_json(report);
    if (cell_status >= 0 && cell_status != MISCID_CELL_REDUCE_TIME_STEP) {
        for (const auto& [name, field] : arrays) {
            if (table.at(name).output) {
                std::size_t position = 0;
                answer["fields"][name] = nested(field, 0, position);
            }
        }
    }
    return answer;
}

} // namespace

Json run_one_cell(const Json& json, const std::string& file) {
    return run_cell(json, file, nullptr);
}

void add_step_command(CLI::App& app, int& exit_code) {
    struct Options {
        FileOptions files;
        std::string plot;
    };
    auto* command = app.add_subcommand("step", "one full step on one cell, through the C interface");
    const auto options = std::make_shared<Options>();
    add_file_options(*command, options->files, "cell (docs/step-command.md)");
    command->add_option("--plot", options->plot, "draw the cell before and after into this PNG file");
    command->callback([options, &exit_code] {
        exit_code = answer_file(options->files, [&](const Json& json, const std::string& file) {
            if (options->plot.empty()) {
                return run_one_cell(json, file);
            }
            ForPicture picture;
            Json answer = run_cell(json, file, &picture);
            if (answer.contains("fields")) {
                draw_picture(MISCID_THERMO_PLOT_SCRIPT,
                             step_picture(json, picture.configuration, answer, picture.rho, file), options->plot);
            }
            return answer;
        });
    });
}

} // namespace miscid::apps
