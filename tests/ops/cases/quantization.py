"""Numbers rounded to steps."""

import numpy as np

from tapeflow.core import dtypes
from tapeflow.ops import integer_quantization, quantization
from tests.ops.case import Case, normal

LIMITS = np.array(-0.7, "float32"), np.array(0.9, "float32")
STEPS = {"grad": False, "reason": "gradients are those of clipping, as if nothing were rounded"}
ROUNDED = {
    "signed": True,
    "bits": 4,
    "range_given": True,
    "round_mode": "HALF_UP",
    "narrow": True,
    "clipped_gradient": True,
}
BY_COLUMN = np.array([-0.7, -0.1, -1.0]), np.array([0.9, 1.2, 0.3])


def rounded(*inputs, **params):
    return integer_quantization.quantize_and_dequantize.kernel(np, *inputs, **params, **ROUNDED)


CASES = [
    *[
        Case(op, normal(4, 3).astype("float32"), *limits, bits=4, narrow=False, skip="batch", **STEPS)
        for op in (quantization.fake_quantize, quantization.side_of_range)
        for limits in (LIMITS, (np.full(3, -0.7, "float32"), np.full(3, 0.9, "float32")))
    ],
    Case(
        integer_quantization.quantize,
        normal(4, 3).astype("float32"),
        *LIMITS,
        dtype=dtypes.qint8,
        mode="SCALED",
        round_mode="HALF_TO_EVEN",
        narrow=False,
        axis=-1,
        least_range=0.01,
        skip="batch",
        reason="the limits are those of all examples",
    ),
    Case(
        integer_quantization.dequantize,
        np.arange(-6, 6, dtype=np.int8).reshape(4, 3).view(dtypes.qint8.array_dtype),
        *LIMITS,
        dtype=dtypes.float32,
        mode="MIN_FIRST",
        narrow=False,
        axis=-1,
        skip="batch",
        reason="the limits are those of all examples",
    ),
    Case(
        integer_quantization.quantize_and_dequantize,
        normal(4, 3),
        *(np.float64(each) for each in LIMITS),
        axis=-1,
        skip="batch",
        **ROUNDED,
        **STEPS,
    ),
    # TensorFlow takes no limits for each slice here, though it says so.
    Case(
        integer_quantization.quantize_and_dequantize,
        normal(4, 3),
        *BY_COLUMN,
        reference=lambda x, low, high: np.stack(
            [rounded(x[:, column], low[column], high[column], axis=-1) for column in range(3)], axis=1
        ),
        axis=1,
        skip="batch",
        **ROUNDED,
        **STEPS,
    ),
    Case(
        integer_quantization.within_limits,
        normal(4, 3),
        np.full(3, -0.7),
        np.full(3, 0.9),
        axis=1,
        skip="batch",
        reason="the limits are those of all examples",
    ),
]
