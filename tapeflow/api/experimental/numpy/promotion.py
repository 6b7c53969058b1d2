"""The dtype in which values meet: by NumPy's rules, or by those of the new type promotion.

NumPy's rules ("legacy") are asked of NumPy itself. The new promotion ("safe", "all") tells weak types from others:
what comes of Python numbers gives way to the dtype beside it. A type is a pair here, of a DType and whether it is weak.
"""

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core import nest
from tapeflow.core.dtypes import DType, as_dtype
from tapeflow.core.shapes import TensorShape
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.indexed_slices import IndexedSlices
from tapeflow.state.variable import Variable

__all__ = ["promote_types", "result_type"]

MODES = ("off", "legacy", "safe", "all")


class Settings:
    """What `experimental_enable_numpy_behavior` has switched on, in this process."""

    mode = "off"
    """off: operators refuse mixed dtypes; legacy: NumPy's rules; safe, all: the new promotion."""
    prefers_float32 = False
    """Whether Python floats count as float32 under NumPy's rules."""
    is_automatic = False
    """Whether the new promotion is on."""


settings = Settings()


def result_type(*arrays_and_dtypes):
    """The DType in which these arrays, numbers and dtypes meet.

    >>> tf.experimental.numpy.result_type(tf.int32, tf.float32)
    tf.float64
    """
    if settings.is_automatic:
        return meeting_type(*arrays_and_dtypes)[0]
    return legacy_type(nest.flatten(arrays_and_dtypes))


def promote_types(type1, type2):
    """The np.dtype in which two dtypes meet by NumPy's rules.

    >>> tf.experimental.numpy.promote_types(tf.int8, "float32")
    dtype('float32')
    """
    return numpy.promote_types(_array_dtype(type1), _array_dtype(type2))


def _array_dtype(value):
    return value.array_dtype if isinstance(value, DType) else numpy.dtype(value)


# NumPy's rules.


def legacy_type(leaves):
    """The DType in which flat values meet by NumPy's rules."""
    known = {}
    for leaf in leaves:
        known.setdefault(*_legacy_key(leaf))
    if not known:
        return types.float64
    return as_dtype(numpy.result_type(*known.values()))


def _legacy_key(leaf):
    """What tells a leaf from others, as far as dtypes go, and what stands for it when NumPy is asked."""
    if isinstance(leaf, float | complex):  # np.float64 and np.complex128 are, too
        if settings.prefers_float32:
            leaf = (numpy.float32 if isinstance(leaf, float) else numpy.complex64)(0)
        return type(leaf), leaf
    if isinstance(leaf, int):
        return (type(leaf), leaf >= 2**63), leaf
    if isinstance(leaf, str | bytes):
        return leaf, _dtype_named(leaf)
    if isinstance(leaf, DType):
        return leaf, leaf.as_numpy_dtype
    if isinstance(leaf, TensorShape):
        return numpy.int32, numpy.int32
    dtype = getattr(leaf, "dtype", None)
    if isinstance(dtype, DType):
        return dtype, dtype.as_numpy_dtype
    if isinstance(dtype, numpy.dtype):
        return dtype, dtype
    return id(leaf), leaf


def _dtype_named(text):
    """The dtype whose name a text is, as NumPy understands it, else that of texts."""
    try:
        return as_dtype(text).array_dtype
    except TypeError:
        return numpy.dtype(type(text))


# The new promotion.

_BOOL = (types.bool, False)
_WEAK_ORDER = [types.int32, types.int64, types.float32, types.float64, types.complex128]
WEAK_DTYPES = frozenset(_WEAK_ORDER)
_SIGNED = {8: types.int8, 16: types.int16, 32: types.int32, 64: types.int64}
_EXACT_BITS = {types.bfloat16: 8, types.float16: 8, types.float32: 16, types.float64: 32}
"""How many bits an integer may have that is converted to a floating dtype in the mode "safe"."""


def meeting_type(*values):
    """The type in which values meet by the new promotion.

    Raises TypeError for what the mode "safe" forbids, NotImplementedError where there is no such type.
    """
    for value in values:
        if isinstance(value, CompositeTensor) and not (is_weak(value) or isinstance(value, IndexedSlices)):
            raise NotImplementedError(f"Auto dtype conversion semantics does not support {type(value)} type.")
    found = [type_of(leaf) for leaf in nest.flatten([value for value in values if value is not None])]
    if not found:
        return (types.float32, True)
    meeting = found[0]
    for other in found[1:]:
        meeting = _meeting_of_two(meeting, other)
    return meeting


def is_weak(value):
    """Whether a value is a WeakTensor."""
    return hasattr(type(value), "is_weak_tensor")


def type_of(value):
    """The type of one value, array or dtype; NotImplementedError for what has none."""
    if is_weak(value):
        return (value.dtype, True)
    if isinstance(value, DType):
        return (value, False)
    if isinstance(value, Tensor | Variable):
        return (value.dtype, False)
    dtype = getattr(value, "dtype", None)
    if isinstance(dtype, DType | numpy.dtype):
        return (as_dtype(dtype), False)
    if isinstance(value, str | bytes):
        return (types.string, False)
    if value is bool or isinstance(value, bool):
        return _BOOL
    if isinstance(value, int):
        if not -(2**31) <= value < 2**31:
            raise OverflowError(f"Python int {value} too large to convert to np.int32")
        return (types.int32, True)
    if value is int:
        return (types.int32, True)
    if value is float or isinstance(value, float):
        return (types.float32, True)
    if value is complex or isinstance(value, complex):
        return (types.complex128, True)
    if isinstance(value, TensorShape):
        return (types.int32, False)
    try:
        return (as_dtype(numpy.dtype(value)), False)
    except TypeError:
        raise NotImplementedError(
            f"Auto dtype conversion semantics does not support {type(value)} type."
        ) from None


def _meeting_of_two(first, second):
    meeting, is_exact = _meeting(first, second)
    if not is_exact and settings.mode == "safe":
        words = " and ".join(f"({dtype!r}, weak={weak})" for dtype, weak in (first, second))
        raise TypeError(
            f"In promotion mode PromoMode.SAFE, implicit dtype promotion between {words} is disallowed. "
            "You need to explicitly specify the dtype in your op, or relax your dtype promotion rules "
            "(such as from SAFE mode to ALL mode)."
        )
    return meeting


def _meeting(first, second):
    """The type in which two types meet, and whether the mode "safe" allows it."""
    (dtype, weak), (other, other_weak) = first, second
    if first == second:
        return first, True
    if not (_promotes(dtype) and _promotes(other)):
        raise NotImplementedError(
            f"Implicit Conversion between {dtype} and {other} is not allowed. "
            "Please convert the input manually if you need to."
        )
    if first == _BOOL:
        return second, True
    if second == _BOOL:
        return first, True
    if weak and other_weak:
        return (max(dtype, other, key=_WEAK_ORDER.index), True), True
    if weak:
        return _meeting_with_weak(other, dtype)
    if other_weak:
        return _meeting_with_weak(dtype, other)
    if dtype.is_integer and other.is_integer:
        return _meeting_of_integers(dtype, other)
    if dtype.is_integer or other.is_integer:
        integer, inexact = (dtype, other) if dtype.is_integer else (other, dtype)
        return (inexact, False), integer.size * 8 <= _EXACT_BITS[inexact.real_dtype]
    return _meeting_of_inexact(dtype, other)


def _promotes(dtype):
    return dtype in types.NUMBERS or dtype is types.bool


def _meeting_with_weak(strong, weak):
    """A dtype beside a weak one, which gives way unless it is of a higher kind."""
    if weak.is_integer or strong.is_complex:
        return (strong, False), True
    if strong.is_integer:
        wide = types.complex128 if weak.is_complex else types.float64
        return (wide, True), strong.size <= 4 and weak is not types.float32
    if weak.is_floating:
        return (strong, False), True
    is_wide = strong is types.float64
    return (types.complex128 if is_wide else types.complex64, False), is_wide


def _meeting_of_integers(dtype, other):
    if dtype.is_unsigned is other.is_unsigned:
        return (max(dtype, other, key=lambda each: each.size), False), True
    unsigned, signed = (dtype, other) if dtype.is_unsigned else (other, dtype)
    if signed.size > unsigned.size:
        return (signed, False), True
    if unsigned is types.uint64:
        return (types.float64, True), False
    return (_SIGNED[unsigned.size * 16], False), False


def _meeting_of_inexact(dtype, other):
    """Floating and complex dtypes: the wider one, complex if either is."""
    halves = {types.bfloat16, types.float16}
    if {dtype, other} == halves:
        return (types.float32, False), False
    if dtype.is_complex is other.is_complex:
        return (max(dtype, other, key=lambda each: each.size), False), True
    floating, complex_one = (dtype, other) if other.is_complex else (other, dtype)
    if floating is types.float64 and complex_one is types.complex64:
        return (types.complex128, False), False
    return (complex_one, False), True
