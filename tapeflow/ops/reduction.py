"""Reductions over axes."""

from tapeflow.ops.families import reduction
from tapeflow.core.dtypes import REALS


@reduction("Max", accepts=REALS)
def reduce_max(xp, x, *, axes, keepdims):
    """Greatest element over `axes`."""
    return xp.max(x, axis=axes, keepdims=keepdims)
