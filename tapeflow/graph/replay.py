"""Calling the ops of a program again, through the door: with tapes, in another trace, on known shapes, on batches."""

from tapeflow.core import size as sizes
from tapeflow.core.apply import apply
from tapeflow.core.context import state
from tapeflow.core.eager import wrap
from tapeflow.core.tensor import EagerTensor
from tapeflow.graph.tracing import Tracer, current, has_sizes_anywhere


def replay(graph, tensors):
    """The tensors of the graph's outputs, for those of its inputs."""
    found = dict(zip(graph.inputs, tensors, strict=True))
    tracer = current()
    before = None if tracer is None else tracer.location
    try:
        for node in graph.nodes:
            if tracer is not None:
                tracer.location = node.location
            replay_node(node, found)
    finally:
        if tracer is not None:
            tracer.location = before
    return [found[value] if value in found else constant_tensor(value, found) for value in graph.outputs]


def replay_node(node, found):
    """Calls a node's op again on what was found for its inputs, and adds what comes of it."""
    inputs = [found[value] if value in found else constant_tensor(value, found) for value in node.inputs]
    params = node.params
    if has_sizes_anywhere(params):
        lookup = _lookup(found)
        params = {key: sizes.with_sizes(each, lookup) for key, each in params.items()}
    result = invoke(node.op, inputs, params)
    if node.several:
        found.update(zip(node.outputs, result, strict=True))
    else:
        found[node.outputs[0]] = result


def invoke(op, inputs, params):
    """Calls the op; one that must prepare for being recorded says how (`invoke=` among its facts)."""
    prepared = op.facts.get("invoke")
    return apply(op, *inputs, **params) if prepared is None else prepared(*inputs, **params)


def constant_tensor(value, found):
    """The tensor of a constant in what is replayed, which is added to what was found."""
    constant = getattr(state.interpreter, "constant", None)
    tensor = wrap(value.constant, value.dtype) if constant is None else constant(value.constant, value.dtype)
    found[value] = tensor
    return tensor


def _lookup(found):
    """What symbols are in terms of the tensors found so far."""

    def lookup(symbol):
        value, position = symbol.arguments
        tensor = found.get(value)
        if tensor is None:
            return sizes.Size((((symbol,), 1),))  # of the program around this one
        if symbol.kind == "axis":
            return tensor.dims[position]
        if type(tensor) is EagerTensor:
            return int(tensor._array if position is None else tensor._array[position])
        tracer = current()
        return tracer.number_of(tensor) if position is None else tracer.dims_of(tensor)[position]

    return lookup


def arguments_like(tracer, values):
    """Arguments of a new trace with the dtypes and shapes of `values`; what is known of equal sizes stays known."""
    known = {}

    def lookup(symbol):
        return known[symbol.serial]

    arguments = []
    for value in values:
        argument = tracer.argument(value.dtype, sizes.visible(value.dims), value.name)
        if value.dims is None:
            arguments.append(argument)
            continue
        dims = list(argument.dims)
        for axis, size in enumerate(value.dims):
            if type(size) is not sizes.Size:
                continue
            try:
                dims[axis] = sizes.evaluated(size, lookup)
            except KeyError:
                if len(size.terms) == 1 and len(size.terms[0][0]) == 1 and size.terms[0][1] == 1:
                    known[size.terms[0][0][0].serial] = dims[axis]
        argument.value.dims = tuple(dims)
        arguments.append(argument)
    return arguments


def derive(graph, name, function, extra=()):
    """The graph of `function(list of tensors like the inputs, list like the values `extra`)`, which gives tensors."""
    tracer = Tracer(f"{graph.name}_{name}")
    with tracer.tracing():
        tensors = arguments_like(tracer, [*graph.inputs, *extra])
        count = len(graph.inputs)
        derived = tracer.finish(function(tensors[:count], tensors[count:]))
    if tracer.bindings:
        raise ValueError(f"{name} of {graph.name} takes {len(tracer.bindings)} tensors from outside.")
    return derived


def specialize(graph, dims, known=None):
    """The graph for inputs of these known shapes, a tuple of dims for each.

    known: {position of an input: its number}.
    """
    tracer = Tracer(graph.name)
    with tracer.tracing():
        tensors = [
            tracer.argument(value.dtype, shape, value.name)
            for value, shape in zip(graph.inputs, dims, strict=True)
        ]
        for place, number in (known or {}).items():
            dtype = graph.inputs[place].dtype
            tensors[place] = wrap(dtype.array_dtype.type(number), dtype)
        return tracer.finish(replay(graph, tensors))
