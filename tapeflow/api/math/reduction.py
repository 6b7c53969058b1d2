"""Reductions over axes: sums, products, means, extremes, norms, logic, counts.

In all of them `axis` is None (all axes), an int or a list, tuple or tensor of ints, and negative ones count
from the end; `keepdims` keeps the reduced axes with size 1. Axes that are not there or come twice are an
InvalidArgumentError.
"""

from tapeflow.core import dtypes as types
from tapeflow.core.arguments import reduction_axes
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.ops import arithmetic, complex_numbers, reduction
from tapeflow.ops.broadcasting import reduce_sum as sum_over
from tapeflow.ops.casting import cast

__all__ = [
    "argmax",
    "argmin",
    "count_nonzero",
    "reduce_all",
    "reduce_any",
    "reduce_euclidean_norm",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_std",
    "reduce_sum",
    "reduce_variance",
]

_ALL_OF = tuple([tuple(range(rank)) for rank in range(9)])


def _reduced(op, x, axis, keepdims):
    if type(x) is not EagerTensor:
        x = as_tensor(x)
    rank = x.ndim
    if axis is None and rank < 9:
        axes = _ALL_OF[rank]
    elif type(axis) is int and -rank <= axis < rank:
        axes = (axis % rank,)
    else:
        axes = reduction_axes(axis, rank)
    return op(x, axes=axes, keepdims=True if keepdims else False)  # noqa: SIM210 - a third of bool()'s time


def reduce_sum(input_tensor, axis=None, keepdims=False, name=None):
    """Sum of the elements over axes; of numbers of any dtype, which it keeps (integers wrap around).

    >>> tf.math.reduce_sum([[1, 2], [3, 4]], axis=0)
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([4, 6], dtype=int32)>
    """
    return _reduced(sum_over, input_tensor, axis, keepdims)


def reduce_mean(input_tensor, axis=None, keepdims=False, name=None):
    """Mean of the elements over axes, in their dtype: of integers, cut off towards zero; of nothing, NaN.

    >>> tf.math.reduce_mean([[1.0, 2.0], [3.0, 6.0]], axis=1)
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([1.5, 4.5], dtype=float32)>
    >>> tf.math.reduce_mean([1, 2])
    <tf.Tensor: shape=(), dtype=int32, numpy=1>
    """
    return _reduced(reduction.reduce_mean, input_tensor, axis, keepdims)


def reduce_prod(input_tensor, axis=None, keepdims=False, name=None):
    """Product of the elements over axes. Its gradient holds where elements are zero, too.

    >>> tf.math.reduce_prod([[1, 2], [3, 4]])
    <tf.Tensor: shape=(), dtype=int32, numpy=24>
    """
    return _reduced(reduction.reduce_prod, input_tensor, axis, keepdims)


def reduce_max(input_tensor, axis=None, keepdims=False, name=None):
    """Greatest element over axes, of real numbers; of nothing, -inf or the least integer.

    NaN if there is one among the elements. Elements that attain the maximum share its gradient equally.

    >>> tf.math.reduce_max([[1, 2], [3, 4]], axis=-1)
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([2, 4], dtype=int32)>
    """
    return _reduced(reduction.reduce_max, input_tensor, axis, keepdims)


def reduce_min(input_tensor, axis=None, keepdims=False, name=None):
    """Least element over axes, of real numbers; of nothing, inf or the greatest integer.

    NaN if there is one among the elements. Elements that attain the minimum share its gradient equally.

    >>> tf.math.reduce_min([[1, 2], [3, 4]], axis=0, keepdims=True)
    <tf.Tensor: shape=(1, 2), dtype=int32, numpy=array([[1, 2]], dtype=int32)>
    """
    return _reduced(reduction.reduce_min, input_tensor, axis, keepdims)


def reduce_all(input_tensor, axis=None, keepdims=False, name=None):
    """Whether all elements over axes, bools, are True.

    >>> tf.math.reduce_all([[True, False], [True, True]], axis=1)
    <tf.Tensor: shape=(2,), dtype=bool, numpy=array([False,  True])>
    """
    return _reduced(reduction.reduce_all, _bools(input_tensor), axis, keepdims)


def reduce_any(input_tensor, axis=None, keepdims=False, name=None):
    """Whether any of the elements over axes, bools, is True.

    >>> tf.math.reduce_any([[True, False], [False, False]], axis=1)
    <tf.Tensor: shape=(2,), dtype=bool, numpy=array([ True, False])>
    """
    return _reduced(reduction.reduce_any, _bools(input_tensor), axis, keepdims)


def _bools(value):
    return value if isinstance(value, Tensor) else as_tensor(value, types.bool)


def reduce_logsumexp(input_tensor, axis=None, keepdims=False, name=None):
    """log(sum(exp(x))) over axes, of floating numbers, without overflow: the greatest element is set apart.

    >>> tf.math.reduce_logsumexp([1000.0, 1000.0]).numpy()
    np.float32(1000.6932)
    """
    return _reduced(reduction.reduce_logsumexp, input_tensor, axis, keepdims)


def reduce_euclidean_norm(input_tensor, axis=None, keepdims=False, name=None):
    """Square root of the sum of squared magnitudes over axes, in the dtype of the input.

    >>> tf.math.reduce_euclidean_norm([[3.0, 4.0], [0.0, 2.0]], axis=1)
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([5., 2.], dtype=float32)>
    """
    return _reduced(reduction.reduce_euclidean_norm, input_tensor, axis, keepdims)


def reduce_variance(input_tensor, axis=None, keepdims=False, name=None):
    """Mean squared distance from the mean over axes (the biased variance); of complex numbers it is real.

    Raises TypeError for integers.

    >>> tf.math.reduce_variance([1.0, 2.0, 3.0, 6.0])
    <tf.Tensor: shape=(), dtype=float32, numpy=3.5>
    """
    x = as_tensor(input_tensor)
    mean = reduce_mean(x, axis, True)
    if mean._dtype.is_integer:
        raise TypeError(
            f"Input must be either real or complex. Received integer type {mean.dtype}; "
            "convert it with tf.cast."
        )
    deviation = x - mean
    if deviation._dtype.is_complex:
        squares = complex_numbers.real(arithmetic.conj(deviation) * deviation)
    else:
        squares = arithmetic.square(deviation)
    return reduce_mean(squares, axis, keepdims)


def reduce_std(input_tensor, axis=None, keepdims=False, name=None):
    """Square root of `reduce_variance`, with its dtypes and errors. Where it is 0 it has no derivative: NaN.

    >>> tf.math.reduce_std([1.0, 3.0])
    <tf.Tensor: shape=(), dtype=float32, numpy=1.0>
    """
    return arithmetic.sqrt(reduce_variance(input_tensor, axis, keepdims))


def count_nonzero(input, axis=None, keepdims=None, dtype=types.int64, name=None):
    """How many elements over axes are not 0, False or the empty string, as a `dtype`. NaN is not zero.

    >>> tf.math.count_nonzero([[0, 1], [2, 3]], axis=0)
    <tf.Tensor: shape=(2,), dtype=int64, numpy=array([1, 2])>
    """
    return cast(_reduced(reduction.count_nonzero, input, axis, keepdims), types.as_dtype(dtype))


def argmax(input, axis=None, output_type=types.int64, name=None):
    """Index of the greatest element along `axis` (default 0), the first of equal ones; NaN counts as least.

    output_type: int64, int32, int16 or uint16. Raises InvalidArgumentError if the axis is not there or
    empty. No gradient flows through indices.

    >>> tf.math.argmax([[1, 5, 5], [4, 0, 2]], axis=1)
    <tf.Tensor: shape=(2,), dtype=int64, numpy=array([1, 0])>
    """
    return _position(reduction.argmax, input, axis, output_type, "int16, uint16, int32, int64")


def argmin(input, axis=None, output_type=types.int64, name=None):
    """Index of the least element along `axis` (default 0), the first of equal ones; NaN counts as greatest.

    output_type: int64 or int32. Errors as for `argmax`.

    >>> tf.math.argmin([[1, 5, 5], [4, 0, 2]], axis=1)
    <tf.Tensor: shape=(2,), dtype=int64, numpy=array([0, 1])>
    """
    return _position(reduction.argmin, input, axis, output_type, "int32, int64")


def _position(op, x, axis, output_type, allowed):
    x = as_tensor(x)
    dtype = types.as_dtype(output_type)
    if dtype.name not in allowed.split(", "):
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'output_type' of {dtype.name} is not in the list of allowed values: {allowed} "
            f"[Op:{op.type_name}]",
        )
    if isinstance(axis, float | str | list | tuple):
        raise TypeError(f"axis must be int or Tensor with integer datatype, not {axis!r}")
    axis = 0 if axis is None else int(axis)
    rank = x.ndim
    if not -rank <= axis < rank:
        raise InvalidArgumentError(
            None,
            None,
            f"Expected dimension in the range [{-rank}, {rank}), but got {axis} [Op:{op.type_name}]",
        )
    return op(x, axis=axis % rank, dtype=dtype)
