// Memory that runs out at every single allocation of the calls that allocate: the call is refused with a status, gives back
// what it took, leaves its handle alone, and works the next time.
#include "fail_allocations.hpp"

#include "catch.hpp"

#include <miscid/miscid.hpp>

#include <functional>

namespace {

/** `call` makes something and returns a status; `drop` gives it back. `times` allocations in a row fail. */
void check(
    const char* what, long times, const std::function<miscid_status()>& call,
    const std::function<void()>& drop = [] {}) {
    REQUIRE(call() == MISCID_OK); // once, for what is made at first use
    drop();
    long refused = 0;
    for (long n = 0; n < 100000; ++n) {
        const long before = trust::living_allocations();
        trust::fail_allocations(n, times);
        const miscid_status status = call();
        const long failed = trust::failed_allocations();
        trust::fail_allocations(-1);
        if (failed == 0) { // n is beyond the last allocation
            CHECK(status == MISCID_OK);
            drop();
            INFO(what << ": " << n << " allocations, " << refused << " refusals");
            CHECK(refused > 0);
            return;
        }
        if (status == MISCID_OK) { // what failed was not needed
            drop();
        } else {
            ++refused;
            if (status != MISCID_OUT_OF_MEMORY)
                FAIL(what << ", allocation " << n << ": status " << status << ", " << miscid::last_error());
        }
        if (trust::living_allocations() != before)
            FAIL(what << ", allocation " << n << ": " << trust::living_allocations() - before << " not given back");
    }
    FAIL(what << ": never enough memory");
}

const std::string text = R"({"phase_space": {"groups": 3, "directions": 9}, "viscosity.closure": "marginal"})";

void check_all(long times) {
    miscid_config* config = nullptr;
    check(
        "miscid_config_create", times, [&] { return miscid_config_create(&config); },
        [&] { miscid_config_destroy(config); });
    REQUIRE(miscid_config_create(&config) == MISCID_OK);
    check("miscid_config_read_json", times, [&] { return miscid_config_read_json(config, text.data(), text.size()); });
    check("miscid_config_set_text", times,
          [&] { return miscid_config_set_text(config, "vacuum.ordering", "inverted"); });
    miscid_context* context = nullptr;
    check(
        "miscid_context_create", times, [&] { return miscid_context_create(config, &context); },
        [&] { miscid_context_destroy(context); });
    REQUIRE(miscid_context_create(config, &context) == MISCID_OK);

    char buffer[20000];
    std::size_t needed = 0;
    check("miscid_context_pack", times, [&] { return miscid_context_pack(context, buffer, sizeof buffer, &needed); });
    const std::string pack(buffer, needed);
    miscid_context* other = nullptr;
    check(
        "miscid_context_unpack", times, [&] { return miscid_context_unpack(pack.data(), pack.size(), &other); },
        [&] { miscid_context_destroy(other); });
    check("miscid_config_write_json", times,
          [&] { return miscid_config_write_json(config, buffer, sizeof buffer, &needed); });

    miscid_workspace* workspace = nullptr;
    check(
        "miscid_workspace_create", times, [&] { return miscid_workspace_create(context, &workspace); },
        [&] { miscid_workspace_destroy(workspace); });
    miscid_batch* batch = nullptr;
    check(
        "miscid_batch_create", times, [&] { return miscid_batch_create(context, &batch); },
        [&] { miscid_batch_destroy(batch); });
    REQUIRE(miscid_batch_create(context, &batch) == MISCID_OK);
    const std::int64_t cells[8] = {0, 0, 0, 0, 1, 0, 0, 0};
    check("miscid_batch_set_cells", times, [&] { return miscid_batch_set_cells(batch, 2, cells); });
    miscid_report* report = nullptr;
    check(
        "miscid_report_create", times, [&] { return miscid_report_create(&report); },
        [&] { miscid_report_destroy(report); });

    miscid_batch_destroy(batch);
    miscid_context_destroy(context);
    miscid_config_destroy(config);
}

} // namespace

TEST_CASE("one allocation fails, whichever it is: OUT_OF_MEMORY, nothing lost, and the next call works") {
    check_all(1);
}

TEST_CASE("memory has run out for good from any allocation on: OUT_OF_MEMORY and nothing lost") {
    check_all(1000000);
}
