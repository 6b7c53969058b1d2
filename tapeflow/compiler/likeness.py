"""Which kernels and which graphs are alike: the same ops on the same shapes, but for where in memory the numbers lie.

The layers of a network, the updates of its weights and the steps of an unrolled loop are many times the same
kernel, which is written and compiled once. And what is traced anew for each data set or model, such as the function
that picks a batch, is often the same graph again.
"""

import numpy

from tapeflow.core.dtypes import DType
from tapeflow.core.op import REGISTRY
from tapeflow.graph.graph import Graph

_LARGE = 1 << 12
"""Graphs with constants of more bytes than this are not compared."""


class _Unknown(Exception):
    """Something of which nobody can say whether it is the same."""


def likeness(plan, kernel, position_of):
    """A key that is equal for kernels that are alike; None if that cannot be said.

    position_of(value): which of the kernel's addresses is that of a value in memory.
    """
    places = {root.value: number for number, root in enumerate(kernel.roots)}
    numbers, nodes = {}, []  # node -> its number; what each is

    def operand(value):
        base = plan.base(value)
        if base.constant is not None and base.constant.size == 1:
            return "constant", value.dtype, value.dims, base.constant.tobytes()
        if base in places:
            return "root", places[base], value.dims
        maker = plan.maker(base)
        if maker is None or base in plan.roots:
            return "memory", position_of(base), value.dtype, value.dims, base.dims
        return "value", number_of(maker), value.dims

    def number_of(node):
        if node not in numbers:
            found = node.op, frozen(node.params), node.outputs[0].dtype, node.outputs[0].dims
            found = (*found, *[operand(value) for value in node.inputs])
            numbers[node] = len(nodes)
            nodes.append(found)
        return numbers[node]

    try:
        roots = []
        for root in kernel.roots:
            is_stored = root.value in plan.stored
            place = position_of(root.value) if is_stored else None
            needs = tuple([places.get(need.value) for need in root.needs])
            roots.append((root.kind, root.space, number_of(root.node), place, needs))
    except _Unknown:
        return None
    return kernel.rows, kernel.columns, tuple(roots), tuple(nodes)


def frozen(value):
    """Something hashable that is equal for equal parameters of ops. Raises _Unknown for objects of unknown kinds."""
    kind = type(value)
    if kind is dict:
        return tuple([(name, frozen(each)) for name, each in sorted(value.items())])
    if kind is tuple or kind is list:
        return kind, tuple([frozen(each) for each in value])
    if kind is float:
        return kind, value.hex()
    if value is None or kind in (bool, int, str, bytes):
        return kind, value
    if isinstance(value, DType):
        return value
    raise _Unknown


def likeness_of_graph(graph):
    """A key that is equal for graphs of known shapes that are alike; None if that cannot be said.

    Names and lines of the user's code count: errors tell of them.
    """
    try:
        return _graph_key(graph, {})
    except _Unknown:
        return None


def _graph_key(graph, numbers):
    def operand(value):
        if value.constant is None:
            return numbers[value]
        if value.constant.nbytes > _LARGE or value.dtype.array_dtype.hasobject:
            raise _Unknown
        return value.dtype, frozen(value.dims), numpy.asarray(value.constant).tobytes()

    def made(value):
        numbers[value] = len(numbers)
        return value.dtype, frozen(value.dims)

    def parameter(value):
        if isinstance(value, Graph):
            return _graph_key(value, numbers)
        if type(value) is tuple:
            return tuple([parameter(each) for each in value])
        return frozen(value)

    inputs = tuple([made(value) for value in graph.inputs])
    nodes = []
    for node in graph.nodes:
        if (
            REGISTRY.get(node.op.type_name) is not node.op
        ):  # made of a user's function, which is not to be kept
            raise _Unknown
        params = tuple([(name, parameter(node.params[name])) for name in sorted(node.params)])
        read = tuple([operand(value) for value in node.inputs])
        results = tuple([made(value) for value in node.outputs])
        nodes.append((node.op, node.name, node.location, params, read, results))
    return inputs, tuple(nodes), tuple([operand(value) for value in graph.outputs])
