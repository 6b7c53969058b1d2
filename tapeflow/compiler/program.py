"""The compiled program: native segments, and calls of kernels between them, in straight-line Python."""

import sys
import time

import numpy

from tapeflow.compiler.load import conform
from tapeflow.compiler.native import Segment, makes_of, reads_of
from tapeflow.compiler.plan import nodes_of
from tapeflow.compiler.target import host
from tapeflow.core.dtypes import from_array_dtype
from tapeflow.core.eager import SILENT, error_mode, explain, restore, silence, wrap
from tapeflow.core.errors import OpError
from tapeflow.core.size import has_sizes, joined
from tapeflow.graph.execute import executable, sized, symbol_source


class Program:
    """A function of the arrays of the graph's inputs that gives the tuple of those of its outputs.

    laps: a list that gets the time at the start and after each step, each of which is then a segment of its own.
    """

    def __init__(self, graph, plan, aliases, prepare, laps=None):
        self.graph = graph
        self.plan = plan
        self.prepare = prepare
        self._laps = laps
        if aliases:
            plan.steps = _refusals_first(plan)
        self._shares = self._shared(aliases)
        self.segments = []
        self._lines = []
        self._names = {}
        self._globals = {"numpy": numpy, "empty": numpy.empty, "conform": conform, "joined": joined}
        self._nodes = {}
        self._function = self._write()

    def __call__(self, *arrays):
        token = None if error_mode() is SILENT else silence(SILENT)
        try:
            return self._function(*arrays)
        except (ValueError, IndexError, TypeError, ArithmeticError) as error:
            raise self._explained(error) from error
        finally:
            if token is not None:
                restore(token)

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
                    end += 1
                self._segment(steps[position:end], needed_after[end])
                position = end
            else:
                self._call(steps[position].node)
                position += 1
            self._lap()
        results = "".join([f"{self._result(value)}, " for value in graph.outputs])
        header = f"def program({', '.join(arguments)}):"
        text = "\n".join([header, *self._lines, f"    return ({results})"])
        self._filename = f"<compiled {graph.name}>"
        self.text = text
        exec(compile(text, self._filename, "exec"), self._globals)
        return self._globals["program"]

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

    def _segment(self, steps, needed):
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
            return error
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
