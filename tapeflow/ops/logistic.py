"""The logistic function and its kin: sigmoid, softplus, softsign."""

from tapeflow.core.dtypes import FLOATS, FLOATS_AND_COMPLEX
from tapeflow.core.fusion import fusible
from tapeflow.core.op import elementwise
from tapeflow.ops.arithmetic import absolute, conjugate, reciprocal, square


@elementwise("Sigmoid", accepts=FLOATS_AND_COMPLEX)
def sigmoid(xp, x):
    """1 / (1 + exp(-x))."""
    return 1 / (1 + xp.exp(-x))  # an exponential that overflows gives the right 0


sigmoid.grad(x=fusible(lambda g, y: g * conjugate(y * (1 - y))))
sigmoid.lower(lambda e, x: 1 / (1 + e.exp(-x)))


@elementwise("Softplus", accepts=FLOATS)
def softplus(xp, x):
    """log(1 + exp(x)), without overflow."""
    return xp.maximum(x, 0) + xp.log1p(xp.exp(-abs(x)))


softplus.grad(x=fusible(lambda g, x: g * sigmoid(x)))
softplus.lower(lambda e, x: e.maximum(x, 0.0) + e.log1p(e.exp(-e.abs(x))))


@elementwise("Softsign", accepts=FLOATS)
def softsign(xp, x):
    """x / (1 + |x|)."""
    return x / (1 + abs(x))


softsign.grad(x=fusible(lambda g, x: g * reciprocal(square(1 + absolute(x)))))
softsign.lower(lambda e, x: x / (1.0 + e.abs(x)))
