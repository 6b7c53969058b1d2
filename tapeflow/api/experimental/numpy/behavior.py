"""experimental_enable_numpy_behavior: tensors get NumPy's methods, brackets and promotion of dtypes.

Nothing here is entered before somebody calls it. Then the methods behind the operators of Tensor are replaced by ones
that look at the dtypes first and call the former ones; they are the same for all modes, which `settings` tells. The
package's own code, the rules of ops above all, keeps the former operators: `x * 0.5` in a rule means the dtype of x.
"""

import sys

import numpy

from tapeflow.api.casting import cast
from tapeflow.api.experimental.numpy.conversion import converted, weakened
from tapeflow.api.experimental.numpy.elements import around
from tapeflow.api.experimental.numpy.indexing import getitem
from tapeflow.api.experimental.numpy.layout import flatten, ravel, reshape, transpose
from tapeflow.api.experimental.numpy.pairs import clip
from tapeflow.api.experimental.numpy.products import matmul
from tapeflow.api.experimental.numpy.promoting import make_functions_promote
from tapeflow.api.experimental.numpy.promotion import MODES, is_weak, legacy_type, meeting_type, settings
from tapeflow.api.experimental.numpy.reduction import amax, amin, mean
from tapeflow.api.experimental.numpy.weak import WeakTensor
from tapeflow.core import dtypes as types
from tapeflow.core.log import warn
from tapeflow.core.tensor import EagerTensor, Tensor
from tapeflow.state import operators as variable_operators
from tapeflow.state.variable import Variable

__all__ = ["experimental_enable_numpy_behavior"]


def experimental_enable_numpy_behavior(prefer_float32=False, dtype_conversion_mode="legacy"):
    """Gives tensors NumPy's methods (`T`, `reshape`, `astype`, ...), indexing and promotion of dtypes.

    Args:
      prefer_float32: whether Python floats count as float32 rather than float64 by NumPy's rules.
      dtype_conversion_mode: how operators treat mixed dtypes. "off": they refuse them; "legacy": by NumPy's rules;
        "all": by the new type promotion, in which the dtypes of Python numbers are weak and give way; "safe": so, too,
        but TypeError where bits or precision may be lost.

    It holds for the whole process; methods and indexing cannot be taken away again. Raises ValueError for another mode.
    """
    if dtype_conversion_mode not in MODES:
        raise ValueError(
            f"The provided promotion mode {dtype_conversion_mode} does not exist. Make sure the provided dtype "
            "conversion mode is one of the followings: 'off', 'legacy', 'safe' or 'all'."
        )
    automatic = dtype_conversion_mode in ("safe", "all")
    if automatic:
        warn(
            "UserWarning: enabling the new type promotion must happen at the beginning of the program. Please ensure "
            "no TF APIs have been used yet."
        )
        make_functions_promote()
    settings.mode = dtype_conversion_mode
    settings.is_automatic = automatic
    settings.prefers_float32 = prefer_float32
    if Tensor.__getitem__ is not getitem:
        _add_operators()
        _add_methods()
        variable_operators.install()


# Operators.

_ARITHMETIC = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")
_LOGIC = ("and", "or", "xor")
_ORDER = ("lt", "le", "gt", "ge", "ne")
_PROMOTED = (
    Tensor,
    bool,
    int,
    float,
    complex,
    numpy.generic,
    numpy.ndarray,
    list,
    tuple,
    Variable,
    WeakTensor,
)

_OURS = ("tapeflow.ops.", "tapeflow.autodiff.", "tapeflow.batching.", "tapeflow.graph.", "tapeflow.api.")
_LIKE_THE_USERS = ("tapeflow.graph.autograph.", "tapeflow.graph.symbolic", "tapeflow.api.experimental.numpy")


def _add_operators():
    for name in _ARITHMETIC:
        for method, is_reflected in ((f"__{name}__", False), (f"__r{name}__", True)):
            legacy = _by_numpy(getattr(Tensor, method))
            if name == "matmul":
                legacy = _reflected(matmul) if is_reflected else matmul
            _set(method, getattr(Tensor, method), legacy, _by_meeting(getattr(Tensor, method)))
    for name in (*_LOGIC, *[f"r{name}" for name in _LOGIC], *_ORDER):
        plain = getattr(Tensor, f"__{name}__")
        _set(f"__{name}__", plain, _by_numpy(plain), _without_weakness(plain))
    plain = Tensor.__eq__
    _set("__eq__", plain, _by_numpy(plain), _by_meeting(plain, weak=False))
    for name in ("neg", "abs", "invert"):
        setattr(WeakTensor, f"__{name}__", _of_weak(getattr(Tensor, f"__{name}__")))
    WeakTensor.__pos__ = lambda self: self


def _set(name, plain, legacy, automatic):
    """Installs the operator `name`: `plain` for equal dtypes, else what the mode says."""
    is_product = "matmul" in name  # which takes vectors by NumPy's rules

    def method(self, other):
        if isinstance(other, Tensor) and other._dtype is self._dtype and (self.ndim > 1 or not is_product):
            return plain(self, other)
        if not isinstance(other, _PROMOTED) or self._dtype is types.string or settings.mode == "off":
            return plain(self, other)
        if _is_our_own_code(sys._getframe(1)):
            return plain(self, other)
        return (automatic if settings.is_automatic else legacy)(self, other)

    def method_of_weak(self, other):
        if settings.is_automatic and isinstance(other, _PROMOTED):
            return automatic(self, other)
        return method(self.tensor, other.tensor if is_weak(other) else other)

    for kind, each in ((Tensor, method), (WeakTensor, method_of_weak)):
        each.__name__, each.__qualname__, each.__doc__ = name, f"{kind.__name__}.{name}", plain.__doc__
        setattr(kind, name, each)
    if name == "__eq__":
        Tensor.__hash__ = Tensor.__dict__["__hash__"]


def _is_our_own_code(frame):
    """Whether a frame belongs to the package and does not stand for code of the user, or of this family of modules."""
    module = frame.f_globals.get("__name__", "")
    return module.startswith(_OURS) and not module.startswith(_LIKE_THE_USERS)


def _reflected(function):
    return lambda self, other: function(other, self)


def _by_numpy(plain):
    """An operator that takes its operands in the dtype in which they meet by NumPy's rules."""

    def operate(self, other):
        leaves = other if isinstance(other, list | tuple) else [other]
        dtype = legacy_type([self._dtype, *_flat(leaves)])
        if dtype is self._dtype and not isinstance(other, Tensor | Variable | numpy.ndarray | numpy.generic):
            return plain(self, other)  # a Python number, which adopts the dtype
        return plain(cast(self, dtype), converted(_now(other), dtype))

    return operate


def _flat(values):
    for each in values:
        if isinstance(each, list | tuple):
            yield from _flat(each)
        else:
            yield each


def _now(value):
    return value._now() if isinstance(value, Variable) else value


def _by_meeting(plain, weak=True):
    """An operator that takes its operands in the dtype in which they meet by the new promotion."""

    def operate(self, other):
        try:
            dtype, is_weak_result = meeting_type(self, other)
        except NotImplementedError:  # a dtype that the new promotion knows nothing of
            return plain(self, other)
        found = plain(converted(self, dtype), converted(_now(other), dtype))
        return weakened(found) if weak and is_weak_result else found

    return operate


def _without_weakness(plain):
    """An operator that the new promotion leaves alone."""

    def operate(self, other):
        return plain(self.tensor if is_weak(self) else self, other.tensor if is_weak(other) else other)

    return operate


def _of_weak(plain):
    return lambda self: weakened(plain(self.tensor))


# Methods.


def _reshape(self, *newshape, order="C", **others):
    """The elements in another shape, given as one argument or as several; ValueError for other arguments."""
    if others:
        raise ValueError(f"Unsupported arguments: {others.keys()}")
    if len(newshape) == 1 and not isinstance(newshape[0], int):
        newshape = newshape[0]
    return reshape(self, newshape, order=order)


def _size(self):
    """The number of elements; None where it is not known."""
    return numpy.prod(self.shape.as_list()) if self.shape.is_fully_defined() else None


def _tolist(self):
    """The elements as nested lists; ValueError for a tensor that a function computes."""
    if not isinstance(self, EagerTensor):
        raise ValueError("Symbolic Tensors do not support the tolist API.")
    return self.numpy().tolist()


_METHODS = {
    "T": property(lambda self: transpose(self)),
    "__round__": around,
    "astype": cast,
    "clip": clip,
    "data": property(lambda self: self),
    "flatten": flatten,
    "max": amax,
    "mean": mean,
    "min": amin,
    "ravel": ravel,
    "reshape": _reshape,
    "size": property(_size),
    "tolist": _tolist,
    "transpose": transpose,
}


def _add_methods():
    for kind in (Tensor, WeakTensor):
        for name, method in _METHODS.items():
            setattr(kind, name, method)
    WeakTensor.__getitem__ = lambda self, key: getitem(self.tensor, key)
    WeakTensor.tolist = lambda self: self.tensor.tolist()
    Tensor.__getitem__ = getitem
