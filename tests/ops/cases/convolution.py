"""Convolution and its transposes."""

import numpy as np

from tapeflow.ops import convolution
from tapeflow.ops.windows import window_counts, window_margins
from tests.ops.case import Case, normal


def by_loops(x, w, strides, dilations, padding):
    """Convolution as it is defined: one scalar product for each pixel and output channel."""
    window = w.shape[:-2]
    margins = window_margins(x.shape[1:-1], window, strides, dilations, padding)
    counts = window_counts(x.shape[1:-1], window, strides, dilations, padding)
    x = np.pad(x, [(0, 0), *margins, (0, 0)])
    depth, each = w.shape[-2], w.shape[-1] * w.shape[-2] // x.shape[-1]
    result = np.zeros((x.shape[0], *counts, w.shape[-1]))
    for at in np.ndindex(*result.shape):
        image, *pixel, channel = at
        covered = tuple(
            slice(p * s, p * s + (k - 1) * d + 1, d)
            for p, s, k, d in zip(pixel, strides, window, dilations, strict=True)
        )
        first = channel // each * depth
        result[at] = np.sum(x[(image, *covered, slice(first, first + depth))] * w[..., channel])
    return result


def cases(x, w, strides=None, dilations=None, padding="VALID"):
    """The convolution of shapes x and w, and both of its transposes."""
    rank = len(x) - 2
    params = {"strides": strides or (1,) * rank, "dilations": dilations or (1,) * rank, "padding": padding}
    counts = window_counts(x[1:-1], w[:-2], **params)
    delta = (x[0], *counts, w[-1])
    return [
        Case(
            convolution.conv,
            normal(*x),
            normal(*w),
            reference=lambda x, w: by_loops(x, w, **params),
            **params,
        ),
        Case(convolution.conv_input_grad, normal(*delta), normal(*w), dims=x, **params),
        Case(convolution.conv_filter_grad, normal(*x), normal(*delta), dims=w, **params),
    ]


CASES = [
    *cases((2, 5, 3), (3, 3, 4)),
    *cases((2, 6, 2), (3, 2, 3), (2,), padding="SAME"),
    *cases((2, 7, 2), (3, 2, 3), (2,), (2,), padding="SAME"),
    *cases((2, 4, 5, 3), (3, 2, 3, 2)),
    *cases((2, 4, 5, 3), (1, 1, 3, 2)),
    *cases((2, 5, 4, 2), (3, 3, 2, 3), (2, 1), padding="SAME"),
    *cases((1, 5, 5, 2), (2, 3, 2, 3), (1, 2), (2, 1), padding=((1, 2), (0, 3))),
    *cases((1, 4, 4, 2), (3, 3, 2, 2), padding=((4, 0), (3, 3))),
    *cases((2, 4, 4, 4), (3, 2, 2, 6), (1, 2), padding="SAME"),  # two groups
    *cases((2, 4, 4, 3), (3, 2, 1, 6), (2, 1), padding="SAME"),  # depthwise
    *cases((2, 5, 4, 2), (2, 2, 1, 2), (1, 1), (2, 2), padding=((0, 1), (1, 0))),
    *cases((1, 3, 4, 3, 2), (2, 2, 2, 2, 2), (1, 2, 1), padding="SAME"),
    *cases((2, 2, 2, 2), (3, 3, 2, 3)),  # no window fits
]
