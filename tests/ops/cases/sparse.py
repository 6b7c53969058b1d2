"""Places of sparse tensors."""

import numpy as np

from tapeflow.ops import crossing, edit_distance, sets, sparse_indices, tables
from tests.ops.case import Case

UNKNOWN = {"grad": False, "skip": "spec_unknown", "reason": "how many there are depends on the values"}
PLACES = np.array([[0, 1], [1, 0], [2, 2]])
OTHERS = np.array([[0, 1], [0, 3]])
SHAPE = np.array([3, 4])


class Squares:
    """A table that knows every number's square."""

    value_dims = ()

    def find(self, keys, default):
        return keys * keys


def step(name, *values, **parameters):
    return Case(sparse_indices.sparse_indices, *values, step=name, **parameters, **UNKNOWN)


CASES = [
    step("order", PLACES[::-1].copy()),
    step("filled", PLACES, SHAPE, settings=(True,), dims=(3, 4)),
    step("union", PLACES, OTHERS, SHAPE),
    step("reshaped", PLACES, SHAPE, np.array([2, 6])),
    step("new_shape", SHAPE, np.array([2, -1])),
    step("with_rows_filled", OTHERS, SHAPE),
    step("groups", PLACES, SHAPE, settings=((1,), True), dims=(2,)),
    step("inside", PLACES, np.array([0, 1]), np.array([3, 2])),
    step("products", PLACES, np.array([[1, 0], [2, 1]]), SHAPE, np.array([4, 2])),
    step("counted_groups", PLACES, np.array([1, 1, 0]), settings=(2, 2), dims=(2,)),
    step("counted_size", np.array([1, 4]), settings=(-1, -1)),
    Case(
        crossing.cross_rows,
        np.array([[1, 2], [3, 4]]),
        np.array([[5], [6]]),
        kinds=(1, 1),
        hashed=True,
        num_buckets=10,
        key=crossing.DEFAULT_KEY,
        separator=b"",
        **UNKNOWN,
    ),
    Case(
        sets.combine,
        np.array([[1, 2], [3, 4]]),
        np.array([[2], [6]]),
        kinds=(False, False),
        operation="union",
        validate=True,
        **UNKNOWN,
    ),
    Case(
        edit_distance.edit_distance,
        PLACES,
        np.array([1, 2, 3]),
        SHAPE,
        OTHERS,
        np.array([1, 2]),
        SHAPE,
        normalize=False,
        reference=lambda *_: np.array([1.0, 1.0, 1.0], np.float32),
        grad=False,
        skip="spec_unknown",
        reason="a whole number, and the shape is that which a tensor says",
    ),
    Case(sets.sizes, OTHERS, np.array([4, 4]), SHAPE, **UNKNOWN),
    Case(
        tables.find,
        np.array([1, 2]),
        np.array(-1),
        table=Squares(),
        grad=False,
        reason="a table has no gradient",
    ),
]
