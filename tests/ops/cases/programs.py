"""Ops that serve programs: filled and counted tensors, rows of arrays, checks."""

import numpy as np

from tapeflow.ops import creation, cross_entropy, effects, lists
from tests.ops.case import Case, normal

CASES = [
    Case(
        creation.fill,
        normal(),
        dims=(2, 3),
        grad=False,
        reason="creation.full alone calls it, of constants",
    ),
    Case(
        creation.fill_like,
        normal(2, 3),
        value=2,
        grad=False,
        reason="only the shape and the dtype of x are asked for",
    ),
    Case(
        creation.progression,
        np.int32(1),
        np.int32(9),
        np.int32(3),
        skip=("batch", "spec"),
        reason="the length depends on the numbers",
    ),
    Case(
        effects.assert_that, np.array([True, True]), message="never shown", skip="batch", reason="an effect"
    ),
    Case(lists.set_item, normal(4, 3), np.int32(2), normal(3), grows=False),
    Case(
        lists.set_item,
        normal(2, 3),
        np.int32(3),
        normal(3),
        grows=True,
        skip=("batch", "spec", "lower"),
        reason="the length depends on the position, and examples cannot grow",
    ),
    Case(lists.first_rows, normal(4, 3), normal(2, 3)),
    Case(lists.followed_by_zeros, normal(2, 3), normal(4, 3)),
    Case(cross_entropy.check_class, np.array([0, 2, 1], np.int32), classes=3),
]
