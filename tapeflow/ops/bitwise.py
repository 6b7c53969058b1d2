"""Operations on the bits of integers, element by element."""

from tapeflow.core import dtypes as types
from tapeflow.core.op import elementwise, no_gradient
from tapeflow.ops.comparison import logical_not


@elementwise("BitwiseAnd", accepts=types.INTEGERS, commutes=True)
def bitwise_and(xp, a, b):
    """Bits that are set in both."""
    return a & b


@elementwise("BitwiseOr", accepts=types.INTEGERS, commutes=True, identity=0)
def bitwise_or(xp, a, b):
    """Bits that are set in at least one."""
    return a | b


@elementwise("BitwiseXor", accepts=types.INTEGERS, commutes=True, identity=0)
def bitwise_xor(xp, a, b):
    """Bits that are set in exactly one."""
    return a ^ b


@elementwise("Invert", accepts=types.INTEGERS, large=None)
def invert(xp, x):
    """All bits flipped."""
    return ~x


def _distance(xp, x, shift):
    """A shift by a negative number is none, one by more than there are bits is by all but one."""
    return xp.clip(shift, 0, 8 * x.dtype.itemsize - 1)


@elementwise("LeftShift", accepts=types.INTEGERS)
def left_shift(xp, a, b):
    """Bits of a moved b places up."""
    return a << _distance(xp, a, b)


@elementwise("RightShift", accepts=types.INTEGERS)
def right_shift(xp, a, b):
    """Bits of a moved b places down; the sign is kept."""
    return a >> _distance(xp, a, b)


@elementwise("PopulationCount", accepts=types.INTEGERS, result=types.uint8)
def population_count(xp, x):
    """How many bits are set."""
    return xp.bitwise_count(x.view(f"u{x.dtype.itemsize}"))


no_gradient(bitwise_and, bitwise_or, bitwise_xor, invert, left_shift, right_shift, population_count)

bitwise_and.lower(lambda e, a, b: a & b)
bitwise_or.lower(lambda e, a, b: a | b)
bitwise_xor.lower(lambda e, a, b: a ^ b)
invert.lower(lambda e, x: ~x)


def flip(x):
    """What `~` means: the opposite of bools, the flipped bits of integers."""
    return logical_not(x) if x._dtype is types.bool else invert(x)
