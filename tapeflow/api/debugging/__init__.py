"""tf.debugging: assertions, and finding where NaN and infinity come from."""
# ruff: noqa: F403 - what a module exports stands in its __all__

from tapeflow.api.debugging import comparisons, conditions, numerics, placement, properties, shapes
from tapeflow.api.debugging.comparisons import *
from tapeflow.api.debugging.conditions import *
from tapeflow.api.debugging.numerics import *
from tapeflow.api.debugging.placement import *
from tapeflow.api.debugging.properties import *
from tapeflow.api.debugging.shapes import *

__all__ = (
    comparisons.__all__
    + conditions.__all__
    + numerics.__all__
    + placement.__all__
    + properties.__all__
    + shapes.__all__
)
