"""Loops that count: how often they run, where that can be read off the program, and arrays taken row by row.

`tf.while_loop(lambda i, ...: i < n, ...)` with arrays that are read and written at `i` is how recurrent layers are
written. If `n` is known, the loop needs no condition; an array of `n` rows of which each trip reads one, by its number,
is sliced; and one of which each trip writes one is stacked. Then nothing as long as the array is carried, and the
gradient of a slice is a slice.
"""

from tapeflow.core.dtypes import INTEGERS
from tapeflow.graph.graph import Graph, Value
from tapeflow.graph.simplify import values_in_params, with_inputs
from tapeflow.ops.arithmetic import add
from tapeflow.ops.comparison import greater, less, less_equal, logical_and
from tapeflow.ops.gathering import gather
from tapeflow.ops.lists import set_item


def trips_of(condition, body, values, num_carried):
    """How often a loop runs, if its condition compares counters with known numbers and nothing else; else None.

    condition: (*carried, *captured) -> (bool,); body: (*carried, *captured) -> carried; values: what goes in at first.
    """
    limits = []
    waiting = [condition.outputs[0]]
    while waiting:
        node = waiting.pop().node
        if node is None:
            return None
        if node.op is logical_and:
            waiting += node.inputs
            continue
        limits.append(_limit(node, condition.inputs, body, values, num_carried))
    return None if None in limits else min(limits)


def _limit(test, inputs, body, values, num_carried):
    """The number of trips after which the comparison of a counter fails for the first time; None if unknown."""
    if test.op not in (less, less_equal, greater):
        return None
    counter, end = reversed(test.inputs) if test.op is greater else test.inputs
    if counter not in inputs[:num_carried] or counter.dtype not in INTEGERS:
        return None
    place = inputs.index(counter)
    start, step = _number(values[place]), _step(body, place)
    stop = _number(values[inputs.index(end)] if end in inputs[num_carried:] else end)
    if start is None or stop is None or step is None:
        return None
    return max(0, -((start - stop - (test.op is less_equal)) // step))


def _number(value):
    """The number that a scalar value is known to be, or None."""
    return None if value.constant is None or value.dims else int(value.constant)


def _step(body, place):
    """By what each trip raises the integer carried at `place`; None if not by a known positive number."""
    node = body.outputs[place].node
    if node is None or node.op is not add or body.inputs[place] not in node.inputs:
        return None
    a, b = node.inputs
    step = _number(b if a is body.inputs[place] else a)
    return step if step is not None and step > 0 else None


class RowByRow:
    """A loop of a known number of trips whose arrays are sliced and stacked, as far as each trip has a row of its own.

    body: the new one; order: for each of its inputs, the position of that value among those of the loop before;
    num_carried, num_sliced: how many of them are carried, and sliced. results: for each of the outputs before, its
    position now.
    """

    def __init__(self, body, values, num_carried, num_sliced, trips):
        self._body, self._values, self._trips = body, values, trips
        self._uses = {}
        for node in body.nodes:
            for value in {*node.inputs, *values_in_params(node.params)}:
                self._uses.setdefault(value, []).append(node)
        places = [
            place
            for place in range(num_carried)
            if values[place].dtype in INTEGERS and _number(values[place]) == 0 and _step(body, place) == 1
        ]
        self._numbers = {body.inputs[place] for place in places}
        captured_from = num_carried + num_sliced
        read = [place for place in range(captured_from, len(values)) if self._is_read(place)]
        written = [place for place in range(num_carried) if self._is_written(place)]
        carried = [place for place in range(num_carried) if place not in written]
        sliced = range(num_carried, captured_from)
        captured = [place for place in range(captured_from, len(values)) if place not in read]
        self.order = [*carried, *sliced, *read, *captured]
        self.num_carried, self.num_sliced = len(carried), num_sliced + len(read)
        outputs = [*carried, *range(num_carried, len(body.outputs)), *written]
        self.results = [outputs.index(place) for place in range(len(body.outputs))]
        self.body = self._rewritten(read, written, outputs) if read or written else body

    def _is_known(self, place):
        """Whether the value has as many rows as there are trips, and a known shape."""
        dims = self._values[place].dims
        inside = self._body.inputs[place].dims
        return (
            bool(dims) and dims == inside and dims[0] == self._trips and all([type(n) is int for n in dims])
        )

    def _is_read(self, place):
        """Whether all that a trip does with a captured array is to read the row of its number."""
        value = self._body.inputs[place]
        uses = self._uses.get(value, ())
        return (
            bool(uses)
            and self._is_known(place)
            and value not in self._body.outputs
            and all([self._reads_row(node, value) for node in uses])
        )

    def _reads_row(self, node, value):
        return (
            node.op is gather
            and node.inputs[0] is value
            and node.inputs[1] in self._numbers
            and node.params["axis"] == node.params["batch_dims"] == 0
            and not any([node.outputs[0] in values_in_params(each.params) for each in self._body.nodes])
        )

    def _is_written(self, place):
        """Whether all that a trip does with a carried array is to write the row of its number."""
        before, after = self._body.inputs[place], self._body.outputs[place]
        node = after.node
        return (
            node is not None
            and node.op is set_item
            and not node.params["grows"]
            and node.inputs[0] is before
            and node.inputs[1] in self._numbers
            and self._is_known(place)
            and node.inputs[2].dims == before.dims[1:]
            and self._uses[before] == [node]
            and before not in self._body.outputs
            and after not in self._uses
            and self._body.outputs.count(after) == 1
        )

    def _rewritten(self, read, written, outputs):
        body = self._body
        rows = {place: Value(body.inputs[place].dtype, body.inputs[place].dims[1:]) for place in read}
        replaced, gone = {}, {body.outputs[place].node for place in written}
        for place in read:
            for node in self._uses[body.inputs[place]]:
                replaced[node.outputs[0]] = rows[place]
                gone.add(node)
        nodes = []
        for node in body.nodes:
            if node in gone:
                continue
            inputs = tuple([replaced.get(value, value) for value in node.inputs])
            if inputs != node.inputs:
                changed = with_inputs(node, inputs)
                replaced.update(zip(node.outputs, changed.outputs, strict=True))
                node = changed
            nodes.append(node)
        found = [
            body.outputs[place].node.inputs[2] if place in written else body.outputs[place]
            for place in outputs
        ]
        inputs = [rows.get(place, body.inputs[place]) for place in self.order]
        return Graph(body.name, inputs, nodes, [replaced.get(value, value) for value in found])
