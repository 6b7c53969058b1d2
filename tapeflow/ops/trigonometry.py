"""Circular and hyperbolic functions and their inverses, element by element."""

from tapeflow.core.dtypes import FLOATS, FLOATS_AND_COMPLEX
from tapeflow.core.fusion import fusible
from tapeflow.core.op import elementwise
from tapeflow.ops.arithmetic import conjugate, reciprocal, rsqrt, square


@elementwise("Sin", accepts=FLOATS_AND_COMPLEX)
def sin(xp, x):
    """Sine of an angle in radians."""
    return xp.sin(x)


@elementwise("Cos", accepts=FLOATS_AND_COMPLEX)
def cos(xp, x):
    """Cosine of an angle in radians."""
    return xp.cos(x)


@elementwise("Tan", accepts=FLOATS_AND_COMPLEX)
def tan(xp, x):
    """Tangent of an angle in radians."""
    return xp.tan(x)


sin.grad(x=fusible(lambda g, x: g * conjugate(cos(x))))
cos.grad(x=fusible(lambda g, x: -g * conjugate(sin(x))))
tan.grad(x=fusible(lambda g, y: g * conjugate(1 + y * y)))
sin.lower(lambda e, x: e.sin(x))
cos.lower(lambda e, x: e.cos(x))
tan.lower(lambda e, x: e.tan(x))


@elementwise("Asin", accepts=FLOATS_AND_COMPLEX)
def asin(xp, x):
    """Angle of this sine, in [-pi/2, pi/2]; NaN outside [-1, 1]."""
    return xp.arcsin(x)


@elementwise("Acos", accepts=FLOATS_AND_COMPLEX)
def acos(xp, x):
    """Angle of this cosine, in [0, pi]; NaN outside [-1, 1]."""
    return xp.arccos(x)


@elementwise("Atan", accepts=FLOATS_AND_COMPLEX)
def atan(xp, x):
    """Angle of this tangent, in [-pi/2, pi/2]."""
    return xp.arctan(x)


@elementwise("Atan2", accepts=FLOATS)
def atan2(xp, a, b):
    """Angle, in [-pi, pi], of the point whose ordinate is a and whose abscissa is b."""
    return xp.arctan2(a, b)


asin.grad(x=fusible(lambda g, x: g * conjugate(rsqrt(1 - square(x)))))
acos.grad(x=fusible(lambda g, x: -g * conjugate(rsqrt(1 - square(x)))))
atan.grad(x=fusible(lambda g, x: g * conjugate(reciprocal(1 + square(x)))))
atan2.grad(
    a=lambda g, a, b: g * (b / (square(a) + square(b))),
    b=lambda g, a, b: g * (-a / (square(a) + square(b))),
)
asin.lower(lambda e, x: e.arcsin(x))
acos.lower(lambda e, x: e.arccos(x))
atan.lower(lambda e, x: e.arctan(x))
atan2.lower(lambda e, a, b: e.arctan2(a, b))


@elementwise("Sinh", accepts=FLOATS_AND_COMPLEX)
def sinh(xp, x):
    """Hyperbolic sine."""
    return xp.sinh(x)


@elementwise("Cosh", accepts=FLOATS_AND_COMPLEX)
def cosh(xp, x):
    """Hyperbolic cosine."""
    return xp.cosh(x)


@elementwise("Tanh", accepts=FLOATS_AND_COMPLEX)
def tanh(xp, x):
    """Hyperbolic tangent."""
    return xp.tanh(x)


sinh.grad(x=fusible(lambda g, x: g * conjugate(cosh(x))))
cosh.grad(x=fusible(lambda g, x: g * conjugate(sinh(x))))
tanh.grad(x=fusible(lambda g, y: g * (1.0 - conjugate(y * y))))
sinh.lower(lambda e, x: e.sinh(x))
cosh.lower(lambda e, x: e.cosh(x))
tanh.lower(lambda e, x: e.tanh(x))


@elementwise("Asinh", accepts=FLOATS_AND_COMPLEX)
def asinh(xp, x):
    """Number of this hyperbolic sine."""
    return xp.arcsinh(x)


@elementwise("Acosh", accepts=FLOATS_AND_COMPLEX)
def acosh(xp, x):
    """Number, not negative, of this hyperbolic cosine; NaN below 1."""
    return xp.arccosh(x)


@elementwise("Atanh", accepts=FLOATS_AND_COMPLEX)
def atanh(xp, x):
    """Number of this hyperbolic tangent; NaN outside [-1, 1]."""
    return xp.arctanh(x)


asinh.grad(x=fusible(lambda g, y: g / conjugate(cosh(y))))
acosh.grad(x=fusible(lambda g, y: g / conjugate(sinh(y))))
atanh.grad(x=fusible(lambda g, x: g * conjugate(reciprocal(1 - square(x)))))
asinh.lower(lambda e, x: e.arcsinh(x))
acosh.lower(lambda e, x: e.arccosh(x))
atanh.lower(lambda e, x: e.arctanh(x))
