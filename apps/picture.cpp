#include "picture.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace miscid::apps {

namespace {

std::string find_script(const std::string& in_source_tree) {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error) {
        const auto name = std::filesystem::path(in_source_tree).filename();
        const auto installed = program.parent_path().parent_path() / "share" / "miscid" / "plot" / name;
        if (std::filesystem::exists(installed, error)) {
            return installed;
        }
    }
    return in_source_tree;
}

/** A file that is gone when the picture is drawn. */
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& text) {
        path_ = (std::filesystem::temp_directory_path() / "miscid-picture-XXXXXX").string();
        const int file = mkstemp(path_.data());
        if (file < 0) {
            throw std::runtime_error(path_ + ": cannot be created: " + std::strerror(errno));
        }
        std::size_t written = 0;
        while (written < text.size()) {
            const ssize_t part = write(file, text.data() + written, text.size() - written);
            if (part <= 0) {
                break;
            }
            written += static_cast<std::size_t>(part);
        }
        close(file);
        if (written < text.size()) {
            unlink(path_.c_str());
            throw std::runtime_error(path_ + ": cannot be written: " + std::strerror(errno));
        }
    }
    ~TemporaryFile() { unlink(path_.c_str()); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

} // namespace

void draw_picture(const std::string& script, const Json& data, const std::string& png) {
    const std::string python = MISCID_PYTHON_EXECUTABLE;
    if (python.empty()) {
        throw std::runtime_error("no picture: Python with matplotlib was not found when miscid was configured (Debian: "
                                 "python3-matplotlib; then configure again)");
    }
    const TemporaryFile file(data.dump());
    std::vector<std::string> words = {python, find_script(script), file.path(), png};
    std::vector<char*> arguments;
    for (auto& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);

    // Standard output carries the answer, so the script's own words go to standard error.
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    pid_t child = 0;
    const int failure = posix_spawn(&child, python.c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) {
        throw std::runtime_error(python + ": cannot be started: " + std::strerror(failure));
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw std::runtime_error(png + ": the picture could not be drawn (see the message of " + words[1] + ")");
    }
}

std::string picture_name(const std::string& png, std::size_t index) {
    if (index == 0) {
        return png;
    }
    const auto dot = png.rfind('.');
    const auto slash = png.rfind('/');
    const bool has_ending = dot != std::string::npos && (slash == std::string::npos || dot > slash);
    const std::string number = "-" + std::to_string(index + 1);
    return has_ending ? png.substr(0, dot) + number + png.substr(dot) : png + number;
}

} // namespace miscid::apps
