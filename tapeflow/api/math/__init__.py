"""tf.math: functions of numbers."""
# ruff: noqa: F403 - what a module exports stands in its __all__

# Elementwise functions.
from tapeflow.api.math import (
    arithmetic,
    comparison,
    exponential,
    polynomial,
    rounding,
    special,
    special_functions,
    trigonometry,
)
from tapeflow.api.math.arithmetic import *
from tapeflow.api.math.comparison import *
from tapeflow.api.math.complex_numbers import angle, conj, imag, real
from tapeflow.api.math.exponential import *
from tapeflow.api.math.polynomial import *
from tapeflow.api.math.rounding import *
from tapeflow.api.math.special_functions import *
from tapeflow.api.math.trigonometry import *

# Elementwise functions.
__all__ = arithmetic.__all__ + comparison.__all__ + exponential.__all__ + polynomial.__all__
__all__ += rounding.__all__ + special_functions.__all__ + trigonometry.__all__
__all__ += ["angle", "conj", "imag", "real", "special"]
