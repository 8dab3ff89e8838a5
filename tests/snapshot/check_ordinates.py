"""Dumps of ordinates: what mixing keeps bin by bin, layouts, and the same answer as the treatment `flavors` gives."""

import sys

import numpy as np

from dumps import DIRECTIONS, GROUPS, flavors, grid, main, read, skip, snapshot, write

SPECIES = ["nu_e", "nubar_e", "nu_x", "nubar_x"]


def map_of(axes, cells, dataset="/dump/f", **configuration):
    energy, direction = grid()
    return {"treatment": "ordinates", "time_step": 1e-6,
            "configuration": {"vacuum": {"mixing_angle": 0.15, "ordering": "inverted"},
                              "viscosity": {"closure": "equipartition"}, **configuration,
                              "ordinates": {"species": SPECIES, "heavy": "each"}},
            "arrays": {"distribution": {"dataset": dataset, "axes": axes},
                       "energy": {"values": energy.tolist()},
                       "direction": {"values": direction.ravel().tolist()},
                       "electron_density": {"dataset": "/dump/ne", "axes": cells}}}


def species_of(content):
    """Cells + (species, group, direction) from cells + (type, group, direction, flavor)."""
    return np.stack([content[..., t, :, :, f] for f in (0, 1) for t in (0, 1)], axis=-3)


def check_every_bin_keeps_its_neutrinos(folder):
    content, density = flavors((20,))
    f = species_of(content)
    write(folder / "in.h5", f=f, ne=density)
    summary = snapshot(folder / "in.h5", folder / "out.h5",
                       map_of(["i", "species", "group", "direction"], ["i"]), "--chunk", "6")
    assert [one["name"] for one in summary["species"]] == SPECIES
    after = read(folder / "out.h5", "/dump/f", f.shape)
    assert np.max(np.abs(after - f) / f) > 1e-3, "nothing was mixed"
    for t in (0, 1):  # neutrinos and antineutrinos; x stands for two flavors, the array holds one
        before = f[:, t] + 2 * f[:, 2 + t]
        np.testing.assert_allclose(after[:, t] + 2 * after[:, 2 + t], before, rtol=1e-14)
    assert np.all(after >= 0)
    assert set(np.unique(read(folder / "out.h5", "/miscid/flags", (20,)))) <= {0.0, 1.0}


def check_invariants_are_those_of_flavors(folder):
    content, density = flavors((12,))
    f = species_of(content)
    write(folder / "in.h5", f=f, ne=density, flavors=content)
    ordinates = map_of(["i", "species", "group", "direction"], ["i"],
                       transport={"mode": "invariant"})
    ordinates["configuration"]["ordinates"]["degeneracy"] = [1, 1, 1, 1]
    snapshot(folder / "in.h5", folder / "a.h5", ordinates)
    other = {"treatment": "flavors", "time_step": 1e-6, "configuration": {**ordinates["configuration"], "phase_space": {"form": "density"}},
             "arrays": {**ordinates["arrays"],
                        "flavors": {"dataset": "/dump/flavors", "axes": ["i", "type", "group", "direction", "flavor"]}}}
    del other["arrays"]["distribution"], other["configuration"]["ordinates"]
    snapshot(folder / "in.h5", folder / "b.h5", other)
    a = read(folder / "a.h5", "/dump/f", f.shape)
    b = species_of(read(folder / "b.h5", "/dump/flavors", content.shape))
    # `flavors` writes the flavor content of the eigenstates, the adapter the eigenstates: tilted by mass mixing only.
    np.testing.assert_allclose(a, b, rtol=1e-5)
    assert np.max(np.abs(a - f) / f) > 1e-3


def check_zone_fastest_is_the_same(folder):
    content, density = flavors((4, 5))
    f = species_of(content)
    write(folder / "a.h5", f=f, ne=density)
    write(folder / "b.h5", f=np.moveaxis(f, (0, 1), (-2, -1)), ne=density)
    snapshot(folder / "a.h5", folder / "a_out.h5", map_of(["j", "i", "species", "group", "direction"], ["j", "i"]))
    snapshot(folder / "b.h5", folder / "b_out.h5", map_of(["species", "group", "direction", "j", "i"], ["j", "i"]),
             "--chunk", "3")
    a = read(folder / "a_out.h5", "/dump/f", f.shape)
    b = read(folder / "b_out.h5", "/dump/f", (len(SPECIES), GROUPS, DIRECTIONS, 4, 5))
    assert np.array_equal(np.moveaxis(b, (-2, -1), (0, 1)), a)


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "none":
        skip("the adapters are not part of this build")
    sys.exit(main([check_every_bin_keeps_its_neutrinos, check_invariants_are_those_of_flavors,
                   check_zone_fastest_is_the_same]))
