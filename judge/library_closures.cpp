#include "library_closures.hpp"

#include "step/collisional_waves.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::judge {

namespace {

class LibraryClosure final : public Contender {
public:
    LibraryClosure(closures::Kind kind, const closures::Options& options) : kind_(kind), options_(options) {}

    void start(const Situation& s, int run) override {
        closures::Options options = options_;
        options.axial_breaking = s.box.azimuths > 0 || s.direction.cols() > 0; // waves the resolved box can hold
        closure_ = closures::make_closure(kind_, options);
        const auto count = s.v.size();
        closure_->reserve(s.directions());
        std::fill(std::begin(collisional_state_), std::end(collisional_state_), 0.0);
        state_.assign(static_cast<std::size_t>(closure_->state_size(s.directions())), 0.0);
        if (random() && state_.size() > 1) {
            state_[1] = 1000.0 * run; // boxes made before: other seeds
        }
        for (auto* array : {&e_, &damping_, &after_, &factor_, &bound_}) {
            array->assign(count, 0.0);
        }
        for (std::size_t a = 0; a < 3; ++a) {
            unit_[a].resize(count);
            for (std::size_t i = 0; i < count; ++i) {
                unit_[a][i] = s.unit(static_cast<int>(i))[static_cast<Eigen::Index>(a)];
            }
        }
    }

    bool step(Host& host, double dt) override {
        const Situation& s = *host.cell;
        host.emit(dt); // hosts call with the source already in their neutrinos
        closures::Cell cell;
        cell.directions = s.directions();
        if (s.direction.cols() > 0) {
            for (std::size_t a = 0; a < 3; ++a) {
                cell.direction[a] = unit_[a].data();
            }
        } else {
            cell.v = s.v.data();
        }
        cell.weight = s.beams ? nullptr : s.weight.data();
        for (std::size_t i = 0; i < e_.size(); ++i) {
            e_[i] = s.weight[i] * host.E(i);
            bound_[i] = 1e300;
            for (int type = 0; type < 2; ++type) {
                const double number = host.e[type][i] + host.x[type][i], p = std::abs(host.difference(type, i));
                bound_[i] = p > 0.0 ? std::min(bound_[i], std::max(1.0, number / p)) : bound_[i];
            }
            if (!s.damping.empty()) {
                const double other = s.damping_of_nubar >= 0.0 ? s.damping_of_nubar : s.damping[i];
                damping_[i] = (s.nu[i] * s.damping[i] + s.nubar[i] * other) / (s.nu[i] + s.nubar[i]);
            }
        }
        cell.e = e_.data();
        cell.damping = s.damping.empty() ? nullptr : damping_.data();
        cell.largest_factor = s.beams ? bound_.data() : nullptr;
        cell.dt = dt;
        cell.seed = s.box.seed_rms;
        cell.seed_wave_number = s.box.seed_kmax;
        cell.state = state_.empty() ? nullptr : state_.data();
        closures::Answer answer;
        answer.e = after_.data();
        answer.factor = factor_.data();
        if (closure_->apply(cell, answer) == closures::Outcome::refused || answer.diagnostics.undefined) {
            return false;
        }
        for (std::size_t i = 0; i < e_.size(); ++i) {
            for (int type = 0; type < 2; ++type) {
                host.set_difference(type, i, factor_[i] * host.difference(type, i));
            }
        }
        if (s.damping_of_nubar >= 0.0 && closures::follows_waves(kind_)) {
            relax_collisional(host, dt);
        }
        return true;
    }

    bool random() const override { return closures::has_seeds(kind_); }

private:
    /** What the step of the library does beside these closures: waves that grow because types lose coherence apart. */
    void relax_collisional(Host& host, double dt) {
        const Situation& s = *host.cell;
        std::vector<double> e, damping, unit[3], factor;
        for (std::size_t i = 0; i < host.directions(); ++i) {
            for (int type = 0; type < 2; ++type) {
                e.push_back(s.weight[i] * (type == 0 ? 1.0 : -1.0) * host.difference(type, i));
                damping.push_back(type == 0 ? s.damping[i] : s.damping_of_nubar);
                for (std::size_t a = 0; a < 3; ++a) {
                    unit[a].push_back(unit_[a][i]);
                }
            }
        }
        factor.assign(e.size(), 1.0);
        const auto modes = static_cast<int>(e.size());
        collisional_.reserve(modes);
        closures::Diagnostics diagnostics;
        collisional_.relax({modes, {unit[0].data(), unit[1].data(), unit[2].data()}, e.data(), damping.data(), nullptr},
                           dt, s.box.seed_rms, 0.0, collisional_state_, factor.data(), diagnostics);
        for (std::size_t i = 0; i < host.directions(); ++i) {
            for (int type = 0; type < 2; ++type) {
                host.set_difference(type, i, factor[2 * i + static_cast<std::size_t>(type)] * host.difference(type, i));
            }
        }
    }

    closures::Kind kind_;
    closures::Options options_;
    std::unique_ptr<closures::Closure> closure_;
    step::CollisionalWaves collisional_;
    double collisional_state_[step::CollisionalWaves::state_size] = {};
    std::vector<double> e_, damping_, after_, factor_, bound_, state_, unit_[3];
};

} // namespace

std::unique_ptr<Contender> library_closure(closures::Kind kind, const closures::Options& options) {
    return std::make_unique<LibraryClosure>(kind, options);
}

} // namespace miscid::judge
