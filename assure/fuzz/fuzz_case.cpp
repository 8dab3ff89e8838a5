// Any bytes as a file of the program: read, or refused by InputError or InvalidInput; anything else is a fault. The first
// byte chooses the command. Reading only: solving takes too long for what it would find.
#include "closure/box_case.hpp"
#include "equilibrium/case.hpp"
#include "json_input.hpp"
#include "waves/wave_case.hpp"

#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace miscid::apps;
    if (size == 0)
        return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    try {
        const Json json = parse_json(text, "file");
        switch (data[0] % 4) {
        case 0:
            read_equilibrium_case<2>(json, "file");
            break;
        case 1:
            read_equilibrium_case<3>(json, "file");
            break;
        case 2:
            for (const auto& [one, place] : case_list(json, "file"))
                read_wave_case(one, "file", place, kind_of_cases(json, "file"));
            break;
        default:
            read_box_cases(json, "file");
        }
    } catch (const InputError&) {
    } catch (const InvalidInput&) {
    }
    return 0;
}
