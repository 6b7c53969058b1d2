"""Running a part of a graph call by call, where it cannot be traced: the shapes are not known before it runs.

The calls are those that a trace would make (`graphs/part.py`); they are evaluated at once, on what was fed.
"""

import contextlib

from tapeflow.compat.graphs.part import Part, needed_nodes
from tapeflow.core import size as sizes
from tapeflow.core.dtypes import bool as boolean
from tapeflow.core.eager import wrap
from tapeflow.graph.graph import Node


class EagerPart(Part):
    """A Part that runs when it is made. results: the arrays of the fetched values; written: the variables' new arrays.

    kept: {variable: its array in the session}; refuse(variable, is_updated): the error for one that is not there.
    """

    def __init__(self, graph, fetched, fed, arrays, kept, refuse, own_seeds):
        self._begin(kept.__contains__, own_seeds)
        self._tracer = _Now(kept, self._missing)
        self._refuse = refuse
        self._nodes = needed_nodes(graph, fetched, fed)
        for value, array in zip(fed, arrays, strict=True):
            self._found[value] = wrap(array, value.dtype)
        with contextlib.ExitStack() as stack:
            stack.callback(self._stop_tapes)
            self._start_tapes(graph, self._nodes)
            self._call_again(self._nodes, fed)
            self.results = [self.tensor(each)._array for each in fetched if not isinstance(each, Node)]
        self.written = {
            each.variable: each.current._array for each in self._tracer.variables.values() if each.assigned
        }

    def _missing(self, variable):
        return self._refuse(variable, False)

    def _is_initialized(self, node):
        variables = self._tracer.variables
        results = []
        for variable in node.params["variables"]:
            state = variables.get(id(variable))
            there = self._initialized(variable) or (state is not None and state.assigned)
            results.append(wrap(boolean.array_dtype.type(there), boolean))
        self._put(node, results)

    def _size(self, symbol):
        value, position = symbol.arguments
        tensor = self._found.get(value)
        if tensor is None and value.constant is None:
            return sizes.Size((((symbol,), 1),))
        tensor = self.tensor(value)
        if symbol.kind == "axis":
            return tensor.dims[position]
        return int(tensor._array if position is None else tensor._array[position])


class _Now:
    """In place of a tracer: variables and constants of a part that runs at once."""

    def __init__(self, kept, missing):
        self._kept = kept
        self._missing = missing
        self.variables = {}

    def constant(self, array, dtype):
        return wrap(array, dtype)

    def read(self, variable):
        found = self.variables.get(id(variable))
        if found is None:
            array = self._kept.get(variable)
            tensor = None if array is None else wrap(array, variable.dtype)
            found = self.variables[id(variable)] = _State(variable, tensor, self._missing)
        return found._current  # None for one that is given its first value

    def assign(self, variable, tensor):
        found = self.variables[id(variable)]
        alias = tensor._alias()
        alias._record = found.current_record
        found.put(alias)


class _State:
    """What a variable is while the part runs. Asking for a value that is not there raises the session's error."""

    def __init__(self, variable, tensor, missing):
        self.variable = variable
        self.assigned = False
        self._initial = self._current = tensor
        self._missing = missing

    @property
    def initial(self):
        return self._there(self._initial)

    @property
    def current(self):
        return self._there(self._current)

    @property
    def current_record(self):
        return None if self._current is None else self._current._record

    def put(self, tensor):
        self._current = tensor
        self.assigned = True

    def _there(self, tensor):
        if tensor is None:
            raise self._missing(self.variable)
        return tensor
