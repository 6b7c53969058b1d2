"""The call of a whole program as an op: what a tape, a forward accumulator and a vectorizer see of a traced function.

Its gradient rule is the program's backward program. While a tape listens, what that needs is an additional
result of the forward program, so that nothing is computed twice. The programs that come of it are programs
like any other: they have gradients of their own, to any order, and they are compiled.
"""

from tapeflow.core.apply import apply
from tapeflow.core.context import state
from tapeflow.core.dtypes import FLOATS_AND_COMPLEX
from tapeflow.core.op import op
from tapeflow.core.size import NEEDS_SIZES, has_sizes
from tapeflow.graph.derivatives import (
    batched_program,
    floating,
    kept_with,
    linearization,
    tangent_program,
    wanted_part,
)
from tapeflow.graph.replay import specialize
from tapeflow.graph.results import results_of, tangents_of
from tapeflow.ops.creation import zeros


def _infers(*values, program):
    return results_of(program.graph, values)


@op("PartitionedCall", infers=_infers, partial_cotangents=True)
def call(xp, *values, program):
    """The results of `program`, an object that runs a graph: `run(arrays)` gives a tuple of arrays."""
    return program.run(values)


call.spec(lambda *values, program: None)


def invoke_call(*values, program):
    """Calls a program; if a tape will want its gradient, one that also gives what that needs."""
    if program.asks_for_ranks:
        program = program.fitting([each.dims for each in values])
    graph = program.graph
    if not state.tapes or "linearization" in graph.derived or not is_watched(values):
        return apply(call, *values, program=program)
    try:
        forward = program.derived(linearization(graph).forward)
    except NEEDS_SIZES as error:
        return invoke_call(*values, program=_exact(program, [each.dims for each in values], error))
    return apply(call, *values, program=forward)[: len(graph.outputs)]


def _exact(program, dims, error):
    """The program for inputs of these shapes; raises the error if they say no more than the program knows."""
    graph = program.graph
    if has_sizes(dims) or not has_sizes([each.dims for each in graph.inputs]):
        raise error
    return program.derived(kept_with(graph, ("exact", *dims), lambda: specialize(graph, dims)))


def is_watched(values):
    """Whether a tape of this thread watches one of the tensors."""
    tapes = state.tapes
    for tensor in values:
        record = tensor._record
        if record is not None and tensor._dtype in FLOATS_AND_COMPLEX:
            for token in record.tapes:
                if token in tapes:
                    return True
    return False


def _gradient(g, y, values, program):
    graph = program.graph
    linear = graph.derived.get("linearization")
    count = graph.derived.get("num_outputs", len(graph.outputs))
    if linear is None or any([each is not None for each in g[count:]]):
        # What was kept is differentiated itself (a second derivative), or nothing was kept.
        linear = linearization(graph)
        count = len(graph.outputs)
        y = apply(call, *values, program=program.derived(linear.forward))
    kept = iter(y[count:])
    residuals = [next(kept) if place is None else values[place] for place in linear.from_inputs]
    outputs = linear.forward.outputs[:count]
    cotangents = [
        zeros(y[position].dims, y[position]._dtype) if g[position] is None else g[position]
        for position in floating(outputs)
    ]
    wanted = [k for k, place in enumerate(linear.connected) if values[place]._record is not None]
    backward = wanted_part(linear.backward, wanted)
    found = invoke_call(*residuals, *cotangents, program=program.derived(backward))
    results = [None] * len(values)
    for k, each in zip(wanted, found, strict=True):
        results[linear.connected[k]] = each
    return results


call.grad(values=_gradient)


def _jvp(tangents, inputs, output, params):
    program = params["program"]
    graph = program.graph
    given = [
        zeros(inputs[position].dims, inputs[position]._dtype)
        if tangents[position] is None
        else tangents[position]
        for position in floating(graph.inputs)
    ]
    try:
        tangents = program.derived(tangent_program(graph))
    except NEEDS_SIZES as error:
        exact = _exact(program, [each.dims for each in inputs], error)
        tangents = program.derived(tangent_program(exact.graph))
    found = invoke_call(*inputs, *given, program=tangents)
    return tangents_of(graph.outputs, found)


call.jvp(_jvp)


def _batch(*values, program):
    size = values[0].dims[0]
    try:
        graph = batched_program(program.graph, size)
    except NEEDS_SIZES as error:
        graph = batched_program(_exact(program, [each.dims[1:] for each in values], error).graph, size)
    return invoke_call(*values, program=program.derived(graph))


call.batch(_batch)
call.facts["invoke"] = invoke_call
