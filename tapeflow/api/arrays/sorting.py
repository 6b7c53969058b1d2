"""Order and its relatives: sorting, places in sorted rows, unique elements, histograms."""

from collections import namedtuple
from math import prod

from tapeflow.core import dtypes as types
from tapeflow.core.arguments import scalar_int
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor, operands
from tapeflow.ops import arithmetic, counting, rounding, sorting
from tapeflow.ops.casting import cast, true_divide
from tapeflow.ops.creation import full
from tapeflow.ops.layout import reshape, unstack

__all__ = [
    "argsort",
    "histogram_fixed_width",
    "histogram_fixed_width_bins",
    "searchsorted",
    "sort",
    "unique",
    "unique_with_counts",
]

Unique = namedtuple("Unique", "y idx")
UniqueWithCounts = namedtuple("UniqueWithCounts", "y idx count")


def sort(values, axis=-1, direction="ASCENDING", name=None):
    """The elements in order along `axis`, of real numbers of any dtype. NaN comes last.

    direction: "ASCENDING" or "DESCENDING", else ValueError. Raises InvalidArgumentError if there is no such
    axis.

    >>> tf.sort([1.0, 10.0, 26.9, 2.8], direction="DESCENDING")
    <tf.Tensor: shape=(4,), dtype=float32, numpy=array([26.9, 10. ,  2.8,  1. ], dtype=float32)>
    """
    return _ordered(sorting.sort, values, axis, direction)


def argsort(values, axis=-1, direction="ASCENDING", stable=False, name=None):
    """The int32 indices along `axis` that put the elements in order. NaN comes last.

    Equal elements always keep their order, whether `stable` asks for it or not. `direction` and errors as
    in `sort`.

    >>> tf.argsort([1.0, 10.0, 26.9, 2.8])
    <tf.Tensor: shape=(4,), dtype=int32, numpy=array([0, 3, 1, 2], dtype=int32)>
    """
    return _ordered(sorting.argsort, values, axis, direction)


def _ordered(op, values, axis, direction):
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(
            f"Argument `direction` should be one of ASCENDING, DESCENDING. Received: direction={direction}"
        )
    values = as_tensor(values)
    axis = as_tensor(axis)
    if axis.ndim:
        raise ValueError(f"Argument `axis` must be a constant scalar. Received: axis={axis}.")
    axis, rank = int(axis), values.ndim
    if not -rank <= axis < rank:
        raise InvalidArgumentError(
            None, None, f"slice index {axis} of dimension 0 out of bounds: the values have {rank} axes."
        )
    return op(values, axis=axis % rank, descending=direction == "DESCENDING")


def searchsorted(sorted_sequence, values, side="left", out_type=types.int32, name=None):
    """Where the values belong in the sorted rows (the last axis) with the same leading indices.

    With `side="left"` the number of elements less than the value, with "right" of those not greater. Both
    must have as many rows and the same dtype, else InvalidArgumentError; ValueError for another
    side. out_type: int32 or int64.

    >>> tf.searchsorted([1, 3, 5], [0, 3, 6])
    <tf.Tensor: shape=(3,), dtype=int32, numpy=array([0, 1, 3], dtype=int32)>
    """
    if side not in ("left", "right"):
        raise ValueError(f"Argument `side` must be either 'right' or 'left'. Received: `side` = '{side}'.")
    rows, values = as_tensor(sorted_sequence), as_tensor(values)
    dtype = _index_type(out_type, "out_type", "UpperBound" if side == "right" else "LowerBound")
    if not (rows.ndim and values.ndim):
        raise InvalidArgumentError(None, None, "`sorted_sequence` and `values` must have at least one axis.")
    if rows.dims[:-1] != values.dims[:-1] and prod(rows.dims[:-1]) == prod(values.dims[:-1]):
        rows = reshape(rows, dims=(*values.dims[:-1], rows.dims[-1]))  # as many rows, however arranged
    return (sorting.upper_bound if side == "right" else sorting.lower_bound)(rows, values, dtype=dtype)


def _index_type(dtype, what, type_name):
    dtype = types.as_dtype(dtype)
    if dtype not in (types.int32, types.int64):
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr '{what}' of {dtype.name} is not in the list of allowed values: int32, int64 "
            f"[Op:{type_name}]",
        )
    return dtype


def _vector(x, type_name):
    x = as_tensor(x)
    if x.ndim != 1:
        raise InvalidArgumentError(None, None, f"unique expects a 1D vector. [Op:{type_name}]")
    return x


def unique(x, out_idx=types.int32, name=None):
    """The different elements of a vector, in the order in which they come, and which of them each is.

    Returns the named tuple (y, idx): `x[i] == y[idx[i]]`; `idx` as `out_idx`, int32 or int64. NaN differs
    from itself. Raises InvalidArgumentError if `x` is no vector.

    >>> y, idx = tf.unique([3, 1, 3, 2])
    >>> y.numpy(), idx.numpy()
    (array([3, 1, 2], dtype=int32), array([0, 1, 0, 2], dtype=int32))
    """
    dtype = _index_type(out_idx, "out_idx", "Unique")
    return Unique(*counting.unique(_vector(x, "Unique"), axis=0, index_type=dtype))


def unique_with_counts(x, out_idx=types.int32, name=None):
    """As `unique`, with a third result `count`, as `out_idx`: how often each different element comes.

    >>> tf.unique_with_counts([3, 1, 3, 2]).count
    <tf.Tensor: shape=(3,), dtype=int32, numpy=array([2, 1, 1], dtype=int32)>
    """
    dtype = _index_type(out_idx, "out_idx", "UniqueWithCounts")
    return UniqueWithCounts(
        *counting.unique_with_counts(_vector(x, "UniqueWithCounts"), axis=0, index_type=dtype)
    )


def histogram_fixed_width(values, value_range, nbins=100, dtype=types.int32, name=None):
    """How many of the values lie in each of `nbins` equal parts between the two limits in `value_range`.

    Values beyond the limits count in the outermost parts. values: int32, int64, float32 or float64,
    `value_range` a pair of the same dtype; dtype: int32 or int64. Raises InvalidArgumentError for limits
    that do not rise, for NaN and if `nbins` is not positive.

    >>> tf.histogram_fixed_width([-1.0, 0.0, 1.5, 2.0, 5.0, 15.0], [0.0, 5.0], nbins=5)
    <tf.Tensor: shape=(5,), dtype=int32, numpy=array([2, 1, 1, 0, 2], dtype=int32)>
    """
    dtype = _index_type(dtype, "dtype", "HistogramFixedWidth")
    values, limits = operands(as_tensor(values), value_range)
    return counting.histogram(values, limits, bins=scalar_int(nbins, "nbins"), dtype=dtype)


def histogram_fixed_width_bins(values, value_range, nbins=100, dtype=types.int32, name=None):
    """The number of the part in which each value lies: see `histogram_fixed_width`. Floating values only.

    >>> tf.histogram_fixed_width_bins([-1.0, 0.0, 1.5, 2.0, 5.0, 15.0], [0.0, 5.0], nbins=5)
    <tf.Tensor: shape=(6,), dtype=int32, numpy=array([0, 0, 1, 2, 4, 4], dtype=int32)>
    """
    nbins = scalar_int(nbins, "nbins")
    if nbins <= 0:
        raise InvalidArgumentError(None, None, f"nbins must be positive, but is {nbins}")
    values, limits = as_tensor(values), as_tensor(value_range)
    low, high = unstack(limits, axis=0)
    scaled = true_divide(arithmetic.subtract(values, low), arithmetic.subtract(high, low))
    bins = arithmetic.multiply(full((), nbins, values._dtype), scaled)
    places = cast(rounding.floor(bins), types.int32)
    clipped = arithmetic.minimum(
        arithmetic.maximum(places, full((), 0, types.int32)), full((), nbins - 1, types.int32)
    )
    return cast(clipped, _index_type(dtype, "dtype", "HistogramFixedWidth"))
