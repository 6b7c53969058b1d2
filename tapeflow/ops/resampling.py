"""Weights of resampling: what each pixel of a resized row is made of, as a matrix [new size, old size].

An image is resized by such a matrix from the left and another from the right. Sampling without antialiasing takes
the pixels beside the place that a new pixel has in the old image; with it, a filter is stretched to the distance of
new pixels, so that every old pixel counts (Heckbert, Fundamentals of Texture Mapping and Image Warping, 1989).
"""

import functools
import math

import numpy

_TABLE = 1024
"""TensorFlow reads the cubic filter from a table of this size, so places are rounded to its steps."""


def _lanczos(radius):
    def filter(x):
        near = numpy.maximum(x, 1e-3)
        value = (
            radius * numpy.sin(math.pi * near) * numpy.sin(math.pi * near / radius) / (math.pi * near) ** 2
        )
        return numpy.where(x > radius, 0.0, numpy.where(x <= 1e-3, 1.0, value))

    return filter


def _triangle(x):
    return numpy.maximum(1.0 - x, 0.0)


def _gaussian(x):
    return numpy.where(x >= 1.5, 0.0, numpy.exp(-2.0 * x * x))


def _keys_cubic(x):
    """Keys, Cubic Convolution Interpolation for Digital Image Processing, 1981; a = -1/2."""
    inner, outer = (1.5 * x - 2.5) * x * x + 1.0, ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    return numpy.where(x >= 2.0, 0.0, numpy.where(x >= 1.0, outer, inner))


def _mitchell_cubic(x):
    """Mitchell and Netravali, Reconstruction Filters in Computer Graphics, 1988; B = C = 1/3."""
    inner = (7 / 6 * x - 2.0) * x * x + 8 / 9
    outer = ((-7 / 18 * x + 2.0) * x - 10 / 3) * x + 16 / 9
    return numpy.where(x >= 2.0, 0.0, numpy.where(x >= 1.0, outer, inner))


FILTERS = {
    "bicubic": (_keys_cubic, 2.0),
    "bilinear": (_triangle, 1.0),
    "gaussian": (_gaussian, 1.5),
    "lanczos3": (_lanczos(3.0), 3.0),
    "lanczos5": (_lanczos(5.0), 5.0),
    "mitchellcubic": (_mitchell_cubic, 2.0),
}
"""Functions of the distance, and the distance from which on they are zero."""


@functools.lru_cache(64)
def weights(method, old, new, antialias):
    """The float32 matrix [new, old] of a method; bilinear and bicubic sampling without antialiasing, area."""
    if method == "area":
        matrix = _area_weights(old, new)
    elif method == "bilinear" and not antialias:
        matrix = _linear_weights(old, new)
    elif method == "bicubic" and not antialias:
        matrix = _cubic_weights(old, new)
    else:
        matrix = _filter_weights(*FILTERS[method], old, new, antialias)
    matrix = matrix.astype(numpy.float32)
    matrix.setflags(write=False)
    return matrix


def positions(old, new):
    """Where the middles of new pixels lie in the old row, in float32 as TensorFlow computes it."""
    scale = numpy.float32(old) / numpy.float32(new)
    return (numpy.arange(new, dtype=numpy.float32) + numpy.float32(0.5)) * scale


def _linear_weights(old, new):
    place = positions(old, new) - numpy.float32(0.5)
    low = numpy.floor(place)
    part = place - low
    matrix, rows = numpy.zeros((new, old)), numpy.arange(new)
    matrix[rows, numpy.clip(low, 0, old - 1).astype(int)] += 1.0 - part
    matrix[rows, numpy.clip(numpy.ceil(place), 0, old - 1).astype(int)] += part
    return matrix


def _cubic_weights(old, new):
    place = positions(old, new) - numpy.float32(0.5)
    low = numpy.floor(place)
    part = numpy.rint((place - low) * _TABLE) / _TABLE
    matrix, rows = numpy.zeros((new, old)), numpy.arange(new)
    for step in (-1, 0, 1, 2):
        column = low.astype(int) + step
        inside = (column >= 0) & (column < old)
        matrix[rows[inside], column[inside]] += _keys_cubic(numpy.abs(part - step))[inside]
    return matrix / matrix.sum(axis=1, keepdims=True)


def _area_weights(old, new):
    scale = old / new
    starts = numpy.arange(new)[:, None] * scale
    pixels = numpy.arange(old)
    covered = numpy.minimum(starts + scale, pixels + 1) - numpy.maximum(starts, pixels)
    return numpy.maximum(covered, 0.0) / scale


def _filter_weights(filter, radius, old, new, antialias):
    scale = old / new
    stretch = max(scale, 1.0) if antialias else 1.0
    places = (numpy.arange(new) + 0.5)[:, None] * scale
    pixels = numpy.arange(old)
    near = (pixels >= numpy.ceil(places - radius * stretch - 0.5)) & (
        pixels <= numpy.floor(places + radius * stretch - 0.5)
    )
    matrix = numpy.where(near, filter(numpy.abs(pixels + 0.5 - places) / stretch), 0.0)
    total = matrix.sum(axis=1, keepdims=True)
    return numpy.where(numpy.abs(total) < 1e-30, 0.0, matrix / numpy.where(total == 0, 1.0, total))
