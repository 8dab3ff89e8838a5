#include "worker.hpp"

#include "../common/error.hpp"
#include "medium/constants.hpp"

#include <cmath>
#include <cstdio>

namespace miscid::adapters {

namespace {

/** Fluid's energy over nothing, but safe: 1 where there is no number. */
double quotient(double a, double b) {
    return b > 0.0 ? a / b : 1.0;
}

} // namespace

MomentsWorker::MomentsWorker(const MomentsDescription& description)
    : description_(description), groups_(description.groups), species_count_(description.species.count()),
      directions_(description.quadrature.count()),
      mixer_(description.context, description.species, groups_, directions_, description.invariant) {
    const auto& q = description.quadrature;
    const auto n = static_cast<std::size_t>(directions_);
    const std::size_t slots = static_cast<std::size_t>(species_count_ * groups_);
    energy_.assign(static_cast<std::size_t>(groups_), 1.0);
    group_factor_.assign(static_cast<std::size_t>(groups_), 1.0);
    width_.assign(static_cast<std::size_t>(groups_), 0.0);
    moments_.resize(slots);
    number_.assign(static_cast<std::size_t>(species_count_), 0.0);
    mean_energy_.assign(slots, 1.0);
    beam_.resize(slots);
    ring_ = q.mu;
    ring_weight_ = q.weight;
    full_.resize(3 * n);
    full_weight_.resize(n);
    for (std::size_t d = 0; d < n; ++d) {
        for (std::size_t a = 0; a < 3; ++a) {
            full_[a * n + d] = q.direction[3 * d + a];
        }
        full_weight_[d] = q.weight[d / static_cast<std::size_t>(q.azimuth)] / q.azimuth;
    }
    std::copy(q.direction.begin(), q.direction.end(), mixer_.directions());
    host_.assign(3 * n, 0.0);
    factor_.assign(n, 1.0);
    one_.assign(n, 1.0);
    per_neutrino_.assign(n, 1.0);
    angular_.assign(n, 0.0);
    moved_.resize(slots);
    other_.resize(slots);
    state_copy_.assign(static_cast<std::size_t>(description.context.state_doubles_per_cell()), 0.0);
    density_at_.assign(slots, 0);
    for (auto& offsets : flux_at_) {
        offsets.assign(slots, 0);
    }
    unit_.assign(slots, 1.0);
    per_density_.assign(static_cast<std::size_t>(groups_), 0.0);
    frequency_.assign(static_cast<std::size_t>(groups_), 0.0);
    ring_e_.assign(q.mu.size(), 0.0);
    ring_size_.assign(q.mu.size(), 0.0);
    lepton_.assign(static_cast<std::size_t>(species_count_), 0.0);
    polarized_.assign(static_cast<std::size_t>(species_count_), 0.0);
    for (int type = 0; type < 2; ++type) {
        for (int flavor = 0; flavor < description.species.flavors(); ++flavor) {
            for (const Part& part : description.species.parts(type, flavor)) {
                const auto s = static_cast<std::size_t>(part.species);
                lepton_[s] += part.content * (type == 0 ? 1.0 : -1.0) * (flavor == 0 ? 1.0 : -1.0);
                polarized_[s] += part.content;
            }
        }
    }
    certificate_ = Certificate(description, find_marker());
}

double MomentsWorker::number_unit(int species) const {
    return description_.number_unit * description_.species.number_factor(species) / volume_;
}

/** Boost of the directions of the fluid's frame to the host's: l = (v'_perp + G (v'_par + v))/(G (1 + v.v')), and the
 *  neutrino's energy grows by G (1 + v.v') (theory.md 5.20: f is a scalar, d^3p/E invariant). A neutrino then brings its energy ratio
 *  once to number densities and twice to energy densities of its fluid-frame group. */
void MomentsWorker::set_nodes() noexcept {
    const auto& q = description_.quadrature;
    const auto n = static_cast<std::size_t>(directions_);
    nodes_.axial = axial_;
    nodes_.count = axial_ ? q.polar : directions_;
    nodes_.weight = axial_ ? ring_weight_.data() : full_weight_.data();
    nodes_.reach = axial_ ? q.axial_reach : q.reach;
    for (std::size_t a = 0; a < 3; ++a) {
        nodes_.fluid[a] = axial_ ? ring_.data() : full_.data() + a * n;
        nodes_.host[a] = nodes_.fluid[a];
    }
    nodes_.per_neutrino = one_.data();
    const double v2 = velocity_[0] * velocity_[0] + velocity_[1] * velocity_[1] + velocity_[2] * velocity_[2];
    if (!(v2 > 0.0)) {
        std::fill(factor_.begin(), factor_.end(), 1.0);
        return;
    }
    const double gamma = 1.0 / std::sqrt(1.0 - v2);
    for (int node = 0; node < nodes_.count; ++node) {
        double along = 0.0;
        for (int a = axial_ ? 2 : 0; a < 3; ++a) {
            along += velocity_[a] * nodes_.fluid[a][node];
        }
        const double ratio = gamma * (1.0 + along);
        const auto d = static_cast<std::size_t>(node);
        factor_[d] = ratio;
        per_neutrino_[d] = description_.content == Content::energy ? ratio * ratio : ratio;
        for (int a = axial_ ? 2 : 0; a < 3; ++a) {
            const double boosted = nodes_.fluid[a][node] + ((gamma - 1.0) * along / v2 + gamma) * velocity_[a];
            host_[static_cast<std::size_t>(a) * n + d] = boosted / ratio;
        }
    }
    for (std::size_t a = 0; a < 3; ++a) {
        nodes_.host[a] = host_.data() + a * n;
    }
    nodes_.per_neutrino = per_neutrino_.data();
}

void MomentsWorker::reconstruct_all(Closure closure) noexcept {
    const bool energy = description_.content == Content::energy;
    const int copies = axial_ ? description_.quadrature.azimuth : 1;
    const AxialShapes* shapes =
        closure == Closure::pauli ? nullptr : &description_.shapes[static_cast<std::size_t>(closure)];
    const bool tabulated = shapes != nullptr && axial_ && at_rest();
    double total_energy = 0.0;
    double total_number = 0.0;
    for (int s = 0; s < species_count_; ++s) {
        for (int g = 0; g < groups_; ++g) {
            const Moments& host = moments_[at(s, g)];
            const Moments fluid = energy ? boost_energy(host, velocity_) : boost_number(host, velocity_);
            const double mev =
                description_.grey ? 1.0 : energy_[static_cast<std::size_t>(g)] * description_.energy_unit;
            double occupation = 0.0;
            if (closure == Closure::pauli) {
                // Neutrinos per cm^3 at occupation 1: E^2 dE/(2 pi^2 (hbar c)^3), for each flavor the species holds.
                const double width = width_[static_cast<std::size_t>(g)] * description_.energy_unit;
                const double states = 3.0 * medium::constants::states_below_one_mev * mev * mev * width;
                occupation =
                    quotient(fluid.density / (energy ? mev : 1.0), description_.species.degeneracy(s) * states);
            }
            Beam& beam = beam_[at(s, g)];
            const double f = tabulated && host.density > 0.0 ? host.flux[2] / host.density : 0.0;
            if (tabulated && shapes->covers(f)) {
                shapes->at(f, host.density, angular_.data());
                beam = Beam{};
            } else if (!reconstruct(description_, closure, nodes_, host, fluid, occupation, angular_.data(), beam)) {
                flags_ |= MISCID_MOMENTS_FLAG_PAULI;
            }
            if (beam.part > 1e-9) {
                flags_ |= MISCID_MOMENTS_FLAG_BEAM;
            }
            double& mean = mean_energy_[at(s, g)];
            mean = energy ? mev : 1.0;
            if (description_.grey) {
                double weighted = 0.0; // N = sum n' (E/E'), n' = e'/mean
                double sum = 0.0;
                for (int d = 0; d < nodes_.count; ++d) {
                    weighted += angular_[static_cast<std::size_t>(d)] * factor_[static_cast<std::size_t>(d)];
                    sum += angular_[static_cast<std::size_t>(d)];
                }
                mean = quotient(weighted, number_[static_cast<std::size_t>(s)]);
                total_energy += sum;
                total_number += sum / mean;
            }
            const double scale = 1.0 / (mean * copies * description_.density_unit);
            double* content = mixer_.content(s, g);
            for (int d = 0; d < directions_; ++d) {
                content[d] = angular_[static_cast<std::size_t>(d / copies)] * scale;
            }
        }
    }
    for (int g = 0; g < groups_; ++g) {
        mixer_.energies()[g] = description_.grey ? quotient(total_energy, total_number) / description_.energy_unit
                                                 : energy_[static_cast<std::size_t>(g)];
    }
}

miscid_status MomentsWorker::mix(const CellIndex& cell, Closure closure, double* state, std::int64_t stride,
                                 bool diagnostics, double time, double dt, miscid_report& report) noexcept {
    flags_ = description_.species.shared() ? MISCID_MOMENTS_FLAG_NU_X_SHARED : 0;
    set_nodes();
    reconstruct_all(closure);
    miscid_status status = MISCID_OK;
    if (!mixer_.mix(cell, state, stride, diagnostics ? batch_->diagnostics : mixer_.no_diagnostics, time, dt, status,
                    report)) {
        miscid_last_error(complaint_, sizeof complaint_);
        return status;
    }
    flags_ |= mixer_.tilted() ? MISCID_MOMENTS_FLAG_TILT : 0;
    const int copies = axial_ ? description_.quadrature.azimuth : 1;
    for (int g = 0; g < groups_; ++g) {
        double moved[8][carried] = {};
        if (!mixer_.unchanged(g)) {
            const auto carry = [&](int s, int d, double(&each)[carried]) {
                const int node = d / copies;
                const double neutrino = description_.density_unit;
                const double density = neutrino * mean_energy_[at(s, g)] * nodes_.per_neutrino[node];
                const Beam& beam = beam_[at(s, g)];
                each[0] = density;
                for (int a = 0; a < 3; ++a) {
                    each[a + 1] =
                        axial_ && a < 2
                            ? 0.0
                            : density * ((1.0 - beam.part) * nodes_.host[a][node] + beam.part * beam.along[a]);
                }
                each[4] = neutrino * factor_[static_cast<std::size_t>(node)];
            };
            if (description_.grey) {
                mixer_.fold_exchange<carried>(g, carry, moved);
            } else {
                mixer_.fold<carried>(g, carry, moved);
            }
        }
        for (int s = 0; s < species_count_; ++s) {
            std::copy(moved[s], moved[s] + carried, moved_[at(s, g)].begin());
        }
    }
    return status;
}

miscid_status MomentsWorker::uncertainty(const CellIndex& cell, double time, double dt, double& answer,
                                         miscid_report& report) noexcept {
    const HostView& state = batch_->view(MISCID_MOMENTS_FIELD_STATE);
    miscid_status status = MISCID_OK;
    for (const Closure closure : {description_.other_closure, description_.closure}) {
        for (std::size_t c = 0; c < state_copy_.size(); ++c) {
            const char* from = state.cell(cell) + static_cast<std::int64_t>(c) * state.stride_of(MISCID_AXIS_COMPONENT);
            std::memcpy(&state_copy_[c], from, sizeof(double));
        }
        status = mix(cell, closure, state_copy_.data(), sizeof(double), false, time, dt, report);
        if (status < 0 || status == MISCID_CELL_REDUCE_TIME_STEP) {
            return status;
        }
        if (closure == description_.other_closure) {
            other_ = moved_; // same size: no allocation
        }
    }
    double difference = 0.0;
    double number = 0.0;
    for (int s = 0; s < species_count_; ++s) {
        for (int g = 0; g < groups_; ++g) {
            const std::size_t i = at(s, g);
            const double one = description_.grey ? 1.0 : 1.0 / mean_energy_[i];
            const std::size_t k = description_.grey ? 4 : 0;
            difference += std::abs(moved_[i][k] - other_[i][k]) * one;
            number += description_.grey ? number_[static_cast<std::size_t>(s)] : moments_[i].density * one;
        }
    }
    answer = number > 0.0 ? 0.5 * difference / number : 0.0;
    return status;
}

} // namespace miscid::adapters
