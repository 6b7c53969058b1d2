"""Sums, products, quotients and powers, element by element."""

from tapeflow.core.dtypes import (
    FLOATS,
    FLOATS_AND_COMPLEX,
    NUMBERS,
    REALS,
    float32,
    float64,
    int32,
    int64,
    string,
)
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.fusion import fusible
from tapeflow.core.op import elementwise, no_gradient, op, unchanged
from tapeflow.ops.comparison import equal, greater, greater_equal, less_equal, not_equal
from tapeflow.ops.creation import ones, zeros
from tapeflow.ops.selection import select

SIGNED = frozenset(dtype for dtype in NUMBERS if not dtype.is_unsigned)


def zero_like(x):
    """A scalar zero of the dtype of `x`, to be broadcast against it."""
    return zeros((), x._dtype)


@elementwise("AddV2", accepts=NUMBERS, commutes=True, identity=0)
def add(xp, a, b):
    """Sum."""
    return a + b


add.grad(a=unchanged, b=unchanged)
add.lower(lambda e, a, b: a + b)


@elementwise("Add", accepts=frozenset([string]))
def join_pairs(xp, a, b):
    """Strings one after the other: what `+` means between them."""
    return xp.asarray(a + b, object)


no_gradient(join_pairs)


@elementwise("Sub", accepts=NUMBERS)
def subtract(xp, a, b):
    """Difference."""
    return a - b


subtract.grad(a=unchanged, b=lambda g: -g)
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


@elementwise("Neg", accepts=SIGNED)
def negative(xp, x):
    """The number's opposite."""
    return -x


negative.grad(x=lambda g: -g)
negative.lower(lambda e, x: -x)


@elementwise("Conj", accepts=NUMBERS)
def conj(xp, x):
    """Complex conjugate."""
    return xp.conj(x)


conj.grad(x=lambda g: conj(g))
conj.lower(lambda e, x: e.conj(x))


def conjugate(x):
    """Complex conjugate; a real tensor is returned as it is."""
    return conj(x) if x._dtype.is_complex else x


@op("AddN", accepts=NUMBERS, result="same", uniform=True)
def add_n(xp, *values):
    """Sum of one or more tensors of one shape."""
    total = values[0]
    for value in values[1:]:
        if value.shape != total.shape:
            raise _unlike_shapes(total.shape, value.shape)
        total = total + value
    return total


@add_n.spec
def _(*values):
    first = values[0]
    for value in values[1:]:
        if not value.shape.is_compatible_with(first.shape):
            raise _unlike_shapes(first.shape, value.shape)
        first = first.with_dims(first.shape.merge_with(value.shape))
    return first


def _unlike_shapes(first, other):
    return InvalidArgumentError(
        None,
        None,
        "Inputs to operation AddN must have the same size and shape. "
        f"Input 0: {list(first)} != input: {list(other)}",
    )


add_n.grad(values=lambda g, values_shape: [g] * len(values_shape))
add_n.batch(add_n)


@add_n.expand
def _(*values):
    total = values[0]
    for value in values[1:]:
        total = add(total, value)
    return total


# Quotients and remainders of integers, and of floating numbers likewise.


def _refuse_zero(xp, a, b):
    """Integers have no quotient by zero."""
    if b.dtype.kind in "iu" and not xp.all(b) and a.size and b.size:
        raise ZeroDivisionError("Integer division by zero")


@elementwise("FloorDiv", accepts=REALS)
def floor_divide(xp, a, b):
    """Greatest integer that is not above the quotient."""
    if a.dtype.kind in "iu":
        _refuse_zero(xp, a, b)
        return a // b
    return xp.floor(a / b)


@elementwise("FloorMod", accepts=REALS)
def floor_mod(xp, a, b):
    """Remainder of the floored division: it has the sign of b."""
    _refuse_zero(xp, a, b)
    return xp.remainder(a, b)


floor_mod.grad(a=lambda g: g, b=lambda g, a, b: g * -floor_divide(a, b))


@elementwise("TruncateDiv", accepts=REALS)
def truncate_divide(xp, a, b):
    """Quotient without its fraction, rounded toward zero."""
    if a.dtype.kind not in "iu":
        return xp.trunc(a / b)
    _refuse_zero(xp, a, b)
    floor = a // b
    return (floor + ((floor < 0) & (floor * b != a))).astype(a.dtype)


@elementwise("TruncateMod", accepts=REALS)
def truncate_mod(xp, a, b):
    """Remainder of the truncated division: it has the sign of a."""
    _refuse_zero(xp, a, b)
    return xp.fmod(a, b)


truncate_mod.grad(a=lambda g: g, b=lambda g, a, b: g * -truncate_divide(a, b))
no_gradient(floor_divide, truncate_divide)


def _zero_with(xp, x, result):
    """The result, but 0 where `x` is 0."""
    return result if (x.all() if x.ndim else x) else xp.where(x == 0, xp.zeros_like(x), result)[()]


@elementwise("DivNoNan", accepts=FLOATS_AND_COMPLEX)
def divide_no_nan(xp, a, b):
    """Quotient; 0 where b is 0."""
    return _zero_with(xp, b, a / b)


divide_no_nan.grad(
    a=lambda g, b: divide_no_nan(g, conjugate(b)),
    b=lambda g, a, b: g * conjugate(divide_no_nan(divide_no_nan(-a, b), b)),
)
divide_no_nan.lower(lambda e, a, b: e.select(e.equal(b, 0), b, a / b))


@elementwise("MulNoNan", accepts=FLOATS_AND_COMPLEX)
def multiply_no_nan(xp, a, b):
    """Product; 0 where b is 0, even if a is infinite or NaN."""
    return _zero_with(xp, b, a * b)


multiply_no_nan.grad(
    a=lambda g, b: multiply_no_nan(g, conjugate(b)), b=lambda g, a: multiply_no_nan(conjugate(a), g)
)
multiply_no_nan.lower(lambda e, a, b: e.select(e.equal(b, 0), b, a * b))


@elementwise("Reciprocal", accepts=FLOATS_AND_COMPLEX)
def reciprocal(xp, x):
    """1 / x."""
    return xp.reciprocal(x)


reciprocal.grad(x=lambda g, y: multiply_no_nan(-conjugate(y * y), g))
reciprocal.lower(lambda e, x: 1.0 / x)


# Powers.


@elementwise("Square", accepts=NUMBERS)
def square(xp, x):
    """x * x."""
    return xp.square(x)


square.grad(x=fusible(lambda g, x: g * (2 * conjugate(x))))
square.lower(lambda e, x: x * x)


@elementwise("SquaredDifference", accepts=FLOATS_AND_COMPLEX | {int32, int64})
def squared_difference(xp, a, b):
    """(a - b) times its conjugate."""
    difference = a - b
    return difference * (xp.conj(difference) if difference.dtype.kind == "c" else difference)


squared_difference.grad(
    a=fusible(lambda g, a, b: g * (2 * (a - b))), b=fusible(lambda g, a, b: g * (2 * (b - a)))
)
squared_difference.lower(lambda e, a, b: (a - b) * e.conj(a - b))


@elementwise("Sqrt", accepts=FLOATS_AND_COMPLEX)
def sqrt(xp, x):
    """Square root; NaN for negative real numbers."""
    return xp.sqrt(x)


sqrt.grad(
    x=fusible(lambda g, y: multiply_no_nan(0.5 / conjugate(y), g))
)  # 0 where g is, even if the slope is infinite
sqrt.lower(lambda e, x: e.sqrt(x))


@elementwise("Rsqrt", accepts=FLOATS_AND_COMPLEX)
def rsqrt(xp, x):
    """1 / sqrt(x)."""
    return 1 / xp.sqrt(x)


rsqrt.grad(x=fusible(lambda g, y: multiply_no_nan(-0.5 * conjugate(y * y * y), g)))
rsqrt.lower(lambda e, x: 1.0 / e.sqrt(x))


@elementwise("Pow", accepts=SIGNED)
def power(xp, a, b):
    """a to the power of b. Integers have no negative powers."""
    return xp.power(a, b)


def _exponent_gradient(g, y, a):
    """d a^b / db = a^b log a, and 0 where a has no logarithm."""
    has_logarithm = not_equal(a, zero_like(a)) if a._dtype.is_complex else greater(a, zero_like(a))
    logarithm = log(select(has_logarithm, a, ones((), a._dtype)))
    return g * conjugate(y * logarithm)


power.grad(
    a=fusible(lambda g, a, b: g * conjugate(b * power(a, b - 1))),
    b=fusible(_exponent_gradient),
)
power.lower(lambda e, a, b: e.power(a, b))


# Exponentials and logarithms.


@elementwise("Exp", accepts=FLOATS_AND_COMPLEX)
def exp(xp, x):
    """The exponential function."""
    return xp.exp(x)


exp.grad(x=lambda g, y: g * conjugate(y))
exp.lower(lambda e, x: e.exp(x))


@elementwise("ExpNonpositive", accepts=FLOATS)
def exp_nonpositive(xp, x):
    """The exponential function of numbers of which none is positive, which takes machine code fewer instructions."""
    return xp.exp(x)


exp_nonpositive.grad(x=lambda g, y: g * y)
exp_nonpositive.lower(lambda e, x: e.exp_nonpositive(x))


@elementwise("Expm1", accepts=FLOATS_AND_COMPLEX)
def expm1(xp, x):
    """exp(x) - 1, accurate near 0."""
    return xp.expm1(x)


expm1.grad(x=fusible(lambda g, y: g * conjugate(y + 1)))
expm1.lower(lambda e, x: e.expm1(x))


@elementwise("Log", accepts=FLOATS_AND_COMPLEX)
def log(xp, x):
    """Natural logarithm."""
    return xp.log(x)


log.grad(x=fusible(lambda g, x: g * reciprocal(conjugate(x))))
log.lower(lambda e, x: e.log(x))


@elementwise("Log1p", accepts=FLOATS_AND_COMPLEX)
def log1p(xp, x):
    """log(1 + x), accurate near 0."""
    return xp.log1p(x)


log1p.grad(x=fusible(lambda g, x: g * reciprocal(1 + conjugate(x))))
log1p.lower(lambda e, x: e.log1p(x))


def _nonzero(x):
    """1 where x is not 0, else 0, in the dtype of x."""
    return select(equal(x, zero_like(x)), zero_like(x), ones((), x._dtype))


@elementwise("Xlogy", accepts=FLOATS_AND_COMPLEX)
def xlogy(xp, a, b):
    """a log(b); 0 where a is 0."""
    return xp.where(a == 0, xp.zeros_like(a), a * xp.log(b))[()]


xlogy.grad(
    a=lambda g, a, b: g * conjugate(xlogy(_nonzero(a), b)), b=lambda g, a, b: g * conjugate(xdivy(a, b))
)
xlogy.lower(lambda e, a, b: e.select(e.equal(a, 0), a, a * e.log(b)))


@elementwise("Xlog1py", accepts=FLOATS_AND_COMPLEX)
def xlog1py(xp, a, b):
    """a log(1 + b); 0 where a is 0."""
    return xp.where(a == 0, xp.zeros_like(a), a * xp.log1p(b))[()]


xlog1py.grad(
    a=lambda g, a, b: g * conjugate(xlog1py(_nonzero(a), b)), b=lambda g, a, b: g * conjugate(xdivy(a, b + 1))
)
xlog1py.lower(lambda e, a, b: e.select(e.equal(a, 0), a, a * e.log1p(b)))


@elementwise("Xdivy", accepts=FLOATS_AND_COMPLEX)
def xdivy(xp, a, b):
    """a / b; 0 where a is 0."""
    return _zero_with(xp, a, a / b)


xdivy.grad(
    a=lambda g, a, b: g * conjugate(xdivy(_nonzero(a), b)), b=lambda g, a, b: g * conjugate(xdivy(-a, b * b))
)
xdivy.lower(lambda e, a, b: e.select(e.equal(a, 0), a, a / b))


# Order and sign.


@elementwise("Maximum", accepts=REALS, commutes=True)
def maximum(xp, a, b):
    """The greater one; NaN if either is."""
    return xp.maximum(a, b)


maximum.grad(
    a=lambda g, a, b: select(greater_equal(a, b), g, zero_like(g)),
    b=lambda g, a, b: select(greater_equal(a, b), zero_like(g), g),
)
maximum.lower(lambda e, a, b: e.maximum(a, b))


@elementwise("Minimum", accepts=REALS, commutes=True)
def minimum(xp, a, b):
    """The smaller one; NaN if either is."""
    return xp.minimum(a, b)


minimum.grad(
    a=lambda g, a, b: select(less_equal(a, b), g, zero_like(g)),
    b=lambda g, a, b: select(less_equal(a, b), zero_like(g), g),
)
minimum.lower(lambda e, a, b: e.minimum(a, b))


@elementwise("Abs", accepts=frozenset(dtype for dtype in SIGNED if not dtype.is_complex))
def absolute(xp, x):
    """Magnitude of a real number."""
    return abs(x)


absolute.grad(x=lambda g, x: g * sign(x))
absolute.lower(lambda e, x: e.abs(x))


@elementwise("Sign", accepts=SIGNED)
def sign(xp, x):
    """-1, 0 or 1; for a complex number x / |x|."""
    return xp.sign(x)


def _sign_gradient(g, x, y):
    """Zero on the real line; for complex x what turns with its direction: |x| is x conj(y)."""
    if not x._dtype.is_complex:
        return zeros(x.dims, x._dtype)
    return 0.5 * (g - conj(g) * y * y) / (x * conj(y))


sign.grad(x=_sign_gradient)
sign.lower(lambda e, x: e.sign(x))


@elementwise("NextAfter", accepts=frozenset([float32, float64]))
def next_after(xp, a, b):
    """The number that follows a in the direction of b."""
    return xp.nextafter(a, b)


next_after.grad(a=lambda g: g, b=lambda g: zeros(g.dims, g._dtype))
next_after.lower(lambda e, a, b: e.nextafter(a, b))
