import numpy as np

from tapeflow.ops import broadcasting
from tests.ops.case import Case, complex_normal, integers, normal

CASES = [
    Case(
        broadcasting.broadcast_to,
        normal(3, 1),
        dims=(2, 3, 4),
        reference=lambda x: np.broadcast_to(x, (2, 3, 4)),
    ),
    Case(broadcasting.broadcast_to, normal(), dims=(2, 2), reference=lambda x: np.broadcast_to(x, (2, 2))),
    Case(broadcasting.broadcast_to, normal(2, 3), dims=(2, 3), reference=lambda x: x),
    Case(broadcasting.broadcast_to, normal(1, 3), dims=(0, 3), reference=lambda x: np.zeros((0, 3))),
    Case(broadcasting.broadcast_to, complex_normal(2, 1), dims=(2, 3)),
    Case(broadcasting.broadcast_to, integers(3), dims=(2, 3)),
    Case(
        broadcasting.sum_where_broadcast,
        normal(2, 3, 4),
        dims=(3, 1),
        reference=lambda x: x.sum((0, 2))[:, None],
    ),
    Case(
        broadcasting.sum_where_broadcast, normal(3, 1), dims=(1, 1), reference=lambda x: x.sum(keepdims=True)
    ),
    Case(broadcasting.sum_where_broadcast, normal(3, 4), dims=(3, 4), reference=lambda x: x),
    Case(broadcasting.sum_where_broadcast, complex_normal(2, 3), dims=(3,)),
    Case(broadcasting.sum_where_broadcast, integers(2, 3), dims=()),
]
