"""Pictures in files, through Pillow: bytes to arrays [height, width, channels] and back."""

import io

import numpy

from tapeflow.core.errors import InternalError, InvalidArgumentError

_MOST_PIXELS = 1 << 29
_STARTS = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n", "PNG"), (b"GIF8", "GIF"), (b"BM", "BMP"))


def kind_of(data):
    """The name JPEG, PNG, GIF, BMP or WEBP by the first bytes; None for others."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for start, kind in _STARTS if data.startswith(start)), None)


def opened(data):
    """A Pillow image of bytes whose elements are loaded. InvalidArgumentError for what is damaged or cut off."""
    import warnings

    from PIL import Image

    kind = kind_of(data)
    if kind is None:
        raise invalid("Unknown image file format. One of JPEG, PNG, GIF, BMP, WebP required.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large pictures: the limit is checked below
            image = Image.open(io.BytesIO(data), formats=[kind])
        width, height = image.size
        if width * height > _MOST_PIXELS:
            raise invalid(f"Image size too large: {width} by {height} pixels")
        if kind not in ("GIF", "WEBP"):
            image.load()
        return image
    except InvalidArgumentError:
        raise
    except Exception as error:
        raise invalid(f"Invalid {kind} data, size {len(data)}: {error}") from None


def frames(data):
    """All frames of a GIF or WebP, uint8 [frames, height, width, 3], or 4 if a WebP knows transparency."""
    image = opened(data)
    mode = "RGBA" if image.format == "WEBP" and image.mode == "RGBA" else "RGB"
    found = []
    try:
        for place in range(getattr(image, "n_frames", 1)):
            image.seek(place)
            if (place + 1) * image.size[0] * image.size[1] > _MOST_PIXELS:
                raise invalid(f"Image size too large: {place + 1} frames of {image.size}")
            found.append(numpy.asarray(image.convert(mode)))
    except InvalidArgumentError:
        raise
    except Exception as error:
        raise invalid(f"Invalid {image.format} data (size {len(data)}), {error}") from None
    return numpy.stack(found)


_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset(range(0xD0, 0xD9)) | {0x01}


def jpeg_shape(data):
    """(height, width, channels) by the header of a JPEG. InvalidArgumentError if it is none, or ends before the data.

    ITU-T T.81, annex B: segments of a marker, 0xFF and a byte, and a length; the size stands in that of the frame.
    """
    found, place = None, 2
    while data[:2] == b"\xff\xd8" and len(data) >= place + 4 and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF or marker in _WITHOUT_LENGTH:
            place += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        segment = data[place + 4 : place + 2 + length]
        if len(segment) < length - 2:
            break
        if marker == 0xDA and found:
            return found
        if marker in _FRAMES and len(segment) >= 6:
            found = int.from_bytes(segment[1:3], "big"), int.from_bytes(segment[3:5], "big"), segment[5]
        place += 2 + length
    raise invalid(f"Invalid JPEG data, size {len(data)} [Op:ExtractJpegShape]")


def picture(data, channels, wide=False):
    """The elements of a PNG, BMP, JPEG or of a GIF's only frame, [height, width, channels]; uint16 if `wide`."""
    image = opened(data)
    kind = kind_of(data)
    if kind == "JPEG":
        image = _jpeg(image, data, channels)
    array = _bmp_with_alpha(data) if kind == "BMP" and data[28:30] == b"\x20\0" else _elements(image)
    array = _with_channels(array, channels, kind)
    if wide:
        return array if array.dtype == numpy.uint16 else array.astype(numpy.uint16) * numpy.uint16(257)
    return (array >> 8).astype(numpy.uint8) if array.dtype == numpy.uint16 else array


def _jpeg(image, data, channels):
    from PIL import Image

    if channels == 4:
        raise invalid("JPEG does not support 4 channels")
    if image.mode == "CMYK":
        if channels == 1:
            raise invalid("jpeg::Uncompress failed. Invalid JPEG data or crop window.")
        return image.convert("RGB")
    if channels == 1 and image.mode != "L":
        image = Image.open(io.BytesIO(data))
        image.draft("L", None)  # the luminance as the file has it
        return image.convert("L")
    return image


def _elements(image):
    """An array [height, width, channels] of what the picture holds: palettes looked up, bits made bytes."""
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode == "1":
        image = image.convert("L")
    elif image.mode not in ("L", "LA", "RGB", "RGBA") and not image.mode.startswith("I"):
        image = image.convert("RGB")
    array = numpy.asarray(image)
    if image.mode.startswith("I"):
        array = array.astype(numpy.uint16)
    return array.reshape(*array.shape[:2], -1)


def _bmp_with_alpha(data):
    """The elements of a BMP with four bytes for a pixel, the last of which Pillow leaves out."""
    start = int.from_bytes(data[10:14], "little")
    width, height = [int.from_bytes(data[at : at + 4], "little", signed=True) for at in (18, 22)]
    rows = numpy.frombuffer(data, numpy.uint8, 4 * width * abs(height), start).reshape(abs(height), width, 4)
    return (rows[::-1] if height > 0 else rows)[..., [2, 1, 0, 3]]


def _with_channels(array, channels, kind):
    have = array.shape[2]
    if not channels or channels == have:
        return array
    opaque = numpy.full((*array.shape[:2], 1), numpy.iinfo(array.dtype).max, array.dtype)
    alpha = array[..., have - 1 :] if have in (2, 4) else opaque
    color = array[..., : have - 1] if have in (2, 4) else array
    if channels == 1:
        return color if color.shape[2] == 1 else _gray(color)
    if color.shape[2] == 1:
        color = numpy.repeat(color, 3, 2)
    return color if channels == 3 else numpy.concatenate([color, alpha], 2)


def _gray(color):
    """Luminance by the weights of Rec. 601 in 15 bits, rounded down, as libpng makes it."""
    red, green, blue = [color[..., channel].astype(numpy.uint32) for channel in range(3)]
    return ((9798 * red + 19235 * green + 3735 * blue) >> 15).astype(color.dtype)[..., None]


def png_bytes(array, compression):
    """A PNG of an array [height, width, channels], uint8 or uint16."""
    from PIL import Image

    height, width, channels = array.shape
    if not height or not width:
        raise InternalError(None, None, "PNG encoding failed: a picture needs pixels")
    if array.dtype == numpy.uint16:
        return _wide_png(array, compression)
    image = Image.fromarray(array[..., 0] if channels == 1 else array)
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=6 if compression < 0 else compression)
    return file.getvalue()


def _wide_png(array, compression):
    """PNG with 16 bits for an element, which Pillow has for one channel only. Source: the PNG specification."""
    import zlib

    height, width, channels = array.shape
    rows = numpy.ascontiguousarray(array.astype(">u2")).view(numpy.uint8).reshape(height, -1)
    plain = numpy.concatenate([numpy.zeros((height, 1), numpy.uint8), rows], 1).tobytes()
    color = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([16, color, 0, 0, 0])
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(plain, compression)), (b"IEND", b""))
    parts = [b"\x89PNG\r\n\x1a\n"]
    for name, body in chunks:
        parts += [len(body).to_bytes(4, "big"), name, body, zlib.crc32(name + body).to_bytes(4, "big")]
    return b"".join(parts)


def jpeg_bytes(array, quality, progressive, optimize, halved):
    """A JPEG of an array uint8 [height, width, 1 or 3]; `halved`: colors at half the resolution."""
    from PIL import Image

    image = Image.fromarray(array[..., 0] if array.shape[2] == 1 else array)
    file = io.BytesIO()
    try:
        image.save(
            file,
            "JPEG",
            quality=quality,
            progressive=progressive,
            optimize=optimize,
            subsampling=2 if halved else 0,
            dpi=(300, 300),
        )
    except (ValueError, OSError) as error:
        raise invalid(f"JPEG encoding failed: {error}") from None
    return file.getvalue()


def invalid(message):
    """What is raised for bytes and arrays that are no pictures."""
    return InvalidArgumentError(None, None, message)
