"""tf.gradients: a node that stands for all gradients of some tensors with respect to others.

The node says what is to be differentiated. The gradients are taken when a session traces the part of the
graph that it runs, by a tape. A trial on the graph as it is now tells which of them there are.
"""

from tapeflow.compat.graphs.part import WHOLE, Part
from tapeflow.compat.graphs.statements import GRADIENTS
from tapeflow.compat.graphs.variable import GraphVariable
from tapeflow.core.dtypes import FLOATS_AND_COMPLEX
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import visible
from tapeflow.graph.deferred import SIZES
from tapeflow.graph.graph import Node
from tapeflow.graph.inference import RANKS, REFUSALS
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.ops.indexed_slices import IndexedSlices


def gradients(graph, ys, xs, grad_ys=None, name=None, stop_gradients=(), zeros_for_unconnected=None):
    """A list with the sum over `ys` of the gradients with respect to each of `xs`; None where there is none."""
    targets = [as_tensor(each) for each in ys]
    weights = [None] * len(targets) if grad_ys is None else list(grad_ys)
    if len(weights) != len(targets):
        raise ValueError(f"Passed {len(weights)} grad_ys for {len(targets)} ys")
    weights = [
        None if each is None else as_tensor(each, target._dtype)
        for each, target in zip(weights, targets, strict=True)
    ]
    sources = [_source(graph, each) for each in xs]
    params = {
        "num_targets": len(targets),
        "weighted": [each is not None for each in weights],
        "sources": sources,
        "stopped": [graph.value_of(as_tensor(each)) for each in stop_gradients],
        "report": None,
    }
    inputs = [graph.value_of(each) for each in targets]
    inputs += [graph.value_of(each) for each in weights if each is not None]
    kinds = _kinds(graph, inputs, params)
    specs = []
    for source, kind in zip(sources, kinds, strict=True):
        dtype, dims = source.spec if isinstance(source, GraphVariable) else (source.dtype, source.dims)
        if kind is not None and kind is not WHOLE:
            specs += [(dtype, None if dims is None else (None, *dims[1:])), (kind[1], (None,))]
        elif kind is not None:
            specs.append((dtype, dims))
    with graph.names.within(name or "gradients"):
        node = graph.statement(GRADIENTS, inputs, specs, "grad", kinds=kinds, **params)
    outputs = iter([SymbolicTensor(each, graph) for each in node.outputs])
    found = []
    for source, x, kind in zip(sources, xs, kinds, strict=True):
        if kind is not None and kind is not WHOLE:
            values, indices = next(outputs), next(outputs)
            dims = source.spec[1] if isinstance(source, GraphVariable) else visible(source.dims)
            known = dims is not None and None not in dims
            found.append(IndexedSlices(values, indices, list(dims) if known else None))
        elif kind is not None:
            found.append(next(outputs))
        else:
            found.append(None if zeros_for_unconnected is None else zeros_for_unconnected(x))
    return found


def _source(graph, x):
    """What stands for one of `xs` in the node: a variable, or the value of a tensor."""
    if isinstance(x, GraphVariable):
        return x
    if isinstance(x, SymbolicTensor):
        node = graph.value_of(x).node
        variable = None if node is None or node.op.type_name != "VarHandleOp" else node.params["variable"]
        return x.value if variable is None else variable
    raise TypeError(f"Gradients are taken with respect to tensors and variables of the graph, not {x!r}.")


def _kinds(graph, inputs, params):
    """Of each gradient, whether it is None, ROWS, or WHOLE: what a trial gives."""
    report = []
    node = Node(GRADIENTS, tuple(inputs), {**params, "kinds": None, "report": report}, [])
    graph.places[node] = len(graph.nodes)
    placeholders = list(graph.inputs)
    try:
        for rank, size in [(rank, size) for size in (None, *SIZES) for rank in RANKS]:
            dims = [_trial_dims(each.dims, rank, size) for each in placeholders]
            try:
                Part(graph, [node], placeholders, dims, lambda variable: True, lambda node, seeds: seeds)
            except REFUSALS:
                continue
            return report
    finally:
        del graph.places[node]
    targets = inputs[: params["num_targets"]]
    return [WHOLE if _reaches(graph, source, targets) else None for source in params["sources"]]


def _trial_dims(dims, rank, size):
    dims = (None,) * rank if dims is None else visible(dims)
    return tuple([size if each is None else each for each in dims])


def _reaches(graph, source, targets):
    behind = _depending(graph, source)
    return any([value in behind for value in targets])


def _depending(graph, source):
    """The floating values that may depend on a source, by the edges of the graph alone."""
    found = {source}
    for node in graph.nodes:
        reads = node.params.get("variable") is source and node.op.type_name in (
            "VarHandleOp",
            "ReadVariableOp",
        )
        if reads or any([value in found for value in node.inputs]):
            found.update([value for value in node.outputs if value.dtype in FLOATS_AND_COMPLEX])
    return found
