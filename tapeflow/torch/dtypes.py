"""PyTorch's names for element types, and its promotion between them."""

import numpy

from tapeflow.core import dtypes as types


class dtype:
    """An element type with PyTorch's name; one instance for each."""

    def __init__(self, name, engine):
        self._name = name
        self._engine = engine
        self.is_floating_point = engine.is_floating
        self.is_complex = engine.is_complex

    @property
    def itemsize(self):
        """Bytes of one element."""
        return self._engine.size

    def __repr__(self):
        return f"torch.{self._name}"

    def __reduce__(self):
        return from_name, (self._name,)


NAMES = {
    "bool": types.bool,
    "uint8": types.uint8,
    "int8": types.int8,
    "int16": types.int16,
    "int32": types.int32,
    "int64": types.int64,
    "float16": types.float16,
    "bfloat16": types.bfloat16,
    "float32": types.float32,
    "float64": types.float64,
    "complex64": types.complex64,
    "complex128": types.complex128,
}
DTYPES = {name: dtype(name, engine) for name, engine in NAMES.items()}
_OF_ENGINE = {each._engine: each for each in DTYPES.values()}


def from_name(name):
    """The dtype of this name."""
    return DTYPES[name]


def of(engine):
    """PyTorch's dtype for the engine's."""
    return _OF_ENGINE[engine]


def of_value(value):
    """The dtype that `torch.tensor(value)` has: float32, int64, bool or complex64; NumPy arrays keep theirs."""
    if isinstance(value, numpy.ndarray | numpy.generic):
        return of(types.as_dtype(value.dtype))
    kind = numpy.asarray(value).dtype.kind
    try:
        return {"b": DTYPES["bool"], "i": DTYPES["int64"], "f": DTYPES["float32"], "c": DTYPES["complex64"]}[kind]
    except KeyError:
        raise TypeError(f"new(): cannot make a tensor of {value!r}, which is neither numbers nor bools.") from None


def _category(each):
    return 3 if each.is_complex else 2 if each.is_floating_point else 0 if each is DTYPES["bool"] else 1


_SCALARS = {bool: DTYPES["bool"], int: DTYPES["int64"], float: DTYPES["float32"], complex: DTYPES["complex64"]}


def result_type(*values):
    """The dtype of an operation on tensors and Python numbers.

    The highest category among bool, integer, floating and complex wins; inside it tensors with axes count before tensors
    without, and those before Python numbers.
    """
    ranks = ([], [], [])  # dtypes of tensors with axes, of tensors without, of Python numbers
    for value in values:
        if type(value) in _SCALARS:
            ranks[2].append(_SCALARS[type(value)])
        else:
            ranks[0 if value.ndim else 1].append(value.dtype)
    result = None
    for group in ranks:
        for each in group:
            if result is None:
                result = each
            elif group is ranks[0] or _category(each) > _category(result):
                result = _promote(result, each)
            elif each in ranks[1] and result in ranks[1]:
                result = _promote(result, each)
    return result


def _promote(a, b):
    if a is b:
        return a
    low, high = sorted((a, b), key=_category)
    if _category(low) < _category(high):
        return high
    if {a, b} == {DTYPES["float16"], DTYPES["bfloat16"]}:
        return DTYPES["float32"]
    return of(types.as_dtype(numpy.promote_types(a._engine.array_dtype, b._engine.array_dtype)))
