"""Choice and repetition as ops whose parameters are programs: `Case` and `While`, with all their rules.

`Case` runs one of several branches. `While` is loop and scan in one: it carries values from one iteration to
the next, takes slices of others, and stacks results. The gradient of a loop needs what every iteration
computed; so the forward loop stacks that, and the backward loop takes slices of it in reverse, which makes it
an ordinary `While` again, with the same rules. Compare "Auto-Vectorizing TensorFlow Graphs" and "Automatic
differentiation in ML: where we are and where we should be going" (van Merriënboer et al., 2018), and the scan
of JAX.
"""

import numpy

from tapeflow.core import size as sizes
from tapeflow.core.apply import apply
from tapeflow.core.context import state
from tapeflow.core.dtypes import FLOATS_AND_COMPLEX, int32
from tapeflow.core.op import op
from tapeflow.core.size import Size
from tapeflow.core.tensor import EagerTensor
from tapeflow.graph.derivatives import (
    batched_program,
    floating,
    kept_with,
    linearization,
    pullback,
    tangent_program,
)
from tapeflow.graph.execute import executable
from tapeflow.graph.fitting import fitted, fitted_loop, learns
from tapeflow.graph.graph import Graph, Value
from tapeflow.graph.replay import derive, invoke, replay
from tapeflow.graph.results import operands_as_values, results_of, tangents_of
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.ops.casting import cast_to
from tapeflow.ops.creation import zeros
from tapeflow.ops.layout import move_axis, reshape
from tapeflow.ops.reduction import reduce_any
from tapeflow.ops.selection import select

# Choice.


def _case_infers(index, *operands, branches):
    first, *others = [results_of(branch, operands) for branch in branches]
    merged = []
    for position, (dtype, dims) in enumerate(first):
        for other in others:
            theirs = other[position][1]
            if dims is None or theirs is None or len(theirs) != len(dims):
                dims = None
                break
            dims = tuple([a if a == b else None for a, b in zip(dims, theirs, strict=True)])
        merged.append((dtype, dims))
    return merged


@op("Case", infers=_case_infers, partial_cotangents=True)
def case(xp, index, *operands, branches):
    """The results of branch number `index`; of the last one, if there is no such branch."""
    position = int(index)
    if not 0 <= position < len(branches):
        position = len(branches) - 1
    return executable(branches[position])(*operands)


case.spec(lambda index, *operands, branches: None)


def invoke_case(index, *operands, branches):
    """Calls a choice; of branches that give results of different ranks, the one that is known to be taken alone."""
    if learns(branches[0], operands):
        branches = tuple([fitted(branch, operands) for branch in branches])
    if any([_differ(values) for values in zip(*[branch.outputs for branch in branches], strict=True)]):
        constant = _known_number(index)
        if constant is not None:
            position = int(constant)
            taken = branches[position if 0 <= position < len(branches) else -1]
            return tuple(replay(taken, operands))
    return apply(case, index, *operands, branches=branches)


def _known_number(index):
    """The number in a tensor, if it is known now; None if it is not, or not the same for all rows of a batch."""
    if type(index) is EagerTensor:
        return index._array
    return index.value.constant if isinstance(index, SymbolicTensor) else None


def _differ(values):
    return len({None if each.dims is None else len(each.dims) for each in values}) > 1


def _case_gradient(g, index, operands, branches):
    given = [position for position in floating(branches[0].outputs) if g[position] is not None]
    pulls = [pullback(branch) for branch in branches]
    wanted = tuple(sorted({position for each in pulls for position in each.connected}))
    if not wanted or not given:
        return [None] * len(operands)
    cotangents = [
        zeros(_dims_at_least(value), value.dtype) if g[position] is None else g[position]
        for position, value in enumerate(branches[0].outputs)
        if value.dtype in FLOATS_AND_COMPLEX
    ]
    backward = tuple([pullback(branch, wanted).graph for branch in branches])
    found = apply(case, index, *operands, *cotangents, branches=backward)
    results = [None] * len(operands)
    for position, each in zip(wanted, found, strict=True):
        results[position] = each
    return results


def _dims_at_least(value):
    if sizes.has_sizes(value.dims):
        raise sizes.UnknownSizeError("A branch gives a result of unknown shape that has no gradient.")
    return value.dims


case.grad(index=None, operands=_case_gradient)


def _case_jvp(tangents, inputs, output, params):
    index, *operands = inputs
    given = [
        zeros(operands[position].dims, operands[position]._dtype)
        if tangents[position + 1] is None
        else tangents[position + 1]
        for position in floating(operands_as_values(operands))
    ]
    branches = tuple([tangent_program(branch) for branch in params["branches"]])
    found = apply(case, index, *operands, *given, branches=branches)
    return tangents_of(params["branches"][0].outputs, found)


case.jvp(_case_jvp)


def _case_batch(index, *operands, branches):
    size = index.dims[0]
    every = [replay(batched_program(branch, size), operands) for branch in branches]
    results = []
    for candidates in zip(*every, strict=True):
        chosen = candidates[-1]
        rows = reshape(index, dims=(size, *[1] * (len(chosen.dims) - 1)))
        for position, candidate in enumerate(candidates[:-1]):
            chosen = select(rows == position, candidate, chosen)
        results.append(chosen)
    return tuple(results)


case.batch(_case_batch)


# Repetition.


def _parts(values, num_carried, num_sliced):
    """(carried, sliced, captured)."""
    return (
        values[:num_carried],
        values[num_carried : num_carried + num_sliced],
        values[num_carried + num_sliced :],
    )


def _loop_infers(*values, condition, body, num_carried, num_sliced, reverse, trips):
    carried, sliced, captured = _parts(values, num_carried, num_sliced)
    count = trips
    if condition is not None:
        count = None
    elif sliced:
        count = sliced[0].dims[0]
    slices = [_Shaped(value.dtype, value.dims[1:]) for value in sliced]
    dims = [value.dims for value in carried]
    while True:  # what is not known to stay as it is may alter the shape of what is computed from it
        operands = [_Shaped(value.dtype, each) for value, each in zip(carried, dims, strict=True)]
        results = results_of(body, [*operands, *slices, *captured])
        kept = [_dims_that_stay(each, results[k][1], body, k) for k, each in enumerate(dims)]
        if kept == dims:
            break
        dims = kept
    stacked = [(dtype, None if each is None else (count, *each)) for dtype, each in results[num_carried:]]
    return [*[(value.dtype, each) for value, each in zip(carried, dims, strict=True)], *stacked]


def _dims_that_stay(before, after, body, position):
    """The dims that a value carried around a loop has whenever the body begins; None where they may change."""
    if before is None or after is None or len(before) != len(after):
        return None
    inner, outer = body.inputs[position].dims, body.outputs[position].dims
    return tuple(
        [a if a == b or c == d else None for a, b, c, d in zip(before, after, inner, outer, strict=True)]
    )


class _Shaped:
    """A value as far as its shape goes."""

    __slots__ = ("dims", "dtype")

    def __init__(self, dtype, dims):
        self.dims = dims
        self.dtype = dtype


@op("While", infers=_loop_infers, partial_cotangents=True)
def loop(xp, *values, condition, body, num_carried, num_sliced, reverse, trips):
    """Repeats `body`: (*carried, *slices, *captured) -> (*carried, *stacked).

    values: what is carried, sliced along axis 0 and captured, in this order. It ends when
    `condition`(*carried, *captured) is false, or after as many trips as there are slices, or `trips`; a limit
    that is None is none. With `reverse` slices are taken, and results stacked, from the end. Gives what is
    carried at the end, and the stacked results.
    """
    carried, sliced, captured = _parts(values, num_carried, num_sliced)
    step = executable(body)
    test = None if condition is None else executable(condition)
    limit = sliced[0].shape[0] if sliced else trips
    rows = [[] for _ in range(len(body.outputs) - num_carried)]
    position = 0
    while (limit is None or position < limit) and (test is None or test(*carried, *captured)[0]):
        place = limit - 1 - position if reverse else position
        results = step(*carried, *[each[place] for each in sliced], *captured)
        carried = results[:num_carried]
        for row, each in zip(rows, results[num_carried:], strict=True):
            row.append(each)
        position += 1
    stacked = [
        _stacked(row, value, reverse) for row, value in zip(rows, body.outputs[num_carried:], strict=True)
    ]
    return (*carried, *stacked)


def _stacked(row, value, reverse):
    if not row:
        return numpy.zeros(
            (0, *[0 if type(size) is Size else size for size in value.dims]), value.dtype.array_dtype
        )
    if reverse:
        row.reverse()
    return numpy.array(row, value.dtype.array_dtype) if row[0].ndim == 0 else numpy.stack(row)


loop.spec(lambda *values, **params: None)


def invoke_loop(*values, **params):
    """Calls a loop; if a tape will want its gradient, one that keeps what that needs."""
    counts = params["num_carried"], params["num_sliced"]
    body, condition = fitted_loop(params["body"], params["condition"], values, *counts)
    params = {**params, "body": body, "condition": condition}
    if any([value.dims is None for value in body.inputs]):
        return apply(loop, *values, **params)
    if not (state.tapes and "linearization" not in body.derived and _is_watched(values, body, params)):
        return apply(loop, *values, **params)
    count = len(body.outputs)
    found = apply(loop, *values, **{**params, "body": _stacking(body, params)})
    return found[:count]


def _is_watched(values, body, params):
    for tensor in values:
        record = tensor._record
        if record is not None and tensor._dtype in FLOATS_AND_COMPLEX:
            for token in record.tapes:
                if token in state.tapes:
                    return True
    return False


def _stacking(body, params):
    """The body that also gives, to be stacked, what its backward program needs."""
    captured = params["num_carried"] + params["num_sliced"]

    def make():
        linear = linearization(body, params["num_carried"])
        return Graph(
            linear.forward.name,
            linear.forward.inputs,
            linear.forward.nodes,
            [
                *linear.forward.outputs,
                *_stacked_inputs(linear, captured),
                *_counter(linear, captured),
            ],
        )

    stacking = kept_with(body, ("stacking", captured), make)
    stacking.derived["linearization"] = linearization(body, params["num_carried"])
    stacking.derived["base"] = body
    return stacking


def _stacked_inputs(linear, captured):
    """The inputs of the body, other than captured ones, that its backward program reads: they change in each trip."""
    return [
        linear.forward.inputs[place] for place in linear.from_inputs if place is not None and place < captured
    ]


def _counter(linear, captured):
    """Something to stack, so that the number of trips is known, if nothing else is."""
    if linear.num_kept or _stacked_inputs(linear, captured):
        return []
    return [Value(int32, (), constant=numpy.int32(0), name="trip")]


def _loop_gradient(g, y, values, condition, body, num_carried, num_sliced, reverse, trips):
    params = {
        "condition": condition,
        "body": body,
        "num_carried": num_carried,
        "num_sliced": num_sliced,
        "reverse": reverse,
        "trips": trips,
    }
    if any([value.dims is None for value in body.inputs]):
        raise NotImplementedError(
            "There is no gradient of a loop in which a tensor has another number of axes in each trip."
        )
    base = body.derived.get("base")
    if base is None or any([each is not None for each in g[len(base.outputs) :]]):
        # Nothing was kept, or what was kept is differentiated itself: run the loop once more and keep what is needed.
        base = body
        y = apply(loop, *values, **{**params, "body": _stacking(body, params)})
    num_outputs = len(base.outputs)
    g = g[:num_outputs]
    linear = linearization(base, num_carried)
    captured_from = num_carried + num_sliced
    kept = iter(y[num_outputs : num_outputs + linear.num_kept])
    stacked_inputs = iter(y[num_outputs + linear.num_kept :])
    counter = y[-1:] if not linear.num_kept and not _stacked_inputs(linear, captured_from) else ()
    stacks, invariants, roles = [], [], []  # for each residual: where it comes from
    for place in linear.from_inputs:
        if place is not None and place >= captured_from:
            roles.append(("captured", len(invariants)))
            invariants.append(values[place])
        else:
            roles.append(("stacked", len(stacks)))
            stacks.append(next(kept) if place is None else next(stacked_inputs))
    outputs = base.outputs
    float_carried = [p for p in floating(base.inputs) if p < num_carried]
    wanted = [p for p in linear.connected if values[p]._record is not None]
    float_captured = [p for p in wanted if p >= captured_from]
    float_sliced = [p for p in wanted if num_carried <= p < captured_from]
    float_stacked = [p for p in floating(outputs) if p >= num_carried]
    through = [zeros(y[p].dims, y[p]._dtype) if g[p] is None else g[p] for p in float_carried]
    gathered = [zeros(values[p].dims, values[p]._dtype) for p in float_captured]
    of_stacked = [zeros(y[p].dims, y[p]._dtype) if g[p] is None else g[p] for p in float_stacked]
    spread = _backward_body(
        base,
        linear,
        params,
        roles,
        len(stacks) + len(counter),
        len(invariants),
        float_carried,
        float_captured,
        float_sliced,
        float_stacked,
    )
    sliced = [*stacks, *counter, *of_stacked]
    found = invoke_loop(
        *through,
        *gathered,
        *sliced,
        *invariants,
        condition=None,
        body=spread,
        num_carried=len(through) + len(gathered),
        num_sliced=len(sliced),
        reverse=not reverse,
        trips=None,
    )
    results = [None] * len(values)
    places = [*float_carried, *float_captured, *float_sliced]
    for place, each in zip(places, found, strict=True):
        results[place] = each
    return results


def _backward_body(
    base,
    linear,
    params,
    roles,
    num_stacks,
    num_invariants,
    float_carried,
    float_captured,
    float_sliced,
    float_stacked,
):
    """The body of the backward loop: (cotangents of what is carried, sums for what is captured; stacks, cotangents of
    stacked results; invariants) -> (the same one trip earlier; cotangents of the slices).
    """

    def make():
        num_carried = params["num_carried"]
        residual_values = linear.backward.inputs[: len(roles)]
        carried_values = [base.inputs[p] for p in float_carried]
        sums = [base.inputs[p] for p in float_captured]
        stacked_values = [base.outputs[p] for p in float_stacked]
        stacks = [None] * num_stacks
        invariants = [None] * num_invariants
        for value, (role, position) in zip(residual_values, roles, strict=True):
            (stacks if role == "stacked" else invariants)[position] = value
        for position, value in enumerate(stacks):
            if value is None:
                stacks[position] = Value(int32, ())
        nothing = Graph(
            f"{base.name}_backward", [*carried_values, *sums, *stacks, *stacked_values, *invariants], [], []
        )

        def program(tensors, _):
            rest = iter(tensors)
            through = [next(rest) for _ in carried_values]
            totals = [next(rest) for _ in sums]
            of_stacks = [next(rest) for _ in stacks]
            of_stacked = [next(rest) for _ in stacked_values]
            of_invariants = list(rest)
            residuals = [
                (of_stacks if role == "stacked" else of_invariants)[position] for role, position in roles
            ]
            by_output = {
                **dict(zip(float_carried, through, strict=True)),
                **dict(zip(float_stacked, of_stacked, strict=True)),
            }
            cotangents = [by_output[p] for p in floating(base.outputs)]
            found = dict(
                zip(linear.connected, replay(linear.backward, [*residuals, *cotangents]), strict=True)
            )
            before = [
                found[p] if p in found else zeros(each.dims, each._dtype)
                for p, each in zip(float_carried, through, strict=True)
            ]
            totals = [total + found[p] for p, total in zip(float_captured, totals, strict=True)]
            return [*before, *totals, *[found[p] for p in float_sliced]]

        assert num_carried >= len(float_carried)
        return derive(nothing, "trip", program)

    key = "backward", params["num_carried"], params["num_sliced"], (*float_captured, *float_sliced)
    return kept_with(base, key, make)


loop.grad(values=_loop_gradient)


def _loop_jvp(tangents, inputs, output, params):
    num_carried, num_sliced = params["num_carried"], params["num_sliced"]
    body = params["body"]
    given = {
        position: zeros(inputs[position].dims, inputs[position]._dtype)
        if tangents[position] is None
        else tangents[position]
        for position in floating(body.inputs)
    }
    parts = _parts(list(range(len(inputs))), num_carried, num_sliced)
    doubled = [[*[inputs[p] for p in part], *[given[p] for p in part if p in given]] for part in parts]
    body, condition = _tangent_loop(body, params["condition"], num_carried, num_sliced)
    found = invoke_loop(
        *doubled[0],
        *doubled[1],
        *doubled[2],
        **{
            **params,
            "body": body,
            "condition": condition,
            "num_carried": len(doubled[0]),
            "num_sliced": len(doubled[1]),
        },
    )
    outputs = params["body"].outputs
    carried = [p for p in floating(outputs) if p < num_carried]
    stacked = [p for p in floating(outputs) if p >= num_carried]
    pushed = {
        **dict(zip(carried, found[num_carried:], strict=False)),
        **dict(zip(stacked, found[len(doubled[0]) + len(outputs) - num_carried :], strict=False)),
    }
    return tuple([pushed.get(position) for position in range(len(outputs))])


def _tangent_loop(body, condition, num_carried, num_sliced):
    """Body and condition of the loop that carries tangents along."""

    def make():
        tangents = tangent_program(body)
        count = len(body.inputs)
        places = floating(body.inputs)
        of = {place: count + k for k, place in enumerate(places)}
        parts = _parts(list(range(count)), num_carried, num_sliced)
        order = [p for part in parts for p in (*part, *[of[q] for q in part if q in of])]
        num_outputs = len(body.outputs)
        of_output = {place: num_outputs + k for k, place in enumerate(floating(body.outputs))}
        ends = (range(num_carried), range(num_carried, num_outputs))
        results = [p for part in ends for p in (*part, *[of_output[q] for q in part if q in of_output])]
        doubled = Graph(
            tangents.name,
            [tangents.inputs[p] for p in order],
            tangents.nodes,
            [tangents.outputs[p] for p in results],
        )
        if condition is None:
            return doubled, None
        carried, _, captured = parts
        inputs = []
        given = iter(condition.inputs)
        for part in (carried, captured):
            inputs += [next(given) for _ in part]
            inputs += [Value(body.inputs[q].dtype, body.inputs[q].dims) for q in part if q in of]
        return doubled, Graph(condition.name, inputs, condition.nodes, condition.outputs)

    return kept_with(body, ("tangent loop", num_carried, num_sliced), make)


loop.jvp(_loop_jvp)


def _loop_batch(*values, condition, body, num_carried, num_sliced, reverse, trips):
    size = values[0].dims[0]
    carried, sliced, captured = _parts(values, num_carried, num_sliced)
    sliced = [move_axis(each, 0, 1) for each in sliced]
    if condition is None:
        inner, test = batched_program(body, size), None
    else:
        inner, test = _masked(body, condition, size, num_carried, num_sliced)
    found = apply(
        loop,
        *carried,
        *sliced,
        *captured,
        condition=test,
        body=inner,
        num_carried=num_carried,
        num_sliced=num_sliced,
        reverse=reverse,
        trips=trips,
    )
    return (*found[:num_carried], *[move_axis(each, 0, 1) for each in found[num_carried:]])


def _masked(body, condition, size, num_carried, num_sliced):
    """Body and condition for all examples at once: those that have ended stay as they are."""
    tests = batched_program(condition, size)
    steps = batched_program(body, size)

    def goes_on(tensors, _):
        (running,) = replay(tests, tensors)
        return [reduce_any(running, axes=(0,), keepdims=False)]

    def step(tensors, _):
        carried, _, captured = _parts(tensors, num_carried, num_sliced)
        (running,) = replay(tests, [*carried, *captured])
        after = replay(steps, tensors)
        kept = [
            select(reshape(running, dims=(running.dims[0], *[1] * (len(new.dims) - 1))), new, old)
            for new, old in zip(after, carried, strict=False)
        ]
        return [*kept, *after[num_carried:]]

    def make():
        return derive(steps, "masked", step), derive(tests, "any", goes_on)

    return kept_with(body, ("masked", size, condition), make)


loop.batch(_loop_batch)


def as_index(predicate):
    """The branch that a bool scalar chooses when the branches are (false, true)."""
    return cast_to(predicate, dtype=int32)


case.facts["invoke"] = invoke_case
loop.facts["invoke"] = invoke_loop
__all__ = ["as_index", "case", "invoke", "invoke_case", "invoke_loop", "loop"]
