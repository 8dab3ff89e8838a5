#include "checkpoint.hpp"

#include "errors.hpp"
#include "json_input.hpp"

#include <cstdio>
#include <cstring>
#include <fstream>

namespace miscid::apps {

namespace {

constexpr char magic[16] = "miscid run 0002"; // the terminating zero is the sixteenth byte

template <class T>
void put(std::ostream& file, const T& value) {
    file.write(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T take(std::istream& file) {
    T value{};
    file.read(reinterpret_cast<char*>(&value), sizeof value);
    return value;
}

} // namespace

void write_checkpoint(const std::string& path, const Checkpoint& checkpoint) {
    const std::string unfinished = path + ".part";
    {
        std::ofstream file(unfinished, std::ios::binary);
        file.write(magic, sizeof magic);
        put(file, checkpoint.fingerprint);
        put(file, static_cast<std::uint64_t>(checkpoint.arrays.size()));
        for (const auto& [name, numbers] : checkpoint.arrays) {
            put(file, static_cast<std::uint64_t>(name.size()));
            file.write(name.data(), static_cast<std::streamsize>(name.size()));
            put(file, static_cast<std::uint64_t>(numbers.size()));
            file.write(reinterpret_cast<const char*>(numbers.data()),
                       static_cast<std::streamsize>(numbers.size() * sizeof(double)));
        }
        file.flush();
        if (!file) {
            throw RunError(unfinished + ": the checkpoint could not be written");
        }
    }
    if (std::rename(unfinished.c_str(), path.c_str()) != 0) {
        throw RunError(path + ": the checkpoint could not be written: " + std::strerror(errno));
    }
}

Checkpoint read_checkpoint(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw InputError(path + ": cannot be opened for reading");
    }
    file.seekg(0, std::ios::end);
    const auto size = static_cast<std::uint64_t>(file.tellg());
    file.seekg(0);
    char found[sizeof magic] = {};
    file.read(found, sizeof found);
    if (!file || std::memcmp(found, magic, sizeof magic) != 0) {
        throw InputError(path + ": expected a checkpoint written by miscid run");
    }
    Checkpoint checkpoint;
    checkpoint.fingerprint = take<std::uint64_t>(file);
    const auto count = take<std::uint64_t>(file);
    for (std::uint64_t i = 0; i < count && file; ++i) {
        // Lengths beyond the file's own size can only come from damage: stop before allocating them.
        const auto name_length = take<std::uint64_t>(file);
        std::string name(file && name_length <= size ? name_length : 0, '\0');
        file.read(name.data(), static_cast<std::streamsize>(name.size()));
        const auto length = take<std::uint64_t>(file);
        if (!file || name_length > size || length > size / sizeof(double)) {
            throw InputError(path + ": the checkpoint is damaged");
        }
        std::vector<double> numbers(length);
        file.read(reinterpret_cast<char*>(numbers.data()), static_cast<std::streamsize>(length * sizeof(double)));
        checkpoint.arrays.emplace(std::move(name), std::move(numbers));
    }
    if (!file || checkpoint.arrays.size() != count) {
        throw InputError(path + ": the checkpoint is cut short");
    }
    return checkpoint;
}

} // namespace miscid::apps
