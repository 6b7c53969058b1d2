"""Choosing between tensors by a condition, and finding where it holds."""

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import elementwise, no_gradient, op
from tapeflow.core.shapes import broadcast_shapes
from tapeflow.core.spec import TensorSpec
from tapeflow.ops.creation import zeros


@elementwise("SelectV2", accepts=frozenset([types.bool]), result=None, uniform=False)
def select(xp, condition, a, b):
    """a where the condition holds, else b. All three broadcast."""
    chosen = xp.where(condition, a, b)
    return chosen if chosen.dtype.char == "O" else chosen[()]


@select.spec
def _(condition, a, b):
    try:
        dims = broadcast_shapes(condition.dims, a.dims, b.dims)
    except (ValueError, InvalidArgumentError):
        shapes = [list(spec.dims) for spec in (condition, a, b)]
        raise InvalidArgumentError(
            None, None, "condition {}, then {}, and else {} must be broadcastable".format(*shapes)
        ) from None
    return a.with_dims(dims)


select.grad(
    condition=None,
    a=lambda g, condition: select(condition, g, zeros((), g._dtype)),
    b=lambda g, condition: select(condition, zeros((), g._dtype), g),
)
select.lower(lambda e, condition, a, b: e.select(condition, a, b))


@op("Where", accepts=types.NUMBERS | {types.bool}, result=types.int64)
def nonzero(xp, x):
    """The indices of the elements that are not zero, one row for each, in order."""
    if not x.ndim:
        raise ValueError("WhereOp: a tensor without axes has no indices; reshape it to [1] first.")
    return numpy.argwhere(x)


nonzero.spec(lambda x: TensorSpec([None, None if x.dims is None else len(x.dims)], types.int64))
no_gradient(nonzero)


@elementwise("Identity", linear=True, passes=True, same_elements=True)
def identity(xp, x):
    """The tensor itself, as the result of a call."""
    return x


identity.grad(x=lambda g: g)
identity.lower(lambda e, x: x)


@elementwise("StopGradient", same_elements=True)
def stop_gradient(xp, x):
    """The tensor itself, through which no gradient flows."""
    return x


no_gradient(stop_gradient)
stop_gradient.lower(lambda e, x: x)
