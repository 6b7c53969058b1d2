"""DynamicRaggedShape: what tf.shape says of a ragged tensor."""

from tapeflow.api.ragged.row_partition import RowPartition
from tapeflow.core.dtypes import as_dtype, int64
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import Size
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.ops.layout import reshape, stack


class DynamicRaggedShape:
    """The shape of a ragged tensor: how rows are cut, and the sizes of the even axes inside.

    >>> shape = tf.shape(tf.ragged.constant([[1, 2], [3]]))
    >>> shape
    <DynamicRaggedShape lengths=[2, (2, 1)] num_row_partitions=1>
    >>> int(shape[0])
    2
    """

    def __init__(self, row_partitions, inner_shape, dtype=None):
        self._row_partitions = tuple(row_partitions)
        self._inner = tuple(inner_shape)
        self._dtype = as_dtype(dtype or int64)

    @classmethod
    def from_tensor(cls, value, dtype=None):
        """The shape of a ragged tensor or a tensor."""
        if isinstance(value, Tensor):
            return cls((), value.dims, dtype)
        dtype = value.row_splits.dtype if dtype is None else as_dtype(dtype)
        partitions = [each.with_dtype(dtype) for each in value._partitions]
        return cls(partitions, value.flat_values.dims, dtype)

    @property
    def dtype(self):
        """int32 or int64: what sizes come in."""
        return self._dtype

    @property
    def rank(self):
        """The number of axes."""
        return len(self._row_partitions) + len(self._inner)

    @property
    def row_partitions(self):
        """How axes are cut into rows, outermost first; a tuple of RowPartitions."""
        return self._row_partitions

    @property
    def num_row_partitions(self):
        """How many axes are cut into rows."""
        return len(self._row_partitions)

    @property
    def inner_shape(self):
        """The shape of the innermost values, a Tensor."""
        return stack(*[as_tensor(each, self._dtype) for each in self._inner], axis=0)

    @property
    def inner_rank(self):
        """How many axes the innermost values have."""
        return len(self._inner)

    def is_uniform(self, axis):
        """Whether all rows along an axis have one length by definition."""
        return not 0 < axis <= self.num_row_partitions or self._row_partitions[axis - 1].is_uniform()

    def __getitem__(self, index):
        """The size of an axis, a Tensor; ValueError if the lengths along it differ."""
        if not isinstance(index, int):
            raise NotImplementedError("Sizes are taken from a DynamicRaggedShape one by one.")
        if not -self.rank <= index < self.rank:
            raise IndexError(f"Index must be in [{-self.rank}, {self.rank}), not {index}.")
        index %= self.rank
        if not self.is_uniform(index):
            raise ValueError(f"Index {index} is not uniform")
        if not self._row_partitions or index > self.num_row_partitions:
            return as_tensor(self._inner[index - self.num_row_partitions], self._dtype)
        if index == 0:
            return self._row_partitions[0].nrows()
        return self._row_partitions[index - 1].uniform_row_length()

    def static_lengths(self, ragged_lengths=True):
        """The sizes that are known: an int, None, or a tuple of the lengths of rows."""
        found = []
        for axis in range(self.rank):
            if self.is_uniform(axis):
                if self._row_partitions and axis == 0:
                    size = self._row_partitions[0]._count
                elif 0 < axis <= self.num_row_partitions:
                    size = self._row_partitions[axis - 1]._uniform
                else:
                    size = self._inner[axis - self.num_row_partitions]
                found.append(None if type(size) is Size else size)
            else:
                lengths = self._row_partitions[axis - 1].row_lengths()
                eager = ragged_lengths and isinstance(lengths, EagerTensor)
                found.append(tuple(lengths.numpy().tolist()) if eager else None)
        return found

    def _filled(self, values):
        """The ragged tensor of this shape with these elements."""
        from tapeflow.api.ragged.ragged_tensor import RaggedTensor

        values = reshape(values, dims=self._inner)
        for each in reversed(self._row_partitions):
            values = RaggedTensor._of(values, each)
        return values

    def __eq__(self, other):
        if not isinstance(other, DynamicRaggedShape):
            return NotImplemented
        return self.static_lengths() == other.static_lengths()

    def __hash__(self):
        raise TypeError("DynamicRaggedShape is unhashable.")

    def __repr__(self):
        lengths = ", ".join([str(each) for each in self.static_lengths()])
        return f"<DynamicRaggedShape lengths=[{lengths}] num_row_partitions={self.num_row_partitions}>"


__all__ = ["DynamicRaggedShape", "RowPartition"]
