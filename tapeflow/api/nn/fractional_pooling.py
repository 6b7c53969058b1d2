"""Pooling that divides sizes by numbers that are not whole."""

import operator
from collections import namedtuple

import numpy as np

from tapeflow.core.arguments import scalar_int
from tapeflow.core.errors import InvalidArgumentError, UnimplementedError
from tapeflow.core.operands import as_tensor
from tapeflow.ops import fractional_pooling, random_state

__all__ = ["fractional_avg_pool", "fractional_max_pool"]

FractionalMaxPool = namedtuple("FractionalMaxPool", "output row_pooling_sequence col_pooling_sequence")
FractionalAvgPool = namedtuple("FractionalAvgPool", "output row_pooling_sequence col_pooling_sequence")


def fractional_max_pool(value, pooling_ratio, pseudo_random=False, overlapping=False, seed=0, name=None):
    """The greatest elements of regions of images whose borders are drawn. Graham, "Fractional Max-Pooling", 2014.

    Args:
      value: [batch, height, width, channels] of float32, float64, int32 or int64.
      pooling_ratio: by what sizes are divided: a number of at least 1, or [1.0, rows, columns, 1.0].
      pseudo_random: whether the borders are moved together; else regions of both widths come in any order.
      overlapping: whether the border of two regions belongs to both.
      seed: the op's own, see `tf.random.set_seed`; 0 has the borders drawn anew each time.

    Returns the named tuple (output, row_pooling_sequence, col_pooling_sequence), the last two being the borders, int64.
    Raises ValueError for other ratios, InvalidArgumentError for other shapes.

    >>> x = tf.reshape(tf.range(16), [1, 4, 4, 1])
    >>> pooled = tf.nn.fractional_max_pool(x, 2.0, seed=1)
    >>> pooled.output[0, ..., 0].numpy(), pooled.row_pooling_sequence.numpy()
    (array([[ 5,  7],
           [13, 15]], dtype=int32), array([0, 2, 4]))
    """
    ratios = _ratios_of_maxima(pooling_ratio)
    x, borders = _drawn(value, pooling_ratio, ratios, pseudo_random, seed)
    pooled = fractional_pooling.fractional_max_pool(x, *borders, overlapping=bool(overlapping))
    return FractionalMaxPool(pooled, *borders)


def fractional_avg_pool(value, pooling_ratio, pseudo_random=False, overlapping=False, seed=0, name=None):
    """The means of regions of images whose borders are drawn; the rest is as in `tf.nn.fractional_max_pool`.

    `pooling_ratio` is [1.0, rows, columns, 1.0]: TypeError for what is no list, InvalidArgumentError for others and
    for ratios below 1, UnimplementedError for ratios of batch and channels.

    >>> x = tf.reshape(tf.range(16.0), [1, 4, 4, 1])
    >>> tf.nn.fractional_avg_pool(x, [1.0, 2.0, 2.0, 1.0], seed=1).output[0, ..., 0].numpy()
    array([[ 2.5,  4.5],
           [10.5, 12.5]], dtype=float32)
    """
    ratios = _ratios_of_means(pooling_ratio)
    x, borders = _drawn(value, pooling_ratio, ratios, pseudo_random, seed)
    pooled = fractional_pooling.fractional_avg_pool(x, *borders, overlapping=bool(overlapping))
    return FractionalAvgPool(pooled, *borders)


def _drawn(value, pooling_ratio, ratios, pseudo_random, seed):
    """The images, and the borders along rows and columns, whose sizes are divided by `ratios`."""
    x = as_tensor(value)
    if len(x.dims) != 4:
        raise InvalidArgumentError(None, None, f"tensor_in must be 4-dimensional, not of shape {x.shape}")
    sizes = tuple([operator.index(size) for size in x.dims[1:3]])
    # The ratios are float32, and so is what TensorFlow divides by them.
    counts = tuple(
        [int(np.float32(size) / np.float32(ratio)) for size, ratio in zip(sizes, ratios, strict=True)]
    )
    if min(counts) < 1:
        raise InvalidArgumentError(
            None, None, f"A ratio of {pooling_ratio} leaves nothing of shape {x.shape}"
        )
    seed = scalar_int(seed, "seed")
    borders = fractional_pooling.fractional_borders(
        sizes=sizes,
        counts=counts,
        pseudo_random=bool(pseudo_random),
        seeds=random_state.operation_seeds(seed) if seed else (None, None),
    )
    return x, borders


def _ratios_of_maxima(ratio):
    """The ratios of rows and columns."""
    received = f"Received: pooling_ratio={ratio}"
    if isinstance(ratio, list | tuple):
        if not ratio or ratio[0] != 1.0 or ratio[-1] != 1.0:
            raise ValueError(
                f"`pooling_ratio` should have first and last elements with value 1.0. {received}"
            )
    elif isinstance(ratio, int | float):
        ratio = [ratio]
    else:
        raise ValueError(f"`pooling_ratio` should be a number or a list of them. {received}")
    if min(ratio) < 1.0:
        raise ValueError(f"`pooling_ratio` should be >= 1.0. {received}")
    if len(ratio) not in (1, 2, 4):
        raise ValueError(f"`pooling_ratio` should be of length 1, 2 or 4. {received} of length {len(ratio)}")
    return {1: [*ratio, *ratio], 2: ratio}.get(len(ratio), ratio[1:3])


def _ratios_of_means(ratio):
    """The ratios of rows and columns, of which TensorFlow takes a full list only, and refuses others differently."""
    if not isinstance(ratio, list | tuple):
        raise TypeError(
            f"Expected list for 'pooling_ratio' argument to 'fractional_avg_pool' Op, not {ratio!r}."
        )
    if len(ratio) != 4:
        raise InvalidArgumentError(
            None, None, f"pooling_ratio must specify 4 dimensions. Received: pooling_ratio={ratio}"
        )
    if min(ratio) < 1.0:
        raise InvalidArgumentError(
            None, None, f"pooling_ratio cannot be smaller than 1, got: pooling_ratio={ratio}"
        )
    if ratio[0] != 1.0 or ratio[3] != 1.0:
        raise UnimplementedError(
            None,
            None,
            "Fractional average pooling is not yet supported on the batch nor channel dimension. "
            f"Received: pooling_ratio={ratio}",
        )
    return ratio[1:3]
