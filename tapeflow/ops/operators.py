"""The operators of Tensor: which op each stands for, and the short way when nobody listens.

Two EagerTensors of one dtype, or an EagerTensor and a Python number that adopts its dtype, go straight to NumPy's own
operator while nobody but tapes listens. Everything else, and everything that fails, takes the long way, which converts,
checks and passes through the door.
"""

import operator
import sys

import numpy

from tapeflow.core import context
from tapeflow.core import dtypes as types
from tapeflow.core.eager import SILENT, error_mode, restore, silence, wrap
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor, operands, provide_pack
from tapeflow.core.shapes import broadcast_shapes
from tapeflow.core.spec import CompositeTensor
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.ops import arithmetic, bitwise, casting, comparison, complex_numbers, contraction
from tapeflow.ops.brackets import getitem
from tapeflow.ops.creation import full
from tapeflow.ops.packing import pack

composite_operators: dict = {}
"""By operator: what it calls with a tensor and a composite value on its right side; NotImplemented is no answer."""

listening, state, recorder = context.listening, context.state, context.recorder
new = object.__new__

_FLOATS = frozenset({types.float16, types.float32, types.float64})
_PRODUCTS = frozenset({types.float32, types.float64})
_NUMBERS = types.NUMBERS - {types.bfloat16}

_COMPARABLE = frozenset({*_FLOATS, types.int32, types.int64})


def plus(x, y):
    """What `+` means: the sum of numbers, or strings one after the other."""
    return (arithmetic.join_pairs if x._dtype is types.string else arithmetic.add)(x, y)


def times(x, y):
    """What `*` means: the product of numbers; of bools, whether both are true."""
    return (comparison.logical_and if x._dtype is types.bool else arithmetic.multiply)(x, y)


def _logic(logical, bitwise):
    """What `&` and its like mean: logic on bools, the bits of integers otherwise."""
    return lambda x, y: (logical if x._dtype is types.bool else bitwise)(x, y)


# operator, its op, NumPy's function, dtypes that may take the short way, what the long way calls if not the op
_ARITHMETIC = (
    ("add", arithmetic.add, operator.add, _NUMBERS, plus),
    ("sub", arithmetic.subtract, operator.sub, _NUMBERS, None),
    ("mul", arithmetic.multiply, operator.mul, _NUMBERS, times),
    ("truediv", arithmetic.divide, operator.truediv, _FLOATS, casting.true_divide),
    ("floordiv", arithmetic.floor_divide, lambda a, b: numpy.floor(a / b), _FLOATS, None),
    ("mod", arithmetic.floor_mod, operator.mod, _FLOATS, None),
    ("pow", arithmetic.power, operator.pow, _FLOATS, None),
)
# operator, what it calls
_LOGIC = (
    ("and", _logic(comparison.logical_and, bitwise.bitwise_and)),
    ("or", _logic(comparison.logical_or, bitwise.bitwise_or)),
    ("xor", _logic(comparison.not_equal, bitwise.bitwise_xor)),
)
# operator, its op, NumPy's function
_COMPARISON = (
    ("lt", comparison.less, operator.lt),
    ("le", comparison.less_equal, operator.le),
    ("gt", comparison.greater, operator.gt),
    ("ge", comparison.greater_equal, operator.ge),
)
# operator, its op, NumPy's function, the answer for None and for shapes that do not broadcast
_EQUALITY = (
    ("eq", comparison.equal, operator.eq, False),
    ("ne", comparison.not_equal, operator.ne, True),
)


def _arithmetic_method(op, compute, fast_dtypes, long_way, reflected=False):
    """The method behind an arithmetic operator; `compute` is what it means for two arrays.

    Large arrays go the long way, where compiled kernels are.
    """
    large = op.large or sys.maxsize
    float32, ndarray = types.float32, numpy.ndarray

    def method(self, other):
        if type(self) is EagerTensor and (not listening or state.only_tapes):
            kind = type(other)
            dtype = self._dtype
            mine = self._array
            if kind is EagerTensor:
                fast = other._dtype is dtype and (dtype is float32 or dtype in fast_dtypes)
                value = other._array
            elif kind is float:
                fast = dtype in _FLOATS
                value = other
            elif kind is int:
                fast = dtype in fast_dtypes
                value = other
            elif hasattr(kind, "_now"):
                return method(self, other._now())  # a variable: what it is now
            else:
                fast = False
            if fast and (type(mine) is not ndarray or mine.size < large):
                token = silence(SILENT)
                try:
                    array = compute(value, mine) if reflected else compute(mine, value)
                except Exception:  # the long way finds the words
                    return long_way(self, other)
                finally:
                    restore(token)
                tensor = new(EagerTensor)
                tensor._array = array
                tensor._dtype = dtype
                tensor._record = None
                if listening and (tapes := state.tapes):
                    if kind is not EagerTensor:
                        other = wrap(dtype.array_dtype.type(other), dtype)
                    if reflected:
                        recorder.pair(tapes, op, other, self, tensor)
                    else:
                        recorder.pair(tapes, op, self, other, tensor)
                return tensor
        return long_way(self, other)

    return method


def _comparison_method(compute, long_way):
    """The method behind a comparison, which no tape records."""

    def method(self, other):
        if type(self) is EagerTensor and (not listening or state.only_tapes):
            kind = type(other)
            dtype = self._dtype
            if kind is EagerTensor:
                fast = other._dtype is dtype and dtype in _COMPARABLE
                value = other._array
            else:
                fast = (kind is float and dtype in _FLOATS) or (kind is int and dtype in _COMPARABLE)
                value = other
            if fast:
                token = None if error_mode() is SILENT else silence(SILENT)
                try:
                    return wrap(compute(self._array, value), types.bool)
                except Exception:  # the long way finds the words
                    return long_way(self, other)
                finally:
                    if token is not None:
                        restore(token)
        return long_way(self, other)

    return method


def _forward(name, function):
    """The method `x.__name__(y)`, the long way."""
    convert = loose_operands if name == "add" else operands
    reflected = f"__r{name}__"

    def method(self, other):
        if _defers(self, other):
            return NotImplemented
        try:
            x, y = convert(self, other)
        except (TypeError, ValueError):
            if isinstance(other, CompositeTensor) and name in composite_operators:
                found = composite_operators[name](self, other)
                if found is not NotImplemented:
                    return found
            if type(other).__module__ in ("builtins", "numpy") or not hasattr(type(other), reflected):
                raise
            return NotImplemented  # a stranger that may know what to do
        return function(x, y)

    return method


def _reflected(function):
    """The method `x.__rname__(y)`, which computes y name x, the long way."""
    return lambda self, other: function(*operands(other, self))


def loose_operands(x, y):
    """As `operands`, but a value that cannot adopt the other's dtype keeps its own, for the op to refuse."""
    try:
        return operands(x, y)
    except TypeError:
        return as_tensor(x), as_tensor(y)


def _defers(tensor, other):
    """Whether the operator is left to `other`, which knows tensors but is none (a Keras tensor, say)."""
    return getattr(type(other), "__tensor_priority__", 0) > 0


def _equality(op, otherwise):
    """The method behind `==` or `!=`: a plain bool for None, one answer for shapes that do not broadcast."""

    def method(self, other):
        if other is None:
            return otherwise
        if _defers(self, other):
            return NotImplemented
        x, y = operands(self, other)
        if x._dtype is y._dtype:
            try:
                broadcast_shapes(x.dims, y.dims)
            except InvalidArgumentError:
                return full((), otherwise, types.bool)
        return op(x, y)

    return method


def _matrix_product(a, b):
    if a.ndim == b.ndim == 2:
        return a.dot(b)
    return contraction.matmul.kernel(numpy, a, b)


def _set(name, method):
    method.__name__ = name
    method.__qualname__ = f"Tensor.{name}"
    method.__doc__ = f"The operator {name.strip('_')}, elementwise with broadcasting unless it is matmul."
    setattr(Tensor, name, method)


def _install():
    for name, op, compute, dtypes, long_function in _ARITHMETIC:
        function = long_function or op
        _set(f"__{name}__", _arithmetic_method(op, compute, dtypes, _forward(name, function)))
        _set(f"__r{name}__", _arithmetic_method(op, compute, dtypes, _reflected(function), reflected=True))
    for name, function in _LOGIC:
        _set(f"__{name}__", _forward(name, function))
        _set(f"__r{name}__", _reflected(function))
    for name, op, compute in _COMPARISON:
        _set(f"__{name}__", _comparison_method(compute, _forward(name, op)))
    for name, op, compute, otherwise in _EQUALITY:
        _set(f"__{name}__", _comparison_method(compute, _equality(op, otherwise)))
    product = contraction.matmul
    _set("__matmul__", _arithmetic_method(product, _matrix_product, _PRODUCTS, _forward("matmul", product)))
    Tensor.__rmatmul__ = _reflected(product)
    Tensor.__getitem__ = getitem
    Tensor.__neg__ = lambda self: arithmetic.negative(self)
    Tensor.__pos__ = lambda self: self
    Tensor.__abs__ = complex_numbers.absolute_value
    Tensor.__invert__ = bitwise.flip
    Tensor.__divmod__ = lambda self, other: (self // other, self % other)
    Tensor.__rdivmod__ = lambda self, other: (other // self, other % self)


_install()
provide_pack(pack)
