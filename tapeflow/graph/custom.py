"""A function that brings its own gradient, inside a program: its gradient function is traced when it is called.

The call becomes a node that hands its results on as they are. What it knows besides is the program of the
gradient function: from the cotangents of the results, and whatever else that reads, to those of the inputs.
"""

from tapeflow.core.apply import apply
from tapeflow.core.dtypes import FLOATS_AND_COMPLEX
from tapeflow.core.op import op
from tapeflow.core.spec import CompositeTensor
from tapeflow.graph.branching import Operands, program
from tapeflow.graph.replay import replay
from tapeflow.graph.tracing import Tracer
from tapeflow.ops.creation import zeros
from tapeflow.ops.indexed_slices import IndexedSlices, densify


def _infers(*values, backward, num_results, num_inputs, given):
    return [(value.dtype, value.dims) for value in values[:num_results]]


@op("CustomGradient", infers=_infers, partial_cotangents=True)
def custom(xp, *values, backward, num_results, num_inputs, given):
    """The first `num_results` values; the next `num_inputs` are what they depend on, the rest what `backward` reads.

    given: for each of the inputs the position of its cotangent among the outputs of `backward`, or None.
    """
    return tuple(values[:num_results])


custom.spec(lambda *values, **params: None)


def _gradient(g, values, backward, num_results, num_inputs, given):
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
    """The outputs of a custom call, as results of a node. rule(cotangents) gives those of all inputs, or None."""
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
