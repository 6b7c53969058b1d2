"""log, sin and cos of float32 exactly as the C library rounds them, which TensorFlow's normal numbers show.

A random normal number is `sqrt(-2 log u) sin(2 pi v)` in float32, so the last bit of every one depends on the
library's three functions. NumPy's own float32 functions are as accurate, but round about one result in
five differently. The formulas and constants are those of the table-driven functions in Arm's Optimized
Routines (`logf`, `sincosf`), which the GNU C library uses: short polynomials in float64, rounded once.
"""

import numpy as np

_from_hex = float.fromhex

# 1 / c and log(c) for c near the middle of each of 16 equal parts of [0.7, 1.4).
_LOG_TABLE = tuple(
    (_from_hex(inverse), _from_hex(logarithm))
    for inverse, logarithm in (
        ("0x1.661ec79f8f3bep+0", "-0x1.57bf7808caadep-2"),
        ("0x1.571ed4aaf883dp+0", "-0x1.2bef0a7c06ddbp-2"),
        ("0x1.49539f0f010bp+0", "-0x1.01eae7f513a67p-2"),
        ("0x1.3c995b0b80385p+0", "-0x1.b31d8a68224e9p-3"),
        ("0x1.30d190c8864a5p+0", "-0x1.6574f0ac07758p-3"),
        ("0x1.25e227b0b8eap+0", "-0x1.1aa2bc79c81p-3"),
        ("0x1.1bb4a4a1a343fp+0", "-0x1.a4e76ce8c0e5ep-4"),
        ("0x1.12358f08ae5bap+0", "-0x1.1973c5a611cccp-4"),
        ("0x1.0953f419900a7p+0", "-0x1.252f438e10c1ep-5"),
        ("0x1p+0", "0x0p+0"),
        ("0x1.e608cfd9a47acp-1", "0x1.aa5aa5df25984p-5"),
        ("0x1.ca4b31f026aap-1", "0x1.c5e53aa362eb4p-4"),
        ("0x1.b2036576afce6p-1", "0x1.526e57720db08p-3"),
        ("0x1.9c2d163a1aa2dp-1", "0x1.bc2860d224770p-3"),
        ("0x1.886e6037841edp-1", "0x1.1058bc8a07ee1p-2"),
        ("0x1.767dcf5534862p-1", "0x1.4043057b6ee09p-2"),
    )
)
_INVERSES, _LOGARITHMS = np.array(_LOG_TABLE).T.copy()
_LOG_START = np.uint32(0x3F330000)
_LN_2 = _from_hex("0x1.62e42fefa39efp-1")
_LOG_2, _LOG_3, _LOG_4 = map(
    _from_hex, ("-0x1.ffffef20a4123p-2", "0x1.5575b0be00b6ap-2", "-0x1.00ea348b88334p-2")
)

_HALF_PI = _from_hex("0x1.921fb54442d18p0")
_QUADRANTS_PER_RADIAN = _from_hex("0x1.45f306dc9c883p-1")
_SIN_3, _SIN_5, _SIN_7 = map(
    _from_hex, ("-0x1.555545995a603p-3", "0x1.1107605230bc4p-7", "-0x1.994eb3774cf24p-13")
)
_COS_2, _COS_4, _COS_6, _COS_8 = map(
    _from_hex,
    ("-0x1.ffffffd0c621cp-2", "0x1.55553e1068f19p-5", "-0x1.6c087e89a359dp-10", "0x1.99343027bf8c3p-16"),
)


def log(x):
    """log(x) of positive normal finite float32 numbers, as float32."""
    bits = x.view(np.uint32)
    distance = bits - _LOG_START
    part = distance >> np.uint32(19) & np.uint32(15)
    exponent = distance.view(np.int32) >> np.int32(23)
    mantissa = (bits - (distance & np.uint32(0xFF800000))).view(np.float32).astype(np.float64)
    residue = mantissa * _INVERSES[part] - 1.0
    square = residue * residue
    start = _LOGARITHMS[part] + exponent * _LN_2
    tail = (_LOG_3 * residue + _LOG_2) + _LOG_4 * square
    return (tail * square + (start + residue)).astype(np.float32)


def sin_cos(x):
    """sin(x) and cos(x) of float32 numbers in [0, 100], as float32."""
    wide = x.astype(np.float64)
    quadrant = np.floor(wide * _QUADRANTS_PER_RADIAN + 0.5)
    rest = wide - quadrant * _HALF_PI
    quadrant = quadrant.astype(np.int8)
    square = rest * rest
    fourth = square * square
    cube = square * rest
    sine = (rest + cube * _SIN_3) + cube * square * (_SIN_5 + square * _SIN_7)
    cosine = ((1.0 + square * _COS_2) + fourth * _COS_4) + fourth * square * (_COS_6 + square * _COS_8)
    swapped = (quadrant & 1).astype(bool)
    sine, cosine = np.where(swapped, cosine, sine), np.where(swapped, sine, cosine)
    sine = np.where(quadrant & 2, -sine, sine)
    cosine = np.where((quadrant + 1) & 2, -cosine, cosine)
    return sine.astype(np.float32), cosine.astype(np.float32)
