"""Initializers: objects that make the first value of a variable once its shape is known."""

import numpy as np

from tapeflow.api import random
from tapeflow.api.arrays.conversion import constant
from tapeflow.api.arrays.creation import ones, zeros
from tapeflow.core import dtypes

__all__ = [
    "constant_initializer",
    "ones_initializer",
    "random_normal_initializer",
    "random_uniform_initializer",
    "zeros_initializer",
]

_PARTITION = ("partition_shape", "partition_offset")


class Initializer:
    """What all initializers share: `initializer(shape, dtype)` makes a tensor."""

    def __call__(self, shape, dtype=None, **kwargs):
        raise NotImplementedError(f"{type(self).__name__} must define __call__.")

    def get_config(self):
        """The arguments of the constructor, as a dict."""
        return {}

    @classmethod
    def from_config(cls, config):
        """An initializer from the dict that `get_config` gave."""
        return cls(**{key: value for key, value in config.items() if key != "dtype"})

    def _shape(self, shape, kwargs, divisible=True):
        """The shape to make: `partition_shape`, the part of a divided variable, goes before `shape`."""
        for key in kwargs:
            if key not in _PARTITION:
                raise TypeError(f"Keyword argument should be one of {list(_PARTITION)}. Received: {key}")
            if not divisible:
                raise ValueError(
                    f"{type(self).__name__} initializer doesn't support partition-related arguments"
                )
        return kwargs.get("partition_shape", shape)


def _numeric(dtype, also_bool=False):
    dtype = dtypes.as_dtype(dtype)
    if not (dtype.is_floating or dtype.is_integer or (also_bool and (dtype.is_complex or dtype.is_bool))):
        raise ValueError(f"Argument `dtype` expected to be numeric or boolean. Received {dtype}.")
    return dtype


class zeros_initializer(Initializer):
    """Makes tensors of zeros, of a numeric dtype or bool, else ValueError.

    >>> tf.zeros_initializer()([2]).numpy()
    array([0., 0.], dtype=float32)
    """

    def __call__(self, shape, dtype=dtypes.float32, **kwargs):
        return zeros(self._shape(shape, kwargs), _numeric(dtype, also_bool=True))


class ones_initializer(Initializer):
    """Makes tensors of ones, of a numeric dtype or bool, else ValueError.

    >>> tf.ones_initializer()([2]).numpy()
    array([1., 1.], dtype=float32)
    """

    def __call__(self, shape, dtype=dtypes.float32, **kwargs):
        return ones(self._shape(shape, kwargs), _numeric(dtype, also_bool=True))


class constant_initializer(Initializer):
    """Makes tensors of a constant: a scalar that fills the shape, or a list or array with as many elements.

    Raises TypeError for another value, and for one that does not fill the shape.

    >>> tf.constant_initializer([1, 2, 3, 4])([2, 2], tf.float32).numpy()
    array([[1., 2.],
           [3., 4.]], dtype=float32)
    """

    def __init__(self, value=0, support_partition=False):
        if not (np.isscalar(value) or isinstance(value, list | tuple | np.ndarray)):
            raise TypeError(
                f"Invalid type for initial value: {type(value).__name__}. Expected Python scalar, list or "
                "tuple of values, or numpy.ndarray."
            )
        self.value = value
        self.support_partition = support_partition

    def __call__(self, shape, dtype=None, **kwargs):
        self._shape(shape, kwargs, divisible=self.support_partition)
        return constant(self.value, dtype=dtype, shape=shape)

    def get_config(self):
        """The arguments of the constructor, as a dict."""
        return {"value": self.value}


class random_uniform_initializer(Initializer):
    """Makes tensors of uniform numbers over [minval, maxval), floating or integer, else ValueError.

    With a `seed` every call gives the same numbers; without, `tf.random.set_seed` rules.

    >>> tf.random_uniform_initializer(seed=1)([2]).numpy()
    array([ 0.03784882, -0.00400198], dtype=float32)
    """

    def __init__(self, minval=-0.05, maxval=0.05, seed=None):
        self.minval = minval
        self.maxval = maxval
        self.seed = seed

    def __call__(self, shape, dtype=dtypes.float32, **kwargs):
        shape, dtype = self._shape(shape, kwargs), _numeric(dtype)
        bounds = {"minval": self.minval, "maxval": self.maxval, "dtype": dtype}
        if self.seed is None:
            return random.uniform(shape, **bounds)
        return random.stateless_uniform(shape, [self.seed, 0], **bounds)

    def get_config(self):
        """The arguments of the constructor, as a dict."""
        return {"minval": self.minval, "maxval": self.maxval, "seed": self.seed}


class random_normal_initializer(Initializer):
    """Makes tensors of normal numbers, of a floating dtype, else ValueError.

    With a `seed` every call gives the same numbers; without, `tf.random.set_seed` rules.

    >>> tf.random_normal_initializer(seed=1)([2]).numpy()
    array([ 0.00633252, -0.02465083], dtype=float32)
    """

    def __init__(self, mean=0.0, stddev=0.05, seed=None):
        self.mean = mean
        self.stddev = stddev
        self.seed = seed

    def __call__(self, shape, dtype=dtypes.float32, **kwargs):
        shape, dtype = self._shape(shape, kwargs), dtypes.as_dtype(dtype)
        if not dtype.is_floating:
            raise ValueError(f"Argument `dtype` is expected to be floating point. Received: {dtype}.")
        moments = {"mean": self.mean, "stddev": self.stddev, "dtype": dtype}
        if self.seed is None:
            return random.normal(shape, **moments)
        return random.stateless_normal(shape, [self.seed, 0], **moments)

    def get_config(self):
        """The arguments of the constructor, as a dict."""
        return {"mean": self.mean, "stddev": self.stddev, "seed": self.seed}
