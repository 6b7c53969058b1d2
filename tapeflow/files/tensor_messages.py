"""Tensors as messages, what TensorFlow calls a TensorProto."""

import math

import numpy

from tapeflow.core import dtypes
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.files.messages import Messages

TENSOR_TABLE = {
    "TensorShapeProto": ["2 dim TensorShapeProto.Dim[]", "3 unknown_rank bool"],
    "TensorShapeProto.Dim": ["1 size int64", "2 name string"],
    "TensorProto": [
        "1 dtype int32",  # an enum; as a number here, so that unknown ones survive
        "2 tensor_shape TensorShapeProto",
        "3 version_number int32",
        "4 tensor_content bytes",
        "13 half_val int32[]",
        "5 float_val float[]",
        "6 double_val double[]",
        "7 int_val int32[]",
        "8 string_val bytes[]",
        "9 scomplex_val float[]",
        "10 int64_val int64[]",
        "11 bool_val bool[]",
        "12 dcomplex_val double[]",
        "16 uint32_val uint32[]",
        "17 uint64_val uint64[]",
    ],
}
"""The rows of a table of messages that hold tensors."""

messages = Messages("tensorflow", TENSOR_TABLE)

_VALUES = {
    "half_val": ("float16", "bfloat16"),
    "float_val": ("float32",),
    "double_val": ("float64",),
    "int_val": ("int32", "int16", "int8", "uint16", "uint8"),
    "string_val": ("string",),
    "scomplex_val": ("complex64",),
    "int64_val": ("int64",),
    "bool_val": ("bool",),
    "dcomplex_val": ("complex128",),
    "uint32_val": ("uint32",),
    "uint64_val": ("uint64",),
}
_FIELD = {name: field for field, names in _VALUES.items() for name in names}
_MOST_ELEMENTS = 1 << 40


def fill_tensor_message(message, array, dtype):
    """Writes the elements of a NumPy array into an empty TensorProto: numbers as they lie in memory, strings singly."""
    array = numpy.asarray(array)
    message.dtype = dtype.as_datatype_enum
    message.tensor_shape.SetInParent()
    for size in array.shape:
        message.tensor_shape.dim.add().size = size
    if dtype is dtypes.string:
        message.string_val.extend(array.reshape(-1).tolist())
    else:
        message.tensor_content = numpy.ascontiguousarray(array).tobytes()
    return message


def list_elements(message, array, dtype, dims):
    """Writes elements of a NumPy array one by one into an empty TensorProto of the shape `dims`, or the first of it."""
    message.dtype = dtype.as_datatype_enum
    message.tensor_shape.SetInParent()
    for size in dims:
        message.tensor_shape.dim.add().size = size
    field, flat = _FIELD[dtype.name], numpy.ascontiguousarray(array).reshape(-1)
    if field == "half_val":
        flat = flat.view(numpy.uint16)
    elif field in ("scomplex_val", "dcomplex_val"):
        flat = flat.view(numpy.float32 if field == "scomplex_val" else numpy.float64)
    getattr(message, field).extend(flat.tolist())
    return message


def array_from_message(message):
    """(array, dtype) of a TensorProto. InvalidArgumentError if its elements do not fill its shape."""
    try:
        dtype = dtypes.as_dtype(message.dtype)
    except TypeError:
        raise _invalid(f"Unknown dtype {message.dtype} in a TensorProto") from None
    dims = tuple([each.size for each in message.tensor_shape.dim])
    if message.tensor_shape.unknown_rank or any([size < 0 for size in dims]):
        raise _invalid(f"The shape of a TensorProto is not known: {list(dims)}")
    count = math.prod(dims)
    if count > _MOST_ELEMENTS:
        raise _invalid(f"A TensorProto of shape {list(dims)} has more elements than memory could hold")
    if dtype is not dtypes.string and message.tensor_content:
        if len(message.tensor_content) != count * dtype.array_dtype.itemsize:
            raise _invalid(
                f"A TensorProto of shape {list(dims)} and dtype {dtype.name} needs "
                f"{count * dtype.array_dtype.itemsize} bytes, but has {len(message.tensor_content)}"
            )
        flat = numpy.frombuffer(message.tensor_content, dtype.array_dtype).copy()
    else:
        flat = _filled(_listed(message, dtype), count, dims)
    array = flat.reshape(dims)
    return (array if dims or dtype is dtypes.string else array[()]), dtype


def _listed(message, dtype):
    """The elements that a TensorProto lists, of which there may be fewer than its shape has."""
    field = _FIELD.get(dtype.name)
    if field is None:
        raise _invalid(
            f"A TensorProto of dtype {dtype.name} cannot be read: its elements are no numbers or strings"
        )
    values = list(getattr(message, field))
    if dtype is dtypes.string:
        flat = numpy.empty(len(values), object)
        flat[:] = values
        return flat
    if field == "half_val":
        return numpy.array(values, numpy.int64).astype(numpy.uint16).view(dtype.array_dtype)
    if field in ("scomplex_val", "dcomplex_val"):
        part = numpy.float32 if field == "scomplex_val" else numpy.float64
        return numpy.array(values[: len(values) // 2 * 2], part).view(dtype.array_dtype)
    return numpy.array(values, numpy.int64 if field == "int_val" else None).astype(dtype.array_dtype)


def _filled(listed, count, dims):
    """`count` elements: those listed, then the last of them (zeros or empty strings if there is none) for the rest."""
    if len(listed) > count:
        raise _invalid(f"A TensorProto of shape {list(dims)} lists {len(listed)} elements")
    if len(listed) == count:
        return listed
    last = listed[-1] if len(listed) else (b"" if listed.dtype == object else 0)
    flat = numpy.empty(count, listed.dtype)
    flat[: len(listed)] = listed
    flat[len(listed) :] = last
    return flat


def _invalid(message):
    return InvalidArgumentError(None, None, message)
