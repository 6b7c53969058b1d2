"""tf.raw_ops: operations by the names of their types, with all arguments by keyword."""

from collections import namedtuple

from tapeflow.core import dtypes as types
from tapeflow.core.arguments import canonical_axis, int_tuple
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import REGISTRY
from tapeflow.core.operands import as_tensor, as_tensors
from tapeflow.ops import counting, sorting
from tapeflow.ops.projection import project

__all__ = ["Bucketize", "CudnnRNNV3", "ImageProjectiveTransformV3", "UniqueV2", "UniqueWithCountsV2"]

_Unique = namedtuple("UniqueV2", "y idx")
_UniqueWithCounts = namedtuple("UniqueWithCountsV2", "y idx count")


def Bucketize(input, boundaries, name=None):
    """How many of the sorted boundaries, a list of floats, are not greater than each element: int32.

    >>> tf.raw_ops.Bucketize(input=[1.0, 5.0], boundaries=[2.0, 4.0]).numpy()
    array([0, 2], dtype=int32)
    """
    return sorting.bucketize(as_tensor(input), boundaries=tuple([float(each) for each in boundaries]))


def UniqueV2(x, axis, out_idx=types.int32, name=None):
    """(y, idx): the different slices of x along an axis, in their order, and which of them each is.

    axis: a vector of one integer, or of none for a vector x.

    >>> tf.raw_ops.UniqueV2(x=[3, 1, 3], axis=[0]).y.numpy()
    array([3, 1], dtype=int32)
    """
    x = as_tensor(x)
    return _Unique(*counting.unique(x, axis=_slices(x, axis), index_type=types.as_dtype(out_idx)))


def UniqueWithCountsV2(x, axis, out_idx=types.int32, name=None):
    """`UniqueV2` with a third result, `count`: how often each slice comes.

    >>> tf.raw_ops.UniqueWithCountsV2(x=[3, 1, 3], axis=[0]).count.numpy()
    array([2, 1], dtype=int32)
    """
    x = as_tensor(x)
    return _UniqueWithCounts(
        *counting.unique_with_counts(x, axis=_slices(x, axis), index_type=types.as_dtype(out_idx))
    )


def _slices(x, axis):
    axes = int_tuple(axis)
    if not axes:
        if x.ndim != 1:
            raise InvalidArgumentError(None, None, "unique expects a 1D vector.")
        return 0
    if len(axes) > 1:
        raise InvalidArgumentError(None, None, "axis does not support input tensors larger than 1 elements")
    return canonical_axis(axes[0], x.ndim)


def ImageProjectiveTransformV3(
    images, transforms, output_shape, fill_value, interpolation, fill_mode="CONSTANT", name=None
):
    """Images [batch, height, width, channels] seen through projective transforms [batch or 1, 8].

    A transform (a0, a1, a2, b0, b1, b2, c0, c1) says where the pixel (x, y) of the result lies in the image:
    ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), k = c0 x + c1 y + 1. output_shape: its height and width;
    interpolation: "NEAREST" or "BILINEAR"; fill_mode says what lies around the image: "CONSTANT" (fill_value),
    "REFLECT", "WRAP" or "NEAREST". The gradient is TensorFlow's: cotangents seen through the inverse transforms.

    >>> x = tf.reshape(tf.range(4.0), [1, 2, 2, 1])
    >>> shift = [[1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0]]
    >>> y = tf.raw_ops.ImageProjectiveTransformV3(
    ...     images=x, transforms=shift, output_shape=[2, 2], fill_value=9.0, interpolation="NEAREST"
    ... )
    >>> y[0, :, :, 0].numpy()
    array([[1., 9.],
           [3., 9.]], dtype=float32)
    """
    interpolation, fill_mode = (
        each.decode() if isinstance(each, bytes) else each for each in (interpolation, fill_mode)
    )
    if interpolation not in ("NEAREST", "BILINEAR"):
        raise InvalidArgumentError(
            None, None, f"Invalid interpolation {interpolation}. Supported types: NEAREST, BILINEAR"
        )
    if fill_mode not in ("CONSTANT", "REFLECT", "WRAP", "NEAREST"):
        raise InvalidArgumentError(
            None, None, f"Invalid mode {fill_mode}. Supported modes: CONSTANT, REFLECT, WRAP, NEAREST"
        )
    dims = int_tuple(output_shape)
    if len(dims) != 2:
        raise InvalidArgumentError(None, None, f"output_shape must be two sizes, not {output_shape}")
    return project(
        as_tensor(images),
        as_tensor(transforms, types.float32),
        as_tensor(fill_value, types.float32),
        dims=dims,
        interpolation=interpolation,
        fill_mode=fill_mode,
    )


def CudnnRNNV3(**arguments):
    """Raises NotImplementedError: it is a library's, for devices that are not here."""
    raise NotImplementedError("CudnnRNNV3 runs on NVIDIA's devices only.")


def __getattr__(name):
    """An operation whose arguments are tensors alone, or have the names that they have inside of tapeflow."""
    if name not in REGISTRY:
        raise AttributeError(f"tapeflow.raw_ops has no {name!r}. If TensorFlow has it, it is not here yet.")
    operation = REGISTRY[name]

    def call(name=None, **arguments):
        inputs = _inputs(operation, arguments)
        unknown = set(arguments) - set(operation.parameters)
        missing = set(operation.parameters) - set(arguments) - set(operation.defaults)
        if unknown or missing:
            raise NotImplementedError(
                f"tf.raw_ops.{operation.type_name} takes the arguments {operation.inputs} and {operation.parameters} "
                f"here, not {sorted(arguments)}: use the function of the public API instead."
            )
        return operation(*inputs, **arguments)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = operation.__doc__
    return call


def _inputs(operation, arguments):
    """The tensors among the arguments, which are taken out: by name, where TensorFlow's x and y are our a and b."""
    names = {"a": "x", "b": "y"} if operation.inputs == ("a", "b") and "x" in arguments else {}
    keys = [names.get(each, each) for each in operation.inputs]
    if any(each not in arguments for each in keys):
        raise NotImplementedError(
            f"tf.raw_ops.{operation.type_name} takes the tensors {keys} here, not {sorted(arguments)}: use the "
            "function of the public API instead."
        )
    values = [arguments.pop(each) for each in keys]
    return as_tensors(values) if operation.uniform else [as_tensor(each) for each in values]
