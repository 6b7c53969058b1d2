"""Of boxes that overlap, the one with the greatest score.

Bodla et al., Soft-NMS, 2017, for scores that fall with the overlap instead of vanishing.
"""

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import no_gradient, op

_FLOATS = frozenset([types.float16, types.float32])


def _overlaps(box, boxes):
    """The intersection over the union of a box with each of the others; 0 for those without an area."""
    low, high = numpy.minimum(boxes[:, :2], boxes[:, 2:]), numpy.maximum(boxes[:, :2], boxes[:, 2:])
    bottom, top = numpy.minimum(box[:2], box[2:]), numpy.maximum(box[:2], box[2:])
    common = numpy.prod(numpy.maximum(numpy.minimum(high, top) - numpy.maximum(low, bottom), 0), axis=1)
    areas, area = numpy.prod(high - low, axis=1), numpy.prod(top - bottom)
    union = areas + area - common
    return numpy.where((areas > 0) & (area > 0), common / numpy.where(union > 0, union, 1), 0)


def _chosen(overlaps, scores, count, limit, least, sigma=0.0):
    """(indices, scores at their choice), the greatest score first; `overlaps(i)` are those of i with all."""
    scores = scores.astype(numpy.float32)
    left = scores > least
    found, values = [], []
    while len(found) < count and left.any():
        best = int(numpy.argmax(numpy.where(left, scores, -numpy.inf)))
        if not left[best]:
            best = int(numpy.flatnonzero(left)[0])
        found.append(best)
        values.append(scores[best])
        left[best] = False
        covered = overlaps(best)
        if sigma > 0:
            scores = scores * numpy.exp(numpy.float32(-0.5 / sigma) * covered * covered)
            left &= scores > least
        else:
            left &= covered <= limit
    return numpy.array(found, numpy.int32), numpy.array(values, numpy.float32)


@op("NonMaxSuppressionV5", accepts=_FLOATS)
def suppress(xp, boxes, scores, *, count, limit, least, sigma):
    """Indices of at most `count` boxes [n, 4] (corners), and their scores."""
    boxes = boxes.astype(numpy.float32)
    found, values = _chosen(lambda at: _overlaps(boxes[at], boxes), scores, count, limit, least, sigma)
    return found, values.astype(scores.dtype)


@suppress.spec
def _(boxes, scores, count, limit, least, sigma):
    if boxes.dims is not None and len(boxes.dims) != 2:
        raise InvalidArgumentError(None, None, f"boxes must be 2-D, not of shape {list(boxes.dims)}")
    if boxes.dims is not None and boxes.dims[1] not in (4, None):
        raise InvalidArgumentError(None, None, "boxes must have 4 columns")
    _check_scores(boxes, scores)
    return scores.with_dims((None,)).with_dtype(types.int32), scores.with_dims((None,))


def _check_scores(boxes, scores):
    if scores.dims is not None and len(scores.dims) != 1:
        raise InvalidArgumentError(None, None, f"scores must be 1-D, not of shape {list(scores.dims)}")
    if None in (boxes.dims, scores.dims) or None in (boxes.dims[0], scores.dims[0]):
        return
    if boxes.dims[0] != scores.dims[0]:
        raise InvalidArgumentError(
            None, None, f"scores has incompatible shape: {scores.dims[0]} for {boxes.dims[0]} boxes"
        )


@op("NonMaxSuppressionWithOverlaps", accepts=frozenset([types.float32]), result=types.int32)
def suppress_with_overlaps(xp, overlaps, scores, *, count, limit, least):
    """Indices of at most `count` things whose overlaps [n, n] are given."""
    if overlaps.shape != scores.shape * 2:
        raise ValueError("not square")  # the spec rule says it better
    return _chosen(lambda at: overlaps[:, at], scores, count, limit, least)[0]


def _is_square(dims):
    return len(dims) == 2 and (None in dims or dims[0] == dims[1])


@suppress_with_overlaps.spec
def _(overlaps, scores, count, limit, least):
    if overlaps.dims is not None and not _is_square(overlaps.dims):
        raise InvalidArgumentError(None, None, f"overlaps must be square, not of shape {list(overlaps.dims)}")
    _check_scores(overlaps, scores)
    return scores.with_dims((None,)).with_dtype(types.int32)


no_gradient(suppress, suppress_with_overlaps)
