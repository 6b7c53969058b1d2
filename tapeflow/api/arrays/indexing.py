"""Parts of tensors: slices, rows by number, elements by coordinates or by a mask."""

from operator import index as as_int

import numpy

from tapeflow.api.arrays.arguments import index_tensor, int_array, ints
from tapeflow.api.arrays.creation import range as numbers_to
from tapeflow.core import dtypes as types
from tapeflow.core.eager import constant as embedded
from tapeflow.core.errors import invalid
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import TensorShape, bracketed
from tapeflow.core.size import has_sizes, may_agree, may_equal, visible
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.ops import gathering, indexing, masking, scattering
from tapeflow.ops.arithmetic import maximum
from tapeflow.ops.casting import cast
from tapeflow.ops.comparison import less
from tapeflow.ops.creation import zeros
from tapeflow.ops.layout import reshape
from tapeflow.ops.reduction import reduce_max

__all__ = [
    "boolean_mask",
    "gather",
    "gather_nd",
    "newaxis",
    "sequence_mask",
    "slice",
    "strided_slice",
    "unravel_index",
]

newaxis = None
"""In brackets: a new axis of size 1."""
_INDEX_DTYPES = (types.int16, types.int32, types.int64)


def slice(input_, begin, size, name=None):
    """The block of a tensor that begins at `begin` and has the shape `size`.

    Args:
      input_: the tensor.
      begin: a vector with the first index along each axis.
      size: a vector with the number of elements along each axis; -1 for all that remain.

    Raises InvalidArgumentError if the block is not inside the tensor.

    >>> tf.slice([[1, 2, 3], [4, 5, 6]], [1, 0], [1, 2]).numpy()
    array([[4, 5]], dtype=int32)
    """
    tensor = as_tensor(input_)
    dims = tensor.dims
    starts, counts = ints(begin, "Slice", "Index"), ints(size, "Slice", "Index")
    if isinstance(begin, int) or isinstance(size, int) or not len(starts) == len(counts) == len(dims):
        raise invalid(
            f"Expected begin and size arguments to be 1-D tensors of size {len(dims)}, but got shapes "
            f"[{len(starts)}] and [{len(counts)}] instead.",
            "Slice",
        )
    if has_sizes((dims, starts, counts)):
        return indexing.block(tensor, begin=starts, size=counts)
    index = []
    for axis, (whole, start, count) in enumerate(zip(dims, starts, counts, strict=True)):
        if not 0 <= start <= whole:
            raise invalid(f"Expected begin[{axis}] in [0, {whole}], but got {start}", "Slice")
        if count == -1:
            count = whole - start
        if not 0 <= count <= whole - start:
            raise invalid(f"Expected size[{axis}] in [0, {whole - start}], but got {count}", "Slice")
        index.append((start, start + count, None))
    return indexing.strided_slice(tensor, index=tuple(index))


def strided_slice(
    input_,
    begin,
    end,
    strides=None,
    begin_mask=0,
    end_mask=0,
    ellipsis_mask=0,
    new_axis_mask=0,
    shrink_axis_mask=0,
    var=None,
    name=None,
):
    """What brackets mean, with the index taken apart: entry i is the slice begin[i]:end[i]:strides[i].

    Args:
      input_: the tensor.
      begin, end, strides: integer vectors of one length; strides are 1 unless given.
      begin_mask, end_mask: bit i says that the slice has no beginning, or no end.
      ellipsis_mask: bit i says that entry i is `...`.
      new_axis_mask: bit i says that entry i is a new axis.
      shrink_axis_mask: bit i says that entry i is the int begin[i], which removes its axis.
      var: must be None.

    Raises InvalidArgumentError for an index that does not fit the tensor.

    >>> tf.strided_slice([1, 2, 3, 4], [3], [0], [-1]).numpy()
    array([4, 3, 2], dtype=int32)
    """
    if var is not None:
        raise NotImplementedError(
            "tf.strided_slice() assigns to no variables: use its brackets, v[...].assign()."
        )
    given = (begin, end) if strides is None else (begin, end, strides)
    begins, ends, *steps = [int_array(each, "StridedSlice", "Index") for each in given]
    steps = steps[0] if steps else numpy.ones_like(begins)
    if begins.ndim != 1 or begins.shape != ends.shape or begins.shape != steps.shape:
        raise invalid(
            "Expected begin, end, and strides to be 1D equal size tensors, but got shapes "
            f"{bracketed(begins.shape)}, {bracketed(ends.shape)}, and {bracketed(steps.shape)} instead. ",
            "StridedSlice",
        )
    index = []
    for place, (first, last, step) in enumerate(
        zip(begins.tolist(), ends.tolist(), steps.tolist(), strict=True)
    ):
        bit = 1 << place
        if ellipsis_mask & bit:
            index.append(Ellipsis)
        elif new_axis_mask & bit:
            index.append(None)
        elif shrink_axis_mask & bit:
            index.append(first)
        else:
            index.append((None if begin_mask & bit else first, None if end_mask & bit else last, step))
    return indexing.strided_slice(as_tensor(input_), index=tuple(index))


def gather(params, indices, validate_indices=None, axis=None, batch_dims=0, name=None):
    """The slices of a tensor along an axis at the given indices.

    Args:
      params: the tensor, of shape `[..., n, ...]`.
      indices: integers (int16, int32 or int64) of [0, n), of any shape.
      validate_indices: not used; indices are always checked.
      axis: the axis of size n; `batch_dims` unless given.
      batch_dims: how many leading axes of `params` and `indices` belong together in pairs.

    Returns a tensor of shape `params.shape[:axis] + indices.shape[batch_dims:] + params.shape[axis + 1:]`. The
    gradient along axis 0 is `tf.IndexedSlices`. Raises InvalidArgumentError for an index out of range.

    >>> tf.gather([[1, 2], [3, 4], [5, 6]], [2, 0]).numpy()
    array([[5, 6],
           [1, 2]], dtype=int32)
    """
    params = as_tensor(params)
    indices = index_tensor(indices, "GatherV2", _INDEX_DTYPES)
    rank, indices_rank = len(params.dims), len(indices.dims)
    if not rank:
        raise invalid("params must be at least 1 dimensional", "GatherV2")
    batch_dims = as_int(batch_dims)
    if not -indices_rank <= batch_dims <= indices_rank:
        raise invalid(
            f"Expected batch_dims in the range [{-indices_rank}, {indices_rank}], but got {batch_dims}",
            "GatherV2",
        )
    if batch_dims < 0:
        batch_dims += indices_rank
    axis = batch_dims if axis is None else as_int(axis)
    if not -rank <= axis < rank:
        needed = axis + 1 if axis >= 0 else -axis
        raise invalid(f"Shape must be at least rank {needed} but is rank {rank}", "GatherV2")
    if axis == 0:
        batch_dims = 0
    elif axis < 0:
        axis += rank
    if batch_dims > axis:
        raise invalid(f"batch_dims ({batch_dims}) must be less than or equal to axis ({axis}).", "GatherV2")
    for place in range(batch_dims):
        if not may_equal(params.dims[place], indices.dims[place]):
            raise invalid(
                f"params.shape[{place}]: {params.dims[place]} should be equal to indices.shape[{place}]: "
                f"{indices.dims[place]}",
                "GatherV2",
            )
    return gathering.gather(params, indices, axis=axis, batch_dims=batch_dims)


def gather_nd(params, indices, batch_dims=0, name=None, bad_indices_policy=""):
    """The elements or slices of a tensor at the given coordinates.

    Args:
      params: the tensor.
      indices: integers of shape `[..., depth]`: coordinates along the first axes of `params`.
      batch_dims: how many leading axes of both belong together in pairs; coordinates begin after them.
      bad_indices_policy: what to do with coordinates outside of the tensor: "" or "ERROR".

    Returns a tensor of shape `indices.shape[:-1] + params.shape[batch_dims + depth:]`. Raises
    InvalidArgumentError for coordinates out of range.

    >>> tf.gather_nd([[1, 2], [3, 4]], [[0, 1], [1, 0]]).numpy()
    array([2, 3], dtype=int32)
    """
    if bad_indices_policy not in ("", "DEFAULT", "ERROR"):
        raise NotImplementedError(f"bad_indices_policy={bad_indices_policy!r} is not available; use 'ERROR'.")
    params = as_tensor(params)
    indices = index_tensor(indices, "GatherNd", _INDEX_DTYPES)
    batch_dims = as_int(batch_dims)
    if batch_dims:
        if not 0 < batch_dims < min(len(indices.dims), len(params.dims) + 1):
            raise ValueError(
                f"batch_dims = {batch_dims} must be less than rank(indices) = {len(indices.dims)}"
            )
        if not may_agree(params.dims[:batch_dims], indices.dims[:batch_dims]):
            raise invalid(
                f"The first {batch_dims} axes of params {params.shape} and indices {indices.shape} differ",
                "GatherNd",
            )
        indices = scattering.with_batch_places(indices, batch_dims)
    return scattering.gather_nd(params, indices)


def boolean_mask(tensor, mask, axis=None, name="boolean_mask"):
    """The elements or slices of a tensor where a mask is true, along one axis in place of those of the mask.

    Args:
      tensor: the tensor.
      mask: bools, of the sizes of the axes of `tensor` from `axis` on.
      axis: the first of those axes; 0 unless given.

    Raises ValueError for a mask without axes or of other sizes.

    >>> tf.boolean_mask([1, 2, 3], [True, False, True]).numpy()
    array([1, 3], dtype=int32)
    """
    tensor, mask = as_tensor(tensor), as_tensor(mask)
    if not mask.dims:
        raise ValueError("mask cannot be scalar.")
    axis = 0 if axis is None else as_int(axis)
    found = tensor.dims[axis : axis + len(mask.dims)]
    if not may_agree(found, mask.dims):
        raise ValueError(f"Shapes {TensorShape._trusted(visible(found))} and {mask.shape} are incompatible")
    return masking.boolean_mask(tensor, mask, axis)


def sequence_mask(lengths, maxlen=None, dtype=types.bool, name=None):
    """For each length a row that is true at as many places, then false.

    Args:
      lengths: integers of any shape.
      maxlen: the length of the rows; the greatest length unless given.
      dtype: the dtype of the result.

    Returns a tensor of shape `lengths.shape + [maxlen]`.

    >>> tf.sequence_mask([1, 3, 2]).numpy().astype(int)
    array([[1, 0, 0],
           [1, 1, 1],
           [1, 1, 0]])
    """
    lengths = as_tensor(lengths)
    if maxlen is None and type(lengths) is EagerTensor:
        maxlen = lengths._array.max() if lengths._array.size else 0
    elif maxlen is None:
        maxlen = reduce_max(lengths, axes=tuple(range(len(lengths.dims))), keepdims=False)
    elif as_tensor(maxlen).dims:
        raise ValueError(
            f"Argument `maxlen` must be scalar for sequence_mask, received `maxlen` = {maxlen} with shape "
            f"'{as_tensor(maxlen).shape}' instead"
        )
    if isinstance(maxlen, Tensor) and type(maxlen) is not EagerTensor:
        steps = numbers_to(maximum(cast(maxlen, lengths._dtype), zeros((), lengths._dtype)))
    else:
        steps = numpy.arange(max(0, float(maxlen)), dtype=lengths._dtype.array_dtype)
        steps = embedded(steps, lengths._dtype)
    mask = less(steps, reshape(lengths, dims=(*lengths.dims, 1)))
    return cast(mask, types.as_dtype(dtype))


def unravel_index(indices, dims, name=None):
    """The coordinates, in a tensor of shape `dims`, of elements given by their positions in row-major order.

    Returns a tensor of shape `[len(dims)] + indices.shape`. Raises InvalidArgumentError for one out of range.

    >>> tf.unravel_index([2, 5, 7], [3, 3]).numpy()
    array([[0, 1, 2],
           [2, 2, 1]], dtype=int32)
    """
    return scattering.unravel_index(
        index_tensor(indices, "UnravelIndex"), dims=ints(dims, "UnravelIndex", "Tidx")
    )
