"""From values to tensors, and what is known of a tensor: its shape, size and rank."""

from math import prod

import numpy

from tapeflow.api.arrays.arguments import ints, wrong_attribute
from tapeflow.core.dtypes import as_dtype, int32, int64
from tapeflow.core.eager import constant as embedded
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.shapes import TensorShape, as_shape, broadcast_shapes
from tapeflow.core.size import Size, has_sizes
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import EagerTensor, Tensor, TensorType
from tapeflow.graph.elements import known_elements
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.ops import broadcasting, layout
from tapeflow.ops.selection import identity

__all__ = [
    "broadcast_dynamic_shape",
    "broadcast_static_shape",
    "constant",
    "convert_to_tensor",
    "ensure_shape",
    "get_static_value",
    "identity_n",
    "is_symbolic_tensor",
    "is_tensor",
    "rank",
    "shape",
    "shape_n",
    "size",
]


def constant(value, dtype=None, shape=None, name="Const"):
    """A tensor with the elements of a Python or NumPy value.

    Args:
      value: a number, string or bool, a rectangular nest of lists of those, or an array.
      dtype: the dtype; without it Python ints become int32, floats float32, and arrays keep theirs.
      shape: the shape; a single element is repeated to fill it.

    Raises TypeError for a value that `dtype` cannot hold or that does not fill the shape, ValueError for a value
    that is no tensor.

    >>> tf.constant([[1, 2], [3, 4]]).shape
    TensorShape([2, 2])
    >>> tf.constant(0.5, shape=[2]).numpy()
    array([0.5, 0.5], dtype=float32)
    """
    if dtype is not None:
        dtype = as_dtype(dtype)
    if isinstance(value, Tensor) and dtype is not None and value._dtype is not dtype:
        raise TypeError(f"Expected tensor {value} with dtype {dtype!r}, but got dtype {value._dtype!r}.")
    tensor = as_tensor(value, dtype)
    if shape is None:
        return tensor
    dims = tuple(as_shape(shape).as_list())
    if None in dims:
        raise ValueError(f"A constant needs a shape that is fully known, not {as_shape(shape)}.")
    if tensor.dims == dims:
        return tensor
    count = prod(tensor.dims)
    if count == prod(dims):
        return layout.reshape(tensor, dims=dims)
    if count == 1:
        return broadcasting.broadcast_to(layout.reshape(tensor, dims=()), dims=dims)
    raise TypeError(
        f"Eager execution of tf.constant with unsupported shape. Tensor {tensor} (converted from {value!r}) "
        f"has {count} elements, but got `shape` {dims} with {prod(dims)} elements)."
    )


def convert_to_tensor(value, dtype=None, dtype_hint=None, name=None):
    """`value` as a Tensor; a Tensor is returned as it is.

    Args:
      value: a tensor, a variable, anything that `tf.constant` takes, or a list of those.
      dtype: the dtype that the result must have.
      dtype_hint: the dtype that the result has if the value can be converted to it; ignored otherwise.

    Raises ValueError for a tensor of another dtype, TypeError or ValueError for what cannot be converted.

    >>> tf.convert_to_tensor([1, 2], dtype_hint=tf.float32).dtype
    tf.float32
    """
    if dtype is not None:
        return as_tensor(value, as_dtype(dtype))
    if dtype_hint is not None and not isinstance(value, Tensor):
        try:
            return as_tensor(value, as_dtype(dtype_hint))
        except (TypeError, ValueError):  # a hint is no command
            pass
    return as_tensor(value)


def is_tensor(x):
    """Whether x is a tensor, a variable or a value made of tensors.

    >>> tf.is_tensor(tf.constant(1)), tf.is_tensor([1])
    (True, False)
    """
    if isinstance(x, CompositeTensor):
        return x._is_tensor_like
    return isinstance(x, TensorType) or hasattr(x, "_record")


def is_symbolic_tensor(tensor):
    """Whether it is a tensor of a program that is being traced, which has no elements yet.

    >>> tf.is_symbolic_tensor(tf.constant(1))
    False
    """
    return isinstance(tensor, SymbolicTensor)


def get_static_value(tensor, partial=False):
    """The elements of a tensor as a NumPy value, if they are known before the program runs; else None.

    Of traced tensors, constants are known and integers that follow from known sizes. `partial` changes nothing:
    a value is known as a whole or not at all. What is no tensor is returned as it is.

    >>> tf.get_static_value(tf.constant([1, 2]))
    array([1, 2], dtype=int32)
    """
    if type(tensor) is EagerTensor:
        return tensor.numpy()
    if not is_tensor(tensor):
        return tensor
    return known_elements(tensor.value) if isinstance(tensor, SymbolicTensor) else None


def identity_n(input, name=None):
    """A list of new tensors with the elements of those in the list `input`.

    >>> [int(x) for x in tf.identity_n([1, 2])]
    [1, 2]
    """
    return [identity(as_tensor(value)) for value in input]


def shape(input, out_type=None, name=None):
    """The shape of a tensor, as a vector of `out_type` (tf.int32 unless given; tf.int64).

    >>> tf.shape([[1, 2, 3]])
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([1, 3], dtype=int32)>
    """
    dtype = _count_dtype(out_type, "Shape")
    tensor = as_tensor(input)
    dims = tensor.dims
    if has_sizes(dims):
        return layout.shape_of(tensor, dtype=dtype)
    return embedded(numpy.array(dims, dtype.array_dtype), dtype)


def shape_n(input, out_type=int32, name=None):
    """The shapes of the tensors in a list, as a list of vectors of `out_type`.

    >>> [s.numpy().tolist() for s in tf.shape_n([1, [2, 3]])]
    [[], [2]]
    """
    return [shape(value, out_type) for value in input]


def size(input, out_type=None, name=None):
    """The number of elements of a tensor, as a scalar of `out_type` (tf.int32 unless given).

    >>> int(tf.size([[1, 2, 3]]))
    3
    """
    dtype = _count_dtype(out_type, "Size")
    count = prod(as_tensor(input).dims)
    if type(count) is Size:
        return as_tensor(count, dtype)
    return embedded(dtype.array_dtype.type(count), dtype)


def rank(input, name=None):
    """The number of axes of a tensor, as an int32 scalar.

    >>> int(tf.rank([[1, 2, 3]]))
    2
    """
    return embedded(numpy.int32(len(as_tensor(input).dims)), int32)


def _count_dtype(out_type, op_name):
    if out_type is None:
        return int32
    dtype = as_dtype(out_type)
    if dtype is not int32 and dtype is not int64:
        raise wrong_attribute("out_type", dtype, (int32, int64), op_name)
    return dtype


def ensure_shape(x, shape, name=None):
    """x, checked to be of a shape that fits `shape`, where None stands for any size.

    Raises InvalidArgumentError if it is not.

    >>> tf.ensure_shape([[1, 2]], [None, 2]).shape
    TensorShape([1, 2])
    """
    x = as_tensor(x)
    shape = as_shape(shape)
    return x if shape.rank is None else layout.ensure_shape(x, dims=tuple(shape.as_list()))


def broadcast_static_shape(shape_x, shape_y):
    """The TensorShape that tensors of two TensorShapes, perhaps partly unknown, broadcast to.

    Raises ValueError if they do not.

    >>> tf.broadcast_static_shape(tf.TensorShape([1, 2]), tf.TensorShape([5, 1, None]))
    TensorShape([5, 1, 2])
    """
    shape_x, shape_y = as_shape(shape_x), as_shape(shape_y)
    try:
        return TensorShape._trusted(broadcast_shapes(shape_x, shape_y))
    except InvalidArgumentError:
        raise ValueError(
            "Incompatible shapes for broadcasting. Two shapes are compatible if for each dimension pair they "
            f"are either equal or one of them is 1. Received: {shape_x} and {shape_y}."
        ) from None


def broadcast_dynamic_shape(shape_x, shape_y):
    """The shape, a vector, that tensors of the shapes given as integer vectors broadcast to.

    Raises InvalidArgumentError if they do not.

    >>> tf.broadcast_dynamic_shape([1, 2], [3, 1]).numpy()
    array([3, 2], dtype=int32)
    """
    shapes = [as_tensor(each, None if isinstance(each, Tensor) else int32) for each in (shape_x, shape_y)]
    dims = broadcast_shapes(*[ints(each, "BroadcastArgs", "T") for each in shapes])
    dtype = shapes[0]._dtype
    return as_tensor(dims, dtype)
