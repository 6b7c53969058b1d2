"""tf.compat.v1.math, and what of it TensorFlow 1 has under other names or with other arguments."""

from tapeflow.api import math
from tapeflow.api.casting import cast
from tapeflow.compat.v1.exports import export, renamed
from tapeflow.core.dtypes import bfloat16, complex64, complex128, float32, float64, int32, int64
from tapeflow.core.operands import as_tensor

export(globals(), math)


def chosen(name, value, older_name, older):
    """The value of an argument that has an older name; ValueError if both are given."""
    if older is None:
        return value
    if value is not None:
        raise ValueError(f"Cannot specify both '{older_name}' and '{name}'.")
    return older


def _reduction(function):
    def reduce(input_tensor, axis=None, keepdims=None, name=None, reduction_indices=None, keep_dims=None):
        axis = chosen("axis", axis, "reduction_indices", reduction_indices)
        keepdims = chosen("keepdims", keepdims, "keep_dims", keep_dims)
        return function(input_tensor, axis=axis, keepdims=bool(keepdims))

    reduce.__name__ = reduce.__qualname__ = function.__name__
    reduce.__doc__ = f"`tf.math.{function.__name__}`; reduction_indices and keep_dims mean axis and keepdims."
    return renamed(reduce)


reduce_sum = _reduction(math.reduce_sum)
reduce_mean = _reduction(math.reduce_mean)
reduce_prod = _reduction(math.reduce_prod)
reduce_max = _reduction(math.reduce_max)
reduce_min = _reduction(math.reduce_min)
reduce_all = _reduction(math.reduce_all)
reduce_any = _reduction(math.reduce_any)
reduce_logsumexp = _reduction(math.reduce_logsumexp)


@renamed
def argmax(input, axis=None, name=None, dimension=None, output_type=int64):
    """The position of the greatest element along an axis, 0 by default; dimension is an older name of axis."""
    axis = chosen("axis", axis, "dimension", dimension)
    return math.argmax(input, 0 if axis is None else axis, output_type)


@renamed
def argmin(input, axis=None, name=None, dimension=None, output_type=int64):
    """The position of the least element along an axis, 0 by default; dimension is an older name of axis."""
    axis = chosen("axis", axis, "dimension", dimension)
    return math.argmin(input, 0 if axis is None else axis, output_type)


arg_max, arg_min = argmax, argmin


@renamed
def count_nonzero(
    input_tensor=None,
    axis=None,
    keepdims=None,
    dtype=int64,
    name=None,
    reduction_indices=None,
    keep_dims=None,
    input=None,
):
    """The number of elements that are not zero, along axes."""
    axis = chosen("axis", axis, "reduction_indices", reduction_indices)
    keepdims = chosen("keepdims", keepdims, "keep_dims", keep_dims)
    tensor = chosen("input", input_tensor, "input_tensor", input)
    return math.count_nonzero(tensor, axis, bool(keepdims), dtype)


@renamed
def div(x, y, name=None):
    """x / y as Python 2 had it: of integers, rounded down."""
    x = as_tensor(x)
    return math.floordiv(x, y) if x.dtype.is_integer else math.divide(x, y)


@renamed
def floor_div(x, y, name=None):
    """x / y rounded down."""
    return math.floordiv(x, y)


@renamed
def log_softmax(logits, axis=None, name=None, dim=None):
    """`tf.nn.log_softmax`; dim is an older name of axis."""
    return math.log_softmax(logits, chosen("axis", axis, "dim", dim))


@renamed
def softmax(logits, axis=None, name=None, dim=None):
    """`tf.nn.softmax`; dim is an older name of axis."""
    return math.softmax(logits, chosen("axis", axis, "dim", dim))


@renamed
def l2_normalize(x, axis=None, epsilon=1e-12, name=None, dim=None):
    """`tf.math.l2_normalize`; dim is an older name of axis."""
    return math.l2_normalize(x, chosen("axis", axis, "dim", dim), epsilon)


@renamed
def in_top_k(predictions, targets, k, name=None):
    """Whether the targets are among the k greatest predictions."""
    return math.in_top_k(targets, predictions, k)


def _converter(name, dtype):
    def convert(x, name=name):
        return cast(x, dtype)

    convert.__doc__ = f"`x` cast to {dtype.name}."
    convert.__name__ = convert.__qualname__ = "".join(
        ["_" + letter.lower() if letter.isupper() else letter for letter in name]
    ).lstrip("_")
    return renamed(convert)


to_float = _converter("ToFloat", float32)
to_double = _converter("ToDouble", float64)
to_int32 = _converter("ToInt32", int32)
to_int64 = _converter("ToInt64", int64)
to_bfloat16 = _converter("ToBFloat16", bfloat16)
to_complex64 = _converter("ToComplex64", complex64)
to_complex128 = _converter("ToComplex128", complex128)
