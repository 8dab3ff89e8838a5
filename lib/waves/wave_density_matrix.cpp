#include "waves/wave_density_matrix.hpp"

#include <cmath>

namespace miscid::waves {

namespace {

/** exp(-2 pi i a b / places), the phase taken modulo a turn first. */
Complex phase(long a, long b, long places) {
    const long turn = ((a * b) % places + places) % places;
    const double angle = -2.0 * 3.14159265358979323846 * static_cast<double>(turn) / static_cast<double>(places);
    return {std::cos(angle), std::sin(angle)};
}

/** Column c holds exp(-2 pi i multiple n_c x / places) over x. */
Eigen::MatrixXcd transform(long places, long multiple) {
    Eigen::MatrixXcd m(places, places);
    for (long column = 0; column < places; ++column) {
        for (long x = 0; x < places; ++x) {
            m(x, column) = phase(multiple * (column - (places - 1) / 2), x, places) / static_cast<double>(places);
        }
    }
    return m;
}

} // namespace

Eigen::MatrixXcd wave_amplitudes(const Eigen::MatrixXcd& psi) {
    return psi * transform(psi.cols(), 1);
}

Eigen::MatrixXcd wave_density_matrix(const Eigen::MatrixXcd& amplitudes, int n, int m) {
    const Eigen::Index centre = (amplitudes.cols() - 1) / 2;
    return amplitudes.col(centre + m) * amplitudes.col(centre + n).adjoint();
}

Eigen::MatrixXcd wigner_function(const Eigen::MatrixXcd& psi, int i, int j) {
    const Eigen::Index places = psi.cols();
    Eigen::MatrixXcd products(places, places); // [x][y]
    for (Eigen::Index x = 0; x < places; ++x) {
        for (Eigen::Index y = 0; y < places; ++y) {
            products(x, y) = psi(i, (x + y) % places) * std::conj(psi(j, (x - y + places) % places));
        }
    }
    return products * transform(places, 2);
}

} // namespace miscid::waves
