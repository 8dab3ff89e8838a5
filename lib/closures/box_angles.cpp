#include "closures/box_angles.hpp"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>

namespace miscid::closures {

namespace {

constexpr int least_knots = 5;      ///< fewer directions are beams, not a grid
constexpr double small_flux = 0.02; ///< |D_1|/sum |e| below which the second moments choose the axis

Eigen::Vector3d direction_of(const Cell& cell, int i) {
    return {cell.direction[0][i], cell.direction[1][i], cell.direction[2][i]};
}

} // namespace

Eigen::Vector3d box_axis(const Cell& cell) {
    if (cell.v) {
        return Eigen::Vector3d::UnitZ();
    }
    Eigen::Vector3d flux = Eigen::Vector3d::Zero();
    Eigen::Matrix3d second = Eigen::Matrix3d::Zero();
    double total = 0.0;
    for (int i = 0; i < cell.directions; ++i) {
        const Eigen::Vector3d q = direction_of(cell, i);
        flux += cell.e[i] * q;
        second += cell.e[i] * q * q.transpose();
        total += std::abs(cell.e[i]);
    }
    if (flux.norm() > small_flux * total) {
        return flux.normalized();
    }
    if (!(total > 0.0)) {
        return Eigen::Vector3d::UnitZ();
    }
    second /= total;
    second -= second.trace() / 3.0 * Eigen::Matrix3d::Identity();
    Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver;
    solver.computeDirect(second);
    const int strongest = std::abs(solver.eigenvalues()[0]) > std::abs(solver.eigenvalues()[2]) ? 0 : 2;
    Eigen::Vector3d axis = solver.eigenvectors().col(strongest);
    int largest = 0;
    axis.cwiseAbs().maxCoeff(&largest);
    if (!(axis.squaredNorm() > 0.5)) {
        return Eigen::Vector3d::UnitZ();
    }
    return axis[largest] < 0.0 ? Eigen::Vector3d(-axis) : axis;
}

void BoxAngles::reserve(int directions, int most_beams) {
    const auto host = static_cast<std::size_t>(std::max(directions, most_beams));
    const auto beams = static_cast<std::size_t>(most_beams);
    to_beams_.reserve(directions);
    to_host_.reserve(most_beams);
    v_.assign(beams, 0.0);
    nodes_.assign(beams, 0.0);
    weight_.assign(beams, 0.0);
    phase_space::gauss_legendre(most_beams, nodes_.data(), weight_.data());
    beam_weight_.assign(beams, 0.0);
    scratch_.assign(host, 0.0);
    share_.assign(host, 0.0);
    below_.assign(host, 0);
}

void BoxAngles::set(const Cell& cell, const Eigen::Vector3d& axis, int most_beams) {
    directions_ = cell.directions;
    host_v_ = cell.v;
    host_weight_ = cell.weight;
    const bool grid = cell.weight && directions_ >= least_knots;
    if (cell.v && directions_ <= most_beams && (!grid || directions_ == most_beams)) {
        kind_ = Kind::direct;
        beams_ = directions_;
        std::copy(cell.v, cell.v + directions_, v_.begin());
        return;
    }
    beams_ = most_beams;
    std::copy(nodes_.begin(), nodes_.end(), v_.begin());
    if (cell.v && grid) {
        kind_ = Kind::spline;
        to_beams_.set_knots(directions_, cell.v);
        to_host_.set_knots(beams_, v_.data());
        return;
    }
    kind_ = Kind::shares;
    std::fill(beam_weight_.begin(), beam_weight_.end(), 0.0);
    for (int i = 0; i < directions_; ++i) {
        const double x = cell.v ? cell.v[i] : axis.dot(direction_of(cell, i));
        const auto above = std::upper_bound(v_.begin() + 1, v_.begin() + beams_ - 1, x);
        const auto n = static_cast<std::size_t>(above - v_.begin() - 1);
        const auto at = static_cast<std::size_t>(i);
        below_[at] = static_cast<int>(n);
        // Between the outermost node and the axis there is nothing to share with.
        share_[at] = std::clamp((x - v_[n]) / (v_[n + 1] - v_[n]), 0.0, 1.0);
        const double weight = host_weight_ ? host_weight_[i] : 1.0;
        beam_weight_[n] += (1.0 - share_[at]) * weight;
        beam_weight_[n + 1] += share_[at] * weight;
    }
}

void BoxAngles::amplitudes(const double* e, double* beams) {
    switch (kind_) {
    case Kind::direct:
        std::copy(e, e + directions_, beams);
        break;
    case Kind::spline:
        for (int i = 0; i < directions_; ++i) {
            scratch_[static_cast<std::size_t>(i)] = e[i] / host_weight_[i];
        }
        to_beams_.interpolate(scratch_.data(), beams_, v_.data(), beams);
        for (int b = 0; b < beams_; ++b) {
            beams[b] *= weight_[static_cast<std::size_t>(b)];
        }
        break;
    case Kind::shares:
        std::fill(beams, beams + beams_, 0.0);
        for (int i = 0; i < directions_; ++i) {
            const auto at = static_cast<std::size_t>(i);
            beams[below_[at]] += (1.0 - share_[at]) * e[i];
            beams[below_[at] + 1] += share_[at] * e[i];
        }
        break;
    }
}

void BoxAngles::rates(const double* rate, double* beams) {
    switch (kind_) {
    case Kind::direct:
        std::copy(rate, rate + directions_, beams);
        break;
    case Kind::spline:
        to_beams_.interpolate(rate, beams_, v_.data(), beams);
        break;
    case Kind::shares:
        std::fill(beams, beams + beams_, 0.0);
        for (int i = 0; i < directions_; ++i) {
            const auto at = static_cast<std::size_t>(i);
            const double weight = host_weight_ ? host_weight_[i] : 1.0;
            beams[below_[at]] += (1.0 - share_[at]) * weight * rate[i];
            beams[below_[at] + 1] += share_[at] * weight * rate[i];
        }
        for (int b = 0; b < beams_; ++b) {
            const double weight = beam_weight_[static_cast<std::size_t>(b)];
            beams[b] = weight > 0.0 ? beams[b] / weight : 0.0;
        }
        break;
    }
    for (int b = 0; b < beams_; ++b) {
        beams[b] = std::max(beams[b], 0.0);
    }
}

void BoxAngles::ratios_to_host(const double* ratio, double* host) {
    switch (kind_) {
    case Kind::direct:
        std::copy(ratio, ratio + directions_, host);
        break;
    case Kind::spline:
        to_host_.interpolate(ratio, directions_, host_v_, host);
        break;
    case Kind::shares:
        for (int i = 0; i < directions_; ++i) {
            const auto at = static_cast<std::size_t>(i);
            host[i] = (1.0 - share_[at]) * ratio[below_[at]] + share_[at] * ratio[below_[at] + 1];
        }
        break;
    }
}

void BoxAngles::changes_to_host(const double* change, double* host) {
    switch (kind_) {
    case Kind::direct:
        std::copy(change, change + directions_, host);
        return;
    case Kind::spline:
        for (int b = 0; b < beams_; ++b) {
            const auto at = static_cast<std::size_t>(b);
            scratch_[at] = change[b] / weight_[at];
        }
        break;
    case Kind::shares:
        for (int b = 0; b < beams_; ++b) {
            const auto at = static_cast<std::size_t>(b);
            scratch_[at] = beam_weight_[at] > 0.0 ? change[b] / beam_weight_[at] : 0.0;
        }
        break;
    }
    ratios_to_host(scratch_.data(), host);
    for (int i = 0; i < directions_; ++i) {
        host[i] *= host_weight_ ? host_weight_[i] : 1.0;
    }
}

} // namespace miscid::closures
