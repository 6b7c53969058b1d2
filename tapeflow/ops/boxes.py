"""Boxes within pictures: drawn, and drawn at random."""

import itertools

import numpy

from tapeflow.core.dtypes import float16, float32, int8, int16, int32, int64, uint8
from tapeflow.core.errors import invalid
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.ops import philox, random_state

_COLORS = numpy.array(
    [
        [1, 1, 0, 1],
        [0, 0, 1, 1],
        [1, 0, 0, 1],
        [0, 1, 0, 1],
        [0.5, 0, 0.5, 1],
        [0.5, 0.5, 0, 1],
        [0.5, 0, 0, 1],
        [0, 0, 0.5, 1],
        [0, 1, 1, 1],
        [1, 0, 1, 1],
    ],
    numpy.float32,
)
"""In what boxes are drawn in turns if nobody says: yellow, blue, red, lime, purple, olive, maroon, navy, aqua, pink."""
_DEPTHS = (1, 3, 4)


@op("DrawBoundingBoxesV2", accepts=frozenset((float16, float32)), result="same")
def draw_bounding_boxes(xp, images, boxes, colors):
    """Pictures [batch, height, width, 1, 3 or 4] with the outlines of boxes [batch, n, 4] in colors [m, channels]."""
    depth = images.shape[-1]
    if depth not in _DEPTHS:
        raise ValueError("not a picture")  # the spec rule says it better
    table = colors[:, :depth] if colors.size else _COLORS[:, :depth] if depth > 1 else numpy.ones((1, 1))
    table = table.astype(images.dtype)
    found = images.copy()
    # Corners are counted from the middle of the first pixel to that of the last, and cut off to whole pixels.
    scale = numpy.array([images.shape[1] - 1, images.shape[2] - 1] * 2, numpy.float32)
    corners = numpy.trunc(boxes.astype(numpy.float32) * scale).astype(numpy.int64)
    for picture, rows in zip(found, corners.tolist(), strict=True):
        for place, box in enumerate(rows):
            _draw(picture, box, table[place % len(table)])
    return found


def _draw(picture, box, color):
    height, width = picture.shape[:2]
    top, left, bottom, right = box
    if top > bottom or left > right or top >= height or bottom < 0 or left >= width or right < 0:
        return
    rows = slice(max(top, 0), min(bottom, height - 1) + 1)
    columns = slice(max(left, 0), min(right, width - 1) + 1)
    for row in (top, bottom):
        if 0 <= row < height:
            picture[row, columns] = color
    for column in (left, right):
        if 0 <= column < width:
            picture[rows, column] = color


@draw_bounding_boxes.spec
def _(images, boxes, colors):
    if images.dims is not None and len(images.dims) != 4:
        raise invalid(f"The rank of the images should be 4, not {len(images.dims)}", "DrawBoundingBoxesV2")
    depth = None if images.dims is None else images.dims[3]
    if depth not in (None, *_DEPTHS):
        raise invalid(f"Channel depth should be either 1 (GRY), 3 (RGB), or 4 (RGBA), not {depth}")
    if boxes.dims is not None and (len(boxes.dims) != 3 or boxes.dims[2] not in (4, None)):
        raise invalid(f"The shape of the boxes should be [batch, boxes, 4], not {list(boxes.dims)}")
    if None not in (images.dims, boxes.dims):
        counts = images.dims[0], boxes.dims[0]
        if None not in counts and counts[0] != counts[1]:
            raise invalid(f"The batch sizes should be the same: {counts[0]} images, boxes for {counts[1]}")
    if colors.dims is not None and len(colors.dims) != 2:
        raise invalid(f"colors must be a 2-D matrix, not of shape {list(colors.dims)}")
    if None not in (colors.dims, depth) and colors.dims[1] is not None and colors.dims[1] < depth:
        raise invalid(f"colors must have equal or more channels than the image provided: {colors.dims[1]}")
    return images


_SIZES = frozenset((uint8, int8, int16, int32, int64))


@op("StatelessSampleDistortedBoundingBox", accepts=_SIZES)
def stateless_sample_box(xp, image_size, boxes, key, counter, covered, *, aspects, areas, attempts, whole):
    """(begin, size, [1, 1, 4]) of a random part of a picture that covers enough of one of the boxes."""
    stream = int(key[0]), int(counter[0]) | int(counter[1]) << 64
    return _sampled(image_size, boxes, covered, _Words(*stream), aspects, areas, attempts, whole)


@op("SampleDistortedBoundingBoxV2", accepts=_SIZES, stateful=True)
def sample_box(xp, image_size, boxes, covered, *, seeds, aspects, areas, attempts, whole):
    """The same from the stream that the seeds name."""
    identity = ("SampleDistortedBoundingBoxV2", str(image_size.dtype), aspects, areas, attempts, whole)
    stream = random_state.reserve(identity, *seeds, attempts)
    return _sampled(image_size, boxes, covered, _Words(*stream), aspects, areas, attempts, whole)


def _sampled_spec(image_size, boxes, *streams, **params):
    if image_size.dims is not None and (len(image_size.dims) != 1 or image_size.dims[0] not in (3, None)):
        raise invalid(f"image_size must be 1-dimensional of 3 elements, not {list(image_size.dims)}")
    if boxes.dims is not None and (len(boxes.dims) != 3 or boxes.dims[2] not in (4, None)):
        raise invalid(f"input boxes must have the shape [batch, boxes, 4], not {list(boxes.dims)}")
    pair = TensorSpec([3], image_size.dtype)
    return pair, pair, TensorSpec([1, 1, 4], float32)


stateless_sample_box.spec(_sampled_spec)
sample_box.spec(_sampled_spec)


class _Words:
    """Random numbers from the 32-bit words of a stream, one after the other."""

    def __init__(self, key, counter):
        self._words = self._drawn(key, counter)

    def _drawn(self, key, counter):
        for start in itertools.count(0, 16):
            places = numpy.arange(start, start + 16, dtype=numpy.uint64)
            yield from philox.blocks(key, counter, places).reshape(-1).tolist()

    def fraction(self):
        """A float32 in [0, 1) of the lower 23 bits."""
        return numpy.float32((next(self._words) & 0x7FFFFF) * 2.0**-23)

    def below(self, bound):
        """An int in [0, bound), without a bias."""
        if bound & (bound - 1) == 0:
            return next(self._words) & (bound - 1)
        surplus = 0xFFFFFFFF % bound + 1
        while (word := next(self._words)) < surplus:
            pass
        return word % bound


def _sampled(image_size, boxes, covered, words, aspects, areas, attempts, whole):
    if image_size.shape != (3,):
        raise ValueError("no size")  # the spec rule says it better
    height, width = int(image_size[0]), int(image_size[1])
    if covered < 0:
        raise invalid(f"Min covered area must be non-negative: {covered}")
    objects = _objects(boxes.reshape(-1, 4), height, width, whole)
    low, high = numpy.float32(aspects)
    part = (0, 0, height, width)
    for _ in range(attempts):
        aspect = words.fraction() * (high - low) + low
        trial = _random_part(height, width, numpy.float32(areas), aspect, words)
        if trial is not None and _covers(trial, objects, covered):
            part = trial
            break
    top, left, bottom, right = part
    edges = numpy.array(part, numpy.float32) / numpy.array([height, width] * 2, numpy.float32)
    begin, size = (top, left, 0), (bottom - top, right - left, -1)
    return *[numpy.array(each).astype(image_size.dtype) for each in (begin, size)], edges[None, None]


def _objects(boxes, height, width, whole):
    """The boxes in whole pixels; the picture if there are none and it may stand in for them."""
    if not len(boxes):
        if not whole:
            raise invalid(
                "No bounding boxes provided as input. One must enable use_image_if_no_bounding_boxes if you wish "
                "to not provide any bounding boxes."
            )
        return [(0, 0, height, width)]
    if not ((boxes >= 0) & (boxes <= 1)).all():
        raise invalid("All bounding box coordinates must be in [0.0, 1.0]")
    pixels = (boxes * numpy.array([height, width] * 2, numpy.float32)).astype(numpy.int64)
    return [tuple(each) for each in pixels.tolist()]


def _random_part(height, width, areas, aspect, words):
    """A random part (top, left, bottom, right) whose width is `aspect` times its height; None if there is none."""
    least, most = areas * numpy.float32(width) * numpy.float32(height)
    if most <= 0 or aspect <= 0 or least > most:
        return None
    rows, most_rows = (int(numpy.rint(numpy.sqrt(each / aspect))) for each in (least, most))
    if _times(most_rows, aspect) > width:
        most_rows = int((width + 0.5 - float(numpy.float32(1e-7))) / float(aspect))
    most_rows = min(most_rows, height)
    rows = min(rows, most_rows)
    if rows < most_rows:
        rows += words.below(most_rows - rows + 1)
    columns = _times(rows, aspect)
    if numpy.float32(rows * columns) < least:  # by rounding: one row more may do
        rows += 1
        columns = _times(rows, aspect)
    if numpy.float32(rows * columns) > most:
        rows -= 1
        columns = _times(rows, aspect)
    if not least <= numpy.float32(rows * columns) <= most:
        return None
    if not (0 < columns <= width and 0 < rows <= height):
        return None
    top = words.below(height - rows) if rows < height else 0
    left = words.below(width - columns) if columns < width else 0
    return top, left, top + rows, left + columns


def _times(rows, aspect):
    return int(numpy.rint(numpy.float32(rows) * aspect))


def _area(top, left, bottom, right):
    return (bottom - top) * (right - left)


def _covers(part, objects, covered):
    """Whether a part has enough of at least one of the objects."""
    for each in objects:
        area = _area(*each)
        if area < 1:
            continue
        top, left = max(part[0], each[0]), max(part[1], each[1])
        bottom, right = min(part[2], each[2]), min(part[3], each[3])
        common = _area(top, left, bottom, right) if bottom > top and right > left else 0
        if numpy.float32(common) / numpy.float32(area) >= covered:
            return True
    return False


@op("ExtractGlimpseV2", accepts=frozenset((float32,)), result="same")
def extract_glimpse(xp, images, offsets, margins, *, size, centered, normalized):
    """The part of each picture around its offset; what is not in the picture is that of margins."""
    found = margins.copy()
    for picture, window, (y, x) in zip(images, found, offsets.astype(numpy.float32), strict=True):
        places = [_corner(*each, centered, normalized) for each in zip((y, x), picture.shape, size)]  # noqa: B905
        within, beyond = [], []
        for place, extent, length in zip(places, picture.shape, size):  # noqa: B905 - of three axes the first two
            begin, end = max(place, 0), min(place + length, extent)
            within.append(slice(begin - place, max(end, begin) - place))
            beyond.append(slice(begin, max(end, begin)))
        window[tuple(within)] = picture[tuple(beyond)]
    return found


def _corner(offset, extent, length, centered, normalized):
    """Where along an axis a window begins. A centered and normalized offset is that of its middle."""
    extent = numpy.float32(extent)
    if normalized:
        offset = offset * extent
        if centered:
            offset = offset / 2 + extent / 2 - numpy.float32(length) / 2
    elif centered:
        offset = offset + extent / 2
    return int(offset)


@extract_glimpse.spec
def _(images, offsets, margins, size, centered, normalized):
    if offsets.dims is not None and (len(offsets.dims) != 2 or offsets.dims[1] not in (2, None)):
        raise invalid(f"offsets must have the shape [batch, 2], not {list(offsets.dims)}", "ExtractGlimpseV2")
    if None not in (images.dims, offsets.dims):
        counts = images.dims[0], offsets.dims[0]
        if None not in counts and counts[0] != counts[1]:
            raise invalid(f"offsets should have one row for each of the {counts[0]} images, not {counts[1]}")
    return margins


no_gradient(draw_bounding_boxes, stateless_sample_box, sample_box, extract_glimpse)
