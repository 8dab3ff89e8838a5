#include "kinetics/box_diagnostics.hpp"

#include "flavor/flavor_space.hpp"
#include "medium/constants.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <unsupported/Eigen/FFT>

namespace miscid::kinetics {

namespace {

/** First generators of the off-diagonal pairs (flavor_space.hpp). */
std::vector<int> off_diagonal(int flavors) {
    return flavors == 2 ? std::vector<int>{0} : std::vector<int>{2, 4, 6};
}

Eigen::VectorXd cross(int flavors, const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
    if (flavors == 2) {
        return flavor::cross(flavor::FlavorVectorFor<2>(a), flavor::FlavorVectorFor<2>(b));
    }
    return flavor::cross(flavor::FlavorVectorFor<3>(a), flavor::FlavorVectorFor<3>(b));
}

} // namespace

BoxAverages averages(const Gas& gas, const BoxField& field) {
    const int n = gas.generators();
    BoxAverages result;
    result.mean = field.mean();
    result.square = Eigen::VectorXd::Zero(gas.modes());
    double transverse = 0.0, all = 0.0;
    for (int mode = 0; mode < gas.modes(); ++mode) {
        const Eigen::MatrixXd values = field.of_mode(mode);
        result.square[mode] = values.topRows(n).squaredNorm() / field.cells();
        for (const int pair : off_diagonal(gas.flavors)) {
            transverse += std::abs(gas.weight[mode]) * values.middleRows(pair, 2).squaredNorm() / field.cells();
        }
        all += std::abs(gas.weight[mode]) * result.square[mode];
    }
    result.transverse = all > 0.0 ? transverse / all : 0.0;
    const Eigen::MatrixXd P = result.mean.topRows(n);
    result.lepton = P * gas.weight;
    result.current = P * gas.weight.asDiagonal() * gas.direction.transpose();
    return result;
}

std::vector<double> power_spectrum(const Gas& gas, const BoxField& field) {
    const auto cells = static_cast<std::size_t>(field.cells());
    std::vector<double> power(cells, 0.0);
    std::vector<std::complex<double>> S(cells), waves;
    Eigen::FFT<double> transform;
    for (int mode = 0; mode < gas.modes(); ++mode) {
        const Eigen::MatrixXd values = field.of_mode(mode);
        for (const int pair : off_diagonal(gas.flavors)) {
            for (std::size_t cell = 0; cell < cells; ++cell) {
                S[cell] = {values(pair, static_cast<Eigen::Index>(cell)),
                           -values(pair + 1, static_cast<Eigen::Index>(cell))};
            }
            transform.fwd(waves, S);
            for (std::size_t n = 0; n < cells; ++n) {
                power[(n + cells / 2) % cells] +=
                    std::abs(gas.weight[mode]) * std::norm(waves[n]) / static_cast<double>(cells * cells);
            }
        }
    }
    return power;
}

double unresolved_power(const std::vector<double>& spectrum) {
    const auto cells = static_cast<long>(spectrum.size());
    double high = 0.0, all = 0.0;
    for (long i = 0; i < cells; ++i) {
        const double power = spectrum[static_cast<std::size_t>(i)];
        all += power;
        high += 3 * std::abs(i - cells / 2) > cells ? power : 0.0;
    }
    return all > 0.0 ? high / all : 0.0;
}

double mean_wavenumber(const std::vector<double>& spectrum, double length) {
    const auto cells = static_cast<long>(spectrum.size());
    double sum = 0.0, all = 0.0;
    for (long i = 0; i < cells; ++i) {
        all += spectrum[static_cast<std::size_t>(i)];
        sum += static_cast<double>(std::abs(i - cells / 2)) * spectrum[static_cast<std::size_t>(i)];
    }
    return all > 0.0 ? 2.0 * medium::constants::pi / length * sum / all : 0.0;
}

Eigen::MatrixXd correlation_vectors(const Gas& gas, const BoxField& field, double time) {
    const int n = gas.generators(), modes = gas.modes();
    const double mu = gas.mu.at(time);
    const Eigen::MatrixXd external = gas.external_field(time);
    Eigen::MatrixXd of_products = Eigen::MatrixXd::Zero(n, modes), mean_H = of_products, mean_P = of_products;
    Eigen::MatrixXd P(n, modes);
    for (int cell = 0; cell < field.cells(); ++cell) {
        for (int mode = 0; mode < modes; ++mode) {
            for (int c = 0; c < n; ++c) {
                P(c, mode) = field.at(c, mode, cell);
            }
        }
        const Eigen::VectorXd D_0 = P * gas.weight;
        const Eigen::MatrixXd D_1 = P * gas.weight.asDiagonal() * gas.direction.transpose();
        for (int mode = 0; mode < modes; ++mode) {
            const Eigen::VectorXd H = external.col(mode) + mu * (D_0 - D_1 * gas.direction.col(mode));
            of_products.col(mode) += cross(gas.flavors, H, P.col(mode));
            mean_H.col(mode) += H;
        }
        mean_P += P;
    }
    const double cells = field.cells();
    Eigen::MatrixXd result(n, modes);
    for (int mode = 0; mode < modes; ++mode) {
        result.col(mode) =
            of_products.col(mode) / cells - cross(gas.flavors, mean_H.col(mode) / cells, mean_P.col(mode) / cells);
    }
    return result;
}

double largest_speed_gap(const Gas& gas) {
    const Eigen::VectorXd speed = gas.speed();
    std::vector<double> sorted(speed.data(), speed.data() + speed.size());
    std::sort(sorted.begin(), sorted.end());
    double gap = 0.0;
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        gap = std::max(gap, sorted[i] - sorted[i - 1]);
    }
    return gap;
}

double recurrence_time(const Gas& gas, double k) {
    const double rate = std::abs(k) * largest_speed_gap(gas);
    return rate > 0.0 ? 2.0 * medium::constants::pi / rate : INFINITY;
}

LineFit fit_line(const std::vector<double>& t, const std::vector<double>& y) {
    LineFit fit;
    fit.points = static_cast<int>(t.size());
    if (fit.points < 2) {
        return fit;
    }
    double mean_t = 0.0, mean_y = 0.0, tt = 0.0, ty = 0.0, rest = 0.0;
    for (std::size_t i = 0; i < t.size(); ++i) {
        mean_t += t[i] / fit.points;
        mean_y += y[i] / fit.points;
    }
    for (std::size_t i = 0; i < t.size(); ++i) {
        tt += (t[i] - mean_t) * (t[i] - mean_t);
        ty += (t[i] - mean_t) * (y[i] - mean_y);
    }
    fit.slope = tt > 0.0 ? ty / tt : 0.0;
    for (std::size_t i = 0; i < t.size(); ++i) {
        const double off = y[i] - mean_y - fit.slope * (t[i] - mean_t);
        rest += off * off;
    }
    fit.error = fit.points > 2 && tt > 0.0 ? std::sqrt(rest / (fit.points - 2) / tt) : 0.0;
    return fit;
}

} // namespace miscid::kinetics
