"""The error function and its complement.

erf(x) = x + x p(x^2) for |x| <= 1. Beyond, for float 1 - erf(x) is a polynomial; for double erfc(x) is
exp(-x^2) h(t) / (1 + 2 x), where h is a polynomial of t = (x - 3) / (x + 3) (the substitution of M. M. Shepherd and
J. G. Laframboise, "Chebyshev approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity", Mathematics of
Computation 36, 1981). All are of least greatest error (Remez exchange).
"""

from tapeflow.compiler.vector_math.exponential import exp
from tapeflow.compiler.vector_math.lanes import polynomial

_NEAR_ZERO = {
    32: (
        0.12837916612625122,
        -0.3761262893676758,
        0.11283618211746216,
        -0.02685512602329254,
        0.005190733354538679,
        -0.0008030749741010368,
        7.92029604781419e-05,
    ),
    64: (
        0.1283791670955126,
        -0.3761263890318411,
        0.11283791670972065,
        -0.026866170648279356,
        0.005223977655622307,
        -0.0008548328727581353,
        0.00012055393859538349,
        -1.4927078310711776e-05,
        1.6484374126813911e-06,
        -1.659356233309863e-07,
        1.6264844638303006e-08,
        -1.7456155083298453e-09,
        1.6043475530742865e-10,
    ),
}
"""erf(x) / x - 1 as a polynomial of x^2 up to 1: within 1.3e-9 and 1.4e-17."""
_IS_ONE = {32: 3.9296875, 64: 5.9296875}
"""Above, erf is 1 when rounded."""
_MIDDLE = 2.46875
_COMPLEMENT = (
    0.0004805789503734559,
    -0.0025440496392548084,
    0.006282152142375708,
    -0.009491493925452232,
    0.009610822424292564,
    -0.006642817985266447,
    0.002934376010671258,
    -0.0004887231043539941,
    -0.000367548200301826,
    0.0002970451023429632,
    -5.4072446801006206e-05,
    -2.4460403437842615e-05,
    9.126102668233216e-06,
)
"""erfc(x) of x - 2.46875 from 1 to 3.93, within 3.1e-8."""
_SCALED_COMPLEMENT = (
    1.2530080582697296,
    -0.1356211061245813,
    -0.04756229435344422,
    0.12964515870277885,
    -0.11927366341559276,
    0.06830802734326506,
    -0.02377051491285706,
    0.002529391828865353,
    0.001888690291830525,
    -0.0007798323983698068,
    -0.00010515930467752567,
    0.00012510009993853594,
    4.947072617105626e-06,
    -2.010332590584573e-05,
    -7.235976339678426e-07,
    3.47874153634144e-06,
    3.395022300249933e-07,
    -6.252065052984007e-07,
    -1.1711140221133886e-07,
    1.0757330802018528e-07,
    2.123361649413567e-08,
    -1.3805730720404382e-08,
)
"""(1 + 2 x) exp(x^2) erfc(x) of (x - 3) / (x + 3) from 1/2 to 28, within 4.6e-17."""


def _near_zero(x):
    return polynomial(x * x, _NEAR_ZERO[x.bits_each]).multiply_add(x, x)


def erf(x):
    """The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x."""
    bits = x.bits_each
    y = x.absolute()
    if bits == 32:
        complement = polynomial(y - _MIDDLE, _COMPLEMENT)
        complement = (y >= _IS_ONE[bits]).choose(0.0, complement)
    else:
        complement = _complement(y.at_most(_IS_ONE[bits]))
    return (y <= 1.0).choose(_near_zero(x), (1.0 - complement).with_sign_of(x))


def _complement(y):
    """erfc(y) for y of at least 1/2, in double."""
    square = y * y
    lost = y.product_error(y, square)
    scaled = polynomial((y - 3.0) / (y + 3.0), _SCALED_COMPLEMENT) / y.multiply_add(2.0, 1.0)
    return exp(-square) * lost.multiply_add(-scaled, scaled)


def erfc(x):
    """1 - erf(x), accurate where that is small. Computed in double also for float."""
    if x.bits_each == 32:
        return erfc(x.to_double()).to_single()
    y = x.absolute()
    bounded = y.at_most(28.0)
    complement = _complement(bounded)
    far = (x < 0.0).choose(2.0 - complement, complement)
    return (y < 0.5).choose(1.0 - _near_zero(x), far)
