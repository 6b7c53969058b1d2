"""Functions of two tensors or numbers: promoted, broadcast; and the operators."""

import tapeflow as tf
from tapeflow.torch import dtypes
from tapeflow.torch.calls import binary, function, is_operand, operand
from tapeflow.torch.tensor import Tensor

__all__ = [
    "add",
    "atan2",
    "bitwise_and",
    "bitwise_not",
    "bitwise_or",
    "bitwise_xor",
    "div",
    "eq",
    "floor_divide",
    "ge",
    "gt",
    "le",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "lt",
    "maximum",
    "minimum",
    "mul",
    "multiply",
    "ne",
    "neg",
    "pow",
    "remainder",
    "sub",
    "subtract",
    "true_divide",
]


def as_float(x):
    """Integers and bools as float32, for functions that have no integer results."""
    return x if x._dtype.is_floating or x._dtype.is_complex else tf.cast(x, tf.float32)


def without_gradient(result, input):
    """`result`, through which a gradient of zero flows back to `input`."""
    return tf.where(True, result, input)


@binary
def add(input, other, *, alpha=1):
    """input + alpha * other.

    >>> from tapeflow import torch
    >>> torch.tensor([1, 2]) + 0.5
    tensor([1.5000, 2.5000])
    """
    if input._dtype is tf.bool:
        return tf.logical_or(input, other)
    return input + (other if alpha == 1 else other * alpha)


@binary
def sub(input, other, *, alpha=1):
    """input - alpha * other.

    >>> from tapeflow import torch
    >>> torch.tensor([1, 2]) - torch.tensor([2, 2])
    tensor([-1,  0])
    """
    if input._dtype is tf.bool:
        raise RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. "
            "Use the `^` or `logical_xor()` operator instead."
        )
    return input - (other if alpha == 1 else other * alpha)


@binary
def mul(input, other):
    """Product.

    >>> from tapeflow import torch
    >>> torch.tensor([1, 2]) * torch.tensor(3)
    tensor([3, 6])
    """
    return tf.logical_and(input, other) if input._dtype is tf.bool else input * other


@binary(
    node=lambda input, other, rounding_mode=None: "DivBackward0" if rounding_mode is None else "DivBackward2"
)
def div(input, other, *, rounding_mode=None):
    """Quotient, of integers as float32; `rounding_mode` "floor" or "trunc" gives whole numbers.

    >>> from tapeflow import torch
    >>> torch.tensor([3, 4]) / 2
    tensor([1.5000, 2.0000])
    """
    if rounding_mode is None:
        return as_float(input) / as_float(other)
    if rounding_mode == "floor":
        return without_gradient(_floor_quotient(input, other), input)
    if rounding_mode == "trunc":
        quotient = as_float(input) / as_float(other)
        whole = tf.where(quotient < 0, tf.math.ceil(quotient), tf.math.floor(quotient))
        return tf.cast(without_gradient(whole, quotient), input._dtype)
    raise RuntimeError(
        f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{rounding_mode}'"
    )


@binary
def floor_divide(input, other):
    """Quotient rounded down.

    >>> from tapeflow import torch
    >>> torch.tensor([7, -7]) // 2
    tensor([ 3, -4])
    """
    return _floor_quotient(input, other)


def _floor_quotient(input, other):
    _check_divisor(other)
    return input // other


def _check_divisor(other):
    if other._dtype.is_integer and not other._array.all():
        raise RuntimeError("ZeroDivisionError")


@binary(node=lambda input, other: f"RemainderBackward{int(isinstance(other, Tensor))}")
def remainder(input, other):
    """What floor division leaves; it has the sign of `other`.

    >>> from tapeflow import torch
    >>> torch.tensor([7, -7]) % 3
    tensor([1, 2])
    """
    _check_divisor(other)
    return input % other


def _pow_node(input, exponent):
    if not isinstance(exponent, Tensor):
        return "PowBackward0"
    return "PowBackward1" if isinstance(input, Tensor) else "PowBackward2"


@binary(node=_pow_node)
def pow(input, exponent):
    """Power.

    >>> from tapeflow import torch
    >>> torch.tensor([1, 2, 3]) ** 2
    tensor([1, 4, 9])
    """
    if exponent._dtype.is_integer and (exponent._array < 0).any():
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    return input**exponent


@binary
def maximum(input, other):
    """The greater of each pair; NaN if one is NaN. Equal elements share the gradient.

    >>> from tapeflow import torch
    >>> torch.maximum(torch.tensor([1, 5]), torch.tensor([3, 2]))
    tensor([3, 5])
    """
    return _shared_when_equal(tf.math.maximum, input, other)


@binary
def minimum(input, other):
    """The smaller of each pair; NaN if one is NaN. Equal elements share the gradient.

    >>> from tapeflow import torch
    >>> torch.minimum(torch.tensor([1, 5]), torch.tensor([3, 2]))
    tensor([1, 2])
    """
    return _shared_when_equal(tf.math.minimum, input, other)


def _shared_when_equal(extreme, a, b):
    found = extreme(a, b)
    return tf.where(a == b, a * 0.5 + b * 0.5, found) if a._dtype.is_floating else found


@binary
def atan2(input, other):
    """The angle of the point (other, input).

    >>> from tapeflow import torch
    >>> torch.atan2(torch.tensor(1.0), torch.tensor(1.0))
    tensor(0.7854)
    """
    return tf.math.atan2(as_float(input), as_float(other))


@function
def neg(input):
    """The opposite.

    >>> from tapeflow import torch
    >>> -torch.tensor([1, -2])
    tensor([-1,  2])
    """
    if input._dtype is tf.bool:
        raise RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. "
            "If you are trying to invert a mask, use the `~` or `logical_not()` operator instead."
        )
    return -input


multiply, subtract, true_divide = mul, sub, div
Tensor.multiply, Tensor.subtract, Tensor.true_divide = mul, sub, div

# Comparisons: no gradient passes them


@binary
def eq(input, other):
    """Whether elements are equal."""
    return input == other


@binary
def ne(input, other):
    """Whether elements differ."""
    return input != other


@binary
def lt(input, other):
    """Whether elements are less than those of `other`."""
    return _numbers(input) < _numbers(other)


@binary
def le(input, other):
    """Whether elements are less than those of `other`, or equal."""
    return _numbers(input) <= _numbers(other)


@binary
def gt(input, other):
    """Whether elements are greater than those of `other`."""
    return _numbers(input) > _numbers(other)


@binary
def ge(input, other):
    """Whether elements are greater than those of `other`, or equal."""
    return _numbers(input) >= _numbers(other)


def _numbers(x):
    return tf.cast(x, tf.uint8) if x._dtype is tf.bool else x


# Logic


def _truth(x):
    return tf.cast(x, tf.bool)


@binary
def logical_and(input, other):
    """Whether both are true, or not zero."""
    return tf.logical_and(_truth(input), _truth(other))


@binary
def logical_or(input, other):
    """Whether one of both is true, or not zero."""
    return tf.logical_or(_truth(input), _truth(other))


@binary
def logical_xor(input, other):
    """Whether just one of both is true, or not zero."""
    return tf.math.logical_xor(_truth(input), _truth(other))


@function
def logical_not(input):
    """Whether the element is false or zero."""
    return tf.logical_not(_truth(input))


def _check_bits(name, x):
    if x._dtype.is_floating or x._dtype.is_complex:
        raise NotImplementedError(f"\"{name}_cpu\" not implemented for '{dtypes.of(x._dtype).kind}'")


@binary
def bitwise_and(input, other):
    """The bits that are set in both; of bools, whether both are true."""
    _check_bits("bitwise_and", input)
    return input & other


@binary
def bitwise_or(input, other):
    """The bits that are set in one of both; of bools, whether one is true."""
    _check_bits("bitwise_or", input)
    return input | other


@binary
def bitwise_xor(input, other):
    """The bits that are set in just one of both; of bools, whether they differ."""
    _check_bits("bitwise_xor", input)
    return input ^ other


@function
def bitwise_not(input):
    """The other bits; of bools, the opposite."""
    if input._dtype.is_floating or input._dtype.is_complex:
        raise TypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
    return ~input


# Operators


def _operator(computes):
    def method(self, other):
        return computes(self, operand(other)) if is_operand(other) else NotImplemented

    return method


def _reflected(computes):
    def method(self, other):
        return computes(operand(other), self) if is_operand(other) else NotImplemented

    return method


@binary(node="RsubBackward1", method=False)
def _rsub(input, other):
    return input - other


def _reciprocal_times(self, other):
    """number / tensor, in PyTorch's two steps."""
    return self.reciprocal() * operand(other) if is_operand(other) else NotImplemented


for _name, _computes in {
    "add": add,
    "sub": sub,
    "mul": mul,
    "truediv": div,
    "floordiv": floor_divide,
    "mod": remainder,
    "pow": pow,
    "and": bitwise_and,
    "or": bitwise_or,
    "xor": bitwise_xor,
}.items():
    setattr(Tensor, f"__{_name}__", _operator(_computes))
    setattr(Tensor, f"__r{_name}__", _reflected(_rsub if _name == "sub" else _computes))

Tensor.__eq__, Tensor.__ne__ = _operator(eq), _operator(ne)
Tensor.__lt__, Tensor.__le__ = _operator(lt), _operator(le)
Tensor.__gt__, Tensor.__ge__ = _operator(gt), _operator(ge)
Tensor.__rtruediv__ = _reciprocal_times
Tensor.__neg__ = neg
Tensor.__pos__ = lambda self: self
Tensor.__invert__ = bitwise_not
