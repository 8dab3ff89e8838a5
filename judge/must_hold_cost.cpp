// What an embedded box costs, against the bars of design section 9.
#include "must_hold_parts.hpp"

#include "cpu_time.hpp"
#include "kinetics/marker_box.hpp"
#include "phase_space/refinement.hpp"
#include "score.hpp"

#include <algorithm>
#include <cmath>

namespace miscid::judge {

/** Sixteen boxes side by side and one after the other: how many differ, and the ratio of their throughputs. */
double side_by_side(Table* table) {
    constexpr int boxes = kinetics::MarkerBox::most_boxes;
    constexpr const char* names = "DSML";
    double different = 0.0;
    int at = 0;
    for (const closures::BoxSize size :
         {closures::box_sizes::D, closures::box_sizes::S, closures::box_sizes::M, closures::box_sizes::L}) {
        const auto beams = static_cast<std::size_t>(size.beams);
        std::vector<double> v(beams), weight(beams), a(beams);
        phase_space::gauss_legendre(size.beams, v.data(), weight.data());
        kinetics::MarkerBox together(equilibrium::best_dispatch_level()), alone(equilibrium::best_dispatch_level());
        together.reserve(size.beams, size.markers, boxes);
        alone.reserve(size.beams, size.markers);
        kinetics::MarkerBox::Task tasks[boxes];
        const auto start = [&](kinetics::MarkerBox& box, int index, int place) {
            double total = 0.0;
            for (std::size_t b = 0; b < beams; ++b) {
                a[b] = weight[b] * (v[b] - 0.1 - 0.02 * index);
                total += std::abs(a[b]);
            }
            box.start(size.beams, size.markers, 0.9 * size.markers / total, v.data(), a.data(), place);
            kinetics::RandomNumbers random(static_cast<std::uint64_t>(1 + index));
            box.tilt(0.05, 1e9, random, place);
            tasks[index] = {300, 0.3 / total, nullptr, nullptr};
        };
        double best[2] = {1e300, 1e300};
        for (int repeat = 0; repeat < 5; ++repeat) {
            for (int index = 0; index < boxes; ++index) {
                start(together, index, index);
            }
            double begin = campaign::cpu_seconds();
            together.run(tasks);
            best[0] = std::min(best[0], campaign::cpu_seconds() - begin);
            double one_by_one = 0.0;
            for (int index = 0; index < boxes; ++index) {
                start(alone, index, 0);
                begin = campaign::cpu_seconds();
                alone.run(&tasks[index]);
                one_by_one += campaign::cpu_seconds() - begin;
                bool same = true;
                for (int beam = 0; beam < size.beams; ++beam) {
                    same = same && alone.mean(beam) == together.mean(beam, index) &&
                           alone.transverse_square(beam) == together.transverse_square(beam, index);
                }
                different += same || repeat > 0 ? 0.0 : 1.0;
            }
            best[1] = std::min(best[1], one_by_one);
        }
        if (table) {
            const double steps = 300.0 * boxes * size.beams * size.markers;
            table->figure(std::string("1e8 marker steps/s, one box alone / sixteen side by side, ") + names[at],
                          1e-8 * steps / best[1], 1e-8 * steps / best[0]);
        }
        ++at;
    }
    return different;
}

namespace {

/** A grown box whose lepton numbers are changed by 1 % of sum |e|, and the numbers it keeps (bound: the study's floats, two in
 * a double). */
void driving_step(Table& table) {
    const struct {
        const char* name;
        closures::BoxSize size;
        double bound, state;
    } bars[] = {{"S", closures::box_sizes::S, 0.15, 1536.0 / 2.0}, {"M", closures::box_sizes::M, 0.3, 4608.0 / 2.0}};
    Situation s = named("alpha .9");
    for (const auto& bar : bars) {
        const auto contender = box_of(bar.size);
        contender->start(s, 0);
        Host host(s);
        contender->step(host, s.t_end);
        double best = 1e300;
        for (int step = 0; step < 20; ++step) {
            for (std::size_t i = 0; i < host.directions(); ++i) {
                host.e[1][i] += 0.01 * host.lepton_content() / s.directions() / s.weight[i];
            }
            const double begin = campaign::cpu_seconds();
            contender->step(host, s.t_end);
            best = std::min(best, 1e3 * (campaign::cpu_seconds() - begin));
        }
        table.row(std::string("1 % driving step, ") + bar.name + ": ms (design 9)", bar.bound, best);
        closures::Options options;
        options.box_beams = bar.size.beams;
        options.box_markers = bar.size.markers;
        table.row(std::string("state, ") + bar.name + ": doubles per cell", bar.state,
                  closures::make_closure(closures::Kind::embedded_box, options)->state_size(s.directions()));
    }
}

} // namespace

void cost(Table& table) {
    const struct {
        const char* name;
        closures::BoxSize size;
        double bound;
    } bars[] = {{"S", closures::box_sizes::S, 5.0}, {"M", closures::box_sizes::M, 10.0}};
    for (const auto& bar : bars) {
        double mean = 0.0;
        int cases = 0;
        for (const char* name : {"alpha .86", "alpha .9", "alpha .95", "alpha 1.0", "alpha 1.3"}) {
            const Situation s = named(name);
            double best = 1e300;
            for (int repeat = 0; repeat < 3; ++repeat) {
                const auto contender = box_of(bar.size);
                contender->start(s, repeat);
                Host host(s);
                const double begin = campaign::cpu_seconds();
                contender->step(host, s.t_end);
                best = std::min(best, campaign::cpu_seconds() - begin);
            }
            mean += 1e3 * best;
            ++cases;
        }
        table.row(std::string("first saturation, ") + bar.name + ": ms, mean of five (design 9)", bar.bound,
                  mean / cases);
    }
    driving_step(table);
    side_by_side(&table);
}

} // namespace miscid::judge
