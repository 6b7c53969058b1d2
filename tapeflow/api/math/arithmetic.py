"""Sums, products, quotients and remainders, element by element.

Binary functions broadcast. Both operands must be of one dtype, else InvalidArgumentError (from division
TypeError); a Python number or NumPy array adopts the dtype of the tensor beside it. Integers wrap around on
overflow.
"""

from tapeflow.core.operands import as_tensor, as_tensors, operands
from tapeflow.core.size import may_agree
from tapeflow.core.tensor import EagerTensor
from tapeflow.ops import arithmetic, casting, complex_numbers
from tapeflow.ops.creation import ones
from tapeflow.ops.indexed_slices import IndexedSlices
from tapeflow.ops.operators import loose_operands, plus

__all__ = [
    "abs",
    "accumulate_n",
    "add",
    "add_n",
    "divide",
    "divide_no_nan",
    "floordiv",
    "floormod",
    "maximum",
    "minimum",
    "mod",
    "multiply",
    "multiply_no_nan",
    "negative",
    "nextafter",
    "realdiv",
    "reciprocal",
    "reciprocal_no_nan",
    "scalar_mul",
    "sign",
    "square",
    "squared_difference",
    "subtract",
    "truediv",
    "truncatediv",
    "truncatemod",
]


def add(x, y, name=None):
    """x + y: the sum of numbers of any dtype but bool, or strings one after the other.

    >>> tf.math.add([1, 2], 3)
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([4, 5], dtype=int32)>
    """
    return plus(*loose_operands(x, y))


def subtract(x, y, name=None):
    """x - y, of numbers of any dtype but bool.

    >>> tf.math.subtract([1.0, 2.0], 3.0)
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([-2., -1.], dtype=float32)>
    """
    return arithmetic.subtract(*operands(x, y))


def multiply(x, y, name=None):
    """x * y, of numbers of any dtype but bool.

    >>> tf.math.multiply([1, 2], [3, 4])
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([3, 8], dtype=int32)>
    """
    return arithmetic.multiply(*operands(x, y))


def scalar_mul(scalar, x, name=None):
    """scalar * x, where x may also be `IndexedSlices`; the scalar takes the dtype of x.

    Raises ValueError unless `scalar` has no axes.

    >>> tf.math.scalar_mul(2, tf.constant([1.5, 3.0]))
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([3., 6.], dtype=float32)>
    """
    if not isinstance(x, IndexedSlices):
        x = as_tensor(x)
    scalar = as_tensor(scalar, x.dtype)
    if scalar.dims:
        raise ValueError(f"The input scalar must be a 0-D value. Received shape {scalar.shape}.")
    if isinstance(x, IndexedSlices):
        return IndexedSlices(arithmetic.multiply(scalar, x.values), x.indices, x.dense_shape)
    return arithmetic.multiply(scalar, x)


def multiply_no_nan(x, y, name=None):
    """x * y, but 0 where y is 0, even if x is infinite or NaN; floating and complex dtypes.

    Raises ValueError for tensors of unlike dtypes.

    >>> tf.math.multiply_no_nan([1.0, float("inf")], [2.0, 0.0]).numpy()
    array([2., 0.], dtype=float32)
    """
    x = as_tensor(x)
    return arithmetic.multiply_no_nan(x, as_tensor(y, x._dtype))


def truediv(x, y, name=None):
    """x / y as Python 3 means it: integers of up to 16 bits are divided as float32, longer ones as float64.

    Raises TypeError for unlike dtypes.

    >>> tf.math.truediv(7, 2)
    <tf.Tensor: shape=(), dtype=float64, numpy=3.5>
    """
    return casting.true_divide(*operands(x, y))


def divide(x, y, name=None):
    """x / y as Python 3 means it, as `tf.math.truediv`.

    >>> tf.math.divide([16, 12, 11], [4, 6, 2]).numpy()
    array([4. , 2. , 5.5])
    """
    return casting.true_divide(*operands(x, y))


def realdiv(x, y, name=None):
    """x / y of floating and complex numbers; integers are refused with InvalidArgumentError.

    >>> tf.realdiv([1.0, 3.0], 2.0).numpy()
    array([0.5, 1.5], dtype=float32)
    """
    return arithmetic.divide(*operands(x, y))


def divide_no_nan(x, y, name=None):
    """x / y, but 0 where y is 0; integers are divided as `tf.math.truediv` does.

    Raises TypeError for unlike dtypes.

    >>> tf.math.divide_no_nan(3.0, [0.0, 2.0]).numpy()
    array([0. , 1.5], dtype=float32)
    """
    x, y = operands(x, y)
    if x._dtype is not y._dtype:
        raise TypeError(f"`x` and `y` must have the same dtype, got {x._dtype!r} != {y._dtype!r}.")
    dtype = casting.quotient_dtype(x._dtype)
    return arithmetic.divide_no_nan(casting.cast(x, dtype), casting.cast(y, dtype))


def floordiv(x, y, name=None):
    """The greatest integers not above x / y, in the dtype of x; integers and floating numbers.

    Raises InvalidArgumentError where an integer is divided by zero.

    >>> tf.math.floordiv([-7, 7], 2)
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([-4,  3], dtype=int32)>
    """
    return arithmetic.floor_divide(*operands(x, y))


def floormod(x, y, name=None):
    """The remainder of `tf.math.floordiv`, with the sign of y.

    Raises InvalidArgumentError where an integer is divided by zero.

    >>> tf.math.floormod([-7, 7], 2)
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([1, 1], dtype=int32)>
    """
    return arithmetic.floor_mod(*operands(x, y))


mod = floormod


def truncatediv(x, y, name=None):
    """x / y rounded toward zero, in the dtype of x; integers and floating numbers.

    Raises InvalidArgumentError where an integer is divided by zero.

    >>> tf.truncatediv([-7, 7], 2)
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([-3,  3], dtype=int32)>
    """
    return arithmetic.truncate_divide(*operands(x, y))


def truncatemod(x, y, name=None):
    """The remainder of `tf.truncatediv`, with the sign of x.

    Raises InvalidArgumentError where an integer is divided by zero.

    >>> tf.truncatemod([-7, 7], 2)
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([-1,  1], dtype=int32)>
    """
    return arithmetic.truncate_mod(*operands(x, y))


def negative(x, name=None):
    """-x, of signed numbers.

    >>> tf.math.negative([1.0, -2.0]).numpy()
    array([-1.,  2.], dtype=float32)
    """
    return arithmetic.negative(as_tensor(x))


def reciprocal(x, name=None):
    """1 / x, of floating and complex numbers.

    >>> tf.math.reciprocal([2.0, 0.0]).numpy()
    array([0.5, inf], dtype=float32)
    """
    return arithmetic.reciprocal(as_tensor(x))


def reciprocal_no_nan(x, name=None):
    """1 / x, but 0 where x is 0; floating and complex numbers.

    >>> tf.math.reciprocal_no_nan([2.0, 0.0]).numpy()
    array([0.5, 0. ], dtype=float32)
    """
    x = as_tensor(x)
    return arithmetic.divide_no_nan(ones((), x._dtype), x)


def square(x, name=None):
    """x * x, of numbers of any dtype but bool.

    >>> tf.math.square([-2.0, 3.0]).numpy()
    array([4., 9.], dtype=float32)
    """
    return arithmetic.square(x if type(x) is EagerTensor else as_tensor(x))


def squared_difference(x, y, name=None):
    """The square of x - y; for complex numbers the square of its absolute value.

    >>> tf.math.squared_difference([1.0, 5.0], 3.0).numpy()
    array([4., 4.], dtype=float32)
    """
    return arithmetic.squared_difference(*operands(x, y))


def maximum(x, y, name=None):
    """The greater one of x and y; NaN if either is. Real dtypes. Of equal ones x gets the gradient.

    >>> tf.math.maximum([1, 5], [3, 2])
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([3, 5], dtype=int32)>
    """
    return arithmetic.maximum(*operands(x, y))


def minimum(x, y, name=None):
    """The smaller one of x and y; NaN if either is. Real dtypes. Of equal ones x gets the gradient.

    >>> tf.math.minimum([1, 5], [3, 2])
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([1, 2], dtype=int32)>
    """
    return arithmetic.minimum(*operands(x, y))


def abs(x, name=None):
    """The absolute value; of complex numbers a real one. Signed dtypes.

    >>> tf.math.abs([-2.25, 3.25]).numpy()
    array([2.25, 3.25], dtype=float32)
    >>> float(tf.math.abs(3 + 4j))
    5.0
    """
    return complex_numbers.absolute_value(as_tensor(x))


def sign(x, name=None):
    """-1, 0 or 1 with the sign of x, NaN for NaN; for complex numbers x / abs(x). Its gradient is zero.

    >>> tf.math.sign([-2.5, 0.0, 3.0]).numpy()
    array([-1.,  0.,  1.], dtype=float32)
    """
    return arithmetic.sign(as_tensor(x))


def nextafter(x1, x2, name=None):
    """The floating number that follows x1 in the direction of x2; float32 and float64.

    >>> float(tf.math.nextafter(1.0, 2.0)) - 1.0
    1.1920928955078125e-07
    """
    return arithmetic.next_after(*operands(x1, x2))


def add_n(inputs, name=None):
    """The sum of a list of tensors of one shape and dtype; a single tensor counts as the list of its rows.

    Raises ValueError for an empty list, InvalidArgumentError for unlike shapes or dtypes.

    >>> tf.math.add_n([tf.constant([3, 5]), tf.constant([1, 6])])
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([ 4, 11], dtype=int32)>
    """
    values = list(inputs)
    if not values:
        raise ValueError(
            "Inputs must be an iterable of at least one Tensor/IndexedSlices with the same dtype and shape."
        )
    return arithmetic.add_n(*as_tensors(values))


def accumulate_n(inputs, shape=None, tensor_dtype=None, name=None):
    """The sum of a list of tensors of one shape and dtype, as `tf.math.add_n`.

    `shape` and `tensor_dtype` say what the shape and dtype are, to be checked; TypeError or ValueError if
    they are not.

    >>> tf.math.accumulate_n([[1.0, 2.0], [3.0, 4.0]]).numpy()
    array([4., 6.], dtype=float32)
    """
    if not isinstance(inputs, list | tuple) or not inputs:
        raise ValueError("inputs must be a list of at least one Tensor with the same dtype and shape")
    values = as_tensors(inputs)
    first = values[0]
    if tensor_dtype is not None and first._dtype != tensor_dtype:
        raise TypeError(f"tensor_dtype is {tensor_dtype}, but input is of type {first._dtype}")
    if any(value._dtype is not first._dtype for value in values):
        raise ValueError("inputs must be a list of at least one Tensor with the same dtype and shape")
    for value in values[1:]:
        if not may_agree(value.dims, first.dims):
            raise ValueError(f"Shapes {first.shape} and {value.shape} are not compatible")
    if shape is not None:
        first.shape.assert_is_compatible_with(shape)
    return first if len(values) == 1 else arithmetic.add_n(*values)
