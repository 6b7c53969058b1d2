"""Small arrays for the tables of cases: as random as they look, and the same in every run.

Each module that calls these functions draws from a stream of its own, so that editing one table changes no
other.
"""

import sys
import zlib

import numpy as np

_streams = {}


def stream():
    """The generator of the module that called the function that calls this one."""
    module = sys._getframe(2).f_globals["__name__"]
    if module not in _streams:
        _streams[module] = np.random.default_rng(zlib.crc32(module.rpartition(".")[2].encode()))
    return _streams[module]


def as_array(values, dtype):
    """An ndarray of `dtype`, which may be the name of one that NumPy lacks."""
    if dtype == "bfloat16" or dtype.startswith("float8"):
        import ml_dtypes

        dtype = getattr(ml_dtypes, dtype)
    return np.asarray(values).astype(dtype)


def normal(*dims, dtype="float64"):
    """Standard normal numbers."""
    return as_array(stream().standard_normal(dims), dtype)


def uniform(*dims, low=0, high=1, dtype="float64"):
    """Numbers spread evenly over [low, high)."""
    return as_array(stream().uniform(low, high, dims), dtype)


def integers(*dims, low=0, high=10, dtype="int32"):
    """Integers of [low, high)."""
    return as_array(stream().integers(low, high, dims), dtype)


def booleans(*dims):
    """Coin tosses."""
    return np.asarray(stream().random(dims) < 0.5)


def complex_normal(*dims, dtype="complex128"):
    """Complex numbers whose parts are standard normal."""
    draw = stream().standard_normal
    return as_array(draw(dims) + 1j * draw(dims), dtype)


def spd(n, *, batch=(), dtype="float64"):
    """A symmetric positive definite matrix with well separated eigenvalues."""
    return as_array(definite(stream().standard_normal((*batch, n, n))), dtype)


def definite(factor):
    """The symmetric positive definite matrix that `spd` makes of random numbers."""
    n = factor.shape[-1]
    return factor @ np.swapaxes(factor, -1, -2) / n + np.diag(np.arange(1.0, n + 1))
