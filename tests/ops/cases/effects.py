import numpy as np

from tapeflow.ops import effects, part_updates
from tests.ops.case import Case, integers, normal


def _double_first(array, rows, index):
    array[index] = 2.0 * rows


CASES = [
    Case(
        part_updates.updated,
        normal(3, 2),
        normal(2),
        update=_double_first,
        index=0,
        reference=lambda x, rows: np.stack([2.0 * rows, *x[1:]]),
    ),
    Case(effects.read_variable, normal(2, 3), reference=lambda value: value),
    Case(effects.read_variable, integers(4), reference=lambda value: value),
    Case(
        effects.prevent_gradient,
        normal(2, 3),
        message="none",
        reference=lambda input: input,
        grad=False,
        reason="it is there to have no gradient",
    ),
    Case(effects.check_numerics, normal(2, 3), message="values", reference=lambda tensor: tensor),
]
