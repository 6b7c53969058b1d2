"""How the loops of a kernel are shared by threads: what its work costs, and into which pieces it is cut.

A kernel whose work is worth it becomes `void kernel(i8** context, i64 begin, i64 end)`, which `tapeflow_parallel` calls
for ranges of whole rows, of whole vectors of columns, or of parts of a sum. Every number is computed in the same
order wherever the ranges begin, and a sum is cut into parts by its size alone; so results do not depend on the
number of threads.
"""

import math

from tapeflow.compiler.plan import is_function

WORTH_SHARING = 1 << 17
"""The work, in additions, from which on a kernel is shared: about what waking a thread costs."""
_PIECE = 1 << 14
"""The work that one piece has at least."""
_MOST_PARTS = 64
_COST_OF_FUNCTION = 12


class Share:
    """A range that is cut into pieces: `count` iterations, pieces beginning at multiples of `grain`."""

    __slots__ = ("count", "grain")

    def __init__(self, count, grain):
        self.count = count
        self.grain = grain


def cost_of_elements(plan, roots):
    """What one element of all these roots costs, in additions; what is read from memory counts as one."""
    inside = {root.value for root in roots}
    reductions = {root.node for root in roots if root.kind != "map"}
    waiting = [root.node for root in roots]
    seen = set(waiting)
    total = len(roots)
    while waiting:
        node = waiting.pop()
        total += _COST_OF_FUNCTION if is_function(node.op) and node not in reductions else 1
        for value in {plan.base(each) for each in node.inputs}:
            maker = plan.maker(value)
            if maker is None or (value in plan.roots and value not in inside):
                total += value.constant is None
            elif maker not in seen:
                seen.add(maker)
                waiting.append(maker)
    return total


def share_of(count, unit, work):
    """The Share of `count` iterations that cost `work` together, in pieces of whole units."""
    each = max(work / count, 1e-9)
    grain = max(1, math.ceil(_PIECE / each))
    return Share(count, -(-grain // unit) * unit)


def parts_of(size, unit, work, results, most=_MOST_PARTS):
    """(number of parts, iterations of each) of a sum over `size` iterations that gives `results` numbers.

    One part if the work is not worth more.
    """
    most = min(most, _MOST_PARTS, max(1, (1 << 16) // results), int(work) // _PIECE)
    if most < 2 or size < 2 * unit:
        return 1, size
    each = -(-size // most)
    each = -(-each // unit) * unit
    return -(-size // each), each
