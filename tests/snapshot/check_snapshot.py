"""`miscid snapshot` against the Python package on the same cells: density matrices, flavors, axis orders, refused cells."""

import sys

import numpy as np

import miscid
from dumps import CONFIGURATION, DIRECTIONS, GROUPS, flavors, grid, main, read, snapshot, write

CELLS = (5, 4, 3)  # k, j, i
ENERGY, DIRECTION = grid()
FIELDS = {"energy": {"values": ENERGY.tolist()}, "direction": {"values": DIRECTION.tolist()},
          "electron_density": {"dataset": "/dump/ne", "axes": ["k", "j", "i"]}}


def full(configuration=CONFIGURATION):
    return {**configuration, "phase_space": {"form": "density", "groups": GROUPS, "directions": DIRECTIONS}}


def matrices(content):
    rho = np.zeros(content.shape[:-1] + (4,))
    rho[..., :2] = content
    return rho


def expected(content, density, **more):
    """The same cells through the C interface from Python."""
    cells = miscid.Cells(full(more), {"rho": matrices(content), "energy": ENERGY.copy(), "direction": DIRECTION.copy(),
                                      "electron_density": density.copy()}, ("d0", "residual"))
    cells.step(0.0)
    return cells


def check_density_matrices(folder):
    content, density = flavors(CELLS)
    write(folder / "in.h5", rho=matrices(content), ne=density)
    map_ = {"treatment": "density_matrices", "configuration": CONFIGURATION, "diagnostics": ["d0", "residual"],
            "arrays": {**FIELDS, "rho": {"dataset": "/dump/rho",
                                         "axes": ["k", "j", "i", "type", "group", "direction", "component"]}}}
    summary = snapshot(folder / "in.h5", folder / "out.h5", map_, "--chunk", "7")
    assert summary["cells"]["cells"] == 60 and summary["chunk"]["count"] > 5, summary
    cells = expected(content, density, **CONFIGURATION)
    assert np.array_equal(read(folder / "out.h5", "/dump/rho", cells["rho"].shape), cells["rho"])
    assert np.array_equal(read(folder / "out.h5", "/miscid/d0", CELLS + (3,)), cells["d0"])
    assert np.array_equal(read(folder / "out.h5", "/miscid/status", CELLS), cells["status"])
    after = cells["rho"][..., :2].sum(axis=(0, 1, 2, 4, 5)).ravel()
    np.testing.assert_allclose([one["after"] for one in summary["species"]], after, rtol=1e-13)
    assert [one["name"] for one in summary["species"]] == ["nu_e", "nu_x", "nubar_e", "nubar_x"]


def check_axis_orders_and_units(folder):
    """Zone-fastest arrays, species in files of their own, other units: the same physics."""
    content, density = flavors(CELLS)
    cells = expected(content, density, **CONFIGURATION)
    diagonal = cells["rho"][..., :2]
    # (group, direction, species, k, j, i), in 1e30 cm^-3, species nu_e, nubar_e, nu_x, nubar_x: type + 2 flavor
    species = np.moveaxis(content, (3, 4, 5, 6), (1, 2, 3, 0)).reshape((4, GROUPS, DIRECTIONS) + CELLS)
    write(folder / "in.h5", f=np.moveaxis(species, 0, 2) / 1e30, ne=density)
    map_ = {"treatment": "flavors", "configuration": CONFIGURATION, "species": ["nu_e", "nubar_e", "nu_x", "nubar_x"],
            "arrays": {**FIELDS, "flavors": {"dataset": "/dump/f", "factor": 1e30,
                                             "axes": ["group", "direction", "species", "k", "j", "i"]}}}
    snapshot(folder / "in.h5", folder / "out.h5", map_, "--chunk", "10")
    found = read(folder / "out.h5", "/dump/f", (GROUPS, DIRECTIONS, 2, 2) + CELLS)  # flavor, type
    wanted = np.moveaxis(diagonal, (4, 5, 6, 3), (0, 1, 2, 3)) / 1e30
    np.testing.assert_allclose(found, wanted, rtol=1e-9)

    # the same with a dataset for each species, and cells in the order i, k, j
    order = {"nu_e": (0, 0), "nu_x": (0, 1), "nubar_e": (1, 0), "nubar_x": (1, 1)}
    parts = {name: np.ascontiguousarray(content[:, :, :, t, :, :, f].transpose(2, 0, 1, 3, 4))
             for name, (t, f) in order.items()}
    write(folder / "parts.h5", ne=density, **parts)
    map_["species"] = list(order)
    map_["arrays"]["flavors"] = {"dataset": [f"/dump/{name}" for name in order],
                                 "axes": ["i", "k", "j", "group", "direction"]}
    snapshot(folder / "parts.h5", folder / "parts_out.h5", map_, "--chunk", "11")
    for name, (t, f) in order.items():
        found = read(folder / "parts_out.h5", f"/dump/{name}", parts[name].shape)
        np.testing.assert_allclose(found, diagonal[:, :, :, t, :, :, f].transpose(2, 0, 1, 3, 4), rtol=1e-9)
    status = read(folder / "parts_out.h5", "/miscid/status", (3, 5, 4))
    assert np.array_equal(status, cells["status"].transpose(2, 0, 1))


def check_numbers_are_kept(folder):
    """Mixing moves number between flavors of one mode and nowhere else."""
    content, density = flavors((40,))
    write(folder / "in.h5", f=content, ne=density)
    fields = {**FIELDS, "electron_density": {"dataset": "/dump/ne", "axes": ["i"]}}
    map_ = {"treatment": "flavors", "configuration": CONFIGURATION, "copy": ["/dump/ne"],
            "arrays": {**fields, "flavors": {"dataset": "/dump/f", "axes": ["i", "type", "group", "direction", "flavor"]}}}
    snapshot(folder / "in.h5", folder / "out.h5", map_)
    after = read(folder / "out.h5", "/dump/f", content.shape)
    assert np.max(np.abs(after - content)) > 1e28, "nothing was mixed"
    np.testing.assert_allclose(after.sum(axis=-1), content.sum(axis=-1), rtol=1e-14)
    assert np.array_equal(read(folder / "out.h5", "/dump/ne", (40,)), density)


def check_refused_cells(folder):
    """A cell that cannot be used is as it was, says why, and is told in the summary; the others are done."""
    content, density = flavors((6,))
    content[3, 0, 1, 2, 0] = -1e29
    density[4] = np.nan
    for treatment, array, axis in (("flavors", content, "flavor"), ("density_matrices", matrices(content), "component")):
        name = "rho" if axis == "component" else "flavors"
        write(folder / "in.h5", f=array, ne=density)
        fields = {**FIELDS, "electron_density": {"dataset": "/dump/ne", "axes": ["i"]}}
        map_ = {"treatment": treatment, "configuration": CONFIGURATION,
                "arrays": {**fields, name: {"dataset": "/dump/f", "axes": ["i", "type", "group", "direction", axis]}}}
        output = folder / f"{treatment}.h5"
        summary = snapshot(folder / "in.h5", output, map_, "--chunk", "2", expect=3)
        assert summary["status"] == "partial" and summary["cells"]["refused"] == 2, summary
        assert summary["first_refused"]["cell"] == [3, 0, 0], summary
        status = read(output, "/miscid/status", (6,))
        assert status[3] == miscid.Status.CELL_EIGENVALUE_RANGE and status[4] == miscid.Status.CELL_NOT_FINITE, status
        after = read(output, "/dump/f", array.shape)
        assert np.array_equal(after[3:5], array[3:5])
        assert not np.array_equal(after[5], array[5])
        assert np.isnan(read(output, "/miscid/residual", (6,))[3])


def check_single_precision(folder):
    content, density = flavors((8,))
    write(folder / "in.h5", **{"f:f4": content, "ne": density})
    fields = {**FIELDS, "electron_density": {"dataset": "/dump/ne", "axes": ["i"]}}
    map_ = {"treatment": "flavors", "configuration": CONFIGURATION,
            "arrays": {**fields, "flavors": {"dataset": "/dump/f", "axes": ["i", "type", "group", "direction", "flavor"]}}}
    snapshot(folder / "in.h5", folder / "out.h5", map_)
    after = read(folder / "out.h5", "/dump/f", content.shape)
    assert np.array_equal(after, after.astype(np.float32))
    np.testing.assert_allclose(after.sum(axis=-1), content.sum(axis=-1), rtol=3e-7)


def check_bad_input(folder):
    content, density = flavors((4,))
    write(folder / "in.h5", f=content, ne=density)
    good = {"treatment": "flavors", "configuration": CONFIGURATION,
            "arrays": {**FIELDS, "electron_density": {"dataset": "/dump/ne", "axes": ["i"]},
                       "flavors": {"dataset": "/dump/f", "axes": ["i", "type", "group", "direction", "flavor"]}}}

    def complaint(*words, **changes):
        text = snapshot(folder / "in.h5", folder / "out.h5", {**good, **changes}, expect=2)
        assert text.count("\n") == 1 and all(word in text for word in words), text
        assert not (folder / "out.h5").exists()

    def arrays(**changes):
        return {"arrays": {**good["arrays"], **changes}}

    complaint("'treatmant'", treatmant="flavors")
    complaint("treatment", "density_matrices", treatment="matrices")
    complaint("there is no dataset '/dump/g'", **arrays(flavors={"dataset": "/dump/g", "axes": ["i"]}))
    complaint("'/dump/f' has 5 axes", **arrays(flavors={"dataset": "/dump/f", "axes": ["i"]}))
    complaint("arrays.flavors.axes", "zone", **arrays(flavors={"dataset": "/dump/f", "axes": ["zone"]}))
    complaint("arrays.electrons", "electron_density", **arrays(electrons={"values": 1.0}))
    complaint("arrays.energy.values", "2 numbers, got 3", **arrays(energy={"values": [1, 2, 3]}))
    complaint("mixing_angel", configuration={"vacuum": {"mixing_angel": 0.1}})
    complaint("diagnostics", "no_such", diagnostics=["no_such"])
    complaint("'copy'", "/dump/none", copy=["/dump/none"])
    text = snapshot(folder / "none.h5", folder / "out.h5", good, expect=2)
    assert "none.h5: cannot be opened as HDF5" in text, text


if __name__ == "__main__":
    sys.exit(main([check_density_matrices, check_axis_orders_and_units, check_numbers_are_kept, check_refused_cells,
                   check_single_precision, check_bad_input]))
