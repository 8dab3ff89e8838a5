"""A few cells for the tests: two energies, six directions, neutrinos and antineutrinos, in dense matter."""

import numpy as np

CONFIGURATION = {
    "phase_space": {"groups": 2, "directions": 6, "form": "density"},
    "vacuum": {"mixing_angle": 0.15, "ordering": "inverted"},
}
DIAGNOSTICS = ("d0", "residual", "signed_amplitude")


def arrays(cells=(3,)):
    """Flavor states; rho has the shape cells + (type, group, direction, component)."""
    random = np.random.default_rng(7)
    rho = np.zeros((*cells, 2, 2, 6, 4))
    rho[..., :2] = random.uniform(0.2e30, 2e30, size=rho[..., :2].shape)
    direction = random.normal(size=(6, 3))
    direction /= np.linalg.norm(direction, axis=1)[:, np.newaxis]
    density = 10.0 ** random.uniform(31, 32, size=cells)
    return {"rho": rho, "energy": np.array([9.0, 17.0]), "direction": direction, "electron_density": density}
