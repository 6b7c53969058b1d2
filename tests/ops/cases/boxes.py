"""Boxes within pictures."""

import numpy as np

from tapeflow.ops import boxes
from tests.ops.case import Case, uniform

SINGLE = {
    "grad": False,
    "skip": ("batch", "dtypes"),
    "reason": "no numbers that depend smoothly; single precision",
}
SIZE, OBJECTS, COVERED = np.int32([9, 8, 3]), np.float32([[[0.1, 0.2, 0.8, 0.9]]]), np.float32(0.1)
RANGES = {"aspects": (0.5, 2.0), "areas": (0.1, 1.0), "attempts": 5, "whole": False}
MARGINS = np.zeros((2, 2, 3, 1), np.float32)


def _glimpses(images, offsets, margins):
    return np.stack([images[0, 1:3, 0:3], images[1, 0:2, 1:4]])


CASES = [
    Case(
        boxes.draw_bounding_boxes,
        np.zeros((1, 3, 3, 1), np.float32),
        np.float32([[[0, 0, 1, 1], [0.5, 0.2, 0.1, 1]]]),
        np.zeros((0, 4), np.float32),
        reference=lambda images, boxes, colors: np.float32([[1, 1, 1], [1, 0, 1], [1, 1, 1]])[
            None, ..., None
        ],
        **SINGLE,
    ),
    Case(
        boxes.stateless_sample_box,
        SIZE,
        OBJECTS,
        np.array([7], np.uint64),
        np.array([1, 2], np.uint64),
        COVERED,
        **RANGES,
        **SINGLE,
    ),
    Case(boxes.sample_box, SIZE, OBJECTS, COVERED, seeds=(1, 2), **RANGES, **SINGLE),
    Case(
        boxes.extract_glimpse,
        uniform(2, 4, 5, 1).astype("float32"),
        np.float32([[1, 0], [0, 1]]),
        MARGINS,
        size=(2, 3),
        centered=False,
        normalized=False,
        reference=_glimpses,
        **SINGLE,
    ),
]
