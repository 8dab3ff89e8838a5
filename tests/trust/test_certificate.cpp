// The number of negative eigenvalues of g J decides whether Newton stayed on its branch: an answer that has another one is
// refused, however well it solves the equations (equilibrium-solver.md section 1).
#include "equilibrium/naive.hpp"

#include "catch.hpp"

TEST_CASE("an equilibrium with another inertia than the branch's is refused, in the same place") {
    const auto kernels = miscid::equilibrium::sweep_kernels(miscid::equilibrium::best_dispatch_level());
    miscid::equilibrium::Solver solver(kernels);
    naive::Random random(35);
    int accepted = 0;
    for (int sample = 0; sample < 60; ++sample) {
        naive::Cell cell = random.cell(7 + sample % 6, 4);
        cell.medium.mu = random.uniform(1, 40);
        naive::Moments D = random.moments(random.uniform(0.05, 0.5));
        naive::impose_equilibrium(cell, D);
        const auto field = naive::field(cell.system(), D);
        const int inertia = miscid::equilibrium::inertia_at(kernels.full, cell.problem(), field);
        if (solver.newton(cell.problem(), field, inertia).outcome != miscid::equilibrium::Outcome::ok)
            continue; // a soft direction
        ++accepted;
        for (const int other : {inertia - 1, inertia + 1})
            CHECK(solver.newton(cell.problem(), field, other).outcome != miscid::equilibrium::Outcome::ok);
    }
    CHECK(accepted > 40);
}
