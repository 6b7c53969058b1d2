"""Where the elements of sparse tensors go: every computation on places alone, which no gradient flows through.

A step takes vectors and matrices of integers (places `[n, rank]`, shapes `[rank]`) and says which elements to gather or
to add up; the elements themselves move by ordinary ops, so that their gradients need no rule here.
"""

import numpy

from tapeflow.core.dtypes import int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import spec_of

STEPS = {}
"""The steps by their names: (kernel, shapes of the results)."""


@op("SparseIndices", any_rank=True)
def sparse_indices(xp, *values, step, settings=(), dims=()):
    """The results of the step of this name, int64 each. `dims` are sizes of its results that are known."""
    kernel, _ = STEPS[step]
    with numpy.errstate(all="ignore"):
        found = kernel(*values, *settings)
    return tuple([numpy.asarray(each, numpy.int64) for each in found])


@sparse_indices.spec
def _(*values, step, settings=(), dims=()):
    _, shapes = STEPS[step]
    return tuple([spec_of(each, int64) for each in shapes(dims, *[value.dims for value in values])])


no_gradient(sparse_indices)


def _step(shapes):
    """Decorator: enters a step; `shapes(dims, *input_dims)` gives the dims of its results, None if unknown."""

    def enter(kernel):
        STEPS[kernel.__name__.strip("_")] = kernel, shapes
        return kernel

    return enter


def flat(indices, shape):
    """The number of each place, counted row after row. InvalidArgumentError for one outside of the shape."""
    outside = ((indices < 0) | (indices >= shape)).any(axis=1)
    if outside.any():
        first = int(outside.argmax())
        raise _invalid(
            f"indices[{first}] = {_text(indices[first])} is out of bounds: need 0 <= index < {_text(shape)}"
        )
    return indices @ _strides(shape)


def places(numbers, shape):
    """The places `[n, rank]` of numbers counted row after row."""
    strides = _strides(shape)
    return (numbers[:, None] // strides) % numpy.maximum(shape, 1)


def _strides(shape):
    return numpy.concatenate(
        [numpy.cumprod(shape[:0:-1])[::-1], numpy.ones(min(len(shape), 1), numpy.int64)]
    ).astype(numpy.int64)


def check_order(indices, numbers):
    """InvalidArgumentError unless the numbers of places ascend."""
    steps = numpy.diff(numbers)
    if (steps > 0).all():
        return
    first = int((steps <= 0).argmax())
    fault = (
        "is repeated"
        if steps[first] == 0
        else "is out of order. Many sparse ops require sorted indices.\n"
        "    Use `tf.sparse.reorder` to create a correctly ordered copy.\n\n"
    )
    raise _invalid(f"indices[{first + 1}] = {_text(indices[first + 1])} {fault}")


@_step(lambda dims, indices: (indices[:1],))
def _order(indices):
    """In which order to take elements so that their places ascend."""
    return (numpy.lexsort(indices.T[::-1]) if indices.shape[1] else numpy.arange(len(indices)),)


@_step(lambda dims, indices, shape: (dims,))
def _filled(indices, shape, validate):
    """For every element of the whole which one it is; the number after the last where there is none."""
    numbers = flat(indices, shape)
    if validate:
        check_order(indices, numbers)
    chosen = numpy.full(int(numpy.prod(shape)), len(indices))
    chosen[numbers] = numpy.arange(len(indices))
    return (chosen.reshape(shape),)


@_step(lambda dims, a, b, shape: ((None, a[1]), (None,), (None,)))
def _union(a, b, shape):
    """The places that either has, and which element of a and of b is there (the number after the last: none)."""
    first, second = flat(a, shape), flat(b, shape)
    numbers = numpy.union1d(first, second)
    return places(numbers, shape), _find(first, numbers), _find(second, numbers)


def _find(numbers, wanted):
    order = numpy.argsort(numbers, kind="stable")
    position = numpy.searchsorted(numbers[order], wanted)
    found = numpy.append(order, len(numbers))[position]
    return numpy.where(numpy.append(numbers, -1)[found] == wanted, found, len(numbers))


@_step(lambda dims, before, wanted: (wanted,))
def _new_shape(before, wanted):
    """The shape that is wanted, with the size in place of -1. InvalidArgumentError if it has other elements."""
    count = int(numpy.prod(before))
    unknown = wanted == -1
    if unknown.sum() > 1:
        raise _invalid(f"only one output shape size may be -1, not {_text(wanted)}")
    known = int(numpy.prod(wanted[~unknown]))
    found = numpy.where(unknown, count // known if known else 0, wanted)
    if int(numpy.prod(found)) != count:
        raise _invalid(
            f"Input to reshape is a tensor with {count} dense values, but the requested shape {_text(wanted)} differs"
        )
    return (found,)


@_step(lambda dims, indices, before, after: ((indices[0], after[0]),))
def _reshaped(indices, before, after):
    """The places in another shape of as many elements."""
    return (places(flat(indices, before), after),)


@_step(lambda dims, indices, shape: ((None, indices[1]), (None,), (None,), (indices[0],)))
def _with_rows_filled(indices, shape):
    """Places with one more in each empty row, which element each is, which rows are empty, where each went."""
    rows = indices[:, 0]
    outside = (rows < 0) | (rows >= shape[0])
    if outside.any():
        first = int(outside.argmax())
        raise _invalid(f"indices({first}, 0) is invalid: {rows[first]} >= {shape[0]}")
    empty = numpy.bincount(rows, minlength=shape[0]) == 0
    added = numpy.zeros((int(empty.sum()), indices.shape[1]), numpy.int64)
    added[:, 0] = numpy.flatnonzero(empty)
    every = numpy.concatenate([indices, added])
    order = numpy.argsort(every[:, 0], kind="stable")
    moved = numpy.empty(len(order), numpy.int64)
    moved[order] = numpy.arange(len(order))
    return every[order], numpy.minimum(order, len(indices)), empty, moved[: len(indices)]


@_step(lambda dims, indices, shape: ((None, dims[0]), (indices[0],)))
def _groups(indices, shape, axes, keepdims):
    """The places that are left when only `axes` count, in order, and to which of them each element belongs."""
    kept = shape[list(axes)]
    numbers, group = numpy.unique(indices[:, list(axes)] @ _strides(kept), return_inverse=True)
    found = places(numbers, kept)
    if keepdims:
        found, narrow = numpy.zeros((len(numbers), len(shape)), numpy.int64), found
        found[:, list(axes)] = narrow
    return found, group.reshape(-1)


@_step(lambda dims, indices, start, size: ((None,),))
def _inside(indices, start, size):
    """Which elements lie in the box of this size from `start` on."""
    return (numpy.flatnonzero(((indices >= start) & (indices < start + size)).all(axis=1)),)


@_step(lambda dims, a, b, a_shape, b_shape: ((None,), (None,), (None,), (None, a[1])))
def _products(a, b, a_shape, b_shape):
    """Pairs of elements that meet in a matrix product, the element of the result that each adds to, and its places."""
    if not numpy.array_equal(a_shape[:-2], b_shape[:-2]) or a_shape[-1] != b_shape[-2]:
        raise _invalid(f"Matrix products need fitting shapes, not {_text(a_shape)} and {_text(b_shape)}")
    batch = a_shape[:-2]
    key_shape = numpy.append(batch, a_shape[-1])
    a_keys = a[:, [*range(len(batch)), a.shape[1] - 1]] @ _strides(key_shape)
    b_keys = b[:, : b.shape[1] - 1] @ _strides(key_shape)
    order = numpy.argsort(b_keys, kind="stable")
    start = numpy.searchsorted(b_keys[order], a_keys, "left")
    count = numpy.searchsorted(b_keys[order], a_keys, "right") - start
    first = numpy.repeat(numpy.arange(len(a)), count)
    within = numpy.arange(len(first)) - numpy.repeat(numpy.cumsum(count) - count, count)
    second = order[numpy.repeat(start, count) + within]
    shape = numpy.concatenate([a_shape[:-1], b_shape[-1:]])
    numbers = numpy.concatenate([a[first, :-1], b[second, -1:]], axis=1) @ _strides(shape)
    numbers, group = numpy.unique(numbers, return_inverse=True)
    return first, second, group.reshape(-1), places(numbers, shape)


@_step(lambda dims, indices, values: ((None, dims[0]), (None,)))
def _counted_groups(indices, values, size, columns):
    """The pairs of a row and a value below `size`, each once and in order, and each element's pair (-1: none)."""
    kept = values < size if size > 0 else values >= 0
    rows = numpy.concatenate([indices[:, : columns - 1], values[:, None]], axis=1)[kept]
    found, group = numpy.unique(rows, axis=0, return_inverse=True)
    every = numpy.full(len(values), -1)
    every[kept] = group.reshape(-1)
    return found, every


@_step(lambda dims, values: ((1,),))
def _counted_size(values, least, most):
    """How many numbers bincount tells of. InvalidArgumentError for a negative value."""
    if (values < 0).any():
        raise _invalid("Input values must all be non-negative")
    return ([most if most > 0 else max(int(values.max(initial=-1)) + 1, least, 0)],)


def _invalid(message):
    return InvalidArgumentError(None, None, message)


def _text(numbers):
    return f"[{','.join(map(str, numbers))}]"
