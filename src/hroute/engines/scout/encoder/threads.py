"""Keeps numpy's products on the calling thread.

OpenBLAS's threads wait for one another by spinning: beside anything else that computes, a reading took
fifteen times as long on two threads as on one.
"""

import ctypes
from pathlib import Path

# The names in numpy's own wheels, with and without 64-bit integers, and in a distribution's build.
_SETTERS = (
    "scipy_openblas_set_num_threads64_",
    "scipy_openblas_set_num_threads",
    "openblas_set_num_threads64_",
    "openblas_set_num_threads",
)


def use_one_thread() -> None:
    """For all of this process; does nothing where numpy computes with another library."""
    import numpy as np

    package = Path(np.__file__).parent
    for folder in (package.with_name("numpy.libs"), package / ".dylibs"):
        for library in folder.glob("*openblas*"):
            _set_to_one(library)


def _set_to_one(library: Path) -> None:
    try:
        loaded = ctypes.CDLL(str(library))
    except OSError:
        return
    for name in _SETTERS:
        setter = getattr(loaded, name, None)
        if setter is not None:
            setter(1)
            return
