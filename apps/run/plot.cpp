#include "plot.hpp"

#include "errors.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace miscid::apps {

namespace {

/** Installed next to the program as ../share/miscid/plot/, else in the source tree it was built from. */
std::string plot_script() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error) {
        const auto installed = program.parent_path().parent_path() / "share" / "miscid" / "plot" / "plot_run.py";
        if (std::filesystem::exists(installed, error)) {
            return installed;
        }
    }
    return MISCID_RUN_PLOT_SCRIPT;
}

/** A file that is gone when the picture is drawn. */
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& text) {
        path_ = (std::filesystem::temp_directory_path() / "miscid-run-XXXXXX").string();
        const int file = mkstemp(path_.data());
        if (file < 0) {
            throw RunError(path_ + ": cannot be created: " + std::strerror(errno));
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
            throw RunError(path_ + ": cannot be written: " + std::strerror(errno));
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

void plot_run(const nlohmann::json& result, const std::string& png) {
    const std::string python = MISCID_PYTHON_EXECUTABLE;
    if (python.empty()) {
        throw RunError("no picture: Python with matplotlib was not found when miscid was configured (Debian: "
                       "python3-matplotlib; then configure again)");
    }
    const TemporaryFile data(result.dump());
    std::vector<std::string> words = {python, plot_script(), data.path(), png};
    std::vector<char*> arguments;
    for (auto& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);

    // Standard output carries the result, so the script's own words go to standard error.
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    pid_t child = 0;
    const int failure = posix_spawn(&child, python.c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) {
        throw RunError(python + ": cannot be started: " + std::strerror(failure));
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw RunError(png + ": the picture could not be drawn (see the message of " + words[1] + ")");
    }
}

} // namespace miscid::apps
