"""Numbers rounded to the few that an integer of some bits can stand for.

Jacob et al., Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference, 2018.
"""

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.op import op
from tapeflow.ops.broadcasting import reduce_sum
from tapeflow.ops.selection import select

_FLOAT = frozenset([types.float32])


def _nudged(low, high, bits, narrow):
    """(least, greatest, step) of the numbers that there are, zero among them."""
    first, last = numpy.float32(1 if narrow else 0), numpy.float32(2**bits - 1)
    step = (high - low) / (last - first)
    zero = first - low / step
    zero = numpy.where(
        zero < first, first, numpy.where(zero > last, last, numpy.floor(zero + numpy.float32(0.5)))
    )
    return (first - zero) * step, (last - zero) * step, step


@op("FakeQuantWithMinMaxVars", accepts=_FLOAT, result="same")
def fake_quantize(xp, x, low, high, *, bits, narrow):
    """x clipped to about [low, high] and rounded to one of 2 ** bits numbers; the limits broadcast to its channels."""
    least, greatest, step = _nudged(low, high, bits, narrow)
    steps = numpy.floor((numpy.clip(x, least, greatest) - least) / step + numpy.float32(0.5))
    return numpy.where((low == 0) & (high == 0), numpy.float32(0), steps * step + least).astype(x.dtype)


@op("FakeQuantSides", accepts=_FLOAT, result=types.int32)
def side_of_range(xp, x, low, high, *, bits, narrow):
    """Where x lies: -1 below the range of `fake_quantize`, 1 above it, 0 within."""
    least, greatest, _ = _nudged(low, high, bits, narrow)
    sides = (x > greatest).astype(xp.int32) - (x < least).astype(xp.int32)
    return numpy.where((low == 0) & (high == 0), 0, sides).astype(xp.int32)


def part_on_side(g, x, low, high, side, **params):
    """The cotangents of the elements on one side, zero elsewhere."""
    sides = side_of_range(x, low, high, **params)
    return select(sides == side, g, g * 0.0)


def gradient_of_limit(g, x, low, high, side, **params):
    """The sum of the cotangents of the elements on one side, for each of the limits."""
    part = part_on_side(g, x, low, high, side, **params)
    axes = tuple(range(len(x.dims) - len(low.dims)))
    return reduce_sum(part, axes=axes, keepdims=False)


fake_quantize.spec(lambda x, low, high, bits, narrow: x)
side_of_range.spec(lambda x, low, high, bits, narrow: x.with_dtype(types.int32))
fake_quantize.grad(
    x=lambda g, x, low, high, bits, narrow: part_on_side(g, x, low, high, 0, bits=bits, narrow=narrow),
    low=lambda g, x, low, high, bits, narrow: gradient_of_limit(
        g, x, low, high, -1, bits=bits, narrow=narrow
    ),
    high=lambda g, x, low, high, bits, narrow: gradient_of_limit(
        g, x, low, high, 1, bits=bits, narrow=narrow
    ),
)
side_of_range.grad(x=None, low=None, high=None)
