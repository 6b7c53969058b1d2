"""Edit distances between the sequences of two sparse tensors."""

from tapeflow.api.sparse.sparse_tensor import SparseTensor
from tapeflow.core.errors import InvalidArgumentError
from tapeflow.ops import edit_distance as ops

__all__ = ["edit_distance"]


def edit_distance(hypothesis, truth, normalize=True, name="edit_distance"):
    """Levenshtein distances between the sequences along the last axis of two SparseTensors: float32, without that axis.

    With `normalize` they are divided by the lengths of the true sequences: infinite for an empty one, unless both are.
    The values, of one dtype, are compared. Raises TypeError for other tensors, InvalidArgumentError for ranks that
    differ or are less than 2.

    >>> guessed = tf.sparse.from_dense([["k", "i", "t", "t", "e", "n", ""]])
    >>> true = tf.sparse.from_dense([["s", "i", "t", "t", "i", "n", "g"]])
    >>> tf.edit_distance(guessed, true, normalize=False).numpy()
    array([3.], dtype=float32)
    """
    for name, value in (("Hypothesis", hypothesis), ("Truth", truth)):
        if not isinstance(value, SparseTensor):
            raise TypeError(f"{name} must be a SparseTensor, not {value!r}.")
    if hypothesis.dtype is not truth.dtype:
        raise InvalidArgumentError(
            None, None, f"hypothesis is of dtype {hypothesis.dtype.name}, truth of {truth.dtype.name}"
        )
    parts = [part for each in (hypothesis, truth) for part in (each.indices, each.values, each.dense_shape)]
    return ops.edit_distance(*parts, normalize=bool(normalize))
