#include "terminal.hpp"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace miscid::apps {

bool at_terminal() {
    return isatty(STDERR_FILENO) == 1;
}

ProgressBar::ProgressBar(std::string label, int total, bool wanted)
    : label_(std::move(label)), total_(total), visible_(wanted && total > 0 && at_terminal()) {}

ProgressBar::~ProgressBar() {
    if (visible_) {
        std::fputs("\r\033[K", stderr);
    }
}

void ProgressBar::show(int done) {
    const auto now = std::chrono::steady_clock::now();
    if (!visible_ || (done < total_ && now - last_ < std::chrono::milliseconds(100))) {
        return;
    }
    last_ = now;
    constexpr int width = 40;
    const int filled = static_cast<int>(static_cast<long long>(width) * done / total_);
    std::fprintf(stderr, "\r%s [%s%s] %d/%d", label_.c_str(), std::string(filled, '#').c_str(),
                 std::string(width - filled, ' ').c_str(), done, total_);
    std::fflush(stderr);
}

void print_table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> width;
    for (const auto& heading : headings) {
        width.push_back(heading.size());
    }
    for (const auto& row : rows) {
        for (std::size_t column = 0; column < width.size(); ++column) {
            width[column] = std::max(width[column], row[column].size());
        }
    }
    const auto line = [&](const std::vector<std::string>& cells) {
        for (std::size_t column = 0; column < width.size(); ++column) {
            std::fprintf(stderr, "%s%*s", column == 0 ? "" : "  ", static_cast<int>(width[column]),
                         cells[column].c_str());
        }
        std::fputc('\n', stderr);
    };
    line(headings);
    for (const auto& row : rows) {
        line(row);
    }
}

std::string short_number(double value, int digits) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    return text;
}

} // namespace miscid::apps
