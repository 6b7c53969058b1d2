"""Functions of each element by itself."""

import tapeflow as tf
from tapeflow.torch.arithmetic import as_float, without_gradient
from tapeflow.torch.calls import function
from tapeflow.torch.tensor import Tensor

__all__ = [
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "ceil",
    "clamp",
    "clip",
    "cos",
    "cosh",
    "digamma",
    "erf",
    "erfc",
    "erfinv",
    "exp",
    "expm1",
    "floor",
    "isfinite",
    "isinf",
    "isnan",
    "lgamma",
    "log",
    "log1p",
    "log2",
    "log10",
    "nan_to_num",
    "reciprocal",
    "relu",
    "round",
    "rsqrt",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "square",
    "tan",
    "tanh",
    "trunc",
]


def _floating(computes, meaning, node=None):
    """A function that the engine has by the same name; of integers it is float32."""

    def applied(input):
        return computes(as_float(input))

    name = computes.__name__
    applied.__name__ = applied.__qualname__ = name
    applied.__doc__ = f"{meaning} Of integers it is float32."
    return function(applied, node=node)


exp = _floating(tf.math.exp, "The exponential.")
expm1 = _floating(tf.math.expm1, "exp(input) - 1, exact near 0.")
log = _floating(tf.math.log, "The natural logarithm.")
log1p = _floating(tf.math.log1p, "log(1 + input), exact near 0.", node="Log1PBackward0")
sqrt = _floating(tf.math.sqrt, "The square root.")
rsqrt = _floating(tf.math.rsqrt, "One over the square root.")
reciprocal = _floating(tf.math.reciprocal, "One over the element.")
sin = _floating(tf.math.sin, "The sine.")
cos = _floating(tf.math.cos, "The cosine.")
tan = _floating(tf.math.tan, "The tangent.")
asin = _floating(tf.math.asin, "The inverse sine.")
acos = _floating(tf.math.acos, "The inverse cosine.")
atan = _floating(tf.math.atan, "The inverse tangent.")
sinh = _floating(tf.math.sinh, "The hyperbolic sine.")
cosh = _floating(tf.math.cosh, "The hyperbolic cosine.")
tanh = _floating(tf.math.tanh, "The hyperbolic tangent.")
asinh = _floating(tf.math.asinh, "The inverse hyperbolic sine.")
acosh = _floating(tf.math.acosh, "The inverse hyperbolic cosine.")
atanh = _floating(tf.math.atanh, "The inverse hyperbolic tangent.")
sigmoid = _floating(tf.math.sigmoid, "1 / (1 + exp(-input)).")
erf = _floating(tf.math.erf, "The error function.")
erfc = _floating(tf.math.erfc, "One less the error function.")
erfinv = _floating(tf.math.erfinv, "The inverse of the error function.")
lgamma = _floating(tf.math.lgamma, "The logarithm of the absolute value of the gamma function.")
digamma = _floating(tf.math.digamma, "The derivative of lgamma.")


@function
def log2(input):
    """The logarithm to base 2.

    >>> from tapeflow import torch
    >>> torch.tensor([1.0, 8.0]).log2()
    tensor([0., 3.])
    """
    return _to_base(input, 0.6931471805599453)


@function
def log10(input):
    """The logarithm to base 10.

    >>> from tapeflow import torch
    >>> torch.tensor([1.0, 1000.0]).log10()
    tensor([0., 3.])
    """
    return _to_base(input, 2.302585092994046)


def _to_base(input, log_of_base):
    return tf.math.log(as_float(input)) / log_of_base


@function
def relu(input):
    """Negative elements replaced by 0.

    >>> from tapeflow import torch
    >>> torch.relu(torch.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return tf.nn.relu(input)


@function
def abs(input):
    """The absolute value.

    >>> from tapeflow import torch
    >>> torch.tensor([-1, 2]).abs()
    tensor([1, 2])
    """
    return tf.math.abs(input)


@function(node="PowBackward0")
def square(input):
    """The square.

    >>> from tapeflow import torch
    >>> torch.tensor([-1, 2]).square()
    tensor([1, 4])
    """
    return tf.math.square(input)


# Steps: their gradient is zero, not missing


@function
def sign(input):
    """-1, 0 or 1.

    >>> from tapeflow import torch
    >>> torch.tensor([-2.0, 0.0, 3.0]).sign()
    tensor([-1.,  0.,  1.])
    """
    return without_gradient(tf.math.sign(input), input)


@function
def floor(input):
    """Rounded down.

    >>> from tapeflow import torch
    >>> torch.tensor([-1.5, 1.5]).floor()
    tensor([-2.,  1.])
    """
    return _rounded(tf.math.floor, input)


@function
def ceil(input):
    """Rounded up.

    >>> from tapeflow import torch
    >>> torch.tensor([-1.5, 1.5]).ceil()
    tensor([-1.,  2.])
    """
    return _rounded(tf.math.ceil, input)


@function
def trunc(input):
    """Rounded towards zero.

    >>> from tapeflow import torch
    >>> torch.tensor([-1.5, 1.5]).trunc()
    tensor([-1.,  1.])
    """
    return _rounded(lambda x: tf.where(x < 0, tf.math.ceil(x), tf.math.floor(x)), input)


@function(node=lambda input, decimals=0: f"RoundBackward{int(decimals != 0)}")
def round(input, *, decimals=0):
    """To the nearest number with `decimals` digits behind the point; halves to the even one.

    >>> from tapeflow import torch
    >>> torch.tensor([0.5, 1.5, 2.6]).round()
    tensor([0., 2., 3.])
    """
    scale = 10.0**decimals
    return _rounded(lambda x: tf.math.round(x * scale) / scale if decimals else tf.math.round(x), input)


def _rounded(rounding, input):
    return without_gradient(rounding(input), input) if input._dtype.is_floating else tf.identity(input)


def _clamp_node(input, min=None, max=None):
    return "ClampBackward0" if any(isinstance(each, tf.Tensor) for each in (min, max)) else "ClampBackward1"


@function(node=_clamp_node)
def clamp(input, min=None, max=None):
    """Elements below `min` or above `max`, numbers or tensors, replaced by it.

    >>> from tapeflow import torch
    >>> torch.tensor([-1.0, 0.5, 2.0]).clamp(0, 1)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    if input._dtype.is_integer and any(isinstance(each, float) for each in (min, max)):
        input = tf.cast(input, tf.float32)
    if min is not None:
        input = tf.math.maximum(input, min)
    return input if max is None else tf.math.minimum(input, max)


clip = Tensor.clip = clamp


@function
def isnan(input):
    """Whether the element is not a number.

    >>> from tapeflow import torch
    >>> torch.tensor([1.0, float("nan")]).isnan()
    tensor([False,  True])
    """
    return input != input


@function
def isinf(input):
    """Whether the element is infinite.

    >>> from tapeflow import torch
    >>> torch.tensor([1.0, float("inf")]).isinf()
    tensor([False,  True])
    """
    return tf.math.is_inf(as_float(input))


@function
def isfinite(input):
    """Whether the element is neither infinite nor NaN.

    >>> from tapeflow import torch
    >>> torch.tensor([1.0, float("inf")]).isfinite()
    tensor([ True, False])
    """
    return tf.math.is_finite(as_float(input))


@function
def nan_to_num(input, nan=0.0, posinf=None, neginf=None):
    """NaN replaced by `nan`, infinities by `posinf` and `neginf` (the greatest finite numbers if None).

    >>> from tapeflow import torch
    >>> torch.tensor([1.0, float("nan")]).nan_to_num()
    tensor([1., 0.])
    """
    if not input._dtype.is_floating:
        return tf.identity(input)
    posinf = float(input._dtype.max) if posinf is None else posinf
    neginf = float(input._dtype.min) if neginf is None else neginf
    finite = tf.where(tf.math.is_nan(input), tf.constant(nan, input._dtype), input)
    finite = tf.where(input == float("inf"), tf.constant(posinf, input._dtype), finite)
    return tf.where(input == float("-inf"), tf.constant(neginf, input._dtype), finite)


Tensor.__abs__ = abs
