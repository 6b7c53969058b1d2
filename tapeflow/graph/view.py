"""Programs as users look at them: graphs, operations, text and pictures."""

from tapeflow.core.shapes import TensorShape
from tapeflow.core.size import visible
from tapeflow.graph.symbolic import SymbolicTensor


class Operation:
    """One call in a program: its name, type, inputs and outputs."""

    def __init__(self, tracer, value):
        self._tracer = tracer
        self._node = value.node
        self._value = value

    @property
    def name(self):
        """The name, unique in the program."""
        return self._tracer.name_of(self._value)

    @property
    def type(self):
        """The type name of the op; Placeholder or Const for what no op gives."""
        if self._node is not None:
            return self._node.op.type_name
        return "Placeholder" if self._value.constant is None else "Const"

    @property
    def node_def(self):
        """The call as a line of text."""
        return self.name if self._node is None else node_text(self._node, self._tracer.name_of)

    @property
    def inputs(self):
        """The tensors that it takes."""
        node = self._node
        return [] if node is None else [SymbolicTensor(value, self._tracer) for value in node.inputs]

    @property
    def outputs(self):
        """The tensors that it gives."""
        values = [self._value] if self._node is None else self._node.outputs
        return [SymbolicTensor(value, self._tracer) for value in values]

    @property
    def graph(self):
        """The program that it is part of."""
        return self._tracer.graph_view

    def __eq__(self, other):
        return isinstance(other, Operation) and (self._node or self._value) is (other._node or other._value)

    def __hash__(self):
        return id(self._node or self._value)

    def __repr__(self):
        return f"<tf.Operation '{self.name}' type={self.type}>"


class GraphView:
    """A program in the making, as `tensor.graph` shows it."""

    building_function = True

    def __init__(self, tracer):
        self.tracer = tracer

    @property
    def name(self):
        """The name of the function that is traced."""
        return self.tracer.name

    @property
    def inputs(self):
        """The tensors that the program takes."""
        return [SymbolicTensor(value, self.tracer) for value in self.tracer.inputs]

    def get_operations(self):
        """The operations, in the order in which they were traced."""
        values = [*self.tracer.inputs, *[node.outputs[0] for node in self.tracer.nodes if node.outputs]]
        return [Operation(self.tracer, value) for value in values]

    def as_graph_def(self):
        """The program as text, a line for each operation."""
        return text(self.tracer.name, self.tracer.inputs, self.tracer.nodes, [])

    def as_default(self):
        """Context manager: for programs that are being traced already, nothing."""
        import contextlib

        return contextlib.nullcontext(self)

    def __eq__(self, other):
        return isinstance(other, GraphView) and self.tracer is other.tracer

    def __hash__(self):
        return id(self.tracer)

    def __repr__(self):
        return f"FuncGraph(name={self.name})"


class FinishedGraph:
    """The program of a concrete function, as `concrete.graph` shows it."""

    building_function = True

    def __init__(self, trace):
        self._graph = trace.graph
        self._num_results = trace.num_results
        self.name = trace.name

    @property
    def inputs(self):
        """The tensors that the program takes."""
        return [SymbolicTensor(value, self) for value in self._graph.inputs]

    @property
    def outputs(self):
        """The tensors that it gives."""
        return [SymbolicTensor(value, self) for value in self._graph.outputs[: self._num_results]]

    active = is_open = False

    def name_of(self, value):
        """The name of the operation that gives a value."""
        return (value.node.name if value.node is not None else value.name) or "value"

    @property
    def graph_view(self):
        """The program itself."""
        return self

    def operation(self, value):
        """The operation that gives a value."""
        return Operation(self, value)

    def get_operations(self):
        """The operations, in the order in which they run."""
        values = [*self._graph.inputs, *[node.outputs[0] for node in self._graph.nodes if node.outputs]]
        return [Operation(self, value) for value in values]

    def as_graph_def(self):
        """The program as text, a line for each operation."""
        return text(self.name, self._graph.inputs, self._graph.nodes, self._graph.outputs)

    def as_dot(self):
        """The program as a picture in the language of Graphviz."""
        return dot(self._graph)

    def __repr__(self):
        return f"FuncGraph(name={self.name})"


def shape_text(dims):
    """Dims as TensorFlow writes them in programs."""
    return str(TensorShape(visible(dims))).replace("None", "?")


class _Names:
    """Names for the values of a program, unique within it."""

    def __init__(self):
        self._names = {}
        self._used = {}

    def __call__(self, value):
        if value not in self._names:
            name = value.node.name if value.node is not None else value.name
            name = name or ("const" if value.constant is not None else "value")
            if value.node is not None and len(value.node.outputs) > 1:
                name = f"{name}:{value.index}"
            count = self._used[name] = self._used.get(name, 0) + 1
            self._names[value] = name if count == 1 else f"{name}#{count}"
        return self._names[value]


def node_text(node, name):
    """One call as a line of text."""
    results = ", ".join([f"{name(each)}: {each.dtype.name}{shape_text(each.dims)}" for each in node.outputs])
    params = [f"{key}={_param_text(value)}" for key, value in node.params.items()]
    inputs = [_constant_text(each) if each.constant is not None else name(each) for each in node.inputs]
    return f"{results} = {node.op.type_name}({', '.join([*inputs, *params])})"


def _constant_text(value):
    if not value.dims:
        return str(value.constant)
    return f"const {value.dtype.name}{shape_text(value.dims)}"


def _param_text(value):
    return f"<{value.name}>" if hasattr(value, "nodes") else repr(value)


def text(title, inputs, nodes, outputs, indent=""):
    """A program as text: its inputs, a line for each node, its outputs, and the programs within it."""
    name = _Names()
    header = ", ".join([f"{name(each)}: {each.dtype.name}{shape_text(each.dims)}" for each in inputs])
    lines = [f"{indent}{title}({header})"]
    for node in nodes:
        lines.append(f"{indent}  {node_text(node, name)}")
        for each in _graphs(node):
            lines.append(text(each.name, each.inputs, each.nodes, each.outputs, indent + "    | "))
    if outputs:
        results = [_constant_text(each) if each.constant is not None else name(each) for each in outputs]
        lines.append(f"{indent}  return {', '.join(results)}")
    return "\n".join(lines)


def _graphs(node):
    from tapeflow.graph.graph import graphs_in

    return graphs_in(node.params)


def dot(graph):
    """The program in the language of Graphviz; programs within it are boxes."""
    lines = [f'digraph "{graph.name}" {{', "  node [shape=box, fontname=Helvetica, fontsize=10];"]
    _dot_nodes(graph, lines, "  ", "")
    return "\n".join([*lines, "}"])


def _dot_nodes(graph, lines, indent, prefix):
    made = {}
    for position, value in enumerate(graph.inputs):
        made[value] = f"{prefix}i{position}"
        label = f"{value.name or 'input'}\\n{value.dtype.name}{shape_text(value.dims)}"
        lines.append(f'{indent}"{made[value]}" [label="{label}", shape=ellipse];')
    for position, node in enumerate(graph.nodes):
        key = f"{prefix}n{position}"
        shapes = ", ".join([f"{each.dtype.name}{shape_text(each.dims)}" for each in node.outputs])
        lines.append(f'{indent}"{key}" [label="{node.op.type_name}\\n{shapes}"];')
        for value in node.inputs:
            if value in made:
                lines.append(f'{indent}"{made[value]}" -> "{key}";')
        for value in node.outputs:
            made[value] = key
        for count, inner in enumerate(_graphs(node)):
            lines.append(f'{indent}subgraph "cluster_{key}_{count}" {{ label="{node.name}: {inner.name}";')
            _dot_nodes(inner, lines, indent + "  ", f"{key}.{count}.")
            lines.append(f"{indent}}}")
    for position, value in enumerate(graph.outputs):
        lines.append(f'{indent}"{prefix}o{position}" [label="result {position}", shape=ellipse];')
        if value in made:
            lines.append(f'{indent}"{made[value]}" -> "{prefix}o{position}";')
