"""`tf.__internal__.smart_cond`: a choice that is made at once where it can be."""

from tapeflow.api.arrays import get_static_value
from tapeflow.api.control_flow import cond
from tapeflow.core.tensor import Tensor

__all__ = ["smart_cond"]


def smart_cond(pred, true_fn=None, false_fn=None, name=None):
    """What `true_fn()` or `false_fn()` returns: one call if the value of `pred` is known, else `tf.cond`.

    pred: a bool, 0 or 1, or a bool tensor without axes. TypeError for functions that cannot be called and for other
    values of `pred`.
    """
    if not callable(true_fn):
        raise TypeError(f"Argument `true_fn` must be callable. Received {true_fn!r}")
    if not callable(false_fn):
        raise TypeError(f"Argument `false_fn` must be callable. Received {false_fn!r}")
    known = get_static_value(pred) if isinstance(pred, Tensor) else _known(pred)
    if known is None:
        return cond(pred, true_fn, false_fn)
    return true_fn() if known else false_fn()


def _known(pred):
    if isinstance(pred, bool) or (isinstance(pred, int) and pred in (0, 1)):
        return bool(pred)
    if hasattr(pred, "__tf_tensor__"):
        return None
    if hasattr(pred, "item"):
        return bool(pred.item())
    raise TypeError(f"`pred` must be a Tensor, a Python bool, or 1 or 0. Got: {pred!r} of type {type(pred)}")
