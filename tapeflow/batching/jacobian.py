"""Jacobians: one walk back over the tape with all rows of the identity at once, batched, as the cotangent."""

import math

import numpy

from tapeflow.autodiff.tape import filled_with_zeros, sources_in, zeros_wanted
from tapeflow.batching.vectorize import vectorize
from tapeflow.core import nest
from tapeflow.core.eager import constant as embedded
from tapeflow.ops.broadcasting import broadcast_to
from tapeflow.ops.creation import zeros
from tapeflow.ops.indexed_slices import IndexedSlices, densify
from tapeflow.ops.layout import reshape, stack, transpose, unstack


def jacobian(
    tape, target, sources, unconnected_gradients="none", parallel_iterations=None, experimental_use_pfor=True
):
    """See `GradientTape.jacobian`."""
    _open(tape, experimental_use_pfor, "jacobian")
    zero = zeros_wanted(unconnected_gradients)
    target = _as_target(tape, target)
    flat_sources = sources_in(sources, error=TypeError)
    dims = target.dims
    size = math.prod(dims)
    rows = reshape(_identity(size, target._dtype), dims=(size, *dims))
    found = _cotangents(tape, target, flat_sources, rows, experimental_use_pfor)
    found = [each if each is None else reshape(each, dims=(*dims, *each.dims[1:])) for each in found]
    return nest.pack_sequence_as(sources, filled_with_zeros(found, flat_sources, dims) if zero else found)


def batch_jacobian(
    tape, target, source, unconnected_gradients="none", parallel_iterations=None, experimental_use_pfor=True
):
    """See `GradientTape.batch_jacobian`."""
    _open(tape, experimental_use_pfor, "batch_jacobian")
    zeros_wanted(unconnected_gradients)  # refuses unknown values
    target = _as_target(tape, target)
    target.shape.with_rank_at_least(2)
    source.shape.with_rank_at_least(2)
    dims = target.dims
    if dims[0] != source.shape[0]:
        raise ValueError(
            f"Need first dimension of target shape ({target.shape}) and source shape ({source.shape}) to match."
        )
    batch, size = dims[0], math.prod(dims[1:])
    one_example = reshape(_identity(size, target._dtype), dims=(size, 1, size))
    rows = reshape(broadcast_to(one_example, dims=(size, batch, size)), dims=(size, *dims))
    (found,) = _cotangents(tape, target, sources_in([source]), rows, experimental_use_pfor)
    if found is None:  # TensorFlow gives zeros here, whatever `unconnected_gradients` says
        return zeros((*dims, *source.shape[1:]), target._dtype)
    inner = found.dims[2:]
    return reshape(transpose(found, perm=(1, 0, *range(2, 2 + len(inner)))), dims=(*dims, *inner))


def _open(tape, at_once, what):
    if not (at_once or tape._persistent or tape._token is None):
        raise RuntimeError(
            f"GradientTape must be created with persistent=True to compute the {what} with eager execution enabled "
            "and with experimental_use_pfor set to False."
        )
    tape.open_for_gradient()


def _as_target(tape, target):
    if not hasattr(target, "shape"):
        raise AttributeError(
            f"The target of a jacobian is one tensor, not a {type(target).__name__}: join several with tf.stack or "
            "tf.concat inside the tape."
        )
    return tape.as_target(target)


def _identity(size, dtype):
    return embedded(numpy.eye(size, dtype=dtype.array_dtype), dtype)


def _cotangents(tape, target, sources, rows, at_once):
    """Cotangents of the sources for each row of `rows`, stacked; None for a source that the target does not
    reach.
    """
    unreached = []

    def walk(batched):
        unreached.clear()
        found = tape.take_gradients([target], sources, batched)
        unreached.extend([each is None for each in found])
        return [each for each in found if each is not None]

    size = rows.dims[0]
    if not size:
        walk([zeros(target.dims, target._dtype)])
        shapes = [(0, *tuple(each.shape)) for each in sources]
        return [
            None if missing else zeros(dims, target._dtype)
            for missing, dims in zip(unreached, shapes, strict=True)
        ]
    if at_once:
        reached = iter(vectorize(walk, [rows], size))
    else:
        walks = [[_dense(each) for each in walk([row])] for row in unstack(rows, axis=0)]
        reached = iter([stack(*each, axis=0) for each in zip(*walks, strict=True)])
    return [None if missing else next(reached) for missing in unreached]


def _dense(cotangent):
    return densify(cotangent) if isinstance(cotangent, IndexedSlices) else cotangent
