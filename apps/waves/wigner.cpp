#include "waves/wigner.hpp"

#include "waves/wave_density_matrix.hpp"

#include <cmath>

namespace miscid::apps {

namespace {

/** Components x places of [re, im]. */
Eigen::MatrixXcd read_fields(const Section& section) {
    const Json& rows = section.json().at("Psi");
    if (!rows.is_array() || rows.empty() || !rows[0].is_array()) {
        section.fail("Psi", "a list of components, each a list of [re, im], one per place");
    }
    const std::size_t places = rows[0].size();
    Eigen::MatrixXcd psi(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(places));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!rows[i].is_array() || rows[i].size() != places) {
            section.fail("Psi[" + std::to_string(i) + "]", std::to_string(places) + " pairs, as in Psi[0]");
        }
        for (std::size_t x = 0; x < places; ++x) {
            const Json& z = rows[i][x];
            if (!z.is_array() || z.size() != 2 || !z[0].is_number() || !z[1].is_number()) {
                section.fail("Psi[" + std::to_string(i) + "][" + std::to_string(x) + "]", "[re, im]");
            }
            psi(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(x)) = {z[0].get<double>(), z[1].get<double>()};
        }
    }
    if (places % 2 == 0) {
        throw InvalidInput("even_number_of_places", "Psi");
    }
    return psi;
}

} // namespace

Json answer_wigner(const Json& json, const std::string& file, const std::string& place) {
    const Section section(json, file, place);
    section.allow({"kind", "schema", "length", "Psi"});
    const double length = section.number("length");
    if (!(length > 0.0) || !std::isfinite(length)) {
        throw InvalidInput("length_not_positive", "length");
    }
    if (!section.has("Psi")) {
        section.fail("Psi", "the fields");
    }
    const Eigen::MatrixXcd psi = read_fields(section);
    const Eigen::Index places = psi.cols();
    const Eigen::MatrixXcd amplitudes = waves::wave_amplitudes(psi);
    Eigen::MatrixXd wigner = Eigen::MatrixXd::Zero(places, places);
    for (int i = 0; i < static_cast<int>(psi.rows()); ++i) {
        wigner += waves::wigner_function(psi, i, i).real();
    }
    Json answer = {{"status", "ok"}, {"k", Json::array()}, {"content", Json::array()}, {"wigner", Json::array()}};
    for (Eigen::Index n = 0; n < places; ++n) {
        answer["k"].push_back(2.0 * 3.14159265358979323846 / length * static_cast<double>(n - (places - 1) / 2));
        answer["content"].push_back(amplitudes.col(n).squaredNorm());
    }
    for (Eigen::Index x = 0; x < places; ++x) {
        Json row = Json::array();
        for (Eigen::Index n = 0; n < places; ++n) {
            row.push_back(wigner(x, n));
        }
        answer["wigner"].push_back(row);
    }
    return answer;
}

} // namespace miscid::apps
