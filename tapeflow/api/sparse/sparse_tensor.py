"""SparseTensor: the places and values of some elements of a large tensor; the others are zero."""

import numpy

from tapeflow.core.arguments import int_tuple
from tapeflow.core.dtypes import as_dtype, float32, int64, string
from tapeflow.core.eager import wrap
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import TensorShape, as_shape
from tapeflow.core.size import visible
from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec
from tapeflow.core.tensor import Tensor
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.creation import zeros
from tapeflow.ops.gathering import gather
from tapeflow.ops.layout import concat, reshape
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
        self._shape = TensorShape._trusted(visible(int_tuple(self._dense_shape)))

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
        return SparseTensor, (self._indices, self._values, self._dense_shape)

    @property
    def _type_spec(self):
        return SparseTensorSpec(self._shape, self.dtype)

    def _to_components(self):
        return [self._indices, self._values, self._dense_shape]


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


def from_dense(tensor, name=None):
    """The elements of a tensor that are not zero (not empty, not False), as a SparseTensor. Gradients flow through it.

    Raises InvalidArgumentError for a scalar.

    >>> tf.sparse.from_dense([[0, 1], [2, 0]]).values.numpy()
    array([1, 2], dtype=int32)
    """
    tensor = as_tensor(tensor)
    if not tensor.dims:
        raise InvalidArgumentError(
            None, None, "A scalar has no places; tf.sparse.from_dense needs at least one axis."
        )
    places = numpy.argwhere(tensor._array != (b"" if tensor.dtype is string else 0))
    indices = wrap(places.astype(numpy.int64), int64)
    return SparseTensor(indices, gather_nd(tensor, indices), numpy.array(tensor.dims, numpy.int64))


def to_dense(sp_input, default_value=None, validate_indices=True, name=None):
    """The whole tensor, `default_value` (zero, "", False) where nothing is given. Gradients flow through it.

    Raises TypeError for anything but a SparseTensor, and InvalidArgumentError for a place outside, or, unless
    `validate_indices` is False, out of order or repeated. Without the check the last of repeated places
    counts.

    >>> tf.sparse.to_dense(tf.SparseTensor([[1]], [5], [3]), default_value=-1).numpy()
    array([-1,  5, -1], dtype=int32)
    """
    _check_sparse(sp_input)
    values = sp_input.values
    dims = tuple(sp_input.shape.as_list())
    indices = sp_input.indices._array
    flat = _flat_places(indices, dims)
    if validate_indices:
        _check_order(indices, flat)
    filler = zeros((), values.dtype) if default_value is None else as_tensor(default_value, values.dtype)
    chosen = numpy.full(int(numpy.prod(dims, dtype=numpy.int64)), len(indices))
    chosen[flat] = numpy.arange(len(indices))
    candidates = concat(values, reshape(filler, dims=(1,)), axis=0)
    return gather(candidates, wrap(chosen.reshape(dims), int64), axis=0, batch_dims=0)


def reorder(sp_input, name=None):
    """The same elements in the order of their places, row after row. TypeError for anything but a SparseTensor.

    >>> tf.sparse.reorder(tf.SparseTensor([[2], [0]], [1, 2], [3])).values.numpy()
    array([2, 1], dtype=int32)
    """
    _check_sparse(sp_input)
    order = numpy.lexsort(sp_input.indices._array.T[::-1])
    values = gather(sp_input.values, wrap(order.astype(numpy.int64), int64), axis=0, batch_dims=0)
    return SparseTensor(wrap(sp_input.indices._array[order], int64), values, sp_input.dense_shape)


def _check_sparse(value):
    if not isinstance(value, SparseTensor):
        raise TypeError(f"Input must be a SparseTensor, not {value!r}.")


def _int64(value, name):
    try:
        return as_tensor(value, int64)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _flat_places(indices, dims):
    """The places counted row after row; InvalidArgumentError for one that is outside."""
    outside = ((indices < 0) | (indices >= numpy.array(dims, numpy.int64))).any(axis=1)
    if outside.any():
        first = int(outside.argmax())
        raise InvalidArgumentError(
            None,
            None,
            f"indices[{first}] = {_text(indices[first])} is out of bounds: need 0 <= index < {_text(dims)}",
        )
    return numpy.ravel_multi_index(tuple(indices.T), dims) if len(indices) else numpy.zeros(0, numpy.int64)


def _check_order(indices, flat):
    steps = numpy.diff(flat)
    if (steps > 0).all():
        return
    first = int((steps <= 0).argmax())
    fault = (
        "is repeated"
        if steps[first] == 0
        else "is out of order. Many sparse ops require sorted indices.\n"
        "    Use `tf.sparse.reorder` to create a correctly ordered copy.\n\n"
    )
    message = f"indices[{first + 1}] = {_text(indices[first + 1])} {fault}"
    raise InvalidArgumentError(None, None, message)


def _text(numbers):
    return f"[{','.join(map(str, numbers))}]"
