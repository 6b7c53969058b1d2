"""Ops between tensors and their forms in files: messages, compressed bytes."""

import base64
import zlib

import numpy

from tapeflow.core.dtypes import from_array_dtype, int64, string
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
    found[()] = _message(numpy.asarray(x))
    return found


def _message(array):
    dtype = from_array_dtype(array.dtype)
    return fill_tensor_message(messages.TensorProto(), array, dtype).SerializeToString()


serialize_tensor.spec(lambda x: TensorSpec((), string))


@op("ParseTensor", accepts=_STRING, any_rank=True)
def parse_tensor(xp, x, *, dtype):
    """The tensor that the bytes of a TensorProto hold."""
    if numpy.shape(x):
        raise InvalidArgumentError(
            None, None, f"Expected `serialized` to be a scalar, got shape: {list(x.shape)} [Op:ParseTensor]"
        )
    return _parsed(x.item(), dtype, "ParseTensor")


def _parsed(data, dtype, type_name):
    try:
        message = read_message(messages.TensorProto, data, "a TensorProto")
    except DataLossError:
        shown = base64.b64encode(data[:100]).decode()
        raise InvalidArgumentError(
            None, None, f"Could not parse `serialized` as TensorProto, base64: {shown} [Op:{type_name}]"
        ) from None
    array, found = array_from_message(message)
    if found is not dtype:
        raise InvalidArgumentError(
            None,
            None,
            f"Type mismatch between parsed tensor ({found.name}) and dtype ({dtype.name}) [Op:{type_name}]",
        )
    return array


parse_tensor.spec(lambda x, dtype: TensorSpec(None, dtype))


@op("SerializeManySparse", result=string)
def serialize_sparse_rows(xp, indices, values, shape):
    """Of each row of a sparse tensor three messages: its places, values and shape."""
    if shape.shape[0] < 2:
        raise ValueError("no rows")  # the spec rule says it better
    count = int(shape[0])
    if len(indices) and not ((indices[:, 0] >= 0) & (indices[:, 0] < count)).all():
        raise _wrong(f"The rows of the elements must be in [0, {count}), not {indices[:, 0].tolist()}")
    found, size = numpy.empty((count, 3), object), _message(shape[1:])
    for row in range(count):
        mine = indices[:, 0] == row
        found[row] = _message(indices[mine, 1:]), _message(values[mine]), size
    return found


@serialize_sparse_rows.spec
def _(indices, values, shape):
    if shape.dims is not None and shape.dims[0] is not None and shape.dims[0] < 2:
        raise _wrong(f"Rank of input SparseTensor should be > 1, but saw rank: {shape.dims[0]}")
    return TensorSpec((None, 3), string)


@op("DeserializeManySparse", accepts=_STRING)
def parse_sparse_rows(xp, rows, *, dtype, rank):
    """The places, values and shape of a sparse tensor of these rows."""
    places, values, sizes = [], [], []
    for number, row in enumerate(rows.tolist()):
        own = [_parsed(data, kind, "DeserializeManySparse") for data, kind in zip(row, (int64, dtype, int64))]  # noqa: B905
        if own[0].ndim != 2 or own[1].shape != own[0].shape[:1] or own[2].shape != own[0].shape[1:]:
            raise _wrong(
                f"The shapes of serialized row {number} do not fit: {[list(each.shape) for each in own]}"
            )
        places.append(numpy.concatenate([numpy.full((len(own[0]), 1), number), own[0]], 1))
        values.append(own[1])
        sizes.append(own[2])
    if not sizes:
        raise _wrong("Must have at least 1 serialized SparseTensor")
    if {len(each) + 1 for each in sizes} != {len(sizes[0]) + 1 if rank is None else rank}:
        raise _wrong(
            f"The rows have {[len(each) for each in sizes]} axes; one more is not {rank or 'the same'}"
        )
    shape = numpy.array([len(sizes), *numpy.max(sizes, axis=0)], numpy.int64)
    return numpy.concatenate(places), numpy.concatenate(values), shape


@parse_sparse_rows.spec
def _(rows, dtype, rank):
    if rows.dims is not None and (len(rows.dims) != 2 or rows.dims[1] not in (3, None)):
        raise _wrong(f"Serialized sparse tensors must have the shape [rows, 3], not {list(rows.dims)}")
    return TensorSpec((None, rank), int64), TensorSpec((None,), dtype), TensorSpec((rank,), int64)


def _wrong(message):
    return InvalidArgumentError(None, None, message)


no_gradient(decode_compressed, serialize_tensor, parse_tensor, serialize_sparse_rows, parse_sparse_rows)
