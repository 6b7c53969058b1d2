"""Of boxes that overlap, the one with the greatest score."""

from typing import NamedTuple

from tapeflow.core.arguments import scalar_int
from tapeflow.core.dtypes import float32
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor, as_tensors
from tapeflow.core.tensor import Tensor
from tapeflow.ops import suppression

__all__ = [
    "combined_non_max_suppression",
    "non_max_suppression",
    "non_max_suppression_overlaps",
    "non_max_suppression_padded",
    "non_max_suppression_with_scores",
]


class CombinedNonMaxSuppression(NamedTuple):
    """What `tf.image.combined_non_max_suppression` finds."""

    nmsed_boxes: Tensor
    nmsed_scores: Tensor
    nmsed_classes: Tensor
    valid_detections: Tensor


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


def non_max_suppression_padded(
    boxes,
    scores,
    max_output_size,
    iou_threshold=0.5,
    score_threshold=float("-inf"),
    pad_to_max_output_size=False,
    name=None,
    sorted_input=False,
    canonicalized_coordinates=False,
    tile_size=512,
):
    """`non_max_suppression` of several images at once: (indices, how many of them count), int32.

    boxes: [..., n, 4], all with the same corner first, and with canonicalized_coordinates the upper left one; scores:
    [..., n], falling if sorted_input. With pad_to_max_output_size the indices have the shape [..., max_output_size],
    and are 0 beyond those that count; without it they are [found], and ValueError is raised for more than one image.
    Here an overlap of exactly the threshold is too much, and boxes without a positive coordinate are left out;
    tile_size changes nothing.

    >>> boxes = [[0.0, 0.0, 1.0, 1.0], [0.0, 0.1, 1.0, 1.0], [2.0, 2.0, 3.0, 3.0]]
    >>> tf.image.non_max_suppression_padded(boxes, [0.5, 0.9, 0.3], 4, pad_to_max_output_size=True)[0].numpy()
    array([1, 2, 0, 0], dtype=int32)
    """
    boxes, scores = as_tensors([boxes, scores])
    if not pad_to_max_output_size and boxes.ndim > 2:
        raise ValueError(
            f"'pad_to_max_output_size' (value {pad_to_max_output_size}) must be True for batched input, of shape "
            f"{boxes.shape}"
        )
    found, count = suppression.suppress_padded(
        boxes,
        scores,
        count=_count(max_output_size),
        limit=float(iou_threshold),
        least=float(score_threshold),
        ordered=bool(sorted_input),
        canonical=bool(canonicalized_coordinates),
    )
    return (found if pad_to_max_output_size else found[:count]), count


def combined_non_max_suppression(
    boxes,
    scores,
    max_output_size_per_class,
    max_total_size,
    iou_threshold=0.5,
    score_threshold=float("-inf"),
    pad_per_class=False,
    clip_boxes=True,
    name=None,
):
    """`non_max_suppression` for each class of each image, and of these the best.

    Args:
      boxes: float32 [batch, n, classes, 4], or [batch, n, 1, 4] if they are the same for all classes.
      scores: float32 [batch, n, classes].
      max_output_size_per_class, max_total_size: at most as many are found.
      pad_per_class: results have the size max_output_size_per_class * classes if that is less than max_total_size.
      clip_boxes: whether coordinates are cut off at 0 and 1.

    Returns a named tuple (nmsed_boxes [batch, size, 4], nmsed_scores [batch, size], nmsed_classes [batch, size], all
    float32, valid_detections int32 [batch]), filled up with zeros. Raises InvalidArgumentError for shapes that do not
    fit and thresholds out of [0, 1].

    >>> boxes = [[[[0.0, 0.0, 1.0, 1.0]], [[0.0, 0.1, 1.0, 1.0]]]]
    >>> found = tf.image.combined_non_max_suppression(boxes, [[[0.5, 0.2], [0.9, 0.1]]], 2, 3)
    >>> found.nmsed_scores.numpy(), found.nmsed_classes.numpy()
    (array([[0.9, 0.2, 0. ]], dtype=float32), array([[0., 1., 0.]], dtype=float32))
    """
    each = scalar_int(max_output_size_per_class, "max_output_size_per_class")
    most = scalar_int(max_total_size, "max_total_size")
    for what, value in (("max_output_size_per_class", each), ("max_total_size", most)):
        if value <= 0:
            raise InvalidArgumentError(None, None, f"{what} must be > 0, not {value}")
    return CombinedNonMaxSuppression(
        *suppression.suppress_combined(
            as_tensor(boxes, float32),
            as_tensor(scores, float32),
            each=each,
            most=most,
            limit=_threshold(iou_threshold),
            least=float(score_threshold),
            padded=bool(pad_per_class),
            clipped=bool(clip_boxes),
        )
    )


def _count(size):
    return max(scalar_int(size, "max_output_size"), 0)


def _threshold(value):
    value = float(value)
    if not 0 <= value <= 1:
        raise InvalidArgumentError(None, None, "iou_threshold must be in [0, 1]")
    return value
