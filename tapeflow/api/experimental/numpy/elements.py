"""Functions of each element of one array."""

import numpy

from tapeflow.api import math
from tapeflow.api.arrays import fill, ones_like, shape, zeros_like
from tapeflow.api.bitwise import invert
from tapeflow.api.casting import cast
from tapeflow.api.experimental.numpy.conversion import (
    float_type,
    inexact_tensor_of,
    is_inexact,
    keeps_weakness,
    tensor_of,
)
from tapeflow.api.selection import where
from tapeflow.core import dtypes as types

__all__ = [
    "abs",
    "absolute",
    "fabs",
    "bitwise_not",
    "conj",
    "conjugate",
    "imag",
    "negative",
    "positive",
    "real",
    "reciprocal",
    "square",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctanh",
    "cbrt",
    "ceil",
    "cos",
    "cosh",
    "deg2rad",
    "exp",
    "exp2",
    "expm1",
    "fix",
    "floor",
    "log",
    "log10",
    "log1p",
    "log2",
    "sin",
    "sinc",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "isfinite",
    "isnan",
    "rad2deg",
    "angle",
    "around",
    "round",
    "sign",
    "signbit",
    "iscomplex",
    "isreal",
    "iscomplexobj",
    "isrealobj",
    "isinf",
    "isposinf",
    "isneginf",
    "logical_not",
]


def _named(name, compute, what):
    compute.__name__ = compute.__qualname__ = name
    compute.__doc__ = f"NumPy's `{name}` of each element; {what}."
    return compute


def _of_any(name, function):
    """The function `name(x)`: `function` of a tensor, in the dtype that it has."""

    def compute(x):
        return function(tensor_of(x))

    return keeps_weakness(_named(name, compute, "dtypes stay as they are"))


def _of_inexact(name, function):
    """The function `name(x)`: `function` of a tensor of floating or complex numbers, which integers are made."""

    def compute(x):
        return function(inexact_tensor_of(x))

    return keeps_weakness(_named(name, compute, "integers are taken as floating numbers"))


def _strong(name, function, what):
    """The function `name(x)` of floating or complex numbers whose results are never weak."""

    def compute(x):
        return function(inexact_tensor_of(x))

    return _named(name, compute, what)


def _cube_root(x):
    root = math.abs(x) ** (1.0 / 3)
    return where(x < 0, -root, root)


def _sinc(x):
    angle = x * numpy.pi
    return where(math.equal(x, 0), ones_like(x), math.sin(angle) / angle)


abs = _of_any("abs", math.abs)
absolute = _of_any("absolute", math.abs)
fabs = _of_any("fabs", math.abs)
bitwise_not = _of_any("bitwise_not", lambda x: math.logical_not(x) if x.dtype is types.bool else invert(x))
conj = _of_any("conj", math.conj)
conjugate = _of_any("conjugate", math.conj)
imag = _of_any("imag", lambda x: math.imag(x) if x.dtype.is_complex else zeros_like(x))
negative = _of_any("negative", math.negative)
positive = _of_any("positive", lambda x: x)
real = _of_any("real", math.real)
reciprocal = _of_any("reciprocal", math.reciprocal)
square = _of_any("square", math.square)

arccos = _of_inexact("arccos", math.acos)
arccosh = _strong("arccosh", math.acosh, "integers are taken as floating numbers")
arcsin = _of_inexact("arcsin", math.asin)
arcsinh = _of_inexact("arcsinh", math.asinh)
arctan = _of_inexact("arctan", math.atan)
arctanh = _of_inexact("arctanh", math.atanh)
cbrt = _of_inexact("cbrt", _cube_root)
ceil = _of_inexact("ceil", math.ceil)
cos = _of_inexact("cos", math.cos)
cosh = _of_inexact("cosh", math.cosh)
deg2rad = _of_inexact("deg2rad", lambda x: x * (numpy.pi / 180.0))
exp = _of_inexact("exp", math.exp)
exp2 = _of_inexact("exp2", lambda x: 2**x)
expm1 = _of_inexact("expm1", math.expm1)
fix = _of_inexact("fix", lambda x: where(x < 0, math.ceil(x), math.floor(x)))
floor = _of_inexact("floor", math.floor)
log = _of_inexact("log", math.log)
log10 = _of_inexact("log10", lambda x: math.log(x) / numpy.log(10))
log1p = _of_inexact("log1p", math.log1p)
log2 = _of_inexact("log2", lambda x: math.log(x) / numpy.log(2))
sin = _of_inexact("sin", math.sin)
sinc = _of_inexact("sinc", _sinc)
sinh = _of_inexact("sinh", math.sinh)
sqrt = _of_inexact("sqrt", math.sqrt)
tan = _of_inexact("tan", math.tan)
tanh = _of_inexact("tanh", math.tanh)

isfinite = _strong("isfinite", math.is_finite, "a bool for each")
isnan = _strong("isnan", math.is_nan, "a bool for each")


@keeps_weakness
def rad2deg(x):
    """Degrees for radians; a Python number stays one."""
    return x * (180.0 / numpy.pi)


@keeps_weakness
def angle(z, deg=False):
    """The angle of complex numbers, in radians or in degrees: pi for a negative real number, 0 for others."""
    z = inexact_tensor_of(z)
    found = where(z < 0, numpy.pi, 0.0) if z.dtype.is_floating else math.angle(z)
    return rad2deg(found) if deg else found


@keeps_weakness
def around(a, decimals=0):
    """Numbers rounded to a number of decimals, halves to the even neighbour.

    >>> tf.experimental.numpy.around([2.25, 0.5], 1).numpy()
    array([2.2, 0.5])
    """
    a = tensor_of(a)
    numbers = a if is_inexact(a) else cast(a, float_type())
    factor = cast(10.0**decimals, numbers.dtype)
    return cast(math.divide(math.round(math.multiply(numbers, factor)), factor), a.dtype)


@keeps_weakness
def round(a, decimals=0):
    """Numbers rounded to a number of decimals, halves to the even neighbour."""
    return around(a, decimals)


@keeps_weakness
def sign(x, out=None, where=None, **kwargs):
    """-1, 0 or 1 for the sign of each element; of complex numbers, the number divided by its magnitude."""
    for name, value in (("out", out), ("where", where), *kwargs.items()):
        if value:
            raise ValueError(f"tf.numpy doesnt support setting {name}.")
    return math.sign(tensor_of(x))


def signbit(x):
    """Whether an element is less than zero."""
    x = tensor_of(x)
    return fill(shape(x), False) if x.dtype is types.bool else x < 0


def iscomplex(x):
    """Whether an element has an imaginary part."""
    return imag(x) != 0


def isreal(x):
    """Whether an element has no imaginary part."""
    return imag(x) == 0


def iscomplexobj(x):
    """Whether an array is of a complex dtype."""
    return tensor_of(x).dtype.is_complex


def isrealobj(x):
    """Whether an array is of another dtype than a complex one."""
    return not iscomplexobj(x)


def isinf(x):
    """Whether an element of a floating array is infinite; False for arrays of other dtypes."""
    return math.is_inf(tensor_of(x)) if x.dtype.is_floating else False


def isposinf(x):
    """Whether an element of a floating array is +inf; False for arrays of other dtypes."""
    return x == cast(numpy.inf, x.dtype) if x.dtype.is_floating else False


def isneginf(x):
    """Whether an element of a floating array is -inf; False for arrays of other dtypes."""
    return x == cast(-numpy.inf, x.dtype) if x.dtype.is_floating else False


def logical_not(x):
    """Whether an element is zero."""
    return math.logical_not(tensor_of(x, types.bool))
