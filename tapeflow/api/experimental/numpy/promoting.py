"""The functions of tf.* that take mixed dtypes, and keep weak ones, under the new type promotion.

Which they are is TensorFlow's choice. They are entered when that promotion is switched on first: from then on each
looks whether it still is.
"""

import functools

from tapeflow.api import arrays, clipping, debugging, image, linalg, math, nn, selection
from tapeflow.api.experimental.numpy.conversion import converted, keeps_weakness, weakened
from tapeflow.api.experimental.numpy.promotion import is_weak, meeting_type, settings
from tapeflow.core.dtypes import as_dtype
from tapeflow.core.overloads import surround
from tapeflow.core.tensor import Tensor
from tapeflow.state.variable import Variable

_OF_ONE = {
    arrays: "depth_to_space expand_dims ones_like reshape space_to_depth squeeze transpose zeros_like",
    clipping: "clip_by_value",
    debugging: "check_numerics",
    image: "extract_patches",
    linalg: "diag diag_part matrix_transpose tensor_diag_part trace",
    math: "abs acos acosh angle asin asinh atan atanh bessel_i0 bessel_i0e bessel_i1 bessel_i1e ceil conj cos cosh "
    "digamma erf erfc erfcinv erfinv exp expm1 floor imag lgamma log log1p log_sigmoid log_softmax ndtri negative real "
    "reciprocal reciprocal_no_nan reduce_euclidean_norm reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod "
    "reduce_std reduce_sum reduce_variance rint round rsqrt sigmoid sign sin sinh softplus sqrt square tan tanh",
    math.special: "bessel_i0 bessel_i0e bessel_i1 bessel_i1e bessel_j0 bessel_j1 bessel_k0 bessel_k0e bessel_k1 "
    "bessel_k1e bessel_y0 bessel_y1 dawsn expint fresnel_cos fresnel_sin spence",
    nn: "depth_to_space gelu leaky_relu log_softmax relu6 sigmoid silu softplus space_to_depth swish tanh",
    selection: "identity stop_gradient",
}
"""Functions whose result is weak where their argument is."""
_OF_TWO = {
    linalg: "matmul",
    math: "add divide divide_no_nan floordiv floormod mod multiply multiply_no_nan pow realdiv subtract truediv "
    "truncatediv truncatemod",
}
"""Functions of two arguments that meet in one dtype, which may be weak."""
_OF_TWO_STRONG = {math: "equal maximum minimum"}
"""The same, with results that are never weak."""


def make_functions_promote():
    """Enters all of them; once."""
    if _entered:
        return
    _entered.append(True)
    for function in _functions(_OF_ONE):
        surround(function, keeps_weakness)
    for function in _functions(_OF_TWO):
        surround(function, _promotes_two)
    for function in _functions(_OF_TWO_STRONG):
        surround(function, functools.partial(_promotes_two, weak=False))
    surround(arrays.constant, _constant)
    for name in ("assign", "assign_add", "assign_sub"):
        setattr(Variable, name, _into_variable(getattr(Variable, name)))


_entered = []


def _functions(table):
    """The functions that a table names, each once."""
    found = {id(function): function for module, names in table.items() for function in _named(module, names)}
    return found.values()


def _named(module, names):
    return [getattr(module, name) for name in names.split()]


def _promotes_two(function, weak=True):
    """A function of two arguments that takes them in the dtype in which they meet."""
    first, second = function.__code__.co_varnames[:2]

    @functools.wraps(function)
    def promote(*args, **kwargs):
        if not settings.is_automatic:
            return function(*args, **kwargs)
        named = dict(zip((first, second), args[:2], strict=False))
        rest = args[2:]
        x, y = (named[name] if name in named else kwargs.pop(name) for name in (first, second))
        try:
            dtype, is_weak_result = meeting_type(x, y)
        except NotImplementedError:  # a type of value or a dtype that the new promotion knows nothing of
            return function(x, y, *rest, **kwargs)
        found = function(_converted(x, dtype), _converted(y, dtype), *rest, **kwargs)
        return weakened(found) if weak and is_weak_result else found

    return promote


def _converted(value, dtype):
    return converted(value._now() if isinstance(value, Variable) else value, dtype)


def _constant(function):
    """tf.constant: weak for Python values; a tensor may be given to be cast to a dtype that it meets."""

    @functools.wraps(function)
    def constant(value, dtype=None, *args, **kwargs):
        if not settings.is_automatic:
            return function(value, dtype, *args, **kwargs)
        value = value.tensor if (was_weak := is_weak(value)) else value
        given = None if dtype is None else as_dtype(dtype)
        try:
            target, weak = (
                (given, False)
                if given is not None and not isinstance(value, Tensor)
                else meeting_type(value, given)
            )
        except NotImplementedError:  # a type of value or a dtype that the new promotion knows nothing of
            return function(value, dtype, *args, **kwargs)
        if given is None:
            found = function(value, target, *args, **kwargs)
            return weakened(found) if weak or was_weak else found
        if target is given and isinstance(value, Tensor):
            value = converted(value, target)
        return function(value, given, *args, **kwargs)

    return constant


def _into_variable(method):
    """A method of Variable that takes a value of a dtype that the variable's takes in."""

    @functools.wraps(method)
    def change(self, value, *args, **kwargs):
        if settings.is_automatic:
            try:
                target = meeting_type(self, value)[0]
            except NotImplementedError:  # a type of value or a dtype that the new promotion knows nothing of
                return method(self, value, *args, **kwargs)
            if target is not self.dtype:
                raise TypeError(
                    f"Variable dtype is immutable. Calling {method.__name__} of Variable (with dtype {self.dtype}) on "
                    f"{value} requires converting {value} to {self.dtype}. This is disabled in the current promotion "
                    f"semantics. Please convert {value} manually before calling {method.__name__}."
                )
            value = _converted(value, target)
        return method(self, value, *args, **kwargs)

    return change
