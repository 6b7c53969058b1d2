"""Numbers rounded to steps."""

import numpy as np

from tapeflow.ops import quantization
from tests.ops.case import Case, normal

LIMITS = np.array(-0.7, "float32"), np.array(0.9, "float32")
STEPS = {"grad": False, "reason": "gradients are those of clipping, as if nothing were rounded"}

CASES = [
    Case(op, normal(4, 3).astype("float32"), *limits, bits=4, narrow=False, skip="batch", **STEPS)
    for op in (quantization.fake_quantize, quantization.side_of_range)
    for limits in (LIMITS, (np.full(3, -0.7, "float32"), np.full(3, 0.9, "float32")))
]
