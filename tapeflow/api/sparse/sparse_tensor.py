"""SparseTensor: the places and values of some elements of a large tensor; the others are zero."""

from itertools import pairwise

import numpy

from tapeflow.core.arguments import int_tuple
from tapeflow.core.dtypes import as_dtype, float32, int64
from tapeflow.core.eager import wrap
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import TensorShape, as_shape
from tapeflow.core.size import UnknownSizeError, visible
from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec
from tapeflow.core.spec_registry import register
from tapeflow.core.tensor import Tensor
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.layout import concat
from tapeflow.ops.scattering import gather_nd


class SparseTensor(CompositeTensor):
    """Some elements of a tensor: the element at `indices[i]` is `values[i]`.

    Args:
      indices: int64 tensor of shape `[n, rank]`, in the order of the elements for most uses (see
        `tf.sparse.reorder`).
      values: tensor of shape `[n]`.
      dense_shape: int64 tensor of shape `[rank]`, the shape of the whole.

    Raises ValueError if the shapes do not fit together.

    >>> places = tf.SparseTensor(indices=[[0, 1], [2, 0]], values=[1.0, 2.0], dense_shape=[3, 2])
    >>> tf.sparse.to_dense(places).numpy()
    array([[0., 1.],
           [0., 0.],
           [2., 0.]], dtype=float32)
    """

    # Keras tells sparse tensors by the names of their class and its module.
    __module__ = "tensorflow.python.framework.sparse_tensor"
    _has_overloads = False

    def __init__(self, indices, values, dense_shape):
        self._indices = _int64(indices, "indices")
        self._values = as_tensor(values)
        self._dense_shape = _int64(dense_shape, "dense_shape")
        places = self._indices.shape.with_rank(2)
        count = self._values.shape.with_rank(1)
        axes = self._dense_shape.shape.with_rank(1)
        for what, one, other in (("values", places[0], count[0]), ("axes", places[1], axes[0])):
            if one != other:
                raise ValueError(
                    f"Dimensions {one} and {other} are not compatible: indices of shape {places} are for "
                    f"{one} {what}."
                )
        self._shape = TensorShape._trusted(_static_dims(self._dense_shape))
        if not SparseTensor._has_overloads:
            SparseTensor._has_overloads = True
            from tapeflow.api.sparse import overloads  # which are functions of many namespaces

            overloads.enter(SparseTensor)

    @classmethod
    def from_value(cls, sparse_tensor_value):
        """A SparseTensor of anything that has indices, values and a dense_shape; TypeError otherwise."""
        value = sparse_tensor_value
        if not all(hasattr(value, name) for name in ("indices", "values", "dense_shape")):
            raise TypeError(
                f"Argument sparse_tensor_value={value} is neither a SparseTensor nor SparseTensorValue."
            )
        return cls(value.indices, value.values, value.dense_shape)

    @property
    def indices(self):
        """The places, an int64 Tensor of shape `[n, rank]`."""
        return self._indices

    @property
    def values(self):
        """The elements, a Tensor of shape `[n]`."""
        return self._values

    @property
    def dense_shape(self):
        """The shape of the whole, an int64 Tensor."""
        return self._dense_shape

    @property
    def dtype(self):
        """The DType of the elements."""
        return self._values.dtype

    @property
    def shape(self):
        """The shape of the whole, a TensorShape."""
        return self._shape

    def get_shape(self):
        """The shape of the whole, a TensorShape."""
        return self._shape

    def set_shape(self, shape):
        """Checks that `shape` is compatible with the shape; ValueError otherwise."""
        self._shape = self._shape.merge_with(shape)

    def with_values(self, new_values):
        """Other elements at the same places; ValueError if their number differs.

        >>> s = tf.SparseTensor([[0], [3]], [1, 2], [4])
        >>> s.with_values(s.values * 10).values.numpy()
        array([10, 20], dtype=int32)
        """
        return SparseTensor(self._indices, new_values, self._dense_shape)

    def consumers(self):
        """Only graphs know consumers: an empty list."""
        return []

    def __mul__(self, other):
        return self.with_values(self._values * self._beside(other))

    def __truediv__(self, other):
        return self.with_values(self._values / self._beside(other))

    def _beside(self, other):
        """What stands beside each element in a dense operand."""
        other = as_tensor(other, None if isinstance(other, Tensor) else self.dtype)
        if not other.dims:
            return other
        return gather_nd(broadcast_to(other, dims=tuple(self._shape.as_list())), self._indices)

    def __repr__(self):
        return (
            f"SparseTensor(indices={self._indices!s}, values={self._values!s}, "
            f"dense_shape={self._dense_shape!s})"
        )

    def __reduce__(self):
        return _rebuild, (self._indices, self._values, self._dense_shape)

    @property
    def _type_spec(self):
        return SparseTensorSpec(self._shape, self.dtype)

    def _to_components(self):
        return [self._indices, self._values, self._dense_shape]


@register("tf.SparseTensorSpec")
class SparseTensorSpec(TypeSpec):
    """The description of a SparseTensor: its shape and dtype.

    >>> tf.SparseTensorSpec([None, 3], tf.int32)
    SparseTensorSpec(TensorShape([None, 3]), tf.int32)
    """

    __slots__ = ("_dtype", "_shape")

    def __init__(self, shape=None, dtype=float32):
        self._shape = as_shape(shape)
        self._dtype = as_dtype(dtype)

    @property
    def value_type(self):
        """SparseTensor."""
        return SparseTensor

    @property
    def shape(self):
        """The shape of the whole."""
        return self._shape

    @property
    def dtype(self):
        """The dtype of the elements."""
        return self._dtype

    def _serialize(self):
        return self._shape, self._dtype

    @property
    def _component_specs(self):
        rank = self._shape.rank
        return [TensorSpec([None, rank], int64), TensorSpec([None], self._dtype), TensorSpec([rank], int64)]

    def _from_components(self, components):
        found = SparseTensor(*components)
        found.set_shape(self._shape)  # sizes that a program does not see in its tensors
        return found

    # What data sets ask: specs and values of batches and of their rows.

    def _batch(self, size):
        dims = self._shape._dims
        return SparseTensorSpec(None if dims is None else (size, *dims), self._dtype)

    def _unbatch(self):
        dims = self._shape._dims
        if dims == ():
            raise ValueError("Cannot unbatch a sparse tensor without axes.")
        return SparseTensorSpec(None if dims is None else dims[1:], self._dtype)

    def _batched_value(self, values):
        """Sparse tensors as the rows of one, which is as large as the largest of them."""
        counts = [each.values.dims[0] for each in values]
        numbers = numpy.repeat(numpy.arange(len(values)), counts)[:, None]
        places = numpy.concatenate([each.indices._array for each in values])
        sizes = numpy.max([each.dense_shape._array for each in values], axis=0)
        return SparseTensor(
            numpy.concatenate([numbers, places], axis=1),
            concat(*[each.values for each in values], axis=0),
            numpy.concatenate([[len(values)], sizes]).astype(numpy.int64),
        )

    def _unbatched_values(self, value):
        """The rows of a sparse tensor."""
        places, shape = value.indices._array, value.dense_shape._array
        order = numpy.argsort(places[:, 0], kind="stable")
        ends = numpy.searchsorted(places[order, 0], numpy.arange(shape[0] + 1))
        rows = [order[start:end] for start, end in pairwise(ends.tolist())]
        values = value.values._array
        return [
            SparseTensor(places[row, 1:], wrap(values[row], value.dtype), wrap(shape[1:], int64))
            for row in rows
        ]


def _rebuild(indices, values, dense_shape):
    return SparseTensor(indices, values, dense_shape)


def _int64(value, name):
    try:
        return as_tensor(value, int64)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _static_dims(dense_shape):
    """The sizes in a shape, as far as they are known."""
    try:
        return visible(int_tuple(dense_shape))
    except (UnknownSizeError, NotImplementedError):  # while a function is traced
        return (
            (None,) * dense_shape.dims[0] if dense_shape.dims and type(dense_shape.dims[0]) is int else None
        )
