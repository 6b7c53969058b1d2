"""Running a program on NumPy arrays: straight-line Python that calls one kernel after the other.

The quickest way to a first result. The text is generated once for each graph; sizes that were unknown when
the program was traced are computed from the arrays on the way. An error is explained as eager execution
explains it, by the op whose line raised it.
"""

import sys

import numpy

from tapeflow.core.dtypes import from_array_dtype
from tapeflow.core.eager import SILENT, error_mode, explain, restore, silence, wrap
from tapeflow.core.errors import OpError
from tapeflow.core.size import has_sizes, joined, source

_KEY = "execute"


def executable(graph):
    """A function of the arrays of the graph's inputs that gives the tuple of those of its outputs."""
    found = graph.derived.get(_KEY)
    if found is None:
        found = graph.derived[_KEY] = _Writer(graph).function()
    return found


def run(graph, arrays):
    """The arrays of the outputs of the graph."""
    token = None if error_mode() is SILENT else silence(SILENT)
    try:
        return executable(graph)(*arrays)
    finally:
        if token is not None:
            restore(token)


class _Writer:
    """Writes the text of one graph."""

    def __init__(self, graph):
        self._graph = graph
        self._names = {}  # value -> its variable in the text
        self._globals = {"numpy": numpy, "joined": joined, "int": int}
        self._lines = []
        self._nodes = {}  # line number -> node

    def function(self):
        graph = self._graph
        arguments = [self._name(value, f"a{position}") for position, value in enumerate(graph.inputs)]
        header = f"def program({', '.join(arguments)}):"
        last = self._last_uses()
        for position, node in enumerate(graph.nodes):
            self._call(position, node)
            dead = [self._names[value] for value in last.get(position, ()) if value in self._names]
            if dead:
                self._lines.append(f"    {' = '.join(dead)} = None")
        results = "".join([f"{self._read(value)}, " for value in graph.outputs])
        text = "\n".join([header, *self._lines, f"    return ({results})"])
        filename = f"<program {graph.name}>"
        exec(compile(text, filename, "exec"), self._globals)
        return _explaining(self._globals["program"], filename, self._nodes, self._locals_of)

    def _name(self, value, name):
        self._names[value] = name
        return name

    def _read(self, value):
        if value in self._names:
            return self._names[value]
        name = self._name(value, f"c{len(self._names)}")
        self._globals[name] = value.constant
        return name

    def _call(self, position, node):
        kernel = f"k{position}"
        self._globals[kernel] = node.op.kernel
        inputs = [self._read(value) for value in node.inputs]
        params = []
        for key, value in node.params.items():
            if has_sizes(value):
                params.append(f"{key}={sized(value, self._symbol, self._keep)}")
            else:
                self._globals[f"p{position}_{key}"] = value
                params.append(f"{key}=p{position}_{key}")
        call = f"{kernel}({', '.join(['numpy', *inputs, *params])})"
        outputs = [self._name(value, f"v{position}_{value.index}") for value in node.outputs]
        target = f"({''.join([f'{each}, ' for each in outputs])})" if node.several else outputs[0]
        self._lines.append(f"    {target} = {call}")
        self._nodes[len(self._lines) + 1] = node

    def _keep(self, value):
        name = f"q{len(self._globals)}"
        self._globals[name] = value
        return name

    def _symbol(self, symbol):
        return symbol_source(self._read(symbol.arguments[0]), symbol)

    def _last_uses(self):
        """{position of a node: the values that nobody reads after it}."""
        from tapeflow.core.size import symbols_in

        last = {}
        for position, node in enumerate(self._graph.nodes):
            for value in (*node.inputs, *node.outputs):
                last[value] = position
            for param in node.params.values():
                for size in _sizes_in(param):
                    for symbol in symbols_in(size):
                        last[symbol.arguments[0]] = position
        for value in self._graph.outputs:
            last.pop(value, None)
        dying = {}
        for value, position in last.items():
            if value.constant is None:
                dying.setdefault(position, []).append(value)
        return dying

    def _locals_of(self, frame, node):
        return [
            value.constant if value.constant is not None else frame.f_locals.get(self._names[value])
            for value in node.inputs
        ]


def sized(value, symbol, keep):
    """Source text for a parameter with sizes: symbol(symbol) is the text for one, keep(value) for anything else."""
    kind = type(value)
    if kind is tuple:
        return "(" + "".join([f"{sized(each, symbol, keep)}, " for each in value]) + ")"
    if kind is list:
        return "[" + ", ".join([sized(each, symbol, keep) for each in value]) + "]"
    return source(value, symbol) if has_sizes(value) else keep(value)


def symbol_source(name, symbol):
    """Source text for a symbol that names the value in the variable `name`."""
    position = symbol.arguments[1]
    if symbol.kind == "axis":
        return f"{name}.shape[{position}]"
    return f"int({name})" if position is None else f"int({name}[{position}])"


def _sizes_in(param):
    kind = type(param)
    if kind is tuple or kind is list:
        return [size for each in param for size in _sizes_in(each)]
    return [param] if has_sizes(param) else []


def _explaining(program, filename, nodes, arguments_of):
    """`program`, whose kernels' errors come out as those of the ops that they belong to."""

    def explaining(*arrays):
        try:
            return program(*arrays)
        except (ValueError, IndexError, TypeError, ArithmeticError, MemoryError) as error:
            trace = sys.exc_info()[2]
            while trace is not None and trace.tb_frame.f_code.co_filename != filename:
                trace = trace.tb_next
            if trace is None or isinstance(error, OpError) or trace.tb_lineno not in nodes:
                raise
            node = nodes[trace.tb_lineno]
            inputs = arguments_of(trace.tb_frame, node)
            if any(each is None for each in inputs):
                raise
            tensors = [wrap(each, from_array_dtype(each.dtype)) for each in inputs]
            raise explain(node.op, tensors, node.params, error) from error

    return explaining
