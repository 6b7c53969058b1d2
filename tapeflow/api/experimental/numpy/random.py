"""tf.experimental.numpy.random: random numbers by NumPy's names, drawn as those of `tf.random`."""

import numpy

from tapeflow.api import random as draws
from tapeflow.api.arrays import broadcast_dynamic_shape
from tapeflow.api.casting import cast
from tapeflow.api.experimental.numpy.conversion import float_type, tensor_of
from tapeflow.api.experimental.numpy.layout import ndim
from tapeflow.api.experimental.numpy.promotion import result_type
from tapeflow.core import dtypes as types

__all__ = ["poisson", "rand", "randint", "randn", "random", "seed", "standard_normal", "uniform"]


def seed(s):
    """Sets the global seed, as `tf.random.set_seed` does; ValueError for what is no integer.

    >>> tf.experimental.numpy.random.seed(1)
    """
    try:
        s = int(s)
    except TypeError:
        raise ValueError(f"Argument `s` got an invalid value {s}. Only integers are supported.") from None
    draws.set_seed(s)


def _as_shape(size):
    if size is None:
        return ()
    return (size,) if not isinstance(size, list | tuple) and ndim(size) == 0 else size


def standard_normal(size=None):
    """Numbers of the standard normal distribution: one, or an array of a shape."""
    return draws.normal(_as_shape(size), dtype=float_type())


def randn(*args):
    """Numbers of the standard normal distribution in the shape that the arguments tell.

    >>> tf.experimental.numpy.random.randn(2, 3).shape
    TensorShape([2, 3])
    """
    return standard_normal(args)


def uniform(low=0.0, high=1.0, size=None):
    """Numbers spread evenly over [low, high), which broadcast with the shape."""
    dtype = float_type()
    low, high = tensor_of(low, dtype), tensor_of(high, dtype)
    if size is None:
        size = broadcast_dynamic_shape(low.shape, high.shape)
    return draws.uniform(size, low, high, dtype=dtype)


def random(size=None):
    """Numbers spread evenly over [0, 1)."""
    return uniform(0.0, 1.0, size)


def rand(*size):
    """Numbers spread evenly over [0, 1) in the shape that the arguments tell."""
    return uniform(0.0, 1.0, size)


def poisson(lam=1.0, size=None):
    """Numbers of Poisson distributions: `size` of each of the rates `lam`, as int64."""
    rates = tensor_of(lam) if not isinstance(lam, float) else cast(lam, types.float32)
    return draws.poisson(_as_shape(size), rates, dtype=types.int64)


def randint(low, high=None, size=None, dtype=numpy.int64):
    """Integers of [low, high), or of [0, low); ValueError for another dtype than int32 and int64."""
    low, high = (0, int(low)) if high is None else (int(low), int(high))
    found = result_type(dtype)
    if found not in (types.int32, types.int64):
        raise ValueError(
            f"Argument `dtype` got an invalid value {dtype}. Only those convertible to int32 and int64 are supported."
        )
    return draws.uniform(
        () if size is None else (size,) if isinstance(size, int) else size, low, high, dtype=found
    )
