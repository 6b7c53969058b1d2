"""Means and variances in one go, and normalization by them."""

from tapeflow.core.dtypes import float32, float64
from tapeflow.core.fusion import fusible
from tapeflow.core.op import elementwise, op, unchanged
from tapeflow.ops.arithmetic import rsqrt, squared_difference
from tapeflow.ops.families import kept_dims
from tapeflow.ops.layout import reshape
from tapeflow.ops.reduction import reduce_mean

WIDE_FLOATS = frozenset([float32, float64])


@op("Moments", accepts=WIDE_FLOATS, rows="axes")
def moments(xp, x, *, axes, keepdims):
    """(mean, variance) over `axes`."""
    count = _count(x.shape, axes)
    mean = xp.add.reduce(x, axis=axes, keepdims=True) / count
    deviations = x - mean
    deviations *= deviations
    variance = xp.add.reduce(deviations, axis=axes, keepdims=True) / count
    if keepdims or not axes:
        return mean, variance
    dims = kept_dims(x.shape, axes, False)
    return (
        (mean.reshape(dims), variance.reshape(dims))
        if dims
        else (mean[(0,) * x.ndim], variance[(0,) * x.ndim])
    )


def _count(dims, axes):
    count = 1
    for axis in axes:
        count *= dims[axis]
    return count


@moments.spec
def _(x, axes, keepdims):
    reduced = x.with_dims(kept_dims(x.dims, axes, keepdims))
    return reduced, reduced


moments.batch(
    lambda x, axes, keepdims: moments(x, axes=tuple([axis + 1 for axis in axes]), keepdims=keepdims)
)


@fusible
def _moments_gradient(x, mean, upstream_mean, upstream_variance, count):
    return (upstream_mean + 2.0 * upstream_variance * (x - mean)) * (1.0 / (count or 1))


@moments.grad
def _(g, x, y, axes):
    dims = kept_dims(x.dims, axes, True)
    mean, of_mean, of_variance = [reshape(each, dims=dims) for each in (y[0], *g)]
    return [_moments_gradient(x, mean, of_mean, of_variance, _count(x.dims, axes))]


@moments.expand
def _(x, *, axes, keepdims):
    mean = reduce_mean(x, axes=axes, keepdims=True)
    variance = reduce_mean(squared_difference(x, mean), axes=axes, keepdims=keepdims)
    return (mean if keepdims else reshape(mean, dims=variance.dims)), variance


@elementwise("Normalize", accepts=WIDE_FLOATS)
def normalize(xp, x, mean, variance, offset, scale, *, epsilon):
    """(x - mean) / sqrt(variance + epsilon) * scale + offset."""
    factor = scale / xp.sqrt(variance + epsilon)
    return x * factor + (offset - mean * factor)


@normalize.lower
def _(e, x, mean, variance, offset, scale, epsilon):
    factor = scale * (1.0 / e.sqrt(variance + epsilon))
    return x * factor + (offset - mean * factor)


@fusible
def _by_x(g, variance, scale, epsilon):
    return g * (rsqrt(variance + epsilon) * scale)


@fusible
def _by_mean(g, variance, scale, epsilon):
    return g * -(rsqrt(variance + epsilon) * scale)


@fusible
def _by_variance(g, x, mean, variance, scale, epsilon):
    inverse = rsqrt(variance + epsilon)
    return g * (x - mean) * (-0.5 * scale * (inverse * inverse * inverse))


@fusible
def _by_scale(g, x, mean, variance, epsilon):
    return g * (x - mean) * rsqrt(variance + epsilon)


normalize.grad(x=_by_x, mean=_by_mean, variance=_by_variance, offset=unchanged, scale=_by_scale)


@fusible(rows="axes", shared=("offset", "scale"))
def normalize_rows(x, offset, scale, *, axes, epsilon):
    """x normalized by its own moments over the last axes; offset and scale are the same for all rows."""
    mean, variance = moments(x, axes=axes, keepdims=True)
    return normalize(x, mean, variance, offset, scale, epsilon=epsilon)
