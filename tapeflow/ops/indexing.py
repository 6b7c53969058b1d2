"""Basic indexing, `x[1, ::2, ..., None]`: one op whose parameter is the index, and its transpose.

An index is a tuple of ints, `(start, stop, step)` triples (slices, which Python 3.11 cannot hash), Ellipsis,
and None for a new axis. NumPy reads it as it is, so the result is a view.
"""

import numpy

from tapeflow.core.errors import invalid
from tapeflow.core.op import op
from tapeflow.core.size import has_sizes

ALL = (None, None, None)
"""The triple of the slice that takes everything."""


@op("StridedSlice", result="same", linear=True)
def strided_slice(xp, x, *, index):
    """The part of x that the basic index names, as a view."""
    return boxed(x[numpy_index(index)])


@strided_slice.spec
def _(x, index):
    if x.dims is None:
        return x
    return x.with_dims(indexed_dims(x.dims, index))


strided_slice.grad(x=lambda g, index, x_shape: strided_slice_grad(g, index=index, dims=x_shape))
strided_slice.batch(lambda x, index: strided_slice(x, index=(ALL, *index)))
strided_slice.lower(lambda e, at, x, index: x[_source(at, index, x.dims)])


@op("StridedSliceGrad", result="same", linear=True)
def strided_slice_grad(xp, x, *, index, dims):
    """Zeros of shape `dims` with x in the place that the basic index names."""
    whole = xp.zeros(dims, x.dtype)
    whole[numpy_index(index)] = x
    return whole


@strided_slice_grad.lower
def _(e, at, x, index, dims):
    """Zero, but in the places that the index names: there what the slice holds."""
    spent = sum([entry is not None and entry is not Ellipsis for entry in index])
    inside, place = None, []
    axis = 0
    for entry in (*index, Ellipsis):
        if entry is None:
            place.append(0)
        elif entry is Ellipsis:
            covered = len(dims) - spent
            place += at[axis : axis + covered]
            axis += covered
            spent = len(dims)
        else:
            chosen, holds = _chosen(e, at[axis], entry, dims[axis])
            place += chosen
            for each in holds:
                inside = each if inside is None else e.logical_and(inside, each)
            axis += 1
    if 0 in x.dims:
        return e.constant(0, x.dtype)
    element = x[tuple(place)]
    return element if inside is None else e.select(inside, element, 0)


def _chosen(e, at, entry, size):
    """(where along its axis of the slice the element at `at` is taken from, what must hold for that), as lists."""
    if type(entry) is not tuple:
        return [], [e.equal(at, entry % size)]
    start, _, step = slice(*entry).indices(size)
    count = len(range(*slice(*entry).indices(size)))
    if (start, step, count) == (0, 1, size):
        return [at], []
    offset = at - start if step > 0 else start - at
    stride = abs(step)
    holds = [offset >= 0, offset < count * stride] + ([e.equal(offset % stride, 0)] if stride > 1 else [])
    within = e.minimum(e.maximum(offset, 0), max(count, 1) * stride - 1)
    return [within // stride if stride > 1 else within], holds


strided_slice_grad.spec(lambda x, index, dims: x.with_dims(dims))
strided_slice_grad.grad(x=lambda g, index: strided_slice(g, index=index))
strided_slice_grad.batch(
    lambda x, index, dims: strided_slice_grad(x, index=(ALL, *index), dims=(x.dims[0], *dims))
)


@op("Slice", result="same", linear=True)
def block(xp, x, *, begin, size):
    """The block of x that begins at `begin` and has the shape `size`, -1 for all that remains of an axis.

    Only a program has it whose numbers are not known while it is traced.
    """
    index = []
    for axis, (whole, start, count) in enumerate(zip(x.shape, begin, size, strict=True)):
        if not 0 <= start <= whole:
            raise invalid(f"Expected begin[{axis}] in [0, {whole}], but got {start}")
        if not -1 <= count <= whole - start:
            raise invalid(f"Expected size[{axis}] in [0, {whole - start}], but got {count}")
        index.append(slice(start, whole if count == -1 else start + count))
    return x[tuple(index)]


@block.spec
def _(x, begin, size):
    if x.dims is None:
        return x
    triples = zip(x.dims, begin, size, strict=True)
    return x.with_dims(
        tuple(
            [
                None
                if has_sizes((start, count))
                else count
                if count != -1
                else _sliced_size(whole, (start, None, None))
                for whole, start, count in triples
            ]
        )
    )


def _block_grad(g, begin, x_shape):
    index = [(start, start + count, None) for start, count in zip(begin, g.dims, strict=True)]
    return strided_slice_grad(g, index=tuple(index), dims=x_shape)


block.grad(x=_block_grad)


@block.expand
def _(x, begin, size):
    ends = [None if count == -1 else start + count for start, count in zip(begin, size, strict=True)]
    return strided_slice(x, index=tuple([(start, end, None) for start, end in zip(begin, ends, strict=True)]))


block.batch(lambda x, begin, size: block(x, begin=(0, *begin), size=(-1, *size)))


def numpy_index(index):
    """What NumPy's brackets take for the canonical `index`."""
    return tuple([slice(*entry) if type(entry) is tuple else entry for entry in index])


def boxed(element):
    """Indexing gives a bare bytes object for one string; tensors hold it in an array without axes."""
    return numpy.array(element, object) if type(element) is bytes else element


def indexed_dims(dims, index):
    """The shape after basic indexing; raises TensorFlow's error for an index that does not fit."""
    spent = sum([entry is not None and entry is not Ellipsis for entry in index])
    if index.count(Ellipsis) > 1:
        raise invalid("Multiple ellipses in slice spec not allowed")
    if spent > len(dims):
        if not dims:
            raise invalid("Attempting to slice scalar input.")
        message = f"Index out of range using input dim {len(dims)}; input has only {len(dims)} dims"
        raise invalid(message)
    result = []
    axis = 0
    for position, entry in enumerate(index):
        if entry is None:
            result.append(1)
        elif entry is Ellipsis:
            covered = len(dims) - spent
            result += dims[axis : axis + covered]
            axis += covered
        elif type(entry) is tuple:
            if entry[2] == 0:
                raise invalid(f"strides[{position}] must be non-zero")
            result.append(_sliced_size(dims[axis], entry))
            axis += 1
        else:
            size = dims[axis]
            if size is not None and not -size <= entry < size:
                place = entry + size if entry < 0 else entry
                message = f"slice index {place} of dimension {axis} out of bounds."
                raise invalid(message)
            axis += 1
    return (*result, *dims[axis:])


def _sliced_size(size, bounds):
    if has_sizes(bounds):
        return None
    if size is None:
        return (
            None if bounds[0] is not None or bounds[1] is not None or bounds[2] not in (None, 1, -1) else size
        )
    return len(range(*slice(*bounds).indices(size)))


def _source(at, index, dims):
    """Where the element at `at` of what the index names stands in a tensor of shape `dims`."""
    spent = sum([entry is not None and entry is not Ellipsis for entry in index])
    place = []
    position = 0  # in `at`
    for entry in (*index, Ellipsis):
        if entry is None:
            position += 1
        elif entry is Ellipsis:  # the one that stands for what is left comes last, if there is no other
            covered = len(dims) - spent
            place += at[position : position + covered]
            position += covered
            spent = len(dims)
        elif type(entry) is tuple:
            start, _, step = slice(*entry).indices(dims[len(place)])
            place.append(start + at[position] * step)
            position += 1
        else:
            place.append(entry % dims[len(place)])
    return tuple(place)
