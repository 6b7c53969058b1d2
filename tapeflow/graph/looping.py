"""Tracing a loop: body and condition have tracers of their own, and the variables that they assign are carried.

`repeat` is what `tf.while_loop`, `tf.scan`, `tf.map_fn` and converted `while` and `for` statements come to
inside a trace.
"""

from tapeflow.core.size import Size, visible
from tapeflow.core.tensor import EagerTensor
from tapeflow.graph.assuming import assuming
from tapeflow.graph.branching import Operands, program, tell_tapes
from tapeflow.graph.control_flow import invoke_loop
from tapeflow.graph.counting import RowByRow, trips_of
from tapeflow.graph.graph import Graph
from tapeflow.graph.graph import takes as takes_elements
from tapeflow.graph.notes import note_first, note_now
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.graph.tracing import Tracer, current


class _Argument:
    """What is known of an argument of a body."""

    __slots__ = ("dims", "dtype", "name")

    def __init__(self, dtype, dims, name=None):
        self.dtype = dtype
        self.dims = dims
        self.name = name


def repeat(body, carried, sliced=(), condition=None, trips=None, reverse=False, invariants=None, check=None):
    """Runs `body` again and again, as one op of the program that is traced.

    body(carried, slices) takes two lists of tensors and returns two: what is carried on, and what is to be
    stacked. carried: the tensors to begin with; sliced: tensors whose rows are taken one by one.
    condition(carried) gives a bool scalar; trips: the number of iterations. invariants: for each carried
    tensor the dims that stay, None where they may change (default: as they are). check(position, before,
    after) raises if what is carried changes otherwise. Returns the lists of what is carried at the end, and
    of the stacked results.
    """
    parent = current()
    carried = [
        SymbolicTensor(parent.value_of(each), parent) if type(each) is EagerTensor else each
        for each in carried
    ]
    if invariants is None:
        invariants = [visible(each.dims) for each in carried]
    arguments = [_Argument(each._dtype, dims) for each, dims in zip(carried, invariants, strict=True)]
    slices = [_Argument(each._dtype, visible(each.dims[1:])) for each in sliced]
    tracer = Tracer("while_body", parent)
    with tracer.tracing():
        inside = [tracer.argument(each.dtype, each.dims, each.name) for each in [*arguments, *slices]]
        tracer.arguments_outside = {
            argument.value: (each.dims if position < len(carried) else each.dims[1:])
            for position, (each, argument) in enumerate(zip([*carried, *sliced], inside, strict=True))
        }
        for each, argument in zip(carried, inside, strict=False):
            if each.value.late is not None:
                each.value.late.add(argument.value)
        after, rows = body(inside[: len(carried)], inside[len(carried) :])
    for position, (before, result) in enumerate(zip(inside, after, strict=False)):
        _check_invariant(position, before, result, check)
    test = None
    if condition is not None:
        test = Tracer("while_cond", parent)
        with test.tracing():
            tested = [test.argument(each._dtype, visible(each.dims), None) for each in inside[: len(carried)]]
            goes_on = condition(tested)
    return _assembled(
        parent,
        tracer,
        test,
        carried,
        list(sliced),
        inside,
        after,
        rows,
        goes_on if test else None,
        trips,
        reverse,
    )


def _check_invariant(position, before, after, check):
    if before.dims is None:
        fits = before._dtype is after._dtype
    else:
        fits = (
            before._dtype is after._dtype and after.dims is not None and len(before.dims) == len(after.dims)
        )
    if fits and before.dims:
        for a, b in zip(before.dims, after.dims, strict=True):
            fits = fits and (type(a) is Size or a == b)
    if not fits and check is not None:
        check(position, before, after)


def _assembled(parent, tracer, test, carried, sliced, inside, after, rows, goes_on, trips, reverse):
    """The loop op of what was traced, called; variables that the body assigns are carried, too."""
    assigned = {key: each for key, each in tracer.variables.items() if each.assigned}
    before = [parent.read(each.variable) for each in assigned.values()]
    with tracer.tracing():
        outputs = [*after, *[each.current for each in assigned.values()], *rows]
        for each in outputs:
            tracer.value_of(each)
    takes = any([takes_elements(node) for each in (tracer, test) if each is not None for node in each.nodes])
    if takes:
        note_now(parent)
        if assigned:
            note_first(tracer, list(assigned.values()))
    num_arguments = len(inside)
    operands = Operands(parent)
    tracers = [(tracer, num_arguments)] if test is None else [(tracer, num_arguments), (test, len(carried))]
    for each, count in tracers:
        if each is test:
            with test.tracing():
                test.value_of(goes_on)
        del count
        for binding in each.bindings:
            operands.place(binding)
    body = program(tracer, inside, outputs, operands)
    # Of the operands, the values of assigned variables at the beginning are carried, the others captured.
    states = [operands.place(each) for each in before]
    others = [position for position in range(len(operands.tensors)) if position not in states]

    def arranged(graph, lead, num_slices):
        captured = graph.inputs[lead:]
        inputs = [
            *graph.inputs[: lead - num_slices],
            *[captured[position] for position in states],
            *graph.inputs[lead - num_slices : lead],
            *[captured[position] for position in others],
        ]
        return Graph(graph.name, inputs, graph.nodes, graph.outputs)

    body = arranged(body, num_arguments, len(sliced))
    condition = None
    if test is not None:
        condition = arranged(program(test, carried, [goes_on], operands), len(carried), 0)
        body = assuming(condition, body, len(carried) + len(before), len(sliced))
    for each, _ in tracers:
        tell_tapes(each)
    found = _invoke(
        parent,
        [*carried, *before, *sliced, *[operands.tensors[position] for position in others]],
        len(carried) + len(before),
        len(sliced),
        condition,
        body,
        reverse,
        trips,
    )
    count = len(carried)
    for each, tensor in zip(assigned.values(), found[count:], strict=False):
        parent.assign(each.variable, tensor)
    if takes:
        note_now(parent)
    return list(found[:count]), list(found[count + len(before) :])


def _invoke(parent, tensors, num_carried, num_sliced, condition, body, reverse, trips):
    """Calls the loop; one of which is known how often it runs without a condition, and row by row."""
    values = [parent.value_of(each) for each in tensors]
    params = {"num_carried": num_carried, "num_sliced": num_sliced, "reverse": reverse, "trips": trips}
    if condition is not None and not num_sliced:
        trips = trips_of(condition, body, values, num_carried)
    if trips is None or reverse:
        return invoke_loop(*tensors, condition=condition, body=body, **params)
    loop = RowByRow(body, values, num_carried, num_sliced, trips)
    params |= {"num_carried": loop.num_carried, "num_sliced": loop.num_sliced, "trips": trips}
    found = invoke_loop(*[tensors[place] for place in loop.order], condition=None, body=loop.body, **params)
    return [found[place] for place in loop.results]
