"""How long each step of a compiled program takes."""

import itertools
import time

from tapeflow.compiler.program import Program

_SECONDS = 0.05
_MOST_RUNS = 200


def step_seconds(program, arrays):
    """The seconds of each step of a compiled program on these arrays: the least of several runs.

    None for a program with effects, which it must not have again only to be timed.
    """
    if any([node.effect for node in program.graph.nodes]):
        return None
    laps = []
    timed = Program(program.graph, program.plan, {}, program.prepare, laps)
    best = None
    start = time.perf_counter()
    for _ in range(_MOST_RUNS):
        laps.clear()
        timed(*arrays)
        found = [after - before for before, after in itertools.pairwise(laps)]
        best = found if best is None else list(map(min, best, found))
        if time.perf_counter() - start > _SECONDS:
            break
    return best
