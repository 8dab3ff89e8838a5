/** @file terminal.hpp
 *  What a person at a terminal sees on standard error; nothing of it appears in a pipe or a file.
 */
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace miscid::apps {

/** Standard error is a terminal. */
bool at_terminal();

class ProgressBar {
public:
    ProgressBar(std::string label, int total, bool wanted);
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    /** Redrawn at most ten times a second. */
    void show(int done);

private:
    std::string label_;
    int total_;
    bool visible_;
    std::chrono::steady_clock::time_point last_;
};

/** Prints rows of equal length below a line of headings, columns aligned right. */
void print_table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows);

/** A number in at most `digits` significant digits. */
std::string short_number(double value, int digits = 4);

} // namespace miscid::apps
