"""Ragged tensors and tensors side by side: brought to the same rows, so that a function can work on the values."""

from tapeflow.api.ragged.ragged_tensor import RaggedTensor
from tapeflow.api.ragged.row_partition import RowPartition
from tapeflow.api.ragged.slicing import take
from tapeflow.core.dtypes import int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import Size
from tapeflow.core.tensor import Tensor
from tapeflow.ops.layout import reshape
from tapeflow.ops.ragged_rows import ragged_rows


def elementwise(function, *operands):
    """`function` of the elements of ragged tensors, tensors and Python values that broadcast to each other.

    A ragged axis fits rows of the same lengths, and an even axis of size 1. Raises InvalidArgumentError for others.
    """
    ragged = [each for each in operands if isinstance(each, RaggedTensor)]
    dtype = ragged[0].dtype
    operands = [
        each if isinstance(each, RaggedTensor) else as_tensor(each, None if hasattr(each, "dtype") else dtype)
        for each in operands
    ]
    inner_rank = min([len(each.flat_values.dims) for each in ragged])
    if all([isinstance(each, RaggedTensor) or len(each.dims) < inner_rank for each in operands]):
        rows = ragged[0].nested_row_splits
        if all([len(each.nested_row_splits) == len(rows) for each in ragged]) and all(
            [a is b for each in ragged[1:] for a, b in zip(each.nested_row_splits, rows, strict=True)]
        ):
            return ragged[0].with_flat_values(function(*[_flat(each) for each in operands]))
    rank = max([_rank(each) for each in operands])
    scalars = [isinstance(each, Tensor) and not each.dims for each in operands]
    wide = [each if scalar else _widened(each, rank) for each, scalar in zip(operands, scalars, strict=True)]
    places = [place for place, scalar in enumerate(scalars) if not scalar]
    first = wide[places[0]]
    # Each later one is brought to the rows of those before; where these are repeated, so are all of them.
    for number, place in enumerate(places[1:], 1):
        first, wide[place] = _paired(first, wide[place])
        for before in places[:number]:
            _, wide[before] = _paired(first, wide[before])
    model = next(each for each in wide if isinstance(each, RaggedTensor))
    return model.with_flat_values(function(*[_flat(each) for each in wide]))


def _flat(value):
    return value.flat_values if isinstance(value, RaggedTensor) else value


def _rank(value):
    return value._rank if isinstance(value, RaggedTensor) else len(value.dims)


def _count(value):
    return value._row_partition._count if isinstance(value, RaggedTensor) else value.dims[0]


def _widened(value, rank):
    """The value with axes of size 1 in front, up to this rank."""
    while _rank(value) < rank:
        if isinstance(value, Tensor):
            return reshape(value, dims=(1,) * (rank - len(value.dims)) + tuple(value.dims))
        count = _count(value)
        value = RaggedTensor._of(value, RowPartition.from_uniform_row_length(count, count, 1))
    return value


def _paired(a, b):
    """Two values of one rank, ragged in the same axes and with the same rows there."""
    first, second = _count(a), _count(b)
    if first != second:
        if Size not in (type(first), type(second)) and 1 not in (first, second):
            raise InvalidArgumentError(
                None,
                None,
                f"Unable to broadcast: there are {first} rows and {second} (row_splits of different lengths).",
            )
        counts = [as_tensor(each, int64) for each in (first, second)]
        places = _places(first, second, counts)
        a, b = [take(each, place, keeps_lengths=True) for each, place in zip((a, b), places, strict=True)]
    return _paired_rows(a, b)


def _places(first, second, counts):
    """Which rows of two values meet; the single row of one is repeated."""
    known = second if first == 1 else first
    return ragged_rows(*counts, step="broadcast_counts", dims=(known if 1 in (first, second) else None,))


def _paired_rows(a, b):
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        return a, b
    dtype = (a if isinstance(a, RaggedTensor) else b).row_splits.dtype
    a, b = [
        RaggedTensor.from_tensor(each, row_splits_dtype=dtype) if isinstance(each, Tensor) else each
        for each in (a, b)
    ]
    rows, others = a._row_partition, b._row_partition
    values, beside = a.values, b.values
    if rows._splits is not others._splits:
        singles = _may_be_repeated(rows._uniform), _may_be_repeated(others._uniform)
        splits, for_a, for_b = ragged_rows(
            rows._splits, others._splits, step="broadcast_rows", settings=singles, dims=rows._splits.dims
        )
        if singles[0]:
            values = take(values, for_a, keeps_lengths=True)
        if singles[1]:
            beside = take(beside, for_b, keeps_lengths=True)
        lengths = rows._uniform, others._uniform
        rows = RowPartition._of(splits, lengths[1] if lengths[0] == 1 else lengths[0])
    values, beside = _paired_rows(values, beside)
    return RaggedTensor._of(values, rows), RaggedTensor._of(beside, rows)


def _may_be_repeated(length):
    """Whether rows have one value each by definition, as far as that is known."""
    return length == 1 or type(length) is Size
