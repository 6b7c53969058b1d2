"""RaggedTensorSpec: the description of a ragged tensor."""

from tapeflow.core.dtypes import as_dtype, float32, int64
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import as_shape
from tapeflow.core.spec import TensorSpec, TypeSpec, ragged
from tapeflow.core.spec_registry import register
from tapeflow.core.tensor import Tensor
from tapeflow.ops.casting import cast
from tapeflow.ops.layout import concat


@register("tf.RaggedTensorSpec")
class RaggedTensorSpec(TypeSpec):
    """The description of a RaggedTensor.

    Args:
      shape: the shape, None for ragged axes; its rank must be known unless `ragged_rank` is given.
      dtype: the dtype of the elements.
      ragged_rank: how many axes are cut into rows; by default all but the first. 0 describes a Tensor.
      row_splits_dtype: int32 or int64.
      flat_values_spec: the spec of the innermost values, if it is not a TensorSpec.

    Raises ValueError for ranks that do not fit together.

    >>> tf.RaggedTensorSpec([None, None], tf.int32)
    RaggedTensorSpec(TensorShape([None, None]), tf.int32, 1, tf.int64)
    """

    __slots__ = ("_dtype", "_flat_values_spec", "_ragged_rank", "_row_splits_dtype", "_shape")

    def __init__(
        self, shape=None, dtype=float32, ragged_rank=None, row_splits_dtype=int64, flat_values_spec=None
    ):
        self._shape = as_shape(shape)
        self._row_splits_dtype = as_dtype(row_splits_dtype)
        if flat_values_spec is not None:
            dtype = flat_values_spec.dtype
        self._flat_values_spec = flat_values_spec
        self._dtype = as_dtype(dtype)
        rank = self._shape.rank
        if ragged_rank is None:
            if rank is None:
                raise ValueError("Must specify ragged_rank or a shape with a known rank.")
            ragged_rank = rank - 1
        if not isinstance(ragged_rank, int):
            raise TypeError(f"Argument `ragged_rank` must be an int. Received {ragged_rank!r}.")
        if rank is not None and ragged_rank >= rank:
            raise ValueError(f"Argument `ragged_rank` ({ragged_rank}) must be less than rank ({rank}).")
        self._ragged_rank = ragged_rank

    @classmethod
    def from_value(cls, value):
        """The spec of a RaggedTensor."""
        return value._type_spec

    @property
    def shape(self):
        """The shape, None for axes that may be ragged."""
        return self._shape

    @property
    def dtype(self):
        """The dtype of the elements."""
        return self._dtype

    @property
    def ragged_rank(self):
        """How many axes are cut into rows."""
        return self._ragged_rank

    @property
    def row_splits_dtype(self):
        """The dtype of the row splits."""
        return self._row_splits_dtype

    @property
    def flat_values_spec(self):
        """The spec of the innermost values that was given, or None."""
        return self._flat_values_spec

    @property
    def value_type(self):
        """RaggedTensor, or Tensor if no axis is ragged."""
        return _ragged_tensor() if self._ragged_rank else Tensor

    def _serialize(self):
        parts = (self._shape, self._dtype, self._ragged_rank, self._row_splits_dtype)
        return parts if self._flat_values_spec is None else (*parts, self._flat_values_spec)

    def is_compatible_with(self, spec_or_value):
        """Whether some value fits both; a spec without ragged axes describes tensors."""
        if (
            not self._ragged_rank
            and self._flat_values_spec is None
            and isinstance(spec_or_value, Tensor | TensorSpec)
        ):
            return TensorSpec(self._shape, self._dtype).is_compatible_with(spec_or_value)
        return super().is_compatible_with(spec_or_value)

    @property
    def _component_specs(self):
        if not self._ragged_rank:
            return [TensorSpec(self._shape, self._dtype)]
        dims = self._shape._dims
        inner = None if dims is None else (None, *dims[self._ragged_rank + 1 :])
        nrows = None if dims is None else dims[0]
        splits = [TensorSpec([None], self._row_splits_dtype) for _ in range(self._ragged_rank)]
        splits[0] = TensorSpec([None if nrows is None else nrows + 1], self._row_splits_dtype)
        return [self._flat_values_spec or TensorSpec(inner, self._dtype), *splits]

    def _from_components(self, components):
        """The value of these components, with the even row lengths that the shape tells."""
        from tapeflow.api.ragged.row_partition import RowPartition

        if not self._ragged_rank:
            return components[0]
        values, *splits = components
        dims = self._shape._dims
        for axis in range(len(splits), 0, -1):
            count = values.dims[0] if isinstance(values, Tensor) else values._row_partition._count
            rows = RowPartition._of(splits[axis - 1], None if dims is None else dims[axis], count)
            values = _ragged_tensor()._of(values, rows)
        return values

    # What data sets ask: specs and values of batches and of their rows.

    def _of(self, dims, ragged_rank):
        return RaggedTensorSpec(
            dims, self._dtype, ragged_rank, self._row_splits_dtype, self._flat_values_spec
        )

    def _batch(self, size):
        dims = self._shape._dims
        return self._of(None if dims is None else (size, *dims), self._ragged_rank + 1)

    def _unbatch(self):
        dims = self._shape._dims
        if not self._ragged_rank:
            return TensorSpec(None if dims is None else dims[1:], self._dtype)
        return self._of(None if dims is None else dims[1:], self._ragged_rank - 1)

    def _batched_value(self, values):
        """Ragged tensors, or tensors, as the rows of one."""
        kind, rank, dtype = _ragged_tensor(), self._ragged_rank, self._row_splits_dtype
        if rank:
            values = [
                kind.from_tensor(each, ragged_rank=rank, row_splits_dtype=dtype)
                if isinstance(each, Tensor)
                else each
                for each in values
            ]
            flat = concat(*[each.flat_values for each in values], axis=0)
            inner = list(zip(*[each.nested_row_lengths() for each in values], strict=True))
        else:
            flat, inner = concat(*values, axis=0), []
        outer = [each.dims[0] if isinstance(each, Tensor) else int(each.nrows()) for each in values]
        lengths = [as_tensor(outer, dtype), *[cast(concat(*each, axis=0), dtype) for each in inner]]
        found = kind.from_nested_row_lengths(flat, lengths, validate=False)
        return self._batch(None)._from_components(found._to_components())

    def _unbatched_values(self, value):
        """The rows of a ragged tensor."""
        return [value[place] for place in range(int(value.nrows()))]


def _spec_of_rows(spec, row_splits_dtype):
    unknown = [axis for axis, size in enumerate(spec.dims) if size is None]
    return RaggedTensorSpec(spec.shape, spec.dtype, max(unknown), row_splits_dtype)


ragged.spec = _spec_of_rows


def _ragged_tensor():
    from tapeflow.api.ragged.ragged_tensor import RaggedTensor  # which imports this module

    return RaggedTensor
