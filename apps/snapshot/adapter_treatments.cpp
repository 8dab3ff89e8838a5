#include "snapshot/adapter_treatments.hpp"

#include "run/errors.hpp"

#include <miscid/moments.h>
#include <miscid/ordinates.h>

#include <algorithm>
#include <cctype>
#include <map>

namespace miscid::apps {

namespace {

struct Row {
    const char* name;
    int id;
    const char* axes;
    const char* access;
};

/** The C interface of an adapter, by the names all of them share. */
struct MomentsInterface {
    using Handle = miscid_moments;
    using Workspace = miscid_moments_workspace;
    using Batch = miscid_moments_batch;
    using Field = miscid_moments_field;
    static constexpr const char* section = "moments";
    static constexpr const char* counted = "density";
    static constexpr auto last_error = miscid_moments_last_error;
    static constexpr auto create = miscid_moments_create;
    static constexpr auto destroy = miscid_moments_destroy;
    static constexpr auto context = miscid_moments_context;
    static constexpr auto shape = miscid_moments_shape;
    static constexpr auto state_doubles = miscid_moments_state_doubles_per_cell;
    static constexpr auto create_workspace = miscid_moments_workspace_create;
    static constexpr auto destroy_workspace = miscid_moments_workspace_destroy;
    static constexpr auto create_batch = miscid_moments_batch_create;
    static constexpr auto destroy_batch = miscid_moments_batch_destroy;
    static constexpr auto bind = miscid_moments_bind;
    static constexpr auto bind_diagnostic = miscid_moments_bind_diagnostic;
    static constexpr auto set_box = miscid_moments_set_box;
    static constexpr auto apply = miscid_moments_apply;
    static constexpr Field state = MISCID_MOMENTS_FIELD_STATE;
    static constexpr Field status = MISCID_MOMENTS_FIELD_STATUS;
    static constexpr Field flags = MISCID_MOMENTS_FIELD_FLAGS;
    static constexpr const char* flags_meaning = "sum of MISCID_MOMENTS_FLAG_* (miscid/moments.h)";
    static constexpr Row rows[] = {
#define MISCID_MOMENTS_FIELD(name, id, axes, access, text) {#name, id, axes, #access},
#include <miscid/moments_field_list.h>
#undef MISCID_MOMENTS_FIELD
    };
};

struct OrdinatesInterface {
    using Handle = miscid_ordinates;
    using Workspace = miscid_ordinates_workspace;
    using Batch = miscid_ordinates_batch;
    using Field = miscid_ordinates_field;
    static constexpr const char* section = "ordinates";
    static constexpr const char* counted = "distribution";
    static constexpr auto last_error = miscid_ordinates_last_error;
    static constexpr auto create = miscid_ordinates_create;
    static constexpr auto destroy = miscid_ordinates_destroy;
    static constexpr auto context = miscid_ordinates_context;
    static constexpr auto shape = miscid_ordinates_shape;
    static constexpr auto state_doubles = miscid_ordinates_state_doubles_per_cell;
    static constexpr auto create_workspace = miscid_ordinates_workspace_create;
    static constexpr auto destroy_workspace = miscid_ordinates_workspace_destroy;
    static constexpr auto create_batch = miscid_ordinates_batch_create;
    static constexpr auto destroy_batch = miscid_ordinates_batch_destroy;
    static constexpr auto bind = miscid_ordinates_bind;
    static constexpr auto bind_diagnostic = miscid_ordinates_bind_diagnostic;
    static constexpr auto set_box = miscid_ordinates_set_box;
    static constexpr auto apply = miscid_ordinates_apply;
    static constexpr Field state = MISCID_ORDINATES_FIELD_STATE;
    static constexpr Field status = MISCID_ORDINATES_FIELD_STATUS;
    static constexpr Field flags = MISCID_ORDINATES_FIELD_TILTED;
    static constexpr const char* flags_meaning =
        "1 coherence is lost here, 2 switched off (miscid/ordinates_field_list.h)";
    static constexpr Row rows[] = {
#define MISCID_ORDINATES_FIELD(name, id, axes, access, text) {#name, id, axes, #access},
#include <miscid/ordinates_field_list.h>
#undef MISCID_ORDINATES_FIELD
    };
};

template <class Adapter>
std::string last_error() {
    std::string text(Adapter::last_error(nullptr, 0) + 1, '\0');
    Adapter::last_error(text.data(), text.size());
    text.pop_back();
    return text;
}

template <class Adapter>
void require(miscid_status status, const std::string& what) {
    if (status < 0) {
        throw RunError(what + ": " + last_error<Adapter>());
    }
}

template <class Adapter>
class AdapterTreatment : public Treatment {
public:
    AdapterTreatment(const Json& configuration, const std::string& path) {
        const std::string text = configuration.dump();
        typename Adapter::Handle* adapter = nullptr;
        if (Adapter::create(text.data(), text.size(), &adapter) < 0) {
            throw InputError(path + ": key 'configuration': " + last_error<Adapter>());
        }
        adapter_.reset(adapter);
        typename Adapter::Workspace* workspace = nullptr;
        require<Adapter>(Adapter::create_workspace(adapter, &workspace), path);
        workspace_.reset(workspace);
        typename Adapter::Batch* batch = nullptr;
        require<Adapter>(Adapter::create_batch(adapter, &batch), path);
        batch_.reset(batch);
        add_fields();
        name_species(configuration);
    }

    const miscid_context* context() const override { return Adapter::context(adapter_.get()); }
    int state_doubles() const override {
        std::int32_t count = 0;
        Adapter::state_doubles(adapter_.get(), &count);
        return count;
    }
    bool in_place() const override { return true; }
    void bind(const TreatmentField& field, const miscid_view& in, const miscid_view& out) override {
        bind_view(field.id, field.changed ? out : in);
    }
    void bind_diagnostic(miscid_field field, const miscid_view& view) override {
        require<Adapter>(Adapter::bind_diagnostic(batch_.get(), field, &view), miscid_field_name(field));
    }
    void bind_state(const miscid_view& view) override { bind_view(Adapter::state, view); }
    void bind_status(const miscid_view& view) override { bind_view(Adapter::status, view); }
    std::string flags_meaning() const override { return Adapter::flags_meaning; }
    void bind_flags(const miscid_view& view) override { bind_view(Adapter::flags, view); }
    void select(const std::array<std::int64_t, 4>& extent) override {
        const std::int64_t none[4] = {};
        require<Adapter>(Adapter::set_box(batch_.get(), extent.data(), none, none), "set_box");
    }
    miscid_report apply(double dt) override {
        miscid_report report{};
        report.struct_size = sizeof report;
        require<Adapter>(Adapter::apply(adapter_.get(), workspace_.get(), batch_.get(), 0.0, dt, &report), "apply");
        return report;
    }
    Counted counted() const override {
        return {Adapter::counted, species_, {{axis_species, 1, static_cast<std::int64_t>(species_.size())}}};
    }

private:
    void bind_view(int field, const miscid_view& view) {
        require<Adapter>(Adapter::bind(batch_.get(), static_cast<typename Adapter::Field>(field), &view), "bind");
    }
    void add_fields() {
        std::int32_t species = 0;
        std::int32_t groups = 0;
        std::int32_t directions = 0;
        require<Adapter>(Adapter::shape(adapter_.get(), &species, &groups, &directions), "shape");
        const std::map<char, std::pair<int, int>> axes = {{'s', {axis_species, species}},
                                                          {'g', {MISCID_AXIS_GROUP, groups}},
                                                          {'d', {MISCID_AXIS_DIRECTION, directions}},
                                                          {'x', {MISCID_AXIS_SPACE, 3}}};
        for (const Row& row : Adapter::rows) {
            const std::string access = row.access;
            const bool changed = access == "INOUT" && row.id != Adapter::state;
            if (access != "IN" && !changed) {
                continue;
            }
            std::string name = row.name;
            std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
            TreatmentField field{row.id, row.axes[0] == '*', changed, {}, {}};
            for (const char* letter = row.axes; *letter != '\0'; ++letter) {
                if (const auto axis = axes.find(*letter); axis != axes.end()) {
                    field.axes.push_back(axis->second.first);
                    field.extents.push_back(axis->second.second);
                }
            }
            fields_[name] = field;
        }
    }
    void name_species(const Json& configuration) {
        std::int32_t count = 0;
        Adapter::shape(adapter_.get(), &count, nullptr, nullptr);
        const Json names =
            configuration.value(Json::json_pointer(std::string("/") + Adapter::section + "/species"), Json::array());
        const char* usual[] = {"nu_e", "nubar_e", "nu_x"}; // the adapter's default
        for (std::size_t s = 0; s < static_cast<std::size_t>(count); ++s) {
            species_.push_back(s < names.size() && names[s].is_string() ? names[s].get<std::string>() : usual[s % 3]);
        }
    }

    std::unique_ptr<typename Adapter::Handle, Destroy<Adapter::destroy>> adapter_;
    std::unique_ptr<typename Adapter::Workspace, Destroy<Adapter::destroy_workspace>> workspace_;
    std::unique_ptr<typename Adapter::Batch, Destroy<Adapter::destroy_batch>> batch_;
    std::vector<std::string> species_;
};

} // namespace

std::unique_ptr<Treatment> make_moments_treatment(const Json& configuration, const std::string& map_path) {
    return std::make_unique<AdapterTreatment<MomentsInterface>>(configuration, map_path);
}

std::unique_ptr<Treatment> make_ordinates_treatment(const Json& configuration, const std::string& map_path) {
    return std::make_unique<AdapterTreatment<OrdinatesInterface>>(configuration, map_path);
}

} // namespace miscid::apps
