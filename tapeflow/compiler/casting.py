"""Numbers in another dtype, as NumPy's `astype` gives them.

Fractions are cut off and integers wrap around. A floating number that a signed integer dtype does not hold gives what
NumPy's loops give on x86: the least int32 or int64, cut to the size. Negative numbers wrap around in unsigned dtypes;
what else those of 32 and 64 bits do not hold has no certain result in NumPy either.
"""

from tapeflow.compiler import half
from tapeflow.compiler.vector_math.lanes import Lanes, float_type, lane_type, with_lane
from tapeflow.core import dtypes

_HALVES = {dtypes.bfloat16, dtypes.float16}
_FLOATING = {dtypes.float32, dtypes.float64} | _HALVES


def emit_cast(builder, value, source, target, f16c=True):
    """An LLVM value of dtype `target` for one of `source`, single numbers or vectors.

    bool is one bit (i1), bfloat16 and float16 are integers of 16. f16c: whether the target machine converts
    float16. NotImplementedError for dtypes other than bool, integers of 8 to 64 bits and floating ones.
    """
    for dtype in (source, target):
        if dtype not in _CASTABLE:
            raise NotImplementedError(f"The compiler has no cast from {source.name} to {target.name}.")
    if source is target:
        return value
    return _cast(Lanes(builder, value, False), source, target, f16c).value


_CASTABLE = _FLOATING | {
    dtypes.bool,
    dtypes.int8,
    dtypes.int16,
    dtypes.int32,
    dtypes.int64,
    dtypes.uint8,
    dtypes.uint16,
    dtypes.uint32,
    dtypes.uint64,
}


def _cast(x, source, target, f16c):
    if target is dtypes.bool:
        return _is_not_zero(x, source)
    if source in _HALVES:
        single = half.bfloat16_to_float(x) if source is dtypes.bfloat16 else half.float16_to_float(x, f16c)
        return single if target is dtypes.float32 else _cast(single, dtypes.float32, target, f16c)
    if target in _HALVES:
        return _to_half(x, source, target, f16c)
    if source in _FLOATING:
        if target in _FLOATING:
            return x.to_double() if target is dtypes.float64 else x.to_single()
        return _float_to_integer(x, target)
    if target in _FLOATING:
        kind = with_lane(x.type, float_type(target.size * 8))
        convert = x.builder.uitofp if _is_unsigned(source) else x.builder.sitofp
        return x.wrap(convert(x.value, kind))
    return _resized(x, target, _is_unsigned(source))


def _is_unsigned(dtype):
    return dtype is dtypes.bool or dtype.is_unsigned


def _is_not_zero(x, source):
    """By all bits but the sign: small numbers are not 0, in whatever mode the processor is."""
    if source not in _FLOATING:
        return x.differs(0)
    bits = x if source in _HALVES else x.bits()
    return (bits << 1).differs(0)


def _to_half(x, source, target, f16c):
    if source is dtypes.float64 and target is dtypes.float16:
        return half.double_to_float16(x, f16c)
    single = x if source is dtypes.float32 else _cast(x, source, dtypes.float32, f16c)
    if target is dtypes.bfloat16:
        return half.float_to_bfloat16(single)
    return half.float_to_float16(single, f16c)


def _resized(x, target, unsigned):
    """Integers with more or fewer bits."""
    from llvmlite import ir

    width, wanted = lane_type(x.type).width, target.size * 8
    kind = with_lane(x.type, ir.IntType(wanted))
    if wanted < width:
        return x.wrap(x.builder.trunc(x.value, kind))
    if wanted == width:
        return x
    return x.wrap((x.builder.zext if unsigned else x.builder.sext)(x.value, kind))


def _float_to_integer(x, target):
    """The whole part. Those of uint32 and uint64 that a signed integer cannot hold are found 2^31 or 2^63 lower."""
    if not target.is_unsigned or target.size < 4:
        whole = _signed_whole(x, max(target.size * 8, 32))
        return _resized(whole, target, False)
    width = target.size * 8
    half_range = 2.0 ** (width - 1)
    is_great = x >= half_range
    whole = _signed_whole(is_great.choose(x - half_range, x), width)
    return whole ^ is_great.choose(whole.constant(1 << (width - 1)), 0)


def _signed_whole(x, width):
    """The whole part as an integer of that many bits; the least one for NaN and what is out of range."""
    from llvmlite import ir

    kind = with_lane(x.type, ir.IntType(width))
    least = -(2.0 ** (width - 1))
    is_inside = (x >= least) & (x < -least)
    whole = x.wrap(x.builder.fptosi(is_inside.choose(x, 0.0).value, kind))
    return is_inside.choose(whole, 1 << (width - 1))
