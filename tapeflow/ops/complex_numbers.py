"""Complex numbers and their parts."""

from tapeflow.core.dtypes import COMPLEXES, complex64, complex128, float32, float64
from tapeflow.core.op import elementwise
from tapeflow.core.shapes import broadcast_shapes
from tapeflow.core.spec import TensorSpec
from tapeflow.ops.arithmetic import absolute, conj, reciprocal, sign
from tapeflow.ops.creation import zeros

_PARTS = frozenset([float32, float64])


def _to_part(type_name):
    """Decorator: an op from complex numbers to real ones."""

    def make(kernel):
        op = elementwise(type_name, accepts=COMPLEXES, result=None)(kernel)
        op.spec(lambda x: x.with_dtype(x.dtype.real_dtype))
        return op

    return make


@_to_part("Real")
def real(xp, x):
    """Real part."""
    return x.real


@_to_part("Imag")
def imag(xp, x):
    """Imaginary part."""
    return x.imag


@_to_part("Angle")
def angle(xp, x):
    """Argument, in [-pi, pi]."""
    return xp.angle(x)


@_to_part("ComplexAbs")
def magnitude(xp, x):
    """Absolute value of a complex number."""
    return abs(x)


@elementwise("Complex", accepts=_PARTS, result=None)
def complex_of(xp, a, b):
    """The complex number a + bi."""
    a, b = xp.broadcast_arrays(a, b)
    result = xp.empty(a.shape, "c8" if a.dtype.itemsize == 4 else "c16")
    result.real = a
    result.imag = b
    return result[()]


@complex_of.spec
def _(a, b):
    wide = {float32: complex64, float64: complex128}[a.dtype]
    return TensorSpec(broadcast_shapes(a.dims, b.dims), wide)


def from_real(x):
    """The complex number of this real part."""
    return complex_of(x, zeros((), x._dtype))


real.grad(x=lambda g: from_real(g))
imag.grad(x=lambda g: complex_of(zeros((), g._dtype), g))
angle.grad(x=lambda g, x: complex_of(zeros((), g._dtype), g) * reciprocal(conj(x)))
magnitude.grad(x=lambda g, x: from_real(g) * sign(x))
real.lower(lambda e, x: e.real(x))
imag.lower(lambda e, x: e.imag(x))
magnitude.lower(lambda e, x: e.abs(x))
complex_of.grad(a=lambda g: real(g), b=lambda g: imag(g))


def absolute_value(x):
    """Absolute value of real or complex numbers."""
    return magnitude(x) if x._dtype.is_complex else absolute(x)
