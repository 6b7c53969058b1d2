"""What functions do that get the shape of a ragged tensor. Entered when the first DynamicRaggedShape is made."""

from tapeflow.api import arrays
from tapeflow.api.ragged.broadcasting import elementwise
from tapeflow.api.ragged.ragged_shape import DynamicRaggedShape
from tapeflow.core.arguments import int_tuple
from tapeflow.core.dtypes import float32, int8
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.overloads import overload, overloads_of
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import Tensor


def enter(kind):
    """Enters all overloads for DynamicRaggedShape, which is `kind`."""
    overload(arrays.zeros, kind, _zeros)
    overload(arrays.ones, kind, _ones)
    overload(arrays.fill, kind, _fill)
    overload(arrays.reshape, kind, _reshape)
    overload(arrays.broadcast_to, kind, _broadcast_to)
    overload(arrays.broadcast_dynamic_shape, kind, _broadcast_shapes)


def _zeros(shape, dtype=float32, name=None, layout=None):
    return shape._filled(arrays.zeros(shape.inner_shape, dtype))


def _ones(shape, dtype=float32, name=None, layout=None):
    return shape._filled(arrays.ones(shape.inner_shape, dtype))


def _fill(dims, value, name=None):
    return dims._filled(arrays.fill(dims.inner_shape, value))


def _reshape(tensor, shape, name=None):
    values = tensor.flat_values if hasattr(tensor, "flat_values") else tensor
    return shape._filled(overloads_of(arrays.reshape).plain(values, shape.inner_shape))


def _broadcast_to(input, shape, name=None):
    plain = overloads_of(arrays.broadcast_to).plain
    input = input if isinstance(input, CompositeTensor) else as_tensor(input)
    like = _zeros(shape, int8)
    if isinstance(input, Tensor) and isinstance(like, Tensor):
        return plain(input, shape.inner_shape)
    found = elementwise(lambda a, b: plain(a, arrays.shape(b)), input, like)
    if found.shape.rank != shape.rank or found.flat_values.dims[0] != shape._inner[0]:
        raise InvalidArgumentError(
            None, None, f"Unable to broadcast: a value of shape {input.shape} is not broadcast to {shape!r}."
        )
    return found


def _broadcast_shapes(shape_x, shape_y):
    shapes = [
        each if isinstance(each, DynamicRaggedShape) else DynamicRaggedShape((), int_tuple(as_tensor(each)))
        for each in (shape_x, shape_y)
    ]
    first, second = [_zeros(each, int8) for each in shapes]
    if isinstance(first, Tensor) and isinstance(second, Tensor):
        return DynamicRaggedShape.from_tensor(first + second, shapes[0].dtype)
    return DynamicRaggedShape.from_tensor(elementwise(lambda a, b: a + b, first, second))
