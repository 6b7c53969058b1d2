"""tf.quantization."""

import numpy as np

from tests.oracle.call import Call, normal

LOW, HIGH = np.array(-0.7, "float32"), np.array(0.9, "float32")
LOWS, HIGHS = np.array([-0.7, 0.1, -1.0], "float32"), np.array([0.9, 1.2, -0.2], "float32")
MANY = "quantization.fake_quant_with_min_max_vars_per_channel"

CALLS = [
    Call("quantization.fake_quant_with_min_max_vars", normal(4, 3), LOW, HIGH),
    Call("quantization.fake_quant_with_min_max_vars", normal(4, 3), LOW, HIGH, num_bits=4, narrow_range=True),
    Call(
        "quantization.fake_quant_with_min_max_vars", normal(4, 3), np.array(0.3, "float32"), HIGH, num_bits=3
    ),
    Call("quantization.fake_quant_with_min_max_vars", normal(4), np.float32(0), np.float32(0), grad=False),
    Call(MANY, normal(4, 3), LOWS, HIGHS),
    Call(MANY, normal(2, 4, 3), LOWS, HIGHS, num_bits=4, narrow_range=True, rtol=1e-5),
    Call(MANY, normal(3), LOWS, HIGHS, num_bits=2),
    Call("quantization.fake_quant_with_min_max_args", normal(4, 3), -0.5, 0.8),
    Call("quantization.fake_quant_with_min_max_args", normal(4, 3) * 5),
]

BAD_CALLS = [
    Call("quantization.fake_quant_with_min_max_vars", normal(4, 3), LOWS, HIGHS),
    Call("quantization.fake_quant_with_min_max_vars", normal(4, 3), LOW, HIGH, num_bits=1),
    Call(MANY, normal(4, 2), LOWS, HIGHS),
    Call("quantization.fake_quant_with_min_max_args", normal(4, 3), 2.0, 1.0),
]
