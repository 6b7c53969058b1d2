"""PyTorch's names for element types, and its promotion between them."""

import builtins

import numpy

from tapeflow.core import dtypes as types


class dtype:
    """An element type with PyTorch's name; there is one instance for each.

    >>> from tapeflow import torch
    >>> torch.float32.is_floating_point, torch.float32.itemsize
    (True, 4)
    """

    __slots__ = ("category", "engine", "is_complex", "is_floating_point", "kind", "name")

    def __init__(self, name, kind, engine):
        self.name = name
        self.kind = kind
        self.engine = engine
        self.is_floating_point = engine.is_floating
        self.is_complex = engine.is_complex
        self.category = 3 if self.is_complex else 2 if self.is_floating_point else 0 if name == "bool" else 1

    @property
    def itemsize(self):
        """Bytes of one element."""
        return self.engine.size

    def __repr__(self):
        return f"torch.{self.name}"

    def __reduce__(self):
        return from_name, (self.name,)


bool = dtype("bool", "Bool", types.bool)
uint8 = dtype("uint8", "Byte", types.uint8)
int8 = dtype("int8", "Char", types.int8)
int16 = short = dtype("int16", "Short", types.int16)
int32 = int = dtype("int32", "Int", types.int32)
int64 = long = dtype("int64", "Long", types.int64)
float16 = half = dtype("float16", "Half", types.float16)
bfloat16 = dtype("bfloat16", "BFloat16", types.bfloat16)
float32 = float = dtype("float32", "Float", types.float32)
float64 = double = dtype("float64", "Double", types.float64)
complex64 = cfloat = dtype("complex64", "ComplexFloat", types.complex64)
complex128 = cdouble = dtype("complex128", "ComplexDouble", types.complex128)

__all__ = [
    "bfloat16",
    "bool",
    "cdouble",
    "cfloat",
    "complex64",
    "complex128",
    "double",
    "dtype",
    "float",
    "float16",
    "float32",
    "float64",
    "half",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "long",
    "short",
    "uint8",
]

ALL = (bool, uint8, int8, int16, int32, int64, float16, bfloat16, float32, float64, complex64, complex128)
_BY_NAME = {each.name: each for each in ALL}
_OF_ENGINE = {each.engine: each for each in ALL}
_OF_KIND = {"b": bool, "i": int64, "f": float32, "c": complex64}  # of Python's numbers, by NumPy's letters
NUMBER_KINDS = {builtins.bool: bool, builtins.int: int64, builtins.float: float32, complex: complex64}


def from_name(name):
    """The dtype of this name."""
    return _BY_NAME[name]


of = _OF_ENGINE.__getitem__
"""PyTorch's dtype for the engine's."""


def of_value(value):
    """The dtype that `torch.tensor(value)` has: float32, int64, bool or complex64; NumPy arrays keep theirs."""
    if isinstance(value, numpy.ndarray | numpy.generic):
        try:
            return of(types.as_dtype(value.dtype))
        except (KeyError, TypeError):
            raise TypeError(
                f"can't convert np.ndarray of type {value.dtype}: tensors hold numbers or bools."
            ) from None
    if value is None:
        raise RuntimeError("Could not infer dtype of NoneType")
    if isinstance(value, list) and not value:
        return float32
    array = numpy.asarray(value)
    if array.size == 0:
        return float32
    try:
        return _OF_KIND[array.dtype.kind]
    except KeyError:
        found = type(value).__name__ if array.ndim == 0 else type(array.flat[0].item()).__name__
        raise TypeError(f"new(): invalid data type '{found}'") from None


def result_type(*values):
    """The dtype of an operation on tensors and Python numbers.

    The highest category among bool, integer, floating and complex wins. Inside it tensors with axes count before
    tensors without, and those before Python numbers.

    >>> from tapeflow import torch
    >>> torch.result_type(torch.tensor([1, 2]), 1.0)
    torch.float32
    """
    ranks = ([], [], [])  # dtypes of tensors with axes, of tensors without, of Python numbers
    for value in values:
        kind = NUMBER_KINDS.get(type(value))
        if kind is not None:
            ranks[2].append(kind)
        else:
            ranks[0 if value.ndim else 1].append(value.dtype)
    result = None
    for group in ranks:
        if not group:
            continue
        of_group = group[0]
        for each in group[1:]:
            of_group = promote_types(of_group, each)
        if result is None:
            result = of_group
        elif of_group.category > result.category:
            result = _of_category(of_group, result)
    return result


def _of_category(higher, lower):
    """`higher`, but a Python complex beside double precision is double as well."""
    return complex128 if higher is complex64 and lower is float64 else higher


def promote_types(type1, type2):
    """The smallest dtype that both fit in, floating-point types counting as greater than all integers."""
    if type1 is type2:
        return type1
    low, high = sorted((type1, type2), key=lambda each: each.category)
    if low.category < high.category:
        return _of_category(high, low)
    if {type1, type2} == {float16, bfloat16}:
        return float32
    if bfloat16 in (type1, type2):
        return type2 if type1 is bfloat16 else type1
    return of(types.as_dtype(numpy.promote_types(type1.engine.array_dtype, type2.engine.array_dtype)))
