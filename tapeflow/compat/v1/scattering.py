"""Updates of some rows or elements of variables, as operations."""

from tapeflow.api.arrays import (
    broadcast_to,
    newaxis,
    tensor_scatter_nd_add,
    tensor_scatter_nd_max,
    tensor_scatter_nd_min,
    tensor_scatter_nd_sub,
    tensor_scatter_nd_update,
)
from tapeflow.compat.graphs.graph import Graph
from tapeflow.core.context import state
from tapeflow.core.operands import as_tensor

__all__ = [
    "scatter_add",
    "scatter_max",
    "scatter_min",
    "scatter_nd_add",
    "scatter_nd_sub",
    "scatter_nd_update",
    "scatter_sub",
    "scatter_update",
]


def _value(variable):
    """The value of a variable in its turn."""
    graph = state.interpreter
    return graph.read_late(variable) if isinstance(graph, Graph) else as_tensor(variable)


def _of_elements(name, function, what):
    def scatter(ref, indices, updates, use_locking=True, name=None):
        return ref.assign(function(_value(ref), indices, updates), name=name)

    return _known(scatter, name, f"An operation that {what} the elements of a variable at coordinates.")


def _of_rows(name, function, what):
    def scatter(ref, indices, updates, use_locking=True, name=None):
        value, places = _value(ref), as_tensor(indices)
        updates = as_tensor(updates, value.dtype)
        rows = value.dims[1:]
        if updates.dims != (*places.dims, *rows):  # one update for all of the rows
            updates = broadcast_to(updates, [*places.dims, *rows])
        return ref.assign(function(value, places[..., newaxis], updates), name=name)

    return _known(scatter, name, f"An operation that {what} the rows of a variable at the indices.")


def _known(function, name, words):
    function.__name__ = function.__qualname__ = name
    function.__doc__ = words
    return function


scatter_update = _of_rows("scatter_update", tensor_scatter_nd_update, "replaces")
scatter_add = _of_rows("scatter_add", tensor_scatter_nd_add, "adds to")
scatter_sub = _of_rows("scatter_sub", tensor_scatter_nd_sub, "subtracts from")
scatter_max = _of_rows("scatter_max", tensor_scatter_nd_max, "takes the maximum with")
scatter_min = _of_rows("scatter_min", tensor_scatter_nd_min, "takes the minimum with")
scatter_nd_update = _of_elements("scatter_nd_update", tensor_scatter_nd_update, "replaces")
scatter_nd_add = _of_elements("scatter_nd_add", tensor_scatter_nd_add, "adds to")
scatter_nd_sub = _of_elements("scatter_nd_sub", tensor_scatter_nd_sub, "subtracts from")
