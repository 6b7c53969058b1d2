"""Boxes that overlap."""

import numpy as np

from tests.oracle.call import Call, uniform

BOXES, SCORES = uniform(20, 4), uniform(20)
ORDERED = np.concatenate([BOXES[:, :2], BOXES[:, :2] + uniform(20, 2)], 1)
BATCHED = np.stack([ORDERED, ORDERED[::-1]])
BY_CLASS = uniform(2, 8, 2, 4) * 1.2 - 0.1, uniform(2, 8, 2)
EQUAL = np.full(20, 0.5, "float32")

CALLS = [
    Call("image.non_max_suppression", BOXES, SCORES, 8),
    Call("image.non_max_suppression", BOXES, SCORES, 20, iou_threshold=0.1, score_threshold=0.3),
    Call("image.non_max_suppression", BOXES, EQUAL, 20, 0.2),
    Call("image.non_max_suppression_with_scores", BOXES, SCORES, 20, 0.3, grad=False),
    Call("image.non_max_suppression_with_scores", BOXES, SCORES, 9, 0.3, 0.2, 0.5, grad=False, rtol=1e-5),
    Call("image.non_max_suppression_overlaps", uniform(9, 9), uniform(9), 5, 0.7),
    Call("image.non_max_suppression_padded", ORDERED, SCORES, 9, 0.3),
    Call("image.non_max_suppression_padded", ORDERED[:, [2, 3, 0, 1]], SCORES, 9, 0.3, 0.4),
    Call("image.non_max_suppression_padded", ORDERED[:, [2, 1, 0, 3]], EQUAL, 30, 0.2, -9.0, True),
    Call("image.non_max_suppression_padded", BATCHED, uniform(2, 20), 7, 0.3, 0.3, True, tile_size=4),
    Call(
        "image.non_max_suppression_padded",
        BATCHED,
        np.sort(uniform(2, 20))[:, ::-1],
        20,
        pad_to_max_output_size=True,
        sorted_input=True,
        canonicalized_coordinates=True,
    ),
    Call(
        "image.combined_non_max_suppression", BOXES[None, :, None], uniform(1, 20, 3), 4, 9, 0.3, grad=False
    ),
    Call("image.combined_non_max_suppression", *BY_CLASS, 5, 12, 0.1, 0.4, True, grad=False),
    Call("image.combined_non_max_suppression", *BY_CLASS, 2, 12, 0.1, pad_per_class=True, grad=False),
    Call("image.combined_non_max_suppression", *BY_CLASS, 5, 12, clip_boxes=False, grad=False),
]

BAD_CALLS = [
    Call("image.non_max_suppression", BOXES, uniform(4), 8),
    Call("image.non_max_suppression", uniform(3, 5), uniform(3), 8),
    Call("image.non_max_suppression", BOXES, SCORES, 8, iou_threshold=1.5),
    Call("image.non_max_suppression_overlaps", uniform(3, 4), uniform(3), 8),
    Call("image.non_max_suppression_padded", BATCHED, uniform(2, 20), 7),
    Call("image.combined_non_max_suppression", BOXES[None, :, None], uniform(1, 19, 3), 4, 9),
    Call("image.combined_non_max_suppression", uniform(1, 9, 2, 4), uniform(1, 9, 3), 4, 9),
    Call("image.combined_non_max_suppression", BOXES[None, :, None], uniform(1, 20, 3), 4, 0),
    Call("image.combined_non_max_suppression", BOXES[None, :, None], uniform(1, 20, 3), 4, 9, 1.5),
]
