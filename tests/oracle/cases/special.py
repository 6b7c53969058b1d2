"""Special functions and their corner points."""

import numpy as np

from tests.oracle.call import Call, normal, uniform

NAN, INF = np.nan, np.inf
CORNERS = np.array([-INF, -2.5, -1.0, -0.5, 0.0, 0.5, 1.0, 2.5, 10.0, INF, NAN], np.float32)
INPUTS = [normal(2, 3), uniform(4), uniform(3, low=2, high=20), uniform(3, dtype="float64"), normal(0)]
HALF = uniform(3, low=0.2, high=0.8, dtype="float16")
POSITIVE = np.array([0.01, 0.5, 1.0, 2.5, 10.0, 50.0], np.float32)
ENTIRE = ["erf", "erfc", "lgamma", "digamma", "bessel_i0", "bessel_i0e", "bessel_i1", "bessel_i1e"]
ENTIRE += [f"special.{name}" for name in ("bessel_j0", "bessel_j1", "dawsn", "fresnel_cos", "fresnel_sin")]
ON_POSITIVE = [f"special.bessel_{name}" for name in ("k0", "k0e", "k1", "k1e", "y0", "y1")]
ON_POSITIVE += ["special.expint", "special.spence"]
NO_HALF = {
    "special.dawsn",
    "special.fresnel_cos",
    "special.fresnel_sin",
    "special.expint",
    "special.spence",
    "digamma",
}
SHAPES = uniform(2, 3, low=0.5, high=5)
LOOSE = 1e-4  # TensorFlow computes these in float32

CALLS = [
    *[Call(f"math.{name}", each, rtol=LOOSE, atol=LOOSE) for name in ENTIRE for each in INPUTS],
    *[Call(f"math.{name}", POSITIVE, rtol=LOOSE) for name in ON_POSITIVE],
    *[Call(f"math.{name}", uniform(3, low=0.5, high=3, dtype="float64"), rtol=1e-7) for name in ON_POSITIVE],
    *[Call(f"math.{name}", HALF) for name in [*ENTIRE, *ON_POSITIVE] if name not in NO_HALF],
    Call("math.digamma", HALF, grad=False, reason="polygamma takes wider numbers only"),
    *[Call(f"math.{name}", CORNERS, rtol=LOOSE, atol=LOOSE) for name in ("erf", "erfc", "lgamma", "digamma")],
    *[
        Call(f"math.{name}", CORNERS, rtol=LOOSE, grad=False, reason="corners of the value")
        for name in (
            "bessel_i0",
            "bessel_i0e",
            "bessel_i1",
            "bessel_i1e",
            "special.bessel_j0",
            "special.bessel_j1",
        )
    ],
    *[
        Call(f"math.special.{name}", CORNERS, rtol=LOOSE, grad=False, reason="corners of the value")
        for name in (
            "bessel_k0",
            "bessel_k0e",
            "bessel_k1",
            "bessel_k1e",
            "bessel_y0",
            "dawsn",
        )
    ],
    *[
        Call(
            f"math.special.{name}", CORNERS, rtol=LOOSE, atol=LOOSE, grad=False, reason="corners of the value"
        )
        for name in ("fresnel_cos", "fresnel_sin", "spence")
    ],
    Call("math.special.expint", CORNERS[:-2], rtol=LOOSE, grad=False, reason="corners of the value"),
    Call(
        "math.special.bessel_y1", CORNERS[CORNERS != 0], rtol=LOOSE, grad=False, reason="corners of the value"
    ),
    Call("math.erfinv", uniform(5, low=-0.95, high=0.95), rtol=LOOSE),
    Call("math.erfinv", np.array([-1, 1, 2, NAN, 0], np.float32)),
    Call("math.erfcinv", uniform(5, low=0.05, high=1.95), rtol=LOOSE),
    Call("math.erfcinv", np.array([0, 1, 2, 3], np.float32), grad=False, reason="infinite"),
    Call("math.ndtri", uniform(5, low=0.05, high=0.95), rtol=LOOSE),
    Call("math.ndtri", np.array([0, 0.5, 1, 2], np.float32)),
    *[
        Call(f"math.{name}", *pair, rtol=LOOSE)
        for name in ("igamma", "igammac")
        for pair in [
            (SHAPES, uniform(3, low=0.5, high=5)),
            (2.0, uniform(3)),
            (uniform(3, low=1, high=9, dtype="float64"), uniform(3, low=1, high=9, dtype="float64")),
        ]
    ],
    *[
        Call(
            f"math.{name}",
            np.array([1, 0, -1, 2, NAN, 0, 1], np.float32),
            np.array([2, 1, 1, INF, 1, 0, -1], np.float32),
            grad=False,
            reason="corners of the value",
        )
        for name in ("igamma", "igammac")
    ],
    Call("math.betainc", SHAPES, uniform(2, 3, low=0.5, high=5), uniform(2, 3), rtol=LOOSE),
    Call("math.betainc", [1.0, 0.0, 2.0], [1.0, 1.0, 2.0], [0.5, 0.5, 2.0]),
    Call("math.betainc", 2.0, 3.0, 0.25, rtol=LOOSE),
    Call("math.zeta", uniform(3, low=1.5, high=5), SHAPES, rtol=LOOSE),
    Call("math.zeta", [2.0, 1.0, 0.5, 3.0], [1.0, 1.0, 1.0, -1.5], rtol=LOOSE),
    Call("math.polygamma", np.array([0, 1, 2], np.float32), SHAPES, rtol=LOOSE),
    Call("math.polygamma", [0.0, 1.0, 1.5, -1.0, 2.0], [1.0, 0.0, 1.0, 1.0, -1.5], rtol=LOOSE),
    Call("math.lbeta", uniform(2, 3, low=0.5, high=5), rtol=LOOSE, atol=LOOSE),
    Call("math.lbeta", np.zeros((2, 0), np.float32)),
    Call("math.lbeta", np.zeros((0, 2), np.float32)),
]

INTS = np.int32([1, 2])
BAD_CALLS = [
    *[
        Call(f"math.{name}", INTS)
        for name in ("erf", "lgamma", "digamma", "erfinv", "ndtri", "bessel_i0", "lbeta")
    ],
    Call("math.igamma", np.float32([1]), np.float64([1])),
    Call("math.igamma", np.float32([1, 2]), np.float32([1, 2, 3])),
    Call("math.polygamma", INTS, INTS),
    Call("math.zeta", np.float16([2]), np.float16([1])),
    Call("math.lbeta", 3.0),
]
