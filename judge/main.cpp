// The judge: every closure and the prescriptions others use, against resolved boxes (docs/judgement.md).
// Exit codes: 0 judged; 1 a promise of --must-hold does not hold; 2 bad command line or a file that cannot be used.

#include "must_hold.hpp"
#include "picture.hpp"
#include "report.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>

namespace {

using namespace miscid::judge;

struct Options {
    bool quick = false;
    bool held_out = false;
    bool again = false;
    bool must_hold = false;
    std::string reference;
    int seeds = 0;
    int runs = 4;
    std::vector<std::string> only;
    std::string answers = MISCID_JUDGE_ANSWERS;
    std::string output;
    std::string picture;
};

bool chosen(const Options& options, const Situation& s) {
    if (!options.only.empty()) {
        for (const auto& name : options.only) {
            if (s.name.find(name) != std::string::npos || s.group.find(name) != std::string::npos) {
                return true;
            }
        }
        return false;
    }
    return s.held_out == options.held_out && (!options.quick || s.quick);
}

int judge_all(const Options& options) {
    ResolvedAnswers answers(options.answers, options.seeds, options.again);
    if (options.must_hold) {
        return check_promises(answers, options.reference, std::cout) ? 0 : 1;
    }
    Report report;
    report.entries = contenders();
    for (const auto& situation : suite()) {
        if (!chosen(options, situation)) {
            continue;
        }
        const Resolved resolved = answers.of(situation);
        std::vector<Score> scores;
        for (const auto& entry : report.entries) {
            scores.push_back(judge(situation, resolved, *entry.contender, options.runs));
        }
        report.cases.push_back({situation, resolved, std::move(scores)});
    }
    if (report.cases.empty()) {
        std::cerr << "judge: no situation has such a name; their names and groups:\n";
        for (const auto& situation : suite()) {
            std::cerr << "  " << situation.name << "  (" << situation.group << ")\n";
        }
        return 2;
    }
    print(report, std::cout);
    if (!options.output.empty()) {
        std::ofstream stream(options.output);
        if (!(stream << to_json(report).dump(1) << "\n")) {
            throw std::runtime_error(options.output + ": cannot be written");
        }
    }
    if (!options.picture.empty()) {
        miscid::apps::draw_picture(MISCID_JUDGE_PLOT_SCRIPT, to_json(report), options.picture);
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("closures of the flavor viscosity against resolved boxes (docs/judgement.md)", "judge");
    app.add_flag("--quick", options.quick, "half of the suite: a few minutes where no answers are kept");
    app.add_flag("--held-out", options.held_out, "the situations on which nothing was chosen, instead of the suite");
    app.add_flag("--again", options.again, "solve the resolved boxes again, whatever the file of answers holds");
    app.add_option("--seeds", options.seeds, "at least so many seeds of each resolved box (2)")
        ->check(CLI::Range(1, 1000));
    app.add_option("--runs", options.runs, "seeds of an embedded box, whose mean is judged")
        ->check(CLI::Range(1, 1000));
    app.add_option("--case", options.only, "situations whose name or group holds this text; may be repeated");
    app.add_option("--answers", options.answers, "file that keeps the resolved answers");
    app.add_flag("--must-hold", options.must_hold,
                 "what the embedded box promises, row by row; exit code 1 if a row fails");
    app.add_option("--box-json", options.reference,
                   "with --must-hold: reference cases of kind box, for their error rows");
    app.add_option("-o,--output", options.output, "the table and all numbers behind it as JSON");
    app.add_option("--plot", options.picture, "picture of the table (PNG)");
    CLI11_PARSE(app, argc, argv);
    try {
        return judge_all(options);
    } catch (const std::exception& error) {
        std::cerr << "judge: " << error.what() << "\n";
        return 2;
    }
}
