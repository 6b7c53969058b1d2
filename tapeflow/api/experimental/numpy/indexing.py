"""Elements by place or by condition, and what stands between brackets by NumPy's rules."""

import numbers

import numpy

from tapeflow.api import arrays, math
from tapeflow.api.casting import cast
from tapeflow.api.experimental.numpy.conversion import promoted, tensor_of
from tapeflow.api.experimental.numpy.layout import broadcast_together, moveaxis, nonzero, ravel, swapaxes
from tapeflow.api.selection import where as choose
from tapeflow.core import dtypes as types
from tapeflow.core.size import Size
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.ops.brackets import getitem as basic_getitem

__all__ = ["compress", "select", "take", "take_along_axis", "where"]


def where(condition, x=None, y=None):
    """Elements of x where the condition holds, of y elsewhere; without x and y, the places where it holds.

    >>> tf.experimental.numpy.where([True, False], [1, 2], 0.5).numpy()
    array([1. , 0.5])
    """
    condition = tensor_of(condition, types.bool)
    if x is None and y is None:
        return nonzero(condition)
    if x is None or y is None:
        raise ValueError("Both x and y must be ndarrays, or both must be None.")
    return choose(condition, *promoted(x, y))


def select(condlist, choicelist, default=0):
    """Each element from the first choice whose condition holds, `default` where none does.

    Raises ValueError for lists of other lengths, or of none.

    >>> x = tf.constant([1, 2, 3])
    >>> tf.experimental.numpy.select([x < 2, x > 2], [x, x * 10]).numpy()
    array([ 1,  0, 30], dtype=int32)
    """
    if len(condlist) != len(choicelist):
        raise ValueError(
            f"condlist must have length equal to choicelist ({len(condlist)} vs {len(choicelist)})"
        )
    if not condlist:
        raise ValueError("condlist must be non-empty")
    result, *choices = promoted(default, *choicelist)
    for condition, choice in zip(reversed(condlist), reversed(choices), strict=True):
        result = where(condition, choice, result)
    return result


def compress(condition, a, axis=None):
    """The parts along an axis, or the elements in a row, for which a vector of bools holds; those beyond it do not."""
    condition, a = tensor_of(condition, types.bool), tensor_of(a)
    if condition.ndim != 1:
        raise ValueError("condition must be a 1-d array.")
    if axis is None or not a.ndim:
        a, axis = ravel(a), 0
    axis = axis + a.ndim if axis < 0 else axis
    assert 0 <= axis < a.ndim, f"axis {axis} is out of bounds for an array with {a.ndim} axes"
    missing = a.dims[axis] - condition.dims[0]
    if missing > 0:
        condition = arrays.pad(condition, [[0, missing]])
    return arrays.boolean_mask(a, condition, axis=axis)


def take(a, indices, axis=None, out=None, mode="clip"):
    """The parts along an axis, or the elements in a row, at places; places beyond the ends are clipped or wrapped.

    Raises ValueError for the mode "raise" and for `out`.
    """
    if out is not None:
        raise ValueError("out argument is not supported in take.")
    if mode not in ("raise", "clip", "wrap"):
        raise ValueError(f"Invalid mode '{mode}' for take")
    if mode == "raise":
        raise ValueError("The 'raise' mode to take is not supported.")
    a, indices = tensor_of(a), tensor_of(indices)
    if axis is None:
        a, axis = ravel(a), 0
    size = arrays.shape(a, out_type=indices.dtype)[axis]
    if mode == "clip":
        indices = math.maximum(math.minimum(indices, size - 1), cast(0, indices.dtype))
    else:
        indices = math.floormod(indices, size)
    return arrays.gather(a, indices, axis=axis)


def take_along_axis(arr, indices, axis):
    """The elements at places along an axis: one place for each element of the result.

    The other axes broadcast.

    >>> tf.experimental.numpy.take_along_axis([[1, 2], [3, 4]], [[1], [0]], axis=1).numpy()
    array([[2],
           [3]])
    """
    arr, indices = tensor_of(arr), tensor_of(indices)
    if axis is None:
        arr, axis = ravel(arr), 0
    axis = axis + arr.ndim if axis < 0 else axis
    arr, indices = swapaxes(arr, axis, -1), swapaxes(indices, axis, -1)
    before = arrays.broadcast_dynamic_shape(arrays.shape(arr)[:-1], arrays.shape(indices)[:-1])
    arr = arrays.broadcast_to(arr, arrays.concat([before, arrays.shape(arr)[-1:]], 0))
    indices = arrays.broadcast_to(indices, arrays.concat([before, arrays.shape(indices)[-1:]], 0))
    places = _from_start(indices, arrays.shape(arr, out_type=indices.dtype)[-1])
    return swapaxes(arrays.gather(arr, places, batch_dims=arr.ndim - 1), axis, -1)


def _from_start(indices, sizes):
    """Places of which negative ones count from the end, counted from the start."""
    return choose(indices < 0, indices + sizes, indices)


# Brackets.

_NO_INDEX = (
    "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are "
    "valid indices"
)
_BASIC = frozenset({int, slice, type(None), type(Ellipsis), Size})


def getitem(tensor, key):
    """The part of a tensor that a key between brackets names by NumPy's rules.

    Beside what every tensor takes there may be arrays of places, which broadcast together, and vectors of bools. Their
    axes are where the first of them stands if they stand side by side, else in front. An int removes its axis and
    counts as no array, as in TensorFlow. IndexError for what is no index, NotImplementedError for a bool array of other
    than one axis among other entries.
    """
    kind = type(key)
    if kind in _BASIC:
        return basic_getitem(tensor, key)
    if _is_mask(key):
        return arrays.boolean_mask(tensor, key)
    entries = key if kind is tuple else _entries(key)
    plain, arrays_at = [], {}
    for place, entry in enumerate(entries):
        if type(entry) in _BASIC:
            plain.append(entry)
            continue
        found = _number_or_places(entry)
        if isinstance(found, Tensor) and found.ndim:
            arrays_at[place] = found
            plain.append(slice(None))
        else:
            plain.append(found)
    part = basic_getitem(tensor, tuple(plain))
    return (
        _gathered(part, _axes_of(plain, arrays_at, part.ndim), list(arrays_at.values()))
        if arrays_at
        else part
    )


def _is_mask(key):
    return isinstance(key, bool) or getattr(key, "dtype", None) in (types.bool, numpy.dtype(bool))


def _entries(key):
    """The entries of a key that is no tuple: a list is one array of places unless it holds what only an index can."""
    if isinstance(key, list) and any(
        each is None or each is Ellipsis or isinstance(each, list | tuple | slice) or getattr(each, "ndim", 0)
        for each in key
    ):
        return tuple(key)
    return (key,)


def _number_or_places(entry):
    """An entry as an int, or as a tensor of integers, of bools the places where they hold."""
    if isinstance(entry, numbers.Integral) and not isinstance(entry, bool):
        return int(entry)
    if isinstance(entry, slice):
        return entry
    found = tensor_of(entry)
    if found.dtype is types.bool:
        if found.ndim != 1:
            raise NotImplementedError(f"Need rank 1 for bool index {entry}")
        return ravel(choose(found))
    if not found.dtype.is_integer or found.dtype is types.uint64:
        raise IndexError(f"{_NO_INDEX}, got {entry!r}")
    if found.ndim or type(found) is not EagerTensor:
        return cast(
            found, types.int64 if found.dtype.size == 8 or found.dtype is types.uint32 else types.int32
        )
    return int(found)


def _axes_of(plain, arrays_at, rank):
    """The axes of the part that the arrays of places belong to, and whether these stand side by side."""
    places = list(arrays_at)
    ellipsis = plain.index(Ellipsis) if Ellipsis in plain else len(plain)
    axes = []
    for place in places:
        if place < ellipsis:
            axes.append(sum(1 for entry in plain[:place] if not _removes_axis(entry)))
        else:
            axes.append(rank - sum(1 for entry in plain[place:] if not _removes_axis(entry)))
    side_by_side = places[0] > ellipsis or places[-1] < ellipsis
    side_by_side = side_by_side and axes == list(range(axes[0], axes[0] + len(axes)))
    return axes, side_by_side


def _removes_axis(entry):
    return isinstance(entry, int | Size | Tensor)


def _gathered(part, where_axes, places):
    axes, side_by_side = where_axes
    places = broadcast_together(*promoted(*places)) if len(places) > 1 else places
    if len(axes) == 1:
        size = arrays.shape(part, out_type=places[0].dtype)[axes[0]]
        return arrays.gather(part, _from_start(places[0], size), axis=axes[0])
    part = moveaxis(part, axes, list(range(len(axes))))
    stacked = arrays.stack(places, axis=-1)
    sizes = arrays.shape(part, out_type=stacked.dtype)[: len(axes)]
    found = arrays.gather_nd(part, _from_start(stacked, sizes))
    if not side_by_side or axes[0] == 0:
        return found
    count = stacked.ndim - 1
    return moveaxis(found, list(range(count)), list(range(axes[0], axes[0] + count)))
