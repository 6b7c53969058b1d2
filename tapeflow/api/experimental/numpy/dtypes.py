"""NumPy's dtypes under the names that TensorFlow gives them, and what is asked about dtypes."""

import numpy

from tapeflow.core.dtypes import DType, as_dtype

__all__ = [
    "bool_",
    "complex128",
    "complex64",
    "complex_",
    "float16",
    "float32",
    "float64",
    "float_",
    "inexact",
    "int16",
    "int32",
    "int64",
    "int8",
    "int_",
    "object_",
    "string_",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "unicode_",
    "finfo",
    "iinfo",
    "issubdtype",
]


bool_ = numpy.bool_
complex64, complex128 = numpy.complex64, numpy.complex128
complex_ = numpy.complex128
float16, float32, float64 = numpy.float16, numpy.float32, numpy.float64
float_ = numpy.float64
inexact = numpy.inexact
int8, int16, int32, int64 = numpy.int8, numpy.int16, numpy.int32, numpy.int64
int_ = numpy.int_
object_ = numpy.object_
string_ = numpy.bytes_
uint8, uint16, uint32, uint64 = numpy.uint8, numpy.uint16, numpy.uint32, numpy.uint64
unicode_ = numpy.str_
issubdtype = numpy.issubdtype


def finfo(dtype):
    """NumPy's description of a floating dtype, also of bfloat16 and the narrower ones.

    >>> float(tf.experimental.numpy.finfo(tf.float32).eps) == 2.0**-23
    True
    """
    array_dtype = _array_type(dtype)
    if numpy.dtype(array_dtype).kind in "fc":
        return numpy.finfo(array_dtype)
    if not as_dtype(dtype).is_floating:
        return numpy.finfo(array_dtype)  # which finds the words
    import ml_dtypes

    return ml_dtypes.finfo(array_dtype)


def iinfo(dtype):
    """NumPy's description of an integer dtype.

    >>> tf.experimental.numpy.iinfo(tf.int8).max
    127
    """
    return numpy.iinfo(_array_type(dtype))


def _array_type(dtype):
    return dtype.as_numpy_dtype if isinstance(dtype, DType) else dtype
