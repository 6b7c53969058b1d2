"""How many insertions, deletions and substitutions turn one sequence into another.

Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals", 1966.
"""

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import TensorSpec


@op("EditDistance", result=types.float32)
def edit_distance(
    xp,
    hypothesis_indices,
    hypothesis_values,
    hypothesis_shape,
    truth_indices,
    truth_values,
    truth_shape,
    *,
    normalize,
):
    """The distances between the sequences along the last axis of two sparse tensors; by the true length if
    `normalize`.
    """
    rank = len(truth_shape)
    if rank < 2 or len(hypothesis_shape) != rank:
        raise InvalidArgumentError(
            None,
            None,
            "Input SparseTensors must have matching ranks of at least 2, but their shapes are "
            f"{hypothesis_shape.tolist()} and {truth_shape.tolist()}",
        )
    dims = numpy.maximum(hypothesis_shape, truth_shape)[:-1]
    hypotheses = _sequences(hypothesis_indices, hypothesis_values, dims)
    truths = _sequences(truth_indices, truth_values, dims)
    result = numpy.zeros(tuple(dims), numpy.float32)
    nothing = truth_values[:0]
    for place in {**hypotheses, **truths}:
        truth, hypothesis = truths.get(place, nothing), hypotheses.get(place, nothing)
        distance = numpy.float32(_distance(truth, hypothesis))
        result[place] = distance / numpy.float32(len(truth)) if normalize else distance
    return result


def _sequences(indices, values, dims):
    """The sequence at each place where there is one."""
    outside = ((indices[:, :-1] < 0) | (indices[:, :-1] >= dims)).any(axis=1)
    if outside.any():
        raise InvalidArgumentError(
            None,
            None,
            f"index {indices[outside][0].tolist()} is not in a tensor of shape {[*dims.tolist(), '...']}",
        )
    places, starts = numpy.unique(indices[:, :-1], axis=0, return_index=True)
    order = numpy.argsort(starts)
    parts = numpy.split(values, starts[order][1:])
    return {tuple(places[number].tolist()): part for number, part in zip(order, parts, strict=True)}


def _distance(a, b):
    """The distance between two vectors, row by row of the table of the distances of their beginnings."""
    places = numpy.arange(len(b) + 1)
    row = places
    for element in a:
        following = row + 1  # a deletion
        numpy.minimum(following[1:], row[:-1] + (b != element), out=following[1:])
        row = numpy.minimum.accumulate(following - places) + places  # insertions
    return row[-1]


@edit_distance.spec
def _(*inputs, normalize):
    ranks = [each.dims[0] for each in (inputs[2], inputs[5]) if each.dims is not None]
    rank = next((each for each in ranks if each is not None), None)
    return TensorSpec(None if rank is None else [None] * (rank - 1), types.float32)


no_gradient(edit_distance)
