"""tf.experimental.numpy: so far, what is asked about dtypes, and the choice by conditions."""

import numpy

from tapeflow.api.arrays import broadcast_static_shape, broadcast_to
from tapeflow.api.casting import cast
from tapeflow.api.selection import where
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.operands import as_tensor

__all__ = ["finfo", "iinfo", "select"]


def finfo(dtype):
    """NumPy's description of a floating dtype, also of bfloat16 and the narrower ones.

    >>> float(tf.experimental.numpy.finfo(tf.float32).eps) == 2.0**-23
    True
    """
    array_dtype = as_dtype(dtype).as_numpy_dtype
    if numpy.dtype(array_dtype).kind in "fc":
        return numpy.finfo(array_dtype)
    import ml_dtypes

    return ml_dtypes.finfo(array_dtype)


def iinfo(dtype):
    """NumPy's description of an integer dtype.

    >>> tf.experimental.numpy.iinfo(tf.int8).max
    127
    """
    return numpy.iinfo(as_dtype(dtype).as_numpy_dtype)


def select(condlist, choicelist, default=0):
    """Each element from the first choice whose condition holds, `default` where none does.

    condlist: booleans; choicelist: as many tensors, of one dtype; all broadcast to one shape. Raises ValueError for
    lists of other lengths.

    >>> x = tf.constant([1, 2, 3])
    >>> tf.experimental.numpy.select([x < 2, x > 2], [x, x * 10]).numpy()
    array([ 1,  0, 30], dtype=int32)
    """
    if len(condlist) != len(choicelist):
        raise ValueError(
            f"condlist must have length equal to choicelist ({len(condlist)} vs {len(choicelist)})"
        )
    if not condlist:
        raise ValueError("len(condlist) must be > 0")
    conditions = [cast(each, boolean) for each in condlist]
    first = as_tensor(choicelist[0])
    choices = [
        first,
        *[as_tensor(each, None if hasattr(each, "dtype") else first.dtype) for each in choicelist[1:]],
    ]
    shape = as_tensor(default).shape
    for each in (*conditions, *choices):
        shape = broadcast_static_shape(shape, each.shape)
    result = broadcast_to(cast(default, choices[0].dtype), shape)
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        result = where(condition, choice, result)
    return result
