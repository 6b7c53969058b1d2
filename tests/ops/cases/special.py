"""Cases of the ops in special and bessel."""

import numpy as np
from scipy import special as scipy_special

from tapeflow.ops import bessel, special
from tests.ops.case import Case, normal, uniform

POSITIVE = uniform(3, low=0.5, high=3)
SHAPES = uniform(2, 3, low=0.5, high=3)
ORDERS = np.array([0.0, 1.0, 2.0])
NO_SECOND = "TensorFlow has no second derivative by the shape either"

CASES = [
    Case(special.erf, normal(3), reference=scipy_special.erf),
    Case(special.erfc, normal(3), reference=scipy_special.erfc),
    Case(special.erfinv, uniform(3, low=-0.9, high=0.9), reference=scipy_special.erfinv),
    Case(special.ndtri, uniform(3, low=0.1, high=0.9), reference=scipy_special.ndtri),
    Case(special.dawsn, normal(3), reference=scipy_special.dawsn),
    Case(special.fresnel_sin, normal(3), reference=lambda x: scipy_special.fresnel(x)[0]),
    Case(special.fresnel_cos, normal(3), reference=lambda x: scipy_special.fresnel(x)[1]),
    Case(special.expint, POSITIVE, reference=scipy_special.expi),
    Case(special.spence, np.array([0.5, 1.7, 2.5]), reference=scipy_special.spence),
    Case(special.lgamma, POSITIVE, reference=scipy_special.gammaln),
    Case(special.digamma, POSITIVE, reference=scipy_special.psi),
    Case(special.polygamma, ORDERS, SHAPES, grad=False, reason="there is no derivative by the order"),
    Case(special.zeta, np.array([2.0, 3.5, 5.0]), SHAPES, grad=False, reason="there is none by the exponent"),
    Case(special.igamma, SHAPES, POSITIVE, reference=scipy_special.gammainc, second=False, reason=NO_SECOND),
    Case(
        special.igammac, SHAPES, POSITIVE, reference=scipy_special.gammaincc, second=False, reason=NO_SECOND
    ),
    Case(special.igamma_by_shape, SHAPES, POSITIVE, grad=False, reason=NO_SECOND),
    Case(
        special.betainc,
        SHAPES,
        POSITIVE,
        uniform(3, low=0.2, high=0.8),
        reference=scipy_special.betainc,
        grad=False,
        reason="there is no derivative by the first two",
    ),
    # Bessel functions.
    Case(bessel.i0, normal(3), reference=scipy_special.i0),
    Case(bessel.i0e, normal(3), reference=scipy_special.i0e),
    Case(bessel.i1, normal(3), reference=scipy_special.i1),
    Case(bessel.i1e, normal(3), reference=scipy_special.i1e),
    Case(bessel.j0, normal(3), reference=scipy_special.j0),
    Case(bessel.j1, normal(3), reference=scipy_special.j1),
    Case(bessel.k0, POSITIVE, reference=scipy_special.k0),
    Case(bessel.k0e, POSITIVE, reference=scipy_special.k0e),
    Case(bessel.k1, POSITIVE, reference=scipy_special.k1),
    Case(bessel.k1e, POSITIVE, reference=scipy_special.k1e),
    Case(bessel.y0, POSITIVE, reference=scipy_special.y0),
    Case(bessel.y1, POSITIVE, reference=scipy_special.y1),
]
