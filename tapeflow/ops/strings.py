"""Ops on strings: arrays of bytes objects, looked at one by one."""

import numpy

from tapeflow.core.dtypes import FLOATS, INTEGERS, bool, complex64, complex128, int32, int64, string
from tapeflow.core.errors import InvalidArgumentError, OutOfRangeError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.shapes import broadcast_shapes
from tapeflow.core.spec import TensorSpec
from tapeflow.ops import string_hash
from tapeflow.ops.families import kept_dims

_STRING = frozenset((string,))


def _invalid(message):
    return InvalidArgumentError(None, None, message)


def map_strings(function, array, dtype=object):
    """`function` of every element of an array, in an array of its shape."""
    out = numpy.empty(array.size, dtype)
    out[:] = [function(each) for each in array.reshape(-1).tolist()]
    out = out.reshape(array.shape)
    return out if dtype is object else out[()]


def decoded(data):
    """The text of UTF-8 bytes; bytes that are not UTF-8 survive the way there and back."""
    return data.decode("utf-8", "surrogateescape")


def encoded(text):
    """The bytes of a text from `decoded`."""
    return text.encode("utf-8", "surrogateescape")


def _per_element(type_name, result=string, **options):
    """Decorator: an op that makes one element of the result from one string."""

    def make(kernel):
        each = op(type_name, accepts=_STRING, result=result, **options)(kernel)
        each.spec(lambda x, **params: x.with_dtype(params.get("dtype", each.result)))
        each.batch(each)
        no_gradient(each)
        return each

    return make


@_per_element("StringLength", int32)
def string_length(xp, x, *, unit):
    """The number of bytes ("BYTE") or of code points ("UTF8_CHAR")."""
    if unit == "BYTE":
        return map_strings(len, x, numpy.int32)
    # What starts no code point is a continuation byte, 10xxxxxx.
    return map_strings(lambda each: sum(byte & 0xC0 != 0x80 for byte in each), x, numpy.int32)


@_per_element("StringLower")
def string_lower(xp, x, *, encoding):
    """Lower case: of ASCII letters, or with the encoding "utf-8" of all."""
    if encoding == "utf-8":
        return map_strings(lambda each: encoded(decoded(each).lower()), x)
    return map_strings(bytes.lower, x)


@_per_element("StringUpper")
def string_upper(xp, x, *, encoding):
    """Upper case: of ASCII letters, or with the encoding "utf-8" of all."""
    if encoding == "utf-8":
        return map_strings(lambda each: encoded(decoded(each).upper()), x)
    return map_strings(bytes.upper, x)


@_per_element("StringStrip")
def string_strip(xp, x):
    """Without the white space at both ends."""
    return map_strings(lambda each: each.strip(b" \t\n\v\f\r"), x)


@_per_element("RegexReplace")
def regex_replace(xp, x, *, pattern, rewrite, replace_global):
    """With the first match of an RE2 pattern, or all of them, replaced."""
    from tapeflow.ops import regular_expressions as expressions

    compiled = _compiled(pattern)
    rewrite = decoded(rewrite)
    return map_strings(
        lambda each: encoded(expressions.replace(compiled, rewrite, decoded(each), replace_global)), x
    )


@_per_element("RegexFullMatch", bool)
def regex_full_match(xp, x, *, pattern):
    """Whether an RE2 pattern matches the whole string."""
    compiled = _compiled(pattern)
    return map_strings(lambda each: compiled.fullmatch(decoded(each)) is not None, x, numpy.bool_)


def _compiled(pattern):
    from tapeflow.ops import regular_expressions as expressions

    try:
        return expressions.compile(pattern)
    except expressions.PatternError as error:
        raise _invalid(f"Invalid pattern: {decoded(pattern)}, error: {error}") from None


@_per_element("StringToHashBucketFast", int64)
def to_hash_bucket_fast(xp, x, *, num_buckets):
    """FarmHash's fingerprint, modulo `num_buckets`."""
    return map_strings(lambda each: string_hash.farm_fingerprint(each) % num_buckets, x, numpy.int64)


@_per_element("StringToHashBucketStrong", int64)
def to_hash_bucket_strong(xp, x, *, num_buckets, key):
    """SipHash under a key of two integers, modulo `num_buckets`."""
    key = tuple([word & 2**64 - 1 for word in key])
    return map_strings(lambda each: string_hash.sip_hash(each, key) % num_buckets, x, numpy.int64)


@_per_element("StringToHashBucket", int64)
def to_hash_bucket(xp, x, *, num_buckets):
    """MurmurHash, modulo `num_buckets`."""
    return map_strings(lambda each: string_hash.murmur_hash(each) % num_buckets, x, numpy.int64)


@_per_element("StringToNumber", result=None)
def string_to_number(xp, x, *, dtype):
    """The number that each string writes."""
    from tapeflow.ops.number_text import parser

    return map_strings(parser(dtype), x, dtype.array_dtype)


@op("AsString", result=string, accepts=FLOATS | INTEGERS | {complex64, complex128, bool, string})
def as_string(xp, x, *, form):
    """Each element as text, by a C format such as "%.2f"."""
    from tapeflow.ops.number_text import formatter

    return map_strings(formatter(form, x.dtype), numpy.asarray(x))


as_string.spec(lambda x, form: x.with_dtype(string))
as_string.batch(as_string)


@op("StringJoin", accepts=_STRING, result=string)
def string_join(xp, *values, separator):
    """Strings at one place of all values joined; a value without axes goes with all places."""
    dims = _joined_dims([value.shape for value in values])
    rows = [numpy.broadcast_to(value, dims).reshape(-1).tolist() for value in values]
    out = numpy.empty(len(rows[0]), object)
    out[:] = [separator.join(row) for row in zip(*rows, strict=True)]
    return out.reshape(dims)


def _joined_dims(shapes):
    """The shape that all but scalars have, from partly known ones."""
    found = ()
    for dims in shapes:
        if dims is None:
            return None
        if not dims or not found:
            found = dims or found
            continue
        if len(dims) != len(found) or any(
            None not in pair and pair[0] != pair[1] for pair in zip(found, dims, strict=True)
        ):
            raise _invalid(f"Input shapes do not match: {list(found)} vs. {list(dims)} [Op:StringJoin]")
        found = tuple([size if other is None else other for size, other in zip(found, dims, strict=True)])
    return found


string_join.spec(lambda *values, separator: TensorSpec(_joined_dims([each.dims for each in values]), string))


@op("ReduceJoin", accepts=_STRING, result=string)
def reduce_join(xp, x, *, axes, keepdims, separator):
    """Strings along `axes` joined, the first of the axes turning fastest (they need not be sorted)."""
    rest = [axis for axis in range(x.ndim) if axis not in axes]
    rows = numpy.transpose(x, (*rest, *axes[::-1])).reshape(*[x.shape[axis] for axis in rest], -1)
    dims = kept_dims(x.shape, axes, keepdims)
    flat = (
        rows.reshape(-1, rows.shape[-1]) if rows.size else numpy.empty((rows[..., :0].size or 1, 0), object)
    )
    out = numpy.empty(dims, object)
    out.reshape(-1)[:] = [separator.join(row) for row in flat.tolist()[: out.size]]
    return out


@reduce_join.spec
def _(x, axes, keepdims, separator):
    return x.with_dims(kept_dims(x.dims, axes, keepdims))


@reduce_join.batch
def _(x, axes, **params):
    return reduce_join(x, axes=tuple([axis + 1 for axis in axes]), **params)


@op("Substr", accepts=_STRING, result=string)
def substr(xp, x, pos, len, *, unit):
    """`len` bytes or code points from `pos` on, which counts from the end if it is negative. All three
    broadcast.
    """
    if pos.shape != len.shape:
        raise _invalid(
            f"pos and len should have the same shape, got: {list(pos.shape)} vs. {list(len.shape)}"
        )
    try:
        x, pos, len = numpy.broadcast_arrays(x, pos, len)
    except ValueError:
        raise _invalid(f"Incompatible shapes: {list(x.shape)} vs. {list(pos.shape)} [Op:Substr]") from None
    triples = zip(x.reshape(-1).tolist(), pos.reshape(-1).tolist(), len.reshape(-1).tolist(), strict=True)
    part = _part_of_bytes if unit == "BYTE" else _part_of_text
    out = numpy.empty(x.size, object)
    out[:] = [part(each, start, size, place) for place, (each, start, size) in enumerate(triples)]
    return out.reshape(x.shape)


def _part_of_bytes(data, start, size, place):
    if not -len(data) <= start <= len(data):
        raise _invalid(f"pos {start} out of range for string {data!r} at index {place}")
    start += len(data) if start < 0 else 0
    return data[start : start + size] if size >= 0 else data[start:]


def _part_of_text(data, start, size, place):
    text = decoded(data)
    if not -len(text) <= start <= len(text):
        raise _invalid(f"pos {start} out of range for string at index {place}")
    start += len(text) if start < 0 else 0
    return encoded(text[start : start + size] if size >= 0 else text[start:])


substr.spec(lambda x, pos, len, unit: TensorSpec(broadcast_shapes(x.dims, pos.dims), string))


@op("UnsortedSegmentJoin", accepts=_STRING, result=string)
def unsorted_segment_join(xp, x, segment_ids, *, num_segments, separator):
    """The strings of each segment joined in their order. `segment_ids` has the shape of x's first axes."""
    rank = segment_ids.ndim
    if x.shape[:rank] != segment_ids.shape:
        raise _invalid(
            f"Segment ids of shape {list(segment_ids.shape)} must be the first axes of the input, of shape "
            f"{list(x.shape)}. [Op:UnsortedSegmentJoin]"
        )
    if numpy.any((segment_ids < 0) | (segment_ids >= num_segments)):
        raise _invalid("segment_ids are not allowed to exceed num_segments or to have negative values.")
    inner = x.shape[rank:]
    rows = x.reshape(segment_ids.size, -1) if x.size else x.reshape(segment_ids.size, 0)
    parts = [[[] for _ in range(rows.shape[1])] for _ in range(num_segments)]
    for segment, row in zip(segment_ids.reshape(-1).tolist(), rows.tolist(), strict=True):
        for column, each in enumerate(row):
            parts[segment][column].append(each)
    out = numpy.empty((num_segments, rows.shape[1]), object)
    for segment, row in enumerate(parts):
        out[segment] = [separator.join(each) for each in row]
    return out.reshape(num_segments, *inner)


@unsorted_segment_join.spec
def _(x, segment_ids, num_segments, separator):
    return x.with_dims((num_segments, *x.dims[len(segment_ids.dims) :]))


@op("DecodeRaw", accepts=_STRING)
def decode_raw(xp, x, *, dtype, little_endian, size):
    """The bytes of each string as numbers along a new last axis; `size`: bytes to cut or fill to, None as
    they are.
    """
    values = x.reshape(-1).tolist()
    width = dtype.array_dtype.itemsize
    if size is not None:
        values = [each[:size].ljust(size, b"\0") for each in values]
    length = len(values[0]) if values else 0
    for place, each in enumerate(values):
        if len(each) != length:
            raise _invalid(
                f"DecodeRaw requires input strings to all be the same size, but element {place} has size "
                f"{length} != {len(each)}"
            )
    if length % width:
        raise _invalid(
            f"Input to DecodeRaw has length {length} that is not a multiple of {width}, the size of {dtype.name}"
        )
    numbers = numpy.frombuffer(b"".join(values), dtype.array_dtype)
    if not little_endian:
        numbers = numbers.byteswap()
    return numbers.reshape(*x.shape, length // width)


decode_raw.spec(
    lambda x, dtype, little_endian, size: TensorSpec(
        None if x.dims is None else (*x.dims, None if size is None else size // dtype.size), dtype
    )
)


@_per_element("EncodeBase64")
def encode_base64(xp, x, *, pad):
    """Web-safe base64, padded to a multiple of four if `pad`."""
    from base64 import urlsafe_b64encode

    return map_strings(
        lambda each: urlsafe_b64encode(each) if pad else urlsafe_b64encode(each).rstrip(b"="), x
    )


@_per_element("DecodeBase64")
def decode_base64(xp, x):
    """The bytes that web-safe base64 writes, padded or not."""
    from base64 import b64decode

    def decode(data):
        bare = data.rstrip(b"=")
        try:
            return b64decode(bare + b"=" * (-len(bare) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raise _invalid("Invalid character found in base64.") from None

    return map_strings(decode, x)


no_gradient(as_string, string_join, reduce_join, substr, unsorted_segment_join, decode_raw)


def canonical_join_axes(axis, rank):
    """Non-negative axes in the order given. OutOfRangeError, or InvalidArgumentError for one named twice."""
    axes = []
    for each in axis:
        if not -rank <= each < rank:
            raise OutOfRangeError(
                None,
                None,
                f"Invalid reduction dimension {each} for input with {rank} dimension(s) [Op:ReduceJoin]",
            )
        if each % rank in axes:
            raise _invalid(f"Duplicate reduction dimension {each} [Op:ReduceJoin]")
        axes.append(each % rank)
    return tuple(axes)
