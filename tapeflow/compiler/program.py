"""The compiled program: native segments, and calls of kernels between them, in straight-line Python."""

import sys
import time

import numpy

from tapeflow.compiler import threads
from tapeflow.compiler.load import conform
from tapeflow.compiler.native import Segment, makes_of, reads_of
from tapeflow.compiler.plan import nodes_of
from tapeflow.compiler.show import bytes_of, flops_of
from tapeflow.compiler.target import host
from tapeflow.core.dtypes import from_array_dtype
from tapeflow.core.eager import SILENT, error_mode, explain, restore, silence, wrap
from tapeflow.core.errors import OpError, out_of_memory
from tapeflow.core.rest import settle
from tapeflow.core.size import has_sizes, joined
from tapeflow.graph.execute import executable, sized, symbol_source

_OPERATIONS, _BYTES = 60_000, 20_000
"""In a microsecond, on one thread: enough to tell much work from little."""
_WORTH = 30
"""Microseconds of work that are worth to be left to a worker."""


class Program:
    """A function of the arrays of the graph's inputs that gives the tuple of those of its outputs.

    laps: a list that gets the time at the start and after each step, each of which is then a segment of its own.
    """

    def __init__(self, graph, plan, aliases, prepare, laps=None):
        self.graph = graph
        self.plan = plan
        self.prepare = prepare
        self._laps = laps
        self._rest = None  # the position among the steps where the rest begins that could be left to a worker
        if aliases:
            plan.steps = _refusals_first(plan)
            if laps is None:
                plan.steps, self._rest = _results_first(graph, plan, aliases)
        self._shares = self._shared(aliases)
        self._defers = self._rest is not None and self._writes_in_place(aliases)
        self.segments = []
        self._lines = []
        self._deferring = (
            None  # the same, but the rest is left to a worker: lines that differ, then the function
        )
        self._names = {}
        self._globals = {"numpy": numpy, "empty": numpy.empty, "conform": conform, "joined": joined}
        self._nodes = {}
        self._function = self._write()

    def __call__(self, *arrays):
        if self._deferring is not None:
            settle()  # a rest of this program may be at work in the same memory
        token = None if error_mode() is SILENT else silence(SILENT)
        try:
            return self._function(*arrays)
        except (ValueError, IndexError, TypeError, ArithmeticError, MemoryError) as error:
            raise self._explained(error) from error
        finally:
            if token is not None:
                restore(token)

    def run(self, arrays, rest):
        """As a call; but if it has begun the Rest, a worker still writes what that names."""
        if self._deferring is None:
            return self(*arrays)
        token = None if error_mode() is SILENT else silence(SILENT)
        try:
            return self._deferring(rest.begin, *arrays)
        except (ValueError, IndexError, TypeError, ArithmeticError, MemoryError) as error:
            raise self._explained(error) from error
        finally:
            if token is not None:
                restore(token)

    def _writes_in_place(self, aliases):
        """Whether all values that aliases name, but single numbers, are written where they were."""
        outputs = [self.plan.base(self.graph.outputs[output]) for output in aliases]
        return all([value in self._shares or not value.dims for value in outputs])

    def _shared(self, aliases):
        """{output: input in whose array it is written}: where every read of the input comes before the write.

        What is written there is written for good, so nothing that may refuse its inputs comes after it.
        """
        shares = {}
        plan = self.plan
        last_read, made_at = {}, {}
        for position, step in enumerate(plan.steps):
            for value in reads_of(plan, step):
                last_read[value] = position
            for value in makes_of(plan, step):
                made_at[value] = position
        safe = max([k + 1 for k, step in enumerate(plan.steps) if _may_refuse(plan, step)], default=0)
        outputs = [plan.base(value) for value in self.graph.outputs]
        for output, source in aliases.items():
            value, place = outputs[output], self.graph.inputs[source]
            if (
                value not in made_at
                or value.dims != place.dims
                or value.dtype is not place.dtype
                or not value.dims
            ):
                continue
            if outputs.count(value) > 1 or place in outputs or place in shares.values() or value in shares:
                continue
            step = plan.steps[made_at[value]]
            if made_at[value] < safe or step.kind != "kernel" or last_read.get(place, -1) > made_at[value]:
                continue
            if last_read.get(place, -1) == made_at[value] and not _reads_in_place(plan, step, value, place):
                continue
            shares[value] = place
        return shares

    # The text.

    def _write(self):
        plan, graph = self.plan, self.graph
        steps = plan.steps
        timed = self._laps is not None
        arguments = [self._name(value, f"a{position}") for position, value in enumerate(graph.inputs)]
        needed_after = self._needed_after(steps)
        position = 0
        self._lap()
        while position < len(steps):
            if steps[position].kind != "call":
                end = position
                while end < len(steps) and steps[end].kind != "call" and not (end > position and timed):
                    if self._defers and end == self._rest > position:
                        break
                    end += 1
                self._segment(steps[position:end], needed_after[end], self._defers and position == self._rest)
                position = end
            else:
                self._call(steps[position].node)
                position += 1
            self._lap()
        results = "".join([f"{self._result(value)}, " for value in graph.outputs])
        self._filename = f"<compiled {graph.name}>"
        if self._deferring is not None:
            begin, *lines = self._deferring
            lines = [*self._lines[:begin], *lines, *self._lines[begin + 1 :]]
            header = f"def program({', '.join(['begin', *arguments])}):"
            self._deferring = self._made("\n".join([header, *lines, f"    return ({results})"]))
        header = f"def program({', '.join(arguments)}):"
        self.text = "\n".join([header, *self._lines, f"    return ({results})"])
        return self._made(self.text)

    def _made(self, text):
        exec(compile(text, self._filename, "exec"), self._globals)
        return self._globals.pop("program")

    def _lap(self):
        if self._laps is not None:
            clock = self._global("w", time.perf_counter)
            self._lines.append(f"    {self._global('l', self._laps.append)}({clock}())")

    def _needed_after(self, steps):
        """For each position the values in memory that the steps from there on, or the results, read."""
        needed = [set() for _ in range(len(steps) + 1)]
        needed[-1] = {self.plan.base(value) for value in self.graph.outputs}
        for position in range(len(steps) - 1, -1, -1):
            needed[position] = needed[position + 1] | set(reads_of(self.plan, steps[position]))
        return needed

    def _name(self, value, name):
        self._names[value] = name
        return name

    def _global(self, prefix, value):
        name = f"{prefix}{len(self._globals)}"
        self._globals[name] = value
        return name

    def _read(self, value):
        """The variable of the text that holds a value in memory, as NumPy's kernels take it."""
        base = self.plan.base(value)
        if base not in self._names:
            self._names[base] = self._global("c", base.constant)
        if value is base:
            return self._names[base]
        return self._in_shape(self._names[base], value, base)

    def _in_shape(self, name, value, base):
        if value.dims == base.dims:
            return name
        if not value.dims:
            return f"{name}.reshape(())[()]"
        if not base.dims:
            return f"numpy.full({value.dims!r}, {name}, {self._global('t', base.dtype.array_dtype)})"
        return f"{name}.reshape({value.dims!r})"

    def _result(self, value):
        return self._read(value)

    def _segment(self, steps, needed, is_rest=False):
        segment = Segment(self.plan, steps, needed, self._shares, host(), self.graph.name, self.prepare)
        self.segments.append(segment)
        names = [self._native(value) for value in segment.inputs]
        for value in segment.outputs:
            shared = self._shares.get(value)
            if shared is not None:
                name = self._name(value, self._names[shared])
            else:
                name = self._name(value, f"v{len(self._names)}")
                dtype = self._global("t", value.dtype.array_dtype)
                self._lines.append(f"    {name} = empty({value.dims!r}, {dtype})")
            names.append(name)
        call, flag = self._global("n", segment.call), self._global("f", numpy.zeros(1, numpy.int32))
        if segment.may_fail:  # other threads must not see it set
            flag = "flag"
            self._lines.append("    flag = numpy.zeros(1, numpy.int32)")
        names += [self._global("m", segment.arena), flag]
        deferring = segment.deferring() if is_rest and not segment.may_fail else None
        if deferring is not None:
            defer = self._global("d", deferring)
            finish = self._global("e", threads.finish_rest)
            lines = [
                f"    begin(({', '.join(names)},), {finish})",
                f"    if not {defer}({', '.join(names)}):",
            ]
            self._deferring = [len(self._lines), *lines]
        self._lines.append(f"    if not {call}({', '.join(names)}):")
        retry = self._global("r", _Retry(segment))
        self._lines.append(f"        {retry}(({', '.join(names)},))")
        if segment.may_fail:
            fallback = self._global("x", executable(self.graph))
            inputs = ", ".join([self._names[value] for value in self.graph.inputs])
            self._lines.append("    if flag[0]:  # NumPy's kernels say what is wrong")
            self._lines.append(f"        return {fallback}({inputs})")
        for value in segment.outputs:
            if not value.dims:
                name = self._names[value]
                self._lines.append(f"    {name} = {name}[()]")

    def _native(self, value):
        """The variable for an argument of a segment: constants as arrays."""
        if value.constant is not None and value not in self._names:
            self._names[value] = self._global("c", numpy.array(value.constant, order="C"))
        return self._read(value)

    def _call(self, node):
        kernel = self._global("k", node.op.kernel)
        inputs = [self._read(value) for value in node.inputs]
        params = []
        for key, value in node.params.items():
            if has_sizes(value):
                text = sized(value, self._symbol, lambda each: self._global("p", each))
            else:
                text = self._global("p", value)
            params.append(f"{key}={text}")
        outputs = [self._name(value, f"v{len(self._names)}_{value.index}") for value in node.outputs]
        target = f"({''.join([f'{each}, ' for each in outputs])})" if node.several else outputs[0]
        self._lines.append(f"    {target} = {kernel}({', '.join(['numpy', *inputs, *params])})")
        self._nodes[len(self._lines) + 1] = node, inputs

    def _symbol(self, symbol):
        return symbol_source(self._read(symbol.arguments[0]), symbol)

    def _explained(self, error):
        """A kernel's error as that of its op."""
        trace = sys.exc_info()[2]
        while trace is not None and trace.tb_frame.f_code.co_filename != self._filename:
            trace = trace.tb_next
        if trace is None or isinstance(error, OpError) or trace.tb_lineno not in self._nodes:
            return out_of_memory(error) if isinstance(error, MemoryError) else error
        node, names = self._nodes[trace.tb_lineno]
        arrays = [eval(name, self._globals, trace.tb_frame.f_locals) for name in names]
        return explain(
            node.op, [wrap(each, from_array_dtype(each.dtype)) for each in arrays], node.params, error
        )


class _Retry:
    """Calls a segment again, with arrays in the form that it takes."""

    def __init__(self, segment):
        self._segment = segment

    def __call__(self, values):
        count = len(self._segment.inputs)
        arguments = self._segment.arguments
        # A variable may hold an array that is a view: what would be written into it is written beside it first, into
        # a copy, because the program may read there what it was.
        places = [
            each if each.flags.c_contiguous and each.dtype is dtype else _copied(each, dtype)
            for each, (dtype, *_) in zip(values[count:], arguments[count:], strict=True)
        ]
        if not self._segment.call(*conform(values[:count], arguments[:count]), *places):
            raise self._segment.explain(values)
        for array, place in zip(values[count:], places, strict=True):
            if place is not array:
                array[...] = place


def _copied(array, dtype):
    place = numpy.empty(array.shape, dtype)
    place[...] = array
    return place


def _refusals_first(plan):
    """The steps in an order in which those that may end the program, and what they need, come before all others.

    What comes after them may be written in place: there is no way back from there.
    """
    makers = {value: step for step in plan.steps for value in makes_of(plan, step)}
    waiting = [step for step in plan.steps if _may_refuse(plan, step)]
    early = set()
    while waiting:
        step = waiting.pop()
        if step not in early:
            early.add(step)
            waiting += [makers[value] for value in reads_of(plan, step) if value in makers]
    return [each for each in plan.steps if each in early] + [each for each in plan.steps if each not in early]


def _results_first(graph, plan, aliases):
    """(the steps, those first that all but the values of `aliases` need; where the others, the rest, begin).

    None in the place of the latter if the rest is not worth to be left to a worker, or cannot be.
    """
    waiting = [plan.base(value) for place, value in enumerate(graph.outputs) if place not in aliases]
    waiting += [plan.base(graph.outputs[place]) for place in aliases if not graph.outputs[place].dims]
    makers = {value: step for step in plan.steps for value in makes_of(plan, step)}
    first = {step for step in plan.steps if _may_refuse(plan, step)}
    waiting += [value for step in first for value in reads_of(plan, step)]
    while waiting:
        step = makers.get(waiting.pop())
        if step is not None and step not in first:
            first.add(step)
            waiting += reads_of(plan, step)
    rest = [step for step in plan.steps if step not in first]
    work = sum([(flops_of(plan, step) or 0) / _OPERATIONS + bytes_of(plan, step) / _BYTES for step in rest])
    position = len(plan.steps) - len(rest)
    return [step for step in plan.steps if step in first] + rest, position if work >= _WORTH else None


def _may_refuse(plan, step):
    """Whether the step may end the program: by a requirement of a kernel, or an error of what is called."""
    if step.kind == "kernel":
        rules = [node.op.lower_rule for node in nodes_of(plan, step.kernel)]
        return any(["required" in rule.__code__.co_names for rule in rules if hasattr(rule, "__code__")])
    return step.kind != "native"


def _reads_in_place(plan, step, value, place):
    """Whether the kernel reads `place` only at the element that it writes of `value`."""
    from tapeflow.compiler.plan import Root

    assert isinstance(step.kernel.roots[0], Root)
    for root in step.kernel.roots:
        if (
            root.kind != "map"
            or root.value.dims != value.dims
            or not _pointwise(plan, root.node, place, value.dims)
        ):
            return False
    return True


def _pointwise(plan, node, place, dims):
    waiting, seen = [node], {node}
    while waiting:
        node = waiting.pop()
        if node.op.family != "elementwise":
            if _mentions(plan, node, place):
                return False
            continue
        for each in node.inputs:
            base = plan.base(each)
            if base is place and each.dims != dims:
                return False
            maker = plan.maker(base)
            if maker is not None and base not in plan.stored and maker not in seen:
                seen.add(maker)
                waiting.append(maker)
    return True


def _mentions(plan, node, place):
    waiting, seen = [node], {node}
    while waiting:
        for base in map(plan.base, waiting.pop().inputs):
            if base is place:
                return True
            maker = plan.maker(base)
            if maker is not None and maker not in seen:
                seen.add(maker)
                waiting.append(maker)
    return False
