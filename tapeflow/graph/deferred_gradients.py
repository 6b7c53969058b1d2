"""Gradients of calls on tensors of unknown rank: nodes that ask for them once the ranks are known.

Gradient rules compute with shapes (along which axes was an input repeated?). So the tape keeps of such a call what was
called, and its cotangents are the results of a node that says "the gradient of this op". Called again with ranks, it
calls the op on a tape of its own; that the op is called twice then is mended where equal calls are made one.
"""

from tapeflow.autodiff.plan import Plan
from tapeflow.autodiff.record import attach, intersection, union
from tapeflow.autodiff.tape import Tape
from tapeflow.core.apply import apply
from tapeflow.core.context import interpreting, recorder, recording_suspended, state
from tapeflow.core.dtypes import FLOATS_AND_COMPLEX, from_array_dtype
from tapeflow.core.eager import wrap
from tapeflow.core.op import op
from tapeflow.core.size import visible
from tapeflow.graph.deferred import deferred, deferred_effect, is_vague, tried_on_ranks
from tapeflow.graph.replay import invoke
from tapeflow.ops.creation import zeros
from tapeflow.ops.indexed_slices import IndexedSlices, densify
from tapeflow.ops.selection import identity


def _infers(*values, op, params, num_inputs, watched, given):
    return [(values[place].dtype, visible(values[place].dims)) for place in watched]


@op("DeferredGradient", infers=_infers, partial_cotangents=True)
def deferred_gradient(xp, *values, op, params, num_inputs, watched, given):
    """The cotangents of the inputs number `watched` of a call: of `op` with `params` on the first `num_inputs` values.

    The rest of the values are the cotangents of its results number `given`.
    """
    tensors = [wrap(each, from_array_dtype(each.dtype)) for each in values]
    with interpreting(None), recording_suspended():
        found = _invoke(*tensors, op=op, params=params, num_inputs=num_inputs, watched=watched, given=given)
    return tuple([each._array for each in found])


deferred_gradient.spec(lambda *values, **params: None)


def _invoke(*values, op, params, num_inputs, watched, given):
    if any([is_vague(each) for each in values]):
        return apply(
            deferred_gradient,
            *values,
            op=op,
            params=params,
            num_inputs=num_inputs,
            watched=watched,
            given=given,
        )
    inputs = values[:num_inputs]
    found = _pulled(op, params, inputs, values[num_inputs:], watched, given)
    return tuple(
        [
            zeros(inputs[place].dims, inputs[place]._dtype) if g is None else g
            for place, g in zip(watched, found, strict=True)
        ]
    )


deferred_gradient.facts["invoke"] = _invoke


def _pulled(op, params, inputs, cotangents, watched, given):
    """The cotangents, None where there is none, of inputs whose ranks are known."""
    leaves = list(inputs)
    for place in watched:
        if any([leaves[place] is each for each in leaves[:place]]):
            leaves[place] = identity(leaves[place])  # each has a cotangent of its own
    tape = Tape(watch_accessed_variables=False)
    with tape:
        tape.watch([leaves[place] for place in watched])
        outputs = invoke(op, leaves, params)
    outputs = outputs if type(outputs) is tuple else (outputs,)
    found = tape.take_gradients(
        [outputs[place] for place in given], [leaves[place] for place in watched], cotangents
    )
    return [densify(g) if isinstance(g, IndexedSlices) else g for g in found]


class _Plan(Plan):
    """The plan of all calls on tensors of unknown rank."""

    __slots__ = ()

    def __init__(self):
        self.op = deferred_gradient  # for its facts: cotangents that are missing stay so
        self.pulls = self.kept = self.select = None
        self.joint = _cotangents


def _cotangents(saved, g, record):
    """Those of the watched inputs of a recorded call."""
    op, inputs, params, watched = saved
    parts = g if type(g) is tuple else (g,)
    given = tuple([place for place, each in enumerate(parts) if each is not None])
    cotangents = [parts[place] for place in given]
    if op.facts.get("effect") or op.facts.get("stateful"):
        raise NotImplementedError(
            f"The gradient of {params.get('call', op.type_name)!r} needs to know how many axes its tensors have: tell "
            "their shapes with tf.ensure_shape or set_shape."
        )
    connected = _connected(op, params, inputs, cotangents, watched, given)
    if not connected:
        return [None] * len(watched)
    found = apply(
        deferred_gradient,
        *inputs,
        *cotangents,
        op=op,
        params=params,
        num_inputs=len(inputs),
        watched=connected,
        given=given,
    )
    by_place = dict(zip(connected, found, strict=True))
    return [by_place.get(place) for place in watched]


def _connected(op, params, inputs, cotangents, watched, given):
    """Which of the watched inputs have a gradient: what trials on some ranks say."""
    count = len(inputs)

    def trial(tensors, tracer):
        found = _pulled(op, params, tensors[:count], tensors[count:], watched, given)
        return {place for place, g in zip(watched, found, strict=True) if g is not None}

    return tuple(sorted(set().union(*tried_on_ranks(trial, [*inputs, *cotangents]))))


_plan = _Plan()
_record_call = recorder.call


def _record(tapes, op, inputs, params, output):
    """As `record_call`, for calls in programs, too, that do not know the ranks of their tensors."""
    if state.interpreter is None or not _needs_ranks(op, inputs):
        _record_call(tapes, op, inputs, params, output)
        return
    watched, parents, common = [], [], ()
    for place, tensor in enumerate(inputs):
        parent = tensor._record
        if parent is not None and tensor._dtype in FLOATS_AND_COMPLEX:
            shared = intersection(parent.tapes, tapes)
            if shared:
                watched.append(place)
                parents.append(parent)
                common = union(common, shared, tapes)
    if watched:
        attach(_plan, parents, common, output, (op, inputs, params, tuple(watched)))


def _needs_ranks(op, inputs):
    return not op.facts.get("any_rank") and (
        op is deferred or op is deferred_effect or any([is_vague(each) for each in inputs])
    )


def record_unknown_ranks():
    """From now on tapes can do with tensors of unknown rank."""
    recorder.call = _record
