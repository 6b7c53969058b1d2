"""Learning rates that decay with the global step. Under eager execution each is a function of no arguments."""

import math

from tapeflow.compat.graphs.graph import Graph
from tapeflow.core.context import state
from tapeflow.core.dtypes import float32
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.ops.arithmetic import maximum, minimum, power
from tapeflow.ops.casting import cast
from tapeflow.ops.rounding import ceil, floor
from tapeflow.ops.selection import select
from tapeflow.ops.trigonometry import cos

__all__ = [
    "cosine_decay",
    "exponential_decay",
    "inverse_time_decay",
    "natural_exp_decay",
    "piecewise_constant",
    "piecewise_constant_decay",
    "polynomial_decay",
]


def _now_or_later(rate, name):
    graph = state.interpreter
    if not isinstance(graph, Graph):
        return rate
    with graph.name_scope(name):
        return rate()


def _step(global_step, name, dtype):
    if global_step is None:
        raise ValueError(f"global_step is required for {name}.")
    return cast(as_tensor(global_step), dtype)


def _rate(value):
    return value if isinstance(value, Tensor) else as_tensor(value, float32)


def exponential_decay(learning_rate, global_step, decay_steps, decay_rate, staircase=False, name=None):
    """learning_rate * decay_rate ^ (global_step / decay_steps); `staircase` rounds the exponent down."""

    def rate():
        start = _rate(learning_rate)
        exponent = _step(global_step, "exponential_decay", start._dtype) / cast(
            as_tensor(decay_steps), start._dtype
        )
        exponent = floor(exponent) if staircase else exponent
        return start * power(as_tensor(decay_rate, start._dtype), exponent)

    return _now_or_later(rate, name or "ExponentialDecay")


def natural_exp_decay(learning_rate, global_step, decay_steps, decay_rate, staircase=False, name=None):
    """learning_rate * exp(-decay_rate * global_step / decay_steps)."""
    return exponential_decay(
        learning_rate, global_step, decay_steps, math.exp(-decay_rate), staircase, name or "NaturalExpDecay"
    )


def inverse_time_decay(learning_rate, global_step, decay_steps, decay_rate, staircase=False, name=None):
    """learning_rate / (1 + decay_rate * global_step / decay_steps)."""

    def rate():
        start = _rate(learning_rate)
        times = _step(global_step, "inverse_time_decay", start._dtype) / cast(
            as_tensor(decay_steps), start._dtype
        )
        times = floor(times) if staircase else times
        return start / (1.0 + as_tensor(decay_rate, start._dtype) * times)

    return _now_or_later(rate, name or "InverseTimeDecay")


def polynomial_decay(
    learning_rate, global_step, decay_steps, end_learning_rate=0.0001, power=1.0, cycle=False, name=None
):
    """From learning_rate to end_learning_rate within decay_steps, along a power; `cycle` begins anew after them."""

    def rate():
        start = _rate(learning_rate)
        end = as_tensor(end_learning_rate, start._dtype)
        step = _step(global_step, "polynomial_decay", start._dtype)
        length = cast(as_tensor(decay_steps), start._dtype)
        if cycle:
            length = length * maximum(as_tensor(1.0, start._dtype), ceil(step / length))
        else:
            step = minimum(step, length)
        return (start - end) * _power(1.0 - step / length, as_tensor(power, start._dtype)) + end

    return _now_or_later(rate, name or "PolynomialDecay")


_power = power


def cosine_decay(learning_rate, global_step, decay_steps, alpha=0.0, name=None):
    """From learning_rate to alpha * learning_rate along half a cosine within decay_steps."""

    def rate():
        start = _rate(learning_rate)
        length = cast(as_tensor(decay_steps), start._dtype)
        step = minimum(_step(global_step, "cosine_decay", start._dtype), length)
        fraction = 0.5 * (1.0 + cos(math.pi * (step / length)))
        return start * ((1.0 - alpha) * fraction + alpha)

    return _now_or_later(rate, name or "CosineDecay")


def piecewise_constant(x, boundaries, values, name=None):
    """values[0] while x <= boundaries[0], then values[1] while x <= boundaries[1], and so on.

    Raises ValueError unless there is one more value than boundaries.
    """
    if len(boundaries) != len(values) - 1:
        raise ValueError("The length of boundaries should be 1 less than the length of values")

    def rate():
        at = as_tensor(x)
        found = _rate(values[-1])
        for boundary, value in reversed(list(zip(boundaries, values, strict=False))):
            found = select(at <= cast(as_tensor(boundary), at._dtype), as_tensor(value, found._dtype), found)
        return found

    return _now_or_later(rate, name or "PiecewiseConstant")


piecewise_constant_decay = piecewise_constant
