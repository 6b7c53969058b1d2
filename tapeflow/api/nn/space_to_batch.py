"""Dilation by taking an input apart into smaller ones."""

import operator

from tapeflow.api.arrays.blocks import batch_to_space, space_to_batch
from tapeflow.core.arguments import int_tuple
from tapeflow.core.operands import as_tensor

__all__ = ["with_space_to_batch"]


def with_space_to_batch(
    input, dilation_rate, padding, op, filter_shape=None, spatial_dims=None, data_format=None
):
    """`op` of the input with holes in its windows: of its every r-th row, for each of the r first ones, and so on.

    Args:
      input: [batch, ...] with spatial axes.
      dilation_rate: a number for each of the n spatial axes.
      padding: "VALID" or "SAME"; the latter needs `filter_shape`, the sizes of the windows.
      op: a function of (tensor, n, padding), called once; the padding is "VALID" unless all rates are 1.
      spatial_dims: the spatial axes, rising; by default those behind the batch, or behind the channels if
        `data_format` begins with "NC".

    Raises ValueError for rates below 1, other paddings, and axes that are not there.

    >>> x = tf.reshape(tf.range(6.0), [1, 6, 1])
    >>> pool = lambda x, _, padding: tf.nn.max_pool1d(x, 2, 1, padding)
    >>> tf.nn.with_space_to_batch(x, [2], "VALID", pool)[0, :, 0].numpy()
    array([2., 3., 4., 5.], dtype=float32)
    """
    x = as_tensor(input)
    rates = int_tuple(dilation_rate)
    if any([rate < 1 for rate in rates]):
        raise ValueError(f"`dilation_rate` must be positive. Received: dilation_rate={dilation_rate}")
    first = 2 if data_format is not None and data_format.startswith("NC") else 1
    axes = range(first, first + len(rates)) if spatial_dims is None else int_tuple(spatial_dims)
    if list(axes) != sorted(set(axes)) or any([axis < 1 for axis in axes]) or len(axes) != len(rates):
        raise ValueError(
            "`spatial_dims` must be a rising sequence of positive integers, one for each rate. "
            f"Received: spatial_dims={spatial_dims}"
        )
    if len(x.dims) <= max(axes, default=0):
        raise ValueError(f"`input` must have more axes than {list(axes)}. Received: input.shape={x.shape}")
    if all([rate == 1 for rate in rates]):
        return op(x, len(rates), padding)
    block = [1] * max(axes)
    paddings, crops = ([[0, 0] for _ in block] for _ in range(2))
    margins = _margins(padding, filter_shape, rates)
    for axis, rate, (before, behind) in zip(axes, rates, margins, strict=True):
        block[axis - 1] = rate
        filled_up = -(operator.index(x.dims[axis]) + before + behind) % rate
        paddings[axis - 1] = [before, behind + filled_up]
        crops[axis - 1] = [0, filled_up]
    result = op(space_to_batch(x, block, paddings), len(rates), "VALID")
    return batch_to_space(result, block, crops)


def _margins(padding, filter_shape, rates):
    """What is added before and behind each spatial axis."""
    if padding == "VALID":
        return [(0, 0)] * len(rates)
    if padding != "SAME":
        raise ValueError(f"`padding` must be one of 'SAME' or 'VALID'. Received: padding={padding}")
    if filter_shape is None:
        raise ValueError("`filter_shape` must be specified for `padding='SAME'`.")
    added = [(size - 1) * rate for size, rate in zip(int_tuple(filter_shape), rates, strict=False)]
    return [(each // 2, each - each // 2) for each in added]
