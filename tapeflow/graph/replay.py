"""Calling the ops of a program again, through the door: with tapes, in another trace, on known shapes, on batches."""

from tapeflow.core import size as sizes
from tapeflow.core.apply import apply
from tapeflow.core.context import state
from tapeflow.core.eager import wrap
from tapeflow.core.tensor import EagerTensor
from tapeflow.graph.graph import Graph
from tapeflow.graph.tracing import Tracer, current, has_sizes_anywhere
from tapeflow.ops.random_state import OwnSeed


def replay(graph, tensors, renews_streams=False):
    """The tensors of the graph's outputs, for those of its inputs.

    renews_streams: random ops begin streams of their own, as in TensorFlow where a function is made part of a program.
    """
    found = dict(zip(graph.inputs, tensors, strict=True))
    tracer = current()
    before = None if tracer is None else tracer.location
    try:
        for node in graph.nodes:
            if tracer is not None:
                tracer.location = node.location
            replay_node(node, found, renews_streams)
    finally:
        if tracer is not None:
            tracer.location = before
    return [found[value] if value in found else constant_tensor(value, found) for value in graph.outputs]


def replay_node(node, found, renews_streams=False):
    """Calls a node's op again on what was found for its inputs, and adds what comes of it."""
    inputs = [found[value] if value in found else constant_tensor(value, found) for value in node.inputs]
    params = node.params
    if renews_streams and node.effect:
        params = {key: _with_new_streams(each) for key, each in params.items()}
    if has_sizes_anywhere(params):
        lookup = _lookup(found)
        params = {key: sizes.with_sizes(each, lookup) for key, each in params.items()}
    result = invoke(node.op, inputs, params)
    if node.several:
        found.update(zip(node.outputs, result, strict=True))
    else:
        found[node.outputs[0]] = result


def _with_new_streams(value):
    """A parameter of a node with streams of its own for the random ops in it."""
    if isinstance(value, OwnSeed):
        return OwnSeed(value)
    if isinstance(value, Graph) and _draws(value):
        return derive(value, "again", lambda tensors, _: replay(value, tensors, renews_streams=True))
    if type(value) is tuple:
        return tuple([_with_new_streams(each) for each in value])
    return value


def _draws(value):
    """Whether a parameter has streams of random numbers in it."""
    if isinstance(value, Graph):
        return any([node.effect and _draws(tuple(node.params.values())) for node in value.nodes])
    return isinstance(value, OwnSeed) or (type(value) is tuple and any([_draws(each) for each in value]))


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
