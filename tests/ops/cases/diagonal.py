"""Diagonals, bands, and the cross product."""

import numpy as np

from tapeflow.ops import diagonal
from tests.ops.case import Case, complex_normal, normal

CASES = [
    Case(
        diagonal.diag_part,
        normal(2, 3, 4),
        k=(1, 1),
        padding=0,
        align="RIGHT_LEFT",
        reference=lambda x: np.diagonal(x, 1, -2, -1),
    ),
    *[
        Case(diagonal.diag_part, normal(3, 4), k=(-1, 2), padding=0, align=align)
        for align in diagonal.ALIGNMENTS
    ],
    Case(diagonal.diag_part, normal(2, 4, 3), k=(-2, -1), padding=7, align="LEFT_RIGHT"),
    Case(diagonal.diag, normal(2, 3), k=(0, 0), rows=3, columns=3, padding=0, align="RIGHT_LEFT"),
    Case(diagonal.diag, normal(3), k=(-1, -1), rows=4, columns=3, padding=5, align="RIGHT_LEFT"),
    Case(diagonal.diag, normal(2, 3, 4), k=(-1, 1), rows=4, columns=4, padding=0, align="RIGHT_LEFT"),
    Case(diagonal.diag, normal(2, 2), k=(0, 1), rows=2, columns=3, padding=0, align="LEFT_LEFT"),
    Case(diagonal.set_diag, normal(2, 3, 3), normal(2, 3), k=(0, 0), align="RIGHT_LEFT"),
    Case(diagonal.set_diag, normal(3, 4), normal(2, 3), k=(-1, 0), align="LEFT_RIGHT"),
    Case(diagonal.set_diag, complex_normal(3, 4), complex_normal(2), k=(2, 2), align="LEFT_RIGHT"),
    Case(diagonal.band_part, normal(3, 4), lower=-1, upper=0, reference=np.tril),
    Case(diagonal.band_part, normal(2, 4, 3), lower=0, upper=-1, reference=np.triu),
    Case(diagonal.band_part, normal(4, 4), lower=1, upper=2),
    Case(diagonal.tensor_diag, normal(3), reference=np.diag),
    Case(diagonal.tensor_diag, normal(2, 3)),
    Case(diagonal.tensor_diag_part, normal(3, 3), reference=np.diag),
    Case(diagonal.tensor_diag_part, normal(2, 3, 2, 3), reference=lambda x: np.einsum("abab->ab", x)),
    Case(diagonal.cross, normal(2, 3), normal(2, 3), reference=np.cross),
    Case(diagonal.cross, normal(3), normal(3), reference=np.cross),
]
