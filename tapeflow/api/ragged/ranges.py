"""Rows by number: ragged ranges, segments, masks and crossings."""

from tapeflow.api.ragged.construction import with_same_rows
from tapeflow.api.ragged.ragged_tensor import RaggedTensor
from tapeflow.api.ragged.row_partition import RowPartition
from tapeflow.api.ragged.slicing import take
from tapeflow.core.arguments import scalar_int
from tapeflow.core.dtypes import as_dtype, int32, int64
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.operands import as_tensor, as_tensors
from tapeflow.core.tensor import Tensor
from tapeflow.ops.arithmetic import add, multiply
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.casting import cast
from tapeflow.ops.layout import reshape
from tapeflow.ops.ragged_rows import ragged_rows
from tapeflow.ops.selection import nonzero

__all__ = [
    "boolean_mask",
    "cross",
    "cross_hashed",
    "range",
    "row_splits_to_segment_ids",
    "segment_ids_to_row_splits",
    "stack_dynamic_partitions",
]


def range(starts, limits=None, deltas=1, dtype=None, name=None, row_splits_dtype=int64):
    """Row i counts from starts[i] to limits[i], which is left out, by deltas[i].

    starts, limits, deltas: vectors of one length or scalars; with `limits=None`, `starts` are the limits and ranges
    begin with 0. Raises InvalidArgumentError for a delta of 0 and for vectors of other shapes.

    >>> tf.ragged.range([0, 5, 8], [3, 3, 12])
    <tf.RaggedTensor [[0, 1, 2], [], [8, 9, 10, 11]]>
    """
    if limits is None:
        starts, limits = 0, starts
    wanted = None if dtype is None else as_dtype(dtype)
    starts, limits, deltas = as_tensors([starts, limits, deltas], wanted)
    splits_dtype = as_dtype(row_splits_dtype)
    count = next((each.dims[0] for each in (starts, limits, deltas) if each.dims), 1)
    numbers = [broadcast_to(each, dims=(count,)) for each in (starts, limits, deltas)]
    (splits,) = ragged_rows(as_tensor(0, splits_dtype), *numbers, step="range_splits", dims=(count + 1,))
    rows = RowPartition._of(splits)
    rowids, offsets = rows.value_rowids(), rows.offsets_in_rows()
    start, delta = take(numbers[0], rowids), take(numbers[2], rowids)
    return RaggedTensor._of(add(start, multiply(cast(offsets, starts._dtype), delta)), rows)


def row_splits_to_segment_ids(splits, name=None, out_type=None):
    """The row of each value.

    >>> tf.ragged.row_splits_to_segment_ids([0, 2, 2, 3]).numpy()
    array([0, 0, 2])
    """
    splits = as_tensor(splits, None if isinstance(splits, Tensor) or hasattr(splits, "dtype") else int64)
    if splits._dtype not in (int32, int64):
        raise ValueError("splits must have dtype int32 or int64")
    found = RowPartition.from_row_splits(splits, validate=False).value_rowids()
    return found if out_type is None else cast(found, as_dtype(out_type))


def segment_ids_to_row_splits(segment_ids, num_segments=None, out_type=None, name=None):
    """Where the rows of values begin that are in these rows, in order.

    >>> tf.ragged.segment_ids_to_row_splits([0, 0, 2]).numpy()
    array([0, 2, 2, 3])
    """
    if out_type is None:
        out_type = segment_ids.dtype if isinstance(segment_ids, Tensor) else int64
    ids = as_tensor(segment_ids)
    wide = ids if ids._dtype is out_type else cast(ids, as_dtype(out_type))
    return RowPartition.from_value_rowids(wide, num_segments).row_splits()


def boolean_mask(data, mask, name=None):
    """The values where the mask holds; what is left of rows stays together.

    data, mask: tensors or ragged tensors; the mask has the first axes of the data. Raises ValueError for a mask of no
    axes or of another dtype than bool.

    >>> tf.ragged.boolean_mask([[1, 2, 3], [4, 5, 6]], [[True, False, True], [False, False, True]])
    <tf.RaggedTensor [[1, 3], [6]]>
    """
    data = data if isinstance(data, RaggedTensor) else as_tensor(data)
    mask = mask if isinstance(mask, RaggedTensor) else as_tensor(mask, boolean)
    if mask.dtype is not boolean:
        raise ValueError(
            f"Tensor conversion requested dtype bool for Tensor with dtype {mask.dtype.name}: {mask}"
        )
    if isinstance(mask, Tensor) and not mask.dims:
        raise ValueError("mask cannot be scalar.")
    if isinstance(mask, Tensor) and len(mask.dims) > 1:
        mask = RaggedTensor.from_tensor(mask, ragged_rank=len(mask.dims) - 1)
    if isinstance(mask, RaggedTensor) and len(mask.flat_values.dims) > 1:
        inner = RaggedTensor.from_tensor(mask.flat_values, ragged_rank=len(mask.flat_values.dims) - 1)
        mask = mask.with_flat_values(inner)
    return _masked(data, mask)


def _masked(data, mask):
    if isinstance(mask, Tensor):
        return take(data, nonzero(mask)[:, 0])
    if isinstance(data, Tensor):
        data = RaggedTensor.from_tensor(data, row_splits_dtype=mask.row_splits.dtype)
    with_same_rows([_outermost(data), _outermost(mask)])
    if isinstance(mask.values, RaggedTensor):
        return RaggedTensor._of(_masked(data.values, mask.values), RowPartition._of(mask.row_splits))
    splits = ragged_rows(mask.row_splits, mask.values, step="masked")
    return RaggedTensor._of(_masked(data.values, mask.values), RowPartition._of(splits))


def _outermost(value):
    """The outermost rows alone."""
    return RaggedTensor._of(value._row_partition.value_rowids(), value._row_partition)


def stack_dynamic_partitions(data, partitions, num_partitions, name=None):
    """Row i holds the values whose partition is i, in order.

    >>> tf.ragged.stack_dynamic_partitions(["a", "b", "c"], [1, 0, 1], 3)
    <tf.RaggedTensor [[b'b'], [b'a', b'c'], []]>
    """
    data = data if isinstance(data, RaggedTensor) else as_tensor(data)
    dtype = None
    if isinstance(partitions, RaggedTensor):
        dtype = partitions.row_splits.dtype
        if not isinstance(data, RaggedTensor):
            data = RaggedTensor.from_tensor(data, ragged_rank=partitions.ragged_rank)
        while isinstance(partitions, RaggedTensor):
            data, partitions = data.values, partitions.values
    partitions = as_tensor(partitions)
    if dtype is not None:
        partitions = cast(partitions, dtype)
    count = scalar_int(num_partitions, "num_partitions")
    if len(partitions.dims) > 1:
        flat = 1
        for size in partitions.dims:
            flat = flat * size
        data = reshape(data, dims=(flat, *data.dims[len(partitions.dims) :]))
        partitions = reshape(partitions, dims=(flat,))
    order, splits = ragged_rows(
        partitions, as_tensor(count, int64), step="sorted_into_rows", dims=(count + 1,)
    )
    return RaggedTensor._of(take(data, order), RowPartition._of(splits))


def cross(inputs, name=None):
    """The texts of every combination of one element of each input, row by row, joined by "_X_".

    inputs: a list of matrices, ragged, sparse or dense, of strings or integers.

    >>> tf.ragged.cross([tf.ragged.constant([["a"], ["b", "c"]]), tf.ragged.constant([["d"], ["e"]])])
    <tf.RaggedTensor [[b'a_X_d'], [b'b_X_e', b'c_X_e']]>
    """
    from tapeflow.api.sparse import crossing

    return RaggedTensor.from_sparse(crossing.cross(_as_sparse(inputs)))


def cross_hashed(inputs, num_buckets=0, hash_key=None, name=None):
    """The fingerprint of every combination of one element of each input, row by row; modulo `num_buckets` if not 0.

    >>> tf.ragged.cross_hashed([tf.ragged.constant([["a"]]), tf.ragged.constant([["d"]])], num_buckets=100)
    <tf.RaggedTensor [[82]]>
    """
    from tapeflow.api.sparse import crossing

    return RaggedTensor.from_sparse(crossing.cross_hashed(_as_sparse(inputs), num_buckets, hash_key))


def _as_sparse(inputs):
    if not isinstance(inputs, list | tuple):
        raise TypeError(f"Unexpected type for inputs: a list of tensors is needed, not {inputs!r}.")
    found = []
    for each in inputs:
        if not isinstance(each, RaggedTensor) and not hasattr(each, "dense_shape"):
            tensor = as_tensor(each)
            if len(tensor.dims) != 2:
                raise ValueError(f"tf.ragged.cross only supports inputs with rank=2, not {len(tensor.dims)}.")
            each = RaggedTensor.from_tensor(tensor)
        elif isinstance(each, RaggedTensor) and each.ragged_rank != 1:
            raise ValueError(f"tf.ragged.cross only supports inputs with rank=2, not {each.shape.rank}.")
        found.append(each.to_sparse() if isinstance(each, RaggedTensor) else each)
    return found
