"""Boxes that overlap."""

import numpy as np

from tests.oracle.call import Call, uniform

BOXES, SCORES = uniform(20, 4), uniform(20)
EQUAL = np.full(20, 0.5, "float32")

CALLS = [
    Call("image.non_max_suppression", BOXES, SCORES, 8),
    Call("image.non_max_suppression", BOXES, SCORES, 20, iou_threshold=0.1, score_threshold=0.3),
    Call("image.non_max_suppression", BOXES, EQUAL, 20, 0.2),
    Call("image.non_max_suppression_with_scores", BOXES, SCORES, 20, 0.3, grad=False),
    Call("image.non_max_suppression_with_scores", BOXES, SCORES, 9, 0.3, 0.2, 0.5, grad=False, rtol=1e-5),
    Call("image.non_max_suppression_overlaps", uniform(9, 9), uniform(9), 5, 0.7),
]

BAD_CALLS = [
    Call("image.non_max_suppression", BOXES, uniform(4), 8),
    Call("image.non_max_suppression", uniform(3, 5), uniform(3), 8),
    Call("image.non_max_suppression", BOXES, SCORES, 8, iou_threshold=1.5),
    Call("image.non_max_suppression_overlaps", uniform(3, 4), uniform(3), 8),
]
