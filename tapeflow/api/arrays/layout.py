"""Reshaping, joining, splitting and reordering tensors. No element is computed; most results are views."""

from math import prod
from operator import index as as_int

from tapeflow.api.arrays.arguments import axis_in, axis_of_result, int_array, ints
from tapeflow.core.dtypes import int32
from tapeflow.core.errors import InvalidArgumentError, invalid
from tapeflow.core.operands import as_tensor, as_tensors
from tapeflow.core.shapes import bracketed
from tapeflow.core.size import UnknownSizeError, certainly_less, has_sizes, may_equal
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.ops import broadcasting, gathering, layout, repetition
from tapeflow.ops.arithmetic import conjugate
from tapeflow.ops.broadcasting import broadcast_to as broadcast_to_op

__all__ = [
    "broadcast_to",
    "concat",
    "expand_dims",
    "meshgrid",
    "parallel_stack",
    "repeat",
    "reshape",
    "reverse",
    "reverse_sequence",
    "roll",
    "split",
    "squeeze",
    "stack",
    "tile",
    "transpose",
    "unstack",
]


def reshape(tensor, shape, name=None):
    """The same elements, in the same order, in another shape.

    Args:
      tensor: the tensor.
      shape: the sizes, of which one may be -1: as many as there are elements for.

    Raises InvalidArgumentError if the number of elements is not that of the shape.

    >>> tf.reshape([[1, 2, 3], [4, 5, 6]], [3, -1]).numpy()
    array([[1, 2],
           [3, 4],
           [5, 6]], dtype=int32)
    """
    if not isinstance(tensor, Tensor):
        tensor = as_tensor(tensor)
    dims = ints(shape, "Reshape")
    if any([size < 0 for size in dims]):
        dims = _resolved(dims, tensor.dims)
    return layout.reshape(tensor, dims=dims)


def _resolved(dims, found):
    """The shape `dims` with the size that -1 stands for in a tensor of shape `found`."""
    unknown = None
    for position, size in enumerate(dims):
        if size == -1 and unknown is None:
            unknown = position
        elif size == -1:
            raise invalid(f"Only one input size may be -1, not both {unknown} and {position}", "Reshape")
        elif size < 0:
            raise invalid(f"Size {position} must be non-negative, not {size}", "Reshape")
    if found is None or None in found:
        return dims
    known, count = -prod(dims), prod(found)
    if known == 0 and has_sizes(found):
        raise UnknownSizeError("Which sizes are zero is not known while a program is traced.")
    if known == 0:  # the sizes besides the zeros decide, as in TensorFlow
        known, count = prod([size for size in dims if size > 0]), prod([size for size in found if size])
    rest = count % known
    if rest and type(rest) is int:
        raise invalid(
            f"Input to reshape is a tensor with {count} values, but the requested shape requires a multiple "
            f"of {known}",
            "Reshape",
        )
    return (*dims[:unknown], count // known, *dims[unknown + 1 :])


def transpose(a, perm=None, conjugate=False, name="transpose"):
    """The tensor with its axes in another order, and perhaps conjugated.

    Args:
      a: the tensor.
      perm: axis i of the result is axis perm[i] of `a`; the reverse order unless given.
      conjugate: whether complex elements are conjugated.

    Raises InvalidArgumentError if `perm` is no permutation of the axes.

    >>> tf.transpose([[1, 2, 3], [4, 5, 6]]).numpy()
    array([[1, 4],
           [2, 5],
           [3, 6]], dtype=int32)
    """
    tensor = as_tensor(a)
    rank = len(tensor.dims)
    perm = tuple(range(rank - 1, -1, -1)) if perm is None else _permutation(perm, rank)
    result = layout.transpose(tensor, perm=perm)
    return _conjugate(result) if conjugate else result


_conjugate = conjugate  # the argument of `transpose` hides it


def _permutation(perm, rank):
    if not isinstance(perm, list | tuple) and int_array(perm, "Transpose", "Tperm").ndim != 1:
        raise invalid("perm must be rank 1, got shape []", "Transpose")
    perm = ints(perm, "Transpose", "Tperm")
    if len(perm) != rank:
        raise invalid(
            f"transpose expects a vector of size {rank}. But input(1) is a vector of size {len(perm)}",
            "Transpose",
        )
    for axis in perm:
        if not -rank <= axis < rank:
            raise invalid(f"{axis} is out of range [0 .. {rank})", "Transpose")
    perm = tuple([axis % rank for axis in perm])
    for axis in range(rank):
        if axis not in perm:
            listed = ",".join(map(str, perm))
            raise invalid(f"{axis} is missing from {{{listed}}}.", "Transpose")
    return perm


def squeeze(input, axis=None, name=None):
    """The tensor without its axes of size 1: without those in `axis`, or without all of them.

    Raises InvalidArgumentError if an axis in `axis` has another size.

    >>> tf.squeeze([[[1], [2]]]).numpy()
    array([1, 2], dtype=int32)
    """
    tensor = as_tensor(input)
    dims = tensor.dims
    axes = () if axis is None else ints(axis, "Squeeze", "axis")
    if not axes:
        if has_sizes(dims):
            raise UnknownSizeError("Which axes have the size 1 is not known: tell tf.squeeze their numbers.")
        return layout.reshape(tensor, dims=tuple([size for size in dims if size != 1]))
    removed = set()
    for each in axes:
        place = axis_in(
            each, len(dims), "Tried to squeeze dim index {axis} for tensor with {rank} dimensions.", "Squeeze"
        )
        if not may_equal(dims[place], 1):
            raise invalid(
                f"Can not squeeze dim[{place}], expected a dimension of 1, got {dims[place]}", "Squeeze"
            )
        removed.add(place)
    return layout.reshape(
        tensor, dims=tuple([size for place, size in enumerate(dims) if place not in removed])
    )


def expand_dims(input, axis, name=None):
    """The tensor with a new axis of size 1 at `axis`, an int from -rank - 1 to rank.

    Raises InvalidArgumentError for an axis out of range.

    >>> tf.expand_dims([1, 2], -1).shape
    TensorShape([2, 1])
    """
    tensor = as_tensor(input)
    dims = tensor.dims
    if type(axis) is not int:
        axis = ints(axis, "ExpandDims", "Tdim", int32)[0]
    rank = len(dims)
    if not -rank - 1 <= axis <= rank:
        raise invalid(f"Tried to expand dim index {axis} for tensor with {rank} dimensions.", "ExpandDims")
    if axis < 0:
        axis += rank + 1
    return layout.reshape(tensor, dims=(*dims[:axis], 1, *dims[axis:]))


def concat(values, axis, name="concat"):
    """The tensors of a list joined along an axis that they have.

    Args:
      values: a list of tensors of one dtype whose shapes differ at most in that axis; a tensor is returned.
      axis: an int from -rank to rank - 1.

    Raises InvalidArgumentError for shapes or dtypes that do not fit together.

    >>> tf.concat([[[1, 2]], [[3, 4]]], axis=0).numpy()
    array([[1, 2],
           [3, 4]], dtype=int32)
    """
    if not isinstance(values, list | tuple):
        return as_tensor(values)
    if not values:
        raise invalid("tf.concat needs at least one tensor.", "ConcatV2")
    tensors = as_tensors(values)
    axis = as_int(axis)
    if len(tensors) == 1:
        return tensors[0]
    if axis < 0:
        rank = len(tensors[0].dims)
        if -axis > rank > 0:
            raise invalid(
                f"ConcatOp : Expected concatenating dimensions in the range [{-rank}, {rank}), but got {axis}",
                "ConcatV2",
            )
        axis += rank
    return layout.concat(*tensors, axis=axis)


def stack(values, axis=0, name="stack"):
    """The tensors of a list, all of one shape, side by side along a new axis.

    Raises InvalidArgumentError for shapes or dtypes that do not fit together and ValueError for an axis that
    the result does not have.

    >>> tf.stack([[1, 2], [3, 4]], axis=1).numpy()
    array([[1, 3],
           [2, 4]], dtype=int32)
    """
    if not isinstance(values, list | tuple) or not values:
        values = as_tensor(values)
        if axis == 0:
            return values
        values = layout.unstack(values, axis=0)
    if axis == 0 and not any(
        hasattr(value, "__tf_tensor__") or isinstance(value, Tensor) for value in values
    ):
        return as_tensor(values)
    tensors = as_tensors(values)
    return layout.stack(*tensors, axis=axis_of_result(axis, len(tensors[0].dims) + 1))


def parallel_stack(values, name="parallel_stack"):
    """The tensors of a list along a new first axis; as in TensorFlow, not while executing eagerly.

    Raises RuntimeError.
    """
    raise RuntimeError("tf.parallel_stack() is not compatible with eager execution.")


def unstack(value, num=None, axis=0, name="unstack"):
    """The list of the slices of a tensor along an axis, each without that axis.

    Args:
      value: the tensor.
      num: how many there are; found out unless given.
      axis: the axis.

    Raises ValueError for an axis that the tensor does not have and InvalidArgumentError for a wrong `num`.

    >>> [int(x) for x in tf.unstack([1, 2, 3])]
    [1, 2, 3]
    """
    tensor = as_tensor(value)
    dims = tensor.dims
    axis = axis_of_result(axis, len(dims))
    if num is not None and not may_equal(dims[axis], num):
        raise invalid(f"Input shape axis {axis} must equal {num}, got shape {bracketed(dims)}", "Unpack")
    return list(layout.unstack(tensor, axis=axis, num=num))


def split(value, num_or_size_splits, axis=0, num=None, name="split"):
    """A list of the pieces of a tensor along an axis.

    Args:
      value: the tensor.
      num_or_size_splits: an int, how many equal pieces; or a vector of their sizes, of which one may be -1.
      axis: the axis.
      num: the number of sizes, where it cannot be found out.

    Raises InvalidArgumentError if the pieces do not make up the axis.

    >>> [x.numpy().tolist() for x in tf.split([1, 2, 3, 4, 5], [1, -1])]
    [[1], [2, 3, 4, 5]]
    """
    tensor = as_tensor(value)
    dims = tensor.dims
    equal = isinstance(num_or_size_splits, int)
    axis = axis_in(
        axis,
        len(dims),
        "-input rank(-{rank}) <= split_dim < input rank ({rank}), but got {axis}",
        "Split" if equal else "SplitV",
    )
    if equal:
        sizes = _equal_sizes(dims[axis], num_or_size_splits, axis)
    else:
        sizes = _given_sizes(dims[axis], num_or_size_splits, num)
    return list(layout.split(tensor, sizes=sizes, axis=axis))


def _equal_sizes(size, count, axis):
    if count < 1:
        raise invalid(f"Value for attr 'num_split' of {count} must be at least minimum 1", "Split")
    rest = size % count
    if rest and type(rest) is int:
        raise invalid(
            "Number of ways to split should evenly divide the split dimension, but got split_dim "
            f"{axis} (size = {size}) and num_split {count}",
            "Split",
        )
    return (size // count,) * count


def _given_sizes(size, sizes, num):
    if not isinstance(sizes, list | tuple) and not len(as_tensor(sizes).dims):
        raise ValueError(
            "Rank-0 tensors are not supported as the num_or_size_splits argument to split. "
            f"Argument provided: {sizes}"
        )
    sizes = ints(sizes, "SplitV", "Tlen")
    if num is not None and num != len(sizes):
        raise invalid(
            "size of the split_tensor must be 1-D and have the same elements as outputs "
            f"got 1 -D and {len(sizes)} elements",
            "SplitV",
        )
    if sizes.count(-1) > 1:
        raise invalid("There can only be one -1 in the input.", "SplitV")
    total = sum(sizes)
    open_place = sizes.index(-1) if -1 in sizes else None
    if open_place is not None:
        total += 1
        sizes = (*sizes[:open_place], size - total, *sizes[open_place + 1 :])
    if (
        certainly_less(size, total)
        or (open_place is None and not may_equal(total, size))
        or any([certainly_less(each, 0) for each in sizes])
    ):
        raise invalid(
            "Determined shape must either match input shape along split_dim exactly if fully specified, or be "
            f"less than the size of the input along split_dim if not fully specified.  Got: {total}",
            "SplitV",
        )
    return sizes


def tile(input, multiples, name=None):
    """The tensor repeated multiples[i] times along each axis i.

    Raises InvalidArgumentError unless there is one multiple, not negative, for each axis.

    >>> tf.tile([[1, 2]], [2, 2]).numpy()
    array([[1, 2, 1, 2],
           [1, 2, 1, 2]], dtype=int32)
    """
    tensor = as_tensor(input)
    if not isinstance(multiples, list | tuple):
        found = int_array(multiples, "Tile", "Tmultiples").shape
        if len(found) != 1:
            raise invalid(f"Expected multiples to be 1-D, but got shape {bracketed(found)}", "Tile")
    counts = ints(multiples, "Tile", "Tmultiples")
    rank = len(tensor.dims)
    if len(counts) != rank:
        raise invalid(
            f"Expected multiples argument to be a vector of length {rank} but got length {len(counts)}",
            "Tile",
        )
    for axis, count in enumerate(counts):
        if count < 0:
            raise invalid(f"Expected multiples[{axis}] >= 0, but got {count}", "Tile")
    return repetition.tile(tensor, multiples=counts)


def repeat(input, repeats, axis=None, name=None):
    """Each element, or each slice along an axis, repeated in place.

    Args:
      input: the tensor.
      repeats: how often: a scalar, or a vector with a number for each slice.
      axis: the axis; without it the tensor is flattened first.

    Raises ValueError for an axis out of range or a wrong number of repeats, InvalidArgumentError for a negative
    repeat.

    >>> tf.repeat([3, 4], repeats=[2, 1]).numpy()
    array([3, 3, 4], dtype=int32)
    """
    tensor = as_tensor(input)
    if axis is None:
        tensor = layout.reshape(tensor, dims=(prod(tensor.dims),))
        axis = 0
    rank = len(tensor.dims)
    axis = as_int(axis)
    if not -rank <= axis < rank:
        raise ValueError(f"axis={axis} out of bounds: expected {-rank}<=axis<{rank}")
    axis %= rank
    counts = as_tensor(repeats)
    if len(counts.dims) > 1:
        raise ValueError(f"Shape {counts.shape} must have rank at most 1")
    if type(counts) is EagerTensor:
        for count in ints(counts, "Repeat", "Trepeats"):
            if count < 0:
                raise invalid(f"Expected repeats >= 0, but got {count}", "Repeat")
        if prod(counts.dims) == 1:
            return repetition.repeat(tensor, count=int(counts._array.item()), axis=axis)
    size = tensor.dims[axis]
    if not counts.dims:
        counts = broadcast_to_op(counts, dims=(size,))
    elif counts.dims[0] != size and may_equal(counts.dims[0], size):
        raise UnknownSizeError("Whether there is one number of repetitions for each element is not known.")
    elif counts.dims[0] != size:
        raise ValueError(f"Dimensions {size} and {counts.dims[0]} are not compatible")
    return gathering.gather(tensor, repetition.repeated_places(counts), axis=axis, batch_dims=0)


def broadcast_to(input, shape, name=None):
    """The tensor repeated along new leading axes and along axes of size 1; a view, if it is large.

    Raises InvalidArgumentError if the shape of the tensor does not broadcast to `shape`.

    >>> tf.broadcast_to([1, 2], [2, 2]).numpy()
    array([[1, 2],
           [1, 2]], dtype=int32)
    """
    tensor = as_tensor(input)
    dims = ints(shape, "BroadcastTo", "Tidx")
    found = tensor.dims
    if len(found) > len(dims):
        raise invalid(
            f"Rank of input ({len(found)}) must be no greater than rank of output shape ({len(dims)}).",
            "BroadcastTo",
        )
    for a, b in zip(reversed(found), reversed(dims), strict=False):
        if not (may_equal(a, b) or may_equal(a, 1)):
            raise invalid(f"Incompatible shapes: {bracketed(found)} vs. {bracketed(dims)}", "BroadcastTo")
    return broadcasting.broadcast_to(tensor, dims=dims)


def reverse(tensor, axis, name=None):
    """The tensor with the order of its elements along each axis of the list `axis` turned round.

    Raises InvalidArgumentError for an axis out of range or given twice.

    >>> tf.reverse([1, 2, 3], [0]).numpy()
    array([3, 2, 1], dtype=int32)
    """
    tensor = as_tensor(tensor)
    if not isinstance(axis, list | tuple) and int_array(axis, "ReverseV2", "Tidx").ndim != 1:
        raise invalid("'dims' must be 1-dimension, not 0", "ReverseV2")
    rank = len(tensor.dims)
    axes = set()
    for position, each in enumerate(ints(axis, "ReverseV2", "Tidx")):
        if not -rank <= each < rank:
            raise invalid(f"'axis'[{position}] = {each} is out of valid range [0, {rank - 1}", "ReverseV2")
        if each % rank in axes:
            raise invalid(f"axis {each % rank} specified more than once.", "ReverseV2")
        axes.add(each % rank)
    return layout.reverse(tensor, axes=tuple(sorted(axes)))


def reverse_sequence(input, seq_lengths, seq_axis=None, batch_axis=None, name=None):
    """The tensor with the first seq_lengths[i] elements along one axis turned round, for each i along another.

    Args:
      input: the tensor.
      seq_lengths: a vector of int32 or int64, one number for each slice along `batch_axis`.
      seq_axis, batch_axis: the two axes, not the same one; `batch_axis` is 0 unless given.

    Raises InvalidArgumentError for lengths greater than the axis and for axes that do not fit.

    >>> tf.reverse_sequence([[1, 2, 3], [4, 5, 6]], [2, 3], seq_axis=1).numpy()
    array([[2, 1, 3],
           [6, 5, 4]], dtype=int32)
    """
    tensor = as_tensor(input)
    if seq_axis is None:
        raise TypeError("Expected int for argument 'seq_dim' not None.")
    batch_axis = 0 if batch_axis is None else as_int(batch_axis)
    seq_axis, rank = as_int(seq_axis), len(tensor.dims)
    for name_of, axis in (("seq_dim", seq_axis), ("batch_dim", batch_axis)):
        if not 0 <= axis < rank:
            relation = "non-negative" if axis < 0 else f"< input rank ( {axis} vs. {rank})"
            raise invalid(f"{name_of} must be {relation}", "ReverseSequence")
    if seq_axis == batch_axis:
        raise invalid(f"batch_dim == seq_dim == {seq_axis}", "ReverseSequence")
    return layout.reverse_sequence(
        tensor, as_tensor(seq_lengths), sequence_axis=seq_axis, batch_axis=batch_axis
    )


def roll(input, shift, axis, name=None):
    """The tensor with its elements shifted along axes; what leaves at one end enters at the other.

    Args:
      input: the tensor.
      shift: how far: an int, or one for each axis.
      axis: the axis, or a list of them, in which one that comes twice is shifted twice.

    Raises InvalidArgumentError for an axis out of range.

    >>> tf.roll([0, 1, 2, 3, 4], shift=2, axis=0).numpy()
    array([3, 4, 0, 1, 2], dtype=int32)
    """
    tensor = as_tensor(input)
    rank = len(tensor.dims)
    if not rank:
        raise invalid("input must be 1-D or higher", "Roll")
    shifts, axes = ints(shift, "Roll", "Tshift"), ints(axis, "Roll", "Taxis")
    if len(shifts) != len(axes):
        raise invalid("shift and axis must have the same size", "Roll")
    axes = tuple([axis_in(each, rank, "axis {axis} is out of range", "Roll") for each in axes])
    return layout.roll(tensor, shifts=shifts, axes=axes)


def meshgrid(*args, **kwargs):
    """The coordinates of the points of a grid: for each of n vectors a tensor of n axes, as a list.

    Args:
      *args: the coordinates along each axis, of one dtype.
      indexing: "ij": axis i of the results is that of vector i; "xy", the default: the first two change places.

    Raises ValueError for another indexing.

    >>> x, y = tf.meshgrid([1, 2, 3], [4, 5])
    >>> y.numpy()
    array([[4, 4, 4],
           [5, 5, 5]], dtype=int32)
    """
    indexing = kwargs.pop("indexing", "xy")
    kwargs.pop("name", None)
    if kwargs:
        raise TypeError(f"'{next(iter(kwargs))}' is an invalid keyword argument for this function")
    if indexing not in ("xy", "ij"):
        raise ValueError(f"Argument `indexing` parameter must be either 'xy' or 'ij', got '{indexing}'")
    tensors = [as_tensor(value) for value in args]
    for tensor in tensors:
        if tensor._dtype is not tensors[0]._dtype:
            raise InvalidArgumentError(
                None,
                None,
                f"The arguments of tf.meshgrid have different dtypes: {[t.dtype.name for t in tensors]}",
            )
    count = len(tensors)
    sizes = [prod(tensor.dims) for tensor in tensors]
    places = list(range(count))
    if indexing == "xy" and count > 1:
        places[:2] = [1, 0]
    dims = [0] * count
    for size, place in zip(sizes, places, strict=True):
        dims[place] = size
    grids = []
    for tensor, size, place in zip(tensors, sizes, places, strict=True):
        line = layout.reshape(tensor, dims=tuple([size if axis == place else 1 for axis in range(count)]))
        grids.append(broadcasting.broadcast_to(line, dims=tuple(dims)))
    return grids
