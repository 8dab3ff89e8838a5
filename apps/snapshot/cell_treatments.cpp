// Treatments of dumps that hold angular distributions: density matrices, or occupations of flavors.
#include "run/errors.hpp"
#include "snapshot/treatment.hpp"

#include <miscid/miscid.hpp>

#include <algorithm>
#include <cctype>

#ifdef MISCID_HAS_MOMENTS
#include "snapshot/adapter_treatments.hpp"
#endif

namespace miscid::apps {

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

void require(miscid_status status, const std::string& what) {
    if (status < 0) {
        throw RunError(what + ": " + miscid::last_error());
    }
}

/** Density matrices: the interface of miscid.h as it is. */
class MatrixTreatment : public Treatment {
public:
    MatrixTreatment(const Json& configuration, const std::string& path) {
        miscid_config* config = nullptr;
        require(miscid_config_create(&config), path);
        const std::unique_ptr<miscid_config, Destroy<miscid_config_destroy>> owner(config);
        const std::string text = configuration.dump();
        if (miscid_config_read_json(config, text.data(), text.size()) < 0) {
            throw InputError(path + ": key 'configuration': " + miscid::last_error());
        }
        miscid_context* context = nullptr;
        if (miscid_context_create(config, &context) < 0) {
            throw InputError(path + ": key 'configuration': " + miscid::last_error());
        }
        context_.reset(context);
        miscid_workspace* workspace = nullptr;
        require(miscid_workspace_create(context, &workspace), path);
        workspace_.reset(workspace);
        miscid_batch* batch = nullptr;
        require(miscid_batch_create(context, &batch), path);
        batch_.reset(batch);
        add_fields();
    }

    const miscid_context* context() const override { return context_.get(); }
    int state_doubles() const override {
        std::int32_t count = 0;
        miscid_state_doubles_per_cell(context_.get(), &count);
        return count;
    }
    bool in_place() const override { return true; }
    Counted counted() const override { return count_flavors("rho", MISCID_AXIS_COMPONENT); }
    void bind(const TreatmentField& field, const miscid_view& in, const miscid_view& out) override {
        bind_view(static_cast<miscid_field>(field.id), field.changed ? out : in);
    }
    void bind_diagnostic(miscid_field field, const miscid_view& view) override { bind_view(field, view); }
    void bind_state(const miscid_view& view) override { bind_view(MISCID_FIELD_STATE, view); }
    void bind_status(const miscid_view& view) override { bind_view(MISCID_FIELD_STATUS, view); }
    void select(const std::array<std::int64_t, 4>& extent) override {
        require(miscid_batch_set_box(batch_.get(), extent.data(), nullptr, nullptr), "miscid_batch_set_box");
    }
    miscid_report apply(double dt) override {
        miscid_report report{};
        report.struct_size = sizeof report;
        require(miscid_apply(context_.get(), workspace_.get(), batch_.get(), 0.0, dt, &report), "miscid_apply");
        return report;
    }

protected:
    void bind_view(miscid_field field, const miscid_view& view) {
        require(miscid_batch_bind(batch_.get(), field, &view), miscid_field_name(field));
    }
    void add_field(const std::string& name, int id, bool per_cell, bool changed) {
        TreatmentField field{id, per_cell, changed, {}, {}};
        std::int32_t count = 0;
        std::int32_t axis[MISCID_AXIS_COUNT];
        std::int64_t extent[MISCID_AXIS_COUNT];
        require(miscid_field_shape(context_.get(), static_cast<miscid_field>(id), &count, axis, extent), name);
        field.axes.assign(axis, axis + count);
        field.extents.assign(extent, extent + count);
        fields_[name] = field;
    }
    /** Flavors of neutrinos, then of antineutrinos, numbered along `axis`. */
    Counted count_flavors(const std::string& field, int axis) const {
        std::int32_t count = 0;
        std::int32_t axes[MISCID_AXIS_COUNT];
        std::int64_t extent[MISCID_AXIS_COUNT];
        miscid_field_shape(context_.get(), MISCID_FIELD_FLAVOR_CONTENT, &count, axes, extent);
        const auto flavors = static_cast<int>(extent[count - 1]);
        Counted counted{field, {}, {{MISCID_AXIS_TYPE, flavors, 2}, {axis, 1, flavors}}};
        for (const char* type : {"nu_", "nubar_"}) {
            for (int f = 0; f < flavors; ++f) {
                const char* names[2][3] = {{"e", "x", ""}, {"e", "mu", "tau"}};
                counted.names.push_back(std::string(type) + names[flavors == 3][f]);
            }
        }
        return counted;
    }
    miscid_workspace* workspace() const { return workspace_.get(); }
    miscid_batch* batch() const { return batch_.get(); }

private:
    /** Everything a dump can hold: what the module reads, and the density matrices. */
    void add_fields() {
        const struct {
            const char* name;
            int id;
            const char* axes;
            const char* access;
        } rows[] = {
#define MISCID_FIELD(name, id, axes, unit, access, text) {#name, id, axes, #access},
#include <miscid/field_list.h>
#undef MISCID_FIELD
        };
        for (const auto& row : rows) {
            const bool changed = row.id == MISCID_FIELD_RHO;
            if (std::string(row.access) == "IN" || changed) {
                add_field(lower(row.name), row.id, row.axes[0] == '*', changed);
            }
        }
    }

    std::unique_ptr<miscid_context, Destroy<miscid_context_destroy>> context_;
    std::unique_ptr<miscid_workspace, Destroy<miscid_workspace_destroy>> workspace_;
    std::unique_ptr<miscid_batch, Destroy<miscid_batch_destroy>> batch_;
};

/** Occupations of flavors, without coherences. In invariant mode a cell without state takes them for the occupations of
 *  the eigenstates of a large matter potential (e is the highest), finds its equilibrium, and tells its flavor content:
 *  no density matrix is stored, so a chunk needs its own size twice and no more. */
class FlavorTreatment : public MatrixTreatment {
public:
    FlavorTreatment(const Json& configuration, const std::string& path) : MatrixTreatment(configuration, path) {
        fields_.erase("rho");
        add_field("flavors", MISCID_FIELD_FLAVOR_CONTENT, true, true);
    }

    bool in_place() const override { return false; }
    Counted counted() const override { return count_flavors("flavors", MISCID_AXIS_FLAVOR); }
    void bind(const TreatmentField& field, const miscid_view& in, const miscid_view& out) override {
        if (!field.changed) {
            MatrixTreatment::bind(field, in, out);
            return;
        }
        miscid_view eigenstates = in;
        for (int a = 0; a < in.axis_count; ++a) {
            if (in.axis[a] == MISCID_AXIS_FLAVOR) {
                eigenstates.axis[a] = MISCID_AXIS_EIGENSTATE;
                eigenstates.data = static_cast<char*>(in.data) + (in.extent[a] - 1) * in.stride[a];
                eigenstates.stride[a] = -in.stride[a];
            }
        }
        bind_view(MISCID_FIELD_AMPLITUDE, eigenstates);
        bind_view(MISCID_FIELD_FLAVOR_CONTENT, out);
    }
    void bind_status(const miscid_view& view) override {
        status_ = view;
        MatrixTreatment::bind_status(view);
    }
    void select(const std::array<std::int64_t, 4>& extent) override {
        extent_ = extent;
        MatrixTreatment::select(extent);
    }
    miscid_report apply(double dt) override {
        const miscid_report report = MatrixTreatment::apply(dt);
        // Cells that were left as they are must stay so to the last bit: only the others are told by their flavors.
        const std::vector<std::int64_t> cells = treated_cells();
        require(miscid_batch_set_cells(batch(), static_cast<std::int64_t>(cells.size() / 4), cells.data()),
                "miscid_batch_set_cells");
        require(miscid_invariant_to_flavor(context(), workspace(), batch(), nullptr), "miscid_invariant_to_flavor");
        return report;
    }

private:
    std::vector<std::int64_t> treated_cells() const {
        std::array<std::int64_t, 4> stride{};
        for (int a = 0; a < status_.axis_count; ++a) {
            stride[static_cast<std::size_t>(status_.axis[a])] = status_.stride[a];
        }
        std::vector<std::int64_t> cells;
        for (std::int64_t k = 0; k < extent_[2]; ++k) {
            for (std::int64_t j = 0; j < extent_[1]; ++j) {
                for (std::int64_t i = 0; i < extent_[0]; ++i) {
                    const char* address =
                        static_cast<const char*>(status_.data) + i * stride[0] + j * stride[1] + k * stride[2];
                    const auto status = *reinterpret_cast<const std::int32_t*>(address);
                    if (status >= 0 && status != MISCID_CELL_REDUCE_TIME_STEP) {
                        cells.insert(cells.end(), {i, j, k, 0});
                    }
                }
            }
        }
        return cells;
    }

    miscid_view status_{};
    std::array<std::int64_t, 4> extent_{};
};

} // namespace

SpeciesOrder order_of_species(const std::vector<std::string>& species, const std::string& path) {
    const auto place = [&](const char* name) {
        const auto found = std::find(species.begin(), species.end(), name);
        return found == species.end() ? -1 : static_cast<int>(found - species.begin());
    };
    const bool three = place("nu_mu") >= 0;
    const char* names[2][3] = {{"nu_e", three ? "nu_mu" : "nu_x", "nu_tau"},
                               {"nubar_e", three ? "nubar_mu" : "nubar_x", "nubar_tau"}};
    const SpeciesOrder order{place("nu_e"), place("nubar_e") - place("nu_e"), place(names[0][1]) - place("nu_e")};
    const int flavors = three ? 3 : 2;
    bool regular = species.size() == std::size_t(2) * flavors;
    for (int type = 0; type < 2; ++type) {
        for (int flavor = 0; flavor < flavors; ++flavor) {
            const int at = place(names[type][flavor]);
            regular = regular && at >= 0 && at == order.first + type * order.type + flavor * order.flavor;
        }
    }
    if (!regular) {
        throw InputError(path + ": key 'species': expected nu_e, nubar_e, nu_x, nubar_x (three flavors: nu_e, nu_mu, "
                                "nu_tau and their antineutrinos) in a regular order; where one dataset stands for "
                                "several species use the treatment \"moments\" or \"ordinates\"");
    }
    return order;
}

std::unique_ptr<Treatment> make_treatment(const SnapshotMap& map, const std::string& path,
                                          const PhaseSpaceExtents& extents) {
    Json configuration = map.configuration;
    const auto fill = [&](const char* key, std::int64_t extent) {
        const bool given = (configuration.contains("phase_space") && configuration["phase_space"].contains(key)) ||
                           configuration.contains(std::string("phase_space.") + key);
        if (!given && extent > 0) {
            configuration["phase_space"][key] = extent;
        }
    };
    fill("groups", extents.groups);
    if (map.treatment == "density_matrices" || map.treatment == "flavors") {
        fill("directions", extents.directions);
        if (map.treatment == "density_matrices") {
            return std::make_unique<MatrixTreatment>(configuration, path);
        }
        configuration["transport"]["mode"] = "invariant";
        return std::make_unique<FlavorTreatment>(configuration, path);
    }
#ifdef MISCID_HAS_MOMENTS
    if (map.treatment == "moments") {
        return make_moments_treatment(configuration, path);
    }
    if (map.treatment == "ordinates") {
        fill("directions", extents.directions);
        return make_ordinates_treatment(configuration, path);
    }
    throw InputError(path + ": key 'treatment': expected \"density_matrices\", \"flavors\", \"moments\" or "
                            "\"ordinates\"");
#else
    throw InputError(path +
                     ": key 'treatment': expected \"density_matrices\" or \"flavors\"; \"moments\" needs a miscid "
                     "built with its moments adapter");
#endif
}

} // namespace miscid::apps
