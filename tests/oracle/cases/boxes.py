"""Boxes within images, glimpses, JPEGs of another quality."""

import numpy as np

from tests.oracle.call import Call, uniform

IMAGES, BOXES = uniform(2, 7, 9, 3), uniform(2, 12, 4, low=-0.3, high=1.3)
OBJECTS = np.array([[[0.1, 0.2, 0.6, 0.7], [0.5, 0.5, 0.9, 1.0]]], "float32")
SIZE = np.array([37, 53, 3], "int32")
OFFSETS = np.array([[0.4, -0.2], [1.5, 2.0]], "float32")
SMOOTH = (np.add.outer(np.arange(24), 3 * np.arange(16))[..., None] * np.array([1, 2, 1])).astype("uint8")
SAMPLED = {"area_range": [0.3, 0.9], "aspect_ratio_range": [0.5, 2.0], "max_attempts": 20}


def _sampled(tf, objects, **options):
    """The first call after `set_seed`, with an int64 size."""
    tf.random.set_seed(7)
    size = tf.constant([30, 40, 3], tf.int64)
    return tf.image.sample_distorted_bounding_box(size, objects, seed=3, **options)


def _without_objects(tf, size):
    return tf.image.stateless_sample_distorted_bounding_box(
        size, tf.zeros([0, 0, 4]), [5, 6], use_image_if_no_bounding_boxes=True
    )


def _of_random_quality(tf, image):
    """Whether the quality is that of the seed; as TensorFlow's fast decoder is not ours, not what comes of it."""
    quality = tf.random.stateless_uniform([], [1, 2], 30, 80, tf.int32)
    found = tf.image.stateless_random_jpeg_quality(image, 30, 80, [1, 2])
    return quality, tf.reduce_all(found == tf.image.adjust_jpeg_quality(image, quality))


CALLS = [
    Call("image.draw_bounding_boxes", IMAGES, BOXES, None, grad=False, reason="TensorFlow has none"),
    Call("image.draw_bounding_boxes", IMAGES, BOXES, uniform(2, 4), grad=False, reason="TensorFlow has none"),
    Call("image.draw_bounding_boxes", IMAGES[..., :1], BOXES, uniform(5, 1), grad=False, reason="as above"),
    Call("image.draw_bounding_boxes", IMAGES[..., :1], BOXES, None, grad=False, reason="as above"),
    Call(_sampled, OBJECTS, name="image.sample_distorted_bounding_box"),
    Call(_sampled, OBJECTS, min_object_covered=0.7, name="image.sample_distorted_bounding_box"),
    Call(
        "image.draw_bounding_boxes",
        uniform(1, 5, 1, 4, dtype="float16"),
        BOXES[:1],
        None,
        grad=False,
        reason="TensorFlow has none",
    ),
    *[
        Call("image.stateless_sample_distorted_bounding_box", SIZE, OBJECTS, [seed, 2], **options)
        for seed, options in enumerate(
            [{}, {"min_object_covered": 0.9}, SAMPLED, SAMPLED, SAMPLED, {"area_range": [0.9, 1.0]}]
        )
    ],
    Call(_without_objects, SIZE, name="image.stateless_sample_distorted_bounding_box"),
    *[
        Call(
            "image.extract_glimpse",
            IMAGES,
            [4, 5],
            OFFSETS,
            centered=centered,
            normalized=normalized,
            noise="zero",
            grad=False,
            reason="TensorFlow has none",
        )
        for centered in (True, False)
        for normalized in (True, False)
    ],
    Call("image.extract_glimpse", IMAGES, [3, 3], OFFSETS * np.float32(0), grad=False, reason="as above"),
    *[Call("image.adjust_jpeg_quality", SMOOTH, quality, "INTEGER_ACCURATE") for quality in (20, 75)],
    Call("image.adjust_jpeg_quality", SMOOTH[..., :1], np.array(60, "int32"), dct_method="INTEGER_ACCURATE"),
    Call(_of_random_quality, SMOOTH, name="image.stateless_random_jpeg_quality"),
]

BAD_CALLS = [
    Call("image.draw_bounding_boxes", IMAGES[0], BOXES, None),
    Call("image.draw_bounding_boxes", IMAGES[..., :2], BOXES, None),
    Call("image.draw_bounding_boxes", IMAGES, BOXES[:1], None),
    Call("image.draw_bounding_boxes", IMAGES, BOXES[..., :3], None),
    Call("image.draw_bounding_boxes", IMAGES, BOXES, uniform(2, 2)),
    Call("image.stateless_sample_distorted_bounding_box", SIZE[:2], OBJECTS, [1, 2]),
    Call("image.stateless_sample_distorted_bounding_box", SIZE, OBJECTS + 0.5, [1, 2]),
    Call("image.stateless_sample_distorted_bounding_box", SIZE, OBJECTS[:, :0], [1, 2]),
    Call("image.stateless_sample_distorted_bounding_box", SIZE, OBJECTS, [1, 2], -1.0),
    Call("image.stateless_sample_distorted_bounding_box", SIZE, OBJECTS, [1, 2], area_range=[0.0, 2.0]),
    Call("image.stateless_sample_distorted_bounding_box", SIZE, OBJECTS, [1, 2], aspect_ratio_range=[1.0]),
    Call("image.stateless_sample_distorted_bounding_box", SIZE, OBJECTS, [1, 2], max_attempts=0),
    Call("image.extract_glimpse", IMAGES[0], [4, 5], OFFSETS),
    Call("image.extract_glimpse", IMAGES, [4], OFFSETS),
    Call("image.extract_glimpse", IMAGES, [4, 5], OFFSETS[:1]),
    Call("image.extract_glimpse", IMAGES, [4, 5], OFFSETS, noise="pink"),
    Call("image.adjust_jpeg_quality", SMOOTH, 101),
    Call("image.adjust_jpeg_quality", SMOOTH[..., :2], 50),
    Call("image.adjust_jpeg_quality", SMOOTH, [50]),
    Call("image.adjust_jpeg_quality", SMOOTH, 50, "SLOW"),
    Call("image.random_jpeg_quality", SMOOTH, 50, 40),
    Call("image.random_jpeg_quality", SMOOTH, 50, 101),
    Call("image.stateless_random_jpeg_quality", SMOOTH, -1, 40, [1, 2]),
]
