/** @file certificate.hpp
 *  Cells of which the moments alone tell that mixing changes nothing worth a step.
 *
 *  In matrix and invariant mode alike, neutrinos that come in without coherence leave the step as they came, but for
 *  their tilt against the electron axis, where three things hold: H points along that axis in all directions, the lepton number
 *  has one sign in all directions (no flavor wave grows, theory.md F9), and the linear response to mass mixing is small. The
 *  part of any mode's neutrinos that changes flavor is then sin^2(tilt/2).
 *
 *  Response of axisymmetric polarizations to the transverse part of the vacuum term (theory.md section 1, first order in the
 *  tilt S = P_perp/P_z, e(v) = mu sum w s P_z of a direction, H(v) = lambda + D_0 - v D_1 with mu in D):
 *      S = (F_0 - v F_1 + s omega sin 2 theta)/H,    F_k = sum e v^k S.
 *  For lambda > 0 and e >= 0 a maximum principle, lambda S(v) + sum e' (1 - v v')(S(v) - S(v')) = source, rules out that these
 *  equations become singular on the way down from infinite matter, so that this is the state `from_matter` finds as well.
 */
#pragma once

#include "description.hpp"

namespace miscid::adapters {

/** What the moments of an axisymmetric cell say; potentials in cm^-1 (natural units: as they are). */
struct CellPotentials {
    double lambda = 0;     ///< of matter
    double D0 = 0, D1 = 0; ///< sum of e, sum of e v (along z)
    double polarized = 0;  ///< bound on mu sum w |P|
    double source = 0;     ///< bound on mu sum w |P omega|
    int rings = 0;
    const double* v = nullptr;    ///< cosine of each ring
    const double* e = nullptr;    ///< lepton number of each ring
    const double* size = nullptr; ///< sum of the magnitudes e is the difference of
};

class Certificate {
public:
    /** Never holds. */
    Certificate() = default;
    /** `negligible`: part of the neutrinos of a group and direction whose change may be left out. `marker`: what a step of this
     *  configuration writes first into a state. */
    Certificate(const MomentsDescription& description, double marker);

    /** False where the configuration asks for more than mixing. */
    bool possible() const { return possible_; }
    /** Vacuum frequency of an energy, in MeV. */
    double frequency(double energy) const { return splitting_ / energy; }
    double potential() const { return potential_; } ///< of one neutrino or electron of units.number_density
    /** Potential of the electrons; not above 0 where the certificate cannot hold. */
    double matter(const Medium& medium, bool electrons_given) const;
    /** `fastest`: largest vacuum frequency. state: the cell's, `stride` bytes apart. */
    bool holds(const CellPotentials& cell, double fastest, const char* state, std::int64_t stride) const noexcept;

private:
    double predicted_tilt(const CellPotentials& cell, double fastest) const noexcept;
    bool state_agrees(const CellPotentials& cell, const char* state, std::int64_t stride, bool& history) const noexcept;

    bool possible_ = false;
    bool from_matter_ = false;
    double negligible_ = 0, marker_ = 0;
    double splitting_ = 0; ///< omega times energy
    double sin2theta_ = 0, potential_ = 0, baryon_ = 0;
    int field_[4] = {-1, -1, -1, -1}; ///< components of `state`: lambda + D_0 and D_1 along the electron axis
    int closure_ = 0, state_size_ = 0;
};

} // namespace miscid::adapters
