#include "snapshot/moments_treatment.hpp"

#include "run/errors.hpp"

#include <miscid/moments.h>

#include <algorithm>
#include <cctype>
#include <map>

namespace miscid::apps {

namespace {

std::string last_error() {
    std::string text(miscid_moments_last_error(nullptr, 0) + 1, '\0');
    miscid_moments_last_error(text.data(), text.size());
    text.pop_back();
    return text;
}

void require(miscid_status status, const std::string& what) {
    if (status < 0) {
        throw RunError(what + ": " + last_error());
    }
}

struct Row {
    const char* name;
    int id;
    const char* axes;
    const char* access;
};
constexpr Row rows[] = {
#define MISCID_MOMENTS_FIELD(name, id, axes, access, text) {#name, id, axes, #access},
#include <miscid/moments_field_list.h>
#undef MISCID_MOMENTS_FIELD
};

class MomentsTreatment : public Treatment {
public:
    MomentsTreatment(const Json& configuration, const std::string& path) {
        const std::string text = configuration.dump();
        miscid_moments* moments = nullptr;
        if (miscid_moments_create(text.data(), text.size(), &moments) < 0) {
            throw InputError(path + ": key 'configuration': " + last_error());
        }
        moments_.reset(moments);
        miscid_moments_workspace* workspace = nullptr;
        require(miscid_moments_workspace_create(moments, &workspace), path);
        workspace_.reset(workspace);
        miscid_moments_batch* batch = nullptr;
        require(miscid_moments_batch_create(moments, &batch), path);
        batch_.reset(batch);
        add_fields();
        name_species(configuration);
    }

    const TreatmentField* field(const std::string& name) const override {
        const auto found = fields_.find(name);
        return found == fields_.end() ? nullptr : &found->second;
    }
    std::string field_names() const override {
        std::string names;
        for (const auto& item : fields_) {
            names += (names.empty() ? "" : ", ") + item.first;
        }
        return names;
    }
    const miscid_context* context() const override { return miscid_moments_context(moments_.get()); }
    int state_doubles() const override {
        std::int32_t count = 0;
        miscid_moments_state_doubles_per_cell(moments_.get(), &count);
        return count;
    }
    bool in_place() const override { return true; }
    void bind(const TreatmentField& field, const miscid_view& in, const miscid_view& out) override {
        bind_view(field.id, field.changed ? out : in);
    }
    void bind_diagnostic(miscid_field field, const miscid_view& view) override {
        require(miscid_moments_bind_diagnostic(batch_.get(), field, &view), miscid_field_name(field));
    }
    void bind_state(const miscid_view& view) override { bind_view(MISCID_MOMENTS_FIELD_STATE, view); }
    void bind_status(const miscid_view& view) override { bind_view(MISCID_MOMENTS_FIELD_STATUS, view); }
    bool has_flags() const override { return true; }
    void bind_flags(const miscid_view& view) override { bind_view(MISCID_MOMENTS_FIELD_FLAGS, view); }
    void select(const std::array<std::int64_t, 4>& extent) override {
        const std::int64_t none[4] = {};
        require(miscid_moments_set_box(batch_.get(), extent.data(), none, none), "miscid_moments_set_box");
    }
    miscid_report apply(double dt) override {
        miscid_report report{};
        report.struct_size = sizeof report;
        require(miscid_moments_apply(moments_.get(), workspace_.get(), batch_.get(), 0.0, dt, &report),
                "miscid_moments_apply");
        return report;
    }
    Counted counted() const override {
        return {"density", species_, {{axis_species, 1, static_cast<std::int64_t>(species_.size())}}};
    }

private:
    void bind_view(int field, const miscid_view& view) {
        require(miscid_moments_bind(batch_.get(), static_cast<miscid_moments_field>(field), &view),
                "miscid_moments_bind");
    }
    void add_fields() {
        std::int32_t species = 0;
        std::int32_t groups = 0;
        require(miscid_moments_shape(moments_.get(), &species, &groups, nullptr), "miscid_moments_shape");
        for (const Row& row : rows) {
            const std::string access = row.access;
            const bool changed = access == "INOUT" && row.id != MISCID_MOMENTS_FIELD_STATE;
            if (access != "IN" && !changed) {
                continue;
            }
            std::string name = row.name;
            std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
            TreatmentField field{row.id, row.axes[0] == '*', changed, {}, {}};
            for (const char* letter = row.axes; *letter != '\0'; ++letter) {
                const std::map<char, std::pair<int, int>> axes = {
                    {'s', {axis_species, species}}, {'g', {MISCID_AXIS_GROUP, groups}}, {'x', {MISCID_AXIS_SPACE, 3}}};
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
        miscid_moments_shape(moments_.get(), &count, nullptr, nullptr);
        const Json names = configuration.value(Json::json_pointer("/moments/species"), Json::array());
        const char* usual[] = {"nu_e", "nubar_e", "nu_x"}; // the adapter's default
        for (std::size_t s = 0; s < static_cast<std::size_t>(count); ++s) {
            species_.push_back(s < names.size() && names[s].is_string() ? names[s].get<std::string>() : usual[s % 3]);
        }
    }

    std::unique_ptr<miscid_moments, Destroy<miscid_moments_destroy>> moments_;
    std::unique_ptr<miscid_moments_workspace, Destroy<miscid_moments_workspace_destroy>> workspace_;
    std::unique_ptr<miscid_moments_batch, Destroy<miscid_moments_batch_destroy>> batch_;
    std::map<std::string, TreatmentField> fields_;
    std::vector<std::string> species_;
};

} // namespace

std::unique_ptr<Treatment> make_moments_treatment(const Json& configuration, const std::string& map_path) {
    return std::make_unique<MomentsTreatment>(configuration, map_path);
}

} // namespace miscid::apps
