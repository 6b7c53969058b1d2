"""Isotonic regression: the falling sequence that is closest to a given one.

Best and Chakravarti, "Active set algorithms for isotonic regression; a unifying framework", Mathematical Programming 47
(1990); its derivative: Blondel et al., "Fast differentiable sorting and ranking", ICML 2020.
"""

import numpy

from tapeflow.core import dtypes as types
from tapeflow.core.op import op

_DTYPES = types.FLOATS | {types.int8, types.int16, types.int32, types.int64}


def _result_dtype(dtype):
    """The dtype of the regression of numbers of a dtype."""
    if dtype.is_floating:
        return dtype
    return types.float32 if dtype in (types.int8, types.int16) else types.float64


@op("IsotonicRegression", accepts=_DTYPES)
def isotonic_regression(xp, x):
    """The falling sequence that is closest to each row of x (the last axis), in squares; and, int32, the numbers of
    the segments in which it is constant.
    """
    dtype = _result_dtype(types.from_array_dtype(x.dtype)).array_dtype
    if not x.size:
        return x.astype(dtype), numpy.zeros(x.shape, numpy.int32)
    rows = x.reshape(-1, x.shape[-1]).astype(numpy.float64)
    solution = numpy.empty_like(rows)
    segments = numpy.empty(rows.shape, numpy.int32)
    for row, values in enumerate(rows.tolist()):
        pools = []  # (mean, sum, number of elements), means falling
        for value in values:
            mean, total, count = value, value, 1
            while pools and mean > pools[-1][0]:
                _, before, more = pools.pop()
                total, count = before + total, more + count
                mean = total / count
            pools.append((mean, total, count))
        counts = [count for _, _, count in pools]
        solution[row] = numpy.repeat([mean for mean, _, _ in pools], counts)
        segments[row] = numpy.repeat(numpy.arange(len(pools)), counts)
    return solution.reshape(x.shape).astype(dtype), segments.reshape(x.shape)


@op("MeanBySegment", accepts=types.FLOATS, result="same", linear=True)
def mean_by_segment(xp, x, segments):
    """The mean of each segment of each row of x, at all of its places. It is its own transpose."""
    if not x.size:
        return x
    rows, numbers = (each.reshape(-1, x.shape[-1]) for each in (x, segments))
    result = numpy.empty_like(rows)
    for row, (values, number) in enumerate(zip(rows, numbers, strict=True)):
        counts = numpy.bincount(number)
        result[row] = (numpy.bincount(number, values) / counts)[number]
    return result.reshape(x.shape)


isotonic_regression.spec(lambda x: (x.with_dtype(_result_dtype(x.dtype)), x.with_dtype(types.int32)))
mean_by_segment.spec(lambda x, segments: x)
isotonic_regression.grad(x=lambda g, y: mean_by_segment(g[0], y[1]))
mean_by_segment.grad(x=lambda g, segments: mean_by_segment(g, segments), segments=None)
isotonic_regression.batch(isotonic_regression)
mean_by_segment.batch(mean_by_segment)
