"""Order: sorting along an axis, the greatest k, places in sorted rows, permutations."""

import itertools

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.size import certainly_less
from tapeflow.ops.gathering import add_at
from tapeflow.ops.layout import move_axis, reshape

_FEW = 32
"""Up to this many elements in a row, sorting all of them is quicker than looking for the greatest first."""
_SMALL = 2048
"""Up to this many elements in all, the shortest way is the quickest."""


def _falling(x):
    """Numbers in the opposite order: to sort them is to sort x from the greatest on, NaN last again."""
    return ~x if x.dtype.kind in "iu" else -x


def _stable_order(x, axis):
    """The indices along `axis` that sort x, equal elements in their order, NaN last.

    NumPy sorts integers of 64 bits several times faster than it finds a stable order, so those of 32 bits are sorted
    with their index behind them. The bits of floating numbers are in order once those of negative ones are turned.
    """
    if x.dtype.char not in "fi" or x.size <= _SMALL:
        return numpy.argsort(x, axis=axis, kind="stable")
    x = numpy.moveaxis(x, axis, -1)
    if x.dtype.char == "f":
        x = numpy.where(
            numpy.isnan(x), numpy.float32(numpy.nan), x + numpy.float32(0)
        )  # one NaN, and -0 is 0
        x = x.view(numpy.int32)
        x = x ^ ((x >> 31) & 0x7FFFFFFF)
    key = x.astype(numpy.int64) << 32 | numpy.arange(x.shape[-1])
    key.sort(axis=-1)
    return numpy.moveaxis(key & 0xFFFFFFFF, -1, axis)


def _put_back(g, indices, size, axis):
    """Zeros, `size` of them along `axis`, with the elements of g in the places that the indices name."""
    last = len(g.dims) - 1
    rows, places = move_axis(g, axis, last), move_axis(indices, axis, last)
    return move_axis(add_at(rows, places, size=size, axis=last, batch_dims=last), last, axis)


@op("Sort", accepts=types.REALS, result="same")
def sort(xp, x, *, axis, descending):
    """The elements of x in order along `axis`; NaN comes last."""
    if not descending:
        return xp.sort(x, axis=axis)
    return _falling(xp.sort(_falling(x), axis=axis))


sort.spec(lambda x, axis, descending: x)
sort.grad(
    x=lambda g, x, axis, descending: _put_back(
        g, argsort(x, axis=axis, descending=descending), x.dims[axis], axis
    )
)
sort.batch(lambda x, axis, descending: sort(x, axis=axis + 1, descending=descending))


@op("ArgSort", accepts=types.REALS, result=types.int32)
def argsort(xp, x, *, axis, descending):
    """The indices along `axis` that sort x; equal elements keep their order, NaN comes last."""
    return _stable_order(_falling(x) if descending else x, axis).astype(xp.int32)


argsort.spec(lambda x, axis, descending: x.with_dtype(types.int32))
argsort.batch(lambda x, axis, descending: argsort(x, axis=axis + 1, descending=descending))


@op("TopKV2", accepts=types.REALS)
def top_k(xp, x, *, k, sorted, index_type):
    """The k greatest elements of each row (the last axis) and their indices; of equal ones, the first.

    Greatest first if `sorted`, else (unless all are wanted) in the order in which they stand in x.
    """
    if not 0 <= k <= x.shape[-1]:
        raise ValueError("k is out of range.")  # the spec rule says it better
    key = _falling(x)
    indices = _first_k(key, k)
    if indices is None:
        indices = _stable_order(key, -1)[..., :k]
        if not sorted and k < x.shape[-1]:
            indices = xp.sort(indices, axis=-1)
    elif sorted:
        order = xp.argsort(xp.take_along_axis(key, indices, -1), axis=-1, kind="stable")
        indices = xp.take_along_axis(indices, order, -1)
    return xp.take_along_axis(x, indices, -1), indices.astype(index_type.array_dtype)


def _first_k(key, k):
    """The indices, in increasing order, of the k least elements of each row; None: better to sort it all."""
    size = key.shape[-1]
    if size <= _FEW or key.size <= _SMALL or not 0 < k < size:
        return None
    limit = numpy.partition(key, k - 1, axis=-1)[..., k - 1 : k]
    chosen = key <= limit
    count = numpy.count_nonzero(chosen)
    wanted = key.size // size * k
    if count > wanted:  # there are ties at the limit: the first of them win
        below = key < limit
        tied = chosen & ~below
        missing = k - numpy.count_nonzero(below, axis=-1, keepdims=True)
        chosen = below | (tied & (numpy.cumsum(tied, axis=-1) <= missing))
    elif count < wanted:
        return None  # NaN
    return numpy.nonzero(chosen)[-1].reshape(*key.shape[:-1], k)


@top_k.spec
def _(x, k, sorted, index_type):
    dims = x.dims
    if dims is not None:
        if not dims:
            raise InvalidArgumentError(None, None, "input must be >= 1-D, got shape []")
        if certainly_less(k, 0):
            raise InvalidArgumentError(None, None, f"Need k >= 0, got {k}")
        if dims[-1] is not None and certainly_less(dims[-1], k):
            raise InvalidArgumentError(
                None, None, f"input must have at least k columns. Had {dims[-1]}, needed {k}"
            )
        dims = (*dims[:-1], k)
    return x.with_dims(dims), x.with_dims(dims).with_dtype(index_type)


top_k.grad(x=lambda g, y, x_shape: _put_back(g[0], y[1], x_shape[-1], len(x_shape) - 1))
top_k.batch(top_k)


@op("InTopKV2", accepts=frozenset([types.float32]), result=types.bool)
def in_top_k(xp, predictions, targets, *, k):
    """Whether fewer than k classes (columns) are predicted to be likelier than the target, for each row.

    False if the target is no class, or if a prediction in the row is not finite.
    """
    _check_targets(predictions.shape, targets.shape)
    rows, classes = predictions.shape
    known = (targets >= 0) & (targets < classes) & xp.isfinite(predictions).all(axis=1)
    if not classes:
        return known
    predicted = predictions[xp.arange(rows), xp.where(known, targets, 0)]
    return known & ((predictions > predicted[:, None]).sum(axis=1) < k)


def _check_targets(predictions, targets):
    message = None
    if predictions is not None and len(predictions) != 2:
        message = "predictions must be 2-dimensional"
    elif targets is not None and len(targets) != 1:
        message = "targets must be 1-dimensional"
    elif (
        None not in (predictions, targets) and predictions[0] != targets[0] and predictions[0] and targets[0]
    ):
        message = f"First dimension of predictions {predictions[0]} must match length of targets {targets[0]}"
    if message:
        raise InvalidArgumentError(None, None, message)


@in_top_k.spec
def _(predictions, targets, k):
    _check_targets(predictions.dims, targets.dims)
    return targets.with_dtype(types.bool)


@in_top_k.batch
def _(predictions, targets, k):
    size, rows, classes = predictions.dims
    flat = reshape(predictions, dims=(size * rows, classes)), reshape(targets, dims=(size * rows,))
    return reshape(in_top_k(*flat, k=k), dims=(size, rows))


# Places in sorted rows.


def _bound(type_name):
    """Decorator: an op that finds where values belong in sorted rows, before or behind equal elements."""

    def make(kernel):
        made = op(type_name, accepts=types.REALS, uniform=True)(kernel)

        @made.spec
        def _(rows, values, dtype):
            if rows.dims is not None and values.dims is not None:
                unlike = [
                    a != b and None not in (a, b)
                    for a, b in zip(rows.dims[:-1], values.dims[:-1], strict=False)
                ]
                if len(rows.dims) != len(values.dims) or any(unlike):
                    raise InvalidArgumentError(None, None, "Leading dim_size of both tensors must match.")
            return values.with_dtype(dtype)

        made.batch(made)
        return made

    return make


def _places(rows, values, side, dtype):
    if rows.ndim != values.ndim or rows.shape[:-1] != values.shape[:-1]:
        raise ValueError("Leading dim_size of both tensors must match.")
    size = rows.shape[-1]
    if rows.size == size:  # a single row
        found = numpy.searchsorted(rows.reshape(size), values.reshape(-1), side)
        return found.reshape(values.shape).astype(dtype.array_dtype)
    low = numpy.zeros(values.shape, numpy.intp)
    high = numpy.full(values.shape, size)
    for _ in range(size.bit_length()):  # all binary searches at once
        middle = (low + high) >> 1
        pivot = numpy.take_along_axis(rows, numpy.minimum(middle, size - 1), -1)
        right = (pivot < values if side == "left" else pivot <= values) & (low < high)
        low, high = numpy.where(right, middle + 1, low), numpy.where(right, high, middle)
    return low.astype(dtype.array_dtype)


@_bound("LowerBound")
def lower_bound(xp, rows, values, *, dtype):
    """How many elements of the sorted row are less than each value in the same row of `values`."""
    return _places(rows, values, "left", dtype)


@_bound("UpperBound")
def upper_bound(xp, rows, values, *, dtype):
    """How many elements of the sorted row are not greater than each value in the same row of `values`."""
    return _places(rows, values, "right", dtype)


@op(
    "Bucketize",
    accepts=frozenset([types.int32, types.int64, types.float32, types.float64]),
    result=types.int32,
)
def bucketize(xp, x, *, boundaries):
    """How many of the sorted boundaries are not greater than each element of x."""
    if any(low > high for low, high in itertools.pairwise(boundaries)):
        raise InvalidArgumentError(None, None, "Expected sorted boundaries [Op:Bucketize]")
    return xp.searchsorted(xp.array(boundaries, xp.float32), x, "right").astype(xp.int32)


bucketize.spec(lambda x, boundaries: x.with_dtype(types.int32))
bucketize.batch(bucketize)


# Permutations.


@op("InvertPermutation", accepts=frozenset([types.int32, types.int64]), result="same")
def invert_permutation(xp, x):
    """The permutation that undoes x, a vector that holds each of 0 to n - 1 once."""
    if x.ndim != 1:
        raise ValueError("not a vector")  # the spec rule says it better
    size = len(x)
    if size and (x.min() < 0 or x.max() >= size):
        wrong = x[(x < 0) | (x >= size)][0]
        raise InvalidArgumentError(None, None, f"{wrong} is not between 0 and {size} [Op:InvertPermutation]")
    inverted = numpy.full(size, -1, x.dtype)
    inverted[x] = numpy.arange(size, dtype=x.dtype)
    if size and inverted.min() < 0:
        values, counts = numpy.unique(x, return_counts=True)
        raise InvalidArgumentError(
            None, None, f"{values[counts > 1][0]} is duplicated in the input. [Op:InvertPermutation]"
        )
    return inverted


@invert_permutation.spec
def _(x):
    if x.dims is not None and len(x.dims) != 1:
        raise InvalidArgumentError(None, None, "invert_permutation expects a 1D vector.")
    return x


no_gradient(argsort, in_top_k, lower_bound, upper_bound, bucketize, invert_permutation)
