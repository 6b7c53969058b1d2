"""Functions of elements, applied to the values of ragged tensors in their rows."""

import functools

from tapeflow.api import arrays, bitwise, casting, clipping, debugging, math, nn
from tapeflow.api.math import complex_numbers, special
from tapeflow.api.ragged.broadcasting import elementwise
from tapeflow.api.ragged.ragged_tensor import RaggedTensor
from tapeflow.core.overloads import overloads_of

ONE = {
    math: """abs acos acosh angle asin asinh atan atanh bessel_i0 bessel_i0e bessel_i1 bessel_i1e ceil conj cos cosh
        digamma erf erfc erfcinv erfinv exp expm1 floor imag is_finite is_inf is_nan lgamma log log1p log_sigmoid
        logical_not ndtri negative real reciprocal reciprocal_no_nan rint round rsqrt sigmoid sign sin sinh softplus
        sqrt square tan tanh""",
    special: """bessel_j0 bessel_j1 bessel_k0 bessel_k0e bessel_k1 bessel_k1e bessel_y0 bessel_y1 dawsn expint
        fresnel_cos fresnel_sin spence""",
    nn: "elu gelu leaky_relu relu relu6 selu silu softsign dropout",
    bitwise: "invert",
    casting: "bitcast cast saturate_cast",
    arrays: "ones_like zeros_like",
    debugging: "check_numerics",
}
"""Functions of one tensor, the first argument."""

TWO = {
    math: """add atan2 divide divide_no_nan equal floordiv floormod greater greater_equal less less_equal logical_and
        logical_or logical_xor maximum minimum mod multiply multiply_no_nan nextafter not_equal pow realdiv
        squared_difference subtract truediv truncatediv truncatemod xdivy xlog1py xlogy zeta""",
    bitwise: "bitwise_and bitwise_or bitwise_xor left_shift right_shift",
    complex_numbers: "complex",
    nn: "sigmoid_cross_entropy_with_logits",
}
"""Functions of two tensors that broadcast, the first two arguments."""


def table():
    """Triples of a function, what it does with ragged tensors, and whether these may stand in lists."""
    for module, names in ONE.items():
        for name in names.split():
            function = getattr(module, name)
            yield function, functools.partial(of_values, function), False
    for module, names in TWO.items():
        for name in names.split():
            function = getattr(module, name)
            yield function, functools.partial(_of_pairs, function), False
    yield math.scalar_mul, functools.partial(_of_values_after, math.scalar_mul), False
    yield math.add_n, _add_n, True
    for name in ("equal", "greater", "greater_equal", "less", "less_equal", "near", "none_equal"):
        function = getattr(debugging, f"assert_{name}")
        yield function, functools.partial(_assertion, function), False
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
