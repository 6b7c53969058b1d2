"""Ops between the bytes of pictures and sounds and their elements."""

import numpy

from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.dtypes import float32, int32, string, uint8, uint16
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.files.pictures import frames, invalid, jpeg_bytes, jpeg_shape, kind_of, picture, png_bytes
from tapeflow.files.wave import wave_bytes, wave_samples
from tapeflow.ops.strings import map_strings

_STRING = frozenset((string,))


def _scalar(array, type_name):
    if numpy.shape(array):
        raise InvalidArgumentError(
            None, None, f"`contents` must be scalar but got shape{list(array.shape)} [Op:{type_name}]"
        )
    return array.item() if isinstance(array, numpy.ndarray) else array


@op("DecodeImage", accepts=_STRING, any_rank=True)
def decode_image(xp, contents, *, channels, expand, wide, only, rank):
    """The elements of a picture. only: the op of one format; rank: that of the result."""
    data = _scalar(contents, only or "DecodeImage")
    if not data:
        raise invalid("Input is empty.")
    kind = kind_of(data)
    if (kind == "BMP") != (only == "DecodeBmp") and only and kind:
        raise invalid(
            f"Trying to decode {kind} format using a wrong op. Use `decode_{kind.lower()}` or `decode_image` instead. "
            f"Op used: {only}"
        )
    if kind == "BMP" and channels not in (0, 3, 4):
        raise invalid(f"`channels` must be 0, 3 or 4 for BMP, but got {channels}")
    if (kind == "WEBP") != (only == "DecodeWebP") and only and kind:
        raise invalid(
            f"Trying to decode {kind} format using a wrong op. Use `decode_{kind.lower()}` or `decode_image` instead. "
            f"Op used: {only}"
        )
    if kind == "WEBP":
        found = _webp(data, channels, wide)
        return found if expand else found[0]
    if kind != "GIF":
        found = picture(data, channels, wide)
        return found[None] if only == "DecodeGif" else found
    if channels not in (0, 3):
        raise invalid(f"channels must be 0 or 3 for GIF, got {channels}")
    found = frames(data)
    if only in ("DecodePng", "DecodeJpeg"):
        if len(found) > 1:
            raise invalid(
                f"Got {len(found)} frames, but animated gifs can only be decoded by tf.io.decode_gif or "
                "tf.io.decode_image"
            )
        expand = False
    found = found if expand else found[0]
    return found.astype(numpy.uint16) * numpy.uint16(257) if wide else found


def _webp(data, channels, wide):
    found = frames(data)
    if wide:
        raise invalid("WebP only supports uint8 for dtype")
    if channels == 1:
        raise invalid("WebP only supports 3 or 4 channels")
    if channels not in (0, found.shape[3]):
        raise invalid(f"Number of channels requested does not match input: {channels}, not {found.shape[3]}")
    return found


@decode_image.spec
def _(contents, channels, expand, wide, only, rank):
    last = (channels or None) if only == "DecodeWebP" else 3
    dims = {None: None, 3: (None, None, channels or None), 4: (None, None, None, last)}[rank]
    return TensorSpec(dims, uint16 if wide else uint8)


@op("EncodePng", accepts=frozenset((uint8, uint16)), result=string)
def encode_png(xp, image, *, compression):
    """The PNG of each picture [..., height, width, channels]."""
    if not 1 <= image.shape[-1] <= 4:
        raise invalid(f"image must have 1, 2, 3, or 4 channels, got {image.shape[-1]} [Op:EncodePng]")
    pictures = image.reshape(-1, *image.shape[-3:]) if image.size else [image]
    found = numpy.empty(len(pictures), object)
    found[:] = [png_bytes(each, compression) for each in pictures]
    return found.reshape(image.shape[:-3])


@encode_png.spec
def _(image, compression):
    if image.dims is not None and len(image.dims) < 3:
        raise invalid(f"images must be at least rank 3{list(image.dims)} [Op:EncodePng]")
    return TensorSpec(None if image.dims is None else image.dims[:-3], string)


encode_png.batch(encode_png)


@op("EncodeJpeg", accepts=frozenset((uint8,)), result=string)
def encode_jpeg(xp, image, *, quality, progressive, optimize, halved):
    """The JPEG of a picture [height, width, 1 or 3]."""
    found = numpy.empty((), object)
    found[()] = jpeg_bytes(image, quality, progressive, optimize, halved)
    return found


encode_jpeg.spec(lambda image, **params: TensorSpec((), string))


@op("EncodeJpegVariableQuality", accepts=frozenset((uint8,)), result=string)
def encode_jpeg_of_quality(xp, image, quality):
    """The JPEG of a picture [height, width, 1 or 3] in a quality that is a tensor."""
    if not 0 <= quality <= 100:
        raise invalid(f"quality must be in [0,100], got {quality} [Op:EncodeJpegVariableQuality]")
    found = numpy.empty((), object)
    found[()] = jpeg_bytes(image, int(quality), False, False, True)
    return found


@encode_jpeg_of_quality.spec
def _(image, quality):
    if image.dims is not None and len(image.dims) != 3:
        raise invalid(f"image must be 3-dimensional{list(image.dims)} [Op:EncodeJpegVariableQuality]")
    if image.dims is not None and image.dims[2] not in (1, 3, None):
        raise invalid(f"image must have 1 or 3 channels, got {list(image.dims)}")
    if quality.dims:
        raise invalid(f"quality must be scalar: {list(quality.dims)} [Op:EncodeJpegVariableQuality]")
    return TensorSpec((), string)


@op("ExtractJpegShape", accepts=_STRING)
def extract_jpeg_shape(xp, contents, *, dtype):
    """(height, width, channels) of a JPEG."""
    return numpy.array(jpeg_shape(_scalar(contents, "ExtractJpegShape")), dtype.array_dtype)


extract_jpeg_shape.spec(lambda contents, dtype: TensorSpec((3,), dtype))


@op("DecodeWav", accepts=_STRING, any_rank=True)
def decode_wav(xp, contents, *, channels, samples):
    """(float32 [samples, channels], the rate) of a WAV file; missing channels repeat the last, samples are 0."""
    if numpy.shape(contents):
        raise invalid(f"contents must be scalar, got shape {list(contents.shape)} [Op:DecodeWav]")
    found, rate = wave_samples(_scalar(contents, "DecodeWav"))
    if channels >= 0:
        places = numpy.minimum(numpy.arange(channels), found.shape[1] - 1)
        found = found[:, places]
    if samples >= 0:
        found = found[:samples]
        found = numpy.pad(found, ((0, samples - len(found)), (0, 0)))
    return numpy.ascontiguousarray(found), numpy.int32(rate)


@decode_wav.spec
def _(contents, channels, samples):
    dims = tuple([size if size >= 0 else None for size in (samples, channels)])
    return TensorSpec(dims, float32), TensorSpec((), int32)


@op("EncodeWav", accepts=frozenset((float32,)), result=string)
def encode_wav(xp, audio, rate):
    """The WAV file of samples [frames, channels]."""
    found = numpy.empty((), object)
    found[()] = wave_bytes(audio, int(rate))
    return found


@encode_wav.spec
def _(audio, rate):
    if audio.dims is not None and len(audio.dims) != 2:
        raise invalid(f"audio must be 2-dimensional{list(audio.dims)} [Op:EncodeWav]")
    if rate.dims:
        raise invalid(
            f"Input sample_rate should be a scalar tensor, got {list(rate.dims)} instead. [Op:EncodeWav]"
        )
    return TensorSpec((), string)


@op("IsJpeg", accepts=_STRING)
def is_jpeg(xp, x):
    """Whether each string begins as a JPEG does."""
    return map_strings(lambda data: kind_of(data) == "JPEG", numpy.asarray(x, object), numpy.bool_)


is_jpeg.spec(lambda x: x.with_dtype(boolean))
is_jpeg.batch(is_jpeg)
no_gradient(
    decode_image,
    encode_png,
    encode_jpeg,
    encode_jpeg_of_quality,
    extract_jpeg_shape,
    decode_wav,
    encode_wav,
    is_jpeg,
)
