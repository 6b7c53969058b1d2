"""Tensors made of nothing: zeros, ones, constants."""

import math

import numpy

from tapeflow.core.context import listening, state
from tapeflow.core.dtypes import string
from tapeflow.core.eager import constant, wrap
from tapeflow.core.errors import InvalidArgumentError, out_of_memory
from tapeflow.core.op import no_gradient, op
from tapeflow.core.size import has_sizes

_EMBEDDED = 64
"""Up to this many elements a traced program holds them as a constant; more are made when it runs."""


@op("Fill", result="same")
def fill(xp, value, *, dims):
    """A tensor of `dims` in which every element is the scalar `value`."""
    return xp.full(dims, value, value.dtype) if dims else value


fill.spec(lambda value, dims: value.with_dims(dims))
fill.batch(lambda value, dims: spread_value(value, dims))
fill.lower(lambda e, index, value, dims: value[()])
no_gradient(fill)


@op("Range", result="same")
def progression(xp, start, limit, delta):
    """start, start + delta, start + 2 delta, ... short of limit: a vector whose length depends on them."""
    if delta == 0:
        raise InvalidArgumentError(None, None, "Requires delta != 0: 0 [Op:Range]")
    if (limit - start) * delta < 0:
        relation = "start <= limit when delta > 0" if delta > 0 else "start >= limit when delta < 0"
        raise InvalidArgumentError(None, None, f"Requires {relation}: {start}/{limit} [Op:Range]")
    if start.dtype.kind in "iu":
        return xp.arange(start, limit, delta, start.dtype)
    count = float((limit - start) / delta)  # rounded as the dtype rounds, as in TensorFlow
    steps = xp.arange(math.ceil(abs(count))).astype(start.dtype)
    return start + steps * delta


progression.spec(lambda start, limit, delta: start.with_dims((None,)))
no_gradient(progression)


def zeros(dims, dtype):
    """A tensor of zeros; of empty strings, or of False, where the dtype is not one of numbers."""
    if dtype is string:
        return full(dims, b"", dtype)
    if listening and _is_traced():
        return full(dims, 0, dtype)
    if not dims:  # a scalar is quicker than an array without axes
        return wrap(dtype.array_dtype.type(0), dtype)
    try:
        return wrap(numpy.zeros(dims, dtype.array_dtype), dtype)
    except MemoryError as error:
        raise out_of_memory(error, fill.type_name) from error


def ones(dims, dtype):
    """A tensor of ones."""
    return full(dims, 1, dtype)


def full(dims, value, dtype):
    """A tensor of `dims` in which every element is the Python number `value`."""
    if listening and _is_traced():
        scalar = constant(
            numpy.array(value, object) if dtype is string else dtype.array_dtype.type(value), dtype
        )
        if has_sizes(dims) or math.prod(dims) > _EMBEDDED:
            return fill(scalar, dims=dims)
        if dims:
            return constant(numpy.full(dims, value, dtype.array_dtype), dtype)
        return scalar
    if not dims and dtype is not string:
        return wrap(dtype.array_dtype.type(value), dtype)
    try:
        return wrap(numpy.full(dims, value, dtype.array_dtype), dtype)
    except MemoryError as error:
        raise out_of_memory(error, fill.type_name) from error


@op("FillLike", result="same", any_rank=True)
def fill_like(xp, x, *, value):
    """A tensor of the shape of x in which every element is the Python number `value`."""
    return xp.full_like(x, value)[()]


def filled_like(x, value):
    """A tensor of the dtype and shape of x in which every element is the Python number `value`."""
    return fill_like(x, value=value) if x.dims is None else full(x.dims, value, x._dtype)


fill_like.spec(lambda x, value: x)
fill_like.batch(fill_like)
fill_like.facts["invoke"] = filled_like
no_gradient(fill_like)


def spread_value(values, dims):
    """For each of the scalars `values`, a tensor of `dims` full of it, along the first axis."""
    from tapeflow.ops.broadcasting import broadcast_to
    from tapeflow.ops.layout import reshape

    (size,) = values.dims
    return broadcast_to(reshape(values, dims=(size, *[1] * len(dims))), dims=(size, *dims))


def _is_traced():
    return getattr(state.interpreter, "constant", None) is not None
