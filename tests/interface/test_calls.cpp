// The calls that treat cells: what they need, what they report, what they leave alone.
#include "catch.hpp"
#include "small_host.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <thread>

TEST_CASE("a missing field is named", "[calls]") {
    host::Simulation host;
    for (const miscid_field field : {MISCID_FIELD_RHO, MISCID_FIELD_ENERGY, MISCID_FIELD_DIRECTION, MISCID_FIELD_STATE,
                                     MISCID_FIELD_ELECTRON_DENSITY}) {
        host::Simulation lacking;
        lacking.batch.unbind(field);
        const std::vector<double> before = lacking.rho.memory();
        INFO(miscid_field_name(field));
        CHECK(miscid_apply(lacking.context.get(), lacking.workspace.get(), lacking.batch.get(), 0, 1e-6, nullptr) ==
              MISCID_MISSING_FIELD);
        CHECK(miscid::last_error().find(miscid_field_name(field)) != std::string::npos);
        CHECK(host::same_bits(lacking.rho.memory(), before));
    }
}

TEST_CASE("mass density and electron fraction stand in for the electron density", "[calls]") {
    host::Simulation host;
    double mass_density = 1e8, electron_fraction = 0.3; // g cm^-3
    host.batch.unbind(MISCID_FIELD_ELECTRON_DENSITY)
        .bind(MISCID_FIELD_MASS_DENSITY, miscid::View(&mass_density))
        .bind(MISCID_FIELD_ELECTRON_FRACTION, miscid::View(&electron_fraction));
    host.run(1);
    CHECK(host.last.ok == 4);
}

TEST_CASE("time and dt must be numbers, and dt not negative", "[calls]") {
    host::Simulation host;
    const double nan = std::numeric_limits<double>::quiet_NaN(), infinite = std::numeric_limits<double>::infinity();
    const std::vector<double> before = host.rho.memory();
    for (const auto& [time, dt] : {std::pair(nan, 1e-6), {0.0, nan}, {0.0, infinite}, {infinite, 1e-6}, {0.0, -1e-6}}) {
        INFO("time " << time << ", dt " << dt);
        CHECK(miscid_apply(host.context.get(), host.workspace.get(), host.batch.get(), time, dt, nullptr) ==
              MISCID_BAD_ARGUMENT);
    }
    CHECK(host::same_bits(host.rho.memory(), before));
}

TEST_CASE("the report counts every cell once", "[calls][report]") {
    host::Simulation host;
    host.run(1);
    const miscid::Report& report = host.last;
    CHECK(report.cells == 4);
    CHECK(report.ok + report.events + report.relaxed + report.reduce_time_step + report.refused == report.cells);
    CHECK(report.cold_starts == 4);
    CHECK(report.iterations >= report.max_iterations);
    CHECK(std::isfinite(report.max_residual));
    CHECK(report.time_step_factor == 1);
    host.run(1);
    CHECK(host.last.cold_starts == 0);
}

TEST_CASE("a report is written as far as the caller's struct goes", "[calls][report]") {
    host::Simulation host;
    struct {
        miscid_report report;
        unsigned char beyond[64];
    } newer;
    std::memset(&newer, 0x5a, sizeof newer);
    newer.report.struct_size = sizeof newer; // a program compiled with a later header
    CHECK(miscid_evaluate(host.context.get(), host.workspace.get(), host.batch.get(), 0, &newer.report) >= 0);
    CHECK(newer.report.cells == 4);
    CHECK(newer.report.struct_size == sizeof newer);

    miscid_report unset = miscid::Report();
    unset.struct_size = 0;
    CHECK(miscid_evaluate(host.context.get(), host.workspace.get(), host.batch.get(), 0, &unset) ==
          MISCID_BAD_ARGUMENT);
}

TEST_CASE("a report can be read by name", "[calls][report]") {
    host::Simulation host;
    miscid_report* report = nullptr;
    REQUIRE(miscid_report_create(&report) == MISCID_OK);
    REQUIRE(miscid_apply(host.context.get(), host.workspace.get(), host.batch.get(), 0, 1e-6, report) >= 0);
    double value = -1;
    for (const char* name :
         {"cells", "ok", "events", "relaxed", "reduce_time_step", "refused", "first_refused_i", "first_refused_j",
          "first_refused_k", "first_refused_node", "first_refused_status", "max_iterations", "iterations", "continued",
          "cold_starts", "max_residual", "max_rotation", "max_tilt", "time_step_factor"}) {
        INFO(name);
        CHECK(miscid_report_get(report, name, &value) == MISCID_OK);
    }
    REQUIRE(miscid_report_get(report, "cells", &value) == MISCID_OK);
    CHECK(value == 4);
    CHECK(miscid_report_get(report, "no_such_number", &value) < 0);
    CHECK(miscid::last_error().find("no_such_number") != std::string::npos);
    miscid_report_destroy(report);
}

TEST_CASE("evaluate writes diagnostics and status only", "[calls]") {
    host::Simulation host;
    host.run(1);
    const std::vector<double> rho = host.rho.memory(), state = host.state.memory(), D0 = host.D0.memory();
    std::fill(host.D0.memory().begin(), host.D0.memory().end(), 0.0);
    const miscid::Report report = miscid::evaluate(host.context, host.workspace, host.batch, 0);
    CHECK(report.cells == 4);
    CHECK(host::same_bits(host.rho.memory(), rho));
    CHECK(host::same_bits(host.state.memory(), state));
    for (std::size_t n = 0; n < D0.size(); ++n)
        CHECK(host.D0.memory()[n] == Approx(D0[n]).epsilon(1e-9).margin(1e18)); // 1e-12 of the densities here
}

TEST_CASE("a restart from the host's arrays gives the same bits", "[calls][restart]") {
    host::Simulation straight, stopped, restarted;
    straight.run(4);
    stopped.run(2);
    REQUIRE(stopped.context.fingerprint() == restarted.context.fingerprint());
    restarted.rho.memory() = stopped.rho.memory();
    restarted.state.memory() = stopped.state.memory();
    restarted.electron_density.memory() = stopped.electron_density.memory();
    restarted.run(2);
    REQUIRE(straight.mixed());
    CHECK(host::same_bits(restarted.rho.memory(), straight.rho.memory()));
    CHECK(host::same_bits(restarted.state.memory(), straight.state.memory()));
}

TEST_CASE("threads with a workspace each give the bits of one", "[calls][threads]") {
    host::Simulation alone, shared;
    alone.run();
    for (int step = 0; step < 3; ++step) {
        for (double& density : shared.electron_density.memory())
            density *= 0.6;
        std::vector<std::thread> threads;
        for (std::int64_t cell = 0; cell < 4; ++cell)
            threads.emplace_back([&shared, cell, step] {
                miscid::Workspace workspace(shared.context);
                miscid::Batch batch(shared.context);
                shared.bind(batch);
                batch.set_cells({{cell, 0, 0, 0}});
                miscid_apply(shared.context.get(), workspace.get(), batch.get(), step * shared.dt, shared.dt, nullptr);
            });
        for (std::thread& thread : threads)
            thread.join();
    }
    REQUIRE(alone.mixed());
    CHECK(host::same_bits(shared.rho.memory(), alone.rho.memory()));
    CHECK(host::same_bits(shared.state.memory(), alone.state.memory()));
}

TEST_CASE("a disabled step changes nothing", "[calls]") {
    host::Simulation host({}, R"("step.enabled": false)");
    const std::vector<double> rho = host.rho.memory(), state = host.state.memory();
    host.run();
    CHECK(host.last.status == MISCID_OK);
    CHECK(host::same_bits(host.rho.memory(), rho));
    CHECK(host::same_bits(host.state.memory(), state));
}

TEST_CASE("a cell can be captured as JSON", "[calls][capture]") {
    host::Simulation host;
    host.run(1);
    const std::vector<double> rho = host.rho.memory();
    const std::string text = miscid::capture_cell(host.context, host.workspace, host.batch, {2, 0, 0, 0}, 0, 1e-6);
    CHECK(nlohmann::json::parse(text).is_object());
    CHECK(host::same_bits(host.rho.memory(), rho));

    char small[8];
    std::size_t needed = 0;
    const std::int64_t cell[4] = {2, 0, 0, 0}, outside[4] = {4, 0, 0, 0};
    CHECK(miscid_capture_cell(host.context.get(), host.workspace.get(), host.batch.get(), cell, 0, 1e-6, small,
                              sizeof small, &needed) == MISCID_BUFFER_TOO_SMALL);
    CHECK(needed == text.size() + 1);
    CHECK(miscid_capture_cell(host.context.get(), host.workspace.get(), host.batch.get(), outside, 0, 1e-6, nullptr, 0,
                              &needed) < 0);
}
