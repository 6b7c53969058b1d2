"""What variables are, should a program end before its end.

A program gives variables their new values when it is through. One that takes elements of a data set may find that there
are none left, and what it has done by then is done: what variables are at that point is noted before an element is
taken, and at the beginning of each trip of a loop that takes elements. Whoever runs the program (`function/call.py`)
keeps to the last notes if it fails.
"""

import threading

from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec
from tapeflow.graph.graph import Node


class _Here(threading.local):
    notes = None  # of the program that runs in this thread: the last (variables, arrays) of each node, in their order


_here = _Here()


@op("NoteVariables", effect=True, calls_python=True, any_rank=True, takes=True)
def note(xp, *values, variables):
    """Notes the values of variables."""
    notes = _here.notes
    if notes is not None:
        notes.pop(id(variables), None)
        notes[id(variables)] = variables, values
    return xp.bool_(True)


note.spec(lambda *values, variables: TensorSpec([], boolean))
no_gradient(note)


def note_now(tracer):
    """Has the program note, from here on, all variables that it has changed since it did so last."""
    if tracer.is_open:
        return
    changed = [each for each in tracer.variables.values() if each.assigned and each.noted is not each.current]
    if changed:
        for each in changed:
            each.noted = each.current
        note(*[each.current for each in changed], variables=tuple([each.variable for each in changed]))


def note_first(tracer, states):
    """Has a body note variables at its beginning. states: those VariableStates of the tracer that it changes."""
    values = tuple([each.initial.value for each in states])
    params = {"variables": tuple([each.variable for each in states])}
    tracer.nodes.insert(0, Node(note, values, params, [(boolean, ())], tracer.unique_name(note.type_name)))


class Noting:
    """Context manager around the run of a program: if it fails, variables get the values that were noted last."""

    __slots__ = ("_before",)

    def __enter__(self):
        self._before, _here.notes = _here.notes, {}

    def __exit__(self, kind, error, trace):
        found, _here.notes = _here.notes, self._before
        if error is not None:
            pairs = [pair for each in found.values() for pair in zip(*each, strict=True)]
            for variable, array in {id(variable): (variable, array) for variable, array in pairs}.values():
                variable._replace(array.copy())
