"""Sums, products and powers, element by element."""

from tapeflow.core.dtypes import FLOATS_AND_COMPLEX, NUMBERS
from tapeflow.core.op import elementwise


@elementwise("AddV2", accepts=NUMBERS, commutes=True, identity=0)
def add(xp, a, b):
    """Sum."""
    return a + b


add.grad(a=lambda g: g, b=lambda g: g)
add.lower(lambda e, a, b: a + b)


@elementwise("Sub", accepts=NUMBERS)
def subtract(xp, a, b):
    """Difference."""
    return a - b


subtract.grad(a=lambda g: g, b=lambda g: -g)
subtract.lower(lambda e, a, b: a - b)


@elementwise("Mul", accepts=NUMBERS, commutes=True, identity=1)
def multiply(xp, a, b):
    """Product."""
    return a * b


multiply.grad(a=lambda g, b: g * conjugate(b), b=lambda g, a: g * conjugate(a))
multiply.lower(lambda e, a, b: a * b)


@elementwise("RealDiv", accepts=FLOATS_AND_COMPLEX)
def divide(xp, a, b):
    """Quotient of numbers that have one: floating or complex."""
    return a / b


divide.grad(a=lambda g, b: g / conjugate(b), b=lambda g, a, b: g * conjugate(-a / b / b))
divide.lower(lambda e, a, b: a / b)


@elementwise("Neg", accepts=NUMBERS)
def negative(xp, x):
    """The number's opposite."""
    return -x


negative.grad(x=lambda g: -g)
negative.lower(lambda e, x: -x)


@elementwise("Conj")
def conj(xp, x):
    """Complex conjugate."""
    return xp.conj(x)


conj.grad(x=lambda g: conj(g))


def conjugate(x):
    """Complex conjugate; a real tensor is returned as it is."""
    return conj(x) if x._dtype.is_complex else x


@elementwise("Exp", accepts=FLOATS_AND_COMPLEX)
def exp(xp, x):
    """The exponential function."""
    return xp.exp(x)


exp.grad(x=lambda g, y: g * conjugate(y))
exp.lower(lambda e, x: e.exp(x))


@elementwise("Tanh", accepts=FLOATS_AND_COMPLEX)
def tanh(xp, x):
    """Hyperbolic tangent."""
    return xp.tanh(x)


tanh.grad(x=lambda g, y: g * (1.0 - conjugate(y * y)))
tanh.lower(lambda e, x: e.tanh(x))
