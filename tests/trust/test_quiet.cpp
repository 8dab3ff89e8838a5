// What the library must not do to the process it lives in, watched while every kind of call is made, refused ones
// included: print, start threads, change the floating-point environment, signal handlers or the locale.
#include "any_cell.hpp"

#include "catch.hpp"

#if defined(__linux__)

#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <functional>
#include <unistd.h>

namespace {

/** Everything a host may call, with good and bad arguments. */
void call_everything() {
    miscid_config* config = nullptr;
    miscid_config_create(&config);
    const auto read = [&](const std::string& text) { miscid_config_read_json(config, text.data(), text.size()); };
    read(R"({"phase_space": {"groups": 2, "directions": 3}})");
    read(R"({"no such": 1)");
    read(R"({"vacuum.mixing_angel": 1})");
    miscid_config_read_file(config, "/no/such/file");
    miscid_config_set_number(config, "vacuum.mixing_angle", -1);
    miscid_context* context = nullptr;
    miscid_context_create(config, &context);
    miscid_context_unpack("miscid", 6, &context);
    miscid_context_destroy(context);
    miscid_config_destroy(config);
    for (const auto& kind : trust::kinds()) {
        for (const char* closure : {"none", "marginal", "equipartition"}) {
            trust::Run run(kind, 3, R"(, "viscosity.closure": ")" + std::string(closure) + "\"");
            run.go();
            host::Cells& c = run.cells;
            std::size_t needed = 0;
            const std::int64_t cell[4] = {0, 0, 0, 0};
            std::vector<char> text(100000);
            miscid_evaluate(c.context.get(), c.workspace.get(), c.batch.get(), 0, nullptr);
            miscid_capture_cell(c.context.get(), c.workspace.get(), c.batch.get(), cell, 0, 1, text.data(), text.size(),
                                &needed);
            miscid_invariant_to_flavor(c.context.get(), c.workspace.get(), c.batch.get(), nullptr);
            miscid_flavor_to_invariant(c.context.get(), c.workspace.get(), c.batch.get(), nullptr);
            c.numbers[0] = std::nan("");
            miscid_apply(c.context.get(), c.workspace.get(), c.batch.get(), 0, 1, nullptr);
            miscid_apply(c.context.get(), c.workspace.get(), c.batch.get(), 0, -1, nullptr);
            miscid_apply(nullptr, nullptr, nullptr, 0, 0, nullptr);
        }
    }
}

/** What is written to a file descriptor during a call. */
std::string written_to(int descriptor, const std::function<void()>& call) {
    char name[] = "/tmp/miscid-quiet-XXXXXX";
    const int file = mkstemp(name), kept = dup(descriptor);
    unlink(name);
    std::fflush(nullptr);
    dup2(file, descriptor);
    call();
    std::fflush(nullptr);
    dup2(kept, descriptor);
    close(kept);
    std::string text(static_cast<std::size_t>(lseek(file, 0, SEEK_END)), '\0');
    const auto got = pread(file, text.data(), text.size(), 0);
    close(file);
    return got == static_cast<ssize_t>(text.size()) ? text : "could not be read back";
}

int entries(const char* folder) {
    int count = 0;
    DIR* open = opendir(folder);
    while (readdir(open) != nullptr)
        ++count;
    closedir(open);
    return count;
}

bool same_handlers(const std::vector<struct sigaction>& before) {
    for (std::size_t i = 0; i < before.size(); ++i) {
        struct sigaction now {};
        sigaction(static_cast<int>(i + 1), nullptr, &now);
        if (now.sa_handler != before[i].sa_handler)
            return false;
    }
    return true;
}

} // namespace

TEST_CASE("nothing is printed, whatever is called") {
    CHECK(written_to(1, [] { CHECK(write(1, "seen", 4) == 4); }) == "seen"); // or the watch sees nothing
    CHECK(written_to(1, call_everything).empty());
    CHECK(written_to(2, call_everything).empty());
}

TEST_CASE("no thread is started and no file is left open") {
    call_everything(); // what the C++ run time opens once is not ours
    const int threads = entries("/proc/self/task"), files = entries("/proc/self/fd");
    call_everything();
    CHECK(entries("/proc/self/task") == threads);
    CHECK(entries("/proc/self/fd") == files);
}

TEST_CASE("rounding, traps, signal handlers and locale are what they were, in odd ones too") {
    std::vector<struct sigaction> handlers(30);
    for (std::size_t i = 0; i < handlers.size(); ++i)
        sigaction(static_cast<int>(i + 1), nullptr, &handlers[i]);
    const std::string locale = std::setlocale(LC_ALL, nullptr);
    for (const int rounding : {FE_TONEAREST, FE_UPWARD, FE_TOWARDZERO}) {
        std::fesetround(rounding);
#if defined(__GLIBC__)
        const int traps = fegetexcept();
#endif
        call_everything();
        CHECK(std::fegetround() == rounding);
#if defined(__GLIBC__)
        CHECK(fegetexcept() == traps);
#endif
        std::fesetround(FE_TONEAREST);
    }
    CHECK(same_handlers(handlers));
    CHECK(std::setlocale(LC_ALL, nullptr) == locale);
}

#endif
