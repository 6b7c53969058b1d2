"""The walk back: from cotangents of the targets to those of the sources, calling gradient rules on the way."""

from heapq import heappop, heappush

from tapeflow.autodiff.plan import PROJECTION, RELEASED
from tapeflow.core.tensor import EagerTensor
from tapeflow.ops.creation import zeros
from tapeflow.ops.indexed_slices import IndexedSlices, accumulate, densify


def backpropagate(token, seeds, wanted, release=False):
    """Cotangents of the records whose serials are in `wanted`, as {serial: cotangent}.

    token: the tape whose calls count; seeds: (record, cotangent) of each target; release: let go of what the visited
    records kept, unless another tape may still ask for it. Serials grow with time, so the record with the greatest
    serial has received all its contributions, and none older than the oldest source matters.
    """
    found = {}
    if not wanted:
        return found
    earliest = min(wanted)
    waiting = {}  # serial -> [record, cotangent so far]
    heap = []
    for record, g in seeds:
        _send(waiting, heap, record, g)
    just_token = (token,)
    alone = None  # the only record in waiting, which need not pass through the heap: the way along a chain
    while True:
        if alone is not None:
            record, g = alone
            alone = None
            serial = record.serial
        elif heap:
            serial = -heappop(heap)
            record, g = waiting.pop(serial)
        else:
            break
        if serial in wanted:
            found[serial] = g if serial not in found else accumulate(found[serial], g)
        plan = record.plan
        if plan is None:
            continue
        if plan is PROJECTION:
            _send_to_call(waiting, heap, record, g)
            continue
        if plan is RELEASED:
            raise RuntimeError(
                "What this gradient needs was released by an earlier gradient of the same tensors."
            )
        saved = record.saved
        if type(g) is not EagerTensor:
            if type(g) is list:
                saved, _, shapes = saved
                if not plan.op.facts.get("partial_cotangents"):  # the rule asks for zeros where nothing came
                    g = [
                        zeros(*shape) if part is None else part for part, shape in zip(g, shapes, strict=True)
                    ]
                g = tuple(g)
            elif type(g) is IndexedSlices and not plan.op.facts.get("passes"):
                g = densify(g)
        pulls = plan.pulls or _joint_pulls(plan, token, wanted, earliest, saved, g, record)
        for pull, parent in zip(pulls, record.parents):  # noqa: B905 (it would cost more than the body)
            older = parent.serial
            if older < earliest or token not in parent.tapes or (parent.plan is None and older not in wanted):
                continue
            contribution = pull(saved, g, record)
            if contribution is None:
                continue
            if parent.plan is None:  # a leaf is an end: it need not wait
                found[older] = contribution if older not in found else accumulate(found[older], contribution)
                continue
            if alone is not None:
                first, sum_so_far = alone
                if first is parent:
                    alone = parent, accumulate(sum_so_far, contribution)
                    continue
                _send(waiting, heap, first, sum_so_far)
                alone = None
            if heap:
                _send(waiting, heap, parent, contribution)
            else:
                alone = parent, contribution
        if release and (record.tapes == just_token or _nobody_else(token, record.tapes)):
            record.plan = RELEASED
            record.saved = None
            record.parents = ()
    return found


def _nobody_else(token, tapes):
    """Whether no other tape than `token` may still ask for a gradient."""
    for each in tapes:
        if each is not token and not each.finished:
            return False
    return True


def _send(waiting, heap, record, g):
    entry = waiting.get(record.serial)
    if entry is None:
        waiting[record.serial] = [record, g]
        heappush(heap, -record.serial)
    else:
        entry[1] = accumulate(entry[1], g)


def _send_to_call(waiting, heap, projection, g):
    """Adds the cotangent of one result to the list of those of a call with several."""
    call = projection.parents[0]
    entry = waiting.get(call.serial)
    if entry is None:
        entry = waiting[call.serial] = [call, [None] * len(call.saved[1])]
        heappush(heap, -call.serial)
    index = projection.saved
    parts = entry[1]
    g = densify(g) if type(g) is IndexedSlices else g
    parts[index] = g if parts[index] is None else accumulate(parts[index], g)


def _joint_pulls(plan, token, wanted, earliest, saved, g, record):
    """The pulls of a plan whose rule gives all cotangents at once; it is called only if one of them is needed."""
    parents = record.parents
    for parent in parents:
        if parent.serial >= earliest and token in parent.tapes and (parent.plan or parent.serial in wanted):
            contributions = plan.joint(saved, g, record)
            return [lambda s, g, r, each=each: each for each in contributions]
    return [None] * len(parents)
