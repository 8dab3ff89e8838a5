"""The program's commands from Python, and the gallery."""

import tempfile
import unittest
from pathlib import Path

import numpy as np

from miscid import program

TWO_BEAMS = {"q": [[0, 0, 1], [0, 0, -1]], "g": [1.0, 1.0], "P": [[0, 0, 0.5], [0, 0, -0.3]], "k": [0, 0, 0.8],
             "eta": 1e-6, "scan": {"kappa": 0}}


class Program(unittest.TestCase):
    def test_dispersion_of_two_beams_is_the_closed_form(self):
        """Two opposite beams with net polarizations e_+ e_- < 0: Im Omega = sqrt(4 |e_+ e_-| - k'^2), k' = k - D_1."""
        scan = program.scan_dispersion(TWO_BEAMS, -0.9, 0.9, points=37, directions=0)
        k, omega = program.growth_rates(scan["branches"][0])
        expected = np.sqrt(np.maximum(4 * 0.5 * 0.3 - k**2, 0))
        np.testing.assert_allclose(np.nan_to_num(omega.imag), expected, atol=1e-9)

    def test_complaints_are_the_programs_own(self):
        with self.assertRaisesRegex(program.ProgramError, "case.json.*'kk'"):
            program.waves({**TWO_BEAMS, "kk": 1})
        self.assertEqual(program.waves({**TWO_BEAMS, "eta": -1.0})["status"], "invalid_input")

    def test_gallery(self):
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            self.skipTest("no Matplotlib")
        from miscid import gallery
        with tempfile.TemporaryDirectory() as folder:
            gallery.main([folder])
            for name in gallery.PICTURES:
                picture = Path(folder) / f"{name}.png"
                self.assertEqual(picture.read_bytes()[:4], b"\x89PNG")
                self.assertGreater(picture.stat().st_size, 10000)


if __name__ == "__main__":
    unittest.main()
