"""Of boxes that overlap, the one with the greatest score.

Bodla et al., Soft-NMS, 2017, for scores that fall with the overlap instead of vanishing.
"""

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec

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


@op("NonMaxSuppressionPadded", accepts=_FLOATS)
def suppress_padded(xp, boxes, scores, *, count, limit, least, ordered, canonical):
    """Indices of at most `count` boxes of each picture [..., n, 4], filled up with zeros, and how many there are."""
    batch = boxes.shape[:-2]
    boxes, scores = boxes.reshape(-1, *boxes.shape[-2:]), scores.reshape(-1, scores.shape[-1])
    if least > -numpy.inf:
        counts = scores > least
        boxes, scores = boxes * counts[..., None], scores * counts
    if not canonical and boxes.size:  # the first box tells for all which corner comes first
        boxes = boxes[..., [2, 1, 0, 3]] if boxes[0, 0, 0] > boxes[0, 0, 2] else boxes
        boxes = boxes[..., [0, 3, 2, 1]] if boxes[0, 0, 1] > boxes[0, 0, 3] else boxes
    boxes = boxes.astype(numpy.float32)
    found, valid = numpy.zeros((len(boxes), count), numpy.int32), numpy.zeros(len(boxes), numpy.int32)
    for place, (corners, values) in enumerate(zip(boxes, scores, strict=True)):
        order = numpy.arange(len(values)) if ordered else numpy.argsort(-values, kind="stable")
        chosen = _chosen_in_order(corners[order], count, numpy.float32(limit))
        valid[place] = len(chosen)
        found[place, : len(chosen)] = chosen if ordered else order[chosen]
    return found.reshape(*batch, count), valid.reshape(batch)[()]


def _chosen_in_order(boxes, count, limit):
    """Places of at most `count` boxes that overlap none before by `limit` or more, and are not all at or below zero."""
    left = (boxes > 0).any(1)
    low, high = boxes[:, :2], boxes[:, 2:]
    areas = numpy.prod(high - low, axis=1)
    found = []
    for place in range(len(boxes)):
        if len(found) == count:
            break
        if not left[place]:
            continue
        found.append(place)
        common = numpy.prod(
            numpy.maximum(numpy.minimum(high, high[place]) - numpy.maximum(low, low[place]), 0), axis=1
        )
        left &= common / (areas + areas[place] - common + numpy.float32(1e-8)) < limit
    return found


@suppress_padded.spec
def _(boxes, scores, count, limit, least, ordered, canonical):
    batch = None if boxes.dims is None else boxes.dims[:-2]
    indices = TensorSpec(None if batch is None else (*batch, count), types.int32)
    return indices, TensorSpec(batch, types.int32)


@op("CombinedNonMaxSuppression", accepts=frozenset([types.float32]))
def suppress_combined(xp, boxes, scores, *, each, most, limit, least, padded, clipped):
    """Of boxes [batch, n, 1 or classes, 4], the best of all classes: (boxes, scores, classes, how many there are)."""
    if boxes.ndim != 4 or scores.ndim != 3 or boxes.shape[2] not in (1, scores.shape[2]):
        raise ValueError("no boxes of classes")  # the spec rule says it better
    if boxes.shape[:2] != scores.shape[:2]:
        raise ValueError("not equally many")  # the spec rule says it better
    batch, classes = scores.shape[0], scores.shape[2]
    size = _combined_size(most, each, classes, padded)
    found = numpy.zeros((batch, size, 4), numpy.float32)
    values, kinds = numpy.zeros((batch, size), numpy.float32), numpy.zeros((batch, size), numpy.float32)
    valid = numpy.zeros(batch, numpy.int32)
    for place in range(batch):
        picks = []
        for kind in range(classes):
            own = boxes[place, :, kind if boxes.shape[2] > 1 else 0]
            chosen, reached = _chosen(
                lambda at, own=own: _overlaps(own[at], own), scores[place, :, kind], each, limit, least
            )
            picks += [(-score, kind, own[at]) for at, score in zip(chosen, reached, strict=True)]
        picks = sorted(picks, key=lambda pick: pick[0])[:size]
        valid[place] = len(picks)
        for row, (negative, kind, box) in enumerate(picks):
            found[place, row], values[place, row], kinds[place, row] = box, -negative, kind
    return numpy.clip(found, 0, 1) if clipped else found, values, kinds, valid


def _combined_size(most, each, classes, padded):
    return min(most, each * classes) if padded else most


@suppress_combined.spec
def _(boxes, scores, each, most, limit, least, padded, clipped):
    if boxes.dims is not None and len(boxes.dims) != 4:
        raise InvalidArgumentError(None, None, f"boxes must be 4-D, not of shape {list(boxes.dims)}")
    if scores.dims is not None and len(scores.dims) != 3:
        raise InvalidArgumentError(None, None, f"scores must be 3-D, not of shape {list(scores.dims)}")
    batch = classes = None
    if boxes.dims is not None and scores.dims is not None:
        classes = scores.dims[2]
        if boxes.dims[3] not in (4, None):
            raise InvalidArgumentError(None, None, f"boxes must have 4 columns, not {boxes.dims[3]}")
        if None not in (boxes.dims[2], classes) and boxes.dims[2] not in (1, classes):
            raise InvalidArgumentError(
                None, None, f"third dimension of boxes must be either 1 or {classes}, not {boxes.dims[2]}"
            )
        for mine, other in zip(boxes.dims[:2], scores.dims[:2], strict=True):
            if None not in (mine, other) and mine != other:
                raise InvalidArgumentError(
                    None, None, f"boxes and scores must have equally many, not {mine}, {other}"
                )
        batch = scores.dims[0]
    size = most if not padded else None if classes is None else _combined_size(most, each, classes, padded)
    rows = TensorSpec([batch, size], types.float32)
    return TensorSpec([batch, size, 4], types.float32), rows, rows, TensorSpec([batch], types.int32)


no_gradient(suppress, suppress_with_overlaps, suppress_padded, suppress_combined)
