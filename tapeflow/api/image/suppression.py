"""Of boxes that overlap, the one with the greatest score."""

from tapeflow.core.arguments import scalar_int
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor, as_tensors
from tapeflow.ops import suppression

__all__ = ["non_max_suppression", "non_max_suppression_overlaps", "non_max_suppression_with_scores"]


def non_max_suppression(
    boxes, scores, max_output_size, iou_threshold=0.5, score_threshold=float("-inf"), name=None
):
    """The indices of boxes, the greatest score first, none of which overlaps much with one before: int32 [found].

    boxes: floating [n, 4], two opposite corners of each; scores: [n], of the same dtype. At most max_output_size are
    found, with scores greater than score_threshold; iou_threshold: the greatest intersection over union that two may
    have. Raises InvalidArgumentError for shapes that do not fit and thresholds out of [0, 1].

    >>> boxes = [[0.0, 0.0, 1.0, 1.0], [0.0, 0.1, 1.0, 1.0], [2.0, 2.0, 3.0, 3.0]]
    >>> tf.image.non_max_suppression(boxes, [0.5, 0.9, 0.3], 5).numpy()
    array([1, 2], dtype=int32)
    """
    return non_max_suppression_with_scores(boxes, scores, max_output_size, iou_threshold, score_threshold)[0]


def non_max_suppression_with_scores(
    boxes,
    scores,
    max_output_size,
    iou_threshold=0.5,
    score_threshold=float("-inf"),
    soft_nms_sigma=0.0,
    name=None,
):
    """`non_max_suppression` with the scores of what is found: (int32 [found], [found]).

    With soft_nms_sigma > 0, an overlap lowers a score by exp(-iou ** 2 / (2 sigma)) instead of dropping the box.

    >>> boxes = [[0.0, 0.0, 1.0, 1.0], [2.0, 2.0, 3.0, 3.0]]
    >>> tf.image.non_max_suppression_with_scores(boxes, [0.5, 0.9], 5)[1].numpy()
    array([0.9, 0.5], dtype=float32)
    """
    boxes, scores = as_tensors([boxes, scores])
    return suppression.suppress(
        boxes,
        scores,
        count=_count(max_output_size),
        limit=_threshold(iou_threshold),
        least=float(score_threshold),
        sigma=float(soft_nms_sigma),
    )


def non_max_suppression_overlaps(
    overlaps, scores, max_output_size, overlap_threshold=0.5, score_threshold=float("-inf"), name=None
):
    """`non_max_suppression` of things whose overlaps are given: float32 [n, n].

    >>> tf.image.non_max_suppression_overlaps([[1.0, 0.7], [0.7, 1.0]], [0.5, 0.9], 5).numpy()
    array([1], dtype=int32)
    """
    return suppression.suppress_with_overlaps(
        as_tensor(overlaps),
        as_tensor(scores),
        count=_count(max_output_size),
        limit=float(overlap_threshold),
        least=float(score_threshold),
    )


def _count(size):
    return max(scalar_int(size, "max_output_size"), 0)


def _threshold(value):
    value = float(value)
    if not 0 <= value <= 1:
        raise InvalidArgumentError(None, None, "iou_threshold must be in [0, 1]")
    return value
