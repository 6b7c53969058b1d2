"""Images seen through projective transforms."""

import numpy as np

from tapeflow.ops import projection
from tests.ops.case import Case, normal

TRANSFORM = np.array([[0.9, 0.3, -1.2, -0.2, 1.1, 0.7, 0.02, -0.01]], "float32")

CASES = [
    Case(
        projection.project,
        normal(2, 5, 6, 2),
        TRANSFORM,
        np.array(0.5, "float32"),
        dims=(4, 5),
        interpolation=interpolation,
        fill_mode=mode,
        grad=False,
        skip=("batch", "dtypes"),
        reason="the gradient is TensorFlow's, seen through the inverse; transforms stay in single precision",
    )
    for interpolation in ("NEAREST", "BILINEAR")
    for mode in ("CONSTANT", "WRAP")
]
