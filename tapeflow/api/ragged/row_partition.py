"""RowPartition: how a sequence of values is cut into rows."""

import numpy

from tapeflow.core.arguments import scalar_int
from tapeflow.core.dtypes import as_dtype, int32, int64
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import Size
from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.ops.casting import cast_to
from tapeflow.ops.ragged_rows import ragged_rows

_factories = object()


class RowPartition(CompositeTensor):
    """Cuts `nvals()` values into `nrows()` rows. Made by one of the functions `from_...`.

    >>> rows = RowPartition.from_row_lengths([2, 0, 1])
    >>> rows
    tf.RowPartition(row_splits=[0 2 2 3])
    >>> rows.value_rowids().numpy()
    array([0, 0, 2])
    """

    def __init__(self, splits, uniform=None, internal=None, nvals=None):
        if internal is not _factories:
            raise ValueError(
                "RowPartition constructor is private; please use one of the factory methods instead "
                "(e.g., RowPartition.from_row_lengths())"
            )
        self._splits = splits  # a Tensor
        self._uniform = (
            uniform  # the length that all rows have, if that is what they were made by: an int or a Size
        )
        self._nvals = nvals  # the number of values, an int or a Size, as far as it is known without looking

    @classmethod
    def _of(cls, splits, uniform=None, nvals=None):
        """The partition with these splits, a tensor that is right."""
        return cls(splits, uniform, _factories, nvals)

    # Making

    @classmethod
    def from_row_splits(cls, row_splits, validate=True, dtype=None, dtype_hint=None):
        """Row i is values[row_splits[i] : row_splits[i + 1]].

        Raises ValueError for splits that are empty or no vector of int32 or int64, InvalidArgumentError for
        ones that do not begin with 0 or decrease (unless `validate` is False).
        """
        splits = _encoding("row_splits", row_splits, dtype, dtype_hint)
        if splits.dims[0] == 0:
            raise ValueError("row_splits tensor may not be empty.")
        return cls._of(ragged_rows(splits, step="checked_splits") if validate else splits)

    @classmethod
    def from_row_lengths(cls, row_lengths, validate=True, dtype=None, dtype_hint=None):
        """Row i has row_lengths[i] values. InvalidArgumentError for a negative length."""
        lengths = _encoding("row_lengths", row_lengths, dtype, dtype_hint)
        return cls._of(ragged_rows(lengths, step="from_lengths", settings=(bool(validate),)))

    @classmethod
    def from_row_starts(cls, row_starts, nvals, validate=True, dtype=None, dtype_hint=None):
        """Row i begins at row_starts[i], and the last one ends at `nvals`."""
        starts = _encoding("row_starts", row_starts, dtype, dtype_hint)
        count = as_tensor(nvals)
        return cls._of(ragged_rows(starts, count, step="from_starts", settings=(bool(validate),)))

    @classmethod
    def from_row_limits(cls, row_limits, validate=True, dtype=None, dtype_hint=None):
        """Row i ends at row_limits[i]."""
        limits = _encoding("row_limits", row_limits, dtype, dtype_hint)
        return cls._of(ragged_rows(limits, step="from_limits", settings=(bool(validate),)))

    @classmethod
    def from_value_rowids(cls, value_rowids, nrows=None, validate=True, dtype=None, dtype_hint=None):
        """Value j is in row value_rowids[j]; rows come in order, and there are `nrows` of them.

        Raises InvalidArgumentError for decreasing ids and ValueError for an id beyond `nrows`.
        """
        rowids = _encoding("value_rowids", value_rowids, dtype, dtype_hint)
        given = [] if nrows is None else [as_tensor(nrows)]
        count = None if nrows is None else scalar_int(nrows, "nrows")
        if type(count) is int and count < 0:
            raise ValueError(f"Expected nrows >= 0; got {count}")
        splits = ragged_rows(
            rowids,
            *given,
            step="from_rowids",
            settings=(bool(validate),),
            dims=(None if count is None else count + 1,),
        )
        return cls._of(splits, nvals=rowids.dims[0])

    @classmethod
    def from_uniform_row_length(
        cls, uniform_row_length, nvals=None, nrows=None, validate=True, dtype=None, dtype_hint=None
    ):
        """Every row has `uniform_row_length` values; `nvals` or `nrows` says how many there are.

        Raises ValueError if the numbers do not fit together.
        """
        chosen = as_dtype(dtype or dtype_hint or _dtype_of(uniform_row_length) or int64)
        length = scalar_int(uniform_row_length, "uniform_row_length")
        nvals = None if nvals is None else scalar_int(nvals, "nvals")
        if type(length) is int and length < 0:
            raise ValueError(f"uniform_row_length must be >= 0, not {length}.")
        if nrows is None:
            if nvals is None:
                raise ValueError("uniform_row_length: at least one of nvals and nrows must be given.")
            nrows = nvals // length if type(length) is Size or length else 0
        nrows = scalar_int(nrows, "nrows")
        product = nrows * length
        if nvals is not None and product != nvals and not any([type(n) is Size for n in (product, nvals)]):
            raise ValueError(f"uniform_row_length={length} times nrows={nrows} must equal nvals={nvals}")
        numbers = as_tensor(length, chosen), as_tensor(nrows, chosen)
        return cls._of(ragged_rows(*numbers, step="from_uniform", dims=(nrows + 1,)), length, product)

    def _holding(self, count, validate=True):
        """The same rows, which are to hold `count` values (an int or Size). InvalidArgumentError if they do not."""
        if self._nvals is not None and self._nvals == count:
            return self
        splits = self._splits
        if validate:
            splits = ragged_rows(splits, as_tensor(count, splits._dtype), step="splits_of_values")
        return RowPartition._of(splits, self._uniform, count)

    # What it is

    @property
    def dtype(self):
        """int32 or int64: what the numbers below come in."""
        return self._splits._dtype

    @property
    def _count(self):
        """The number of rows, an int or a Size."""
        return self._splits.dims[0] - 1

    @property
    def _num_values(self):
        """The number of values, an int or a Size."""
        if self._nvals is None:
            self._nvals = scalar_int(self._splits[-1], "nvals")
        return self._nvals

    @property
    def static_nrows(self):
        """The number of rows, an int; None while it is not known."""
        return _known(self._count)

    @property
    def static_nvals(self):
        """The number of values, an int; None while it is not known."""
        return _known(self._num_values)

    @property
    def static_uniform_row_length(self):
        """The length that all rows have by definition, an int; None if they may differ or it is not known."""
        return None if self._uniform is None else _known(self._uniform)

    def is_uniform(self):
        """Whether all rows have one length by definition."""
        return self._uniform is not None

    def nrows(self):
        """The number of rows, a Tensor."""
        return as_tensor(self._count, self.dtype)

    def nvals(self):
        """The number of values, a Tensor."""
        return as_tensor(self._num_values, self.dtype)

    def uniform_row_length(self):
        """The length that all rows have by definition, a Tensor, or None."""
        return None if self._uniform is None else as_tensor(self._uniform, self.dtype)

    def row_splits(self):
        """Where rows begin and, at the end, the number of values; a Tensor of shape `[nrows + 1]`."""
        return self._splits

    def row_starts(self):
        """Where rows begin, a Tensor of shape `[nrows]`."""
        return self._splits[:-1]

    def row_limits(self):
        """Where rows end, a Tensor of shape `[nrows]`."""
        return self._splits[1:]

    def row_lengths(self):
        """How many values rows have, a Tensor of shape `[nrows]`."""
        return ragged_rows(self._splits, step="lengths")

    def value_rowids(self):
        """The row of each value, a Tensor of shape `[nvals]`."""
        return ragged_rows(self._splits, step="rowids", dims=(self._num_values,))

    def offsets_in_rows(self):
        """The place of each value in its row, a Tensor of shape `[nvals]`."""
        return ragged_rows(self._splits, step="offsets", dims=(self._num_values,))

    def with_dtype(self, dtype):
        """The same rows with numbers of the dtype int32 or int64; ValueError for others."""
        return RowPartition._of(
            _encoding("row_splits", self._splits, dtype, None), self._uniform, self._nvals
        )

    def __repr__(self):
        if self._uniform is not None:
            return f"tf.RowPartition(nrows={_text(self._count)}, uniform_row_length={_text(self._uniform)})"
        splits = self._splits
        return f"tf.RowPartition(row_splits={splits._array if type(splits) is EagerTensor else splits})"

    def __reduce__(self):
        return _rebuild, (self._splits, self._uniform)

    @property
    def _type_spec(self):
        return RowPartitionSpec(self.static_nrows, None, self.static_uniform_row_length, self.dtype)

    def _to_components(self):
        return self._splits


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
        return RowPartition._of(components, self._uniform_row_length, self._nvals)

    def __repr__(self):
        return (
            f"RowPartitionSpec(nrows={self._nrows}, nvals={self._nvals}, "
            f"uniform_row_length={self._uniform_row_length}, dtype={self._dtype!r})"
        )


def _rebuild(splits, uniform):
    return RowPartition._of(splits, uniform)


def _known(number):
    return None if type(number) is Size else number


def _text(number):
    return "None" if type(number) is Size else number


def _dtype_of(value):
    return value.dtype if isinstance(value, Tensor) else None


def _encoding(name, value, dtype, hint):
    """A vector of int32 or int64 numbers that say where rows are."""
    wanted = dtype or _dtype_of(value) or (value.dtype if isinstance(value, numpy.ndarray) else None) or hint
    tensor = as_tensor(value)
    if not tensor.dims == (0,) and not tensor.dtype.is_integer:
        raise ValueError(f"{name} must have dtype int32 or int64, not {tensor.dtype.name}.")
    wanted = as_dtype(wanted or int64)
    if wanted not in (int32, int64):
        raise ValueError(f"{name} must have dtype int32 or int64, not {wanted.name}.")
    if len(tensor.dims) != 1:
        raise ValueError(f"Shape {tensor.shape} must have rank 1: {name} is a vector.")
    return tensor if tensor._dtype is wanted else cast_to(tensor, dtype=wanted)
