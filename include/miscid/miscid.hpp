/** @file miscid.hpp
 *  The C interface for C++17: handles that clean up after themselves, errors as exceptions. Header only; everything
 *  here is a call or two of miscid.h, whose text says what each of them means. Numbers and names (MISCID_FIELD_RHO,
 *  MISCID_AXIS_GROUP, ...) are those of miscid.h.
 *
 *  A function throws miscid::Error when the library refuses the call (status < 0). A usable answer does not throw:
 *  apply() returns a Report whose `status` says whether some cells were refused or want a smaller time step.
 *  Handles can be moved, not copied. As in C, a Context may be shared by threads, a Workspace may not.
 */
#ifndef MISCID_HPP
#define MISCID_HPP

#include <miscid/miscid.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace miscid {

/** A cell or an extent along (i, j, k, node). */
using Index = std::array<std::int64_t, 4>;

/** What miscid_last_error() holds for the calling thread. */
inline std::string last_error() {
    std::string text(miscid_last_error(nullptr, 0), '\0');
    miscid_last_error(text.data(), text.size() + 1);
    return text;
}

/** What a number of field `validity_flags` means, in one line. */
inline std::string validity_text(std::int32_t flags) {
    std::string text(miscid_validity_text(flags, nullptr, 0), '\0');
    miscid_validity_text(flags, text.data(), text.size() + 1);
    return text;
}

/** A refused call: its status and the library's own words. */
class Error : public std::runtime_error {
public:
    explicit Error(miscid_status status)
        : std::runtime_error(std::string(miscid_status_name(status)) + ": " + last_error()), status_(status) {}
    miscid_status status() const noexcept { return status_; }

private:
    miscid_status status_;
};

/** Throws when `status` is a refusal, else returns it. */
inline miscid_status check(miscid_status status) {
    if (status < 0)
        throw Error(status);
    return status;
}

namespace detail {

template <auto destroy>
struct Destroy {
    template <class T>
    void operator()(T* handle) const noexcept {
        destroy(handle);
    }
};

template <class T, auto destroy>
using Handle = std::unique_ptr<T, Destroy<destroy>>;

/** Text of a call that tells the size it needs, terminator included, when its buffer is null. */
template <class Call>
std::string text_of(Call call) {
    std::size_t needed = 0;
    check(call(nullptr, std::size_t{0}, &needed));
    std::string text(needed, '\0');
    check(call(text.data(), text.size(), &needed));
    text.resize(needed - 1);
    return text;
}

} // namespace detail

/** One configuration parameter as the library describes it. */
struct Parameter {
    std::string name, type, default_value, range, unit, doc, source;
};

/** Every configuration parameter there is. */
inline std::vector<Parameter> parameters() {
    const auto text = [](std::int32_t index, miscid_parameter_property property) {
        const char* found = miscid_parameter_text(index, property);
        return std::string(found ? found : "");
    };
    std::vector<Parameter> all;
    for (std::int32_t i = 0; i < miscid_parameter_count(); ++i)
        all.push_back({text(i, MISCID_PARAMETER_NAME), text(i, MISCID_PARAMETER_TYPE),
                       text(i, MISCID_PARAMETER_DEFAULT), text(i, MISCID_PARAMETER_RANGE),
                       text(i, MISCID_PARAMETER_UNIT), text(i, MISCID_PARAMETER_DOC),
                       text(i, MISCID_PARAMETER_SOURCE)});
    return all;
}

/** Start-up options. */
class Config {
public:
    Config() {
        miscid_config* handle = nullptr;
        check(miscid_config_create(&handle));
        handle_.reset(handle);
    }
    static Config from_json(const std::string& text) { return Config().read_json(text); }
    static Config from_file(const std::string& path) { return Config().read_file(path); }

    Config& read_json(const std::string& text) & {
        check(miscid_config_read_json(handle_.get(), text.data(), text.size()));
        return *this;
    }
    Config&& read_json(const std::string& text) && { return std::move(read_json(text)); }
    Config& read_file(const std::string& path) & {
        check(miscid_config_read_file(handle_.get(), path.c_str()));
        return *this;
    }
    Config&& read_file(const std::string& path) && { return std::move(read_file(path)); }

    /** One parameter; the type of the value picks the setter, so 12 sets an integer and 12.0 a number. */
    template <class T>
    Config& set(const std::string& name, const T& value) {
        if constexpr (std::is_same_v<T, bool>)
            check(miscid_config_set_boolean(handle_.get(), name.c_str(), value));
        else if constexpr (std::is_integral_v<T>)
            check(miscid_config_set_integer(handle_.get(), name.c_str(), static_cast<std::int64_t>(value)));
        else if constexpr (std::is_floating_point_v<T>)
            check(miscid_config_set_number(handle_.get(), name.c_str(), static_cast<double>(value)));
        else
            check(miscid_config_set_text(handle_.get(), name.c_str(), std::string(value).c_str()));
        return *this;
    }
    Config& set_unit(const std::string& quantity, double value) {
        check(miscid_config_set_unit(handle_.get(), quantity.c_str(), value));
        return *this;
    }
    std::string json() const {
        return detail::text_of([this](char* buffer, std::size_t capacity, std::size_t* needed) {
            return miscid_config_write_json(handle_.get(), buffer, capacity, needed);
        });
    }
    miscid_config* get() const noexcept { return handle_.get(); }

private:
    detail::Handle<miscid_config, miscid_config_destroy> handle_;
};

/** One number of `state`. */
struct StateComponent {
    std::string name, unit;
    miscid_amr_rule rule;
};

/** An axis a field has inside a cell, and its extent. */
struct FieldAxis {
    miscid_axis axis;
    std::int64_t extent;
};

/** Unit of a field, and the factor that turns the host's number into it. */
struct FieldUnit {
    std::string unit;
    double factor;
};

/** Immutable description of the run; one per run, shared by threads. */
class Context {
public:
    explicit Context(const Config& config) {
        miscid_context* handle = nullptr;
        check(miscid_context_create(config.get(), &handle));
        handle_.reset(handle);
    }
    /** The context another rank packed. */
    static Context unpack(const void* bytes, std::size_t length) {
        miscid_context* handle = nullptr;
        check(miscid_context_unpack(bytes, length, &handle));
        return Context(handle);
    }
    static Context unpack(const std::vector<unsigned char>& bytes) { return unpack(bytes.data(), bytes.size()); }
    std::vector<unsigned char> pack() const {
        std::size_t needed = 0;
        check(miscid_context_pack(get(), nullptr, 0, &needed));
        std::vector<unsigned char> bytes(needed);
        check(miscid_context_pack(get(), bytes.data(), bytes.size(), &needed));
        return bytes;
    }
    std::uint64_t fingerprint() const {
        std::uint64_t value = 0;
        check(miscid_context_fingerprint(get(), &value));
        return value;
    }
    std::int32_t state_doubles_per_cell() const {
        std::int32_t count = 0;
        check(miscid_state_doubles_per_cell(get(), &count));
        return count;
    }
    StateComponent state_component(std::int32_t index) const {
        const char* name = nullptr;
        const char* unit = nullptr;
        miscid_amr_rule rule = MISCID_AMR_RESET;
        check(miscid_state_component(get(), index, &name, &unit, &rule));
        return {name, unit, rule};
    }
    std::vector<FieldAxis> field_shape(miscid_field field) const {
        std::int32_t count = 0;
        std::array<std::int32_t, MISCID_AXIS_COUNT> axis{};
        std::array<std::int64_t, MISCID_AXIS_COUNT> extent{};
        check(miscid_field_shape(get(), field, &count, axis.data(), extent.data()));
        std::vector<FieldAxis> shape;
        for (std::size_t n = 0; n < static_cast<std::size_t>(count); ++n)
            shape.push_back({static_cast<miscid_axis>(axis[n]), extent[n]});
        return shape;
    }
    FieldUnit field_unit(miscid_field field) const {
        const char* unit = nullptr;
        double factor = 1;
        check(miscid_field_unit(get(), field, &unit, &factor));
        return {unit, factor};
    }
    miscid_context* get() const noexcept { return handle_.get(); }

private:
    explicit Context(miscid_context* handle) : handle_(handle) {}
    detail::Handle<miscid_context, miscid_context_destroy> handle_;
};

/** Scratch memory of one thread. */
class Workspace {
public:
    explicit Workspace(const Context& context) {
        miscid_workspace* handle = nullptr;
        check(miscid_workspace_create(context.get(), &handle));
        handle_.reset(handle);
    }
    miscid_workspace* get() const noexcept { return handle_.get(); }

private:
    detail::Handle<miscid_workspace, miscid_workspace_destroy> handle_;
};

/** Axis and extent for the contiguous builders of View. */
struct Extent {
    miscid_axis axis;
    std::int64_t extent;
};

/** Axis, extent and stride in elements (not bytes) for View::strided. */
struct Strided {
    miscid_axis axis;
    std::int64_t extent;
    std::int64_t stride;
};

/** A strided view of a host array of double, float, int32_t or int64_t.
 *  An array may be const where the field is one the library only reads (IN in field_list.h). */
class View {
public:
    /** No axes yet: one number for every cell. Add axes with axis(). */
    template <class T>
    explicit View(T* data) {
        // The C struct has one pointer for what is read and what is written.
        check(miscid_view_init(&view_, const_cast<std::remove_const_t<T>*>(data)));
        view_.dtype = dtype<std::remove_const_t<T>>();
    }
    /** Contiguous in the order of C: the last axis is the fastest. */
    template <class T>
    static View row_major(T* data, std::initializer_list<Extent> axes) {
        View view(data);
        std::int64_t stride = sizeof(T);
        for (auto it = axes.end(); it != axes.begin();) {
            --it;
            view.axis(it->axis, it->extent, stride);
            stride *= it->extent;
        }
        return view;
    }
    /** Contiguous in the order of Fortran: the first axis is the fastest. */
    template <class T>
    static View column_major(T* data, std::initializer_list<Extent> axes) {
        View view(data);
        std::int64_t stride = sizeof(T);
        for (const Extent& axis : axes) {
            view.axis(axis.axis, axis.extent, stride);
            stride *= axis.extent;
        }
        return view;
    }
    /** Any strides, counted in elements of the array. */
    template <class T>
    static View strided(T* data, std::initializer_list<Strided> axes) {
        View view(data);
        for (const Strided& axis : axes)
            view.axis(axis.axis, axis.extent, axis.stride * static_cast<std::int64_t>(sizeof(T)));
        return view;
    }
    /** One more axis; the stride is in bytes, as arrays of structs need. */
    View& axis(miscid_axis axis, std::int64_t extent, std::int64_t stride_bytes) & {
        check(miscid_view_add_axis(&view_, axis, extent, stride_bytes));
        return *this;
    }
    View&& axis(miscid_axis name, std::int64_t extent, std::int64_t stride_bytes) && {
        return std::move(axis(name, extent, stride_bytes));
    }
    const miscid_view* get() const noexcept { return &view_; }

private:
    template <class T>
    static constexpr miscid_dtype dtype() {
        if constexpr (std::is_same_v<T, double>)
            return MISCID_FLOAT64;
        else if constexpr (std::is_same_v<T, float>)
            return MISCID_FLOAT32;
        else if constexpr (std::is_same_v<T, std::int32_t>)
            return MISCID_INT32;
        else {
            static_assert(std::is_same_v<T, std::int64_t>, "a view is of double, float, int32_t or int64_t");
            return MISCID_INT64;
        }
    }
    miscid_view view_;
};

/** Bound host arrays and the cells to treat. The arrays stay the host's and must outlive their use. */
class Batch {
public:
    explicit Batch(const Context& context) {
        miscid_batch* handle = nullptr;
        check(miscid_batch_create(context.get(), &handle));
        handle_.reset(handle);
    }
    Batch& bind(miscid_field field, const View& view) {
        check(miscid_batch_bind(get(), field, view.get()));
        return *this;
    }
    Batch& unbind(miscid_field field) {
        check(miscid_batch_unbind(get(), field));
        return *this;
    }
    /** All cells of a box, less its ghost margins. */
    Batch& set_box(const Index& extent, const Index& lower = {}, const Index& upper = {}) {
        check(miscid_batch_set_box(get(), extent.data(), lower.data(), upper.data()));
        return *this;
    }
    /** The listed cells only. */
    Batch& set_cells(const std::vector<Index>& cells) {
        static_assert(sizeof(Index) == 4 * sizeof(std::int64_t), "index quadruples lie end to end");
        check(miscid_batch_set_cells(get(), static_cast<std::int64_t>(cells.size()),
                                     cells.empty() ? nullptr : cells.front().data()));
        return *this;
    }
    miscid_batch* get() const noexcept { return handle_.get(); }

private:
    detail::Handle<miscid_batch, miscid_batch_destroy> handle_;
};

/** What a call did: the members of miscid_report and the status it returned (0 or > 0). */
struct Report : miscid_report {
    Report() : miscid_report{} { struct_size = sizeof(miscid_report); }
    miscid_status status = MISCID_OK;
};

/** One miscidynamic step; see miscid_apply. */
inline Report apply(const Context& context, Workspace& workspace, const Batch& batch, double time, double dt) {
    Report report;
    report.status = check(miscid_apply(context.get(), workspace.get(), batch.get(), time, dt, &report));
    return report;
}

/** Diagnostics of the state as it is; see miscid_evaluate. */
inline Report evaluate(const Context& context, Workspace& workspace, const Batch& batch, double time) {
    Report report;
    report.status = check(miscid_evaluate(context.get(), workspace.get(), batch.get(), time, &report));
    return report;
}

/** One cell as JSON for `miscid replay`. */
inline std::string capture_cell(const Context& context, Workspace& workspace, const Batch& batch, const Index& cell,
                                double time, double dt) {
    return detail::text_of([&](char* buffer, std::size_t capacity, std::size_t* needed) {
        return miscid_capture_cell(context.get(), workspace.get(), batch.get(), cell.data(), time, dt, buffer, capacity,
                                   needed);
    });
}

/** Invariant mode: what a classical host needs from the eigenstate occupations. */
inline Report invariant_to_flavor(const Context& context, Workspace& workspace, const Batch& batch) {
    Report report;
    report.status = check(miscid_invariant_to_flavor(context.get(), workspace.get(), batch.get(), &report));
    return report;
}

/** Invariant mode: the host's flavor-diagonal change projected on the eigenstates. */
inline Report flavor_to_invariant(const Context& context, Workspace& workspace, const Batch& batch) {
    Report report;
    report.status = check(miscid_flavor_to_invariant(context.get(), workspace.get(), batch.get(), &report));
    return report;
}

/** Invariant mode: P_c [type][group][direction] between two cells; `distance` in cm, one per direction. Three flavors: two
 *  numbers per mode, for the lower and the upper pair of neighbouring eigenstates. */
inline std::vector<double> crossing_probability(const Context& context, Workspace& workspace, const Batch& batch,
                                                const Index& from, const Index& to,
                                                const std::vector<double>& distance) {
    std::size_t modes = 1;
    for (const FieldAxis& axis : context.field_shape(MISCID_FIELD_EIGENSTATE_OCCUPATION)) {
        const auto extent = static_cast<std::size_t>(axis.extent);
        if (axis.axis == MISCID_AXIS_DIRECTION && distance.size() != extent)
            throw std::invalid_argument("miscid::crossing_probability: distance has " +
                                        std::to_string(distance.size()) + " entries for " + std::to_string(extent) +
                                        " directions; give one per direction");
        modes *= axis.axis == MISCID_AXIS_EIGENSTATE ? extent - 1 : extent;
    }
    std::vector<double> probability(modes);
    check(miscid_crossing_probability(context.get(), workspace.get(), batch.get(), from.data(), to.data(),
                                      distance.data(), probability.data()));
    return probability;
}

/** A structured mesh as miscid_move_waves wants it: arrays [dimension][side][cell], -1 for no neighbour. */
struct WaveMesh {
    std::int32_t dimensions = 1;
    std::vector<double> volume;
    std::vector<std::int64_t> neighbour;
    std::vector<double> area;

    std::int64_t cells() const { return static_cast<std::int64_t>(volume.size()); }
    /** Throws std::invalid_argument if an array does not fit the number of cells. */
    void check_sizes() const {
        const std::size_t faces = 2 * static_cast<std::size_t>(dimensions) * volume.size();
        if (dimensions < 1 || neighbour.size() != faces || area.size() != faces)
            throw std::invalid_argument("miscid::WaveMesh: neighbour and area need 2 x dimensions x cells = " +
                                        std::to_string(faces) + " entries");
    }
};

namespace detail {
inline void fits(const std::vector<double>& array, std::size_t size, const char* name, bool may_be_empty = false) {
    if (array.size() != size && !(may_be_empty && array.empty()))
        throw std::invalid_argument(std::string("miscid: ") + name + " has " + std::to_string(array.size()) +
                                    " entries instead of " + std::to_string(size));
}
} // namespace detail

/** Refractive force [cell][bin] of waves with k along `axis`, from Re(Omega) [cell][bin]. */
inline std::vector<double> wave_force(const WaveMesh& mesh, const std::vector<double>& axis,
                                      const std::vector<double>& frequency) {
    mesh.check_sizes();
    detail::fits(axis, static_cast<std::size_t>(mesh.dimensions), "axis");
    const std::size_t bins = mesh.volume.empty() ? 0 : frequency.size() / mesh.volume.size();
    detail::fits(frequency, bins * mesh.volume.size(), "frequency");
    std::vector<double> force(frequency.size());
    check(miscid_wave_force(mesh.cells(), mesh.dimensions, mesh.volume.data(), mesh.neighbour.data(), mesh.area.data(),
                            static_cast<std::int32_t>(bins), axis.data(), frequency.data(), force.data()));
    return force;
}

/** Moves wave content [cell][bin] over `path` = c dt; returns what left. `group_velocity` [dimension][cell][bin] and `force`
 *  [cell][bin] may be empty. `scratch` is made large enough once and then kept. */
inline double move_waves(const WaveMesh& mesh, const std::vector<double>& edge,
                         const std::vector<double>& group_velocity, const std::vector<double>& force, double path,
                         std::vector<double>& content, std::vector<double>& scratch) {
    mesh.check_sizes();
    const std::size_t size = edge.empty() ? 0 : (edge.size() - 1) * mesh.volume.size();
    detail::fits(content, size, "content");
    detail::fits(group_velocity, size * static_cast<std::size_t>(mesh.dimensions), "group_velocity", true);
    detail::fits(force, size, "force", true);
    scratch.resize(2 * size);
    double lost = 0.0;
    check(miscid_move_waves(mesh.cells(), mesh.dimensions, mesh.volume.data(), mesh.neighbour.data(), mesh.area.data(),
                            static_cast<std::int32_t>(edge.empty() ? 0 : edge.size() - 1), edge.data(),
                            group_velocity.empty() ? nullptr : group_velocity.data(),
                            force.empty() ? nullptr : force.data(), path, content.data(), scratch.data(), &lost));
    return lost;
}

} // namespace miscid
#endif
