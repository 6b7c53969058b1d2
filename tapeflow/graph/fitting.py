"""Branches and bodies that were traced for unknown ranks, for the ranks that their operands turn out to have."""

from tapeflow.core.size import visible
from tapeflow.graph.derivatives import kept_with
from tapeflow.graph.replay import specialize


def learns(graph, tensors):
    """Whether one of the tensors has a rank that the program does not know of the input in whose place it comes."""
    return any(
        [
            value.dims is None and each.dims is not None
            for value, each in zip(graph.inputs, tensors, strict=True)
        ]
    )


def fitted(graph, tensors):
    """The graph for inputs of the ranks of the tensors."""
    return with_ranks(graph, [None if each.dims is None else len(each.dims) for each in tensors])


def with_ranks(graph, ranks):
    """The graph for inputs of these ranks; None where it is not known."""

    def make():
        return specialize(
            graph,
            [_dims(value, rank) for value, rank in zip(graph.inputs, ranks, strict=True)],
        )

    return kept_with(graph, ("ranks", *ranks), make)


def _dims(value, rank):
    if value.dims is not None:
        return visible(value.dims)
    return None if rank is None else (None,) * rank


def fitted_loop(body, condition, tensors, num_carried, num_sliced):
    """(body, condition) of a loop that begins with these tensors. What does not keep its rank stays without one."""
    if not any([value.dims is None for value in body.inputs]):
        return body, condition
    ranks = [None if each.dims is None else len(each.dims) for each in tensors]
    for place in range(num_carried, num_carried + num_sliced):
        ranks[place] -= 1
    while True:
        if all(
            [value.dims is not None or rank is None for value, rank in zip(body.inputs, ranks, strict=True)]
        ):
            return body, condition
        found = with_ranks(body, ranks)
        changing = [
            place
            for place in range(num_carried)
            if body.inputs[place].dims is None
            and ranks[place] is not None
            and (found.outputs[place].dims is None or len(found.outputs[place].dims) != ranks[place])
        ]
        if not changing:
            break
        for place in changing:
            ranks[place] = None
    if condition is not None:
        condition = with_ranks(condition, [*ranks[:num_carried], *ranks[num_carried + num_sliced :]])
    return found, condition
