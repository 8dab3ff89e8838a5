/** @file worker.hpp  One cell of a host with moments: read, reconstruct, mix, fold back. */
#pragma once

#include "certificate.hpp"
#include "reconstruction.hpp"

#include "../common/batch.hpp"

#include <miscid/moments.h>

namespace miscid::adapters {

struct MomentsBatch : BoundArrays {
    const MomentsDescription* description = nullptr;

    /** Components of the flux: 1 or 3; 0 if none is bound. */
    int flux_components() const;
    /** The view of a component, and the bytes from it to that component. */
    const HostView& flux(int component, std::int64_t& offset) const;
};

class MomentsWorker {
public:
    explicit MomentsWorker(const MomentsDescription& description);

    /** Refuses a batch that lacks what the call needs. */
    miscid_status begin(const char* where, const MomentsBatch& batch, bool diagnostics);
    /** Reads the cell; a status below 0 refuses it. `off` is set where the off-switch holds. */
    miscid_status read(const CellIndex& cell, bool& off) noexcept;
    /** True if the moments alone tell that mixing leaves the cell as it is (certificate.hpp). */
    bool nothing_mixes(const char* state, std::int64_t stride) noexcept;
    /** Reconstructs with a closure, mixes; what is moved is kept for write(). */
    miscid_status mix(const CellIndex& cell, Closure closure, double* state, std::int64_t stride, bool diagnostics,
                      double time, double dt, miscid_report& report) noexcept;
    /** Adds what mixing moved to the host's moments. */
    void write(const CellIndex& cell) noexcept;
    /** Part of all neutrinos that two closures send to different species (field UNCERTAINTY). */
    miscid_status uncertainty(const CellIndex& cell, double time, double dt, double& answer,
                              miscid_report& report) noexcept;

    int flags() const { return flags_; }
    /** Why the last cell was refused. */
    const char* complaint() const { return complaint_; }

private:
    static constexpr int carried = 5; ///< density, three fluxes, number (grey)

    miscid_status refuse(miscid_status status, miscid_moments_field field, int species, int group,
                         double value) noexcept;
    void place_moments(const MomentsBatch& batch, int components);
    bool prepare_certificate();
    miscid_status read_medium(const CellIndex& cell, bool& off) noexcept;
    miscid_status read_frame(const CellIndex& cell) noexcept;
    miscid_status read_moments(const CellIndex& cell) noexcept;
    void set_nodes() noexcept;
    void reconstruct_all(Closure closure) noexcept;
    /** Factor from the host's number to cm^-3 or MeV cm^-3 of all neutrinos of the species. */
    double unit(int species, int group) const { return unit_[at(species, group)] / volume_; }
    double number_unit(int species) const;
    std::size_t at(int species, int group) const { return static_cast<std::size_t>(species * groups_ + group); }
    char* number_address(const CellIndex& cell, int species) const;
    /** What a step of this configuration writes first into a state; 0 if none can be made. */
    double find_marker();
    bool at_rest() const { return velocity_[0] == 0.0 && velocity_[1] == 0.0 && velocity_[2] == 0.0; }
    /** Orthonormal components of a flux as the host stores it, and back. */
    void to_triad(const double (&host)[3], double (&triad)[3]) const;
    void from_triad(const double (&triad)[3], double (&host)[3]) const;
    void add(const CellIndex& cell, int species, int group, const double* moved) noexcept;

    const MomentsDescription& description_;
    const MomentsBatch* batch_ = nullptr;
    int groups_, species_count_, directions_;
    Mixer mixer_;
    std::vector<double> energy_, group_factor_, width_;
    std::vector<std::int64_t> density_at_, flux_at_[3]; ///< [species][group], bytes from the cell's first number
    std::vector<double> unit_;                          ///< [species][group], but for the volume
    Certificate certificate_;
    std::vector<double> lepton_, polarized_; ///< [species]: parts in e and in mu sum w |P|
    bool certifiable_ = false;               ///< in this call
    std::vector<double> per_density_,
        frequency_;                          ///< [group]: number in units.number_density per unit of `moments_`, omega
    double fastest_ = 0;                     ///< largest of them
    std::vector<double> ring_e_, ring_size_; ///< [ring]
    bool flat_ = true;                       ///< the metric is that of flat space, the triad the coordinate axes
    double triad_[3][3];                     ///< Cholesky factor L of the metric, g = L L^T
    double velocity_[3];                     ///< orthonormal
    double volume_;                          ///< sqrt of the determinant where densitized, else 1
    bool axial_ = true;
    std::vector<Moments> moments_;    ///< [species][group], orthonormal, cm^-3 or MeV cm^-3
    std::vector<double> number_;      ///< [species], grey
    std::vector<double> mean_energy_; ///< [species][group], fluid's frame, MeV (1 where content is number)
    std::vector<Beam> beam_;          ///< [species][group]
    std::vector<double> ring_, full_; ///< fluid z of rings; fluid x, y, z of directions
    std::vector<double> ring_weight_, full_weight_;
    std::vector<double> host_, factor_, one_, angular_; ///< host's directions, energy ratio, ones, per node
    std::vector<double> per_neutrino_;
    Nodes nodes_;
    std::vector<std::array<double, carried>> moved_, other_; ///< [species][group]
    std::vector<double> state_copy_;
    int flags_ = 0;
    char complaint_[512] = "";
};

} // namespace miscid::adapters
