"""RowPartition: how a sequence of values is cut into rows."""

import numpy

from tapeflow.core.dtypes import as_dtype, int32, int64
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec
from tapeflow.core.tensor import Tensor

_factories = object()


class RowPartition(CompositeTensor):
    """Cuts `nvals()` values into `nrows()` rows. Made by one of the functions `from_...`.

    >>> rows = RowPartition.from_row_lengths([2, 0, 1])
    >>> rows
    tf.RowPartition(row_splits=[0 2 2 3])
    >>> rows.value_rowids().numpy()
    array([0, 0, 2])
    """

    def __init__(self, splits, uniform=None, internal=None):
        if internal is not _factories:
            raise ValueError(
                "RowPartition constructor is private; please use one of the factory methods instead "
                "(e.g., RowPartition.from_row_lengths())"
            )
        self._splits = splits  # a NumPy vector
        self._dtype = int32 if splits.dtype == numpy.int32 else int64
        self._uniform = uniform  # the length that all rows have, if that is what they were made by

    # Making

    @classmethod
    def from_row_splits(cls, row_splits, validate=True, dtype=None, dtype_hint=None):
        """Row i is values[row_splits[i] : row_splits[i + 1]].

        Raises ValueError for splits that are empty or no vector of int32 or int64, InvalidArgumentError for
        ones that do not begin with 0 or decrease (unless `validate` is False).
        """
        splits = _encoding("row_splits", row_splits, dtype, dtype_hint)
        if not len(splits):
            raise ValueError("row_splits tensor may not be empty.")
        if validate:
            _require(
                splits[0] == 0, "from_row_splits", "zero", f"the first row split must be 0, not {splits[0]}"
            )
            _require_growth(splits, "from_row_splits")
        return cls(splits, internal=_factories)

    @classmethod
    def from_row_lengths(cls, row_lengths, validate=True, dtype=None, dtype_hint=None):
        """Row i has row_lengths[i] values. InvalidArgumentError for a negative length."""
        lengths = _encoding("row_lengths", row_lengths, dtype, dtype_hint)
        if validate:
            _require(
                (lengths >= 0).all(),
                "from_row_lengths",
                "non-negative",
                f"lengths must be >= 0, not {lengths}",
            )
        return cls(_from_lengths(lengths), internal=_factories)

    @classmethod
    def from_row_starts(cls, row_starts, nvals, validate=True, dtype=None, dtype_hint=None):
        """Row i begins at row_starts[i], and the last one ends at `nvals`."""
        starts = _encoding("row_starts", row_starts, dtype, dtype_hint)
        splits = numpy.append(starts, numpy.asarray(nvals, starts.dtype)).astype(starts.dtype)
        if validate:
            _require(
                splits[0] == 0, "from_row_starts", "zero", f"the first row must start at 0, not {splits[0]}"
            )
            _require_growth(splits, "from_row_starts")
        return cls(splits, internal=_factories)

    @classmethod
    def from_row_limits(cls, row_limits, validate=True, dtype=None, dtype_hint=None):
        """Row i ends at row_limits[i]."""
        limits = _encoding("row_limits", row_limits, dtype, dtype_hint)
        splits = numpy.concatenate([numpy.zeros(1, limits.dtype), limits])
        if validate:
            _require_growth(splits, "from_row_limits")
        return cls(splits, internal=_factories)

    @classmethod
    def from_value_rowids(cls, value_rowids, nrows=None, validate=True, dtype=None, dtype_hint=None):
        """Value j is in row value_rowids[j]; rows come in order, and there are `nrows` of them.

        Raises InvalidArgumentError for decreasing ids and ValueError for an id beyond `nrows`.
        """
        rowids = _encoding("value_rowids", value_rowids, dtype, dtype_hint)
        least = int(rowids[-1]) + 1 if len(rowids) else 0
        nrows = least if nrows is None else int(nrows)
        if nrows < 0:
            raise ValueError(f"Expected nrows >= 0; got {nrows}")
        if nrows < least:
            raise ValueError(
                f"Expected nrows >= value_rowids[-1] + 1; got nrows={nrows}, value_rowids[-1]={rowids[-1]}"
            )
        if validate:
            _require_growth(rowids, "from_value_rowids")
            _require((rowids >= 0).all(), "from_value_rowids", "negative", f"ids must be >= 0, not {rowids}")
        lengths = numpy.bincount(rowids, minlength=nrows).astype(rowids.dtype)
        return cls(_from_lengths(lengths), internal=_factories)

    @classmethod
    def from_uniform_row_length(
        cls, uniform_row_length, nvals=None, nrows=None, validate=True, dtype=None, dtype_hint=None
    ):
        """Every row has `uniform_row_length` values; `nvals` or `nrows` says how many there are.

        Raises ValueError if the numbers do not fit together.
        """
        chosen = as_dtype(dtype or dtype_hint or _dtype_of(uniform_row_length) or int64)
        length = int(uniform_row_length)
        if length < 0:
            raise ValueError(f"uniform_row_length must be >= 0, not {length}.")
        if nrows is None:
            if nvals is None:
                raise ValueError("uniform_row_length: at least one of nvals and nrows must be given.")
            nrows = int(nvals) // length if length else 0
        nrows = int(nrows)
        if nvals is not None and int(nvals) != nrows * length:
            raise ValueError(f"uniform_row_length={length} times nrows={nrows} must equal nvals={int(nvals)}")
        splits = numpy.arange(nrows + 1, dtype=chosen.array_dtype) * length
        return cls(splits.astype(chosen.array_dtype), length, internal=_factories)

    # What it is

    @property
    def dtype(self):
        """int32 or int64: what the numbers below come in."""
        return self._dtype

    @property
    def static_nrows(self):
        """The number of rows, an int."""
        return len(self._splits) - 1

    @property
    def static_nvals(self):
        """The number of values, an int."""
        return int(self._splits[-1])

    @property
    def static_uniform_row_length(self):
        """The length that all rows have by definition, an int; None if they may differ."""
        return self._uniform

    def is_uniform(self):
        """Whether all rows have one length by definition."""
        return self._uniform is not None

    def nrows(self):
        """The number of rows, a Tensor."""
        return self._tensor(self.static_nrows)

    def nvals(self):
        """The number of values, a Tensor."""
        return self._tensor(self.static_nvals)

    def uniform_row_length(self):
        """The length that all rows have by definition, a Tensor, or None."""
        return None if self._uniform is None else self._tensor(self._uniform)

    def row_splits(self):
        """Where rows begin and, at the end, the number of values; a Tensor of shape `[nrows + 1]`."""
        return self._tensor(self._splits)

    def row_starts(self):
        """Where rows begin, a Tensor of shape `[nrows]`."""
        return self._tensor(self._splits[:-1])

    def row_limits(self):
        """Where rows end, a Tensor of shape `[nrows]`."""
        return self._tensor(self._splits[1:])

    def row_lengths(self):
        """How many values rows have, a Tensor of shape `[nrows]`."""
        return self._tensor(self._lengths)

    def value_rowids(self):
        """The row of each value, a Tensor of shape `[nvals]`."""
        return self._tensor(self._rowids)

    def offsets_in_rows(self):
        """The place of each value in its row, a Tensor of shape `[nvals]`."""
        return self._tensor(numpy.arange(self.static_nvals) - self._splits[:-1][self._rowids])

    def with_dtype(self, dtype):
        """The same rows with numbers of the dtype int32 or int64; ValueError for others."""
        return RowPartition(
            _encoding("row_splits", wrap(self._splits, self._dtype), dtype, None), self._uniform, _factories
        )

    @property
    def _lengths(self):
        return numpy.diff(self._splits)

    @property
    def _rowids(self):
        return numpy.repeat(numpy.arange(self.static_nrows, dtype=self._splits.dtype), self._lengths)

    def _tensor(self, number):
        return wrap(numpy.asarray(number, self._splits.dtype)[()], self._dtype)

    def __repr__(self):
        if self._uniform is not None:
            return f"tf.RowPartition(nrows={self.static_nrows}, uniform_row_length={self._uniform})"
        return f"tf.RowPartition(row_splits={self._splits})"

    def __reduce__(self):
        return _rebuild, (self._splits, self._uniform)

    @property
    def _type_spec(self):
        return RowPartitionSpec(self.static_nrows, None, self._uniform, self._dtype)

    def _to_components(self):
        return self.row_splits()


class RowPartitionSpec(TypeSpec):
    """The description of a RowPartition.

    nrows, nvals, uniform_row_length: ints, None where it is not known; dtype: int32 or int64.
    """

    __slots__ = ("_dtype", "_nrows", "_nvals", "_uniform_row_length")

    def __init__(self, nrows=None, nvals=None, uniform_row_length=None, dtype=int64):
        self._nrows = nrows
        self._nvals = nvals
        self._uniform_row_length = uniform_row_length
        self._dtype = as_dtype(dtype)

    @property
    def value_type(self):
        """RowPartition."""
        return RowPartition

    def _serialize(self):
        return self._nrows, self._nvals, self._uniform_row_length, self._dtype

    @property
    def _component_specs(self):
        return TensorSpec([None if self._nrows is None else self._nrows + 1], self._dtype)

    def _from_components(self, components):
        return RowPartition(numpy.asarray(components._array), self._uniform_row_length, _factories)

    def __repr__(self):
        return (
            f"RowPartitionSpec(nrows={self._nrows}, nvals={self._nvals}, "
            f"uniform_row_length={self._uniform_row_length}, dtype={self._dtype!r})"
        )


def _rebuild(splits, uniform):
    return RowPartition(splits, uniform, _factories)


def _dtype_of(value):
    return value.dtype if isinstance(value, Tensor) else None


def _encoding(name, value, dtype, hint):
    """A NumPy vector of int32 or int64 numbers that say where rows are."""
    wanted = dtype or _dtype_of(value) or (value.dtype if isinstance(value, numpy.ndarray) else None) or hint
    tensor = as_tensor(value)
    if not tensor.dims == (0,) and not tensor.dtype.is_integer:
        raise ValueError(f"{name} must have dtype int32 or int64, not {tensor.dtype.name}.")
    wanted = as_dtype(wanted or int64)
    if wanted not in (int32, int64):
        raise ValueError(f"{name} must have dtype int32 or int64, not {wanted.name}.")
    if len(tensor.dims) != 1:
        raise ValueError(f"Shape {tensor.shape} must have rank 1: {name} is a vector.")
    return tensor._array.astype(wanted.array_dtype)


def _from_lengths(lengths):
    splits = numpy.zeros(len(lengths) + 1, lengths.dtype)
    numpy.cumsum(lengths, out=splits[1:])
    return splits


def _require_growth(numbers, function):
    _require((numpy.diff(numbers) >= 0).all(), function, "monotonic", f"{numbers} must not decrease")


def _require(holds, function, condition, explanation):
    if not holds:
        raise InvalidArgumentError(
            None,
            None,
            f"Arguments to {function} do not form a valid RaggedTensor:{condition}: {explanation}",
        )
