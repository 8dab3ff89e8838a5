#include "kinetics/periodic_box.hpp"

#include <Eigen/LU>
#include <cmath>
#include <string>
#include <unsupported/Eigen/MatrixFunctions>

namespace miscid::kinetics {

PeriodicBox::PeriodicBox(const Gas& gas, double length, int cells, double step, DispatchLevel level)
    : gas_(gas), length_(length), step_(step), streaming_(gas.speed(), length, cells, level),
      half_(streaming_.translation(0.5 * step)), full_(streaming_.translation(step)), kernels_(box_kernels(level)),
      weight_(in_lanes(gas.weight.transpose())), external_(in_lanes(gas.external_field(0.0))),
      field_(gas.modes(), gas.components(), cells) {
    for (int m = 0; m < 3; ++m) {
        direction_[m] = in_lanes(gas.direction.row(m));
    }
    scratch_ = AlignedArray(static_cast<std::size_t>(field_.blocks() * gas.generators()) * lanes);
    set_up_collisions(0.5 * step);
}

void PeriodicBox::fill(const Eigen::MatrixXd& P, const Eigen::VectorXd& trace) {
    const int n = gas_.generators();
    for (int mode = 0; mode < gas_.modes(); ++mode) {
        for (int cell = 0; cell < field_.cells(); ++cell) {
            for (int c = 0; c < n; ++c) {
                field_.at(c, mode, cell) = P(c, mode);
            }
            if (field_.components() > n) {
                field_.at(n, mode, cell) = trace[mode];
            }
        }
    }
}

LocalInput PeriodicBox::local() {
    LocalInput in;
    in.blocks = field_.blocks();
    in.cells = field_.cells();
    in.stride = field_.stride();
    in.components = field_.components();
    in.current_components = gas_.direction.topRows<2>().isZero(0.0) ? 1 : 3;
    for (int m = 0; m < 3; ++m) {
        in.direction[m] = direction_[m].data();
    }
    in.weight = weight_.data();
    in.P = field_.data();
    in.scratch = scratch_.data();
    return in;
}

void PeriodicBox::advance(long count) {
    if (count <= 0) {
        return;
    }
    LocalInput in = local();
    const bool collides = has_components_;
    streaming_.apply(half_, field_);
    for (long i = 0; i < count; ++i) {
        const double middle = (static_cast<double>(steps_) + 0.5) * step_;
        in.mu = gas_.mu.at(middle);
        if (gas_.has_external_field()) {
            if (!gas_.lambda.constant()) {
                external_ = in_lanes(gas_.external_field(middle));
            }
            in.external = external_.data();
        }
        if (collides) {
            collide();
        }
        kernels_.rotation[gas_.flavors - 2](in, step_, passes_);
        if (collides) {
            collide();
        }
        ++steps_;
        streaming_.apply(i + 1 < count ? full_ : half_, field_);
    }
    if (!field_.finite()) {
        throw BoxError("the solution stopped being finite before t = " + std::to_string(time()) +
                       ": use a smaller step, or check the rates");
    }
}

namespace {

/** The diagonal of rho as a linear function of (diagonal generators, trace): rows e, x or e, mu, tau (flavor_space.hpp). */
Eigen::MatrixXd diagonal_of(int flavors) {
    if (flavors == 2) {
        return (Eigen::Matrix2d() << 0.5, 0.5, -0.5, 0.5).finished();
    }
    const double r = 1.0 / std::sqrt(3.0), t = 1.0 / 3.0;
    return (Eigen::Matrix3d() << 0.0, r, t, 0.5, -0.5 * r, t, -0.5, -0.5 * r, t).finished();
}

/** (1 - e^-x)/x */
double mean_decay(double x) {
    return std::abs(x) < 1e-8 ? 1.0 - 0.5 * x : -std::expm1(-x) / x;
}

} // namespace

void PeriodicBox::set_up_collisions(double h) {
    const Collisions& collisions = gas_.collisions;
    const int n = gas_.generators(), flavors = gas_.flavors, modes = gas_.modes();
    const auto of = [](const auto& values, auto... at) { return values.size() > 0 ? values(at...) : 0.0; };
    has_diagonal_ = collisions.changes_number();
    has_components_ = collisions.any() || gas_.source.size() > 0;
    if (!has_components_) {
        return;
    }
    // Off-diagonal elements come in pairs of generators; two flavors have one pair, three have e mu, e tau, mu tau.
    const int first = flavors == 2 ? 0 : 2;
    Eigen::MatrixXd factor(n, modes), gain(n, modes);
    Eigen::MatrixXd map(flavors * flavors, modes), map_gain(flavors, modes);
    const Eigen::MatrixXd to_diagonal = diagonal_of(flavors), back = to_diagonal.inverse();
    for (int mode = 0; mode < modes; ++mode) {
        const double depolarization = of(collisions.depolarization, mode);
        Eigen::VectorXd rate = Eigen::VectorXd::Constant(n, depolarization);
        int pair = first;
        for (int a = 0; a < flavors; ++a) {
            for (int b = a + 1; b < flavors; ++b, pair += 2) {
                const double mean = 0.5 * (of(collisions.absorption, a, mode) + of(collisions.absorption, b, mode));
                rate[pair] = rate[pair + 1] = depolarization + mean + of(collisions.coherence_damping, mode);
            }
        }
        for (int c = 0; c < n; ++c) {
            factor(c, mode) = std::exp(-h * rate[c]);
            gain(c, mode) = of(gas_.source, c, mode) * h * mean_decay(h * rate[c]);
        }
        if (!has_diagonal_) {
            continue;
        }
        // d/dt of (diagonal generators, trace, 1), solved by its exponential.
        Eigen::VectorXd kappa(flavors), emission(flavors), source = Eigen::VectorXd::Zero(flavors);
        for (int a = 0; a < flavors; ++a) {
            kappa[a] = of(collisions.absorption, a, mode);
            emission[a] = of(collisions.emission, a, mode);
        }
        Eigen::MatrixXd rates = Eigen::MatrixXd::Zero(flavors + 1, flavors + 1);
        rates.topLeftCorner(flavors, flavors) = -(back * kappa.asDiagonal() * to_diagonal);
        for (int d = 0; d + 1 < flavors; ++d) {
            const int generator = flavors == 2 ? 2 : d;
            rates(d, d) -= depolarization;
            source[d] = of(gas_.source, generator, mode);
            factor(generator, mode) = 1.0;
            gain(generator, mode) = 0.0;
        }
        rates.topRightCorner(flavors, 1) = back * emission + source;
        const Eigen::MatrixXd flow = (h * rates).exp();
        for (int row = 0; row < flavors; ++row) {
            for (int column = 0; column < flavors; ++column) {
                map(column * flavors + row, mode) = flow(row, column);
            }
            map_gain(row, mode) = flow(row, flavors);
        }
    }
    component_factor_ = in_lanes(factor);
    component_gain_ = in_lanes(gain);
    if (has_diagonal_) {
        diagonal_map_ = in_lanes(map);
        diagonal_gain_ = in_lanes(map_gain);
    }
}

void PeriodicBox::collide() {
    const int n = gas_.generators(), flavors = gas_.flavors;
    const std::size_t numbers = static_cast<std::size_t>(field_.cells()) * lanes;
    for (int block = 0; block < field_.blocks(); ++block) {
        if (has_diagonal_) {
            double* part[3]; // the diagonal generators and the trace
            for (int a = 0; a < flavors; ++a) {
                part[a] = field_.array(block, a + 1 == flavors ? n : (flavors == 2 ? 2 : a));
            }
            const double* map = diagonal_map_.data() + block * flavors * flavors * lanes;
            const double* gain = diagonal_gain_.data() + block * flavors * lanes;
            for (std::size_t i = 0; i < numbers; ++i) {
                const std::size_t lane = i % lanes;
                double old[3] = {}, updated[3];
                for (int a = 0; a < flavors; ++a) {
                    old[a] = part[a][i];
                }
                for (int a = 0; a < flavors; ++a) {
                    updated[a] = gain[static_cast<std::size_t>(a) * lanes + lane];
                    for (int b = 0; b < flavors; ++b) {
                        updated[a] += map[static_cast<std::size_t>(b * flavors + a) * lanes + lane] * old[b];
                    }
                }
                for (int a = 0; a < flavors; ++a) {
                    part[a][i] = updated[a];
                }
            }
        }
        for (int c = 0; c < n; ++c) {
            double* values = field_.array(block, c);
            const std::size_t row = static_cast<std::size_t>(block * n + c) * lanes;
            const double* factor = component_factor_.data() + row;
            const double* gain = component_gain_.data() + row;
            for (std::size_t i = 0; i < numbers; ++i) {
                values[i] = values[i] * factor[i % lanes] + gain[i % lanes];
            }
        }
    }
}

double PeriodicBox::largest_rotation() const {
    const int n = gas_.generators();
    const double mu = gas_.mu.at(time());
    const Eigen::MatrixXd external = gas_.external_field(time());
    double largest = 0.0;
    for (int cell = 0; cell < field_.cells(); ++cell) {
        Eigen::VectorXd D_0 = Eigen::VectorXd::Zero(n);
        Eigen::MatrixXd D_1 = Eigen::MatrixXd::Zero(n, 3);
        for (int mode = 0; mode < gas_.modes(); ++mode) {
            for (int c = 0; c < n; ++c) {
                const double P = gas_.weight[mode] * field_.at(c, mode, cell);
                D_0[c] += P;
                D_1.row(c) += P * gas_.direction.col(mode).transpose();
            }
        }
        for (int mode = 0; mode < gas_.modes(); ++mode) {
            const Eigen::VectorXd H = external.col(mode) + mu * (D_0 - D_1 * gas_.direction.col(mode));
            largest = std::max(largest, H.norm());
        }
    }
    return largest * step_;
}

} // namespace miscid::kinetics
