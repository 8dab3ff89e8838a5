#include "kinetics/gas.hpp"

#include <cmath>

namespace miscid::kinetics {

double Ramp::at(double time) const {
    if (constant() || time <= 0.0) {
        return from;
    }
    if (time >= duration) {
        return to;
    }
    const double part = time / duration;
    return geometric ? from * std::pow(to / from, part) : from + (to - from) * part;
}

Eigen::MatrixXd Gas::external_field(double time) const {
    Eigen::MatrixXd H = Eigen::MatrixXd::Zero(generators(), modes());
    if (vacuum.size() > 0) {
        H += vacuum;
    }
    if (matter.size() > 0) {
        const Eigen::RowVectorXd flow = (1.0 - (matter_velocity.transpose() * direction).array()).matrix();
        H += lambda.at(time) * matter * flow;
    }
    return H;
}

} // namespace miscid::kinetics
