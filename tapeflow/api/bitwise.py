"""tf.bitwise: operations on the bits of integers, element by element.

Binary functions broadcast two tensors of one integer dtype; InvalidArgumentError for others.
"""

from tapeflow.core.operands import as_tensor, operands
from tapeflow.ops import bitwise

__all__ = ["bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift"]


def bitwise_and(x, y, name=None):
    """The bits that are set in both.

    >>> int(tf.bitwise.bitwise_and(0b1100, 0b1010))
    8
    """
    return bitwise.bitwise_and(*operands(x, y))


def bitwise_or(x, y, name=None):
    """The bits that are set in at least one.

    >>> int(tf.bitwise.bitwise_or(0b1100, 0b1010))
    14
    """
    return bitwise.bitwise_or(*operands(x, y))


def bitwise_xor(x, y, name=None):
    """The bits that are set in exactly one.

    >>> int(tf.bitwise.bitwise_xor(0b1100, 0b1010))
    6
    """
    return bitwise.bitwise_xor(*operands(x, y))


def invert(x, name=None):
    """All bits flipped.

    >>> tf.bitwise.invert(tf.constant([0, 5], tf.uint8)).numpy()
    array([255, 250], dtype=uint8)
    """
    return bitwise.invert(as_tensor(x))


def left_shift(x, y, name=None):
    """The bits of x moved y places up; y is clipped to what the dtype allows.

    >>> tf.bitwise.left_shift([1, 3], 2).numpy()
    array([ 4, 12], dtype=int32)
    """
    return bitwise.left_shift(*operands(x, y))


def right_shift(x, y, name=None):
    """The bits of x moved y places down, keeping the sign; y is clipped to what the dtype allows.

    >>> tf.bitwise.right_shift([-8, 12], 2).numpy()
    array([-2,  3], dtype=int32)
    """
    return bitwise.right_shift(*operands(x, y))
