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

# Reductions, scans, segments, ranks and counts.
from tapeflow.api.math import counting, normalization, ranking, reduction, scan, segment  # noqa: E402
from tapeflow.api.math.counting import *  # noqa: E402
from tapeflow.api.math.normalization import *  # noqa: E402
from tapeflow.api.math.ranking import *  # noqa: E402
from tapeflow.api.math.reduction import *  # noqa: E402
from tapeflow.api.math.scan import *  # noqa: E402
from tapeflow.api.math.segment import *  # noqa: E402

__all__ += counting.__all__ + normalization.__all__ + ranking.__all__
__all__ += reduction.__all__ + scan.__all__ + segment.__all__

# What tf.nn has under the same names.
from tapeflow.api.nn.activation import log_softmax, softmax  # noqa: E402
from tapeflow.api.nn.normalization import zero_fraction  # noqa: E402

__all__ += ["log_softmax", "softmax", "zero_fraction"]
