"""Numbers of 16 bits, bfloat16 and float16, to and from float. In registers and in memory they are integers of 16 bits.

Rounding is to the nearest number, the even one of two. Numbers below the least normal one are kept, also where the
processor takes such floats for 0, but for bfloat16 that comes from arithmetic.
"""

from tapeflow.compiler.vector_math.lanes import float_type, with_lane

_QUIET = 0x7FC0
"""A NaN of bfloat16."""


def bfloat16_to_float(half):
    """Lanes of float for Lanes of 16 bits: those are the upper half of a float."""
    return (_widened(half) << 16).as_float()


def float_to_bfloat16(x):
    """Lanes of 16 bits for Lanes of float: half of the last bit that is kept is added, less one where that is even."""
    bits = x.bits()
    upper = bits.shifted_down(16)
    rounded = (bits + ((upper & 1) + 0x7FFF)).shifted_down(16)
    return _narrowed(x.is_nan().choose((upper & 0x8000) | _QUIET, rounded))


def float16_to_float(half, f16c):
    """Lanes of float for Lanes of 16 bits. f16c: whether the target converts them itself."""
    from llvmlite import ir

    builder = half.builder
    if f16c:
        same = builder.bitcast(half.value, with_lane(half.type, ir.HalfType()))
        return half.wrap(builder.fpext(same, with_lane(half.type, float_type(32))))
    bits = _widened(half)
    magnitude = bits & 0x7FFF
    # The exponent's bias is 15 there and 127 here; infinity and NaN have the greatest exponent of both.
    normal = (magnitude << 13) + (112 << 23)
    normal = (magnitude >= 0x7C00).choose(normal + (112 << 23), normal)
    small = magnitude.converted_to_float() * 2.0**-24
    found = (magnitude < 0x0400).choose(small.bits(), normal)
    return (found | ((bits & 0x8000) << 16)).as_float()


def float_to_float16(x, f16c):
    """Lanes of 16 bits for Lanes of float. f16c: whether the target converts them itself."""
    from llvmlite import ir

    builder = x.builder
    if f16c:
        same = builder.fptrunc(x.value, with_lane(x.type, ir.HalfType()))
        return x.wrap(builder.bitcast(same, with_lane(x.type, ir.IntType(16))))
    bits = x.bits()
    magnitude = bits & 0x7FFFFFFF
    # Normal ones: 13 bits go, and the bias changes. What reaches 65520 carries into the exponent of infinity.
    above = magnitude - (112 << 23)
    normal = (above + ((above.shifted_down(13) & 1) + 0x0FFF)).shifted_down(13)
    normal = (magnitude >= (143 << 23)).choose(0x7C00, normal)
    normal = (magnitude > (255 << 23)).choose(0x7E00, normal)
    # Small ones: adding 1/2 moves the last bit that is kept, 2^-24, to the last of the sum.
    small = (magnitude.as_float() + 0.5).bits() - (126 << 23)
    found = (magnitude < (113 << 23)).choose(small, normal)
    return _narrowed(found | (bits & -0x80000000).shifted_down(16))


def double_to_float16(x, f16c):
    """Lanes of 16 bits for Lanes of double, rounded once.

    The float between is rounded to odd: toward zero, with its last bit set if anything was lost. It has more than
    two bits more than the result, so that nothing is lost to the second rounding (S. Boldo and G. Melquiond,
    "Emulation of a FMA and correctly rounded sums", IEEE Transactions on Computers 57, 2008).
    """
    nearest = x.to_single()
    back = nearest.to_double()
    one = nearest.bits().constant(1)
    zero = one.constant(0)
    bits = nearest.bits() - (back.absolute() > x.absolute()).choose(one, zero)
    odd = bits | ((back > x) | (back < x)).choose(one, zero)
    return float_to_float16(odd.as_float(), f16c)


def _widened(half):
    from llvmlite import ir

    return half.wrap(half.builder.zext(half.value, with_lane(half.type, ir.IntType(32))))


def _narrowed(bits):
    from llvmlite import ir

    return bits.wrap(bits.builder.trunc(bits.value, with_lane(bits.type, ir.IntType(16))))
