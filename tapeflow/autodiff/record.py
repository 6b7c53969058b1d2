"""The record: what a gradient needs to know of one call. Both faces, the tape and `tapeflow.torch`, read it.

A record hangs on the tensor that the call produced and points to the records of the inputs, so it lives exactly as
long as something that leads to a gradient does: a result that the user drops takes its record, and all that it kept,
along. No tape keeps a list of calls. Each record carries the tokens of the tapes that it belongs to.
"""

import itertools
from weakref import ref

from tapeflow.autodiff.plan import NOTHING, PROJECTION, RELEASED, plan_for
from tapeflow.core.context import recorder
from tapeflow.core.dtypes import FLOATS_AND_COMPLEX

SWEEP = 1000
"""After how many calls, at the least, a tape looks for results that are gone."""
next_serial = itertools.count(1).__next__
_new = object.__new__


class Token:
    """Stands for one recording: of a tape until it is reset, has given its only gradient, or is gone.

    Results may outlive their tape (a list of losses, say); what their records keep must not. So a token knows, weakly,
    the results of the calls that it recorded, and lets their records go when it is finished.
    """

    __slots__ = ("finished", "limit", "results", "variables", "watch_accessed_variables")

    def __init__(self, watch_accessed_variables=True):
        self.finished = False
        self.variables = {}  # id -> variable, in the order of first use
        self.watch_accessed_variables = watch_accessed_variables
        self.results = []  # weak references
        self.limit = SWEEP

    def sweep(self):
        """Forgets the results that are gone, when there may be many of them."""
        self.results = [each for each in self.results if each() is not None]
        self.limit = SWEEP + 2 * len(self.results)

    def finish(self):
        """No gradient can be asked for any more: lets go of what only this token's records keep."""
        self.finished = True
        for reference in self.results:
            tensor = reference()
            if tensor is not None and tensor._record is not None:
                release(tensor._record, tensor)
        self.results = []
        self.variables = {}  # their records know this token: a circle


class Record:
    """One call that some tape may differentiate.

    plan: what to call (None: a leaf, watched itself); saved: what its rules need, chosen by the plan; parents: the
    records of the watched inputs; tapes: tokens, outermost first; serial: grows in the order of the calls.
    """

    __slots__ = ("__weakref__", "parents", "plan", "saved", "serial", "tapes")


def release(record, result=None):
    """Empties the record of a finished call, unless another tape may still need it: then that one shall do it."""
    for token in record.tapes:
        if not token.finished:
            if result is not None:
                token.results.append(ref(result))
            return
    if record.plan is not None:  # a leaf keeps nothing
        record.plan = RELEASED
        record.saved = None
        record.parents = ()


def make_record(plan, saved, parents, tapes):
    """A new Record with the next serial."""
    record = _new(Record)
    record.plan = plan
    record.saved = saved
    record.parents = parents
    record.tapes = tapes
    record.serial = next_serial()
    return record


def make_leaf(tapes):
    """The record of a tensor or variable that is watched itself."""
    return make_record(None, None, (), tapes)


def record_call(tapes, op, inputs, params, output):
    """Puts a record on `output` if one of the active `tapes` watches an input. Called by the door."""
    watched = None
    bits = 0
    bit = 1
    parents = []
    for tensor in inputs:
        parent = tensor._record
        if parent is not None:
            common = parent.tapes
            if common is not tapes:
                common = intersection(common, tapes)
            if common:
                bits |= bit
                parents.append(parent)
                if watched is not common:
                    watched = common if watched is None else union(watched, common, tapes)
        bit += bit
    if not bits:
        return
    key = bits
    if op.broadcasts:
        if _stretches(inputs):
            key = -bits
    elif op.rest:
        key = (bits, len(inputs))
    plan = op.plans.get(key) or plan_for(op, key, bits, len(inputs))
    if plan is NOTHING:
        return
    if plan.kept is not None:
        parents = [parent for parent, kept in zip(parents, plan.kept, strict=True) if kept]
    if type(output) is tuple:
        _record_outputs(plan, plan.select(inputs, params, output), parents, watched, output)
    elif output._dtype in FLOATS_AND_COMPLEX:
        record = _new(Record)  # make_record, without the call
        record.plan = plan
        record.saved = plan.select(inputs, params, output)
        record.parents = parents
        record.tapes = watched
        record.serial = next_serial()
        output._record = record
        outermost = watched[0]
        outermost.results.append(ref(output))
        if len(outermost.results) > outermost.limit:
            outermost.sweep()


def record_pair(tapes, op, a, b, output):
    """As record_call, for two EagerTensors whose result has their dtype; what it has no short way for goes there."""
    first, second = a._record, b._record
    if first is None:
        if second is None:
            return
        bits, parents = 2, (second,)
        short = second.tapes is tapes
    elif second is None:
        bits, parents = 1, (first,)
        short = first.tapes is tapes
    else:
        bits, parents = 3, (first, second)
        short = first.tapes is tapes and second.tapes is tapes
    key = -bits if op.broadcasts and a._array.shape != b._array.shape else bits
    plan = op.plans.get(key)
    if not short or plan is None or plan is NOTHING or plan.kept:
        record_call(tapes, op, (a, b), {}, output)
        return
    record = _new(Record)  # make_record, without the call
    record.plan = plan
    record.saved = plan.select((a, b), {}, output)
    record.parents = parents
    record.tapes = tapes
    record.serial = next_serial()
    output._record = record
    outermost = tapes[0]
    outermost.results.append(ref(output))
    if len(outermost.results) > outermost.limit:
        outermost.sweep()


def _stretches(inputs):
    """Whether broadcasting repeats one of the inputs."""
    first, *others = inputs
    dims = first.dims
    for tensor in others:
        if tensor.dims != dims:
            return True
    return False


def _record_outputs(plan, saved, parents, tapes, outputs):
    """Records a call with several results: one record of the call, and one of each result that points to it."""
    shapes = [(tensor.dims, tensor._dtype) for tensor in outputs]
    call = make_record(plan, saved, parents, tapes)
    projections = []
    for index, tensor in enumerate(outputs):
        if tensor._dtype in FLOATS_AND_COMPLEX:
            tensor._record = make_record(PROJECTION, index, (call,), tapes)
            projections.append(ref(tensor._record))
            tapes[0].results.append(ref(tensor))
        else:
            projections.append(None)
    call.saved = (saved, projections, shapes)


def attach(plan, parents, tapes, output, saved=()):
    """Puts the record of a call that is no op's on its output, or outputs."""
    if type(output) is tuple:
        _record_outputs(plan, saved, parents, tapes, output)
    elif output._dtype in FLOATS_AND_COMPLEX:
        output._record = make_record(plan, saved, parents, tapes)
        tapes[0].results.append(ref(output))


def projection_of(call, index):
    """The record of output `index` of a recorded call, made anew if that output is gone; None for an integer one."""
    reference = call.saved[1][index]
    if reference is None:
        return None
    return reference() or make_record(PROJECTION, index, (call,), call.tapes)


def intersection(some, active):
    """Those of the tokens `some` that are in `active`; the very tuple `active` if that is all of them."""
    common = tuple([token for token in active if token in some])
    return active if len(common) == len(active) else common


def union(some, more, active):
    """The tokens that are in either tuple, in the order of `active`."""
    return intersection((*some, *more), active)


recorder.call, recorder.pair = record_call, record_pair
