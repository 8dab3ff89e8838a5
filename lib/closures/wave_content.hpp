/** @file wave_content.hpp
 *  What waves hold of every direction: box average of |P|^2 minus |<P>|^2, in units of e^2. It changes together with e, so that
 *  e^2 + content, the fine-grained |P|^2 of theory.md F8, is kept direction by direction (theory.md 4.8).
 */
#pragma once

#include <vector>

namespace miscid::closures {

class WaveContent {
public:
    void reserve(int directions);
    void clear();
    /** From the state. `thinned`: by how much the host has thinned e since; what waves hold is thinned alike. */
    void read(int directions, const double* numbers, double thinned);
    void write(int directions, double* numbers) const;

    /** An exchange stands between these two: what e^2 loses, the waves get. */
    void before_exchange(int directions, const double* e) { add(directions, e, 1.0); }
    void after_exchange(int directions, const double* e) { add(directions, e, -1.0); }

    /** Lepton number (sum |e|) in the waves: what the directions have lost to them. */
    double held(int directions, const double* e) const;

private:
    void add(int directions, const double* e, double sign);

    std::vector<double> content_;
};

} // namespace miscid::closures
