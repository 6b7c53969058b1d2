"""The operators of Tensor: which op each stands for, and the short way when nobody listens.

The binary ones are made from one template: two EagerTensors of one dtype, or an EagerTensor and a Python number that
adopts its dtype, go straight to NumPy's own operator while no tape, trace or other listener is on. Everything else, and
everything that fails, takes the long way, which converts, checks and passes through the door.
"""

import numpy

from tapeflow.core import context
from tapeflow.core import dtypes as types
from tapeflow.core.eager import SILENT, restore, silence, wrap
from tapeflow.core.operands import operands
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.ops import arithmetic, comparison, contraction
from tapeflow.ops.brackets import getitem

_FLOATS = frozenset({types.float16, types.float32, types.float64})
_NUMBERS = types.NUMBERS - {types.bfloat16}
_REALS = types.REALS - {types.bfloat16}

_TEMPLATE = '''
def {name}(self, other):
    if type(self) is EagerTensor and (not listening or state.only_tapes):
        kind = type(other)
        dtype = self._dtype
        if kind is EagerTensor:
            fast = other._dtype is dtype and dtype in fast_dtypes
            value = other._array
        else:
            fast = kind is float and dtype in floats or kind is int and dtype in fast_dtypes
            value = other
        if fast:
            token = silence(SILENT)
            try:
                array = {compute}
            except Exception:  # the long way finds the words
                return long_way(self, other)
            finally:
                restore(token)
            tensor = new(EagerTensor)
            tensor._array = array
            tensor._dtype = {result}
            tensor._record = None
            {record}
            return tensor
    return long_way(self, other)
'''
_RECORD = '''if listening and (tapes := state.tapes):
                if kind is not EagerTensor:
                    other = wrap(dtype.array_dtype.type(other), dtype)
                record(tapes, op, {inputs}, {{}}, tensor)'''

# operator, what the long way calls, NumPy's symbol, dtypes that may take the short way
_ARITHMETIC = (
    ("add", arithmetic.add, "+", _NUMBERS),
    ("sub", arithmetic.subtract, "-", _NUMBERS),
    ("mul", arithmetic.multiply, "*", _NUMBERS),
    ("truediv", arithmetic.divide, "/", _FLOATS),
)
_LOGIC = ()
_COMPARISON = (
    ("lt", comparison.less, "<"),
)


def _define(name, op, long_way, compute, fast_dtypes, result="dtype", inputs="(self, other)"):
    namespace = {
        "EagerTensor": EagerTensor,
        "SILENT": SILENT,
        "boolean": types.bool,
        "fast_dtypes": fast_dtypes,
        "floats": _FLOATS,
        "long_way": long_way,
        "matmul": contraction.matmul.kernel,
        "listening": context.listening,
        "new": object.__new__,
        "numpy": numpy,
        "op": op,
        "record": lambda *call: context.state.record(*call),
        "restore": restore,
        "silence": silence,
        "state": context.state,
        "wrap": wrap,
    }
    record = _RECORD.format(inputs=inputs) if result == "dtype" else "pass"
    exec(_TEMPLATE.format(name=name, compute=compute, result=result, record=record), namespace)
    method = namespace[name]
    method.__doc__ = f"The operator {name.strip('_')}, elementwise with broadcasting unless it is matmul."
    method.__qualname__ = f"Tensor.{name}"
    setattr(Tensor, name, method)


def _forward(function):
    return lambda self, other: NotImplemented if _defers(self, other) else function(*operands(self, other))


def _reflected(function):
    return lambda self, other: function(*operands(other, self))


def _defers(tensor, other):
    """Whether the operator is left to `other`, which knows tensors but is none (a Keras tensor, say)."""
    return getattr(type(other), "__tensor_priority__", 0) > 0


def _install():
    for name, function, symbol, dtypes in _ARITHMETIC:
        _define(f"__{name}__", function, _forward(function), f"self._array {symbol} value", dtypes)
        turned = _reflected(function)
        _define(f"__r{name}__", function, turned, f"value {symbol} self._array", dtypes, inputs="(other, self)")
    for name, function, _ in _LOGIC:
        setattr(Tensor, f"__{name}__", _forward(function))
        setattr(Tensor, f"__r{name}__", _reflected(function))
    for name, function, symbol in _COMPARISON:
        long_way = _forward(function) if name in ("lt", "le", "gt", "ge") else function
        _define(f"__{name}__", function, long_way, f"self._array {symbol} value", _REALS, "boolean")
    product = contraction.matmul
    _define("__matmul__", product, _forward(product), "matmul(numpy, self._array, value)", _FLOATS)
    Tensor.__rmatmul__ = _reflected(product)
    Tensor.__getitem__ = getitem
    Tensor.__neg__ = lambda self: arithmetic.negative(self)
    Tensor.__pos__ = lambda self: self
    Tensor.__divmod__ = lambda self, other: (self // other, self % other)


_install()
