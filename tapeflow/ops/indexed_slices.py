"""IndexedSlices: a tensor given by some rows of it; what the gradient of a lookup is."""

import numpy

from tapeflow.core.arguments import int_tuple
from tapeflow.core.dtypes import as_dtype, float32, int32, int64
from tapeflow.core.eager import wrap
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import TensorShape, as_shape
from tapeflow.core.size import visible
from tapeflow.core.spec import CompositeTensor, TensorSpec, TypeSpec
from tapeflow.core.spec_registry import register
from tapeflow.ops.arithmetic import negative
from tapeflow.ops.casting import cast
from tapeflow.ops.layout import concat


class IndexedSlices(CompositeTensor):
    """Some rows of a large tensor: row `indices[i]` of it is `values[i]`; rows that come twice are added.

    Args:
      values: tensor of shape `[n, ...]`, the rows.
      indices: integer tensor of shape `[n]`.
      dense_shape: the shape of the whole tensor (a tensor, or a sequence of ints), if it is known.

    >>> rows = tf.IndexedSlices(tf.constant([[1.0], [2.0]]), tf.constant([0, 2]), [3, 1])
    >>> tf.convert_to_tensor(rows).numpy().ravel()
    array([1., 0., 2.], dtype=float32)
    """

    # Libraries tell such rows by the names of their class and its module.
    __module__ = "tensorflow.python.framework.indexed_slices"

    def __init__(self, values, indices, dense_shape=None):
        self._values = values
        self._indices = indices
        self._dense_shape = dense_shape

    @property
    def values(self):
        """The rows, a Tensor."""
        return self._values

    @property
    def indices(self):
        """Which rows they are, an integer Tensor of one axis."""
        return self._indices

    @property
    def dense_shape(self):
        """The shape of the whole tensor as a Tensor, or None."""
        dims = self._dense_shape
        if type(dims) is tuple or type(dims) is list:
            dtype = int64 if max(dims, default=0) > 0x7FFFFFFF else int32
            self._dense_shape = wrap(numpy.array(dims, dtype.array_dtype), dtype)
        return self._dense_shape

    @property
    def dims(self):
        """The shape of the whole tensor as a tuple; its first size is None if it is not known."""
        dims = self._dense_shape
        if dims is None:
            return (None, *as_tensor(self._values).dims[1:])
        if not isinstance(dims, tuple | list):
            return int_tuple(as_tensor(dims))
        return tuple(dims)

    @property
    def shape(self):
        """The shape of the whole tensor, a TensorShape; unknown without a dense_shape."""
        return TensorShape._trusted(None if self._dense_shape is None else visible(self.dims))

    @property
    def dtype(self):
        """The DType of the rows."""
        return self._values.dtype

    @property
    def device(self):
        """The name of the device that holds the rows."""
        return self._values.device

    @property
    def name(self):
        """The name of the rows, which only tensors in graphs have."""
        return self._values.name

    def __str__(self):
        shape = "" if self._dense_shape is None else f", dense_shape={self.dense_shape!s}"
        return f"IndexedSlices(indices={self._indices!s}, values={self._values!s}{shape})"

    __repr__ = __str__

    def __neg__(self):
        return IndexedSlices(negative(self._values), self._indices, self._dense_shape)

    def __tf_tensor__(self, dtype=None, name=None):
        """The whole tensor; ValueError if its shape is not known or `dtype` is another."""
        if dtype is not None and not as_dtype(dtype).is_compatible_with(self.dtype):
            raise ValueError(
                f"Incompatible tensor conversion requested to `dtype` {as_dtype(dtype).name} for "
                f"IndexedSlices ({self}) with dtype {self.dtype.name}"
            )
        return densify(self)

    def __array__(self, dtype=None, copy=None):
        return self.__tf_tensor__().__array__(dtype, copy)

    def __reduce__(self):
        return _rebuild, (self._values, self._indices, self._dense_shape)

    @property
    def _type_spec(self):
        return self._spec(TensorShape._trusted(visible(self.dims)), self._indices.shape)

    def _spec(self, shape, indices_shape):
        dense = self.dense_shape
        dense_dtype = None if dense is None else dense.dtype
        return IndexedSlicesSpec(shape, self.dtype, self._indices.dtype, dense_dtype, indices_shape)

    def _to_components(self):
        if self._dense_shape is None:
            return (self._values, self._indices)
        return (self._values, self._indices, self.dense_shape)

    def _differentiable(self):
        return self._values

    def _with_gradient(self, gradient):
        rows = densify(gradient) if isinstance(gradient, IndexedSlices) else gradient
        return IndexedSlices(rows, self._indices, self._dense_shape)

    def _shape_invariant_to_type_spec(self, shape):
        return self._spec(shape, shape[:1])


def _rebuild(values, indices, dense_shape):
    return IndexedSlices(values, indices, dense_shape)


@register("tf.IndexedSlicesSpec")
class IndexedSlicesSpec(TypeSpec):
    """The description of IndexedSlices.

    Args:
      shape: the shape of the whole tensor; None if nothing is known of it.
      dtype: the dtype of the rows.
      indices_dtype: the dtype of the indices.
      dense_shape_dtype: the dtype of the shape tensor; None if there is none.
      indices_shape: the shape of the indices.

    >>> tf.IndexedSlicesSpec([None, 2]).dtype
    tf.float32
    """

    __slots__ = ("_dense_shape_dtype", "_dtype", "_indices_dtype", "_indices_shape", "_shape")

    def __init__(
        self, shape=None, dtype=float32, indices_dtype=int64, dense_shape_dtype=None, indices_shape=None
    ):
        self._shape = as_shape(shape)
        self._dtype = as_dtype(dtype)
        self._indices_dtype = as_dtype(indices_dtype)
        self._dense_shape_dtype = None if dense_shape_dtype is None else as_dtype(dense_shape_dtype)
        self._indices_shape = as_shape(indices_shape).with_rank(1)

    @property
    def value_type(self):
        """IndexedSlices."""
        return IndexedSlices

    @property
    def shape(self):
        """The shape of the whole tensor."""
        return self._shape

    @property
    def dtype(self):
        """The dtype of the rows."""
        return self._dtype

    def _serialize(self):
        return self._shape, self._dtype, self._indices_dtype, self._dense_shape_dtype, self._indices_shape

    @property
    def _component_specs(self):
        rows = self._indices_shape.concatenate(self._shape[1:])
        specs = (TensorSpec(rows, self._dtype), TensorSpec(self._indices_shape, self._indices_dtype))
        if self._dense_shape_dtype is None:
            return specs
        return (*specs, TensorSpec([self._shape.rank], self._dense_shape_dtype))

    def _from_components(self, components):
        return IndexedSlices(*components)


def densify(slices):
    """The whole tensor that the IndexedSlices are rows of."""
    from tapeflow.ops.gathering import (
        add_at,
    )  # gathering stands on this module: its gradient is IndexedSlices

    size = slices.dims[0]
    if size is None:
        raise ValueError(
            f"Tensor conversion requested for IndexedSlices without dense_shape, which it needs: {slices}"
        )
    return add_at(as_tensor(slices.values), as_tensor(slices.indices), size=size, axis=0, batch_dims=0)


def accumulate(a, b):
    """Sum of two cotangents, either of which may be IndexedSlices; of two of them, all their rows."""
    if type(a) is not IndexedSlices:
        return a + (densify(b) if type(b) is IndexedSlices else b)
    if type(b) is not IndexedSlices:
        return densify(a) + b
    first, second = a.indices, b.indices
    if first._dtype is not second._dtype:
        first, second = [each if each._dtype is int64 else cast(each, int64) for each in (first, second)]
    shape = b._dense_shape if a._dense_shape is None else a._dense_shape
    return IndexedSlices(concat(a.values, b.values, axis=0), concat(first, second, axis=0), shape)
