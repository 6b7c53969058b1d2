"""A function that brings its own gradient, inside a program: its gradient function is traced when it is called.

The call becomes a node that hands its results on as they are. What it knows besides is the program of the
gradient function: from the cotangents of the results, and whatever else that reads, to those of the inputs.

A gradient function that leads to itself, as those of `jax2tf` do, would be traced for derivatives of all orders: within
itself it is traced once more, and then no further unless a tape within asks for it.
"""

import threading

from tapeflow.core.apply import apply
from tapeflow.core.context import state
from tapeflow.core.dtypes import FLOATS_AND_COMPLEX
from tapeflow.core.op import op
from tapeflow.core.spec import CompositeTensor
from tapeflow.graph.branching import Operands, program
from tapeflow.graph.replay import replay
from tapeflow.graph.tracing import Tracer
from tapeflow.ops.creation import zeros
from tapeflow.ops.indexed_slices import IndexedSlices, densify

_ORDERS = 2
"""To which order derivatives of calls are traced whose gradient functions lead to themselves."""


class _Enclosing(threading.local):
    """The gradient functions that this thread is tracing: (its code, the tapes that were active), outermost first."""

    def __init__(self):
        self.calls = []


_enclosing = _Enclosing()


def _infers(*values, backward, num_results, num_inputs, given):
    return [(value.dtype, value.dims) for value in values[:num_results]]


@op("CustomGradient", infers=_infers, partial_cotangents=True)
def custom(xp, *values, backward, num_results, num_inputs, given):
    """The first `num_results` values; the next `num_inputs` are what they depend on, the rest what `backward` reads.

    given: for each of the inputs the position of its cotangent among the outputs of `backward`, or None. `backward` is
    None where it has not been traced.
    """
    return tuple(values[:num_results])


custom.spec(lambda *values, **params: None)


def _gradient(g, values, backward, num_results, num_inputs, given):
    if backward is None:
        raise NotImplementedError(
            "In a tf.function a gradient function that leads to itself is traced for derivatives up to order "
            f"{_ORDERS}; take those of higher orders eagerly."
        )
    results = values[:num_results]
    cotangents = [
        zeros(each.dims, each._dtype) if part is None else part
        for each, part in zip(results, g, strict=True)
        if each._dtype in FLOATS_AND_COMPLEX
    ]
    found = replay(backward, [*cotangents, *values[num_results + num_inputs :]])
    pulled = [None if place is None else found[place] for place in given]
    return [None] * num_results + pulled + [None] * (len(values) - num_results - num_inputs)


custom.grad(values=_gradient)
custom.expand(lambda *values, num_results, **params: tuple(values[:num_results]))


def traced(tracer, rule, inputs, outputs):
    """The outputs of a custom call, as results of a node. rule(cotangents) gives those of all inputs, or None.

    rule.code: the code of the user's gradient function, or None.
    """
    calls = _enclosing.calls
    again = [tapes for code, tapes in calls if code is not None and code is rule.code]
    if len(again) >= _ORDERS and all([each in again[-1] for each in state.tapes]):
        return _untraced(inputs, outputs)
    calls.append((rule.code, state.tapes))
    try:
        return _traced(tracer, rule, inputs, outputs)
    finally:
        calls.pop()


def _untraced(inputs, outputs):
    tensors = [each for each in inputs if hasattr(each, "_dtype")]
    return apply(
        custom,
        *outputs,
        *tensors,
        backward=None,
        num_results=len(outputs),
        num_inputs=len(tensors),
        given=(None,) * len(tensors),
    )


def _traced(tracer, rule, inputs, outputs):
    places = [place for place, each in enumerate(inputs) if hasattr(each, "_dtype")]
    inner = Tracer("custom_gradient", tracer)
    with inner.tracing():
        floating = [each for each in outputs if each._dtype in FLOATS_AND_COMPLEX]
        arguments = [inner.argument(each._dtype, each.shape._dims) for each in floating]
        rest = iter(arguments)
        upstream = [
            next(rest) if each._dtype in FLOATS_AND_COMPLEX else zeros(each.dims, each._dtype)
            for each in outputs
        ]
        found = rule(tuple(upstream) if len(upstream) != 1 else upstream[0])
        kept, given = [], []
        for place in places:
            cotangent = found[place]
            if isinstance(cotangent, IndexedSlices):
                cotangent = densify(cotangent)
            if cotangent is None or isinstance(cotangent, CompositeTensor):
                given.append(None)
            else:
                given.append(len(kept))
                kept.append(cotangent)
        for each in kept:
            inner.value_of(each)
    operands = Operands(tracer)
    for each in inner.bindings:
        operands.place(each)
    backward = program(inner, arguments, kept, operands)
    tensors = [inputs[place] for place in places]
    return apply(
        custom,
        *outputs,
        *tensors,
        *operands.tensors,
        backward=backward,
        num_results=len(outputs),
        num_inputs=len(tensors),
        given=tuple(given),
    )


def _custom_call(self, rule, inputs, outputs):
    return traced(self, rule, inputs, outputs)


Tracer.custom_call = _custom_call
