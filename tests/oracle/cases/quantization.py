"""tf.quantization."""

import numpy as np

from tests.oracle.call import Call, normal

LOW, HIGH = np.array(-0.7, "float32"), np.array(0.9, "float32")
LOWS, HIGHS = np.array([-0.7, 0.1, -1.0], "float32"), np.array([0.9, 1.2, -0.2], "float32")
MANY = "quantization.fake_quant_with_min_max_vars_per_channel"

ONCE = {"grad": False, "reason": "TensorFlow has no gradient of it"}


def quantized(dtype, low=LOW, high=HIGH, **kwargs):
    """Quantized numbers as integers, and their limits."""

    def call(tf, x, low, high):
        found = tf.quantization.quantize(x, low, high, getattr(tf, dtype), **kwargs)
        return [tf.bitcast(found.output, dtype.replace("q", "")), found.output_min, found.output_max]

    return Call(call, normal(4, 3), low, high, name="quantization.quantize", **ONCE)


def dequantized(given, low=LOW, high=HIGH, **kwargs):
    """Numbers from integers that were quantized with other limits."""

    def call(tf, x, low, high):
        made = tf.quantization.quantize(x, -1.0, 1.0, getattr(tf, given), mode="MIN_FIRST").output
        return tf.quantization.dequantize(made, low, high, **kwargs)

    return Call(call, normal(4, 3), low, high, name="quantization.dequantize", **ONCE)


CALLS = [
    Call("quantization.fake_quant_with_min_max_args_gradient", normal(4, 3), normal(4, 3), -0.5, 0.8, **ONCE),
    Call("quantization.fake_quant_with_min_max_vars_gradient", normal(4, 3), normal(4, 3), LOW, HIGH, **ONCE),
    Call(f"{MANY}_gradient", normal(4, 3), normal(4, 3), LOWS, HIGHS, num_bits=4, narrow_range=True, **ONCE),
    *[
        quantized(dtype, mode=mode)
        for dtype in ("qint8", "quint8", "qint16", "quint16", "qint32")
        for mode in ("MIN_COMBINED", "MIN_FIRST", "SCALED")
        if (dtype, mode) != ("qint32", "MIN_COMBINED")
    ],
    quantized("qint8", mode="SCALED", round_mode="HALF_TO_EVEN", narrow_range=True),
    quantized("qint8", np.float32(0.2), np.float32(0.2)),
    quantized("quint8", np.float32(0.2), np.float32(0.201), ensure_minimum_range=0.0001),
    quantized("qint8", LOWS, HIGHS, mode="SCALED", axis=1),
    quantized("quint8", LOWS, HIGHS, axis=-1),
    *[
        dequantized(dtype, mode=mode)
        for dtype in ("qint8", "quint8", "qint16", "quint16", "qint32")
        for mode in ("MIN_COMBINED", "MIN_FIRST", "SCALED")
    ],
    dequantized("qint8", LOWS, HIGHS, axis=1),
    dequantized("qint8", narrow_range=True, mode="SCALED"),
    dequantized("qint8", dtype="bfloat16"),
    *[
        Call(f"quantization.quantize_and_dequantize{version}", x, *limits, **options)
        for version in ("", "_v2")
        for x, *limits, options in (
            (normal(4, 3), LOW, HIGH, {}),
            (normal(4, 3), LOW, HIGH, {"range_given": True}),
            (normal(4, 3), LOW, HIGH, {"range_given": True, "num_bits": 3, "round_mode": "HALF_UP"}),
            (abs(normal(4, 3)), LOW, HIGH, {"signed_input": False, "num_bits": 4}),
            (normal(4, 3), LOW, HIGH, {"range_given": True, "narrow_range": True}),
            (normal(4, 3), LOWS, HIGHS, {"axis": -1}),
            (normal(5, dtype="float64"), LOW.astype("float64"), HIGH.astype("float64"), {}),
        )
    ],
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
    quantized("qint8", HIGH, LOW),
    quantized("float32"),
    quantized("qint8", mode="OTHER"),
    quantized("qint8", round_mode="HALF_TO_EVEN"),
    quantized("qint8", LOWS, HIGHS),
    quantized("qint8", LOWS, HIGHS, axis=1, mode="MIN_FIRST"),
    dequantized("qint8", mode="OTHER"),
    dequantized("qint8", LOWS, HIGHS),
    dequantized("qint8", dtype="float64"),
    Call("quantization.dequantize", normal(3), LOW, HIGH),
    Call("quantization.quantize_and_dequantize_v2", normal(3), HIGH, LOW, range_given=True),
    Call("quantization.quantize_and_dequantize_v2", normal(3), LOW, HIGH, num_bits=0),
    Call("quantization.quantize_and_dequantize_v2", normal(3), LOW, HIGH, round_mode="DOWN"),
    Call("quantization.fake_quant_with_min_max_vars_gradient", normal(4), normal(3), LOW, HIGH),
    Call("quantization.fake_quant_with_min_max_vars", normal(4, 3), LOWS, HIGHS),
    Call("quantization.fake_quant_with_min_max_vars", normal(4, 3), LOW, HIGH, num_bits=1),
    Call(MANY, normal(4, 2), LOWS, HIGHS),
    Call("quantization.fake_quant_with_min_max_args", normal(4, 3), 2.0, 1.0),
]
