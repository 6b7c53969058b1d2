"""Initializers as TensorFlow 1 has them: they know their dtype, and draw anew each time a variable is initialized."""

import math

import numpy

from tapeflow.api import arrays, random
from tapeflow.api.linalg import diag_part, qr
from tapeflow.api.math import sign
from tapeflow.core.arguments import shape_dims
from tapeflow.core.dtypes import as_dtype, float32
from tapeflow.core.shapes import TensorShape
from tapeflow.ops.arithmetic import multiply

__all__ = [
    "constant_initializer",
    "glorot_normal_initializer",
    "glorot_uniform_initializer",
    "he_normal",
    "he_uniform",
    "identity_initializer",
    "lecun_normal",
    "lecun_uniform",
    "ones_initializer",
    "orthogonal_initializer",
    "random_normal_initializer",
    "random_uniform_initializer",
    "truncated_normal_initializer",
    "uniform_unit_scaling_initializer",
    "variance_scaling_initializer",
    "zeros_initializer",
]


class _Initializer:
    """What they share: `initializer(shape, dtype)` makes a tensor."""

    def __init__(self, dtype=float32):
        self.dtype = as_dtype(dtype)

    def __call__(self, shape, dtype=None, partition_info=None):
        dims = shape_dims(shape.as_list() if isinstance(shape, TensorShape) else shape)
        return self._value(list(dims), self.dtype if dtype is None else as_dtype(dtype))

    def get_config(self):
        """The arguments of the constructor, as a dict."""
        return {key: each for key, each in vars(self).items() if key != "dtype"} | {"dtype": self.dtype.name}

    @classmethod
    def from_config(cls, config):
        """An initializer from the dict that `get_config` gave."""
        return cls(**config)


class zeros_initializer(_Initializer):
    """Makes zeros.

    >>> tf.compat.v1.zeros_initializer()([2]).numpy()
    array([0., 0.], dtype=float32)
    """

    def _value(self, dims, dtype):
        return arrays.zeros(dims, dtype)


class ones_initializer(_Initializer):
    """Makes ones."""

    def _value(self, dims, dtype):
        return arrays.ones(dims, dtype)


class constant_initializer(_Initializer):
    """Makes a constant: a scalar that fills the shape, or a list or array of its elements.

    A list of fewer elements is filled up with its last one.
    """

    def __init__(self, value=0, dtype=float32, verify_shape=False):
        if not (
            hasattr(value, "shape") or isinstance(value, list | tuple | int | float | bool | str | bytes)
        ):
            raise TypeError(
                f"Invalid type for initial value={value} of type: {type(value).__name__}. Expected Python scalar, "
                "list or tuple of values, or numpy.ndarray."
            )
        super().__init__(dtype)
        self.value = value

    def _value(self, dims, dtype):
        values = numpy.asarray(self.value)
        count = math.prod(dims)
        if values.ndim and values.size < count:
            values = numpy.concatenate(
                [values.ravel(), numpy.repeat(values.ravel()[-1:], count - values.size)]
            )
        if values.ndim and values.size > count:
            raise ValueError(f"Too many elements provided. Takes at most {count}, but got {values.size}")
        return arrays.constant(values.tolist(), dtype, dims)


class random_uniform_initializer(_Initializer):
    """Makes uniform numbers in [minval, maxval)."""

    def __init__(self, minval=0.0, maxval=None, seed=None, dtype=float32):
        super().__init__(dtype)
        self.minval, self.maxval, self.seed = minval, maxval, seed

    def _value(self, dims, dtype):
        maxval = 1 if self.maxval is None and not dtype.is_integer else self.maxval
        return random.uniform(dims, self.minval, maxval, dtype, self.seed)


class random_normal_initializer(_Initializer):
    """Makes normal numbers."""

    def __init__(self, mean=0.0, stddev=1.0, seed=None, dtype=float32):
        super().__init__(_floating(dtype))
        self.mean, self.stddev, self.seed = mean, stddev, seed

    def _value(self, dims, dtype):
        return random.normal(dims, self.mean, self.stddev, dtype, self.seed)


class truncated_normal_initializer(_Initializer):
    """Makes normal numbers, drawn again if they are more than two standard deviations from the mean."""

    def __init__(self, mean=0.0, stddev=1.0, seed=None, dtype=float32):
        super().__init__(_floating(dtype))
        self.mean, self.stddev, self.seed = mean, stddev, seed

    def _value(self, dims, dtype):
        return random.truncated_normal(dims, self.mean, self.stddev, dtype, self.seed)


class uniform_unit_scaling_initializer(_Initializer):
    """Makes uniform numbers that keep the scale of what a weight matrix multiplies (Sussillo and Abbott, 2014)."""

    def __init__(self, factor=1.0, seed=None, dtype=float32):
        super().__init__(_floating(dtype))
        self.factor, self.seed = factor, seed

    def _value(self, dims, dtype):
        largest = math.sqrt(3 / max(1.0, math.prod(dims[:-1]))) * self.factor
        return random.uniform(dims, -largest, largest, dtype, self.seed)


class variance_scaling_initializer(_Initializer):
    """Makes numbers whose variance is `scale` over the number of inputs, of outputs, or their mean (`mode`).

    mode: "fan_in", "fan_out" or "fan_avg"; distribution: "uniform", "untruncated_normal" or "truncated_normal"
    ("normal" is the same).
    """

    def __init__(self, scale=1.0, mode="fan_in", distribution="truncated_normal", seed=None, dtype=float32):
        if scale <= 0.0:
            raise ValueError(f"Argument `scale` must be a positive float. Received: {scale}")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(
                f"Argument `mode` should be one of ('fan_in', 'fan_out', 'fan_avg'). Received: {mode}"
            )
        distribution = distribution.lower()
        if distribution not in ("normal", "uniform", "truncated_normal", "untruncated_normal"):
            raise ValueError(
                "Argument `distribution` should be one of ('normal', 'uniform', 'truncated_normal', "
                f"'untruncated_normal'). Received: {distribution}"
            )
        super().__init__(_floating(dtype))
        self.scale, self.mode, self.distribution, self.seed = scale, mode, distribution, seed

    def _value(self, dims, dtype):
        fan_in, fan_out = _fans(dims)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        scale = self.scale / max(1.0, fan)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * scale)
            return random.uniform(dims, -limit, limit, dtype, self.seed)
        if self.distribution == "untruncated_normal":
            return random.normal(dims, 0.0, math.sqrt(scale), dtype, self.seed)
        # The standard deviation of a normal distribution that is cut off at two of them.
        return random.truncated_normal(dims, 0.0, math.sqrt(scale) / 0.87962566103423978, dtype, self.seed)


def _fans(dims):
    if len(dims) < 2:
        size = dims[0] if dims else 1
        return size, size
    window = math.prod(dims[:-2])
    return dims[-2] * window, dims[-1] * window


class glorot_uniform_initializer(variance_scaling_initializer):
    """Uniform numbers of variance 2 / (inputs + outputs) (Glorot and Bengio, 2010); the default of get_variable."""

    def __init__(self, seed=None, dtype=float32):
        super().__init__(1.0, "fan_avg", "uniform", seed, dtype)

    def get_config(self):
        """The arguments of the constructor, as a dict."""
        return {"seed": self.seed, "dtype": self.dtype.name}


class glorot_normal_initializer(glorot_uniform_initializer):
    """Truncated normal numbers of variance 2 / (inputs + outputs) (Glorot and Bengio, 2010)."""

    def __init__(self, seed=None, dtype=float32):
        super().__init__(seed, dtype)
        self.distribution = "truncated_normal"


def lecun_normal(seed=None):
    """Truncated normal numbers of variance 1 / inputs."""
    return variance_scaling_initializer(1.0, "fan_in", "truncated_normal", seed)


def lecun_uniform(seed=None):
    """Uniform numbers of variance 1 / inputs."""
    return variance_scaling_initializer(1.0, "fan_in", "uniform", seed)


def he_normal(seed=None):
    """Truncated normal numbers of variance 2 / inputs (He and others, 2015)."""
    return variance_scaling_initializer(2.0, "fan_in", "truncated_normal", seed)


def he_uniform(seed=None):
    """Uniform numbers of variance 2 / inputs (He and others, 2015)."""
    return variance_scaling_initializer(2.0, "fan_in", "uniform", seed)


class orthogonal_initializer(_Initializer):
    """Makes a random orthogonal matrix, times `gain`; of more than two axes, the last one against the rest."""

    def __init__(self, gain=1.0, seed=None, dtype=float32):
        super().__init__(_floating(dtype))
        self.gain, self.seed = gain, seed

    def _value(self, dims, dtype):
        if len(dims) < 2:
            raise ValueError(
                f"The tensor to initialize must be at least two-dimensional. Received: shape={dims}"
            )
        rows, columns = math.prod(dims[:-1]), dims[-1]
        square = random.normal([max(rows, columns), min(rows, columns)], dtype=dtype, seed=self.seed)
        q, r = qr(square, full_matrices=False)
        q = multiply(q, sign(diag_part(r)))
        if rows < columns:
            q = arrays.transpose(q)
        return self.gain * arrays.reshape(q, dims)


class identity_initializer(_Initializer):
    """Makes an identity matrix, times `gain`."""

    def __init__(self, gain=1.0, dtype=float32):
        super().__init__(_floating(dtype))
        self.gain = gain

    def _value(self, dims, dtype):
        if len(dims) != 2:
            raise ValueError(
                f"The tensor to initialize, specified by argument `shape` must be at least two-dimensional. Received "
                f"shape={dims}"
            )
        return self.gain * arrays.eye(*dims, dtype=dtype)


def _floating(dtype):
    dtype = as_dtype(dtype)
    if not dtype.is_floating:
        raise ValueError(f"Argument `dtype` expected to be floating point. Received: {dtype}.")
    return dtype


# As tf.initializers has them.
constant, ones, zeros = constant_initializer, ones_initializer, zeros_initializer
random_normal, random_uniform = random_normal_initializer, random_uniform_initializer
truncated_normal, variance_scaling = truncated_normal_initializer, variance_scaling_initializer
uniform_unit_scaling, orthogonal = uniform_unit_scaling_initializer, orthogonal_initializer
identity, glorot_normal = identity_initializer, glorot_normal_initializer
glorot_uniform = glorot_uniform_initializer
