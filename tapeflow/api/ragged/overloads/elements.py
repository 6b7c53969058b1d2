"""Functions of elements, applied to the values of ragged tensors in their rows."""

import functools

from tapeflow.api import arrays, casting, clipping, math, nn, strings
from tapeflow.api.elementwise_functions import ASSERTIONS, ONE, TWO, functions
from tapeflow.api.ragged.broadcasting import elementwise
from tapeflow.api.ragged.ragged_tensor import RaggedTensor
from tapeflow.core.overloads import overloads_of


def table():
    """Triples of a function, what it does with ragged tensors, and whether these may stand in lists."""
    for function in (*functions(ONE), casting.bitcast, nn.dropout):
        yield function, functools.partial(of_values, function), False
    for function in (*functions(TWO), math.nextafter):
        yield function, functools.partial(_of_pairs, function), False
    for function in functions(ASSERTIONS):
        yield function, functools.partial(_assertion, function), False
    yield strings.join, _join, True
    yield math.scalar_mul, functools.partial(_of_values_after, math.scalar_mul), False
    yield math.add_n, _add_n, True
    yield clipping.clip_by_value, _clip_by_value, False
    yield arrays.one_hot, _one_hot, False


def _plain(function):
    entry = overloads_of(function)
    return function if entry is None else entry.plain


def of_values(function, *args, **kwargs):
    """The function of the innermost values of the first argument."""
    plain = _plain(function)
    if args:
        return args[0].with_flat_values(plain(args[0].flat_values, *args[1:], **kwargs))
    name = plain.__code__.co_varnames[0]
    ragged = kwargs[name]
    return ragged.with_flat_values(plain(**{**kwargs, name: ragged.flat_values}))


def _of_values_after(function, scalar, x, name=None):
    return x.with_flat_values(_plain(function)(scalar, x.flat_values))


def _of_pairs(function, *args, **kwargs):
    """The function of two arguments that broadcast, given by place or by name."""
    names = _plain(function).__code__.co_varnames
    operands = [args[place] if place < len(args) else kwargs[names[place]] for place in (0, 1)]
    rest = {key: value for key, value in kwargs.items() if key not in names[:2]}
    return elementwise(lambda a, b: _plain(function)(a, b, *args[2:], **rest), *operands)


def _assertion(function, x, y, *args, **kwargs):
    def check(a, b):
        function(a, b, *args, **kwargs)
        return a if a.dims else b

    elementwise(check, x, y)


def _join(inputs, separator="", name=None):
    return elementwise(lambda *values: strings.join(list(values), separator), *inputs)


def _add_n(inputs, name=None):
    return elementwise(lambda *values: math.add_n(list(values)), *inputs)


def _clip_by_value(t, clip_value_min, clip_value_max, name=None):
    return elementwise(clipping.clip_by_value, t, clip_value_min, clip_value_max)


def _one_hot(indices, depth, on_value=None, off_value=None, axis=None, dtype=None, name=None):
    if not isinstance(indices, RaggedTensor):
        raise TypeError("tf.one_hot takes a ragged tensor as its indices only.")
    if axis is not None:
        rank = indices.shape.rank
        axis = axis if axis >= 0 else axis + rank + 1
        if axis <= indices.ragged_rank:
            raise ValueError(
                f"axis ({axis}) must be greater than indices.ragged_rank ({indices.ragged_rank})."
            )
        axis -= indices.ragged_rank
    values = arrays.one_hot(indices.flat_values, depth, on_value, off_value, axis, dtype)
    return indices.with_flat_values(values)
