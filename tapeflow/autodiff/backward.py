"""The walk back: from cotangents of the targets to those of the sources, calling gradient rules on the way."""

from heapq import heappop, heappush

from tapeflow.autodiff.plan import PROJECTION
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
    records = {}
    cotangents = {}
    heap = []
    for record, g in seeds:
        _send(records, cotangents, heap, record, g)
    while heap:
        serial = -heappop(heap)
        if serial < earliest:
            break
        record = records.pop(serial)
        g = cotangents.pop(serial)
        if serial in wanted:
            found[serial] = g
        plan = record.plan
        if plan is None:
            continue
        if plan is PROJECTION:
            _send_to_call(records, cotangents, heap, record, g)
            continue
        saved = record.saved
        if type(g) is list:
            saved, _, shapes = saved
            g = tuple([zeros(*shape) if part is None else part for part, shape in zip(g, shapes, strict=True)])
        elif type(g) is IndexedSlices:
            g = densify(g)
        parents = record.parents
        pulls = plan.pulls or _joint_pulls(plan, token, parents, wanted, earliest, saved, g, record)
        for position, parent in enumerate(parents):
            older = parent.serial
            if token not in parent.tapes or older < earliest or (parent.plan is None and older not in wanted):
                continue
            contribution = pulls[position](saved, g, record)
            if contribution is None:
                continue
            if older in cotangents:
                cotangents[older] = accumulate(cotangents[older], contribution)
            else:
                cotangents[older] = contribution
                records[older] = parent
                heappush(heap, -older)
        if release and all([each.finished for each in record.tapes]):
            record.saved = record.plan = None
            record.parents = ()
    return found


def _send(records, cotangents, heap, record, g):
    serial = record.serial
    if serial in cotangents:
        cotangents[serial] = accumulate(cotangents[serial], g)
    else:
        cotangents[serial] = g
        records[serial] = record
        heappush(heap, -serial)


def _send_to_call(records, cotangents, heap, projection, g):
    """Adds the cotangent of one result to the list of those of a call with several."""
    call = projection.parents[0]
    serial = call.serial
    parts = cotangents.get(serial)
    if parts is None:
        parts = cotangents[serial] = [None] * len(call.saved[1])
        records[serial] = call
        heappush(heap, -serial)
    index = projection.saved
    g = densify(g) if type(g) is IndexedSlices else g
    parts[index] = g if parts[index] is None else accumulate(parts[index], g)


def _joint_pulls(plan, token, parents, wanted, earliest, saved, g, record):
    """The pulls of a plan whose rule gives all cotangents at once; it is called only if one of them is needed."""
    for parent in parents:
        if token in parent.tapes and parent.serial >= earliest and (parent.plan or parent.serial in wanted):
            contributions = plan.joint(saved, g, record)
            return [lambda s, g, r, each=each: each for each in contributions]
    return [None] * len(parents)
