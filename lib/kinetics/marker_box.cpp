#include "kinetics/marker_box.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace miscid::kinetics {

namespace {

constexpr int steps_per_correction = 16; ///< of the lepton number
constexpr int steps_per_centering = 32;  ///< of the gauge

} // namespace

// One set per instruction set, each in a file of its own.
MarkerKernels marker_kernels_baseline();
#ifdef MISCID_X86_LEVELS
MarkerKernels marker_kernels_avx2();
MarkerKernels marker_kernels_avx512();
#endif

MarkerKernels marker_kernels(equilibrium::DispatchLevel level) {
#ifdef MISCID_X86_LEVELS
    switch (level) {
    case equilibrium::DispatchLevel::avx2:
        return marker_kernels_avx2();
    case equilibrium::DispatchLevel::avx512:
        return marker_kernels_avx512();
    default:
        break;
    }
#endif
    (void)level;
    return marker_kernels_baseline();
}

MarkerBox::MarkerBox(equilibrium::DispatchLevel level) : kernels_(marker_kernels(level)) {}

void MarkerBox::reserve(int beams, int markers, int boxes) {
    count_ = boxes;
    const auto slots = static_cast<std::size_t>(markers), lanes = static_cast<std::size_t>(marker_lanes);
    // Groups of beams are filled up with beams of amplitude zero.
    const std::size_t padded = boxes > 1 ? lanes * at(beams) : at(beams) + lanes - 1;
    const std::size_t entries = lanes * at(beams);
    for (auto* array : {&shift_, &rate_, &along_, &across_}) {
        array->assign(entries, 0.0);
    }
    for (auto* array : {&v_, &a_}) {
        array->assign(at(boxes * beams), 0.0);
    }
    for (auto* array : {&v_float_, &a_float_, &added_, &left_, &tilt_}) {
        array->assign(entries, 0.0f);
    }
    tap_.assign(4 * entries, 0.0f);
    share_.assign(4 * entries, 0.0f);
    passed_.assign(entries, 0);
    slot_.assign(slots, 0);
    node_.assign(slots, 0);
    wave_.assign(2 * slots * at(boxes), 0.0);
    rows_.assign(3 * padded * slots, 0.0f);
    middle_.assign(3 * padded * slots, 0.0f);
    field_.assign(9 * lanes * slots, 0.0f);
    stencil_.assign(24 * lanes * slots, 0.0f);
    beams_ = markers_ = 0;
}

void MarkerBox::set_layout(int beams, int markers) {
    beams_ = beams;
    markers_ = markers;
    MarkerArrays& m = arrays_;
    const int in_a_row = marker_lanes / std::gcd(markers, marker_lanes); // beams, of one box
    m.side_by_side = count_ > 1;
    m.turn = m.side_by_side ? marker_lanes : in_a_row;
    m.groups = m.side_by_side ? beams : (beams + in_a_row - 1) / in_a_row;
    m.rows = m.side_by_side ? markers : markers / (marker_lanes / in_a_row);
    m.entries = m.uniform() ? (m.groups + marker_lanes - 1) / marker_lanes * marker_lanes : m.groups * marker_lanes;
    m.partial_sums = m.side_by_side ? in_a_row : 1;
    m.u = rows_.data();
    m.middle = middle_.data();
    m.field = field_.data();
    m.stencil = stencil_.data();
    m.shift = shift_.data();
    m.rate = rate_.data();
    m.v = v_float_.data();
    m.amplitude = a_float_.data();
    m.tap = tap_.data();
    m.share = share_.data();
    m.step = step_;
    m.omega = omega_;
    m.k = k_;
    for (int slot = 0; slot < markers; ++slot) {
        const int row = m.side_by_side ? slot : slot % m.rows, lane = m.side_by_side ? 0 : slot / m.rows * m.turn;
        slot_[at(slot)] = at(row * 3 * m.groups * marker_lanes + lane);
        node_[at(slot)] = at(row * 9 * marker_lanes + lane);
    }
    shift_.fill(0.0);
    rate_.fill(0.0);
    for (auto* array : {&v_float_, &a_float_, &rows_}) {
        array->fill(0.0f);
    }
    boxes_.fill(Box());
}

void MarkerBox::start(int beams, int markers, double length, const double* v, const double* amplitude, int box) {
    if (count_ == 1 || beams != beams_ || markers != markers_) {
        set_layout(beams, markers);
    }
    Box& b = boxes_[at(box)];
    b = Box();
    b.length = length;
    b.dz = length / markers;
    for (int beam = 0; beam < beams; ++beam) {
        v_[beam_of(beam, box)] = v[beam];
        spread(v_float_, beam, box, v[beam]);
        spread(rate_, beam, box, v[beam] / b.dz);
        spread(shift_, beam, box, 0.0);
        set_amplitude(beam, amplitude[beam], box);
        b.lepton_number += amplitude[beam];
        b.k -= v[beam] * amplitude[beam];
        for (int slot = 0; slot < markers; ++slot) {
            u(beam, 0, slot, box) = u(beam, 1, slot, box) = 0.0f;
            u(beam, 2, slot, box) = 1.0f;
        }
    }
}

void MarkerBox::set_amplitude(int beam, double a, int box) {
    a_[beam_of(beam, box)] = a;
    spread(a_float_, beam, box, a);
}

void MarkerBox::set_shift(int beam, double shift, int box) {
    spread(shift_, beam, box, shift);
}

void MarkerBox::set_gauge(double omega, double k, int box) {
    boxes_[at(box)].omega = omega;
    boxes_[at(box)].k = k;
}

// ---- steps

void MarkerBox::set_lanes() {
    for (int lane = 0; lane < marker_lanes; ++lane) {
        const Box& b = boxes_[at(arrays_.side_by_side ? lane : 0)];
        step_[lane] = b.steps > 0 ? static_cast<float>(b.h) : 0.0f;
        omega_[lane] = static_cast<float>(b.omega);
        k_[lane] = static_cast<float>(b.k);
    }
}

/** Each box by its own time. */
void MarkerBox::drift(const std::array<double, most_boxes>& time) {
    for (int piece = 0; piece < pieces_; ++piece) {
        double part[marker_lanes];
        for (int lane = 0; lane < marker_lanes; ++lane) {
            const int box = arrays_.side_by_side ? lane : 0, pieces = boxes_[at(box)].pieces;
            part[lane] = piece < pieces ? time[at(box)] / pieces : 0.0;
        }
        if (kernels_.drift(arrays_, part, passed_.data())) {
            pass_nodes();
        }
    }
}

/** A beam that passes a node takes its markers along by one slot. */
void MarkerBox::pass_nodes() {
    for (int group = 0; group < arrays_.groups; ++group) {
        int ahead[marker_lanes], back[marker_lanes], any_ahead = 0, any_back = 0;
        if (arrays_.uniform() && passed_[at(group)] == 0) {
            continue;
        }
        for (int lane = 0; lane < marker_lanes; ++lane) {
            const int passed = passed_[at(arrays_.uniform() ? group : group * marker_lanes + lane)];
            ahead[lane] = passed > 0;
            back[lane] = passed < 0;
            any_ahead |= ahead[lane];
            any_back |= back[lane];
        }
        if (any_ahead) {
            kernels_.pass_node(arrays_, group, ahead, true);
        }
        if (any_back) {
            kernels_.pass_node(arrays_, group, back, false);
        }
    }
}

void MarkerBox::step() {
    kernels_.deposit(arrays_, arrays_.u, 3);
    kernels_.predict(arrays_);
    kernels_.rotate(arrays_, true);
    kernels_.deposit(arrays_, arrays_.middle, 2);
    kernels_.add_gauge(arrays_);
    kernels_.rotate(arrays_, false);
}

void MarkerBox::prepare(const Task* tasks) {
    adds_ = false;
    pieces_ = 1;
    added_.fill(0.0f);
    left_.fill(1.0f);
    for (int box = 0; box < count_; ++box) {
        Box& b = boxes_[at(box)];
        const Task& task = tasks[box];
        b.steps = b.dz > 0.0 ? task.steps : 0;
        b.h = task.h;
        b.source = b.size = b.largest_a = b.all_squares = 0.0;
        double fastest = 0.0;
        for (int beam = 0; beam < beams_; ++beam) {
            const double a = amplitude(beam, box);
            b.largest_a = std::max(b.largest_a, std::abs(a));
            b.size += std::abs(a);
            b.all_squares += a * a;
            fastest = std::max(fastest, std::abs(v_[beam_of(beam, box)]));
            if (task.source && a != 0.0) {
                spread(added_, beam, box, task.source[beam] * task.h / a);
                b.source += task.source[beam] * task.h;
            }
            if (task.loss && task.loss[beam] > 0.0) {
                spread(left_, beam, box, std::exp(-task.loss[beam] * task.h));
            }
        }
        const double nodes = b.steps > 0 ? std::ceil(fastest * b.h / b.dz) : 1.0;
        b.pieces = static_cast<int>(std::clamp(nodes, 1.0, 1e6));
        pieces_ = std::max(pieces_, b.pieces);
        adds_ = adds_ || (b.steps > 0 && (task.source || task.loss));
    }
}

/** Nothing happens to a box that has made all its steps: its own are of length zero. */
void MarkerBox::finish_box(int box) {
    for (int beam = 0; beam < beams_; ++beam) {
        spread(added_, beam, box, 0.0);
        spread(left_, beam, box, 1.0);
    }
    set_lanes();
}

void MarkerBox::run(const Task* tasks) {
    prepare(tasks);
    set_lanes();
    std::array<double, most_boxes> first{}, second{};
    int most = 0;
    for (int box = 0; box < count_; ++box) {
        const Box& b = boxes_[at(box)];
        most = std::max(most, b.steps);
        first[at(box)] = b.steps > 0 ? 0.5 * b.h : 0.0;
    }
    if (most == 0) {
        return;
    }
    drift(first);
    Chosen ran{};
    for (int i = 0; i < most; ++i) {
        if (adds_) {
            kernels_.add(arrays_, added_.data(), left_.data());
        }
        step();
        Chosen corrected{}, centered{}, remembered{};
        bool any_corrected = false, any_wave = false;
        for (int box = 0; box < count_; ++box) {
            Box& b = boxes_[at(box)];
            first[at(box)] = second[at(box)] = 0.0;
            if (b.steps == 0) {
                continue;
            }
            ran[at(box)] = true;
            b.lepton_number += b.source;
            ++b.steps_done;
            --b.steps;
            corrected[at(box)] = b.steps_done % steps_per_correction == 0 || b.steps == 0;
            centered[at(box)] = b.steps_done % steps_per_centering == 0;
            remembered[at(box)] = (b.steps_done + 1) % steps_per_centering == 0;
            any_corrected = any_corrected || corrected[at(box)];
            const bool wave = centered[at(box)] || remembered[at(box)];
            any_wave = any_wave || wave;
            const double rest = b.steps > 0 ? b.h : 0.5 * b.h; // up to the middle of the next step
            first[at(box)] = wave ? 0.5 * b.h : rest;
            second[at(box)] = wave ? rest - 0.5 * b.h : 0.0;
        }
        if (any_corrected) {
            correct_lepton_number(corrected);
        }
        drift(first);
        if (any_wave) {
            kernels_.deposit(arrays_, arrays_.u, 2);
            for (int box = 0; box < count_; ++box) {
                if (centered[at(box)]) {
                    center_gauge(box);
                } else if (remembered[at(box)]) {
                    remember_wave(box);
                }
            }
            set_lanes();
            drift(second);
        }
        for (int box = 0; box < count_; ++box) {
            if (ran[at(box)] && boxes_[at(box)].steps == 0) {
                finish_box(box);
                ran[at(box)] = false;
            }
        }
    }
}

} // namespace miscid::kinetics
