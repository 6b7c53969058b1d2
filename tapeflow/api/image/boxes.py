"""Boxes within images: their outlines, random ones, glimpses."""

import numpy

from tapeflow.api.arrays import zeros_like
from tapeflow.api.config.determinism import is_op_determinism_enabled
from tapeflow.api.math import reduce_max, reduce_mean, reduce_min, reduce_std
from tapeflow.api.random import normal, uniform
from tapeflow.api.random.algorithms import key_and_counter
from tapeflow.core.arguments import int_tuple
from tapeflow.core.dtypes import float32
from tapeflow.core.errors import invalid
from tapeflow.core.operands import as_tensor
from tapeflow.ops import boxes as ops
from tapeflow.ops import random_state
from tapeflow.ops.broadcasting import broadcast_to

__all__ = [
    "draw_bounding_boxes",
    "extract_glimpse",
    "generate_bounding_box_proposals",
    "sample_distorted_bounding_box",
    "stateless_sample_distorted_bounding_box",
]


def draw_bounding_boxes(images, boxes, colors, name=None):
    """Images, float16 or float32 [batch, height, width, channels], with the outlines of boxes, one pixel wide.

    boxes: float32 [batch, n, 4], each (top, left, bottom, right), where 0 and 1 mean the first and last pixel. What is
    outside is not drawn, nor are boxes whose top is below their bottom. colors: [m, channels or more], in turns; None:
    ten of its own, with one channel 1. Raises InvalidArgumentError for shapes that do not fit.

    >>> tf.image.draw_bounding_boxes(tf.zeros([1, 3, 4, 1]), [[[0.0, 0.0, 1.0, 0.7]]], None)[0, :, :, 0].numpy()
    array([[1., 1., 1., 0.],
           [1., 0., 1., 0.],
           [1., 1., 1., 0.]], dtype=float32)
    """
    colors = numpy.zeros((0, 4), numpy.float32) if colors is None else colors
    return ops.draw_bounding_boxes(as_tensor(images), as_tensor(boxes, float32), as_tensor(colors, float32))


def sample_distorted_bounding_box(
    image_size,
    bounding_boxes,
    seed=0,
    min_object_covered=0.1,
    aspect_ratio_range=None,
    area_range=None,
    max_attempts=None,
    use_image_if_no_bounding_boxes=None,
    name=None,
):
    """`stateless_sample_distorted_bounding_box` that differs from call to call; `seed` 0 cannot be repeated.

    >>> begin, size, _ = tf.image.sample_distorted_bounding_box([8, 8, 3], [[[0.0, 0.0, 1.0, 1.0]]], seed=1)
    >>> tf.slice(tf.zeros([8, 8, 3]), begin, size).shape[2]
    3
    """
    x, boxes, covered, params = _sampling(
        image_size,
        bounding_boxes,
        min_object_covered,
        aspect_ratio_range,
        area_range,
        max_attempts,
        use_image_if_no_bounding_boxes,
    )
    if not seed and is_op_determinism_enabled():
        raise ValueError(
            "sample_distorted_bounding_box requires a non-zero seed when determinism is enabled, such as seed=1."
        )
    seeds = random_state.operation_seeds(seed) if seed else (None, None)
    return ops.sample_box(x, boxes, covered, seeds=seeds, **params)


def stateless_sample_distorted_bounding_box(
    image_size,
    bounding_boxes,
    seed,
    min_object_covered=0.1,
    aspect_ratio_range=None,
    area_range=None,
    max_attempts=None,
    use_image_if_no_bounding_boxes=None,
    name=None,
):
    """A random part of an image with enough of one of its objects: (begin, size, bboxes), the first two for `tf.slice`.

    Args:
      image_size: (height, width, channels), integers.
      bounding_boxes: float32 [batch, n, 4], each (top, left, bottom, right) in [0, 1]: where the objects are.
      seed: two integers.
      min_object_covered: how much of an object must be within the part.
      aspect_ratio_range: of the width to the height, [0.75, 1.33] by default.
      area_range: the area, as a part of the image's, [0.05, 1.0] by default.
      max_attempts: after as many, 100 by default, the whole image is given.
      use_image_if_no_bounding_boxes: takes the image for the only object if there are none, instead of raising
        InvalidArgumentError.

    begin and size have the dtype of image_size and the shape [3]; bboxes is the part as a box, float32 [1, 1, 4].

    >>> boxes = [[[0.2, 0.2, 0.9, 0.9]]]
    >>> begin, size, _ = tf.image.stateless_sample_distorted_bounding_box([20, 30, 3], boxes, seed=[1, 2])
    >>> begin.numpy(), size.numpy()
    (array([12, 15,  0], dtype=int32), array([ 6,  7, -1], dtype=int32))
    """
    x, boxes, covered, params = _sampling(
        image_size,
        bounding_boxes,
        min_object_covered,
        aspect_ratio_range,
        area_range,
        max_attempts,
        use_image_if_no_bounding_boxes,
    )
    return ops.stateless_sample_box(x, boxes, *key_and_counter(seed), covered, **params)


def _sampling(image_size, boxes, covered, aspects, areas, attempts, whole):
    aspects = (0.75, 1.33) if aspects is None else tuple([float(each) for each in aspects])
    areas = (0.05, 1.0) if areas is None else tuple([float(each) for each in areas])
    attempts = 100 if attempts is None else int(attempts)
    if len(aspects) != 2 or len(areas) != 2:
        raise invalid("aspect_ratio_range and area_range field must specify 2 dimensions")
    if min(aspects) <= 0 or not all([0 < each <= 1 for each in areas]):
        raise invalid(
            f"aspect_ratio_range must be positive, got {list(aspects)}; area_range in (0, 1], got {list(areas)}"
        )
    if attempts <= 0:
        raise invalid(f"Max attempts must be positive: {attempts}")
    params = {"aspects": aspects, "areas": areas, "attempts": attempts, "whole": bool(whole)}
    return as_tensor(image_size), as_tensor(boxes, float32), as_tensor(covered, float32), params


def extract_glimpse(input, size, offsets, centered=True, normalized=True, noise="uniform", name=None):
    """The part of each image around its offset: float32 [batch, *size, channels].

    Args:
      input: float32 [batch, height, width, channels].
      size: (rows, columns).
      offsets: float32 [batch, 2], how far down and how far to the right.
      centered: offsets count from the middle of the image, else from its upper left corner.
      normalized: offsets count in heights and widths (halves of them if centered), else in pixels. Those that are
        centered and normalized say where the middle of the part is, others its corner.
      noise: what is outside of the image: "uniform" between its least and greatest element, "gaussian" with the mean
        and deviation of each channel, or "zero".

    Raises InvalidArgumentError for shapes that do not fit.

    >>> x = tf.reshape(tf.range(9.0), [1, 3, 3, 1])
    >>> tf.image.extract_glimpse(x, [2, 2], [[1, 1]], centered=False, normalized=False)[0, :, :, 0].numpy()
    array([[4., 5.],
           [7., 8.]], dtype=float32)
    """
    x, offsets, size = as_tensor(input, float32), as_tensor(offsets, float32), int_tuple(size)
    if x.ndim != 4:
        raise invalid(f"input must be 4-dimensional, not of shape {list(x.shape)}", "ExtractGlimpseV2")
    if len(size) != 2 or min(size) < 0:
        raise invalid(f"size must be two numbers of pixels, not {list(size)}", "ExtractGlimpseV2")
    shape = (x.dims[0], *size, x.dims[3])
    if noise == "uniform":
        low, high = [each(x, axis=[1, 2, 3], keepdims=True) for each in (reduce_min, reduce_max)]
        margins = low + uniform(shape) * (high - low)
    elif noise == "gaussian":
        mean, deviation = [each(x, axis=[1, 2], keepdims=True) for each in (reduce_mean, reduce_std)]
        margins = mean + normal(shape) * deviation
    elif noise == "zero":
        margins = broadcast_to(zeros_like(x[:, :1, :1]), dims=shape)
    else:
        raise invalid(f"noise must be 'uniform' or 'gaussian' or 'zero', not {noise!r}", "ExtractGlimpseV2")
    return ops.extract_glimpse(
        x, offsets, margins, size=size, centered=bool(centered), normalized=bool(normalized)
    )


def generate_bounding_box_proposals(
    scores,
    bbox_deltas,
    image_info,
    anchors,
    nms_threshold=0.7,
    pre_nms_topn=6000,
    min_size=16,
    post_nms_topn=300,
    name=None,
):
    """Is not there: TensorFlow has it for GPUs only, so there is nothing to compare it with."""
    raise NotImplementedError(
        "generate_bounding_box_proposals is not there: TensorFlow has it for GPUs only."
    )
