"""Pictures as strings: decoding and encoding, through Pillow (install `tapeflow[keras]` or `pillow`)."""

from tapeflow.api.casting import cast
from tapeflow.api.strings import as_strings
from tapeflow.core import dtypes
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.errors import InvalidArgumentError, invalid
from tapeflow.core.operands import as_tensor
from tapeflow.ops import media

__all__ = [
    "decode_and_crop_jpeg",
    "decode_bmp",
    "decode_gif",
    "decode_image",
    "decode_jpeg",
    "decode_jxl",
    "decode_png",
    "decode_webp",
    "encode_jpeg",
    "encode_png",
    "extract_jpeg_shape",
    "is_jpeg",
]


def decode_image(contents, channels=None, dtype=dtypes.uint8, name=None, expand_animations=True):
    """The elements of a JPEG, PNG, GIF, BMP or WebP: [height, width, channels], of a GIF [frames, height, width, 3].

    A WebP has frames, too, and 3 or 4 channels; its dtype is uint8.

    channels: 0 or None (as many as there are), 1, 3 or 4; dtype: uint8, or another into which elements are scaled
    (floating ones from 0 to 1); expand_animations: False gives the first frame only, and a known rank. Raises
    InvalidArgumentError for damaged bytes and for channels that the format does not have.

    >>> data = tf.io.encode_png(tf.zeros([2, 3, 3], tf.uint8))
    >>> tf.io.decode_image(data).shape
    TensorShape([2, 3, 3])
    """
    dtype = as_dtype(dtype)
    if dtype not in dtypes.FLOATS and dtype not in (dtypes.uint8, dtypes.uint16):
        raise NotImplementedError(
            f"decode_image with dtype {dtype.name} is not there; decode uint8 and convert it."
        )
    found = _decoded(
        contents,
        None,
        channels,
        expand=bool(expand_animations),
        wide=dtype is dtypes.uint16,
        rank=None if expand_animations else 3,
    )
    return cast(found, dtype) * (1 / 255) if dtype.is_floating else found


def _decoded(contents, only, channels, expand=True, wide=False, rank=3):
    channels = int(channels or 0)
    if channels not in (0, 1, 3, 4):
        raise invalid(f"`channels` must be 0, 1, 3 or 4 but got {channels}", only or "DecodeImage")
    x = as_strings(contents, only or "DecodeImage")
    return media.decode_image(x, channels=channels, expand=expand, wide=wide, only=only, rank=rank)


def decode_png(contents, channels=0, dtype=dtypes.uint8, name=None):
    """The elements of a PNG (or JPEG, or GIF of one frame), uint8 or uint16 [height, width, channels]."""
    dtype = as_dtype(dtype)
    if dtype not in (dtypes.uint8, dtypes.uint16):
        raise invalid(
            f"Value for attr 'dtype' of {dtype.name} is not in the list of allowed values: uint8, uint16",
            "DecodePng",
        )
    return _decoded(contents, "DecodePng", channels, wide=dtype is dtypes.uint16)


def decode_jpeg(
    contents,
    channels=0,
    ratio=1,
    fancy_upscaling=True,
    try_recover_truncated=False,
    acceptable_fraction=1,
    dct_method="",
    name=None,
):
    """The elements of a JPEG (or PNG, or GIF of one frame), uint8 [height, width, channels].

    Elements are those of `dct_method="INTEGER_ACCURATE"`, whatever is asked for. Raises NotImplementedError for a
    `ratio` other than 1 and for recovering truncated files.
    """
    if dct_method not in ("", "INTEGER_FAST", "INTEGER_ACCURATE"):
        raise invalid("dct_method must be one of {'', 'INTEGER_FAST', 'INTEGER_ACCURATE'}", "DecodeJpeg")
    if ratio not in (1, 2, 4, 8):
        raise invalid(f"ratio must be 1, 2, 4, or 8, got {ratio}", "DecodeJpeg")
    if ratio != 1 or try_recover_truncated:
        raise NotImplementedError(
            "decode_jpeg with a ratio or try_recover_truncated is not there; decode, then resize."
        )
    return _decoded(contents, "DecodeJpeg", channels)


def decode_and_crop_jpeg(contents, crop_window, channels=0, name=None, **options):
    """A part of a JPEG: `crop_window` is [y, x, height, width]. InvalidArgumentError if it is not inside."""
    y, x, height, width = [int(each) for each in as_tensor(crop_window).numpy()]
    found = decode_jpeg(contents, channels, **options)
    rows, columns = found.shape[:2]
    if min(y, x) < 0 or min(height, width) <= 0 or (rows and (y + height > rows or x + width > columns)):
        raise InvalidArgumentError(None, None, "jpeg::Uncompress failed. Invalid JPEG data or crop window.")
    return found[y : y + height, x : x + width]


def decode_gif(contents, name=None):
    """The frames of a GIF (or the one of a PNG or JPEG), uint8 [frames, height, width, 3]."""
    return _decoded(contents, "DecodeGif", 0, rank=4)


def decode_webp(contents, channels=0, dtype=dtypes.uint8, name=None):
    """The frames of a WebP, uint8 [frames, height, width, channels]; channels: 0 (as many as there are), 3 or 4.

    Raises InvalidArgumentError for damaged bytes and for another number of channels than the picture has.
    """
    if as_dtype(dtype) is not dtypes.uint8:
        raise invalid(f"Value for attr 'dtype' of {as_dtype(dtype).name} is not uint8", "DecodeWebP")
    return _decoded(contents, "DecodeWebP", channels, rank=4)


def decode_jxl(contents, channels=0, dtype=dtypes.uint8, name=None):
    """Is not there: neither Python nor Pillow reads JPEG XL."""
    raise NotImplementedError("decode_jxl is not there: neither Python nor Pillow reads JPEG XL.")


def extract_jpeg_shape(contents, output_type=dtypes.int32, name=None):
    """(height, width, channels) of a JPEG, int32 or int64 [3]: only its header is read.

    Raises InvalidArgumentError for other bytes.

    >>> data = tf.io.encode_jpeg(tf.zeros([2, 3, 1], tf.uint8))
    >>> tf.io.extract_jpeg_shape(data).numpy()
    array([2, 3, 1], dtype=int32)
    """
    dtype = as_dtype(output_type)
    if dtype not in (dtypes.int32, dtypes.int64):
        raise invalid(
            f"Value for attr 'output_type' of {dtype.name} is not in the list of allowed values: int32, int64"
        )
    return media.extract_jpeg_shape(as_strings(contents, "ExtractJpegShape"), dtype=dtype)


def decode_bmp(contents, channels=0, name=None):
    """The elements of a BMP, uint8 [height, width, channels]; channels: 0 (as many as there are), 3 or 4."""
    return _decoded(contents, "DecodeBmp", channels)


def encode_png(image, compression=-1, name=None):
    """The PNG of each picture, uint8 or uint16 [..., height, width, channels]; compression: 0 to 9, or -1.

    Raises InvalidArgumentError for other shapes and dtypes.
    """
    if not -1 <= compression <= 9:
        raise invalid(f"compression should be in [-1,9], got {compression}", "EncodePng")
    x = image if hasattr(image, "dtype") else as_tensor(image, dtypes.uint8)
    return media.encode_png(as_tensor(x), compression=int(compression))


def encode_jpeg(
    image,
    format="",
    quality=95,
    progressive=False,
    optimize_size=False,
    chroma_downsampling=True,
    density_unit="in",
    x_density=300,
    y_density=300,
    xmp_metadata="",
    name=None,
):
    """The JPEG of a picture uint8 [height, width, 1 or 3]; quality: 0 to 100. InvalidArgumentError for other shapes."""
    x = as_tensor(image, None if hasattr(image, "_dtype") else dtypes.uint8)
    shape = list(x.shape)
    if len(shape) != 3:
        raise invalid(f"image must be 3-dimensional{shape}", "EncodeJpeg")
    if not 0 <= quality <= 100:
        raise invalid(f"quality must be in [0,100], got {quality}", "EncodeJpeg")
    allowed = {"": (1, 3), "grayscale": (1,), "rgb": (3,)}
    if format not in allowed:
        raise invalid(f"format must be '', 'grayscale' or 'rgb', got {format!r}", "EncodeJpeg")
    if shape[2] not in allowed[format]:
        what = (
            f"format {format} expects {allowed[format][0]} channels"
            if format
            else "image must have 1 or 3 channels"
        )
        raise invalid(f"{what}, got {shape}", "EncodeJpeg")
    if density_unit not in ("in", "cm"):
        raise invalid(f"density_unit must be 'in' or 'cm', got {density_unit!r}", "EncodeJpeg")
    if (density_unit, x_density, y_density, xmp_metadata) != ("in", 300, 300, ""):
        raise NotImplementedError("encode_jpeg with another density or with XMP metadata is not there.")
    return media.encode_jpeg(
        x, quality=int(quality), progressive=progressive, optimize=optimize_size, halved=chroma_downsampling
    )


def is_jpeg(contents, name=None):
    """Whether a string begins as a JPEG does.

    >>> tf.io.is_jpeg(b"something else").numpy()
    np.False_
    """
    return media.is_jpeg(as_strings(contents, "IsJpeg"))
