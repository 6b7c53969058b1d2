"""The element types: one `DType` object for each, and the ways to name one.

A `DType` is a singleton, so the hot path compares by identity and its hash is the identity hash, while `==`
also takes names and NumPy types. Its facts are plain attributes. The types that NumPy lacks (bfloat16,
float8, int4) come from an extension module that the upper layers hand over with `provide_extension_types`;
nothing imports it until one of these types is used.
"""

import builtins

import numpy as np

_load_extension_types = None


def provide_extension_types(loader):
    """Registers `loader`, a callable that returns a module with the scalar types missing in NumPy."""
    global _load_extension_types
    _load_extension_types = loader


def _extension_types(name):
    if _load_extension_types is None:
        raise NotImplementedError(
            f"The dtype {name} needs a scalar type that NumPy lacks; provide_extension_types() registers it."
        )
    return _load_extension_types()


class DType:
    """The type of a tensor's elements, such as `tf.float32`.

    `DType(value)` finds the one object for whatever `as_dtype` understands. A dtype equals its name and its
    NumPy type; it is hashed by identity.

    >>> tf.float32 == "float32", tf.float32 == np.float32, tf.float32 == "int32"
    (True, True, False)
    >>> tf.int8.is_integer, tf.int8.size, tf.int8.min, tf.int8.max
    (True, 1, -128, 127)
    """

    def __new__(cls, value):
        return as_dtype(value)

    def __getattr__(self, name):
        # Reached only for what the instance lacks: the NumPy types of extension dtypes until first used.
        if name in ("as_numpy_dtype", "array_dtype") and self._is_extension:
            self.as_numpy_dtype = getattr(_extension_types(self.name), self.name)
            self.array_dtype = np.dtype(self.as_numpy_dtype)
            return getattr(self, name)
        if name in ("as_numpy_dtype", "array_dtype"):
            raise TypeError(f"{self} has no corresponding NumPy type: its values are opaque.")
        raise AttributeError(f"'DType' object has no attribute {name!r}")

    __hash__ = object.__hash__

    def __eq__(self, other):
        if self is other:
            return True
        if other is None or type(other) is DType:
            return False
        try:
            return as_dtype(other) is self
        except TypeError:
            return False

    def __repr__(self):
        return "tf." + self.name

    def __str__(self):
        return f"<dtype: '{self.name}'>"

    def __int__(self):
        return self.as_datatype_enum

    def __reduce__(self):
        return as_dtype, (self.name,)

    @property
    def real_dtype(self):
        """The dtype of the real part: float32 for complex64, float64 for complex128, otherwise itself."""
        return _REAL_PARTS.get(self, self)

    @property
    def min(self):
        """The least finite value.

        Raises TypeError for all but integer and floating dtypes.
        """
        return self._extreme("min", "minimum")

    @property
    def max(self):
        """The greatest finite value.

        Raises TypeError for all but integer and floating dtypes.
        """
        return self._extreme("max", "maximum")

    def _extreme(self, attribute, word):
        if not (self.is_integer or self.is_floating):
            kind = f" with type {self}" if self.is_numpy_compatible else ""
            if self.is_quantized:
                kind = f" with quantized type {self}"
            raise TypeError(f"Cannot find {word} value of {self}{kind}.")
        module = _extension_types(self.name) if self._is_extension else np
        information = module.finfo if self.is_floating else module.iinfo
        return getattr(information(self.as_numpy_dtype), attribute)

    @property
    def limits(self):
        """The least and greatest intensity in images of this dtype: (0, 1) for floats, (0, max) for integers.

        Raises ValueError for dtypes that images do not use.
        """
        if self is bool:
            return 0, True
        if self is float32 or self is float64:
            return 0, 1
        if self.is_integer and not self._is_extension:
            return 0, self.max
        raise ValueError(f"{self} does not have defined limits.")

    def is_compatible_with(self, other):
        """Whether a value of dtype `other` can stand where this dtype is asked for: whether it is the same.

        >>> tf.float32.is_compatible_with("float32")
        True
        """
        return as_dtype(other) is self

    def is_subtype_of(self, other):
        """Whether `other` is the same dtype: dtypes have no further hierarchy."""
        return self is other

    def most_specific_common_supertype(self, others):
        """This dtype if all `others` are the same, else None."""
        return self if all(self is other for other in others) else None


def _define(
    name, enum, scalar_type=None, *, size=0, kind="", quantized=False, numeric=False, extension=False
):
    """Makes the DType called `name`. `kind` is a letter as in NumPy, b i u f c S, or "" if opaque."""
    dtype = object.__new__(DType)
    dtype.name = name
    dtype.as_datatype_enum = dtype._type_enum = enum
    dtype.size = size
    dtype.base_dtype = dtype
    dtype.is_bool = kind == "b"
    dtype.is_integer = kind in ("i", "u")
    dtype.is_unsigned = kind == "u"
    dtype.is_floating = kind == "f"
    dtype.is_complex = kind == "c"
    dtype.is_quantized = quantized
    dtype.is_numeric = numeric
    dtype.is_numpy_compatible = kind != "" or quantized
    dtype._is_extension = extension
    if scalar_type is not None:
        dtype.as_numpy_dtype = scalar_type
        dtype.array_dtype = np.dtype(scalar_type)
    _BY_NAME[name] = _BY_ENUM[enum] = dtype
    return dtype


def _native(name, enum, kind):
    scalar_type = np.dtype(name).type
    return _define(name, enum, scalar_type, size=np.dtype(name).itemsize, kind=kind, numeric=kind != "b")


def _extension(name, enum, kind, size=1, numeric=False):
    return _define(name, enum, size=size, kind=kind, numeric=numeric, extension=True)


def _quantized(name, enum, stored_as):
    structure = np.dtype([(name, stored_as)])
    return _define(name, enum, structure, size=structure.itemsize, quantized=True, numeric=True)


_BY_NAME: dict[str, DType] = {}
_BY_ENUM: dict[int, DType] = {}

float32 = _native("float32", 1, "f")
float64 = double = _native("float64", 2, "f")
int32 = _native("int32", 3, "i")
uint8 = _native("uint8", 4, "u")
int16 = _native("int16", 5, "i")
int8 = _native("int8", 6, "i")
string = _define("string", 7, object, kind="S")
complex64 = _native("complex64", 8, "c")
int64 = _native("int64", 9, "i")
bool = _native("bool", 10, "b")
qint8 = _quantized("qint8", 11, np.int8)
quint8 = _quantized("quint8", 12, np.uint8)
qint32 = _quantized("qint32", 13, np.int32)
bfloat16 = _extension("bfloat16", 14, "f", size=2, numeric=True)
qint16 = _quantized("qint16", 15, np.int16)
quint16 = _quantized("quint16", 16, np.uint16)
uint16 = _native("uint16", 17, "u")
complex128 = _native("complex128", 18, "c")
float16 = half = _native("float16", 19, "f")
resource = _define("resource", 20)
variant = _define("variant", 21)
uint32 = _native("uint32", 22, "u")
uint64 = _native("uint64", 23, "u")
float8_e5m2 = _extension("float8_e5m2", 24, "f")
float8_e4m3fn = _extension("float8_e4m3fn", 25, "f")
float8_e4m3fnuz = _extension("float8_e4m3fnuz", 26, "f")
float8_e4m3b11fnuz = _extension("float8_e4m3b11fnuz", 27, "f")
float8_e5m2fnuz = _extension("float8_e5m2fnuz", 28, "f")
int4 = _extension("int4", 29, "i")
uint4 = _extension("uint4", 30, "u")
int2 = _extension("int2", 31, "i")
uint2 = _extension("uint2", 32, "u")
float4_e2m1fn = _extension("float4_e2m1fn", 33, "f")

_BY_NAME.update(half=half, double=double, float=float32)
_REAL_PARTS = {complex64: float32, complex128: float64}

# What op constraints are written with.
FLOATS = frozenset((half, bfloat16, float32, float64))
COMPLEXES = frozenset((complex64, complex128))
INTEGERS = frozenset((int8, int16, int32, int64, uint8, uint16, uint32, uint64))
FLOATS_AND_COMPLEX = FLOATS | COMPLEXES
REALS = INTEGERS | FLOATS
NUMBERS = REALS | COMPLEXES
QUANTIZED_DTYPES = frozenset((qint8, quint8, qint16, quint16, qint32))
ALL = frozenset(_BY_NAME.values())

# np.dtype -> DType. Grows with the variants (byte orders, string lengths, extension types) that turn up.
_BY_ARRAY_DTYPE = {
    dtype.array_dtype: dtype
    for dtype in (*NUMBERS, *QUANTIZED_DTYPES, bool, string)
    if not dtype._is_extension
}
# Python and NumPy scalar types -> DType. As in TensorFlow, `int` and `complex` are not known.
_BY_TYPE = {
    scalar_type.type: dtype for scalar_type, dtype in _BY_ARRAY_DTYPE.items() if dtype not in QUANTIZED_DTYPES
}
_BY_TYPE.update({float: float32, builtins.bool: bool, object: string, np.str_: string, np.bytes_: string})


def as_dtype(value):
    """The `DType` of a name, a NumPy dtype or scalar type, `float`, `bool`, `object`, or a DType itself.

    Raises TypeError if it names none.

    >>> tf.as_dtype("float32"), tf.as_dtype(np.dtype(">i8"))
    (tf.float32, tf.int64)
    """
    if type(value) is DType:
        return value
    if isinstance(value, str):
        found = _BY_NAME.get(value)
    elif isinstance(value, type):
        found = _BY_TYPE.get(value) or _from_scalar_type(value)
    elif isinstance(value, np.dtype):
        found = _BY_ARRAY_DTYPE.get(value) or _from_unusual_array_dtype(value)
    elif isinstance(value, int):
        found = _BY_ENUM.get(value)
    elif isinstance(value, (np.ndarray, np.generic)):
        found = as_dtype(value.dtype)
    else:
        found = None
    if found is None:
        raise TypeError(f"Cannot convert the argument `type_value`: {value!r} to a TensorFlow DType.")
    return found


def from_array_dtype(array_dtype):
    """The `DType` of arrays with this np.dtype; TypeError if tensors cannot hold such elements."""
    found = _BY_ARRAY_DTYPE.get(array_dtype)
    if found is None:
        found = _from_unusual_array_dtype(array_dtype)
        if found is None:
            raise TypeError(f"Unsupported NumPy dtype {array_dtype!r}: tensors cannot hold such elements.")
    return found


def _from_scalar_type(scalar_type):
    """The DType of a scalar type not in the table: an extension type, or an alias such as np.longlong."""
    if not issubclass(scalar_type, np.generic):
        return None
    try:
        return from_array_dtype(np.dtype(scalar_type))
    except TypeError:  # abstract classes such as np.floating have no dtype
        return None


def _from_unusual_array_dtype(array_dtype):
    """The DType of other byte orders, fixed-width strings and extension types; remembers the answer."""
    if array_dtype.kind in "SUO":
        found = string
    elif array_dtype.type in _BY_TYPE:
        found = _BY_TYPE[array_dtype.type]
    else:
        found = _BY_NAME.get(array_dtype.type.__name__)
        if found is None or not found._is_extension:
            return _native_alias(array_dtype)
    _BY_ARRAY_DTYPE[array_dtype] = found
    return found


def _native_alias(array_dtype):
    """np.longlong and the like are types of their own that mean the same as a sized one."""
    if array_dtype.kind not in "iufc":
        return None
    return next(
        (known for other, known in _BY_ARRAY_DTYPE.items() if other == array_dtype.newbyteorder("=")), None
    )
