/** @file host.hpp
 *  The smallest host a prescription can work for: per direction, how many neutrinos and antineutrinos are of the electron
 *  and of the other flavor.
 */
#pragma once

#include "situation.hpp"

#include <memory>

namespace miscid::judge {

/** Numbers per quadrature weight. */
struct Host {
    explicit Host(const Situation& situation);

    const Situation* cell;
    std::vector<double> e[2]; ///< electron flavor of nu and of anti-nu
    std::vector<double> x[2];
    /** Emission of the situation during dt. */
    void emit(double dt);

    std::size_t directions() const { return e[0].size(); }
    /** Net lepton number of a direction, (e - x) of nu minus that of anti-nu. */
    double E(std::size_t i) const { return (e[0][i] - x[0][i]) - (e[1][i] - x[1][i]); }
    /** sum w E and sum w |E|. */
    double lepton_number() const;
    double lepton_content() const;
    /** Sets e - x of one type, its sum unchanged. */
    void set_difference(int type, std::size_t i, double difference) {
        const double number = e[type][i] + x[type][i];
        e[type][i] = 0.5 * (number + difference);
        x[type][i] = 0.5 * (number - difference);
    }
    double difference(int type, std::size_t i) const { return e[type][i] - x[type][i]; }
};

/** sum of positive and of negative w E as magnitudes: areas of the lepton number. */
struct Areas {
    double positive = 0.0, negative = 0.0;
    double smaller() const { return positive < negative ? positive : negative; }
    double larger() const { return positive < negative ? negative : positive; }
};
Areas areas(const Host& host);

/** A closure of the library or a prescription that others use. */
class Contender {
public:
    virtual ~Contender() = default;
    /** A run with seeds of its own, where there are any. */
    virtual void start(const Situation& situation, int run) = 0;
    /** What mixing does to the host during dt, the emission of which has to be added here. False: no answer. */
    virtual bool step(Host& host, double dt) = 0;
    virtual bool random() const { return false; }
};

struct Entry {
    std::string name;
    std::string what; ///< with the source
    std::unique_ptr<Contender> contender;
};
/** All of them, in the order of the table. */
std::vector<Entry> contenders();

} // namespace miscid::judge
