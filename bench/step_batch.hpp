/** @file step_batch.hpp  Batches of aligned cells for whole calls of miscid_apply. */
#pragma once

#include <miscid/miscid.hpp>

#include <string>
#include <vector>

namespace miscid::bench {

/** Cells of an axisymmetric gas whose density matrices are diagonal in flavor, with their arrays. */
class StepBatch {
public:
    enum class Layout { direction_fastest, component_fastest };

    struct Setup {
        int cells = 1;
        int groups = 1;
        int directions = 32;
        /** Density of antineutrinos over that of neutrinos: 0.5 has no crossing of lepton number, 0.95 a deep one. */
        double ratio = 0.5;
        std::string closure = "marginal";
        Layout layout = Layout::direction_fastest;
    };

    explicit StepBatch(const Setup& setup);

    /** One step of all cells; the report of the last one is kept. Throws what the library says where it refuses. */
    void apply(double dt);
    const miscid_report& report() const { return report_; }

    /** Bytes of the density matrices and states of all cells. */
    double bytes() const { return 8.0 * static_cast<double>(rho.size() + state_.size()); }
    int modes() const { return 2 * setup_.groups * setup_.directions; }

    std::vector<double> rho;
    /** Adds lepton number where a source would: the antineutrinos grow by this part. */
    void drive(double part);

private:
    std::size_t place(int cell, int type, int group, int direction, int component) const;
    void fill();
    void bind(miscid_field field, double* data, const std::vector<std::pair<miscid_axis, std::int64_t>>& axes);

    Setup setup_;
    Context context_;
    Workspace workspace_;
    Batch batch_;
    miscid_report report_{};
    std::vector<double> energy_, direction_, electrons_, state_;
};

} // namespace miscid::bench
