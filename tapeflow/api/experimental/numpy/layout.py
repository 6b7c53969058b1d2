"""The same elements in other shapes and orders, joined and cut into parts."""

import numpy

from tapeflow.api import arrays
from tapeflow.api.experimental.numpy.conversion import (
    keeps_weakness,
    promoted,
    tensor_of,
)
from tapeflow.api.experimental.numpy.promotion import result_type
from tapeflow.api.selection import where
from tapeflow.core import dtypes as types
from tapeflow.core.tensor import Tensor

__all__ = [
    "append",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_arrays",
    "concatenate",
    "dsplit",
    "dstack",
    "expand_dims",
    "flatten",
    "flip",
    "fliplr",
    "flipud",
    "hsplit",
    "hstack",
    "moveaxis",
    "ndim",
    "isscalar",
    "nonzero",
    "pad",
    "ravel",
    "repeat",
    "reshape",
    "roll",
    "rot90",
    "shape",
    "size",
    "split",
    "squeeze",
    "stack",
    "swapaxes",
    "tile",
    "transpose",
    "vsplit",
    "vstack",
]


def shape(a):
    """The shape of an array, a TensorShape."""
    return tensor_of(a).shape


def ndim(a):
    """The number of axes of an array."""
    return tensor_of(a).ndim


def isscalar(num):
    """Whether a value has no axes."""
    return ndim(num) == 0


def size(x, axis=None):
    """The number of elements of an array; NotImplementedError for an axis."""
    if axis is not None:
        raise NotImplementedError("axis argument is not supported in the current `np.size` implementation")
    if isinstance(x, int | float | numpy.int32 | numpy.int64 | numpy.float32):
        return 1
    tensor = tensor_of(x)
    if tensor.shape.is_fully_defined():
        return numpy.prod(tensor.shape.as_list(), dtype=int)
    return arrays.size(tensor)


@keeps_weakness
def reshape(a, newshape, order="C"):
    """The elements in another shape, read row by row ("C") or column by column ("F").

    >>> tf.experimental.numpy.reshape([1, 2, 3, 4], (2, 2), order="F").numpy()
    array([[1, 3],
           [2, 4]])
    """
    if order not in ("C", "F"):
        raise ValueError(f"Unsupported order argument {order}")
    a = tensor_of(a)
    if isinstance(newshape, int | numpy.integer):
        newshape = [newshape]
    if order == "C":
        return arrays.reshape(a, newshape)
    return arrays.transpose(arrays.reshape(arrays.transpose(a), newshape[::-1]))


@keeps_weakness
def ravel(a):
    """All elements in a row."""
    return arrays.reshape(tensor_of(a), [-1])


@keeps_weakness
def flatten(a, order="C"):
    """All elements in a row, read row by row ("C", "A", "K") or column by column ("F")."""
    if order not in ("C", "A", "K", "F"):
        raise ValueError("order can only be C, A, K (all row major) or F (column major).")
    a = tensor_of(a)
    return arrays.reshape(arrays.transpose(a) if order == "F" else a, [-1])


@keeps_weakness
def expand_dims(a, axis):
    """The array with a new axis of size 1."""
    return arrays.expand_dims(tensor_of(a), axis)


@keeps_weakness
def squeeze(a, axis=None):
    """The array without its axes of size 1, or without those that are named."""
    return arrays.squeeze(tensor_of(a), axis)


@keeps_weakness
def transpose(a, axes=None):
    """The array with its axes in another order; reversed unless `axes` says so."""
    return arrays.transpose(tensor_of(a), axes)


def _positive(axis, rank):
    return axis + rank if axis < 0 else axis


@keeps_weakness
def swapaxes(a, axis1, axis2):
    """The array with two axes exchanged."""
    a = tensor_of(a)
    order = list(range(a.ndim))
    first, second = (_positive(int(axis), a.ndim) for axis in (axis1, axis2))
    order[first], order[second] = second, first
    return arrays.transpose(a, order)


def _as_axes(axes, rank):
    return [_positive(int(axis), rank) for axis in ((axes,) if isinstance(axes, int) else axes)]


@keeps_weakness
def moveaxis(a, source, destination):
    """The array with the axes `source` at the places `destination`, the others in their order.

    Raises ValueError for lists of different lengths.
    """
    a = tensor_of(a)
    source, destination = _as_axes(source, a.ndim), _as_axes(destination, a.ndim)
    if len(source) != len(destination):
        raise ValueError("The lengths of source and destination must equal")
    order = [axis for axis in range(a.ndim) if axis not in source]
    for place, axis in sorted(zip(destination, source, strict=True)):
        assert place <= len(order), f"destination {place} is beyond the axes of the array"
        order.insert(place, axis)
    return arrays.transpose(a, order)


@keeps_weakness
def flip(m, axis=None):
    """The elements in reverse order along an axis, or along all."""
    m = tensor_of(m)
    return arrays.reverse(m, list(range(m.ndim)) if axis is None else [_positive(axis, m.ndim)])


@keeps_weakness
def flipud(m):
    """The rows in reverse order."""
    return flip(m, 0)


@keeps_weakness
def fliplr(m):
    """The columns in reverse order."""
    return flip(m, 1)


def roll(a, shift, axis=None):
    """The elements moved along an axis, or as if they were in a row; what leaves at one end comes in at the other."""
    a = tensor_of(a)
    if axis is not None:
        return arrays.roll(a, shift, axis)
    return arrays.reshape(arrays.roll(arrays.reshape(a, [-1]), shift, 0), arrays.shape(a))


@keeps_weakness
def rot90(m, k=1, axes=(0, 1)):
    """The array turned `k` times by a right angle in the plane of two axes, from the first towards the second."""
    m = tensor_of(m)
    first, second = (_positive(axis, m.ndim) for axis in axes)
    turns = k % 4
    if turns == 0:
        return m
    if turns == 2:
        return flip(flip(m, first), second)
    if turns == 1:
        return swapaxes(flip(m, second), first, second)
    return flip(swapaxes(m, first, second), second)


@keeps_weakness
def repeat(a, repeats, axis=None):
    """Each element, or each part along an axis, `repeats` times, which may be a number for each."""
    return arrays.repeat(tensor_of(a), tensor_of(repeats), axis)


def tile(a, reps):
    """The array repeated side by side, `reps` times along the last axes.

    >>> tf.experimental.numpy.tile([1, 2], (2, 2)).numpy()
    array([[1, 2, 1, 2],
           [1, 2, 1, 2]])
    """
    a = tensor_of(a)
    reps = arrays.reshape(tensor_of(reps, types.int32), [-1])
    count = reps.dims[0]
    if count < a.ndim:
        reps = arrays.pad(reps, [[a.ndim - count, 0]], constant_values=1)
    return arrays.tile(_with_axes(a, count), reps)


def _with_axes(a, count):
    """The array with new first axes, so that it has at least `count`."""
    for _ in range(count - a.ndim):
        a = arrays.expand_dims(a, 0)
    return a


def pad(array, pad_width, mode, **kwargs):
    """The array with margins of the widths `[[before, after], ...]`.

    `mode` is "constant" (with `constant_values`), "reflect" or "symmetric"; ValueError otherwise.
    """
    if mode not in ("constant", "reflect", "symmetric"):
        raise ValueError("Unsupported padding mode: " + mode)
    return arrays.pad(
        tensor_of(array),
        tensor_of(pad_width, types.int32),
        mode.upper(),
        constant_values=kwargs.get("constant_values", 0),
    )


def _one_or_list(function, values):
    found = [function(value) for value in values]
    return found[0] if len(found) == 1 else found


def atleast_1d(*arys):
    """Arrays with at least one axis; one array, or a list of several."""
    return _one_or_list(_atleast_1d, arys)


def atleast_2d(*arys):
    """Arrays with at least two axes, new ones first; one array, or a list of several."""
    return _one_or_list(_atleast_2d, arys)


def atleast_3d(*arys):
    """Arrays with at least three axes; the elements of a vector lie along the middle one."""
    return _one_or_list(_atleast_3d, arys)


@keeps_weakness
def _atleast_1d(a):
    return _with_axes(tensor_of(a), 1)


@keeps_weakness
def _atleast_2d(a):
    return _with_axes(tensor_of(a), 2)


@keeps_weakness
def _atleast_3d(a):
    a = _with_axes(tensor_of(a), 2)
    return arrays.expand_dims(a, -1) if a.ndim == 2 else a


def nonzero(a):
    """The places of the elements that are not zero, one array for each axis."""
    a = _atleast_1d(a)
    a = a if isinstance(a, Tensor) else a.tensor
    return arrays.unstack(where(tensor_of(a, types.bool)), num=a.ndim, axis=1)


def broadcast_arrays(*args, **kwargs):
    """Arrays in the shape that all of them broadcast to."""
    if kwargs.pop("subok", False):
        raise ValueError("subok=True is not supported.")
    if kwargs:
        raise ValueError(f"Received unsupported arguments {kwargs.keys()}")
    return broadcast_together(*[tensor_of(each) for each in args])


def broadcast_together(*tensors):
    """Tensors in the shape that all of them broadcast to."""
    if len(tensors) <= 1:
        return tensors
    whole = arrays.shape(tensors[0])
    for each in tensors[1:]:
        whole = arrays.broadcast_dynamic_shape(whole, arrays.shape(each))
    return [arrays.broadcast_to(each, whole) for each in tensors]


def concatenate(arys, axis=0):
    """Arrays one after the other along an axis, in the dtype in which they meet; ValueError if there are none.

    >>> tf.experimental.numpy.concatenate([[1], [2.5]]).numpy()
    array([1. , 2.5])
    """
    arys = list(arys) if isinstance(arys, list | tuple) else [arys]
    if not arys:
        raise ValueError(f"Need at least one array to concatenate. Received empty input: arys={arys}")
    dtype = result_type(*arys)
    return arrays.concat([tensor_of(each, dtype) for each in arys], axis)


def append(arr, values, axis=None):
    """Two arrays one after the other along an axis, or all their elements in a row."""
    if axis is None:
        return concatenate([ravel(arr), ravel(values)], 0)
    return concatenate([arr, values], axis)


def stack(arrays_, axis=0):
    """Arrays of one shape along a new axis, in the dtype in which they meet."""
    if isinstance(arrays_, Tensor):
        return arrays_ if axis == 0 else swapaxes(arrays_, 0, axis)
    return arrays.stack(promoted(*arrays_), axis)


def hstack(tup):
    """Arrays side by side: along their second axis, vectors along the first."""
    found = promoted(*[atleast_1d(each) for each in tup])
    return arrays.concat(found, 0 if found[0].ndim == 1 else 1)


def vstack(tup):
    """Arrays one below the other: along the first axis; vectors are rows."""
    return arrays.concat(promoted(*[atleast_2d(each) for each in tup]), 0)


def dstack(tup):
    """Arrays one behind the other: along the third axis."""
    return arrays.concat(promoted(*[atleast_3d(each) for each in tup]), 2)


def split(ary, indices_or_sections, axis=0):
    """Parts of an array along an axis: as many as a number says, or cut at places.

    Raises ValueError for places that go down, or an axis that is not there.
    """
    ary = tensor_of(ary)
    if not isinstance(indices_or_sections, int):
        indices_or_sections = _sizes_between(ary, indices_or_sections, axis)
    return arrays.split(ary, indices_or_sections, axis=axis)


def _sizes_between(ary, places, axis):
    """How many elements each part has that is cut off at `places`."""
    if axis >= ary.ndim:
        raise ValueError(f"axis {axis} is out of bound for shape {ary.shape}")
    left = ary.dims[axis]
    sizes = []
    before = 0
    for number, place in enumerate(places):
        if place < before:
            raise ValueError(
                f"The {number}-th boundary {place} is smaller than the previous boundary {before}"
            )
        sizes.append(min(place - before, max(0, left)))
        left -= sizes[-1]
        before = place
    return [*sizes, max(0, left)]


def _split_evenly(ary, indices_or_sections, axis):
    ary = tensor_of(ary)
    if isinstance(indices_or_sections, int) and ary.dims[axis] % indices_or_sections:
        raise ValueError("array split does not result in an equal division")
    return split(ary, indices_or_sections, axis)


def vsplit(ary, indices_or_sections):
    """Parts of an array along its first axis."""
    return _split_evenly(ary, indices_or_sections, 0)


def hsplit(ary, indices_or_sections):
    """Parts of an array along its second axis, of a vector along its first."""
    return _split_evenly(ary, indices_or_sections, 0 if ndim(ary) == 1 else 1)


def dsplit(ary, indices_or_sections):
    """Parts of an array along its third axis."""
    return _split_evenly(ary, indices_or_sections, 2)
