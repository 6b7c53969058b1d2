"""What the results of programs are like, in terms of what the programs are called with."""

from tapeflow.core import size as sizes
from tapeflow.core.dtypes import FLOATS_AND_COMPLEX
from tapeflow.core.size import Size


def results_of(graph, operands):
    """[(dtype, dims)] of the graph's outputs in terms of the values that its inputs will be; None for unknown sizes."""
    outside = dict(zip(graph.inputs, operands, strict=True))

    def translated(size):
        if type(size) is not Size:
            return size
        try:
            return sizes.evaluated(size, lookup)
        except KeyError:
            return None

    def lookup(symbol):
        value, position = symbol.arguments
        if symbol.kind != "axis":
            raise KeyError(symbol)
        dims = outside[value].dims
        if dims is None or dims[position] is None:
            raise KeyError(symbol)
        return dims[position]

    found = []
    for value in graph.outputs:
        if value in outside and (value.dims is None or outside[value].dims is not None):
            found.append((value.dtype, outside[value].dims))
        else:
            dims = None if value.dims is None else tuple([translated(size) for size in value.dims])
            found.append((value.dtype, dims))
    return found


def operands_as_values(tensors):
    """Tensors as things with a dtype."""
    return [_Typed(each._dtype) for each in tensors]


class _Typed:
    __slots__ = ("dtype",)

    def __init__(self, dtype):
        self.dtype = dtype


def tangents_of(outputs, found):
    """The tangent of each output, None for an integer one, from the results of a tangent program."""
    pushed = iter(found[len(outputs) :])
    return tuple([next(pushed) if value.dtype in FLOATS_AND_COMPLEX else None for value in outputs])
