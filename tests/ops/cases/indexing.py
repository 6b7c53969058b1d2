"""Indexing, gathering, scattering."""

import numpy as np

from tapeflow.ops import encoding, gathering, indexing, partitioning, scattering
from tests.ops.case import Case, complex_normal, integers, normal

_ROWS = np.array([[0, 2], [2, 1]])
_PLACES = np.array([[0, 1], [2, 2], [1, 0]])
_SAME = np.array([[1], [0], [1]])
_UNKNOWN = "the size follows from the values"


def _one_hot(indices, on, off):
    return np.where(np.arange(4) == indices[..., None], on, off)


CASES = [
    Case(
        indexing.strided_slice,
        normal(3, 4, 2),
        index=(1, (None, None, -2), Ellipsis, None),
        reference=lambda x: x[1, ::-2, ..., None],
    ),
    Case(indexing.strided_slice, normal(5), index=(-2,), reference=lambda x: x[-2]),
    Case(indexing.strided_slice, complex_normal(2, 3), index=((1, 5, None),), reference=lambda x: x[1:5]),
    Case(indexing.strided_slice, normal(), index=(None, Ellipsis), reference=lambda x: x[None, ...]),
    Case(indexing.block, normal(3, 4), begin=(1, 0), size=(-1, 2), reference=lambda x: x[1:, :2]),
    Case(indexing.block, integers(5), begin=(2,), size=(3,), reference=lambda x: x[2:5]),
    Case(indexing.strided_slice_grad, normal(2, 1), index=((None, None, 2), None, 1), dims=(4, 3)),
    Case(indexing.strided_slice_grad, normal(), index=(2,), dims=(4,)),
    Case(
        gathering.gather,
        normal(3, 2),
        _ROWS,
        axis=0,
        batch_dims=0,
        reference=lambda x, places: x[places],
    ),
    Case(
        gathering.gather,
        normal(2, 3, 2),
        np.array(1),
        axis=1,
        batch_dims=0,
        reference=lambda x, places: x[:, 1],
    ),
    Case(
        gathering.gather,
        normal(2, 3, 2),
        _ROWS,
        axis=1,
        batch_dims=1,
        reference=lambda x, places: np.stack([x[i, places[i]] for i in range(2)]),
    ),
    Case(
        gathering.gather,
        normal(2, 2, 3),
        _ROWS,
        axis=2,
        batch_dims=1,
        reference=lambda x, places: np.stack([x[i][:, places[i]] for i in range(2)]),
    ),
    Case(gathering.gather, normal(3), np.zeros((0,), np.int32), axis=0, batch_dims=0),
    Case(gathering.add_at, normal(2, 2, 3), _ROWS, size=4, axis=0, batch_dims=0),
    Case(gathering.add_at, normal(2, 2, 3), _ROWS, size=3, axis=1, batch_dims=1),
    Case(gathering.add_at, normal(2, 3, 2), _ROWS, size=3, axis=2, batch_dims=1),
    Case(gathering.add_at, complex_normal(2, 2), _ROWS, size=3, axis=0, batch_dims=0),
    Case(
        scattering.gather_nd,
        normal(3, 3),
        _PLACES,
        reference=lambda x, places: x[places[:, 0], places[:, 1]],
    ),
    Case(scattering.gather_nd, normal(2, 3), _SAME, reference=lambda x, places: x[places[:, 0]]),
    Case(
        scattering.gather_nd, normal(2), np.zeros((3, 0), np.int32), reference=lambda x, _: np.stack([x] * 3)
    ),
    Case(scattering.scatter_nd, _PLACES, normal(3), dims=(3, 3)),
    Case(scattering.scatter_nd, _SAME, normal(3, 2), dims=(2, 2)),
    Case(scattering.scatter_nd, np.array([1, 0]), normal(), dims=(2, 2)),
    Case(scattering.scatter_nd, np.zeros((3, 0), np.int32), normal(3, 2), dims=(2,)),
    Case(scattering.tensor_scatter_update, normal(3, 3), _PLACES, normal(3)),
    Case(scattering.tensor_scatter_update, normal(3, 2), np.array([[2], [0]]), normal(2, 2)),
    Case(scattering.tensor_scatter_add, normal(2, 2), _SAME, normal(3, 2)),
    Case(scattering.tensor_scatter_sub, normal(2, 2), _SAME, normal(3, 2)),
    Case(scattering.tensor_scatter_min, normal(3, 3), _PLACES, normal(3)),
    Case(scattering.tensor_scatter_max, normal(2, 2), _SAME, normal(3, 2)),
    Case(
        scattering.unravel_index,
        integers(5, high=6),
        dims=(2, 3),
        reference=lambda places: np.array(np.unravel_index(places, (2, 3))),
    ),
    Case(
        partitioning.dynamic_partition,
        normal(4, 2),
        np.array([1, 0, 1, 1], np.int32),
        num_partitions=3,
        skip="spec_unknown",
        reason=_UNKNOWN,
    ),
    Case(
        partitioning.dynamic_partition,
        normal(2, 2),
        np.array([[1, 0], [0, 0]], np.int32),
        num_partitions=2,
        skip="spec_unknown",
        reason=_UNKNOWN,
    ),
    Case(
        partitioning.dynamic_stitch,
        np.array([2, 0], np.int32),
        np.array(1, np.int32),
        normal(2, 3),
        normal(3),
        skip="spec_unknown",
        reason=_UNKNOWN,
    ),
    Case(
        encoding.one_hot,
        integers(2, 3, low=-1, high=5),
        normal(),
        normal(),
        depth=4,
        axis=2,
        reference=_one_hot,
    ),
    Case(encoding.one_hot, integers(3, high=2), normal(), normal(), depth=2, axis=0),
]
