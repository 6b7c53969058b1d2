"""DynamicRaggedShape: what tf.shape says of a ragged tensor."""

from tapeflow.api.ragged.row_partition import RowPartition
from tapeflow.core.arguments import int_tuple
from tapeflow.core.dtypes import as_dtype, int64
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import Size, visible
from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.ops.layout import reshape, stack


class DynamicRaggedShape(CompositeTensor):
    """The shape of a ragged tensor: how rows are cut, and the sizes of the even axes inside.

    Args:
      row_partitions: RowPartitions, outermost first.
      inner_shape: the shape of the innermost values, a vector.
      dtype: int32 or int64; that of the row partitions unless given.

    tf.zeros, tf.ones, tf.fill, tf.reshape and tf.broadcast_to take it as a shape.

    >>> shape = tf.shape(tf.ragged.constant([[1, 2], [3]]))
    >>> shape
    <DynamicRaggedShape lengths=[2, (2, 1)] num_row_partitions=1>
    >>> int(shape[0]), tf.zeros(shape)
    (2, <tf.RaggedTensor [[0.0, 0.0], [0.0]]>)
    """

    _is_tensor_like = False
    _has_overloads = False

    def __init__(self, row_partitions, inner_shape, dtype=None, validate=False, static_inner_shape=None):
        partitions = tuple(row_partitions)
        if not all([isinstance(each, RowPartition) for each in partitions]):
            raise TypeError(f"row_partitions should be RowPartitions, not {row_partitions!r}.")
        self._dtype = as_dtype(dtype or (partitions[0].dtype if partitions else int64))
        self._row_partitions = tuple([each.with_dtype(self._dtype) for each in partitions])
        self._inner = tuple(inner_shape) if _has_sizes(inner_shape) else int_tuple(inner_shape)
        if partitions and not self._inner:
            raise ValueError("inner_shape of a shape with row partitions has at least one size.")
        if not DynamicRaggedShape._has_overloads:
            DynamicRaggedShape._has_overloads = True
            from tapeflow.api.ragged.overloads import shapes  # which are functions of tensors

            shapes.enter(DynamicRaggedShape)

    @classmethod
    def from_tensor(cls, value, dtype=None):
        """The shape of a ragged tensor or a tensor."""
        value = as_tensor(value) if not isinstance(value, CompositeTensor) else value
        if isinstance(value, Tensor):
            return cls((), value.dims, dtype)
        return cls(value._partitions, value.flat_values.dims, dtype or value.row_splits.dtype)

    @classmethod
    def from_row_partitions(cls, row_partitions, dtype=None):
        """The shape whose rows are cut by these RowPartitions, and that ends there. ValueError if there are none."""
        if not row_partitions:
            raise ValueError("row_partitions cannot be empty")
        return cls(row_partitions, [row_partitions[-1].nvals()], dtype)

    @classmethod
    def from_lengths(cls, lengths, num_row_partitions=None, dtype=int64):
        """The shape with these sizes: an int for each even axis, a tuple of the lengths of all rows for a ragged one.

        num_row_partitions: how many axes are cut into rows; by default all up to the last ragged one.

        Raises ValueError for sizes of other kinds, and for lengths that do not fit together.

        >>> tf.experimental.DynamicRaggedShape.from_lengths([2, (1, 3), 5])
        <DynamicRaggedShape lengths=[2, (1, 3), 5] num_row_partitions=1>
        """
        if not isinstance(lengths, list | tuple):
            raise ValueError("lengths should be a list")
        for each in lengths:
            of_ints = isinstance(each, tuple) and all([isinstance(one, int) for one in each])
            if not isinstance(each, int) and not of_ints:
                raise ValueError(f"element of lengths should be int or tuple of ints: instead {each!r}")
        ragged = [axis for axis, each in enumerate(lengths) if isinstance(each, tuple)]
        least = ragged[-1] if ragged else 0
        count = least if num_row_partitions is None else num_row_partitions
        if 0 in ragged or not least <= count < max(len(lengths), 1):
            raise ValueError(f"num_row_partitions={count} does not fit lengths={lengths}.")
        partitions, rows = [], lengths[0] if lengths else None
        for each in lengths[1 : count + 1]:
            each = (each,) * rows if isinstance(each, int) else each
            if len(each) != rows:
                raise ValueError("Shape not consistent.")
            is_even = isinstance(lengths[len(partitions) + 1], int)
            partitions.append(
                RowPartition.from_uniform_row_length(
                    each[0] if each else 0, nvals=sum(each), nrows=rows, dtype=dtype
                )
                if is_even
                else RowPartition.from_row_lengths(each, dtype=dtype)
            )
            rows = sum(each)
        return cls(partitions, () if rows is None else (rows, *lengths[count + 1 :]), dtype)

    def with_dtype(self, dtype):
        """The same with sizes of another dtype."""
        return DynamicRaggedShape(self._row_partitions, self._inner, dtype)

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
        """Whether all rows along an axis have one length by definition. IndexError for an axis beyond the last."""
        if axis >= self.rank:
            raise IndexError(f"Expected axis={axis} < rank={self.rank}")
        return not 0 < axis <= self.num_row_partitions or self._row_partitions[axis - 1].is_uniform()

    def __getitem__(self, index):
        """The size of an axis, a Tensor, or the shape of some axes.

        Raises ValueError if lengths along the axis differ, or along one before the end of a slice that does not begin
        with the first axis.
        """
        if isinstance(index, slice):
            return self._slice(index)
        if not isinstance(index, int):
            raise TypeError("Argument is not an int or a slice")
        if index >= self.rank:
            raise IndexError(f"Index is too big: {index}>={self.rank}")
        if index < -self.rank:
            raise IndexError(f"Index must be in [{-self.rank}, {self.rank}), not {index}.")
        index %= self.rank
        if not self.is_uniform(index):
            raise ValueError(f"Index {index} is not uniform")
        return as_tensor(self._sizes[index], self._dtype)

    def _slice(self, index):
        if index.step not in (None, 1):
            raise IndexError("Cannot stride through a shape")
        start, stop, _ = index.indices(self.rank)
        if start:
            if not all([self.is_uniform(axis) for axis in range(stop)]):
                raise ValueError("All relevant dimensions must be uniform")
            return DynamicRaggedShape((), self._sizes[start:stop], self._dtype)
        count = self.num_row_partitions
        if stop > count:
            return DynamicRaggedShape(self._row_partitions, self._inner[: stop - count], self._dtype)
        inner = (self._row_partitions[stop - 1]._count,) if stop else ()
        return DynamicRaggedShape(self._row_partitions[: max(stop - 1, 0)], inner, self._dtype)

    @property
    def _sizes(self):
        """The sizes of all axes, None where lengths may differ."""
        if not self._row_partitions:
            return self._inner
        return (
            self._row_partitions[0]._count,
            *[each._uniform for each in self._row_partitions],
            *self._inner[1:],
        )

    def static_lengths(self, ragged_lengths=True):
        """The sizes that are known: an int, None, or a tuple of the lengths of rows."""
        found = []
        for axis, size in enumerate(self._sizes):
            if self.is_uniform(axis):
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
        return self._dtype is other._dtype and self.static_lengths() == other.static_lengths()

    def __hash__(self):
        raise TypeError("DynamicRaggedShape is unhashable.")

    def __repr__(self):
        lengths = ", ".join([str(each) for each in self.static_lengths()])
        return f"<DynamicRaggedShape lengths=[{lengths}] num_row_partitions={self.num_row_partitions}>"

    @property
    def _type_spec(self):
        partitions = tuple([each._type_spec for each in self._row_partitions])
        return DynamicRaggedShapeSpec(partitions, visible(self._inner), self._dtype)

    def _to_components(self):
        return (*self._row_partitions, self.inner_shape)


class DynamicRaggedShapeSpec(TypeSpec):
    """The description of a DynamicRaggedShape: specs of its row partitions, the known inner sizes, its dtype."""

    __slots__ = ("_dtype", "_inner", "_row_partitions")

    def __init__(self, row_partitions, static_inner_shape, dtype):
        self._row_partitions, self._inner, self._dtype = row_partitions, static_inner_shape, as_dtype(dtype)

    @property
    def value_type(self):
        """DynamicRaggedShape."""
        return DynamicRaggedShape

    def _serialize(self):
        return self._row_partitions, self._inner, self._dtype

    @property
    def _component_specs(self):
        return (*self._row_partitions, TensorSpec([len(self._inner)], self._dtype))

    def _from_components(self, components):
        *partitions, inner = components
        if None in self._inner:
            inner = int_tuple(inner)
        else:
            inner = self._inner
        return DynamicRaggedShape(partitions, inner, self._dtype)


def _has_sizes(dims):
    return isinstance(dims, tuple | list) and any([type(each) is Size for each in dims])


__all__ = ["DynamicRaggedShape", "RowPartition"]
