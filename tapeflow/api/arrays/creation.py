"""Tensors of zeros, ones and other patterns."""

import math
from operator import index as as_int

import numpy

from tapeflow.api.arrays.arguments import ints, wrong_attribute
from tapeflow.api.arrays.conversion import convert_to_tensor
from tapeflow.core import dtypes as types
from tapeflow.core.arguments import traced_ints
from tapeflow.core.dtypes import as_dtype, float32
from tapeflow.core.eager import constant as embedded
from tapeflow.core.errors import invalid, out_of_memory
from tapeflow.core.operands import as_tensor, operands
from tapeflow.core.size import certainly_less, has_sizes
from tapeflow.core.tensor import Tensor
from tapeflow.ops import creation, encoding
from tapeflow.ops.arithmetic import divide, subtract
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.casting import cast
from tapeflow.ops.layout import concat, reshape

__all__ = ["eye", "fill", "linspace", "one_hot", "ones", "ones_like", "range", "zeros", "zeros_like"]

_range = range  # this module's own `range` is TensorFlow's


def zeros(shape, dtype=float32, name=None, layout=None):
    """A tensor of zeros; of False for tf.bool and of empty strings for tf.string.

    Raises InvalidArgumentError for a negative size.

    >>> tf.zeros([2, 3], tf.int32).numpy()
    array([[0, 0, 0],
           [0, 0, 0]], dtype=int32)
    """
    _no_layout(layout)
    return creation.zeros(_dims(shape, types.int32), as_dtype(dtype))


def ones(shape, dtype=float32, name=None, layout=None):
    """A tensor of ones; of True for tf.bool.

    Raises InvalidArgumentError for a negative size and TypeError for tf.string.

    >>> tf.ones([2]).numpy()
    array([1., 1.], dtype=float32)
    """
    _no_layout(layout)
    dtype = as_dtype(dtype)
    if dtype is types.string:
        raise TypeError("Cannot convert 1 to EagerTensor of dtype string")
    return creation.ones(_dims(shape, types.int32), dtype)


def _dims(shape, dtype=None):
    dims = ints(shape, "Fill", "index_type", dtype)
    for size in dims:
        if size < 0:
            raise invalid(f"Dimension {size} must be >= 0", "Fill")
    return dims


def _no_layout(layout):
    if layout is not None:
        raise NotImplementedError("Layouts belong to DTensor, which is not available: leave `layout` out.")


def zeros_like(input, dtype=None, name=None, layout=None):
    """Zeros in the shape of `input`, and in its dtype unless another is given.

    >>> tf.zeros_like([1.5, 2.5]).numpy()
    array([0., 0.], dtype=float32)
    """
    _no_layout(layout)
    tensor = as_tensor(input)
    return creation.zeros(tensor.dims, tensor._dtype if dtype is None else as_dtype(dtype))


def ones_like(input, dtype=None, name=None, layout=None):
    """Ones in the shape of `input`, and in its dtype unless another is given.

    Raises InvalidArgumentError for strings.

    >>> tf.ones_like([1.5, 2.5]).numpy()
    array([1., 1.], dtype=float32)
    """
    _no_layout(layout)
    tensor = as_tensor(input)
    dtype = tensor._dtype if dtype is None else as_dtype(dtype)
    if dtype is types.string:
        allowed = sorted(types.NUMBERS | {types.bool}, key=int)
        raise wrong_attribute("T", dtype, allowed, "OnesLike")
    return creation.ones(tensor.dims, dtype)


def fill(dims, value, name=None):
    """A tensor of the shape `dims` in which every element is the scalar `value`; gradients flow to it.

    Raises InvalidArgumentError for a negative size or a value with several elements.

    >>> tf.fill([2, 2], 9).numpy()
    array([[9, 9],
           [9, 9]], dtype=int32)
    """
    dims = _dims(dims)
    tensor = as_tensor(value)
    if tensor.dims not in ((), (1,)):
        raise invalid(f"value must be a scalar, got shape {tensor.shape}", "Fill")
    if dims and not isinstance(value, Tensor) and not has_sizes(dims):
        try:
            return embedded(numpy.full(dims, tensor._array, tensor._dtype.array_dtype), tensor._dtype)
        except MemoryError as error:
            raise out_of_memory(error, "Fill") from error
    return broadcast_to(reshape(tensor, dims=()) if tensor.dims else tensor, dims=dims)


def eye(num_rows, num_columns=None, batch_shape=None, dtype=float32, name=None):
    """The identity matrix: ones on the main diagonal, zeros elsewhere.

    Args:
      num_rows, num_columns: the sizes; without num_columns the matrix is square.
      batch_shape: leading axes along which the matrix is repeated.
      dtype: the dtype.

    Raises TypeError for sizes that are no integers and InvalidArgumentError for negative ones.

    >>> tf.eye(2).numpy()
    array([[1., 0.],
           [0., 1.]], dtype=float32)
    """
    columns = num_rows if num_columns is None else num_columns
    try:
        dims = as_int(num_rows), as_int(columns)
    except TypeError:
        raise TypeError(
            "Arguments `num_rows` and `num_columns` must be positive integer values. "
            f"Received: num_rows={num_rows}, num_columns={columns}"
        ) from None
    dims = _dims(dims)
    dtype = as_dtype(dtype)
    try:
        matrix = numpy.eye(*dims, dtype=dtype.array_dtype)
    except MemoryError as error:
        raise out_of_memory(error, "MatrixDiagV3") from error
    if batch_shape is not None:
        matrix = numpy.broadcast_to(matrix, (*_dims(batch_shape), *dims))
    return embedded(matrix, dtype)


_RANGE_DTYPES = types.REALS - {types.uint8}
_HIERARCHY = (types.int32, types.int64, types.float16, types.bfloat16, types.float32, types.float64)


def range(start, limit=None, delta=1, dtype=None, name="range"):
    """The numbers start, start + delta, start + 2 delta, ... short of `limit`.

    Args:
      start: the first number; the limit, if it is the only argument: then the numbers begin with 0.
      limit: the number before which they end.
      delta: the step.
      dtype: the dtype; without it the widest of those of the arguments.

    Raises InvalidArgumentError if `delta` is 0 or leads away from `limit`.

    >>> tf.range(3, 18, 5).numpy()
    array([ 3,  8, 13], dtype=int32)
    """
    if limit is None:
        start, limit = 0, start
    if dtype is None and type(start) is type(limit) is type(delta) is int and _are_short(start, limit, delta):
        return embedded(_progression(start, limit, delta, types.int32), types.int32)
    wanted = None if dtype is None else as_dtype(dtype)
    bounds = [
        cast(each, wanted) if isinstance(each, Tensor) and wanted is not None else as_tensor(each, wanted)
        for each in (start, limit, delta)
    ]
    for each in bounds:
        if each._dtype in (types.bool, types.string):
            raise TypeError(f"tf.range counts numbers, not {each._dtype.name}: {each!r}")
    found = wanted or max([each._dtype for each in bounds], key=_width)
    if found not in _RANGE_DTYPES:
        allowed = sorted(_RANGE_DTYPES, key=int)
        raise wrong_attribute("Tidx", found, allowed, "Range")
    numbers = []
    for each, argument in zip(bounds, ("start", "limit", "delta"), strict=True):
        if each.dims:
            raise invalid(f"{argument} must be a scalar, not shape {list(each.dims)}", "Range")
        if getattr(each, "tracer", None) is not None and each.value.constant is None:
            return creation.progression(*[cast(bound, found) for bound in bounds])
        numbers.append(found.array_dtype.type(each._array).item())
    try:
        return embedded(_progression(*numbers, found), found)
    except MemoryError as error:
        raise out_of_memory(error, "Range") from error


def _width(dtype):
    return _HIERARCHY.index(dtype) if dtype in _HIERARCHY else -1


def _are_short(*numbers):
    """Whether int32 holds all these ints."""
    return min(numbers) >= -0x80000000 and max(numbers) <= 0x7FFFFFFF


def _progression(start, limit, delta, dtype):
    if delta == 0:
        raise invalid(f"Requires delta != 0: {delta}", "Range")
    if (limit - start) * delta < 0:
        relation = "start <= limit when delta > 0" if delta > 0 else "start >= limit when delta < 0"
        raise invalid(f"Requires {relation}: {start}/{limit}", "Range")
    if dtype.is_integer:
        return numpy.arange(start, limit, delta, dtype.array_dtype)
    scalar = dtype.array_dtype.type
    count = float(
        (scalar(limit) - scalar(start)) / scalar(delta)
    )  # rounded as the dtype rounds, as in TensorFlow
    steps = numpy.arange(math.ceil(abs(count))).astype(dtype.array_dtype)
    return scalar(start) + steps * scalar(delta)


def linspace(start, stop, num, name=None, axis=0):
    """`num` numbers evenly spread from `start` to `stop`, both included, along a new axis.

    Args:
      start, stop: numbers or tensors, which broadcast; integers are taken as float64.
      num: how many; 1 gives `start` alone.
      axis: where the new axis goes.

    >>> tf.linspace(10.0, 12.0, 3).numpy()
    array([10., 11., 12.], dtype=float32)
    """
    if not isinstance(num, int | numpy.integer):
        num = as_tensor(num)
        if not num.dtype.is_integer:
            raise TypeError(
                f"Argument `tensor` (name: num) must be of type integer. Received `tensor` = {num} of dtype: "
                f"{num.dtype}"
            )
    num = as_int(num)
    if num < 0:
        raise invalid(f"num must not be negative, got {num}", "Range")
    start, stop = operands(start, stop)
    if start._dtype.is_integer:
        start, stop = cast(start, types.float64), cast(stop, types.float64)
    delta = subtract(stop, start)
    dims = delta.dims
    axis = _inserted_axis(axis, len(dims))
    apart = (*dims[:axis], 1, *dims[axis:])
    first, last = [reshape(broadcast_to(each, dims=dims), dims=apart) for each in (start, stop)]
    if num <= 1:
        return first if num == 1 else first[(slice(None),) * axis + (slice(0, 0),)]
    dtype = start._dtype
    line = cast(range(1, num - 1), dtype)
    steps = reshape(line, dims=tuple([num - 2 if place == axis else 1 for place in _range(len(apart))]))
    delta = divide(reshape(delta, dims=apart), creation.full((), num - 1, dtype))
    return concat(first, first + delta * steps, last, axis=axis)


def _inserted_axis(axis, rank):
    axis = as_int(axis)
    if not -rank - 1 <= axis <= rank:
        raise invalid(f"Tried to expand dim index {axis} for tensor with {rank} dimensions.", "ExpandDims")
    return axis + rank + 1 if axis < 0 else axis


def one_hot(indices, depth, on_value=None, off_value=None, axis=None, dtype=None, name=None):
    """Vectors, along a new axis of size `depth`, with `on_value` at the index and `off_value` elsewhere.

    Args:
      indices: integers; one outside of [0, depth) gives a vector of off_value alone.
      depth: the size of the new axis.
      on_value, off_value: scalars of one dtype, 1 and 0 unless given.
      axis: where the new axis goes; -1, the end, unless given.
      dtype: the dtype; that of the values unless given, float32 without them.

    Raises TypeError if the dtypes do not fit together.

    >>> tf.one_hot([0, 2], 3).numpy()
    array([[1., 0., 0.],
           [0., 0., 1.]], dtype=float32)
    """
    on, off = _on_and_off(on_value, off_value, None if dtype is None else as_dtype(dtype))
    indices = as_tensor(indices)
    allowed = (types.uint8, types.int8, types.int32, types.int64)
    if indices._dtype not in allowed:
        raise wrong_attribute("TI", indices._dtype, allowed, "OneHot")
    traced = traced_ints(depth)
    depth = as_int(depth) if traced is None else traced[0]
    if certainly_less(depth, 0):
        raise invalid(f"depth must be non-negative, got: {depth}", "OneHot")
    rank = len(indices.dims)
    axis = -1 if axis is None else as_int(axis)
    if axis < -1 or axis > rank:
        raise invalid(f"Expected axis to be -1 or between [0, {rank + 1}).  But received: {axis}", "OneHot")
    return encoding.one_hot(indices, on, off, depth=depth, axis=rank if axis == -1 else axis)


def _on_and_off(on_value, off_value, dtype):
    """The two values as scalars of one dtype."""
    on = None if on_value is None else convert_to_tensor(on_value, dtype_hint=dtype)
    off = None if off_value is None else convert_to_tensor(off_value, dtype_hint=dtype)
    for name, value in (("on_value", on), ("off_value", off)):
        if value is not None and dtype is not None and value._dtype is not dtype:
            raise TypeError(f"dtype {value._dtype} of {name} does not match dtype parameter {dtype}")
    if on is not None and off is not None and on._dtype is not off._dtype:
        raise TypeError(f"dtype {on._dtype} of on_value does not match dtype {off._dtype} of off_value")
    if dtype is None:
        given = off if on is None else on
        dtype = float32 if given is None else given._dtype
    if dtype is types.string and (on is None or off is None):
        raise TypeError("One-hot strings need both on_value and off_value.")
    on = creation.full((), 1, dtype) if on is None else on
    return on, creation.full((), 0, dtype) if off is None else off
