"""Three zones of a supernova code in Python: the smallest complete host. See examples/README.md for the problem.

This host keeps Fortran-ordered arrays whose zones run backwards in memory. The strides of the NumPy arrays say so;
nothing is copied or reordered. It uses the package `miscid` (docs/python.md).
"""

import struct

import numpy as np

import miscid

CONFIGURATION = """{
    "units": {"system": "cgs_mev"},
    "phase_space": {"groups": 3, "directions": 4, "form": "density"},
    "vacuum": {"mass_squared_difference": 2.5e-3, "mixing_angle": 0.15, "ordering": "inverted"},
    "collisions": {"mode": "off"}
}"""

ZONES, TYPES, GROUPS, DIRECTIONS, COMPONENTS, STEPS = 3, 2, 3, 4, 4, 5
EE, XX, RE_EX, IM_EX = range(COMPONENTS)


def backwards(*shape, dtype=np.float64):
    """A Fortran-ordered array of zeros whose first index, the zone, has a negative stride."""
    return np.zeros(shape, dtype=dtype, order="F")[::-1]


def initial_rho():
    rho = backwards(ZONES, TYPES, GROUPS, DIRECTIONS, COMPONENTS)
    for k in range(ZONES):
        for t in range(TYPES):
            for g in range(GROUPS):
                for d in range(DIRECTIONS):
                    ee = 1.0e30 * (g + 1) * (1 + 0.25 * d) * (1.2 if t == 0 else 0.9) * (1.0 - 0.3 * k)
                    xx = 0.5e30 * (g + 1) * (1.0 - 0.3 * k)
                    rho[k, t, g, d, EE], rho[k, t, g, d, XX] = ee, xx
    return rho


def bits(value):
    return struct.pack(">d", value).hex()


def main():
    context = miscid.Context(CONFIGURATION)
    workspace = miscid.Workspace(context)

    rho = initial_rho()
    electron_density = backwards(ZONES)
    electron_density[:] = 5e31, 2e31, 1e31  # cm^-3
    energy = np.array([8.0, 12.0, 20.0])  # MeV
    direction = np.array([[0.8, 0, 0.6], [0, 0.8, 0.6], [-0.8, 0, 0.6], [0, -0.8, -0.6]])
    state = backwards(ZONES, context.state_doubles_per_cell)  # all zero: none yet
    status = backwards(ZONES, dtype=np.int32)
    d0 = backwards(ZONES, 3)

    batch = miscid.Batch(context)
    batch.bind("rho", rho, "i type group direction component")
    batch.bind("electron_density", electron_density, "i")
    batch.bind("energy", energy, "group")
    batch.bind("direction", direction, "direction space")
    batch.bind("state", state, "i component")
    batch.bind("status", status, "i")
    batch.bind("d0", d0, "i vector")
    batch.set_box((ZONES, 1, 1, 1))

    dt = 1e-6  # s
    for step in range(STEPS):
        electron_density *= 0.6
        miscid.apply(context, workspace, batch, step * dt, dt)
        for k in range(ZONES):
            mode = rho[k, 0, 1, 2]
            numbers = " ".join(bits(value) for value in (mode[EE], mode[RE_EX], *d0[k]))
            print(f"{step} {k} {status[k]} {numbers}  # ee={mode[EE]:.6g}")


if __name__ == "__main__":
    main()
