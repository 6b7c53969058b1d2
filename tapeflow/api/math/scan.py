"""Running sums, products and log-sum-exps along an axis.

In all of them `exclusive` leaves the element itself out, so that the first result is that of nothing;
`reverse` runs from the end. The axis must be there, else InvalidArgumentError.
"""

from tapeflow.core.arguments import scalar_int
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.operands import as_tensor
from tapeflow.ops import scan

__all__ = ["cumprod", "cumsum", "cumulative_logsumexp"]


def _scanned(op, x, axis, exclusive, reverse):
    x = as_tensor(x)
    for name, flag in (("exclusive", exclusive), ("reverse", reverse)):
        if not isinstance(flag, bool):
            raise TypeError(f"Expected bool for argument '{name}' not {flag!r}.")
    if isinstance(axis, float):
        raise TypeError(f"Cannot convert {axis} to EagerTensor of dtype int32: an axis is an integer.")
    axis = scalar_int(axis, "ScanOp: axis")
    rank = x.ndim
    if not -rank <= axis < rank:
        raise InvalidArgumentError(
            None,
            None,
            f"ScanOp: Expected scan axis in the range [{-rank}, {rank}), but got {axis} [Op:{op.type_name}]",
        )
    return op(x, axis=axis % rank, exclusive=exclusive, reverse=reverse)


def cumsum(x, axis=0, exclusive=False, reverse=False, name=None):
    """Running sum of numbers along an axis.

    >>> tf.math.cumsum([1, 2, 3])
    <tf.Tensor: shape=(3,), dtype=int32, numpy=array([1, 3, 6], dtype=int32)>
    >>> tf.math.cumsum([1, 2, 3], exclusive=True, reverse=True)
    <tf.Tensor: shape=(3,), dtype=int32, numpy=array([5, 3, 0], dtype=int32)>
    """
    return _scanned(scan.cumsum, x, axis, exclusive, reverse)


def cumprod(x, axis=0, exclusive=False, reverse=False, name=None):
    """Running product of numbers along an axis. Its gradient holds where elements are zero, too.

    >>> tf.math.cumprod([1, 2, 3], exclusive=True)
    <tf.Tensor: shape=(3,), dtype=int32, numpy=array([1, 1, 2], dtype=int32)>
    """
    return _scanned(scan.cumprod, x, axis, exclusive, reverse)


def cumulative_logsumexp(x, axis=0, exclusive=False, reverse=False, name=None):
    """Running log(sum(exp(x))) of floating numbers along an axis, without overflow; of nothing, -inf.

    >>> tf.math.cumulative_logsumexp([0.0, 0.0, 0.0]).numpy()
    array([0.       , 0.6931472, 1.0986123], dtype=float32)
    """
    return _scanned(scan.cumulative_logsumexp, x, axis, exclusive, reverse)
