"""Fourier transforms, and cutting signals into frames: linear ops, each with its transpose beside it.

A transform acts on the last axes. Its transpose, in the convention where a cotangent goes back through the
conjugate of a matrix, is its inverse without the inverse's scale.
"""

import math

import numpy

from tapeflow.core.dtypes import COMPLEXES, complex64, complex128, float32, float64
from tapeflow.core.eager import constant as embedded
from tapeflow.core.op import Op, op

_REALS = frozenset((float32, float64))
_COMPLEX_OF = {float32: complex64, float64: complex128}


def _named(kernel, name, document):
    kernel.__name__, kernel.__doc__ = name, document
    return kernel


def _complex_pair(rank, suffix, words):
    """The transform of the last `rank` axes and its inverse."""
    axes = tuple(range(-rank, 0))

    def forward_kernel(xp, x):
        return xp.fft.fftn(x, axes=axes).astype(x.dtype) if x.size else x

    def inverse_kernel(xp, x):
        return xp.fft.ifftn(x, axes=axes).astype(x.dtype) if x.size else x

    name = "fft" + suffix.lower()
    forward_kernel = _named(forward_kernel, name, f"Discrete Fourier transform of the last {words}.")
    inverse_kernel = _named(inverse_kernel, "i" + name, f"Inverse Fourier transform of the last {words}.")
    options = {"accepts": COMPLEXES, "result": "same", "linear": True}
    forward = Op(forward_kernel, "FFT" + suffix, **options)
    inverse = Op(inverse_kernel, "IFFT" + suffix, **options)
    for each in (forward, inverse):
        each.spec(lambda x: x)
        each.batch(each)
    forward.grad(x=lambda g: inverse(g) * float(math.prod(g.dims[-rank:])))
    inverse.grad(x=lambda g: forward(g) * (1.0 / max(math.prod(g.dims[-rank:]), 1)))
    return forward, inverse


fft, ifft = _complex_pair(1, "", "axis")
fft2d, ifft2d = _complex_pair(2, "2D", "two axes")
fft3d, ifft3d = _complex_pair(3, "3D", "three axes")


def _real_pair(rank, suffix, words):
    """The transform of a real tensor, of which half the last axis is enough, and its inverse."""
    axes = tuple(range(-rank, 0))

    def forward_kernel(xp, x):
        dtype = numpy.result_type(x.dtype, numpy.complex64)
        if not x.size:
            return xp.zeros(_half(x.shape), dtype)
        return xp.fft.rfftn(x, axes=axes).astype(dtype)

    def inverse_kernel(xp, x, *, length):
        dtype = x.real.dtype
        dims = (*x.shape[:-1], length)
        if not math.prod(dims):
            return xp.zeros(dims, dtype)
        return xp.fft.irfftn(x, s=dims[-rank:], axes=axes).astype(dtype)

    name = "rfft" + suffix.lower()
    forward_kernel = _named(
        forward_kernel, name, f"Fourier transform of the last {words} of a real tensor: the first half of it."
    )
    inverse_kernel = _named(
        inverse_kernel,
        "i" + name,
        f"Real tensor whose `rfft` over the last {words} is x; its last axis has `length` elements.",
    )
    forward = Op(forward_kernel, "RFFT" + suffix, accepts=_REALS, linear=True)
    inverse = Op(inverse_kernel, "IRFFT" + suffix, accepts=COMPLEXES, linear=True)
    forward.spec(lambda x: x.with_dims(_half(x.dims)).with_dtype(_COMPLEX_OF[x.dtype]))
    inverse.spec(lambda x, length: x.with_dims((*x.dims[:-1], length)).with_dtype(x.dtype.real_dtype))
    forward.batch(forward)
    inverse.batch(inverse)

    def forward_grad(g, x_shape):
        weights = _half_weights(x_shape[-1], g.dtype, inner=0.5)
        return inverse(g * weights, length=x_shape[-1]) * float(math.prod(x_shape[-rank:]))

    def inverse_grad(g):
        weights = _half_weights(g.dims[-1], _COMPLEX_OF[g.dtype], inner=2.0)
        return forward(g) * weights * (1.0 / max(math.prod(g.dims[-rank:]), 1))

    forward.grad(x=forward_grad)
    inverse.grad(x=inverse_grad)
    return forward, inverse


def _half(dims):
    if dims is None:
        return None
    return (*dims[:-1], None if dims[-1] is None else dims[-1] // 2 + 1)


def _half_weights(length, dtype, inner):
    """1 for the frequencies that stand for themselves, `inner` for those that stand for their mirror image
    too.
    """
    weights = numpy.full(length // 2 + 1, inner, dtype.array_dtype)
    weights[0] = 1.0
    if length % 2 == 0:
        weights[-1] = 1.0
    return embedded(weights, dtype)


rfft, irfft = _real_pair(1, "", "axis")
rfft2d, irfft2d = _real_pair(2, "2D", "two axes")
rfft3d, irfft3d = _real_pair(3, "3D", "three axes")


@op("Frame", result="same", linear=True)
def frame(xp, x, *, frame_length, frame_step):
    """Windows of `frame_length` elements of the last axis, one every `frame_step`: [..., n] to [..., frames,
    length].
    """
    starts = numpy.arange(_frame_count(x.shape[-1], frame_length, frame_step)) * frame_step
    return x[..., starts[:, None] + numpy.arange(frame_length)]


def _frame_count(length, frame_length, frame_step):
    if length is None:
        return None
    return max(0, 1 + (length - frame_length) // frame_step)


@frame.spec
def _(x, frame_length, frame_step):
    if x.dims is None:
        return x
    return x.with_dims((*x.dims[:-1], _frame_count(x.dims[-1], frame_length, frame_step), frame_length))


@op("OverlapAndAdd", result="same", linear=True)
def overlap_and_add(xp, x, *, frame_step, length):
    """The sum of frames laid `frame_step` apart on an axis of `length`: [..., frames, n] to [..., length]."""
    *outer, frames, frame_length = x.shape
    # A frame is cut into pieces of frame_step: the first pieces of all frames lie side by side, and so do the
    # second ones a step further on, so there is one addition for each piece and not for each frame.
    pieces = -(-frame_length // frame_step)
    covered = (frames + pieces) * frame_step
    total = xp.zeros((*outer, max(covered, length)), x.dtype)
    for piece in range(pieces):
        part = x[..., piece * frame_step : (piece + 1) * frame_step]
        margins = [(0, 0)] * len(outer)
        part = xp.pad(part, [*margins, (0, 0), (0, frame_step - part.shape[-1])])
        line = part.reshape((*outer, frames * frame_step))
        before = piece * frame_step
        total = total + xp.pad(line, [*margins, (before, total.shape[-1] - before - line.shape[-1])])
    return total[..., :length]


overlap_and_add.spec(
    lambda x, frame_step, length: x.with_dims(None if x.dims is None else (*x.dims[:-2], length))
)
overlap_and_add.batch(overlap_and_add)
overlap_and_add.grad(
    x=lambda g, x_shape, frame_step: frame(g, frame_length=x_shape[-1], frame_step=frame_step)
)
frame.batch(frame)
frame.grad(x=lambda g, x_shape, frame_step: overlap_and_add(g, frame_step=frame_step, length=x_shape[-1]))
