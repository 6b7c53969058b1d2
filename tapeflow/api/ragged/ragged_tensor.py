"""RaggedTensor: a tensor whose rows differ in length; values in one tensor, and where the rows are."""

from itertools import pairwise

import numpy

from tapeflow.api.ragged import slicing
from tapeflow.api.ragged.ragged_spec import RaggedTensorSpec
from tapeflow.api.ragged.row_partition import RowPartition
from tapeflow.api.sparse.sparse_tensor import SparseTensor
from tapeflow.core.dtypes import as_dtype, int64
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import TensorShape
from tapeflow.core.size import may_equal, visible
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.casting import cast
from tapeflow.ops.indexed_slices import IndexedSlices, densify
from tapeflow.ops.layout import reshape, stack
from tapeflow.ops.ragged_rows import ragged_rows

_internal = object()


class RaggedTensor(CompositeTensor):
    """A tensor with axes along which lengths differ. Made by one of the functions `from_...`, or tf.ragged.constant.

    Axes 1 to `ragged_rank` are ragged (or cut evenly); the others are those of `flat_values`. Operators work
    element by element with numbers and with ragged tensors of the same rows.

    >>> words = tf.RaggedTensor.from_row_lengths([3, 1, 4, 1, 5], [2, 0, 3])
    >>> words
    <tf.RaggedTensor [[3, 1], [], [4, 1, 5]]>
    >>> words.shape, words[0].numpy(), words.to_tensor().numpy()[0]
    (TensorShape([3, None]), array([3, 1], dtype=int32), array([3, 1, 0], dtype=int32))
    """

    # Keras tells ragged tensors by the names of their class and its module.
    __module__ = "tensorflow.python.ops.ragged.ragged_tensor"
    __array_priority__ = 100
    _has_overloads = False

    def __init__(self, values, row_partition, internal=None):
        if internal is not _internal:
            raise ValueError(
                "RaggedTensor constructor is private; please use one of the factory methods instead (e.g., "
                "RaggedTensor.from_row_lengths())"
            )
        self._values = values
        self._row_partition = row_partition
        if not RaggedTensor._has_overloads:
            RaggedTensor._has_overloads = True
            from tapeflow.api.ragged import overloads  # which are functions of most namespaces

            overloads.enter(RaggedTensor)

    # Making

    @staticmethod
    def _of(values, row_partition):
        """The ragged tensor of these values and rows, which fit together."""
        return RaggedTensor(values, row_partition, _internal)

    @staticmethod
    def _cut(values, partition, validate=True):
        """The values in the rows that `partition(number of values)` gives."""
        values = _as_values(values)
        count = _length(values)
        return RaggedTensor._of(values, partition(count)._holding(count, validate))

    @classmethod
    def from_row_splits(cls, values, row_splits, name=None, validate=True):
        """Row i is values[row_splits[i] : row_splits[i + 1]].

        Raises InvalidArgumentError for splits that do not begin with 0, decrease, or do not end with the
        number of values.

        >>> tf.RaggedTensor.from_row_splits([1, 2, 3], [0, 2, 2, 3])
        <tf.RaggedTensor [[1, 2], [], [3]]>
        """
        return cls._cut(values, lambda count: RowPartition.from_row_splits(row_splits, validate), validate)

    @classmethod
    def from_row_lengths(cls, values, row_lengths, name=None, validate=True):
        """Row i has row_lengths[i] values; InvalidArgumentError if they do not add up to the number of values."""
        return cls._cut(values, lambda count: RowPartition.from_row_lengths(row_lengths, validate), validate)

    @classmethod
    def from_row_starts(cls, values, row_starts, name=None, validate=True):
        """Row i begins at row_starts[i] and ends where the next one begins."""
        return cls._cut(
            values, lambda count: RowPartition.from_row_starts(row_starts, count, validate), validate
        )

    @classmethod
    def from_row_limits(cls, values, row_limits, name=None, validate=True):
        """Row i ends at row_limits[i] and begins where the one before ends."""
        return cls._cut(values, lambda count: RowPartition.from_row_limits(row_limits, validate), validate)

    @classmethod
    def from_value_rowids(cls, values, value_rowids, nrows=None, name=None, validate=True):
        """Value j is in row value_rowids[j]; there are `nrows` rows, by default up to the last that has a value.

        >>> tf.RaggedTensor.from_value_rowids([1, 2, 3], [0, 0, 2], nrows=4)
        <tf.RaggedTensor [[1, 2], [], [3], []]>
        """
        return cls._cut(
            values, lambda count: RowPartition.from_value_rowids(value_rowids, nrows, validate), validate
        )

    @classmethod
    def from_uniform_row_length(cls, values, uniform_row_length, nrows=None, validate=True, name=None):
        """All rows have `uniform_row_length` values; ValueError if the number of values is no multiple of it.

        >>> tf.RaggedTensor.from_uniform_row_length([1, 2, 3, 4], 2).shape
        TensorShape([2, 2])
        """
        return cls._cut(
            values,
            lambda count: RowPartition.from_uniform_row_length(uniform_row_length, count, nrows, validate),
            validate,
        )

    @classmethod
    def from_nested_row_splits(cls, flat_values, nested_row_splits, name=None, validate=True):
        """Values cut into rows, these again, and so on; the outermost splits come first."""
        return _nest(cls.from_row_splits, flat_values, nested_row_splits, "nested_row_splits", validate)

    @classmethod
    def from_nested_row_lengths(cls, flat_values, nested_row_lengths, name=None, validate=True):
        """Values cut into rows, these again, and so on; the outermost lengths come first."""
        return _nest(cls.from_row_lengths, flat_values, nested_row_lengths, "nested_row_lengths", validate)

    @classmethod
    def from_nested_value_rowids(
        cls, flat_values, nested_value_rowids, nested_nrows=None, name=None, validate=True
    ):
        """Values cut into rows, these again, and so on; the outermost ids come first."""
        nrows = [None] * len(nested_value_rowids) if nested_nrows is None else list(nested_nrows)
        if len(nrows) != len(nested_value_rowids):
            raise ValueError(
                "Argument `nested_nrows` must have the same length as argument `nested_value_rowids`: "
                f"{len(nrows)} and {len(nested_value_rowids)}."
            )
        values = flat_values
        for ids, count in zip(reversed(nested_value_rowids), reversed(nrows), strict=True):
            values = cls.from_value_rowids(values, ids, count, validate=validate)
        return values

    @classmethod
    def from_tensor(
        cls, tensor, lengths=None, padding=None, ragged_rank=1, name=None, row_splits_dtype=int64
    ):
        """The rows of a Tensor, cut to `lengths` or before trailing elements that equal `padding`.

        Args:
          tensor: a tensor of at least two axes.
          lengths: a vector, or a list of one for each ragged axis.
          padding: a value of shape `tensor.shape[ragged_rank + 1:]`.
          ragged_rank: how many axes are cut.

        Raises ValueError for both lengths and padding, and for a ragged_rank that is not in [1, rank).

        >>> tf.RaggedTensor.from_tensor([[1, 2, 0], [3, 0, 0]], padding=0)
        <tf.RaggedTensor [[1, 2], [3]]>
        """
        if lengths is not None and padding is not None:
            raise ValueError("Specify argument `lengths` or `padding`, but not both.")
        tensor = as_tensor(tensor)
        if len(tensor.dims) < 2:
            raise ValueError(
                "The rank of a RaggedTensor must be greater than 1, i.e., a list of scalars won't have ragged "
                f"dimensions. Received argument `tensor` with rank {len(tensor.dims)}."
            )
        if not 0 < ragged_rank < len(tensor.dims):
            raise ValueError(
                f"Argument `ragged_rank` must be greater than 0 and less than the rank {len(tensor.dims)}. "
                f"Received {ragged_rank}."
            )
        return slicing.from_tensor(cls, tensor, lengths, padding, ragged_rank, as_dtype(row_splits_dtype))

    # What it is

    @property
    def dtype(self):
        """The DType of the elements."""
        return self._values.dtype

    @property
    def shape(self):
        """The static shape, a TensorShape: None for axes whose lengths may differ."""
        return TensorShape(visible(self._sizes))

    @property
    def _sizes(self):
        """The sizes of all axes: ints, Sizes, and None where lengths may differ."""
        rows, values = self._row_partition, self._values
        inner = values._sizes if isinstance(values, RaggedTensor) else values.dims
        return (rows._count, rows._uniform, *inner[1:])

    def get_shape(self):
        """The static shape, a TensorShape."""
        return self.shape

    @property
    def ragged_rank(self):
        """How many axes are cut into rows."""
        return 1 + (self._values.ragged_rank if isinstance(self._values, RaggedTensor) else 0)

    @property
    def values(self):
        """The rows one after the other: a Tensor, or a RaggedTensor of one ragged axis less."""
        return self._values

    @property
    def flat_values(self):
        """The innermost values, a Tensor."""
        values = self._values
        while isinstance(values, RaggedTensor):
            values = values._values
        return values

    @property
    def row_splits(self):
        """Row i is values[row_splits[i] : row_splits[i + 1]]; a Tensor."""
        return self._row_partition.row_splits()

    @property
    def uniform_row_length(self):
        """The length that all rows have by definition, a Tensor, or None."""
        return self._row_partition.uniform_row_length()

    @property
    def nested_row_splits(self):
        """The row splits of each ragged axis, outermost first; a tuple of Tensors."""
        return tuple([each.row_splits() for each in self._partitions])

    @property
    def _partitions(self):
        partitions = []
        values = self
        while isinstance(values, RaggedTensor):
            partitions.append(values._row_partition)
            values = values._values
        return partitions

    def nested_row_lengths(self, name=None):
        """The row lengths of each ragged axis, outermost first; a tuple of Tensors."""
        return tuple([each.row_lengths() for each in self._partitions])

    def nested_value_rowids(self, name=None):
        """The row of each value for each ragged axis, outermost first; a tuple of Tensors."""
        return tuple([each.value_rowids() for each in self._partitions])

    def value_rowids(self, name=None):
        """The row of each of the `values`, a Tensor."""
        return self._row_partition.value_rowids()

    def row_starts(self, name=None):
        """Where rows begin in the `values`, a Tensor."""
        return self._row_partition.row_starts()

    def row_limits(self, name=None):
        """Where rows end in the `values`, a Tensor."""
        return self._row_partition.row_limits()

    def nrows(self, out_type=None, name=None):
        """The number of rows, a Tensor."""
        out_type = self._row_partition.dtype if out_type is None else as_dtype(out_type)
        return as_tensor(self._row_partition._count, out_type)

    def row_lengths(self, axis=1, name=None):
        """The lengths of the rows along `axis`: a Tensor for axis 1, a RaggedTensor for inner ones.

        >>> tf.ragged.constant([[[1, 2], [3]], [[4]]]).row_lengths(axis=2)
        <tf.RaggedTensor [[2, 1], [1]]>
        """
        axis = slicing.checked_axis(axis, self._rank, "axis")
        if axis == 0:
            return self.nrows()
        if axis == 1:
            return self._row_partition.row_lengths()
        if isinstance(self._values, RaggedTensor):
            return self.with_values(self._values.row_lengths(axis - 1))
        dims = self._values.dims
        length = as_tensor(dims[axis - 1], self._row_partition.dtype)
        return self.with_values(broadcast_to(length, dims=dims[: axis - 1]))

    @property
    def _rank(self):
        return 1 + (self._values._rank if isinstance(self._values, RaggedTensor) else len(self._values.dims))

    def bounding_shape(self, axis=None, name=None, out_type=None):
        """The shape of the smallest box that holds it, or the size of one axis of that; a Tensor.

        >>> tf.ragged.constant([[1, 2, 3], [4]]).bounding_shape().numpy()
        array([2, 3])
        """
        out_type = self._row_partition.dtype if out_type is None else as_dtype(out_type)
        partitions = self._partitions
        rank = self._rank
        if axis is None:
            chosen = range(rank)
        elif isinstance(axis, list | tuple):
            chosen = [slicing.checked_axis(each, rank, "axis") for each in axis]
        else:
            chosen = [slicing.checked_axis(axis, rank, "axis")]
        sizes = []
        for each in chosen:
            if each == 0:
                size = partitions[0]._count
            elif each <= len(partitions):
                size = ragged_rows(partitions[each - 1]._splits, step="longest")
            else:
                size = self.flat_values.dims[each - len(partitions)]
            sizes.append(cast(size, out_type) if isinstance(size, Tensor) else as_tensor(size, out_type))
        return stack(*sizes, axis=0) if axis is None or isinstance(axis, list | tuple) else sizes[0]

    # Other values in the same rows

    def with_values(self, new_values):
        """The same rows with other values; ValueError if their number differs."""
        new_values = _as_values(new_values)
        count, wanted = _length(new_values), _length(self._values)
        if not may_equal(count, wanted):
            raise ValueError(
                f"Shapes ({wanted},) and ({count},) are incompatible: these rows hold {wanted} values."
            )
        return self._of(new_values, self._row_partition)

    def with_flat_values(self, new_values):
        """The same rows with other innermost values, as many; ValueError if their number differs."""
        if isinstance(self._values, RaggedTensor):
            return self.with_values(self._values.with_flat_values(new_values))
        return self.with_values(new_values)

    def with_row_splits_dtype(self, dtype):
        """The same with row splits of dtype int32 or int64."""
        values = self._values
        if isinstance(values, RaggedTensor):
            values = values.with_row_splits_dtype(dtype)
        return self._of(values, self._row_partition.with_dtype(as_dtype(dtype)))

    def merge_dims(self, outer_axis, inner_axis):
        """The axes from `outer_axis` to `inner_axis` made one; a Tensor if no ragged axis is left.

        >>> tf.ragged.constant([[[1, 2], [3]], [[4]]]).merge_dims(1, 2)
        <tf.RaggedTensor [[1, 2, 3], [4]]>
        """
        outer = slicing.checked_axis(outer_axis, self._rank, "outer_axis")
        inner = slicing.checked_axis(inner_axis, self._rank, "inner_axis")
        if outer > inner:
            raise ValueError(
                f"Expected outer_axis ({outer_axis}) to be less than or equal to inner_axis ({inner_axis})."
            )
        return slicing.merged(self, outer, inner)

    # Conversion

    def to_list(self):
        """The elements as nested lists.

        >>> tf.ragged.constant([[1], [2, 3]]).to_list()
        [[1], [2, 3]]
        """
        values = self._values
        splits = self._eager_splits("to_list").tolist()
        values = values.to_list() if isinstance(values, RaggedTensor) else values._array.tolist()
        return [values[start:end] for start, end in pairwise(splits)]

    def numpy(self):
        """The elements as a NumPy array: of objects, the rows, if these differ in length."""
        values = self._values
        splits = self._eager_splits("numpy")
        values = values.numpy() if isinstance(values, RaggedTensor) else values._array
        rows = [values[start:end] for start, end in pairwise(splits)]
        if len({len(row) for row in rows}) <= 1:
            return numpy.array(rows, dtype=values.dtype)
        array = numpy.empty(len(rows), object)
        for index, row in enumerate(rows):
            array[index] = row
        return array

    def _eager_splits(self, method):
        splits = self._row_partition._splits
        if not isinstance(splits, EagerTensor) or not isinstance(self.flat_values, EagerTensor):
            raise ValueError(f"RaggedTensor.{method}() is only supported in eager mode.")
        return splits._array

    def to_tensor(self, default_value=None, name=None, shape=None):
        """A Tensor in which short rows are filled up with `default_value` (zeros, empty strings).

        shape: sizes to cut or fill up to; None for the longest. Gradients flow through it.

        >>> tf.ragged.constant([[1, 2], [3]]).to_tensor(default_value=-1, shape=[None, 3]).numpy()
        array([[ 1,  2, -1],
               [ 3, -1, -1]], dtype=int32)
        """
        return slicing.padded(self, default_value, shape)

    def to_sparse(self, name=None):
        """A SparseTensor of the same elements, each at its place in its row.

        >>> tf.ragged.constant([[1, 2], [], [3]]).to_sparse().indices.numpy().tolist()
        [[0, 0], [0, 1], [2, 0]]
        """
        places = slicing.coordinates(self)
        values = reshape(self.flat_values, dims=(places.dims[0],))
        return SparseTensor(places, values, self.bounding_shape(out_type=int64))

    @classmethod
    def from_sparse(cls, st_input, name=None, row_splits_dtype=int64):
        """The rows of a SparseTensor of two axes, whose elements must fill rows from the left without gaps.

        Raises TypeError for anything but a SparseTensor, ValueError for another rank, and
        InvalidArgumentError for gaps.

        >>> tf.RaggedTensor.from_sparse(tf.SparseTensor([[0, 0], [0, 1], [2, 0]], [1, 2, 3], [3, 2]))
        <tf.RaggedTensor [[1, 2], [], [3]]>
        """
        if not isinstance(st_input, SparseTensor):
            raise TypeError(f"Argument `st_input` must be of type SparseTensor, not {st_input!r}.")
        if st_input.shape.rank != 2:
            raise ValueError(f"A SparseTensor of rank 2 has rows; this one has rank {st_input.shape.rank}.")
        ids = ragged_rows(st_input.indices, step="rows_of_places", dims=st_input.indices.dims[:1])
        dtype = as_dtype(row_splits_dtype)
        size = st_input.shape[0]
        nrows = st_input.dense_shape[0] if size is None else size
        rows = RowPartition.from_value_rowids(
            cast(ids, dtype), nrows=cast(nrows, dtype) if isinstance(nrows, Tensor) else nrows, validate=False
        )
        return cls._of(st_input.values, rows)

    # Python's protocols

    def __getitem__(self, key):
        """Rows by number or slice, then elements and slices of them, as of a list of lists.

        Raises IndexError for a row that is not there, and ValueError for one element of each of rows that
        differ in length.

        >>> words = tf.ragged.constant([[3, 1], [], [4, 1, 5]])
        >>> words[1:], words[:, :1], int(words[2, -1])
        (<tf.RaggedTensor [[], [4, 1, 5]]>, <tf.RaggedTensor [[3], [], [4]]>, 5)
        """
        return slicing.getitem(self, key)

    def __iter__(self):
        count = self._row_partition.static_nrows
        if count is None:
            raise TypeError(
                "A RaggedTensor whose number of rows is not known cannot be iterated over; use tf.map_fn."
            )
        return (self[index] for index in range(count))

    def __bool__(self):
        raise TypeError("RaggedTensor may not be used as a boolean.")

    def __hash__(self):
        raise TypeError("RaggedTensor is unhashable.")

    def __repr__(self):
        splits = self._row_partition._splits
        if not isinstance(splits, EagerTensor) or not isinstance(self.flat_values, EagerTensor):
            return f"tf.RaggedTensor(values={self._values}, row_splits={splits})"
        with numpy.printoptions(formatter={"all": _element_text}):
            return f"<tf.RaggedTensor {_element_text(self.numpy())}>"

    def __reduce__(self):
        return _rebuild, (self._values, self._row_partition)

    def consumers(self):
        """Only graphs know consumers: an empty list."""
        return []

    # As a value made of tensors

    @property
    def _type_spec(self):
        return RaggedTensorSpec(self.shape, self.dtype, self.ragged_rank, self._row_partition.dtype)

    def _to_components(self):
        return [self.flat_values, *self.nested_row_splits]

    def _differentiable(self):
        return self.flat_values

    def _with_gradient(self, gradient):
        return self.with_flat_values(densify(gradient) if isinstance(gradient, IndexedSlices) else gradient)


def _rebuild(values, row_partition):
    return RaggedTensor._of(values, row_partition)


def _as_values(values):
    return values if isinstance(values, RaggedTensor) else as_tensor(values)


def _length(values):
    """How many values there are to be cut into rows."""
    if isinstance(values, RaggedTensor):
        return values._row_partition._count
    if not values.dims:
        raise InvalidArgumentError(
            None, None, f"Values must have at least one axis to be cut into rows, not {values}"
        )
    return values.dims[0]


def _nest(cut, flat_values, nested, name, validate):
    if not isinstance(nested, list | tuple):
        raise TypeError(f"Argument `{name}` must be a list of Tensors, not {nested!r}.")
    values = flat_values
    for each in reversed(nested):
        values = cut(values, each, validate=validate)
    return values


def _element_text(value):
    if not isinstance(value, numpy.ndarray):
        return str(value)
    if value.size == 0:  # NumPy would write [] also for rows that are empty
        return repr(value.tolist())
    return numpy.array2string(value, separator=", ")
