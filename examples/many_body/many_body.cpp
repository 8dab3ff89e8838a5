// Do many-body correlations matter? Two beams of neutrinos as quantum spins, solved exactly, beside their mean field:
// see README.md. Prints JSON; plot_many_body.py draws it.
#include "many_body.hpp"

#include <cstdio>

namespace {

using namespace many_body;

constexpr double delta = 2.0; // the largest growth rate, kappa = 1
constexpr double mixing_angle = 1e-3;
constexpr double end = 12.0;
constexpr double step = 0.1;

void print(const char* name, const std::vector<double>& values, const char* after) {
    std::printf("\"%s\": [", name);
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::printf("%s%.10g", i > 0 ? ", " : "", values[i]);
    }
    std::printf("]%s", after);
}

/** P_z of the first neutrino over time. */
template <typename Gas>
std::vector<double> history(Gas gas) {
    std::vector<double> P_z = {gas.polarization(0).z()};
    for (double t = step; t < end + 0.5 * step; t += step) {
        for (int i = 0; i < 10; ++i) {
            gas.step(0.1 * step);
        }
        P_z.push_back(gas.polarization(0).z());
    }
    return P_z;
}

std::vector<double> history_of_spins(int count) {
    TwoLargeSpins spins(count, delta);
    std::vector<double> P_z = {spins.polarization()};
    for (double t = step; t < end + 0.5 * step; t += step) {
        spins.advance(step);
        P_z.push_back(spins.polarization());
    }
    return P_z;
}

} // namespace

int main() {
    std::printf("{\n\"delta\": %g, \"mixing_angle\": %g, \"step\": %g,\n", delta, mixing_angle, step);
    const Neutrinos mixed = two_beams(12, delta, mixing_angle);
    std::printf("\"mixing\": {\"mean_field\": {");
    print("P_z", history(MeanField(mixed)), "}, ");
    std::printf("\"exact\": {\"N\": 12, ");
    print("P_z", history(Exact(mixed)), "}},\n");

    std::printf("\"no_mixing\": [\n");
    const std::vector<int> shown = {4, 12, 48, 192, 768};
    for (std::size_t i = 0; i < shown.size(); ++i) {
        std::printf("  {\"N\": %d, ", shown[i]);
        print("P_z", history_of_spins(shown[i]), i + 1 < shown.size() ? "},\n" : "}\n],\n");
    }
    std::vector<double> number, onset;
    for (int count = 8; count <= 2048; count *= 2) {
        number.push_back(count);
        onset.push_back(TwoLargeSpins(count, delta).time_of(0.9));
    }
    const Slope slope = onset_slope({number.end() - 5, number.end()}, {onset.end() - 5, onset.end()});
    std::printf("\"onset\": {");
    print("N", number, ", ");
    print("time", onset, ", ");
    std::printf("\"slope\": %.6g, \"slope_error\": %.2g}\n}\n", slope.value, slope.error);
}
