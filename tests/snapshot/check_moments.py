"""Dumps of moments: what mixing keeps, zero mixing, layouts; and that the answer is the adapter's, cell by cell."""

import sys

import numpy as np

from dumps import main, read, skip, snapshot, write

SPECIES, GROUPS = 3, 4
ENERGY = np.array([6.0, 12.0, 20.0, 33.0])


def moments(cells, seed=11):
    """Energy densities and fluxes (|F| < E) of shape cells + (species, group[, xyz]); the electron density."""
    random = np.random.default_rng(seed)
    energy = random.uniform(0.2e31, 2e31, size=(*cells, SPECIES, GROUPS))
    energy[..., 2, :] *= 4  # four heavy species
    direction = random.normal(size=(*cells, 1, 1, 3)) + 0.2 * random.normal(size=(*cells, SPECIES, GROUPS, 3))
    direction /= np.linalg.norm(direction, axis=-1)[..., np.newaxis]
    flux = direction * (energy * random.uniform(0.1, 0.8, size=energy.shape))[..., np.newaxis]
    return energy, flux, 10.0 ** random.uniform(30, 31.5, size=cells)


def map_of(axes_density, axes_flux, cells, **configuration):
    return {"treatment": "moments",
            "configuration": {"vacuum": {"mixing_angle": 0.15, "ordering": "inverted"}, **configuration,
                              "moments": {"content": "energy", "species": ["nu_e", "nubar_e", "nu_x"]}},
            "arrays": {"density": {"dataset": "/dump/E", "axes": axes_density},
                       "flux": {"dataset": "/dump/F", "axes": axes_flux},
                       "energy": {"values": ENERGY.tolist()},
                       "electron_density": {"dataset": "/dump/ne", "axes": cells}}}


def check_sums_are_kept(folder):
    energy, flux, density = moments((30,))
    write(folder / "in.h5", E=energy, F=flux, ne=density)
    map_ = map_of(["i", "species", "group"], ["i", "species", "group", "space"], ["i"])
    summary = snapshot(folder / "in.h5", folder / "out.h5", map_, "--chunk", "7", "--plot", str(folder / "picture.png"))
    assert [one["name"] for one in summary["species"]] == ["nu_e", "nubar_e", "nu_x"]
    E, F = read(folder / "out.h5", "/dump/E", energy.shape), read(folder / "out.h5", "/dump/F", flux.shape)
    assert np.max(np.abs(E - energy) / energy) > 1e-3, "nothing was mixed"
    np.testing.assert_allclose(E.sum(axis=1), energy.sum(axis=1), rtol=1e-14)
    scale = np.linalg.norm(flux, axis=-1).sum(axis=1)[..., np.newaxis]
    assert np.max(np.abs(F.sum(axis=1) - flux.sum(axis=1)) / scale) < 1e-14
    assert np.all(np.linalg.norm(F, axis=-1) <= E) and np.all(E >= 0)
    flags = read(folder / "out.h5", "/miscid/flags", (30,))
    assert np.all(flags.astype(int) & 2), "nu_x is shared, and that must be told"
    assert (folder / "picture.png").read_bytes()[:4] == b"\x89PNG"


def check_zone_fastest_is_the_same(folder):
    energy, flux, density = moments((4, 6))
    write(folder / "a.h5", E=energy, F=flux, ne=density)
    write(folder / "b.h5", E=np.moveaxis(energy, (0, 1, 2, 3), (2, 3, 1, 0)), ne=density,
          F=np.moveaxis(flux, (0, 1, 2, 3, 4), (3, 4, 2, 0, 1)))
    snapshot(folder / "a.h5", folder / "a_out.h5",
             map_of(["j", "i", "species", "group"], ["j", "i", "species", "group", "space"], ["j", "i"]))
    snapshot(folder / "b.h5", folder / "b_out.h5",
             map_of(["group", "species", "j", "i"], ["group", "space", "species", "j", "i"], ["j", "i"]), "--chunk", "5")
    E = read(folder / "a_out.h5", "/dump/E", energy.shape)
    F = read(folder / "a_out.h5", "/dump/F", flux.shape)
    E_b = read(folder / "b_out.h5", "/dump/E", (GROUPS, SPECIES, 4, 6))
    F_b = read(folder / "b_out.h5", "/dump/F", (GROUPS, 3, SPECIES, 4, 6))
    assert np.array_equal(np.moveaxis(E_b, (2, 3, 1, 0), (0, 1, 2, 3)), E)
    assert np.array_equal(np.moveaxis(F_b, (3, 4, 2, 0, 1), (0, 1, 2, 3, 4)), F)


def check_switched_off_is_a_copy(folder):
    energy, flux, density = moments((9,))
    write(folder / "in.h5", E=energy, F=flux, ne=density)
    map_ = map_of(["i", "species", "group"], ["i", "species", "group", "space"], ["i"], step={"enabled": False})
    snapshot(folder / "in.h5", folder / "out.h5", map_)
    assert np.array_equal(read(folder / "out.h5", "/dump/E", energy.shape), energy)
    assert np.array_equal(read(folder / "out.h5", "/dump/F", flux.shape), flux)


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "none":
        skip("the moments adapter is not part of this build")
    sys.exit(main([check_sums_are_kept, check_zone_fastest_is_the_same, check_switched_off_is_a_copy]))
