"""Functions of TensorFlow's graphs, run node by node by calls of our own functions.

Called eagerly that gives values; called in a trace, it becomes a program as any Python function does.
"""

import functools
import os

import numpy

from tapeflow.api.context import init_scope
from tapeflow.api.graph_def.custom_gradients import KIND, gradient_functions, read_by_gradient, with_gradient
from tapeflow.api.graph_def.node import Node
from tapeflow.api.graph_def.table import entry_of
from tapeflow.core.errors import DataLossError
from tapeflow.core.tensor import EagerTensor
from tapeflow.graph.tracing import current

_DEEPEST = 100
_GROWS = "resize_if_index_out_of_bounds"
_MOST_SHOWN = 20
_MOST_KNOWN = 64
"""So many elements a tensor may have that is written into the program."""


class Library:
    """The functions of a graph, by name.

    functions: FunctionDefs; gradients: RegisteredGradients, which say by what functions custom gradients are computed;
    captures(name) says what such a function captures, see `custom_gradients.py`; folder: where files that are read lie.
    """

    def __init__(self, functions, gradients=(), captures=None, folder=None):
        self._messages = {each.signature.name: each for each in functions}
        self._programs = {}
        self._checked = set()
        self.gradients = {each.registered_op_type: each.gradient_func for each in gradients}
        self.captures_of = captures
        self._folder = None if folder is None else os.path.realpath(folder)

    def call(self, name, arguments):
        """The results, a list, of the function `name` for the list of arguments."""
        return self.program(name).run(arguments)

    def program(self, name):
        """The Program of a function. DataLossError if there is none."""
        found = self._programs.get(name)
        if found is None:
            message = self._messages.get(name)
            if message is None:
                raise DataLossError(
                    None, None, f"a graph that calls the function {name!r}, which is not in it"
                )
            found = self._programs[name] = FunctionProgram(message, self)
        return found

    @functools.cached_property
    def has_growing_lists(self):
        """Whether any function writes behind the end of a list, so that it grows: lists are told when they are made."""
        return any(
            [
                node.op == "TensorListSetItem" and _GROWS in node.attr and node.attr[_GROWS].b
                for function in self._messages.values()
                for node in function.node_def
            ]
        )

    def check_file(self, path):
        """DataLossError unless the file, a string tensor, lies in the folder of the model: others are not its own."""
        path = os.path.realpath(path.numpy().decode())
        if self._folder is None or os.path.commonpath([self._folder, path]) != self._folder:
            raise DataLossError(
                None, None, f"a graph that reads the file {path!r} outside of the folder of the model"
            )

    def check(self, program):
        """NotImplementedError if nodes of the program, or of functions that it calls, are of ops that are not read.

        Also for functions that call themselves.
        """
        if program in self._checked:
            return
        missing, callers, done = list(program.missing()), [program], set()
        stack = [(program, iter(program.callees()))]
        while stack:
            current, rest = stack[-1]
            name = next(rest, None)
            if name is None:
                stack.pop()
                callers.pop()
                done.add(current)
                continue
            callee = self.program(name)
            if callee in callers:
                raise NotImplementedError(f"The function {name!r} calls itself, which programs here cannot.")
            if len(callers) > _DEEPEST:
                raise NotImplementedError(
                    f"{program.title} calls functions within functions, {_DEEPEST} deep, and no further is read."
                )
            if callee not in done:
                missing += callee.missing()
                stack.append((callee, iter(callee.callees())))
                callers.append(callee)
        if missing:
            ops = sorted({node.op for node, _ in missing})
            shown = [f"{node.op} (node {node.name!r} of {where})" for node, where in missing[:_MOST_SHOWN]]
            more = f", and {len(missing) - _MOST_SHOWN} more" if len(missing) > _MOST_SHOWN else ""
            raise NotImplementedError(
                f"{program.title} has operations that tapeflow does not read: {', '.join(ops)}. They are: "
                f"{', '.join(shown)}{more}."
            )
        self._checked.add(program)


class _Step:
    """A node with what to call for it, and where its inputs come from."""

    __slots__ = ("entry", "node", "operands")

    def __init__(self, node, entry, operands):
        self.node = node
        self.entry = entry
        self.operands = operands

    def run(self, values, call):
        """For each output the list of what it gives. call(entry, node, inputs) does it."""
        inputs = [_taken(values, each, self.node) for each in self.operands]
        try:
            if KIND in self.node:
                inputs = with_gradient(self.node, inputs, values)
            found = call(self.entry, self.node, inputs)
        except Exception as error:
            if not getattr(error, "__notes__", None):
                error.add_note(f"This happened in {self.node} of a graph that TensorFlow wrote.")
            raise
        outputs = (found,) if self.entry.outputs is None else found
        return [_listed(each) for each in outputs]


def _call(entry, node, inputs):
    if entry.is_pure and inputs and all([type(each) is EagerTensor for each in inputs]):
        with init_scope():  # what follows from constants is one: the number of an axis, for instance
            return entry.call(node, *inputs)
    return entry.call(node, *[_known(each) for each in inputs])


def _known(value):
    """In a trace, a small tensor from outside becomes a constant, which shapes may be made of, and is not captured."""
    tracer = current()
    if tracer is None or type(value) is not EagerTensor or numpy.size(value._array) > _MOST_KNOWN:
        return value
    return tracer.constant(value._array, value._dtype)


def _listed(found):
    if found is None:
        return []
    return list(found) if isinstance(found, list | tuple) else [found]


def _taken(values, operand, node):
    source, place, number = operand
    try:
        outputs = values[source]
        if place is None:
            return [each for output in outputs for each in output][number]
        return outputs[place][number]
    except IndexError:
        raise DataLossError(None, None, f"{node} takes an output of {source!r} that is not there") from None


class Program:
    """Nodes that give some results.

    needed: operands as text, as nodes have them, of the results; extra: names of nodes that run in any case.
    """

    def __init__(self, title, messages, library, parameters, needed, extra=()):
        self.title = title
        self.parameters = parameters
        self._library = library
        self._messages = {each.name: each for each in messages}
        if len(self._messages) != len(messages):
            raise DataLossError(None, None, f"{title} has two nodes of one name")
        self._needed = list(needed)
        self._nodes = {}
        self._order = self._ordered([*extra, *[self.source(each) for each in self._needed]])
        self._steps = None

    def _ordered(self, names):
        """The names of the nodes that are needed, each behind those that it takes something from."""
        state, order = {}, []
        for first in names:
            stack = [(first, None)]
            while stack:
                name, rest = stack.pop()
                if name in self.parameters:
                    continue
                if rest is None:
                    if name in state:
                        if state[name] == "open":
                            raise DataLossError(None, None, f"{self.title} has a circle through {name!r}")
                        continue
                    message = self._messages.get(name)
                    if message is None:
                        raise DataLossError(
                            None, None, f"{self.title} takes something from {name!r}, which is not in it"
                        )
                    state[name] = "open"
                    self._nodes[name] = Node(message, self._library)
                    read = read_by_gradient(self._nodes[name])
                    rest = iter([self.source(each) for each in [*message.input, *read]])
                following = next(rest, None)
                if following is None:
                    state[name] = "done"
                    order.append(name)
                else:
                    stack += [(name, rest), (following, None)]
        return order

    def missing(self):
        """(node, title of the program) of those of which the op is not read."""
        nodes = [self._nodes[name] for name in self._order]
        return [(each, self.title) for each in nodes if entry_of(each.op) is None]

    def callees(self):
        """The names of the functions that nodes call."""
        found = []
        for name in self._order:
            node = self._nodes[name]
            found += [*node.callees(), *gradient_functions(node)]
        return found

    def run(self, arguments, call=_call):
        """The list of results for the list of arguments. call(entry, node, inputs) does what a node does."""
        self._library.check(self)
        values = {name: [[value]] for name, value in zip(self.parameters, arguments, strict=True)}
        if self._steps is None:
            self._steps = [self._step(name) for name in self._order]
        for step in self._steps:
            values[step.node.name] = step.run(values, call)
        return [_taken(values, self.operand(each), self.title) for each in self._needed]

    def _step(self, name):
        node = self._nodes[name]
        operands = [self.operand(each) for each in self._messages[name].input if each[:1] != "^"]
        return _Step(node, entry_of(node.op), operands)

    def source(self, text):
        """The name of the node, or parameter, that an input of a node comes from."""
        return text.removeprefix("^").partition(":")[0]

    def operand(self, text):
        """(name of a node or parameter, number of the output or None, number within it) of an input of a node."""
        raise NotImplementedError


class FunctionProgram(Program):
    """A FunctionDef: inputs of its nodes are parameters, `node:output:number`, or `^node`."""

    def __init__(self, message, library):
        signature = message.signature
        self.name = signature.name
        parameters = [each.name for each in signature.input_arg]
        title = f"the function {self.name!r}"
        missing = [each.name for each in signature.output_arg if each.name not in message.ret]
        if missing:
            raise DataLossError(None, None, f"{title} does not say what its results {missing} are")
        needed = [message.ret[each.name] for each in signature.output_arg]
        super().__init__(
            title, message.node_def, library, parameters, needed, list(message.control_ret.values())
        )

    def unchanged(self):
        """For each result the number of the parameter that it is; None if it is something else."""
        return [self._parameter(each) for each in self._needed]

    def _parameter(self, text):
        while True:
            name = self.source(text)
            if name in self.parameters:
                return self.parameters.index(name)
            message = self._messages.get(name)
            if message is None or message.op != "Identity" or not message.input:
                return None
            text = message.input[0]

    def operand(self, text):
        name, *rest = text.split(":")
        if name in self.parameters:
            return name, 0, 0
        if len(rest) != 2 or not rest[1].isdecimal():
            raise DataLossError(None, None, f"{self.title} has an input {text!r}, which is none")
        outputs = entry_of(self._nodes[name].op).outputs
        if outputs is not None and rest[0] not in outputs:
            raise DataLossError(None, None, f"{self._nodes[name]} has no output {rest[0]!r}")
        return name, 0 if outputs is None else outputs.index(rest[0]), int(rest[1])


class GraphProgram(Program):
    """A GraphDef: inputs of its nodes are `node`, `node:number` or `^node`.

    parameters: such texts, all with numbers, of what is given instead; needed: those of the results; extra: names of
    nodes that run in any case.
    """

    def __init__(self, message, library, parameters, needed, extra=()):
        super().__init__("the graph", message.node, library, parameters, needed, extra)

    def source(self, text):
        numbered = _numbered(text)
        return numbered if numbered in self.parameters else super().source(text)

    def operand(self, text):
        numbered = _numbered(text)
        if numbered in self.parameters:
            return numbered, 0, 0
        name, _, number = numbered.rpartition(":")
        return name, None, int(number)


def _numbered(text):
    name, colon, number = text.partition(":")
    if colon and not number.isdecimal():
        raise DataLossError(None, None, f"the graph has an input {text!r}, which is none")
    return f"{name}:{int(number or 0)}"
