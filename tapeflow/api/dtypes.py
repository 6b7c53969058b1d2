"""tf.dtypes: the element types, and changing them."""

import importlib

from tapeflow.api.casting import cast, saturate_cast
from tapeflow.api.math.complex_numbers import complex
from tapeflow.core import dtypes as types
from tapeflow.core.dtypes import (
    QUANTIZED_DTYPES,
    DType,
    as_dtype,
    bfloat16,
    bool,
    complex64,
    complex128,
    double,
    float16,
    float32,
    float64,
    half,
    int8,
    int16,
    int32,
    int64,
    qint8,
    qint16,
    qint32,
    quint8,
    quint16,
    resource,
    string,
    uint8,
    uint16,
    uint32,
    uint64,
    variant,
)

# bfloat16, float8 and the like are NumPy types by grace of ml_dtypes, imported when one of them is used.
types.provide_extension_types(lambda: importlib.import_module("ml_dtypes"))


class experimental:
    """tf.dtypes.experimental: the narrow types."""

    float8_e4m3b11fnuz = types.float8_e4m3b11fnuz
    float8_e4m3fn = types.float8_e4m3fn
    float8_e4m3fnuz = types.float8_e4m3fnuz
    float8_e5m2 = types.float8_e5m2
    float8_e5m2fnuz = types.float8_e5m2fnuz
    int2 = types.int2
    int4 = types.int4
    uint2 = types.uint2
    uint4 = types.uint4


__all__ = [
    "DType",
    "QUANTIZED_DTYPES",
    "as_dtype",
    "bfloat16",
    "bool",
    "cast",
    "complex",
    "complex128",
    "complex64",
    "double",
    "experimental",
    "float16",
    "float32",
    "float64",
    "half",
    "int16",
    "int32",
    "int64",
    "int8",
    "qint16",
    "qint32",
    "qint8",
    "quint16",
    "quint8",
    "resource",
    "saturate_cast",
    "string",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "variant",
]
