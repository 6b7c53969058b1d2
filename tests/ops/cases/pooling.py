"""Pooling, patches and dilation."""

import numpy as np

from tapeflow.ops import fractional_pooling, morphology, patches, pooling
from tapeflow.ops.windows import window_counts, window_margins
from tests.ops.case import Case, integers, normal


def by_loops(reduce, x, window, strides, dilations, padding):
    """`reduce` of the elements of x, NaN in the margins, under each window."""
    counts = window_counts(x.shape, window, strides, dilations, padding)
    x = np.pad(x, window_margins(x.shape, window, strides, dilations, padding), constant_values=np.nan)
    result = np.zeros(counts)
    for at in np.ndindex(*counts):
        covered = zip(at, strides, window, dilations, strict=True)
        result[at] = reduce(x[tuple([slice(p * s, p * s + (k - 1) * d + 1, d) for p, s, k, d in covered])])
    return result


def apart(*dims):
    """Numbers of which no two are close to each other, so that small steps change no maximum."""
    return np.argsort(normal(np.prod(dims))).reshape(dims) * 0.1 - 1.0


def cases(dims, window, strides, dilations=None, padding="VALID"):
    """Both poolings and what their gradients call."""
    params = {
        "window": window,
        "strides": strides,
        "dilations": dilations or (1,) * len(dims),
        "padding": padding,
    }
    x = apart(*dims)
    maxima = by_loops(np.nanmax, x, **params)
    return [
        Case(pooling.max_pool, x, reference=lambda x: by_loops(np.nanmax, x, **params), **params),
        Case(pooling.avg_pool, x, reference=lambda x: by_loops(np.nanmean, x, **params), **params),
        Case(pooling.avg_pool_grad, normal(*maxima.shape), dims=dims, **params),
        Case(
            pooling.max_pool_grad,
            x,
            maxima,
            normal(*maxima.shape),
            skip="batch",
            reason="the maxima must be those of x",
            **params,
        ),
        Case(
            pooling.add_to_maxima,
            normal(*maxima.shape),
            np.asarray(
                pooling.max_pool_positions.kernel(np, x, pooling.max_pool.kernel(np, x, **params), **params)
            ),
            dims=dims,
            skip="batch",
            reason="the positions must be those of maxima",
            **params,
        ),
        Case(
            pooling.max_pool_positions,
            x,
            maxima,
            reference=lambda x, maxima: np.where(
                maxima[..., None] == x.ravel(), np.arange(x.size), x.size
            ).min(-1),
            skip=("dtypes", "batch"),
            reason="the maxima must be those of x",
            **params,
        ),
    ]


def window_params(*window, strides=None, dilations=None, padding="VALID"):
    ones = (1,) * len(window)
    return {
        "window": window,
        "strides": strides or ones,
        "dilations": dilations or ones,
        "padding": padding,
    }


def dilation_case(x, w, strides, dilations, padding):
    params = {"strides": strides, "dilations": dilations, "padding": padding}

    def reference(x, w):
        counts = window_counts(x.shape[1:-1], w.shape[:-1], **params)
        margins = window_margins(x.shape[1:-1], w.shape[:-1], **params)
        x = np.pad(x, [(0, 0), *margins, (0, 0)], constant_values=-np.inf)
        result = np.zeros((x.shape[0], *counts, x.shape[-1]))
        for at in np.ndindex(*counts):
            covered = zip(at, strides, w.shape[:-1], dilations, strict=True)
            part = x[(slice(None), *[slice(p * s, p * s + (k - 1) * d + 1, d) for p, s, k, d in covered])]
            result[(slice(None), *at)] = (part + w).max(axis=tuple(range(1, w.ndim)))
        return result

    return Case(morphology.dilation, apart(*x), apart(*w) * 0.3, reference=reference, **params)


ROWS, COLUMNS = np.array([0, 2, 3, 5]), np.array([0, 1, 3, 4, 6])


def by_regions(reduce, x, overlapping):
    """`reduce` of the elements of x between ROWS and COLUMNS."""
    result = np.zeros((len(x), 3, 4, x.shape[-1]))
    for row, column in np.ndindex(3, 4):
        region = x[
            :, ROWS[row] : ROWS[row + 1] + overlapping, COLUMNS[column] : COLUMNS[column + 1] + overlapping
        ]
        result[:, row, column] = reduce(region, axis=(1, 2))
    return result


def fractional_cases(overlapping):
    places = {"skip": "batch", "reason": "the borders are those of all examples"}
    x = apart(2, 5, 6, 2)
    borders = ROWS, COLUMNS
    params = {"overlapping": overlapping, **places}
    return [
        Case(
            fractional_pooling.fractional_max_pool,
            x,
            *borders,
            reference=lambda x, *_: by_regions(np.max, x, overlapping),
            **params,
        ),
        Case(
            fractional_pooling.fractional_avg_pool,
            x,
            *borders,
            reference=lambda x, *_: by_regions(np.mean, x, overlapping),
            **params,
        ),
        Case(fractional_pooling.fractional_max_pool_positions, x, *borders, **params),
        Case(
            fractional_pooling.fractional_avg_pool_grad,
            normal(2, 3, 4, 2),
            *borders,
            dims=(2, 5, 6, 2),
            **params,
        ),
    ]


_PATCHES = window_params(2, 3, strides=(1, 2), dilations=(2, 1), padding="SAME")

CASES = [
    *fractional_cases(False),
    *fractional_cases(True),
    *cases((2, 6, 3), (1, 2, 1), (1, 2, 1)),
    *cases((2, 5, 5, 2), (1, 2, 2, 1), (1, 2, 2, 1), padding="SAME"),
    *cases((2, 5, 6, 2), (1, 3, 2, 1), (1, 1, 2, 1)),
    *cases((2, 5, 5, 2), (1, 3, 3, 1), (1, 1, 2, 1), padding="SAME"),
    *cases((1, 7, 6, 2), (1, 3, 2, 1), (1, 1, 1, 1), (1, 2, 3, 1)),
    *cases((2, 2, 5, 4), (1, 1, 2, 3), (1, 1, 2, 2), padding=((0, 0), (0, 0), (1, 0), (1, 2))),
    *cases((1, 3, 4, 3, 2), (1, 2, 2, 2, 1), (1, 2, 1, 1, 1), padding="SAME"),
    *cases((2, 2, 4), (1, 1, 2), (1, 1, 2)),
    Case(pooling.take_flat, normal(3, 4), integers(2, 5, high=12, dtype="int64")),
    Case(pooling.add_flat, normal(2, 5), integers(2, 5, high=12, dtype="int64"), dims=(3, 4)),
    Case(patches.extract_patches, normal(2, 5, 5, 2), **window_params(2, 2)),
    Case(patches.extract_patches, normal(2, 5, 6, 2), **_PATCHES),
    Case(patches.extract_patches, normal(1, 3, 4, 3, 2), **window_params(2, 2, 2, padding="SAME")),
    Case(patches.sum_patches, normal(2, 4, 4, 8), dims=(2, 5, 5, 2), **window_params(2, 2)),
    Case(patches.sum_patches, normal(2, 5, 3, 12), dims=(2, 5, 6, 2), **_PATCHES),
    dilation_case((2, 5, 5, 2), (2, 2, 2), (1, 1), (1, 1), "VALID"),
    dilation_case((1, 5, 6, 2), (2, 3, 2), (2, 1), (1, 2), "SAME"),
    Case(
        morphology.dilation_positions,
        normal(1, 3, 3, 2),
        normal(2, 2, 2),
        normal(1, 2, 2, 2),
        strides=(1, 1),
        dilations=(1, 1),
        padding="VALID",
    ),
]
