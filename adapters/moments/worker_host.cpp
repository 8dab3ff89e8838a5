// The host's side of a cell: its arrays read and written, its frame.

#include "worker.hpp"

#include <cmath>

namespace miscid::adapters {

namespace {

bool read_at(const HostView& view, const CellIndex& cell, double& value) {
    return read_number(view.cell(cell), view.dtype, value);
}

} // namespace

miscid_status MomentsWorker::read_medium(const CellIndex& cell, bool& off) noexcept {
    const auto number = [&](miscid_moments_field field, double& value) {
        const HostView& view = batch_->view(field);
        return !view.bound() || read_at(view, cell, value);
    };
    double radius = 0.0;
    for (const auto& [field, value] :
         {std::pair{MISCID_MOMENTS_FIELD_ELECTRON_DENSITY, &mixer_.medium.electron_density},
          std::pair{MISCID_MOMENTS_FIELD_MASS_DENSITY, &mixer_.medium.mass_density},
          std::pair{MISCID_MOMENTS_FIELD_ELECTRON_FRACTION, &mixer_.medium.electron_fraction},
          std::pair{MISCID_MOMENTS_FIELD_RADIUS, &radius}}) {
        if (!number(field, *value)) {
            return refuse(MISCID_CELL_NOT_FINITE, field, -1, -1, 0.0);
        }
    }
    off = description_.off.off(mixer_.medium.mass_density, radius);
    return MISCID_OK;
}

/** Cholesky factor of the spatial metric: with g = L L^T the triad components of F_i are L^-1 F_i, those of v^i are L^T v^i. */
miscid_status MomentsWorker::read_frame(const CellIndex& cell) noexcept {
    const int components = batch_->flux_components();
    for (int a = 0; a < 3; ++a) {
        velocity_[a] = 0.0;
        for (int b = 0; b < 3; ++b) {
            triad_[a][b] = a == b ? 1.0 : 0.0;
        }
    }
    volume_ = 1.0;
    const HostView& metric = batch_->view(MISCID_MOMENTS_FIELD_METRIC);
    flat_ = !metric.bound();
    if (!flat_) {
        double g[6] = {1, 0, 0, 1, 0, 1}; // xx xy xz yy yz zz
        const int count = components == 1 ? 1 : 6;
        for (int c = 0; c < count; ++c) {
            const char* place = metric.cell(cell) + c * metric.stride_of(MISCID_AXIS_SPACE);
            double& number = g[components == 1 ? 5 : c];
            if (!read_number(place, metric.dtype, number) || !(std::abs(number) < 1e100)) {
                return refuse(MISCID_CELL_NOT_FINITE, MISCID_MOMENTS_FIELD_METRIC, -1, -1, number);
            }
        }
        if (description_.root_metric && components == 1) {
            g[5] *= g[5];
        }
        auto& L = triad_;
        const double first = g[0];
        L[0][0] = first > 0.0 ? std::sqrt(first) : 0.0;
        L[1][0] = L[0][0] > 0.0 ? g[1] / L[0][0] : 0.0;
        L[2][0] = L[0][0] > 0.0 ? g[2] / L[0][0] : 0.0;
        const double second = g[3] - L[1][0] * L[1][0];
        L[1][1] = second > 0.0 ? std::sqrt(second) : 0.0;
        L[2][1] = L[1][1] > 0.0 ? (g[4] - L[2][0] * L[1][0]) / L[1][1] : 0.0;
        const double third = g[5] - L[2][0] * L[2][0] - L[2][1] * L[2][1];
        L[2][2] = third > 0.0 ? std::sqrt(third) : 0.0;
        const double determinant = L[0][0] * L[1][1] * L[2][2];
        if (!(determinant > 1e-100)) {
            return refuse(MISCID_CELL_EIGENVALUE_RANGE, MISCID_MOMENTS_FIELD_METRIC, -1, -1, determinant);
        }
        volume_ = description_.densitized ? determinant : 1.0;
    }
    if (description_.frame == Frame::laboratory) {
        const HostView& view = batch_->view(MISCID_MOMENTS_FIELD_VELOCITY);
        double v[3] = {0, 0, 0};
        for (int a = 0; a < components; ++a) {
            const char* place = view.cell(cell) + a * view.stride_of(MISCID_AXIS_SPACE);
            if (!read_number(place, view.dtype, v[components == 1 ? 2 : a])) {
                return refuse(MISCID_CELL_NOT_FINITE, MISCID_MOMENTS_FIELD_VELOCITY, -1, -1, 0.0);
            }
        }
        double v2 = 0.0;
        for (int a = 0; a < 3; ++a) {
            for (int b = a; b < 3; ++b) {
                velocity_[a] += triad_[b][a] * std::clamp(v[b], -1e100, 1e100) * description_.velocity_unit;
            }
            v2 += velocity_[a] * velocity_[a];
        }
        if (!(v2 < 1.0 - 1e-12)) {
            return refuse(MISCID_CELL_VELOCITY_RANGE, MISCID_MOMENTS_FIELD_VELOCITY, -1, -1, std::sqrt(v2));
        }
    }
    return MISCID_OK;
}

void MomentsWorker::to_triad(const double (&host)[3], double (&triad)[3]) const {
    const auto& L = triad_;
    if (flat_) {
        std::copy(host, host + 3, triad);
    } else if (description_.covariant_flux) { // L f = F_i
        triad[0] = host[0] / L[0][0];
        triad[1] = (host[1] - L[1][0] * triad[0]) / L[1][1];
        triad[2] = (host[2] - L[2][0] * triad[0] - L[2][1] * triad[1]) / L[2][2];
    } else { // f = L^T F^i
        triad[0] = L[0][0] * host[0] + L[1][0] * host[1] + L[2][0] * host[2];
        triad[1] = L[1][1] * host[1] + L[2][1] * host[2];
        triad[2] = L[2][2] * host[2];
    }
}

void MomentsWorker::from_triad(const double (&triad)[3], double (&host)[3]) const {
    const auto& L = triad_;
    if (flat_) {
        std::copy(triad, triad + 3, host);
    } else if (description_.covariant_flux) {
        host[0] = L[0][0] * triad[0];
        host[1] = L[1][0] * triad[0] + L[1][1] * triad[1];
        host[2] = L[2][0] * triad[0] + L[2][1] * triad[1] + L[2][2] * triad[2];
    } else {
        host[2] = triad[2] / L[2][2];
        host[1] = (triad[1] - L[2][1] * host[2]) / L[1][1];
        host[0] = (triad[0] - L[1][0] * host[1] - L[2][0] * host[2]) / L[0][0];
    }
}

char* MomentsWorker::number_address(const CellIndex& cell, int species) const {
    const HostView& view = batch_->view(MISCID_MOMENTS_FIELD_NUMBER);
    return view.cell(cell) + species * view.stride_of(axis_species);
}

miscid_status MomentsWorker::read_moments(const CellIndex& cell) noexcept {
    const int components = batch_->flux_components();
    const HostView& density_view = batch_->view(MISCID_MOMENTS_FIELD_DENSITY);
    const char* const densities = density_view.cell(cell);
    const char* fluxes[3] = {};
    int flux_dtype[3] = {};
    for (int a = 0; a < components; ++a) {
        std::int64_t offset = 0;
        const HostView& view = batch_->flux(a, offset);
        fluxes[a] = view.cell(cell);
        flux_dtype[a] = view.dtype;
    }
    const double limit = 1.0 + description_.flux_tolerance;
    axial_ = velocity_[0] == 0.0 && velocity_[1] == 0.0;
    for (int s = 0; s < species_count_; ++s) {
        for (int g = 0; g < groups_; ++g) {
            const std::size_t i = at(s, g);
            Moments& moments = moments_[i];
            if (!read_number(densities + density_at_[i], density_view.dtype, moments.density)) {
                return refuse(MISCID_CELL_NOT_FINITE, MISCID_MOMENTS_FIELD_DENSITY, s, g, 0.0);
            }
            double flux[3] = {0, 0, 0};
            for (int a = 0; a < components; ++a) {
                double& number = flux[components == 1 ? 2 : a];
                if (!read_number(fluxes[a] + flux_at_[a][i], flux_dtype[a], number)) {
                    return refuse(MISCID_CELL_NOT_FINITE, MISCID_MOMENTS_FIELD_FLUX, s, g, 0.0);
                }
            }
            const double factor = unit(s, g);
            const double largest = std::max({std::abs(flux[0]), std::abs(flux[1]), std::abs(flux[2])});
            if (!(moments.density >= 0.0)) {
                return refuse(MISCID_CELL_EIGENVALUE_RANGE, MISCID_MOMENTS_FIELD_DENSITY, s, g, moments.density);
            }
            if (!(moments.density < 1e60 / factor) || !(largest < 1e60 / (factor * description_.flux_unit))) {
                return refuse(MISCID_CELL_UNITS_SUSPECT, MISCID_MOMENTS_FIELD_DENSITY, s, g, moments.density);
            }
            moments.density *= factor;
            for (double& one : flux) {
                one *= factor * description_.flux_unit;
            }
            to_triad(flux, moments.flux);
            const double magnitude =
                components == 1 ? std::abs(moments.flux[2])
                                : std::sqrt(moments.flux[0] * moments.flux[0] + moments.flux[1] * moments.flux[1] +
                                            moments.flux[2] * moments.flux[2]);
            if (!(magnitude <= moments.density * limit)) {
                return refuse(MISCID_CELL_EIGENVALUE_RANGE, MISCID_MOMENTS_FIELD_FLUX, s, g,
                              moments.density > 0.0 ? magnitude / moments.density : magnitude);
            }
            axial_ = axial_ && moments.flux[0] == 0.0 && moments.flux[1] == 0.0;
        }
        if (description_.grey) {
            const HostView& view = batch_->view(MISCID_MOMENTS_FIELD_NUMBER);
            double& number = number_[static_cast<std::size_t>(s)];
            if (!read_number(number_address(cell, s), view.dtype, number)) {
                return refuse(MISCID_CELL_NOT_FINITE, MISCID_MOMENTS_FIELD_NUMBER, s, 0, 0.0);
            }
            if (!(number >= 0.0) || (number > 0.0) != (moments_[at(s, 0)].density > 0.0)) {
                return refuse(MISCID_CELL_EIGENVALUE_RANGE, MISCID_MOMENTS_FIELD_NUMBER, s, 0, number);
            }
            number *= number_unit(s);
        }
    }
    return MISCID_OK;
}

miscid_status MomentsWorker::read(const CellIndex& cell, bool& off) noexcept {
    flags_ = 0;
    off = false;
    if (const auto status = read_medium(cell, off); status < 0 || off) {
        flags_ = off ? MISCID_MOMENTS_FLAG_OFF : 0;
        return status;
    }
    if (const auto status = read_frame(cell); status < 0) {
        return status;
    }
    if (const auto status = read_moments(cell); status < 0) {
        return status;
    }
    return MISCID_OK;
}

void MomentsWorker::add(const CellIndex& cell, int species, int group, const double* moved) noexcept {
    const int components = batch_->flux_components();
    const double factor = unit(species, group);
    const HostView& density = batch_->view(MISCID_MOMENTS_FIELD_DENSITY);
    char* place = density.cell(cell) + density_at_[this->at(species, group)];
    double number = 0.0;
    read_number(place, density.dtype, number);
    // Below zero only by rounding: the directions' neutrinos are positive and no more is taken than is there.
    number = std::max(number + moved[0] / factor, 0.0);
    write_number(place, density.dtype, number);
    read_number(place, density.dtype, number); // as the host sees it: float32 rounds

    const double triad[3] = {moved[1], moved[2], moved[3]};
    double change[3];
    from_triad(triad, change);
    double flux[3] = {0, 0, 0};
    char* places[3] = {};
    int dtype = MISCID_FLOAT64;
    for (int a = 0; a < components; ++a) {
        std::int64_t offset = 0;
        const HostView& view = batch_->flux(a, offset);
        const int b = components == 1 ? 2 : a;
        dtype = view.dtype;
        places[b] = view.cell(cell) + flux_at_[a][this->at(species, group)];
        read_number(places[b], dtype, flux[b]);
        flux[b] += change[b] / (factor * description_.flux_unit);
    }
    // |F| <= E, to the last digit: what is cut is rounding (or what the host had in excess).
    double orthonormal[3];
    to_triad(flux, orthonormal);
    const double magnitude =
        description_.flux_unit *
        std::sqrt(orthonormal[0] * orthonormal[0] + orthonormal[1] * orthonormal[1] + orthonormal[2] * orthonormal[2]);
    const double digits = dtype == MISCID_FLOAT32 ? 2e-7 : 4e-16;
    const double shrink = magnitude > number * (1.0 - digits) ? number / magnitude * (1.0 - digits) : 1.0;
    for (int b = 0; b < 3; ++b) {
        if (places[b] != nullptr) {
            write_number(places[b], dtype, flux[b] * shrink);
        }
    }
    if (description_.grey) {
        const HostView& view = batch_->view(MISCID_MOMENTS_FIELD_NUMBER);
        char* at = number_address(cell, species);
        double there = 0.0;
        read_number(at, view.dtype, there);
        write_number(at, view.dtype, std::max(there + moved[4] / number_unit(species), 0.0));
    }
}

void MomentsWorker::write(const CellIndex& cell) noexcept {
    for (int g = 0; g < groups_; ++g) {
        if (mixer_.unchanged(g)) {
            continue;
        }
        for (int s = 0; s < species_count_; ++s) {
            const auto& moved = moved_[at(s, g)];
            if (std::any_of(moved.begin(), moved.end(), [](double one) { return one != 0.0; })) {
                add(cell, s, g, moved.data());
            }
        }
    }
}

} // namespace miscid::adapters
