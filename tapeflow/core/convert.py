"""From Python and NumPy values to the arrays that tensors hold.

The rules are TensorFlow's: NumPy values keep their dtype; Python ints become int32 (int64 if they do not
fit), floats float32, complex numbers complex128, strings bytes. The first element of a list decides what the
others may be. A value without axes is returned as a NumPy scalar (a string as an object array without axes);
arrays are always the caller's own copy, in C order.
"""

from collections.abc import Mapping
from itertools import chain

import numpy as np

from tapeflow.core import dtypes
from tapeflow.core.shapes import TensorShape

_FLOAT32_LIMIT = (
    3.4028235677973366e38  # halfway to what would be the next float32: from here on it rounds to infinity
)
# Module globals, because the first branches of array_from_value are on the hot path of every `x * 2.0`.
_float32, _float64, _int32 = np.float32, np.float64, np.int32
_FLOAT32, _FLOAT64, _INT32 = dtypes.float32, dtypes.float64, dtypes.int32


def array_from_value(value, dtype=None):
    """The elements of `value` as a NumPy array or, without axes, a NumPy scalar.

    Args:
      value: a number, string, bool, NumPy array or scalar, a rectangular nest of lists and tuples of those, a
        `TensorShape`, or an object with `__array__`.
      dtype: the `DType` that the result must have, or None to follow from the value. Python numbers adopt it
        where nothing but precision can be lost; NumPy arrays are cast as NumPy casts.

    Raises ValueError for values that are no tensors (None, ragged or mixed lists, ints and floats out of
    range) and TypeError for Python values that `dtype` cannot hold.

    >>> from tapeflow.core.convert import array_from_value
    >>> array_from_value([1, 2.5])
    array([1. , 2.5], dtype=float32)
    """
    kind = type(value)
    if kind is float:
        if dtype is _FLOAT32 or dtype is None:
            if -_FLOAT32_LIMIT < value < _FLOAT32_LIMIT:
                return _float32(value)
        elif dtype is _FLOAT64:
            return _float64(value)
    elif kind is int:
        if dtype is _INT32 or dtype is None:
            if -0x80000000 <= value <= 0x7FFFFFFF:
                return _int32(value)
        elif dtype is _FLOAT32 and -0x80000000 <= value <= 0x7FFFFFFF:
            return _float32(value)
    elif kind is np.ndarray:
        return _from_array(value, dtype)
    elif kind is bool and dtype is None:
        return np.bool_(value)
    return _from_any(value, dtype)


def _from_any(value, dtype):
    if isinstance(value, (np.ndarray, np.generic)):
        return _from_array(value, dtype)
    if hasattr(value, "_array"):
        return _from_tensor(value, dtype)
    if isinstance(value, TensorShape):
        if not value.is_fully_defined():
            raise ValueError(f"Cannot convert a partially known TensorShape {value} to a Tensor.")
        return _from_sequence(value, value.as_list(), dtype or (None if value.rank else dtypes.int32))
    if isinstance(value, range):
        return _from_sequence(value, value, dtype or (None if len(value) else dtypes.int32))
    if hasattr(value, "__array__"):
        return _from_array(np.asarray(value), dtype)
    if _is_sequence(value):
        return _from_sequence(value, value, dtype)
    return _from_leaves(value, [value], {type(value)}, (), dtype)


# NumPy arrays and scalars.


def _from_tensor(tensor, dtype):
    if dtype is not None and tensor.dtype is not dtype:
        raise TypeError(f"Expected tensor {tensor} with dtype {dtype!r}, but got dtype {tensor.dtype!r}.")
    return _from_array(tensor._array, dtype)


def _from_array(array, dtype):
    if dtype is dtypes.string or (dtype is None and array.dtype.kind in "SUO"):
        return _strings_from_array(array)
    if dtype is None:
        try:
            dtype = dtypes.from_array_dtype(array.dtype)
        except TypeError:
            raise ValueError(
                f"Failed to convert a NumPy array to a Tensor (Unsupported numpy type: {array.dtype})."
            ) from None
    target = dtype.array_dtype
    if array.dtype != target or not array.dtype.isnative:
        with np.errstate(over="ignore", invalid="ignore"):
            array = np.array(array.astype(target), copy=None, order="C")
    elif isinstance(array, np.generic):
        return array  # scalars are immutable
    else:
        array = np.array(array, order="C")
    return array if array.ndim else array[()]


def _strings_from_array(array):
    array = np.asarray(array)  # a np.matrix does not become a vector
    elements = array.ravel().tolist() if array.dtype.kind == "O" else list(array.ravel())
    for element in elements:
        if not isinstance(element, (str, bytes)):
            name = type(element.item() if isinstance(element, np.generic) else element).__name__
            message = f"Failed to convert a NumPy array to a Tensor (Unsupported object type {name})."
            raise ValueError(message)
    return _strings(elements, array.shape)


def _strings(elements, shape):
    result = np.empty(len(elements), object)
    for i, element in enumerate(elements):
        result[i] = element.encode() if isinstance(element, str) else bytes(element)
    return result.reshape(shape)


# Python values. Sequences are unrolled one level at a time, so that the work is done by C loops.


def _is_sequence(value):
    kind = type(value)
    if kind is list or kind is tuple:
        return True
    if isinstance(value, (str, bytes, Mapping, np.generic)):
        return False
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return hasattr(value, "__getitem__") and hasattr(value, "__len__") and not isinstance(value, type)


def _from_sequence(value, elements, dtype):
    shape = (len(elements),)
    while True:
        kinds = set(map(type, elements))
        if kinds <= _PLAIN:
            return _from_leaves(value, elements, kinds, shape, dtype)
        if kinds == {np.ndarray} and _stackable(elements):
            block = np.stack(elements)
            return _from_leaves(value, block.ravel(), {block.dtype.type}, shape + block.shape[1:], dtype)
        if any(kind is np.ndarray or hasattr(kind, "_array") for kind in kinds):
            elements = [_bare(element) for element in elements]
            kinds = set(map(type, elements))
        if not _is_sequence(elements[0]):
            return _from_leaves(value, elements, kinds, shape, dtype)
        if not all(map(_is_sequence, elements)) or len(set(map(len, elements))) != 1:
            raise ValueError("Can't convert non-rectangular Python sequence to Tensor.")
        shape += (len(elements[0]),)
        elements = list(chain.from_iterable(elements))


def _stackable(arrays):
    """Whether these arrays of numbers are alike, so that there is no need to look at their elements."""
    first = arrays[0]
    return first.dtype.kind in "biufc" and all(
        array.shape == first.shape and array.dtype == first.dtype for array in arrays
    )


def _bare(element):
    """The NumPy value in a tensor or an array without axes; anything else as it is."""
    if hasattr(element, "_array"):
        element = element._array
    if isinstance(element, np.ndarray) and element.ndim == 0:
        return element[()]
    return element


_BOOL, _INT, _FLOAT, _COMPLEX, _STRING = "bool", "int", "float", "complex", "string"
_CATEGORIES = {bool: _BOOL, int: _INT, float: _FLOAT, complex: _COMPLEX, str: _STRING, bytes: _STRING}
_PLAIN = frozenset(_CATEGORIES)
# What may follow a first element of each category, and what results.
_MAY_FOLLOW = {
    _BOOL: {_BOOL},
    _INT: {_BOOL, _INT, _FLOAT},
    _FLOAT: {_BOOL, _INT, _FLOAT},
    _COMPLEX: {_BOOL, _INT, _FLOAT, _COMPLEX},
    _STRING: {_STRING},
}
# dtypes that take Python bools, not NumPy's, as 0 and 1. That the others do not is TensorFlow's choice.
_TAKE_BOOLS = frozenset(
    (
        dtypes.float16,
        dtypes.float32,
        dtypes.float64,
        dtypes.int32,
        dtypes.int64,
        dtypes.uint64,
        dtypes.complex128,
    )
)
_NAMES_IN_ERRORS = {dtypes.float16: "half", dtypes.float32: "float", dtypes.float64: "double"}


def _category(kind):
    """The category of a type of leaf, or None if tensors cannot hold it."""
    if kind in _CATEGORIES:
        return _CATEGORIES[kind]
    if issubclass(kind, (bool, np.bool_)):
        return _BOOL
    if issubclass(kind, (int, np.integer)):
        return _INT
    if issubclass(kind, (float, np.floating)):
        return _FLOAT
    if issubclass(kind, (complex, np.complexfloating)):
        return _COMPLEX
    if issubclass(kind, (str, bytes)):
        return _STRING
    if issubclass(kind, np.generic):  # bfloat16 and the like
        try:
            dtype = dtypes.as_dtype(kind)
        except TypeError:
            return None
        return _FLOAT if dtype.is_floating else _INT if dtype.is_integer else None
    return None


def _from_leaves(value, leaves, kinds, shape, dtype):
    """The array of `shape` with these elements, of the types `kinds`; messages show `value`."""
    if not len(leaves):
        return np.zeros(shape, np.float32 if dtype is None else dtype.array_dtype)
    first = _category(type(leaves[0]))
    if first is None:
        raise ValueError(
            f"Attempt to convert a value ({leaves[0]!r}) with an unsupported type ({type(leaves[0])}) to a Tensor."
        )
    categories = {_category(kind) for kind in kinds}
    if np.bool_ in kinds or not _adopts(dtype, categories):
        if not categories <= _MAY_FOLLOW[first]:
            raise ValueError("Can't convert Python sequence with mixed types to Tensor.")
        if dtype is not None and not _can_hold(dtype, first, categories):
            name = _NAMES_IN_ERRORS.get(dtype, dtype.name)
            raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype {name}")
    if _STRING in categories:
        return _strings(leaves, shape)
    with np.errstate(over="ignore", invalid="ignore"):
        array = _numbers(leaves, categories, dtype)
    return array.reshape(shape) if shape else array[0]


def _adopts(dtype, categories):
    """Whether `dtype` takes all these categories whatever comes first."""
    if dtype not in _TAKE_BOOLS:
        return False
    if dtype.is_integer:
        return categories <= {_BOOL, _INT}
    return categories <= ({_BOOL, _INT, _FLOAT, _COMPLEX} if dtype.is_complex else {_BOOL, _INT, _FLOAT})


def _can_hold(dtype, first, categories):
    """Whether `dtype` can hold the elements of a list that begins with the category `first`."""
    if first == _STRING:
        return dtype is dtypes.string
    if first == _BOOL:
        return dtype.is_bool
    if first == _COMPLEX:
        return dtype.is_complex
    if _FLOAT in categories or first == _FLOAT:
        return dtype.is_floating or dtype.is_complex
    return dtype.is_integer or dtype.is_floating or dtype.is_complex


def _numbers(leaves, categories, dtype):
    """A vector of numbers and bools, in `dtype` or in the dtype that follows from them."""
    if _COMPLEX in categories:
        return np.array(leaves, np.complex128 if dtype is None else dtype.array_dtype)
    if _FLOAT in categories:
        return _floats(leaves, dtype)
    if _INT in categories:
        return _ints(leaves, dtype)
    return np.array(leaves, np.bool_ if dtype is None else dtype.array_dtype)


def _floats(leaves, dtype):
    wide = np.array(leaves, np.float64)
    if dtype is not None:
        return wide.astype(dtype.array_dtype)
    first = type(leaves[0])
    if issubclass(first, np.generic) and _category(first) is _FLOAT:
        return wide.astype(first)  # NumPy floats keep their width
    narrow = wide.astype(np.float32)
    if not np.isfinite(narrow).all() and (np.isinf(narrow) & np.isfinite(wide)).any():
        raise ValueError(
            "Can't convert Python sequence with a value out of range for a double-precision float."
        )
    return narrow


def _ints(leaves, dtype):
    """A vector of ints. Those beyond `dtype` wrap around; those beyond int64 (or uint64) are refused."""
    unsigned = dtype is dtypes.uint64
    try:
        wide = np.array(leaves, np.uint64 if unsigned else np.int64)
    except OverflowError:
        if dtype is None or not (dtype.is_floating or dtype.is_complex):
            raise ValueError("Can't convert Python sequence with out-of-range integer to Tensor.") from None
        return _huge_ints(leaves, dtype)
    if dtype is not None:
        return wide.astype(dtype.array_dtype)
    narrow = wide.astype(np.int32)
    return narrow if (narrow == wide).all() else wide


def _huge_ints(leaves, dtype):
    try:
        return np.array(leaves, np.float64).astype(dtype.array_dtype)
    except OverflowError:
        raise ValueError("Can't convert Python sequence with out-of-range integer to Tensor.") from None
