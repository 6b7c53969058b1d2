"""Ops between tensors and their forms in files: messages, compressed bytes."""

import base64
import zlib

import numpy

from tapeflow.core.dtypes import from_array_dtype, string
from tapeflow.core.errors import DataLossError, InvalidArgumentError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.files.messages import read_message
from tapeflow.files.tensor_messages import array_from_message, fill_tensor_message, messages
from tapeflow.ops.strings import map_strings

_STRING = frozenset((string,))
_WINDOW_BITS = {b"ZLIB": 15, b"GZIP": 31, "ZLIB": 15, "GZIP": 31}


@op("DecodeCompressed", accepts=_STRING, result=string)
def decode_compressed(xp, x, *, compression_type):
    """Each string uncompressed."""
    if compression_type in ("", b""):
        return x
    bits = _WINDOW_BITS.get(compression_type)
    if bits is None:
        raise InvalidArgumentError(
            None, None, "Only ZLIB, GZIP or NONE are supported compressions [Op:DecodeCompressed]"
        )
    return map_strings(lambda data: _inflated(data, bits), numpy.asarray(x, object))


def _inflated(data, bits):
    parts = []
    while data:
        inflater = zlib.decompressobj(bits)
        try:
            parts.append(inflater.decompress(data))
        except zlib.error as error:
            text = str(error).removeprefix("Error ").replace(" while decompressing data", "")
            raise DataLossError(
                None, None, f"inflate() failed with error {text} [Op:DecodeCompressed]"
            ) from None
        if not inflater.eof:
            raise DataLossError(None, None, "The compressed bytes end too early [Op:DecodeCompressed]")
        data = inflater.unused_data
    return b"".join(parts)


decode_compressed.spec(lambda x, compression_type: x)
decode_compressed.batch(decode_compressed)


@op("SerializeTensor", result=string)
def serialize_tensor(xp, x):
    """The bytes of a TensorProto."""
    found = numpy.empty((), object)
    array = numpy.asarray(x)
    found[()] = fill_tensor_message(
        messages.TensorProto(), array, from_array_dtype(array.dtype)
    ).SerializeToString()
    return found


serialize_tensor.spec(lambda x: TensorSpec((), string))


@op("ParseTensor", accepts=_STRING, any_rank=True)
def parse_tensor(xp, x, *, dtype):
    """The tensor that the bytes of a TensorProto hold."""
    if numpy.shape(x):
        raise InvalidArgumentError(
            None, None, f"Expected `serialized` to be a scalar, got shape: {list(x.shape)} [Op:ParseTensor]"
        )
    data = x.item()
    try:
        message = read_message(messages.TensorProto, data, "a TensorProto")
    except DataLossError:
        shown = base64.b64encode(data[:100]).decode()
        raise InvalidArgumentError(
            None, None, f"Could not parse `serialized` as TensorProto, base64: {shown} [Op:ParseTensor]"
        ) from None
    array, found = array_from_message(message)
    if found is not dtype:
        raise InvalidArgumentError(
            None,
            None,
            f"Type mismatch between parsed tensor ({found.name}) and dtype ({dtype.name}) [Op:ParseTensor]",
        )
    return array


parse_tensor.spec(lambda x, dtype: TensorSpec(None, dtype))
no_gradient(decode_compressed, serialize_tensor, parse_tensor)
