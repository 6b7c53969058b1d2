"""Cases of the ops in comparison, bitwise, selection and casting."""

import numpy as np

from tapeflow.core import dtypes as types
from tapeflow.ops import bitwise, casting, comparison, selection
from tests.ops.case import Case, booleans, complex_normal, integers, normal

STRINGS = np.array([b"a", b"bc"], object)
UNUSUAL = np.array([1.0, np.inf, -np.inf, np.nan])
SIZES = "one element and several: called"
BYTES = "the bytes of numbers have no derivative"

CASES = [
    Case(comparison.less, normal(2, 3), normal(3), reference=np.less),
    Case(comparison.less_equal, integers(2, 3, high=3), integers(3, high=3), reference=np.less_equal),
    Case(comparison.greater, normal(2, 3), normal(3), reference=np.greater),
    Case(comparison.greater_equal, integers(2, 3, high=3), integers(3, high=3), reference=np.greater_equal),
    Case(comparison.equal, integers(2, 3, high=3), integers(3, high=3), reference=np.equal),
    Case(comparison.equal, STRINGS, STRINGS[1:], reference=lambda a, b: a == b),
    Case(comparison.not_equal, booleans(2, 3), booleans(3), reference=np.not_equal),
    Case(comparison.logical_and, booleans(2, 3), booleans(3), reference=np.logical_and),
    Case(comparison.logical_or, booleans(2, 3), booleans(3), reference=np.logical_or),
    Case(comparison.logical_not, booleans(3), reference=np.logical_not),
    Case(comparison.is_finite, UNUSUAL, reference=np.isfinite),
    Case(comparison.is_inf, UNUSUAL, reference=np.isinf),
    Case(comparison.is_nan, UNUSUAL, reference=np.isnan),
    # Bits.
    Case(bitwise.bitwise_and, integers(2, 3, high=99), integers(3, high=99), reference=np.bitwise_and),
    Case(bitwise.bitwise_or, integers(2, 3, high=99), integers(3, high=99), reference=np.bitwise_or),
    Case(bitwise.bitwise_xor, integers(2, 3, high=99), integers(3, high=99), reference=np.bitwise_xor),
    Case(bitwise.invert, integers(3, low=-9), reference=np.invert),
    Case(bitwise.left_shift, integers(2, 3), integers(3, high=5), reference=np.left_shift),
    Case(bitwise.right_shift, integers(2, 3, low=-99), integers(3, high=5), reference=np.right_shift),
    Case(bitwise.population_count, np.array([-1, 0, 7]), reference=lambda x: np.array([64, 0, 3])),
    # Selection.
    Case(selection.select, booleans(2, 3), normal(3), normal(2, 1), reference=np.where),
    Case(
        selection.select,
        booleans(2),
        STRINGS,
        STRINGS[::-1].copy(),
        reference=np.where,
        skip="lower",
        reason="no compiled loop handles strings",
    ),
    Case(
        selection.nonzero,
        integers(3, 4, high=2),
        reference=np.argwhere,
        skip=("batch", "spec_unknown"),
        reason="the number of rows depends on the values",
    ),
    Case(selection.identity, normal(2, 3), reference=lambda x: x),
    Case(selection.stop_gradient, normal(2, 3), reference=lambda x: x),
    # Dtypes.
    Case(casting.cast_to, normal(2, 3), dtype=types.int32, reference=lambda x: x.astype(np.int32)),
    Case(casting.cast_to, normal(2, 3), dtype=types.complex128, reference=lambda x: x.astype(complex)),
    Case(
        casting.cast_to,
        complex_normal(2, 3),
        dtype=types.float64,
        reference=np.real,
        skip="lower",
        reason="NumPy's scalars do not cast complex numbers",
    ),
    Case(casting.cast_to, integers(3, high=2), dtype=types.bool, reference=lambda x: x.astype(bool)),
    Case(
        casting.bitcast,
        integers(2, 3),
        dtype=types.int8,
        reference=lambda x: x[..., None].view(np.int8),
        skip="lower",
        reason=SIZES,
    ),
    Case(
        casting.bitcast,
        integers(3, 2),
        dtype=types.int64,
        reference=lambda x: x.view(np.int64)[..., 0],
        skip="lower",
        reason=SIZES,
    ),
    Case(
        casting.bitcast,
        normal(3),
        dtype=types.int64,
        reference=lambda x: x.view(np.int64),
        grad=False,
        skip="dtypes",
        reason=BYTES,
    ),
]
