"""What can be said of a call on tensors of which not even the number of axes is known.

Graphs have placeholders without a shape. Calls on them are written down with what a trial on tensors of some
ranks tells: the dtype, and the shape if it is the same for all ranks. The session that runs the call knows
the shapes and works out the rest.
"""

import numpy

from tapeflow.core import nest
from tapeflow.core.errors import OpError
from tapeflow.core.operands import as_tensor
from tapeflow.core.size import UnknownSizeError, axis_of, has_sizes, visible
from tapeflow.graph.graph import Value
from tapeflow.graph.symbolic import SymbolicTensor
from tapeflow.graph.tracing import Tracer, infer

RANKS = (2, 1, 0, 3, 4, 5)
SIZES = (12, 24)
REFUSALS = (TypeError, ValueError, IndexError, NotImplementedError, OpError, UnknownSizeError)


def inferred(op, values, params):
    """(dtype, dims) of the result of a call, or a list of them; dims is None for an unknown rank."""
    if op.facts.get("any_rank") or "infers" in op.facts or all([each.dims is not None for each in values]):
        return infer(op, values, params)
    found = []
    error = None
    for rank in (0,) if op.family == "elementwise" else RANKS:
        try:
            specs = infer(op, [_of_rank(each, rank) for each in values], params)
        except REFUSALS as refusal:
            error = error or refusal
            continue
        found.append(specs if type(specs) is list else [specs])
    if not found:
        raise error
    if op.family == "elementwise":
        merged = [(dtype, None) for dtype, _ in found[0]]
    else:
        merged = [(kinds[0][0], _common([dims for _, dims in kinds])) for kinds in zip(*found, strict=True)]
    return merged if type(specs) is list else merged[0]


def _of_rank(value, rank):
    if value.dims is not None:
        return value
    made = Value(value.dtype, ())
    made.dims = tuple([axis_of(made, axis) for axis in range(rank)])
    return made


def _common(shapes):
    """The dims that hold for all trials: None if the ranks differ."""
    first = None if shapes[0] is None else visible(shapes[0])
    for each in shapes[1:]:
        each = None if each is None else visible(each)
        if each is None or first is None or len(each) != len(first):
            return None
        first = tuple([a if a == b else None for a, b in zip(first, each, strict=True)])
    return first


def tried(call, tensors):
    """(structure, specs) of `call(tensors)`, from trials: the nest that it returns, and (dtype, dims) of its leaves."""
    found = []
    error = None
    ranks = RANKS if any([each.value.dims is None for each in tensors]) else (None,)
    for rank in ranks:
        try:
            found += _trials(call, tensors, rank)
        except REFUSALS as refusal:
            error = error or refusal
    if not found:
        raise error
    kinds = zip(*[specs for _, specs in found], strict=True)
    return found[0][0], [(each[0][0], _common([dims for _, dims in each])) for each in kinds]


def _trials(call, tensors, rank):
    try:
        return [_trial(call, tensors, rank, None)]
    except REFUSALS:  # it asks for numbers, or for equal ones: two of them tell what depends on them
        return [_trial(call, tensors, rank, size) for size in SIZES]


def _trial(call, tensors, rank, size):
    tracer = Tracer("trial")
    with tracer.tracing():
        result = call([_argument(tracer, each, rank, size) for each in tensors])
        leaves = [as_tensor(each) for each in nest.flatten(result)]
    return result, [(each._dtype, each.dims) for each in leaves]


def _argument(tracer, tensor, rank, size):
    """An argument of a trial for a tensor of the graph; what is known of it stays known."""
    value = tensor.value
    if value.constant is not None:
        return tracer.constant(value.constant, value.dtype)
    dims = (None,) * rank if value.dims is None else visible(value.dims)
    if size is not None and value.dtype.is_integer and len(dims) < 2 and None not in dims:
        return tracer.constant(_filled(size, value.dtype, dims), value.dtype)  # a size, or some of them
    return tracer.argument(value.dtype, [size if each is None else each for each in dims])


def _filled(number, dtype, dims):
    array = numpy.full(dims, number, dtype.array_dtype)
    return array if dims else array[()]


def is_vague(tensor):
    """Whether a tensor of the graph has an unknown number of axes."""
    return isinstance(tensor, SymbolicTensor) and tensor.value.dims is None


def has_unknown_sizes(tensor):
    """Whether the length of an axis of a tensor of the graph is not known."""
    return isinstance(tensor, SymbolicTensor) and has_sizes(tensor.value.dims)
