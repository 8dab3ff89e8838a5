// What the certificate (certificate.hpp) is asked of a cell: sums over its moments, and over the rings where its e is needed.

#include "worker.hpp"

#include <cmath>

namespace miscid::adapters {

/** Numbers per energy and vacuum frequencies of the groups. False where the step has to look at every cell. */
bool MomentsWorker::prepare_certificate() {
    constexpr double smallest_energy = 0.05; // MeV; what is beyond is the step's to refuse
    constexpr double largest_energy = 2e3;
    if (!certificate_.possible() || description_.closure == Closure::pauli) {
        return false;
    }
    fastest_ = 0.0;
    for (std::size_t g = 0; g < energy_.size(); ++g) {
        const double mev = energy_[g] * description_.energy_unit;
        if (!(mev >= smallest_energy && mev <= largest_energy)) {
            return false;
        }
        per_density_[g] = 1.0 / (description_.content == Content::energy ? mev : 1.0) / description_.density_unit;
        frequency_[g] = certificate_.frequency(mev);
        fastest_ = std::max(fastest_, frequency_[g]);
    }
    return true;
}

double MomentsWorker::find_marker() {
    for (int g = 0; g < groups_; ++g) {
        mixer_.energies()[g] = 10.0 / description_.energy_unit;
    }
    mixer_.medium = Medium{};
    mixer_.begin({true, false, false}, {});
    miscid_status status = MISCID_OK;
    miscid_report report;
    std::fill(state_copy_.begin(), state_copy_.end(), 0.0);
    const bool made = mixer_.mix({}, state_copy_.data(), sizeof(double), {}, 0.0, 0.0, status, report);
    return made ? state_copy_[0] : 0.0;
}

bool MomentsWorker::nothing_mixes(const char* state, std::int64_t stride) noexcept {
    if (!certifiable_ || !axial_ || !at_rest()) {
        return false;
    }
    const AxialShapes& shapes = description_.shapes[static_cast<std::size_t>(description_.closure)];
    CellPotentials cell;
    cell.rings = description_.quadrature.polar;
    cell.v = ring_.data();
    cell.e = ring_e_.data();
    cell.size = ring_size_.data();
    cell.lambda = certificate_.matter(mixer_.medium, batch_->view(MISCID_MOMENTS_FIELD_ELECTRON_DENSITY).bound());
    if (!(cell.lambda > 0.0)) {
        return false;
    }
    std::fill(ring_e_.begin(), ring_e_.end(), 0.0);
    std::fill(ring_size_.begin(), ring_size_.end(), 0.0);
    for (int s = 0; s < species_count_; ++s) {
        const double lepton = lepton_[static_cast<std::size_t>(s)];
        const double polarized = polarized_[static_cast<std::size_t>(s)];
        for (int g = 0; g < groups_; ++g) {
            const Moments& moments = moments_[at(s, g)];
            if (!(moments.density > 0.0)) {
                continue;
            }
            const double f = moments.flux[2] / moments.density;
            if (!shapes.covers(f)) {
                return false;
            }
            const auto group = static_cast<std::size_t>(g);
            const double number = moments.density * per_density_[group] * certificate_.potential();
            cell.polarized += polarized * number;
            cell.source += polarized * number * frequency_[group];
            if (lepton != 0.0) {
                cell.D0 += lepton * number;
                cell.D1 += lepton * number * f;
                shapes.at(f, number, angular_.data());
                for (std::size_t d = 0; d < ring_e_.size(); ++d) {
                    ring_e_[d] += lepton * angular_[d];
                    ring_size_[d] += std::abs(lepton) * angular_[d];
                }
            }
        }
    }
    if (!certificate_.holds(cell, fastest_, state, stride)) {
        return false;
    }
    flags_ = MISCID_MOMENTS_FLAG_NOTHING_MIXES | (description_.species.shared() ? MISCID_MOMENTS_FLAG_NU_X_SHARED : 0);
    return true;
}

} // namespace miscid::adapters
