"""Activation functions: cheap nonlinear maps of each element, and the derivatives that they are trained with."""

import math

from tapeflow.core.dtypes import FLOATS, REALS
from tapeflow.core.fusion import fusible
from tapeflow.core.op import elementwise
from tapeflow.ops.arithmetic import exp, square
from tapeflow.ops.logistic import sigmoid
from tapeflow.ops.special import erf
from tapeflow.ops.trigonometry import tanh

# From the paper that introduced SELU, Klambauer et al. 2017, https://arxiv.org/abs/1706.02515: the fixed point of
# mean 0 and variance 1.
SELU_SCALE = 1.0507009873554804934193349852946
SELU_SCALE_ALPHA = SELU_SCALE * 1.6732632423543772848170429916717


@elementwise("Relu", accepts=REALS)
def relu(xp, x):
    """max(x, 0); NaN stays NaN."""
    return xp.maximum(x, x.dtype.type(0))  # NumPy takes its time over a Python number


@elementwise("ReluGrad", accepts=REALS)
def where_positive(xp, a, b):
    """a where b > 0, else 0."""
    return a * (b > 0)


relu.grad(x=lambda g, y: where_positive(g, y))
relu.lower(lambda e, x: e.maximum(x, 0.0))
where_positive.grad(a=lambda g, b: where_positive(g, b), b=None)
where_positive.lower(lambda e, a, b: a * e.cast(b > 0.0, a.dtype))


@elementwise("Relu6", accepts=REALS)
def relu6(xp, x):
    """x limited to [0, 6]."""
    return xp.minimum(xp.maximum(x, 0), 6)


@elementwise("Relu6Grad", accepts=REALS)
def where_within_6(xp, a, b):
    """a where 0 < b < 6, else 0."""
    return a * ((b > 0) & (b < 6))


relu6.grad(x=lambda g, y: where_within_6(g, y))
relu6.lower(lambda e, x: e.minimum(e.maximum(x, 0.0), 6.0))
where_within_6.lower(lambda e, a, b: a * e.cast(e.logical_and(b > 0.0, b < 6.0), a.dtype))
where_within_6.grad(a=lambda g, b: where_within_6(g, b), b=None)


@elementwise("LeakyRelu", accepts=FLOATS)
def leaky_relu(xp, x, *, alpha):
    """x where it is positive, else alpha * x."""
    if not alpha:  # 0 times infinity is no number
        return xp.maximum(x, 0)
    scaled = x * x.dtype.type(alpha)
    return xp.maximum(x, scaled) if alpha <= 1 else xp.minimum(x, scaled)


@elementwise("LeakyReluGrad", accepts=FLOATS)
def leaky_relu_grad(xp, a, b, *, alpha):
    """a where b > 0, else alpha * a."""
    return a * _either(xp, alpha, 1, b > 0, a.dtype)


leaky_relu.grad(x=lambda g, x, alpha: leaky_relu_grad(g, x, alpha=alpha))
leaky_relu.lower(lambda e, x, alpha: e.select(x > 0.0, x, x * alpha) if alpha else e.maximum(x, 0.0))
leaky_relu_grad.lower(lambda e, a, b, alpha: e.select(b > 0.0, a, a * alpha))
leaky_relu_grad.grad(a=lambda g, b, alpha: leaky_relu_grad(g, b, alpha=alpha), b=None)


def _either(xp, without, with_it, condition, dtype):
    """One of two numbers for each element, as the condition says: a look-up, which is faster than `where`."""
    return xp.take(xp.asarray([without, with_it], dtype), condition.astype("int8"))


def _expm1_of_negative(xp, x):
    """exp(min(x, 0)) - 1. NumPy's tanh is several times faster than its expm1, and here as accurate."""
    half = xp.minimum(x, 0)
    half *= x.dtype.type(0.5)
    half = xp.tanh(half)
    divisor = 1 - half
    half += half
    half /= divisor
    return half


@elementwise("Elu", accepts=FLOATS)
def elu(xp, x):
    """x where it is positive, else exp(x) - 1 (Clevert et al. 2015, https://arxiv.org/abs/1511.07289)."""
    result = _expm1_of_negative(xp, x)
    result += xp.maximum(x, 0)
    return result


@elementwise("EluGrad", accepts=FLOATS)
def elu_grad(xp, a, b):
    """a times the derivative of elu, given its result b."""
    return a * (xp.minimum(b, 0) + 1)


elu.grad(x=lambda g, y: elu_grad(g, y))
elu.lower(lambda e, x: e.select(x > 0.0, x, e.expm1(x)))
elu_grad.lower(lambda e, a, b: a * (e.minimum(b, 0.0) + 1.0))
elu_grad.grad(a=lambda g, b: elu_grad(g, b), b=lambda g, a, b: where_positive(g * a, -b))


@elementwise("Selu", accepts=FLOATS)
def selu(xp, x):
    """Elu scaled so that mean and variance of activations tend to 0 and 1."""
    number = x.dtype.type
    result = _expm1_of_negative(xp, x)
    result *= number(SELU_SCALE_ALPHA)
    result += xp.maximum(x, 0) * number(SELU_SCALE)
    return result


@elementwise("SeluGrad", accepts=FLOATS)
def selu_grad(xp, a, b):
    """a times the derivative of selu, given its result b."""
    slope = _either(xp, SELU_SCALE, SELU_SCALE_ALPHA, b < 0, a.dtype)
    slope += xp.minimum(b, 0)
    return a * slope


selu.grad(x=lambda g, y: selu_grad(g, y))
selu.lower(lambda e, x: e.select(x > 0.0, x * SELU_SCALE, e.expm1(x) * SELU_SCALE_ALPHA))
selu_grad.lower(lambda e, a, b: a * e.select(b >= 0.0, SELU_SCALE, b + SELU_SCALE_ALPHA))
selu_grad.grad(a=lambda g, b: selu_grad(g, b), b=lambda g, a, b: where_positive(g * a, -b))


@elementwise("Silu", accepts=FLOATS)
def silu(xp, x):
    """x times its logistic function, also known as swish."""
    divisor = xp.exp(-x)
    divisor += 1
    return x / divisor


@fusible
def _silu_gradient(g, x):
    gate = sigmoid(x)
    return g * gate * (1.0 + x * (1.0 - gate))


silu.grad(x=_silu_gradient)
silu.lower(lambda e, x: x * e.sigmoid(x))


@elementwise("Gelu", accepts=FLOATS)
def gelu(xp, x):
    """x times the normal distribution function of x (Hendrycks and Gimpel, https://arxiv.org/abs/1606.08415)."""
    number = x.dtype.type
    result = erf.kernel(xp, x * number(math.sqrt(0.5)))
    result += 1
    result *= x * number(0.5)
    return result


@fusible
def _gelu_gradient(g, x):
    below = 0.5 * (1.0 + erf(x * math.sqrt(0.5)))
    return g * (below + x * exp(-0.5 * square(x)) * (1.0 / math.sqrt(2.0 * math.pi)))


gelu.grad(x=_gelu_gradient)
gelu.lower(lambda e, x: 0.5 * x * (1.0 + e.erf(x * math.sqrt(0.5))))


_SLOPE = math.sqrt(2.0 / math.pi)
_CUBIC = 0.044715


@elementwise("ApproximateGelu", accepts=FLOATS)
def approximate_gelu(xp, x):
    """gelu with tanh(sqrt(2 / pi) * (x + 0.044715 x^3)) in the place of erf."""
    number = x.dtype.type
    result = x * x
    result *= number(_SLOPE * _CUBIC)
    result += number(_SLOPE)
    result *= x
    result = xp.tanh(result)
    result += 1
    result *= x * number(0.5)
    return result


@fusible
def _approximate_gelu_gradient(g, x):
    squared = square(x)
    curve = tanh(_SLOPE * x * (1.0 + _CUBIC * squared))
    slope = (1.0 - square(curve)) * (_SLOPE * (1.0 + 3.0 * _CUBIC * squared))
    return g * (0.5 * (1.0 + curve) + 0.5 * x * slope)


approximate_gelu.grad(x=_approximate_gelu_gradient)
approximate_gelu.lower(lambda e, x: 0.5 * x * (1.0 + e.tanh(_SLOPE * (x + _CUBIC * (x * x * x)))))
