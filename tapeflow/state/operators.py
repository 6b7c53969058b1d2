"""The operators of Variable: those of Tensor, applied to what the variable is now."""

from tapeflow.core.tensor import EagerTensor
from tapeflow.ops import operators  # noqa: F401 (they must be on Tensor before they can be on Variable)

_BINARY = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor"]
_COMPARISONS = ["lt", "le", "gt", "ge", "eq", "ne"]
_UNARY = ["neg", "abs", "invert", "bool", "int", "float", "complex", "iter"]
_IN_PLACE = {
    "iadd": ("+", "variable.assign_add(value)"),
    "isub": ("-", "variable.assign_sub(value)"),
    "imul": ("*", "variable.assign(variable * value)"),
    "itruediv": ("/", "variable.assign(variable / value)"),
    "ipow": ("**", "variable.assign(variable ** value)"),
}


class TensorOperators:
    """Operators through `_now()`, which gives the tensor that stands for the object."""


def _binary(method):
    def operate(self, other):
        return method(self._now(), other._now() if isinstance(other, TensorOperators) else other)

    return operate


def _unary(method):
    return lambda self: method(self._now())


def _refused(symbol, instead):
    def refuse(self, value):
        raise RuntimeError(
            f"`variable {symbol}= value` with `tf.Variable`s is not supported. Use `{instead}` to modify "
            f"the variable, or `out = variable {symbol} value` if you need to get a new output Tensor."
        )

    return refuse


def install():
    """Takes over the operators that Tensor has now; again when they have changed."""
    for make, names in (
        (_binary, [*_BINARY, *[f"r{name}" for name in _BINARY], *_COMPARISONS]),
        (_unary, _UNARY),
    ):
        for name in [f"__{name}__" for name in names]:
            method = getattr(EagerTensor, name)
            operator = make(method)
            operator.__name__ = name
            operator.__doc__ = method.__doc__
            setattr(TensorOperators, name, operator)
    for name, words in _IN_PLACE.items():
        setattr(TensorOperators, f"__{name}__", _refused(*words))


install()
