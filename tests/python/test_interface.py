"""The package against the C interface: strides, names, refusals, invariant mode, lifetime."""

import gc
import unittest

import numpy as np

import miscid
from small_cells import CONFIGURATION, DIAGNOSTICS, arrays

AXES = {"rho": "i type group direction component", "energy": "group", "direction": "direction space",
        "electron_density": "i", "state": "i component", "status": "i", "d0": "i vector"}


def layouts(array):
    """The same numbers behind other strides: C, Fortran, backwards, every second element, axes turned round."""
    yield array.copy()
    yield np.asfortranarray(array)
    yield np.ascontiguousarray(array[::-1])[::-1]
    wide = np.full(tuple(2 * n for n in array.shape), np.nan)
    view = wide[tuple(slice(None, None, 2) for _ in array.shape)]
    view[...] = array
    yield view
    yield np.ascontiguousarray(array.T).T


class Interface(unittest.TestCase):
    def setUp(self):
        self.context = miscid.Context(CONFIGURATION)
        self.workspace = miscid.Workspace(self.context)

    def step(self, fields):
        fields = dict(fields)
        fields["state"] = np.zeros((3, self.context.state_doubles_per_cell))
        fields["status"], fields["d0"] = np.zeros(3, np.int32), np.zeros((3, 3))
        batch = miscid.Batch(self.context)
        for name, array in fields.items():
            batch.bind(name, array, AXES[name])
        batch.set_box((3,))
        report = miscid.apply(self.context, self.workspace, batch, 0.0, 1e-6)
        self.assertEqual(report.ok, 3)
        self.assertEqual(report.cold_starts, 3)
        return fields

    def test_same_bits_whatever_the_strides(self):
        given = arrays()
        expected = self.step({name: array.copy() for name, array in given.items()})
        self.assertTrue(np.any(expected["rho"][..., 2] != 0), "nothing was mixed")
        for rho in layouts(given["rho"]):
            address = rho.ctypes.data
            done = self.step({**given, "rho": rho})
            self.assertEqual(done["rho"].ctypes.data, address)
            self.assertTrue(np.array_equal(rho, expected["rho"]))
            self.assertTrue(np.array_equal(done["d0"], expected["d0"]))

    def test_what_lies_between_strides_is_untouched(self):
        *_, wide, _ = layouts(arrays()["rho"])
        base = wide.base
        between = np.isnan(base)
        self.step({**arrays(), "rho": wide})
        self.assertTrue(np.array_equal(np.isnan(base), between))

    def test_numbers_are_those_of_the_library(self):
        self.assertEqual(miscid.Field.RHO, 1)
        self.assertEqual(miscid.Status.CELL_WAVES_REFUSED, -125)
        self.assertIn("alignment", miscid.status_text(miscid.Status.CELL_EVENT))
        self.assertEqual(self.context.shape("rho"), (("type", "group", "direction", "component"), (2, 2, 6, 4)))
        self.assertEqual(self.context.unit("d0"), ("cm^-3", 1.0))
        self.assertEqual(len(self.context.state_components), self.context.state_doubles_per_cell)
        self.assertEqual(miscid.parameters()["vacuum.mixing_angle"].unit, "rad")
        for name in miscid.Field:
            axes, extent = self.context.shape(name)
            self.assertEqual(len(axes), len(extent))

    def test_refusals_name_what_is_wrong(self):
        with self.assertRaisesRegex(miscid.Error, "UNKNOWN_KEY.*mixing_angel"):
            miscid.Context({"vacuum": {"mixing_angel": 0.1}})
        batch = miscid.Batch(self.context)
        with self.assertRaisesRegex(ValueError, "unknown field 'roh'"):
            batch.bind("roh", np.zeros(3), "i")
        with self.assertRaisesRegex(ValueError, "dtype complex128"):
            batch.bind("d0", np.zeros((3, 3), complex), "i vector")
        fixed = np.zeros((3, 3))
        fixed.flags.writeable = False
        with self.assertRaisesRegex(ValueError, "read-only"):
            batch.bind("d0", fixed, "i vector")
        with self.assertRaisesRegex(miscid.Error, "MISSING_FIELD"):
            batch.set_box((1,))
            miscid.apply(self.context, self.workspace, batch, 0.0, 1e-6)

    def test_ghosts_and_lists(self):
        fields = {**arrays((5,)), "state": np.zeros((5, self.context.state_doubles_per_cell))}
        before = fields["rho"].copy()
        batch = miscid.Batch(self.context)
        for name, array in fields.items():
            batch.bind(name, array, AXES[name])
        batch.set_box((5,), lower=(1,), upper=(2,))
        self.assertEqual(miscid.apply(self.context, self.workspace, batch, 0.0, 1e-6).cells, 2)
        changed = np.any(fields["rho"] != before, axis=(1, 2, 3, 4))
        self.assertEqual(changed.tolist(), [False, True, True, False, False])
        batch.set_cells([[4, 0, 0, 0]])
        self.assertEqual(miscid.apply(self.context, self.workspace, batch, 0.0, 1e-6).cells, 1)

    def test_invariant_mode_keeps_numbers(self):
        context = miscid.Context({**CONFIGURATION, "transport": {"mode": "invariant"}})
        fields = arrays()
        rho = fields.pop("rho")
        fields["amplitude"] = np.ascontiguousarray(rho[..., 1::-1])  # dense matter: lower eigenstate x, upper e
        cells = miscid.Cells(context, fields, diagnostics=("flavor_content",))
        self.assertEqual(cells.step(1e-6).ok, 3)
        miscid.invariant_to_flavor(cells.context, cells.workspace, cells.batch)
        content = cells["flavor_content"]
        np.testing.assert_allclose(content.sum(axis=-1), rho[..., :2].sum(axis=-1), rtol=1e-14)
        probability = miscid.crossing_probability(cells.context, cells.workspace, cells.batch, (0,), (1,),
                                                  np.full(6, 1e5))
        self.assertEqual(probability.shape, (2, 2, 6))
        self.assertTrue(np.all((0 <= probability) & (probability <= 1)))

    def test_handles_keep_what_they_need(self):
        workspace, batch = miscid.Workspace(miscid.Context(CONFIGURATION)), None
        gc.collect()
        batch = miscid.Batch(workspace._context)
        batch.bind("energy", np.array([9.0, 17.0]), "group")
        gc.collect()
        del workspace, batch
        gc.collect()


if __name__ == "__main__":
    unittest.main()
