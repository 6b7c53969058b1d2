"""Rows as sets of elements."""

import numpy

from tapeflow.core.dtypes import int32, int64
from tapeflow.core.op import no_gradient, op
from tapeflow.core.spec import spec_of
from tapeflow.ops.sparse_indices import check_order, flat, places

OPERATIONS = {
    "intersection": lambda a, b: a & b,
    "union": lambda a, b: a | b,
    "a-b": lambda a, b: a - b,
    "b-a": lambda a, b: b - a,
}


@op("SetOperation", any_rank=True)
def combine(xp, *values, kinds, operation, validate):
    """Places, values and shape of the sets that two tensors' rows give; `kinds` says which of them are sparse."""
    values = list(values)
    sets = []
    for sparse in kinds:
        parts = [values.pop(0) for _ in range(3 if sparse else 1)]
        rows, shape = _rows(*parts, validate=validate) if sparse else _dense_rows(*parts)
        sets.append(rows)
        dtype = parts[len(parts) // 2].dtype
    found, columns, elements = [], [], []
    for row in sorted({*sets[0], *sets[1]}):
        kept = sorted(OPERATIONS[operation](sets[0].get(row, set()), sets[1].get(row, set())))
        found += [row] * len(kept)
        columns += range(len(kept))
        elements += kept
    array = numpy.empty(len(elements), dtype)
    array[:] = elements
    rows = places(numpy.array(found, numpy.int64), shape[:-1])
    indices = numpy.concatenate([rows, numpy.array(columns, numpy.int64)[:, None]], axis=1)
    widest = max(columns, default=-1) + 1
    return indices, array, numpy.append(shape[:-1], widest).astype(numpy.int64)


def _rows(indices, values, shape, validate=True):
    """{number of a row: the set of its elements}, and the shape."""
    if validate:
        check_order(indices, flat(indices, shape))
    rows = {}
    numbers = flat(indices[:, :-1], shape[:-1]).tolist() if indices.shape[1] > 1 else [0] * len(indices)
    for row, value in zip(numbers, values.tolist(), strict=True):
        rows.setdefault(row, set()).add(value)
    return rows, shape


def _dense_rows(values):
    shape = numpy.array(values.shape, numpy.int64)
    return {number: set(row) for number, row in enumerate(values.reshape(-1, shape[-1]).tolist())}, shape


@combine.spec
def _(*values, kinds, operation, validate):
    values = list(values)
    first = [values.pop(0) for _ in range(3 if kinds[0] else 1)]
    rank = first[0].dims[1] if kinds[0] else len(first[0].dims)
    return spec_of((None, rank), int64), first[len(first) // 2].with_dims((None,)), spec_of((rank,), int64)


@op("SetSize", result=int32, any_rank=True)
def sizes(xp, indices, values, shape):
    """How many different elements each row has."""
    rows, _ = _rows(indices, values, shape)
    found = numpy.zeros(int(numpy.prod(shape[:-1])), numpy.int32)
    for row, elements in rows.items():
        found[row] = len(elements)
    return found.reshape(shape[:-1])[()]


@sizes.spec
def _(indices, values, shape):
    rank = indices.dims[1]
    return spec_of(None if rank is None else (None,) * (rank - 1), int32)


no_gradient(combine, sizes)
