"""What converted functions call: every operator asks what it was given, and stages tensors of a trace."""

import functools
import operator
import types

from tapeflow.batching.vectorize import vectorized_map
from tapeflow.core.dtypes import float32, int32
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.graph.autograph.branches import condition, if_stmt
from tapeflow.graph.autograph.conversion import call_method, convert, is_allowed, is_converted, mark
from tapeflow.graph.autograph.loops import for_stmt, while_stmt
from tapeflow.graph.autograph.options import loop_options
from tapeflow.graph.autograph.undefined import (
    END,
    MISSING,
    NoReturn,
    Undefined,
    attempt,
    is_undefined,
    load,
    returned,
)
from tapeflow.graph.autograph.values import State, is_staged
from tapeflow.graph.functional import cond
from tapeflow.graph.tracing import current
from tapeflow.ops import arithmetic, comparison
from tapeflow.ops.casting import cast
from tapeflow.ops.creation import progression
from tapeflow.ops.effects import assert_true
from tapeflow.ops.gathering import gather
from tapeflow.ops.layout import shape_of, unstack
from tapeflow.ops.reduction import reduce_all, reduce_any
from tapeflow.ops.sorting import argsort, sort

__all__ = [
    "END",
    "MISSING",
    "NoReturn",
    "State",
    "Undefined",
    "and_",
    "assert_stmt",
    "attempt",
    "augmented",
    "called",
    "chain",
    "converted",
    "for_stmt",
    "if_exp",
    "if_stmt",
    "in_",
    "is_undefined",
    "load",
    "loop_options",
    "not_",
    "not_in",
    "or_",
    "returned",
    "rows",
    "while_stmt",
]

converted = mark


def and_(first, second, both=False):
    """`first() and second()`; both: the second is computed in any case, as it assigns names."""
    a = first()
    if not is_staged(a):
        return a and second()
    if a.dims or both:
        return comparison.logical_and(a, as_tensor(second()))
    return cond(a, second, lambda: a)


def or_(first, second, both=False):
    """`first() or second()`; both: the second is computed in any case, as it assigns names."""
    a = first()
    if not is_staged(a):
        return a or second()
    if a.dims or both:
        return comparison.logical_or(a, as_tensor(second()))
    return cond(a, lambda: a, second)


def not_(value):
    """`not value`."""
    return comparison.logical_not(value) if is_staged(value) else not value


def in_(value, container):
    """`value in container`: of a tensor, whether an element is equal."""
    if is_staged(container):
        equal = comparison.equal(as_tensor(value, container._dtype), container)
        return reduce_any(equal, axes=tuple(range(len(equal.dims))), keepdims=False)
    if is_staged(value) and isinstance(container, list | tuple):
        found = False
        for each in container:
            found = or_(lambda found=found: found, lambda each=each: value == each)
        return found
    return value in container


def not_in(value, container):
    """`value not in container`."""
    return not_(in_(value, container))


_COMPARE = {
    "Eq": operator.eq,
    "NotEq": operator.ne,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
    "Is": operator.is_,
    "IsNot": operator.is_not,
    "In": in_,
    "NotIn": not_in,
}


def chain(left, kinds, rights):
    """A chained comparison such as `a < b <= c`; each operand is computed once, and only if it matters."""
    right = rights[0]()
    first = _COMPARE[kinds[0]](left, right)
    if len(kinds) == 1:
        return first
    return and_(lambda: first, lambda: chain(right, kinds[1:], rights[1:]))


def if_exp(test, body, orelse):
    """`body() if test else orelse()`."""
    if not is_staged(test):
        return body() if test else orelse()
    return cond(condition(test, "conditional expression"), body, orelse)


_AUGMENTED = {
    "Add": operator.iadd,
    "Sub": operator.isub,
    "Mult": operator.imul,
    "Div": operator.itruediv,
    "FloorDiv": operator.ifloordiv,
    "Mod": operator.imod,
    "Pow": operator.ipow,
    "MatMult": operator.imatmul,
    "BitAnd": operator.iand,
    "BitOr": operator.ior,
    "BitXor": operator.ixor,
    "LShift": operator.ilshift,
    "RShift": operator.irshift,
}


def augmented(target, value, kind):
    """What `target += value`, or another such statement, gives the target."""
    return _AUGMENTED[kind](target, value)


def assert_stmt(test, message):
    """An assert statement; one on a tensor becomes part of the program."""
    if not is_staged(test):
        if not test:
            raise AssertionError(*([] if message() is None else [message()]))
        return
    assert_true(test, message=str(message()))


def rows(iterable):
    """What a comprehension iterates over: the rows of a tensor, if their number is known."""
    if is_staged(iterable):
        if iterable.dims == ():
            raise TypeError("Cannot iterate over a scalar tensor.")
        if iterable.dims is None or type(iterable.dims[0]) is not int:
            raise NotImplementedError(
                "A comprehension over a tensor needs to know how many rows it has; it has the shape "
                f"{iterable.shape}. Use tf.map_fn."
            )
        return unstack(iterable, axis=0)
    return iterable


# Calls.


def called(function):
    """What a call calls: a converted function for the user's own, our own for some of Python's built-in ones."""
    kind = type(function)
    if kind is types.FunctionType:
        return function if is_converted(function) or is_allowed(function) else convert(function)
    if kind is types.BuiltinFunctionType or kind is type:
        return _BUILTINS.get(function, function) if current() is not None else function
    if kind is types.MethodType:
        inner = function.__func__
        if type(inner) is types.FunctionType and not is_converted(inner) and not is_allowed(inner):
            return convert(function)
        return function
    if kind is functools.partial:
        return functools.partial(called(function.func), *function.args, **function.keywords)
    return function if call_method(function) is None else convert(function)


def _len(value):
    if not is_staged(value):
        return len(value)
    if value.dims is None:
        return shape_of(value, dtype=int32)[0]
    if not value.dims:
        raise ValueError("len requires a non-scalar tensor, got one of shape ()")
    size = value.dims[0]
    return size if type(size) is int else shape_of(value, dtype=int32)[0]


def _range(*bounds):
    if not any([is_staged(each) for each in bounds]):
        return range(*bounds)
    dtype = next(each._dtype for each in bounds if isinstance(each, Tensor))
    start, limit, step = (0, bounds[0], 1) if len(bounds) == 1 else (*bounds, 1)[:3]
    numbers = [as_tensor(each, None if isinstance(each, Tensor) else dtype) for each in (start, limit, step)]
    return progression(*numbers)


def _int(value=0, *base):
    if not is_staged(value):
        return int(value, *base)
    return value if value._dtype.is_integer else cast(value, int32)


def _float(value=0.0):
    if not is_staged(value):
        return float(value)
    return value if value._dtype.is_floating else cast(value, float32)


def _abs(value):
    return arithmetic.absolute(value) if is_staged(value) and not value._dtype.is_complex else abs(value)


def _extreme(function, op):
    def extreme(*values, **keywords):
        if len(values) == 1 and is_staged(values[0]):
            if len(values[0].dims) != 1:
                raise ValueError(
                    f"{function.__name__}(arg) currently supports only vectors, not {values[0].shape}"
                )
            values = unstack(values[0], axis=0)
        elif len(values) == 1:
            values = list(values[0])
            if keywords or not any([is_staged(each) for each in values]):
                return function(values, **keywords)
        if keywords or not any([is_staged(each) for each in values]):
            return function(*values, **keywords)
        result = values[0]
        for each in values[1:]:
            a, b = (result, each) if isinstance(result, Tensor) else (each, result)
            result = op(a, as_tensor(b, None if isinstance(b, Tensor) else a._dtype))
        return result

    return extreme


def _enumerate(iterable, start=0):
    if hasattr(iterable, "_begin_in_trace") and hasattr(iterable, "enumerate"):  # a data set
        return iterable.enumerate(start)
    return enumerate(rows(iterable), start)


def _zip(*iterables, **options):
    first = iterables[0] if iterables else None
    if not options and hasattr(first, "_begin_in_trace") and hasattr(first, "zip"):
        return first.zip(iterables)
    return zip(*[rows(each) for each in iterables], **options)  # noqa: B905 - as the user says


def _any_all(function, joined):
    def overload(iterable):
        if is_staged(iterable):
            reduce = reduce_any if function is any else reduce_all
            return reduce(iterable, axes=tuple(range(len(iterable.dims))), keepdims=False)
        values = list(iterable)
        if not any([is_staged(each) for each in values]):
            return function(values)
        result = values[0]
        for each in values[1:]:
            result = joined(lambda result=result: result, lambda each=each: each)
        return result

    return overload


def _sum(iterable, *start):
    if is_staged(iterable):
        iterable = rows(iterable)
    return sum(iterable, *start)


def _sorted(iterable, **options):
    """The rows of a vector in order; `key` is asked of all rows at once."""
    if not is_staged(iterable):
        return sorted(iterable, **options)
    key = options.get("key")
    keys = iterable if key is None else vectorized_map(called(key), iterable)
    if len(keys.dims) != 1:
        raise ValueError(f"sort only supports only 1D tensors, not those of shape {keys.shape}")
    descending = bool(options.get("reverse"))
    if key is None:
        return sort(iterable, axis=0, descending=descending)
    order = argsort(keys, axis=0, descending=descending)
    return gather(iterable, order, axis=0, batch_dims=0)


_BUILTINS = {
    len: _len,
    range: _range,
    int: _int,
    float: _float,
    abs: _abs,
    max: _extreme(max, arithmetic.maximum),
    min: _extreme(min, arithmetic.minimum),
    zip: _zip,
    enumerate: _enumerate,
    any: _any_all(any, or_),
    all: _any_all(all, and_),
    sum: _sum,
    sorted: _sorted,
}
"""Python's own functions that mean something on tensors, too."""
