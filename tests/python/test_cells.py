"""Blocks of cells: steps, diagnostics, captures and what drives a column."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

import miscid
from small_cells import CONFIGURATION, DIAGNOSTICS, arrays


class CellsOfAHost(unittest.TestCase):
    def test_step_keeps_traces_and_reaches_equilibrium(self):
        cells = miscid.Cells(CONFIGURATION, arrays((2, 3)), DIAGNOSTICS)
        traces = cells["rho"][..., :2].sum(axis=-1)
        report = cells.step(1e-6)
        self.assertEqual((report.cells, report.ok), (6, 6))
        np.testing.assert_allclose(cells["rho"][..., :2].sum(axis=-1), traces, rtol=1e-14)
        self.assertLess(np.max(cells["residual"]), 1e-12)
        # D_0 = sum s P over all modes, P = (2 Re ex, -2 Im ex, ee - xx): computed here from the matrices themselves.
        rho = cells["rho"]
        P = np.stack([2 * rho[..., 2], -2 * rho[..., 3], rho[..., 0] - rho[..., 1]], axis=-1).sum(axis=(3, 4))
        scale = np.abs(P).max()
        np.testing.assert_allclose(cells["d0"] / scale, (P[:, :, 0] - P[:, :, 1]) / scale, atol=1e-12)

    def test_evaluate_changes_nothing(self):
        cells = miscid.Cells(CONFIGURATION, arrays(), DIAGNOSTICS)
        before = {name: cells[name].copy() for name in ("rho", "state")}
        cells.evaluate()
        for name, array in before.items():
            self.assertTrue(np.array_equal(cells[name], array))
        self.assertTrue(np.all(np.isfinite(cells["d0"])))
        evaluated = cells["d0"].copy()
        cells.step(0.0)
        self.assertTrue(np.array_equal(cells["d0"], evaluated))

    def test_a_captured_cell_runs_again_bit_for_bit(self):
        fields = arrays()
        cells = miscid.Cells(CONFIGURATION, fields, DIAGNOSTICS)
        cells.step(1e-6)
        fields["electron_density"] *= 0.7
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cell.json"
            cells.capture((1,), 1e-6, path)
            cells.step(1e-6)
            again = miscid.replay(path)
            self.assertTrue(np.array_equal(again["rho"], cells["rho"][1]))
            self.assertTrue(np.array_equal(again["d0"], cells["d0"][1]))
            damaged = json.loads(path.read_text())
        damaged["fields"]["electron_density"] = "float64:7ff8000000000000"
        self.assertEqual(miscid.replay(damaged)["status"], miscid.Status.CELL_NOT_FINITE)

    def test_shapes_are_checked(self):
        with self.assertRaisesRegex(ValueError, r"rho: expected the shape of the cells followed by \(2, 2, 6, 4\)"):
            miscid.Cells(CONFIGURATION, {"rho": np.zeros((2, 2, 5, 4))})
        fields = arrays()
        fields["electron_density"] = np.ones(4)
        with self.assertRaisesRegex(ValueError, r"electron_density: expected shape \(3,\) or \(\), got \(4,\)"):
            miscid.Cells(CONFIGURATION, fields)

    def test_a_driven_column_is_the_loop_a_host_would_write(self):
        def thinner(cells, _):
            cells["electron_density"] *= 0.8

        driven = miscid.Cells(CONFIGURATION, arrays(), ("d0",))
        history = driven.drive(4, 1e-6, thinner, record=("rho", "d0"))
        self.assertEqual(history["rho"].shape, (4, 3, 2, 2, 6, 4))
        np.testing.assert_allclose(history["time"], [1e-6, 2e-6, 3e-6, 4e-6])
        by_hand = miscid.Cells(CONFIGURATION, arrays(), ("d0",))
        for step in range(4):
            by_hand["electron_density"] *= 0.8
            by_hand.step(1e-6)
            self.assertTrue(np.array_equal(history["rho"][step], by_hand["rho"]))
        self.assertEqual([report.cold_starts for report in history.reports], [3, 0, 0, 0])

    def test_adiabatic_conversion_in_the_vacuum_limit(self):
        """Thin neutrinos follow H into vacuum: P(nu_e -> nu_e) = sin^2(theta) in normal ordering (MSW)."""
        theta = 0.15
        rho = np.zeros((1, 2, 1, 3, 4))
        rho[..., 0] = 1e15
        density = np.array([1e31])
        nodes = np.polynomial.legendre.leggauss(3)[0]
        cells = miscid.Cells({"phase_space": {"groups": 1, "directions": 3, "form": "density"},
                              "vacuum": {"mixing_angle": theta, "ordering": "normal"}, "screen": {"units": False}},
                             {"rho": rho, "energy": np.array([15.0]), "electron_density": density,
                              "direction": np.stack([np.sqrt(1 - nodes**2), 0 * nodes, nodes], axis=-1)})

        def thin_out(_, step):
            density[0] = 1e31 * 0.85**step

        cells.drive(140, 1e-6, thin_out)
        np.testing.assert_allclose(rho[0, 0, 0, :, 0] / 1e15, np.sin(theta) ** 2, atol=1e-6)
        np.testing.assert_allclose(rho[0, 1, 0, :, 0] / 1e15, np.cos(theta) ** 2, atol=1e-6)


if __name__ == "__main__":
    unittest.main()
